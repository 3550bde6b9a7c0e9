"""XLSX workbooks: each sheet's name and its rows, a row a line."""

from __future__ import annotations

import io
import re
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kg.sources.limits import Limits
from kg.sources.parsed import Lines, Parsed, pad_rows
from kg.sources.rows import cell_text

_COLUMNS = 500  # cells of a row that are looked at; a sheet may claim 16,384
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})[\"']"
)
_LONGEST_MERGE = 200  # bytes of such an element
_CHUNK = 1_000_000  # bytes
_EMPTY_ROWS = 1000  # one below the other, after which a sheet is taken to have ended


def read_xlsx(data: bytes, limits: Limits) -> Parsed:
    """The sheets that are shown, as the values that were last computed stand in them."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    lines = Lines(limits.text_characters)
    notes: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"sheet {sheet.title!r} is hidden and was not read")
            continue
        assert isinstance(sheet, ReadOnlyWorksheet)
        rows = pad_rows(_rows(sheet, limits))
        if rows:
            lines.add(sheet.title)
            for row in rows:
                lines.add_row(row)
            lines.add("")
    return Parsed(lines.text, title=book.properties.title or "", notes=tuple(notes))


def _rows(sheet: Any, limits: Limits) -> list[list[str]]:
    """The rows with something in them; the size that the sheet claims to have is not believed.

    A cell that goes over several rows stands in each: it says something of them all.
    """
    sheet.reset_dimensions()
    with sheet._get_source() as source:
        merged = _merged(source)
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: the last row that a cell above covers, its words
    empty = characters = 0
    for number, row in enumerate(sheet.iter_rows(max_col=_COLUMNS), 1):
        cells = [cell_text(cell.value, str(cell.number_format or "")) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > _EMPTY_ROWS:
            break
        if not empty:
            _fill_from_above(cells, number, merged, below)
            rows.append(cells)
            characters += sum(map(len, cells)) + len(cells)
        if characters > 2 * limits.text_characters:
            break  # the lines will say so
    return rows


def _merged(source: IO[bytes]) -> dict[tuple[int, int], int]:
    """By row and column of a cell that goes over several rows, both from 1, the last of them.

    openpyxl does not tell this of a sheet that it reads row by row.
    """
    found: dict[tuple[int, int], int] = {}
    rest = b""
    while chunk := source.read(_CHUNK):
        data = rest + chunk
        for match in _MERGED.finditer(data):
            first, last = (coordinate_to_tuple(ref.decode("ascii")) for ref in match.groups())
            if last[0] > first[0]:
                found[first] = last[0]
        rest = data[-_LONGEST_MERGE:]
    return found


def _fill_from_above(
    cells: list[str], number: int, merged: dict[tuple[int, int], int], below: dict[int, tuple[int, str]]
) -> None:
    for column in [column for column, (last, _) in below.items() if last < number]:
        del below[column]
    for column, (_, words) in below.items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = cells[column] or words
    for column, words in enumerate(cells):
        if words and (last := merged.get((number, column + 1))) is not None:
            below[column] = (last, words)
