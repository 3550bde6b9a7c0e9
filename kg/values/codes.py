"""Numbers that count nothing: codes, years, clock times, marks of lists and notes."""

from __future__ import annotations

from kg.values.numbers import Numeral
from kg.values.tables import Tables

# A number of this many digits without a measure is a telephone number, a postcode or a stock's code.
_CODE_DIGITS = 6


def is_code(text: str, numeral: Numeral, tables: Tables) -> bool:
    """Whether a number without a measure is a code, a year, a mark of a list or of a note."""
    start, end = numeral.span.start, numeral.span.end
    digits = numeral.core.of(text)
    before, after = text[start - 1 : start], text[end : end + 1]
    clock = (before == ":" and text[start - 2].isdigit()) or (
        after == ":" and text[end + 1 : end + 2].isdigit()
    )
    if digits.isdigit() and (
        clock
        or len(digits) >= _CODE_DIGITS
        or (len(digits) > 1 and digits[0] == "0")
        or (len(digits) == 4 and digits[:2] in ("19", "20"))
    ):
        return True
    if tables.numbers.label_measures.first_after(text, end) or (after.isascii() and after.isalpha()):
        return True
    opens = before in ("[", "(", "\uff08", "\u3010") and after in ("]", ")", "\uff09", "\u3011")
    heads = (not before or before == "\n") and after in (".", "\u3001", "\uff0e", ")", "\uff09")
    return opens or heads or bool(tables.numbers.code_label.search(text, max(0, start - 12), start))
