"""What a token is: a value, a run of letters or of digits, else one character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_RUN = re.compile(r"[A-Za-z]+|[0-9]+|[^\S\n]+|.", re.DOTALL)


def tokens(text: str, sizes: Mapping[int, int]) -> Iterator[str]:
    """The tokens of a text in order; ``sizes`` are the lengths of its values by their starts.

    >>> list(tokens("用5G捐3元", {4: 2}))
    ['用', '5', 'G', '捐', '3元']
    """
    at = 0
    for start, size in [*sorted(sizes.items()), (len(text), 0)]:
        yield from _RUN.findall(text[at:start])
        if size:
            yield text[start : start + size]
        at = start + size
