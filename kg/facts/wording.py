"""The words of a sentence as elements: names, references, values, triggers and function words told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.annotations import NUMBER, QUOTED, TIME, Word
from kg.facts.elements import Element, Kind
from kg.ontology.lexicon import Grammar, Names, Reference
from kg.types import Mention, Span
from kg.values import QuantityMention, TimeMention

_NOUN_TAGS = frozenset({"n", "nz", "nw", "vn", "an", "LOC", "ORG", "PER", "s", QUOTED})
_VERB_TAGS = frozenset({"v", "vd"})
_FUNCTION_TAGS = frozenset({"p", "c", "u", "r", "q", "f", "xc", "w"})


@dataclass(frozen=True, slots=True)
class TriggerHit:
    """Words that may evoke frames; ``senses`` are what the frames' trigger lists say of them."""

    span: Span
    senses: tuple[object, ...]


@dataclass(frozen=True)
class WordReader:
    """Gives each word, name, value or trigger of a sentence its kind."""

    names: Names
    grammar: Grammar
    triggers: Mapping[str, tuple[object, ...]]

    # What the words looked up begin with: most words of a text begin with none of it.
    @cached_property
    def _reference_openers(self) -> frozenset[str]:
        return frozenset(word[0] for word in (*self.grammar.reference_of, *self.grammar.demonstratives))

    @cached_property
    def _adverbial_openers(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.grammar.adverbials)

    @cached_property
    def _trigger_openers(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.triggers)

    def elements(
        self,
        text: str,
        words: Sequence[Word],
        mentions: Mapping[int, Mention],
        titles: Mapping[int, Span],
        quantities: Mapping[int, QuantityMention],
        times: Mapping[int, TimeMention],
    ) -> Iterator[Element]:
        """The elements in order; what stands in brackets is left out.

        The mappings are keyed by where the word begins that the name, title or value begins in.
        """
        index = 0
        closers: list[str] = []
        while index < len(words):
            word = words[index]
            said = text[word.start : word.end]
            close = self.grammar.brackets.get(said)
            if close and text.count(close, word.end, words[-1].end) > closers.count(close):
                closers.append(close)
                index += 1
                continue
            if closers:
                if closers[-1] in said:
                    closers.pop()
                index += 1
                continue
            mention = mentions.get(word.start)
            if mention is not None:
                end = mention.span.end
                yield Element(Kind.NAME, mention.span, mention.span.of(text), word.tag, mention)
                index = _skip(words, index, max(end, word.end))
                continue
            reference = self._reference(text, words, index)
            if reference is not None:
                span, what = reference
                yield Element(Kind.REFERENCE, span, span.of(text), "r", reference=what)
                index = _skip(words, index, span.end)
                continue
            if word.start in times and word.tag == TIME:
                yield Element(Kind.TIME, Span(word.start, word.end), said, TIME, time=times[word.start])
                index += 1
                continue
            if word.start in quantities and word.tag == NUMBER:
                quantity = quantities[word.start]
                yield Element(Kind.QUANTITY, Span(word.start, word.end), said, NUMBER, quantity=quantity)
                index += 1
                continue
            if said in self.names.honorifics and self._is_person_before(mentions, words, index):
                index += 1
                continue
            adverbial = self._adverbial(text, words, index)
            if adverbial is not None:
                yield Element(Kind.ADVERB, adverbial, adverbial.of(text), "d")
                index = _skip(words, index, adverbial.end)
                continue
            trigger = self._trigger(text, words, index)
            if trigger is not None:
                tag = words[index].tag
                nominal = any(getattr(evoked, "nominal", False) for evoked in trigger.senses)
                yield Element(
                    Kind.TRIGGER,
                    trigger.span,
                    trigger.span.of(text),
                    tag,
                    triggers=trigger.senses,
                    nominal=nominal,
                )
                index = _skip(words, index, trigger.span.end)
                continue
            if word.start in titles:
                span = titles[word.start]
                yield Element(Kind.TITLE, span, span.of(text), "n")
                index = _skip(words, index, span.end)
                continue
            kind = self._word_kind(said, word)
            if kind is Kind.NOUN and said in self.grammar.planned and self._verb_follows(words, index):
                kind = Kind.VERB
            yield Element(kind, Span(word.start, word.end), said, word.tag)
            index += 1

    @staticmethod
    def _verb_follows(words: Sequence[Word], index: int) -> bool:
        return index + 1 < len(words) and words[index + 1].tag in ("v", "d", "ad", "vd", TIME)

    def _reference(self, text: str, words: Sequence[Word], index: int) -> tuple[Span, Reference] | None:
        start = words[index].start
        if text[start] not in self._reference_openers:
            return None
        for end in range(min(index + 3, len(words)), index, -1):
            said = text[start : words[end - 1].end]
            reference = self.grammar.reference_of.get(said) or self._demonstrated(said)
            if reference is not None:
                return Span(start, words[end - 1].end), reference
        return None

    def _demonstrated(self, said: str) -> Reference | None:
        """该馆, 这家医院: the last thing named that is one."""
        for size in (2, 1):
            noun = said[size:]
            if noun and said[:size] in self.grammar.demonstratives:
                ending = self.names.ending_of(noun)
                if ending is not None and ending[0] == noun and ending[1] in self.names.named_by:
                    return Reference(frozenset({said}), (ending[1],), "last", frozenset({noun}), loose=True)
        return None

    def _is_person_before(self, mentions: Mapping[int, Mention], words: Sequence[Word], index: int) -> bool:
        before = mentions.get(words[index - 1].start) if index else None
        return before is not None and before.cls == self.names.person

    def _adverbial(self, text: str, words: Sequence[Word], index: int) -> Span | None:
        start = words[index].start
        if text[start] not in self._adverbial_openers:
            return None
        for end in range(min(index + 3, len(words)), index, -1):
            if text[start : words[end - 1].end] in self.grammar.adverbials:
                return Span(start, words[end - 1].end)
        return None

    def _trigger(self, text: str, words: Sequence[Word], index: int) -> TriggerHit | None:
        start = words[index].start
        longest = index + 5 if text[start] in self._trigger_openers else index
        for end in range(min(longest, len(words)), index, -1):
            said = text[start : words[end - 1].end]
            senses = self.triggers.get(said)
            following = text[words[end].start : words[end].end] if end < len(words) else ""
            if senses is not None and following in self.grammar.nominal_after:
                return None
            if senses is not None and not (end == index + 1 and words[index].tag in _FUNCTION_TAGS):
                return TriggerHit(Span(start, words[end - 1].end), senses)
        word = words[index]
        if word.tag in ("v", "vn", "vd"):
            said = text[word.start : word.end]
            for size in range(len(said) - 1, 1, -1):
                senses = self.triggers.get(said[:size]) or self.triggers.get(said[-size:])
                if senses is not None:
                    at = word.start if said[:size] in self.triggers else word.end - size
                    return TriggerHit(Span(at, at + size), senses)
        return None

    def _word_kind(self, said: str, word: Word) -> Kind:
        grammar = self.grammar
        if said in grammar.of:
            return Kind.OF
        if said in grammar.part_of:
            return Kind.OTHER
        if said in grammar.also:
            return Kind.ALSO
        if word.tag == "d" or word.tag == "ad":
            return Kind.ADVERB
        if said in grammar.markers and word.tag in ("p", "c", "v", "ORG", "xc"):
            return Kind.JOIN if word.tag == "c" and said in grammar.joins else Kind.MARKER
        if said in grammar.joins:
            return Kind.JOIN
        if word.tag in _VERB_TAGS:
            return Kind.VERB
        if word.tag in _NOUN_TAGS or word.tag == "t":
            return Kind.NOUN
        if word.tag == "w" or not said.strip():
            return Kind.MARK
        return Kind.OTHER


def _skip(words: Sequence[Word], index: int, end: int) -> int:
    while index < len(words) and words[index].start < end:
        index += 1
    return index
