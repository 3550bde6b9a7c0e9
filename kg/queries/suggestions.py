"""The nearest known names, for errors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_NEAR = 0.4  # one character of a two-character name is wrong, and the other is of three


def suggest(name: str, known: Iterable[str], *, most: int = 1) -> str:
    """``; did you mean …?`` with the nearest known names, or nothing.

    >>> suggest("dnor", ["recipient", "donor"])
    '; did you mean donor?'
    """
    near = difflib.get_close_matches(name, sorted(set(known)), n=most, cutoff=_NEAR)
    return f"; did you mean {', '.join(near)}?" if near else ""
