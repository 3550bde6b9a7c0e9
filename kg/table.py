"""Plain text tables whose columns line up where Chinese characters take two cells."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth, wcwidth

_GAP = "  "
_ELLIPSIS = "…"


def width(text: str) -> int:
    """The cells a terminal gives the text.

    >>> width("商州 A")
    6
    """
    return max(wcswidth(text), 0) if text.isprintable() else sum(max(wcwidth(c), 0) for c in text)


def shorten(text: str, cells: int) -> str:
    """The text, cut with an ellipsis where it is wider than ``cells``.

    >>> shorten("商州区人民政府", 8)
    '商州区…'
    """
    if width(text) <= cells:
        return text
    kept, used = "", width(_ELLIPSIS)
    for character in text:
        used += width(character)
        if used > cells:
            break
        kept += character
    return kept + _ELLIPSIS


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """The text filled with spaces to ``cells``, to the right edge with ``right``."""
    space = " " * max(cells - width(text), 0)
    return space + text if right else text + space


def plain(text: str) -> str:
    """The text without what could steer a terminal: white space is a space, the rest is spelt out.

    >>> plain("a\\x1b[31m\\n\\u202eb")
    'a\\\\x1b[31m \\\\u202eb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else repr(c)[1:-1] for c in text)


def format_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    max_width: int | None = None,
) -> str:
    """Header, rule and rows, ending in a newline; the columns of ``numeric`` are set to the right.

    No cell is wider than ``max_width`` cells. A line break or tab inside a cell becomes a space, what could
    steer a terminal is spelt out.

    >>> print(format_table(["name", "n"], [["商州区", "3"], ["x", "12"]], numeric=[1]), end="")
    name     n
    ------  --
    商州区   3
    x       12
    """
    lines = [[plain(" ".join(cell.split())) for cell in row] for row in (header, *rows)]
    if max_width is not None:
        lines = [[shorten(cell, max_width) for cell in row] for row in lines]
    columns = [max(width(row[i]) for row in lines) for i in range(len(header))]
    lines.insert(1, ["-" * cells for cells in columns])
    return "".join(
        _GAP.join(pad(cell, columns[i], right=i in numeric) for i, cell in enumerate(row)).rstrip() + "\n"
        for row in lines
    )
