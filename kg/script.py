"""Traditional characters read as simplified ones, wide letters as plain ones: offsets stay what they are.

The language side knows simplified words; names, texts and quotes are given in the source's own
characters. OpenCC's table of characters is used without its table of phrases, which changes lengths.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

_FIRST, _LAST = 0x3400, 0x9FFF  # CJK Unified Ideographs and their Extension A
# Simplified only where it means dry; the names of a county, a reign and a trigram keep it.
_KEPT = 0x4E7E
_WIDE_LETTERS = (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_WIDE = 0xFEE0  # between a letter of full width and its plain one


@cache
def _table() -> dict[int, str]:
    chars = [chr(code) for code in range(_FIRST, _LAST + 1) if unicodedata.category(chr(code)) == "Lo"]
    simplified = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    table = {
        ord(char): other
        for char, other in zip(chars, simplified, strict=True)
        if other != char and len(other) == 1 and ord(char) != _KEPT
    }
    return table | {code: chr(code - _WIDE) for code in _WIDE_LETTERS}


def to_simplified(text: str) -> str:
    """The text in simplified characters and plain letters, of the same length.

    >>> to_simplified("臺灣電視臺"), to_simplified("乾縣ＴＣＬ")
    ('台湾电视台', '乾县TCL')
    """
    return text.translate(_table())
