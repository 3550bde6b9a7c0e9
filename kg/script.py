"""Traditional characters read as simplified ones, one for one, so that offsets stay what they are.

The language side knows simplified words; names, texts and quotes are given in the source's own
characters. OpenCC's table of characters is used without its table of phrases, which changes lengths.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

_FIRST, _LAST = 0x3400, 0x9FFF  # CJK Unified Ideographs and their Extension A


@cache
def _table() -> dict[int, str]:
    chars = [chr(code) for code in range(_FIRST, _LAST + 1) if unicodedata.category(chr(code)) == "Lo"]
    simplified = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {
        ord(char): other
        for char, other in zip(chars, simplified, strict=True)
        if other != char and len(other) == 1
    }


def to_simplified(text: str) -> str:
    """The text in simplified characters, of the same length.

    >>> to_simplified("臺灣電視臺")
    '台湾电视台'
    """
    return text.translate(_table())
