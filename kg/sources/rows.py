"""Cells of spreadsheets as the words one sees in them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta


def cell_text(value: object, shown_as: str = "") -> str:
    """A cell's value in words; ``shown_as`` is its number format.

    >>> cell_text(0.125, "0.0%"), cell_text(300.0), cell_text(datetime(2020, 6, 14))
    ('12.5%', '300', '2020-06-14')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        is_share = shown_as.split(";")[0].rstrip().endswith("%")
        return f"{_plain(value * 100)}%" if is_share else _plain(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _plain(number: float) -> str:
    """The number with the 15 digits that a spreadsheet knows, without an exponent where it can be."""
    if isinstance(number, int):
        return str(number)
    short = f"{number:.15g}"
    return (
        f"{number:.15f}".rstrip("0").rstrip(".")
        if "e-" in short
        else f"{number:.0f}"
        if "e" in short
        else short
    )
