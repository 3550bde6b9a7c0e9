"""What is written on nodes and lines, in both languages, and how much room it takes."""

from __future__ import annotations

from kg.types import Fact, Period, Quantity
from kg.view.model import Line, Vocabulary, sort_roles

LANGUAGES = ("zh", "en")
WRAP = 22  # width of a line on a node, in half-width characters
MAX_LINES = 3
FONT_SIZE = 13  # pixels; names of busy nodes are larger
HALF_WIDTH = 7.0  # pixels of a half-width character in that size, rounded up
LINE_HEIGHT = 17.0  # pixels, in that size

_BOUND_SIGNS = {"about": "≈ ", "min": "≥ ", "max": "≤ "}
_LONGEST_VALUE = 24  # a longer quantity or time would hide the line it stands on


def text_width(text: str) -> int:
    """Width in half-width characters; everything from the CJK radicals on counts two.

    A fixed limit rather than the Unicode tables, which change with the Python version.

    >>> text_width("北京ab")
    6
    """
    return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)


def wrap_label(text: str, width: int = WRAP) -> str:
    """The text in lines of a width, cut off with an ellipsis after the third.

    Latin words stay whole where they fit; other scripts break anywhere.

    >>> wrap_label("Shangzhou District People's Government")
    "Shangzhou District\\nPeople's Government"
    """
    lines, line = [], ""
    for piece in _pieces(" ".join(text.split())):
        if line and text_width(line) + text_width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
        while text_width(line.rstrip()) > width:
            cut = next(i for i in range(len(line), 0, -1) if text_width(line[:i]) <= width)
            lines.append(line[:cut])
            line = line[cut:]
    lines.append(line.rstrip())
    lines = [line for line in lines if line] or [""]
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], lines[MAX_LINES - 1][:-1] + "…"]
    return "\n".join(lines)


def _pieces(text: str) -> list[str]:
    """Latin words with the space after them; other characters one by one."""
    pieces: list[str] = []
    for c in text:
        joins = pieces and ord(c) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80 and not pieces[-1].endswith(" ")
        if joins:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


def label_box(text: str) -> tuple[float, float]:
    """Width and height in pixels that a wrapped label takes."""
    lines = text.split("\n")
    return max(map(text_width, lines)) * HALF_WIDTH, len(lines) * LINE_HEIGHT


def quantity_english(quantity: Quantity) -> str:
    """The quantity for a reader without Chinese.

    >>> from decimal import Decimal
    >>> quantity_english(Quantity(Decimal(3000000), "CNY", "min", "300余万元"))
    '≥ 3,000,000 CNY'
    """
    value = quantity.value.normalize()
    unit = quantity.unit if quantity.unit == "%" else f" {quantity.unit}"
    return f"{_BOUND_SIGNS.get(quantity.bound, '')}{value:,f}{unit}"


def main_value(fact: Fact, vocabulary: Vocabulary) -> dict[str, str]:
    """The first quantity that a fact gives, or else its first time, by language; empty texts without."""
    values = [v for role in sort_roles(fact, vocabulary) for v in fact.roles[role]]
    quantity = next((v for v in values if isinstance(v, Quantity)), None)
    period = next((v for v in values if isinstance(v, Period)), None)
    if quantity is not None:
        found = {"zh": quantity.text, "en": quantity_english(quantity)}
    elif period is not None:
        found = {"zh": period.text, "en": period.edtf}
    else:
        return {"zh": "", "en": ""}
    return {k: v if text_width(v) <= _LONGEST_VALUE else "" for k, v in found.items()}


def term_labels(vocabulary: Vocabulary, fact_type: str) -> dict[str, str]:
    """A fact type's labels by language; its name where the ontology does not know it."""
    term = vocabulary.fact_types.get(fact_type)
    return {"zh": term.label_zh, "en": term.label_en} if term else {"zh": fact_type, "en": fact_type}


def role_labels(vocabulary: Vocabulary, fact_type: str, role: str) -> dict[str, str]:
    """A role's labels by language; its name where the ontology does not know it."""
    term = vocabulary.fact_types.get(fact_type)
    found = term.roles.get(role) if term else None
    return {"zh": found.label_zh, "en": found.label_en} if found else {"zh": role, "en": role}


def line_labels(fact: Fact, line: Line | None, vocabulary: Vocabulary) -> dict[str, str]:
    """What stands on a fact's line, or on the fact as a node; the page's script writes the same."""
    types = term_labels(vocabulary, fact.type)
    if line is not None and line.role is not None:
        roles = role_labels(vocabulary, fact.type, line.role)
        return {lang: f"{types[lang]} · {roles[lang]}" for lang in LANGUAGES}
    value = main_value(fact, vocabulary)
    return {lang: f"{types[lang]} {value[lang]}".strip() for lang in LANGUAGES}
