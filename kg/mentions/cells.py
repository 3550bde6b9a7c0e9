"""Lines of a table to cells: what stands between tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.types import Span

_BARS = ("|", "\uff5c")
_BAR = re.compile(r"[|\uff5c]")
_TAB = re.compile(r"\t")  # where there are tabs, a bar is part of a cell
_BLANK = re.compile(r"[ \t\u3000\xa0]*")


def cells_of(text: str, line: Span) -> tuple[Span, ...]:
    """The cells of a line, which begins and ends with words: one, or several of which some may be empty.

    >>> text = "| 35 | | 5 |"
    >>> [cell.of(text) for cell in cells_of(text, Span(0, len(text)))]
    ['35', '', '5']
    """
    start = line.start  # what is empty at the edges is a cell too
    while start > 0 and _BLANK.fullmatch(text[start - 1]):
        start -= 1
    behind = _BLANK.match(text, line.end)
    whole = Span(start, behind.end() if behind else line.end)
    said = line.of(text)
    if "\t" in whole.of(text):
        return tuple(_between(text, whole, _TAB))
    if any(bar in said for bar in _BARS):
        end = line.end - (len(said) > 1 and said.endswith(_BARS))
        return tuple(_between(text, Span(line.start + said.startswith(_BARS), end), _BAR))
    return (line,)


def stripped(text: str, start: int, end: int) -> Span:
    """The span without the white space around it."""
    said = text[start:end]
    left = len(said) - len(said.lstrip())
    return Span(start + left, max(start + left, start + len(said.rstrip())))


def _between(text: str, line: Span, cut: re.Pattern[str]) -> Iterator[Span]:
    cuts = [m.span() for m in cut.finditer(text, line.start, line.end)]
    for left, right in pairwise([(line.start, line.start), *cuts, (line.end, line.end)]):
        yield stripped(text, left[1], right[0])
