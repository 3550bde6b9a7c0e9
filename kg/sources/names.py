"""What sources are called: by what was named and what lies below, wherever the command was run.

A folder's sources begin with the folder's own name (``pages/2020/a.txt``), a file that is named by itself has
its own name (``a.txt``). So no name, and no IRI made of one, has a path of this machine in it.
"""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path, PurePath


def source_name(path: str | os.PathLike[str], known: Collection[str] = ()) -> str:
    """The name of a file that is named by itself: that of a known source which lies there, or its own.

    >>> source_name("/home/me/pages/2020/a.txt"), source_name("2020/a.txt", ["pages/2020/a.txt"])
    ('a.txt', 'a.txt')
    >>> source_name("/home/me/pages/2020/a.txt", ["a.txt", "2020/a.txt", "pages/2020/a.txt", "b/a.txt"])
    'pages/2020/a.txt'
    """
    parts = _absolute(path).parts
    tails = ("/".join(parts[start:]) for start in range(1, len(parts)))
    return next((tail for tail in tails if tail in known), parts[-1] if len(parts) > 1 else "root")


class Names:
    """The names of all that is read by one command; ``known`` are those of sources that are there already."""

    def __init__(self, paths: Iterable[str], known: Collection[str] = ()) -> None:
        folders, files = set[Path](), set[Path]()
        for path in paths:
            if os.path.isdir(path):
                folders.add(_absolute(path))
            elif not os.path.lexists(path) and glob.has_magic(path):
                folders.add(pattern_folder(path))
            else:
                files.add(_absolute(path))
        self._folders = {f for f in folders if folders.isdisjoint(f.parents)}  # the outermost
        alone = {file for file in files if self._folders.isdisjoint(file.parents)}
        said = {file: name for file in alone if (name := source_name(file, known)) in known}
        self._names = said | _distinct([*self._folders, *sorted(alone - said.keys())])

    def of(self, path: str | os.PathLike[str]) -> str:
        """The name of a file, or of a folder."""
        absolute = _absolute(path)
        for above in (absolute, *absolute.parents):
            if above in self._names:
                below = absolute.relative_to(above).as_posix()
                return self._names[above] if below == "." else f"{self._names[above]}/{below}"
        return source_name(absolute)


def pattern_folder(pattern: str) -> Path:
    """The folder that a pattern begins with."""
    parts = PurePath(pattern).parts
    plain = next((n for n, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return _absolute(os.path.join(*parts[:plain]) if plain else ".")


def _distinct(paths: Iterable[Path]) -> dict[Path, str]:
    """The end of each path, with so much before it that no two are equal."""
    sizes = dict.fromkeys(paths, 1)
    while True:
        named = {path: "/".join(path.parts[1:][-size:]) or "root" for path, size in sizes.items()}
        by_name = defaultdict(list)
        for path, name in named.items():
            by_name[name].append(path)
        twice = [path for same in by_name.values() if len(same) > 1 for path in same]
        if not twice:
            return named
        for path in twice:
            sizes[path] += 1


def _absolute(path: str | os.PathLike[str]) -> Path:
    return Path(os.path.abspath(path))
