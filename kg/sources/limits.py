"""How much of time and memory one source may take: all limits in one place, with their reasons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from kg.errors import SourceError

CONFIGURATION = "kg.toml"
_TABLE = "limits"
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_SIZE = re.compile(r"([0-9]+)\s*([kmg]?)b?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may take before it is given up and named; each is a positive whole number."""

    file_bytes: int = 50_000_000
    """Of one file: a shelf of books, not a document. A file of one long line stops here, unread."""

    corpus_bytes: int = 4_000_000_000
    """Of a JSONL or CSV file: it is read row by row, so that only its time counts."""

    row_bytes: int = 20_000_000
    """Of one line of JSONL, one line or one cell of CSV; a longer one is named, the next is read."""

    text_characters: int = 5_000_000
    """Of the text of one document: its words take 0.6 GB of memory a million characters."""

    archive_bytes: int = 1_000_000_000
    """Of all that an archive unpacks to, archives inside it included; nothing is written to the disk."""

    archive_ratio: int = 200
    """Unpacked to packed, of more than a megabyte: text comes to 10, spreadsheets to 50, bombs to 1,000."""

    archive_members: int = 100_000
    """Files in an archive."""

    archive_depth: int = 2
    """Archives inside archives: 1 is an archive with no other in it."""

    office_bytes: int = 300_000_000
    """Of all that a DOCX or XLSX, which is an archive too, unpacks to."""

    pages: int = 10_000
    """Of a PDF."""

    seconds: int = 60
    """For taking the text out of one source; a PDF of a thousand pages takes about ten."""

    memory_bytes: int = 2_000_000_000
    """For the process that takes the text out (address space, where the system has such a limit)."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise SourceError(f"limit {_shown(field.name)}: {value!r} is no whole number from 1 on")


def read_limits(path: str | None, settings: Iterable[str] = ()) -> Limits:
    """The limits of a configuration file (`kg.toml` here where there is one), then those of ``NAME=VALUE``.

    The file is TOML; its table ``[limits]`` has the names of `Limits`. Values are whole numbers or, as
    ``"200MB"``, sizes in decimal units. Raises SourceError for what is no limit.

    >>> read_limits(None, ["file-bytes=3MB"]).file_bytes
    3000000
    """
    limits = Limits()
    file = Path(path or CONFIGURATION)
    if path is not None or file.is_file():
        limits = _changed(limits, _configured(file), f"{file}: ")
    for setting in settings:
        name, _, value = setting.partition("=")
        limits = _changed(limits, {name: value}, "--limit ")
    return limits


def size(number: int) -> str:
    """A number of bytes as people say it.

    >>> size(50_000_000), size(1_500), size(12)
    ('50 MB', '1.5 kB', '12 bytes')
    """
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return f"{number} bytes"


def _configured(file: Path) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise SourceError(f"{file}: not TOML: {error}") from error
    limits = table.get(_TABLE, {})
    if not isinstance(limits, dict):
        raise SourceError(f"{file}: {_TABLE} is no table; write [{_TABLE}] above the limits")
    return limits


def _changed(limits: Limits, values: Mapping[str, Any], where: str) -> Limits:
    known = [field.name for field in fields(Limits)]
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in known:
            raise SourceError(f"{where}{key}: no such limit; there are {', '.join(map(_shown, known))}")
        found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            value = int(found[1]) * _UNITS[found[2].lower()]
        if not isinstance(value, int):
            raise SourceError(f"{where}{key}: {value!r} is no number; write 200 or 200MB")
        limits = replace(limits, **{name: value})
    return limits


def _shown(name: str) -> str:
    return name.replace("_", "-")
