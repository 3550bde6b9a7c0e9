"""What a reader of one kind makes of a source: plain text, and what the source says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from kg.errors import SourceError
from kg.sources.encodings import check_text
from kg.types import Document, Span

_BLANKS = re.compile(r"[^\S\xa0\u3000]+")
_DATE = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|\s*(\d{4})(\d\d)(\d\d)(?!\d)")
_NOT_TEXT = re.compile("[\0\ud800-\udfff\ufeff\ufffe\uffff]")  # no character of any text
_LONGEST = 500  # characters of a title or a publisher; a longer one is something else
_LONGEST_ADDRESS = 2000
_NO_ADDRESS = re.compile(r"[\s<>\"{}|\\^`\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of one source; ``notes`` are what its report should tell, each a line."""

    text: str
    title: str = ""
    date: str = ""
    publisher: str = ""
    origin: str = ""
    pages: tuple[int, ...] = ()
    furniture: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    def document(self, source: str, kind: str) -> Document:
        """The document of that name. Raises SourceError where there is no text."""
        return Document(
            source,
            check_text(self.text),
            kind=kind,
            title=one_line(self.title),
            date=iso_date(self.date),
            publisher=one_line(self.publisher),
            origin=address(self.origin),
            pages=self.pages,
            furniture=self.furniture,
            notes=self.notes,
        )

    def as_json(self) -> dict[str, Any]:
        """The fields as JSON has them."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"furniture": [(span.start, span.end) for span in self.furniture]}

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Parsed:
        """What `as_json` gave, from another process."""
        spans = tuple(Span(start, end) for start, end in fields["furniture"])
        return cls(
            **fields | {"furniture": spans, "pages": tuple(fields["pages"]), "notes": tuple(fields["notes"])}
        )


@dataclass(slots=True)
class Lines:
    """A text as it grows, line by line; raises SourceError where it grows over ``limit`` characters."""

    limit: int
    parts: list[str] = field(default_factory=list)
    furniture: list[Span] = field(default_factory=list)
    length: int = 0

    def add(self, line: str, *, is_furniture: bool = False) -> None:
        """One line more; characters that no text has are left out."""
        line = _NOT_TEXT.sub("", line)
        if is_furniture and line.strip():
            self.furniture.append(Span(self.length, self.length + len(line)))
        self.parts.append(line)
        self.length += len(line) + 1
        if self.length > self.limit:
            raise SourceError(f"its text is longer than {self.limit:,} characters; split it")

    def add_row(self, cells: Sequence[str], *, is_furniture: bool = False) -> None:
        """A row of a table: its cells between tabs. A row of one cell, the first, is a line."""
        cells = [squeeze(cell) for cell in cells]
        alone = bool(cells) and not any(cells[1:])
        self.add(cells[0] if alone else "\t".join(cells), is_furniture=is_furniture)

    @property
    def text(self) -> str:
        """All lines, each with its newline."""
        return "".join(f"{part}\n" for part in self.parts)


def squeeze(text: str) -> str:
    """The text in one line: white space is one space, or nothing between characters of full width.

    So CSS breaks lines (Text Level 3, section 4.1.3): a page's source may cut a Chinese word in two.
    """
    return _BLANKS.sub(lambda m: "" if _is_break(m) else " ", text).strip(" ")


def one_line(text: str) -> str:
    """A title or a name as the graph keeps it; '' for what is too long to be one."""
    line = " ".join(_NOT_TEXT.sub("", text).split())
    return line if len(line) <= _LONGEST else ""


def iso_date(text: str) -> str:
    """The day that a date or a time of a format's metadata begins with, as YYYY-MM-DD, or ''.

    >>> iso_date("2020-06-16T10:00:00+08:00"), iso_date("20200616"), iso_date("2020-13-01")
    ('2020-06-16', '2020-06-16', '')
    """
    found = _DATE.match(text)
    if found is None:
        return ""
    try:
        return date(*(int(part) for part in found.groups() if part)).isoformat()
    except ValueError:
        return ""


def address(text: str) -> str:
    """The address of a page on the web, or '' where it is none that an IRI can hold."""
    text = text.strip()
    if len(text) > _LONGEST_ADDRESS or _NO_ADDRESS.search(text) or _NOT_TEXT.search(text):
        return ""
    try:
        parts = urlsplit(text)
        return text if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def pad_rows(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Rows of one length: cells that are empty in all rows at the end are left out, short rows filled up."""
    cut = [list(row) for row in rows]
    width = max((n + 1 for row in cut for n, cell in enumerate(row) if cell.strip()), default=0)
    return [(row + [""] * width)[:width] for row in cut]


def _is_break(blank: re.Match[str]) -> bool:
    if "\n" not in blank[0] and "\r" not in blank[0]:
        return False
    text, start, end = blank.string, blank.start(), blank.end()
    return start > 0 and end < len(text) and is_wide(text[start - 1]) and is_wide(text[end])


def is_wide(char: str) -> bool:
    """Whether a character is written without spaces around it: ideographs, full-width signs, curly quotes."""
    return char >= "\u2e80" or "\u2010" <= char <= "\u2027"
