"""Names that brackets tell: 甲（ABC）, and 甲(某地)有限公司, whatever the tagger made of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from kg.annotations import Word
from kg.mentions.names import NameFinder
from kg.types import Mention, Span

_LATIN_BRACKET = re.compile(r"[（(](?=[A-Za-z])[A-Za-z0-9 .&'-]+[）)]")
_PLACE_BRACKET = re.compile(r"[（(](\w{2,6})[）)]")
_BEFORE = 3  # words before a bracket that may belong to the name
_NAMING = ("PER", "LOC", "ORG", "nz", "n", "nw")


def bracketed_names(text: str, words: Sequence[Word], finder: NameFinder) -> list[Mention]:
    """Both kinds, in order."""
    return sorted([*_latin(text, words, finder), *_with_place(text, words, finder)])


def _latin(text: str, words: Sequence[Word], finder: NameFinder) -> list[Mention]:
    """某某（ABC）: a word that its name in other letters follows in brackets is a name."""
    ends = {word.end: word for word in words}
    found: list[Mention] = []
    for match in _LATIN_BRACKET.finditer(text):
        word = ends.get(match.start())
        if word is None or word.tag not in _NAMING or not 2 <= word.end - word.start <= 8:
            continue
        said = text[word.start : word.end]
        ending = finder.names.ending_of(said)
        before = finder.names.ending_of(text[max(0, word.start - 8) : word.start])
        cls = (
            ending[1]
            if ending and len(said) > len(ending[0])
            else before[1]
            if before
            else finder.names.tags["ORG"]
        )
        if cls in finder.names.named_by and not (ending and said == ending[0]):
            found.append(Mention(Span(word.start, word.end), said, cls))
    return found


def _with_place(text: str, words: Sequence[Word], finder: NameFinder) -> list[Mention]:
    """某某(四川)电子有限公司: a place in brackets, an organization's ending right behind it."""
    starts = [word.start for word in words]
    found: list[Mention] = []
    for match in _PLACE_BRACKET.finditer(text):
        inside = words[bisect_right(starts, match.start(1)) - 1]
        if not finder.divisions.by_name(match[1]) and inside.tag not in ("LOC", "ORG"):
            continue
        end = _end_behind(text, words, starts, match.end(), finder)
        start = _start_before(text, words, starts, match.start(), finder)
        if end is None or start is None:
            continue
        span = Span(start, end)
        ending = finder.names.ending_of(text[match.end() : end])
        if ending is not None and ending[1] in finder.names.named_by:
            found.append(Mention(span, span.of(text), ending[1]))
    return found


def _end_behind(
    text: str, words: Sequence[Word], starts: Sequence[int], at: int, finder: NameFinder
) -> int | None:
    """Where the ending behind the bracket closes the name."""
    index = bisect_right(starts, at - 1) - 1
    index += words[index].end <= at
    best = None
    while index < len(words) and words[index].tag in finder.names.inside:
        ending = finder.names.ending_of(text[at : words[index].end])
        if ending is not None and ending[1] in finder.names.named_by:
            best = words[index].end
        index += 1
    return best


def _start_before(
    text: str, words: Sequence[Word], starts: Sequence[int], at: int, finder: NameFinder
) -> int | None:
    """Where the name begins: at the proper word before the bracket, common nouns between them included."""
    index = bisect_right(starts, at - 1) - 1
    start = None
    for back in range(index, max(-1, index - _BEFORE), -1):
        word = words[back]
        said = text[word.start : word.end]
        if word.tag not in _NAMING or said in finder.names.never_inside:
            break
        ending = finder.names.ending_of(said)
        if (
            back < index
            and ending is not None
            and ending[1] in finder.names.named_by
            and ending[0] in (said, said[-2:])
        ):
            break
        start = word.start
        if word.tag in ("ORG", "PER", "LOC", "nz") and not (back and words[back - 1].tag in ("LOC", "ORG")):
            break
    return start
