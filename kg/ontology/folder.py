"""The files of an ontology folder, with those of the folder that it extends."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.yamlfile import YamlFile, read_yaml
from kg.resources import builtin_ontology

MANIFEST: Final = "ontology.yaml"
BUILTIN: Final = "builtin"
_KEYS = ("extends", "without")
_FRAMES = "frames"  # of a folder that was made for kg before its reader was trained
_MOVE = "frames are read no more; docs/moving.md says what takes their place"


class Directory(Protocol):
    """Where files have names: a folder, or several seen as one."""

    def __truediv__(self, name: str, /) -> Path:
        """The path of the file of that name."""
        ...


@dataclass(frozen=True, slots=True)
class OntologyFolder:
    """Folders seen as one: a file of an earlier one stands for those of its name in later ones.

    ``without`` are the names of files that are left out of the later ones; ``part`` is the folder below
    them that is seen.
    """

    folders: tuple[Path, ...]
    without: frozenset[str] = frozenset()
    part: str = ""

    def __truediv__(self, name: str, /) -> Path:
        """The path of the file; that in the first folder where none has it."""
        paths = [folder / self.part / name for folder in self.folders]
        return next((path for path in paths if path.exists() and self._is_in(path)), paths[0])

    def below(self, part: str) -> OntologyFolder:
        """The folders of that name in each."""
        return OntologyFolder(self.folders, self.without, part)

    def glob(self, pattern: str) -> tuple[Path, ...]:
        """The files whose names match, sorted by name."""
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            for path in (folder / self.part).glob(pattern):
                if self._is_in(path):
                    found[path.name] = path
        return tuple(path for _, path in sorted(found.items()))

    def _is_in(self, path: Path) -> bool:
        first = self.folders[0]
        return path.is_relative_to(first) or not any(
            path == folder / name for folder in self.folders for name in self.without
        )


def open_folder(folder: Path) -> OntologyFolder:
    """The folder, and what its ``ontology.yaml`` says it extends; by itself where it has none.

    Raises OntologyError with file and line.
    """
    if not folder.is_dir():
        raise OntologyError(f"{show_path(folder)}:1: no such ontology folder; name one with --ontology")
    folders, without = [folder], set[str]()
    while (folders[-1] / MANIFEST).exists():
        file = read_yaml(folders[-1] / MANIFEST)
        above = _extended(file, folders[-1])
        if any(above.samefile(known) for known in folders):
            raise file.error(f"{show_path(above)} extends itself", "extends")
        folders.append(above)
        without |= _left_out(file, above)
    for known in folders:
        if (known / _FRAMES).is_dir():
            raise OntologyError(f"{show_path(known / _FRAMES)}:1: {_MOVE}")
    return OntologyFolder(tuple(folders), frozenset(without))


def _extended(file: YamlFile, folder: Path) -> Path:
    data = file.data
    if not isinstance(data, dict) or "extends" not in data:
        raise file.error(f"expected 'extends: {BUILTIN}', or a folder to extend")
    for key in data:
        if key not in _KEYS:
            raise file.error(f"unknown key {key!r}; known are {', '.join(_KEYS)}", key)
    if data["extends"] == BUILTIN:
        return builtin_ontology()
    above = folder / str(data["extends"])
    if not above.is_dir():
        said = f"extends {data['extends']!r}, which is neither {BUILTIN!r} nor a folder beside this file"
        raise file.error(said, "extends")
    return above


def _left_out(file: YamlFile, above: Path) -> set[str]:
    names = file.data.get("without") or []
    if not isinstance(names, list):
        raise file.error("without: expected a list of files", "without")
    there = [path.relative_to(above).as_posix() for path in above.rglob("*") if path.is_file()]
    for index, name in enumerate(names):
        if str(name).split("/")[0] == _FRAMES:
            raise file.error(f"without: {name!r}: {_MOVE}", "without", index)
        if name not in there:
            near = difflib.get_close_matches(str(name), there, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise file.error(f"without: {show_path(above)} has no file {name!r}{hint}", "without", index)
    return set(names)
