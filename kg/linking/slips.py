"""Spelling slips: names that differ by one character between two copies of one passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kg.spans import Spans
from kg.types import Passage, Span

_SHORTEST = 4  # characters; in a shorter name one character is too much of it


def find_slips(passages: Sequence[Passage], names: Sequence[tuple[Span, str]]) -> dict[str, str]:
    """Slip to the name it stands for: the longer one, else the one of the earlier copy.

    ``names`` are all names and nouns that fill roles, with their places.
    """
    slips: dict[str, str] = {}
    said: dict[Span, set[str]] = defaultdict(set)
    for span, name in names:
        said[span].add(name)
    places = Spans(said)

    def inside(passage: Span) -> set[str]:
        return {name for span in places.inside(passage) for name in said[span]}

    for passage in passages:
        if passage.copy_of is None:
            continue
        first, second = inside(passage.copy_of), inside(passage.span)
        for one in sorted(first - second):
            for other in sorted(second - first):
                if min(len(one), len(other)) >= _SHORTEST and is_one_slip(one, other):
                    slip, name = (one, other) if len(other) > len(one) else (other, one)
                    slips.setdefault(slip, name)
    return slips


def is_one_slip(one: str, other: str) -> bool:
    """Whether one character was dropped, added or mistaken; a number for another is no slip.

    >>> is_one_slip("明远农牧", "明远农枚"), is_one_slip("甲乙丙丁", "甲丙丁")
    (True, True)
    >>> is_one_slip("第一中学", "第二中学")
    False
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    changed = one[head : len(one) - tail] + other[head : len(other) - tail]
    return max(len(one), len(other)) - head - tail == 1 and not changed.isnumeric()


def apply_slips(name: str, slips: Mapping[str, str]) -> str:
    """The name that a slip stands for, or the name itself."""
    return slips.get(name, name)
