"""XLSX workbooks: each sheet's name and its rows, a row a line."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kg.sources.limits import Limits
from kg.sources.parsed import Lines, Parsed, pad_rows
from kg.sources.rows import cell_text

_COLUMNS = 500  # cells of a row that are looked at; a sheet may claim 16,384
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
    """The rows with something in them; the size that the sheet claims to have is not believed."""
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    empty = characters = 0
    for row in sheet.iter_rows(max_col=_COLUMNS):
        cells = [cell_text(cell.value, str(cell.number_format or "")) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > _EMPTY_ROWS:
            break
        if not empty:
            rows.append(cells)
            characters += sum(map(len, cells)) + len(cells)
        if characters > 2 * limits.text_characters:
            break  # the lines will say so
    return rows
