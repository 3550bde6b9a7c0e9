"""The administrative divisions of China: codes, names, and which lies in which.

Read from two tables, ``divisions.tsv`` (province to county) and ``townships.tsv``; their origin and
limits stand in the README.md beside them. Codes are those of GB/T 2260 (six digits) and, for townships,
GB/T 10114 (nine digits).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.folder import Directory

DIVISIONS = "divisions.tsv"
TOWNSHIPS = "townships.tsv"
_DIVISION_COLUMNS = ("code", "name", "short", "level", "parent", "abbr", "english", "status")
_TOWNSHIP_COLUMNS = ("code", "name", "parent", "status")
_TOWNSHIP_DIGITS = 9
_LONGEST = 15  # characters; the longest name of a division, which another one may begin with
_TOWNSHIP_LINES = re.compile(r"(?:[0-9]{9}\t[^\t\n]+\t[0-9]{6}\t(?:former)?(?:\n|\Z))*")
_TOWNSHIP_PARENT = re.compile(r"\t([0-9]{6})\t")
LEVELS = ("province", "prefecture", "county", "township")
_STATUS = {"current": False, "former": True}


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division.

    ``short`` is the name without its type word, empty where that is no name (单县, townships);
    ``parent`` is the code of the next division above, empty for provinces; ``english`` is empty for
    townships, whose English is composed when asked for; ``abbr`` is a province's one-letter name.
    A ``former`` division bears its last code, which a renamed one shares with its present self.
    """

    code: str
    name: str
    short: str
    level: str
    parent: str
    english: str
    abbr: str
    former: bool


class NameForm(StrEnum):
    """How a surface form names a division: in full, or with the type word left out or cut down."""

    FULL = "full"
    SHORT = "short"


class Divisions:
    """All divisions, by code and by name; made by `load_divisions`."""

    __slots__ = (
        "_abbreviations", "_all", "_by_code", "_names", "_township_codes",
        "_township_lines", "_township_names",
    )  # fmt: skip

    def __init__(
        self,
        divisions: tuple[Division, ...],
        by_code: Mapping[str, Division],
        names: Mapping[str, tuple[Division, ...]],
        abbreviations: Mapping[str, Division],
        townships: tuple[str, ...] = (),
    ) -> None:
        self._all = divisions
        self._by_code = MappingProxyType(dict(by_code))
        self._names = MappingProxyType(dict(names))
        self._abbreviations = MappingProxyType(dict(abbreviations))
        self._township_lines = townships
        # Filled when first asked for: 40,000 townships that many runs never look at.
        self._township_codes: dict[str, str] = {}
        self._township_names: dict[str, list[str]] = {}

    def _index_townships(self) -> dict[str, list[str]]:
        if self._township_lines and not self._township_codes:
            for line in self._township_lines:
                code, name, _ = line.split("\t", 2)
                self._township_codes[code] = line
                self._township_names.setdefault(name, []).append(line)
        return self._township_names

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Division]:
        """Province to county, current and former, in the order of their codes."""
        return iter(self._all)

    def by_code(self, code: str) -> Division | None:
        """The division of a code of six or nine digits; where a code was kept, its present name."""
        if len(code) != _TOWNSHIP_DIGITS:
            return self._by_code.get(code)
        self._index_townships()
        line = self._township_codes.get(code)
        return _township(line) if line else None

    def by_name(self, name: str) -> tuple[Division, ...]:
        """All divisions of that name, full or short; townships by their full name.

        Current ones before former ones, then higher before lower levels, then by code.
        """
        found = self._names.get(name, ())
        townships = self._index_townships().get(name)
        return found + tuple(sorted(map(_township, townships), key=_rank)) if townships else found

    def beginnings(self, text: str) -> Iterator[tuple[str, tuple[Division, ...]]]:
        """The names that a text begins with, the longest first, and what each may stand for.

        One character stays. Whether such a name is one there, `Places` says.
        """
        for size in range(min(_LONGEST, len(text) - 1), 1, -1):
            found = self.by_name(text[:size])
            if found:
                yield text[:size], found

    def leading(self, text: str) -> tuple[str, tuple[Division, ...]] | None:
        """The longest of the names that a text begins with."""
        return next(self.beginnings(text), None)

    def names(self) -> Mapping[str, tuple[Division, ...]]:
        """Surface forms, full and short, province to county, with what each may stand for."""
        return self._names

    def form(self, name: str, division: Division) -> NameForm:
        """Whether the name, one of the division's own, is its full one or a short one."""
        return NameForm.FULL if name == division.name else NameForm.SHORT

    def abbreviations(self) -> Mapping[str, Division]:
        """One-letter names of the provinces, the second ones (蜀 beside 川) included."""
        return self._abbreviations

    def path(self, code: str) -> tuple[Division, ...]:
        """The division and those it lies in, up to the province; empty for an unknown code."""
        found: list[Division] = []
        division = self.by_code(code)
        while division is not None:
            found.append(division)
            division = self.by_code(division.parent)
        return tuple(found)

    def contains(self, ancestor_code: str, code: str) -> bool:
        """Whether the second lies in the first; no division lies in itself."""
        return any(above.code == ancestor_code for above in self.path(code)[1:])


def load_divisions(folder: Directory) -> Divisions:
    """Read both tables of a folder; raises OntologyError with file and line on what is wrong."""
    path = folder / DIVISIONS
    every: list[Division] = []
    by_code: dict[str, Division] = {}
    surfaces: dict[str, list[Division]] = {}
    abbreviations: dict[str, Division] = {}
    for number, line in enumerate(_read_lines(path, _DIVISION_COLUMNS), start=2):
        cells = line.split("\t")
        division = _division(cells, path, number)
        every.append(division)
        known = by_code.get(division.code)
        if known is not None and not (known.former or division.former):
            raise _error(path, number, f"code {division.code} stands twice; remove one line")
        if known is None or known.former:
            by_code[division.code] = division
        for surface in {division.name, *cells[2].split("|")} - {""}:
            surfaces.setdefault(surface, []).append(division)
        abbreviations.update((letter, division) for letter in cells[5].split("|") if letter)
    _check_parents(path, by_code)
    names = {surface: tuple(sorted(found, key=_rank)) for surface, found in surfaces.items()}
    townships = _read_townships(folder / TOWNSHIPS, by_code)
    return Divisions(tuple(every), by_code, names, abbreviations, townships)


def _division(cells: list[str], path: Path, number: int) -> Division:
    if len(cells) != len(_DIVISION_COLUMNS):
        raise _error(path, number, f"{len(cells)} columns; expected {len(_DIVISION_COLUMNS)}")
    code, name, short, level, parent, abbr, english, status = cells
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        raise _error(path, number, f"code {code!r} is not of six digits")
    if level not in LEVELS[:3]:
        raise _error(path, number, f"unknown level {level!r}; known are {', '.join(LEVELS[:3])}")
    if status not in _STATUS:
        raise _error(path, number, f"unknown status {status!r}; known are {', '.join(_STATUS)}")
    if not (name and english):
        raise _error(path, number, "name and english must not be empty")
    first = short.split("|", 1)[0]
    return Division(code, name, first, level, parent, english, abbr.split("|", 1)[0], _STATUS[status])


def _township(line: str) -> Division:
    code, name, parent, status = line.split("\t")
    return Division(code, name, "", LEVELS[3], parent, "", "", status == "former")


def _rank(division: Division) -> tuple[bool, int, str, str]:
    return division.former, LEVELS.index(division.level), division.code, division.name


def _check_parents(path: Path, by_code: Mapping[str, Division]) -> None:
    for division in by_code.values():
        above = by_code.get(division.parent)
        if (above is None) != (division.level == LEVELS[0]):
            message = f"the parent {division.parent!r} of {division.code} is not in the table"
            raise _error(path, _line_of(path, division.code), message)
        if above is not None and LEVELS.index(above.level) >= LEVELS.index(division.level):
            message = f"{division.code} cannot lie in {above.code} of level {above.level}"
            raise _error(path, _line_of(path, division.code), message)


def _line_of(path: Path, code: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(f"{code}\t"))


def _read_townships(path: Path, by_code: Mapping[str, Division]) -> tuple[str, ...]:
    """The lines, checked as one text; only where that fails is each looked at for the wrong one."""
    lines = _read_lines(path, _TOWNSHIP_COLUMNS)
    text = "\n".join(lines)
    if not (_TOWNSHIP_LINES.fullmatch(text) and by_code.keys() >= set(_TOWNSHIP_PARENT.findall(text))):
        for number, line in enumerate(lines, start=2):
            if not _TOWNSHIP_LINES.fullmatch(line):
                raise _error(path, number, "expected a code of nine digits, name, parent and status")
            if line.split("\t")[2] not in by_code:
                raise _error(path, number, f"the parent of {line[:9]} is not in {DIVISIONS}")
    return tuple(lines)


def _read_lines(path: Path, columns: tuple[str, ...]) -> list[str]:
    """The lines below the heading, which must name exactly the columns."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise _error(path, 1, f"not UTF-8: {error.reason}") from error
    except OSError as error:
        raise _error(path, 1, f"cannot be read: {error.strerror}") from error
    if lines[0].split("\t") != list(columns):
        raise _error(path, 1, f"the first line must name the columns {' '.join(columns)}, tab between")
    return lines[1:-1] if lines[-1] == "" else lines[1:]


def _error(path: Path, line: int, message: str) -> OntologyError:
    return OntologyError(f"{show_path(path)}:{line}: {message}")
