"""JSONL and CSV: corpora of one document a row, read row by row; CSV without long texts is a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import IO, Any

from kg.errors import SourceError
from kg.sources.encodings import decode_as, detect, larger
from kg.sources.kinds import Kind
from kg.sources.limits import Limits, size
from kg.sources.parsed import Lines, Parsed, pad_rows
from kg.types import Document, Problem

ROW = "#"
_HEAD = 1_000_000  # bytes by which the encoding and the delimiter are told
_ROWS = 200  # by which a column of texts is told
_LONG = 60  # characters of a cell on average, from which a column holds texts
_DELIMITERS = ",\t;|"
_BAD_ROWS = 20  # that are named each; more are counted

# What data sets call these columns, in the order of preference.
_TEXTS = ("text", "content", "body", "article", "document", "passage")
_FIELDS = {
    "title": ("title", "headline", "subject"),
    "date": ("date", "published", "publish_date", "pub_date", "pubdate", "publish_time", "time", "datetime"),
    "publisher": ("publisher", "source", "site", "site_name"),
    "origin": ("url", "link", "uri", "origin"),
}

Row = Mapping[str, Any]


def read_corpus(
    file: IO[bytes], name: str, kind: Kind, limits: Limits, *, encoding: str | None, column: str | None
) -> Iterator[Document | Problem]:
    """The documents of a corpus, ``name#17`` for line 17 of JSONL, for row 17 below the header of CSV.

    The text is what stands in ``column``, or in a column that is called so, or in that with the longest
    texts. Raises SourceError where there is no such column, or where the file cannot be read at all.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if len(head) == _HEAD:  # up to a whole line, in which no character is cut
        head = head[: head.rfind(b"\n") + 1] or head
    found = encoding or detect(head) or _of_most_lines(head)
    if found is None:
        raise SourceError("its encoding cannot be told; name it with --encoding")
    lines = _lines(file, found, limits)
    if kind is Kind.JSONL:
        yield from _bounded(_jsonl(lines, name, limits, column), name)
        return
    rows = _csv_rows(lines, head.decode(larger(found), "ignore"), name, limits)
    first = list(islice(rows, _ROWS + 1))
    header = next((row for _, row in first if not isinstance(row, Problem)), [])
    if not header:
        bad = [row.message for _, row in first if isinstance(row, Problem)]
        raise SourceError(bad[0] if bad else "empty: there is nothing to read")
    chosen = _text_column(header, [row for _, row in first[1:] if not isinstance(row, Problem)], column)
    if chosen is None:
        yield from _table(chain(first, rows), name, limits)
    else:
        yield from _bounded(_csv(chain(first, rows), header, chosen, name), name)


def _of_most_lines(head: bytes) -> str | None:
    """UTF-8 where more than half of the lines are: a bad row spoils no corpus."""
    lines = head.split(b"\n")
    return "utf-8" if 2 * sum(detect(line) == "utf-8" for line in lines) > len(lines) else None


def _lines(file: IO[bytes], encoding: str, limits: Limits) -> Iterator[str | Problem]:
    """Each line without its end; a Problem with no name for one that is too long or in another encoding."""
    if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):  # newlines are no single bytes
        data = file.read(limits.file_bytes + 1)
        if len(data) > limits.file_bytes:
            raise SourceError(f"larger than {size(limits.file_bytes)}; save it as UTF-8")
        yield from decode_as(data, encoding).splitlines()
        return
    while line := file.readline(limits.row_bytes + 1):
        is_long = len(line) > limits.row_bytes
        while is_long and line and not line.endswith(b"\n"):
            line = file.readline(limits.row_bytes)
        if is_long:
            yield Problem("", f"a line longer than {size(limits.row_bytes)}")
            continue
        try:
            text = decode_as(line.rstrip(b"\r\n"), encoding)
        except SourceError as error:
            yield Problem("", str(error))
            continue
        yield text


# --- JSONL -------------------------------------------------------------------------------------------


def _jsonl(
    lines: Iterator[str | Problem], name: str, limits: Limits, column: str | None
) -> Iterator[Document | Problem]:
    for number, line in enumerate(lines, 1):
        source = f"{name}{ROW}{number}"
        if isinstance(line, Problem):
            yield Problem(source, line.message)
        elif line.strip():
            try:
                yield _document(source, _json_row(line), column, limits)
            except SourceError as error:
                yield Problem(source, str(error))


def _json_row(line: str) -> Row:
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise SourceError("not JSON that can be read: nested too deeply") from error
    except ValueError as error:
        raise SourceError(f"not JSON: {error}") from error
    if isinstance(row, str):
        return {_TEXTS[0]: row}
    if not isinstance(row, dict):
        raise SourceError("no JSON object; a row is one, with its text in a field")
    return row


def _document(source: str, row: Row, column: str | None, limits: Limits | None = None) -> Document:
    said = {str(key).strip().lower(): value for key, value in row.items() if isinstance(value, str)}
    key = _row_key(said, column)
    text = said[key]
    if limits is not None and len(text) > limits.text_characters:
        raise SourceError(f"its text is longer than {limits.text_characters:,} characters; split it")
    fields: dict[str, Any] = {
        field: next((said[name] for name in names if name != key and said.get(name)), "")
        for field, names in _FIELDS.items()
    }
    return Parsed(text, **fields).document(source, Kind.TEXT.value)


def _row_key(said: Mapping[str, str], column: str | None) -> str:
    if column is not None:
        if column.strip().lower() not in said:
            raise SourceError(f"no text in {column!r}; it has {', '.join(sorted(said)) or 'none'}"[:300])
        return column.strip().lower()
    for name in _TEXTS:
        if name in said:
            return name
    longest = max(said, key=lambda name: len(said[name]), default=None)
    if longest is None:
        raise SourceError("no field with a text in it")
    return longest


# --- CSV ---------------------------------------------------------------------------------------------


def _csv_rows(
    lines: Iterator[str | Problem], head: str, name: str, limits: Limits
) -> Iterator[tuple[int, list[str] | Problem]]:
    """The rows with their numbers, the header's 0; one that cannot be read is a Problem."""
    csv.field_size_limit(limits.row_bytes)  # of the whole process: csv knows no other
    told: list[Problem] = []

    def good() -> Iterator[str]:
        for line in lines:
            if isinstance(line, Problem):
                told.append(line)
            else:
                yield f"{line}\n".replace("\0", "")

    rows = csv.reader(good(), delimiter=_delimiter(head))
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield number, Problem(f"{name}{ROW}{number}", f"not CSV: {error}; is a quote left open?")
            number += 1
            continue
        while told:
            yield number, Problem(f"{name}{ROW}{number}", f"before this row: {told.pop(0).message}")
        if any(cell.strip() for cell in row):
            yield number, row
            number += 1
    for problem in told:
        yield number, Problem(f"{name}{ROW}{number}", problem.message)


def _delimiter(head: str) -> str:
    """The one that stands in the first line, outside quotes, most often."""
    line = next((line for line in head.splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _text_column(header: list[str], rows: list[list[str]], column: str | None) -> int | None:
    """Which column holds texts, or None where the file is a table. Raises SourceError for one not there."""
    names = [cell.strip().lower() for cell in header]
    if column is not None:
        if column.strip().lower() not in names:
            raise SourceError(f"no column {column!r}; it has {', '.join(header)}"[:300])
        return names.index(column.strip().lower())
    for name in _TEXTS:
        if name in names:
            return names.index(name)
    lengths = [
        sum(len(row[n]) for row in rows if n < len(row)) / len(rows) if rows else 0.0
        for n in range(len(header))
    ]
    longest = max(range(len(header)), key=lambda n: lengths[n])
    return longest if lengths[longest] >= _LONG else None


def _csv(
    rows: Iterator[tuple[int, list[str] | Problem]], header: list[str], chosen: int, name: str
) -> Iterator[Document | Problem]:
    names = [cell.strip().lower() or str(n) for n, cell in enumerate(header)]
    for number, row in rows:
        if isinstance(row, Problem):
            yield row
        elif number > 0:
            source = f"{name}{ROW}{number}"
            try:
                yield _document(source, dict(zip(names, row, strict=False)), names[chosen])
            except SourceError as error:
                yield Problem(source, str(error))


def _table(
    rows: Iterator[tuple[int, list[str] | Problem]], name: str, limits: Limits
) -> Iterator[Document | Problem]:
    """One document, a row a line."""
    lines = Lines(limits.text_characters)
    cells: list[list[str]] = []
    characters = 0
    for _, row in rows:
        if isinstance(row, Problem):
            yield row
        else:
            cells.append(row)
            characters += sum(map(len, row)) + len(row)
            if characters > 2 * limits.text_characters:
                break  # the lines will say so
    for row in pad_rows(cells):
        lines.add_row(row)
    yield Parsed(lines.text).document(name, Kind.CSV.value)


def _bounded(found: Iterator[Document | Problem], name: str) -> Iterator[Document | Problem]:
    """The same, but of very many bad rows only the first by name."""
    bad = 0
    for one in found:
        if isinstance(one, Document):
            yield one
        else:
            bad += 1
            if bad <= _BAD_ROWS:
                yield one
    if bad > _BAD_ROWS:
        yield Problem(name, f"{bad - _BAD_ROWS:,} more rows that could not be read")
