"""Places that the tagger took apart: 刚|察|县 is one word, for the gazetteer has 刚察县."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ahocorasick

from kg.annotations import NUMBER, OTHER, QUOTED, TIME, Word
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Names

_LEAST = 3  # characters: a full name of two is as often something else
_WHOLE = frozenset({NUMBER, TIME, QUOTED, OTHER})  # what is never cut
_COMMON = frozenset({"n", "f", "s", "a", "an", "nz"})  # nouns and what stands before them: 老|城区
_NAMED = frozenset({"LOC", "ORG", "PER", "nw"})  # what the tagger took for a name itself


class PlaceFinder:
    """Finds the full names of divisions, province to county, whatever words they were cut into."""

    def __init__(self, divisions: Divisions, names: Names) -> None:
        self._names = names
        self._automaton = ahocorasick.Automaton()
        for division in divisions:
            if len(division.name) >= _LEAST:
                self._automaton.add_word(division.name, len(division.name))
        if self._automaton:
            self._automaton.make_automaton()

    def mend(self, text: str, words: Sequence[Word]) -> list[Word]:
        """The words with such places whole; one whose last letter begins a word (刚察|县委) is left short."""
        result: list[Word] = []
        at = 0
        for start, end in self._found(text):
            while at < len(words) and words[at].end <= start:
                result.append(words[at])
                at += 1
            stop = at
            while stop < len(words) and words[stop].start < end:
                stop += 1
            result.extend(self._whole(text, words[at:stop], start, end))
            at = stop
        result.extend(words[at:])
        return result

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        if self._automaton:
            for last, size in self._automaton.iter_long(text):
                yield last + 1 - size, last + 1

    def _whole(self, text: str, words: Sequence[Word], start: int, end: int) -> Sequence[Word]:
        tags = {word.tag for word in words}
        if not words or tags & _WHOLE or tags & _NAMED or tags <= _COMMON:
            return words
        first, last = words[0], words[-1]
        if len(words) == 1:  # a whole name that was taken for another part of speech
            ending = self._names.ending_of(text[first.start : first.end])
            is_name = first.start == start and ending is not None and ending[1] in self._names.named_by
            return [Word(first.start, first.end, "ORG")] if is_name else words
        if last.end > end and last.start == end - 1:
            end -= 1
        mended = [Word(first.start, start, first.tag)] if first.start < start else []
        mended.append(Word(start, end, "LOC"))
        if last.end > end:
            mended.append(Word(end, last.end, last.tag))
        return mended
