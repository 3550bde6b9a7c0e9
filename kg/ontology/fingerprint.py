"""What decides, beside a text, what is read of it: the ontology's files, the program, its models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

# Whose next version may cut or convert a text otherwise.
_LIBRARIES = ("onnxruntime", "opencc", "pyahocorasick", "pypinyin", "spacy", "tokenizers")


def fingerprint(folders: Iterable[Path], base: str) -> str:
    """A digest of the ontology's files and the base of its IRIs, of the program's text and its libraries.

    The program's own text rather than its version: a developer's changes count too. It is the same on
    every machine with the same files.
    """
    total = hashlib.sha256(base.encode())
    own = (file for folder in folders for file in _files(folder))
    for name, content in (*own, *_files(Path(str(files("kg"))), ".py")):
        total.update(f"\n{name} {len(content)}\n".encode())
        total.update(content)
    for library in _LIBRARIES:
        total.update(f"\n{library} {version(library)}".encode())
    return total.hexdigest()


def _files(folder: Path, suffix: str = "") -> Iterator[tuple[str, bytes]]:
    """The path below the folder and the bytes of each file, sorted; hidden and compiled ones left out."""
    for path in sorted(folder.rglob(f"*{suffix}")):
        name = path.relative_to(folder)
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in name.parts):
            yield name.as_posix(), path.read_bytes()
