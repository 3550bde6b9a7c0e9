"""YAML files that remember their lines, so that errors can name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import KgError, OntologyError
from kg.files import show_path

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One YAML file: its ``data`` as plain dicts, lists and scalars, and where each part stands."""

    path: Path
    data: Any
    root: yaml.Node
    kind: type[KgError] = OntologyError

    def where(self, *keys: str | int) -> str:
        """``file:line`` of the part that the keys lead to, or of the deepest one that is there."""
        node = self.root
        line = node.start_mark.line
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                found = next((pair for pair in node.value if pair[0].value == str(key)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                line = node.start_mark.line
            else:
                break
        return f"{show_path(self.path)}:{line + 1}"

    def check_keys(self) -> None:
        """Raise an error at the first key that stands twice in a mapping: YAML would keep the last alone."""
        nodes = [self.root]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.SequenceNode):
                nodes += reversed(node.value)
            elif isinstance(node, yaml.MappingNode):
                seen: dict[str, int] = {}
                for key, _ in node.value:
                    line = key.start_mark.line + 1
                    if key.value in seen:
                        said = f"{key.value!r} stands here twice, first in line {seen[key.value]}; keep one"
                        raise self.kind(f"{show_path(self.path)}:{line}: {said}")
                    seen[key.value] = line
                nodes += reversed([value for _, value in node.value])

    def error(self, message: str, *keys: str | int) -> KgError:
        """An error that begins with the place the keys lead to."""
        return self.kind(f"{self.where(*keys)}: {message}")


def read_yaml(path: Path, kind: type[KgError] = OntologyError) -> YamlFile:
    """Read one file; raises an error of the kind, with file and line, where it is no YAML or not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise kind(f"{show_path(path)}:{line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise kind(f"{show_path(path)}:1: not valid UTF-8 YAML: {error}") from error
    except OSError as error:
        raise kind(f"{show_path(path)}:1: cannot be read: {error.strerror}") from error
    if root is None:
        raise kind(f"{show_path(path)}:1: the file is empty")
    return YamlFile(path, data, root, kind)
