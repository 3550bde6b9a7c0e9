"""Titles of persons: 院长, 党委副书记, 教育局局长."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.annotations import NUMBER, Word
from kg.ontology.lexicon import Names
from kg.types import Span


def find_titles(text: str, words: Sequence[Word], names: Names) -> Iterator[Span]:
    """Titles of persons (党委常务副书记, 董事长助理): at the borders of words, the longest first."""
    index = 0
    while index < len(words):
        end = _title_end(text, words, index, names)
        if end is None:
            index += 1
            continue
        yield Span(words[index].start, words[end - 1].end)
        index = end


def _title_end(text: str, words: Sequence[Word], start: int, names: Names) -> int | None:
    best = None
    if text[words[start].start] not in names.title_openers:
        return None
    for end in range(start + 1, min(start + 6, len(words)) + 1):
        word = words[end - 1]
        if word.tag not in ("n", "a", "v", "vn", "an", "m", "b", "r", "f", "d", "ORG", "ad", NUMBER, "nz"):
            break
        if is_title_phrase(text[words[start].start : word.end], names):
            following = text[word.end : word.end + 1]
            if word.tag != "v" and following not in names.not_title_before:
                best = end
    return best


def is_title_phrase(said: str, names: Names) -> bool:
    """Whether the words are a title with nothing but what may precede one; (before)* title+."""
    if not said:
        return False
    rest = said
    while rest:
        if rest in names.titles:
            return True
        step = next(
            (
                rest[:size]
                for size in range(min(8, len(rest) - 1), 0, -1)
                if rest[:size] in names.before_title or rest[:size] in names.titles
            ),
            None,
        )
        if step is None:
            return False
        rest = rest[len(step) :]
    return False
