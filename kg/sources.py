"""Paths, folders and standard input to documents.

What is on the disk is decoded and nothing else: no newline is translated and no character mended, so
that offsets count the characters of the file. A UTF-8 byte order mark is not a character of the text.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from kg.errors import SourceError
from kg.types import Document, Problem

STDIN = "-"
STDIN_NAME = "stdin"
SUFFIXES = (".txt", ".md")
MAX_BYTES = 50_000_000  # about 17 million Chinese characters: a shelf of books, not a document

# Named by hand, any other suffix is taken for text; these are formats whose text must first be taken out.
_FORMATS = frozenset(
    (
        *(".html", ".htm", ".xhtml", ".mhtml", ".pdf", ".doc", ".docx", ".rtf", ".odt", ".epub"),
        *(".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".gz"),
    )
)
_LEFT_OUT = "left out: "
_COMMON_SHARE = 0.9
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_sources(
    paths: Sequence[str], *, stdin: BinaryIO | None = None, encoding: str | None = None
) -> Iterator[Document | Problem]:
    """Each document in the order of ``paths``, folders in sorted order, and a Problem for what is not read.

    A folder gives its ``.txt`` and ``.md`` files, those of its subfolders included; hidden files are not
    looked at, a README is left out (see `is_left_out`) and every other file is named as not read. ``-``
    is ``stdin``. A file that is named twice, or reached twice through links, is read once. A document is
    named by its path from the working directory where it lies below it, else by its absolute path.

    Without ``encoding`` the bytes are read as UTF-8 or, failing that, as GB18030 (see `decode`).
    Raises SourceError where ``encoding`` is unknown.
    """
    if encoding is not None:
        _check_encoding(encoding)
    return _read(paths, stdin, encoding)


def is_left_out(problem: Problem) -> bool:
    """Whether the source was left out by rule, which is no failure (a folder's README)."""
    return problem.message.startswith(_LEFT_OUT)


def source_name(path: str | os.PathLike[str]) -> str:
    """The name evidence gives a file: relative to the working directory where it lies below, with slashes."""
    absolute = Path(os.path.abspath(path))
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def decode(data: bytes, encoding: str | None = None) -> str:
    """The text of the bytes: as ``encoding`` says, else UTF-8, else GB18030 if that gives common Chinese.

    The rule for GB18030, in which almost any bytes mean something: of the characters beyond ASCII, nine in
    ten are the signs (rows 1 to 3) or everyday ideographs (rows 16 to 55) of GB 2312.
    Raises SourceError with the offset of the first bad byte, in one line without the file's name.

    >>> decode("结对帮扶".encode("gb18030"))
    '结对帮扶'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding is None:
        raise SourceError("looks like UTF-16; read it with --encoding utf-16")
    name = encoding or "utf-8"
    try:
        # The BOM is dropped here, not by utf-8-sig, which would count offsets of errors without it.
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        guess = _decode_gb18030(data) if encoding is None else None
        if guess is None:
            advice = "name its encoding with --encoding" if encoding is None else "try another --encoding"
            raise SourceError(f"not {name} at byte {error.start}; {advice}") from error
        text = guess
    except UnicodeError as error:  # utf-16 and utf-32 say so where the mark is missing
        raise SourceError(f"not {name}: {error}; try another --encoding") from error
    if "\0" in text:
        raise SourceError(f"not a text: NUL at character {text.index(chr(0))}; is it a binary file?")
    if found := _SURROGATE.search(text):
        raise SourceError(f"not a text: half a character at {found.start()}; try another --encoding")
    if not text.strip():
        raise SourceError("empty: there is nothing to read" if not text else "holds nothing but blanks")
    return text


def _read(paths: Sequence[str], stdin: BinaryIO | None, encoding: str | None) -> Iterator[Document | Problem]:
    seen: set[str] = set()
    for path in paths:
        if path == STDIN:
            if STDIN not in seen:
                seen.add(STDIN)
                yield _read_stdin(stdin, encoding)
        elif os.path.isdir(path):
            yield from _read_folder(Path(path), encoding, seen, ())
        else:
            yield from _read_file(Path(path), encoding, seen)


def _decode_gb18030(data: bytes) -> str | None:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [c for c in text if c > "\x7f"]
    common = sum(_is_common(c) for c in foreign)
    return text if foreign and common >= _COMMON_SHARE * len(foreign) else None


def _is_common(character: str) -> bool:
    code = character.encode("gb2312", "ignore")
    return len(code) == 2 and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7)


def _check_encoding(encoding: str) -> None:
    try:
        b"a".decode(encoding)  # of nothing, even an unknown encoding makes nothing
    except UnicodeError:
        pass  # known: one byte is no text in UTF-16
    except (LookupError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError(f"--encoding {encoding!a}: unknown; try utf-8, gb18030, big5 or utf-16") from error


def _read_folder(
    folder: Path, encoding: str | None, seen: set[str], above: tuple[str, ...]
) -> Iterator[Document | Problem]:
    real = os.path.realpath(folder)
    if real in above:
        yield Problem(_shown(folder), "not read: the link leads back to a folder above it; remove the link")
        return
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        yield Problem(_shown(folder), _reason(error))
        return
    entries = [path for path in entries if not path.name.startswith(".")]
    found = False
    for path in entries:
        if os.path.isdir(path):
            found = True
            yield from _read_folder(path, encoding, seen, (*above, real))
        elif path.stem.upper() == "README":
            yield Problem(_shown(path), f"{_LEFT_OUT}a readme is about its folder; name it to have it read")
        elif path.suffix.lower() in SUFFIXES or not os.path.exists(path):
            found = True
            yield from _read_file(path, encoding, seen)
        else:
            yield Problem(_shown(path), f"not read: of a folder only {' and '.join(SUFFIXES)} files are read")
    if not found and not above:
        yield Problem(_shown(folder), f"no text in this folder; put {' or '.join(SUFFIXES)} files into it")


def _read_file(path: Path, encoding: str | None, seen: set[str]) -> Iterator[Document | Problem]:
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    name = _shown(path)
    if name != source_name(path):
        yield Problem(name, "not read: the file's name is not UTF-8; rename it")
        return
    try:
        yield Document(name, decode(_read_bytes(path), encoding))
    except OSError as error:
        yield Problem(name, _reason(error))
    except SourceError as error:
        yield Problem(name, str(error))


def _read_bytes(path: Path) -> bytes:
    mode = path.stat().st_mode
    if path.suffix.lower() in _FORMATS:
        raise SourceError(f"{path.suffix.lower()} is not read; save its text as {SUFFIXES[0]}")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):  # a pipe is how a shell hands over <(command)
        raise SourceError("not a file that can be read")
    with path.open("rb") as file:
        return _limited(file)


def _limited(file: BinaryIO) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(f"larger than {MAX_BYTES // 1_000_000} MB; split it")
    return data


def _read_stdin(stdin: BinaryIO | None, encoding: str | None) -> Document | Problem:
    if stdin is None:
        return Problem(STDIN_NAME, "there is no standard input to read")
    try:
        return Document(STDIN_NAME, decode(_limited(stdin), encoding))
    except OSError as error:
        return Problem(STDIN_NAME, _reason(error))
    except SourceError as error:
        return Problem(STDIN_NAME, str(error))


def _reason(error: OSError) -> str:
    advice = {
        FileNotFoundError: "no such file or folder; check the path",
        PermissionError: "may not be read; check its permissions",
    }
    text = error.strerror or str(error)
    return advice.get(type(error), f"cannot be read: {text[:1].lower()}{text[1:]}")


def _shown(path: Path) -> str:
    """The source's name with bytes that are no UTF-8 shown as U+FFFD."""
    return os.fsencode(source_name(path)).decode("utf-8", "replace")
