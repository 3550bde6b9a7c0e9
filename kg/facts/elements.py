"""What a clause is made of: phrases over words, names and values, in order.

An element is a noun phrase, a value, a verb, a preposition, a mark; a clause is the elements between
two of the marks that end one. Everything a frame can ask for is found on these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kg.annotations import NUMBER, QUOTED, TIME, Word
from kg.ontology.lexicon import Grammar, Names, Reference
from kg.types import Mention, Span
from kg.values import QuantityMention, TimeMention


class Kind(StrEnum):
    """The kinds of elements."""

    NAME = "name"
    NOUN = "noun"
    TITLE = "title"
    REFERENCE = "reference"
    QUANTITY = "quantity"
    TIME = "time"
    VERB = "verb"
    TRIGGER = "trigger"
    MARKER = "marker"
    ADVERB = "adverb"
    OF = "of"
    JOIN = "join"
    ALSO = "also"
    MARK = "mark"
    OTHER = "other"


NOMINAL = frozenset({Kind.NAME, Kind.NOUN, Kind.REFERENCE})
_NOUN_TAGS = frozenset({"n", "nz", "nw", "vn", "an", "LOC", "ORG", "PER", "s", QUOTED})
_MEMBER = frozenset({Kind.NAME, Kind.NOUN, Kind.VERB, Kind.OTHER})
_MEMBER_LIMIT = 14  # characters of one member of a list
_NOUN_INNER = frozenset({"a", "b", "xc", "f"})  # inside a noun phrase, before a noun
_VERB_TAGS = frozenset({"v", "vd"})
_FUNCTION_TAGS = frozenset({"p", "c", "u", "r", "q", "f", "xc", "w"})


@dataclass(slots=True)
class Element:
    """One phrase; what it names or counts is in the field of its kind."""

    kind: Kind
    span: Span
    text: str
    tag: str = ""
    mention: Mention | None = None
    parts: tuple[Mention, ...] = ()  # names inside a noun phrase: 广州 in 广州医生
    quantity: QuantityMention | None = None
    time: TimeMention | None = None
    reference: Reference | None = None
    referents: tuple[Mention, ...] = ()
    triggers: tuple[object, ...] = ()
    nominal: bool = False  # whether a trigger evokes its frame as a noun too
    pieces: tuple[Element, ...] = ()  # what a noun phrase was put together from
    counted_by: Element | None = None  # 19名 before 党政干部


@dataclass(slots=True)
class Clause:
    """The elements of one clause, and the characters they come from."""

    span: Span
    elements: list[Element] = field(default_factory=list)
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class TriggerHit:
    """Words that may evoke frames; ``senses`` are what the frames' trigger lists say of them."""

    span: Span
    senses: tuple[object, ...]


@dataclass(frozen=True)
class ElementBuilder:
    """Builds the clauses of a sentence."""

    names: Names
    grammar: Grammar
    triggers: Mapping[str, tuple[object, ...]]

    def clauses(
        self,
        text: str,
        words: Sequence[Word],
        mentions: Mapping[int, Mention],
        titles: Mapping[int, Span],
        quantities: Mapping[int, QuantityMention],
        times: Mapping[int, TimeMention],
    ) -> list[Clause]:
        """The clauses of one sentence's words; the mappings are keyed by start."""
        flat = list(self._flat(text, words, mentions, titles, quantities, times))
        return list(self._split(text, self._phrases(text, flat)))

    # -- one element a word, name, value or trigger -------------------------------------------------

    def _flat(
        self,
        text: str,
        words: Sequence[Word],
        mentions: Mapping[int, Mention],
        titles: Mapping[int, Span],
        quantities: Mapping[int, QuantityMention],
        times: Mapping[int, TimeMention],
    ) -> Iterator[Element]:
        index = 0
        depth: list[str] = []
        while index < len(words):
            word = words[index]
            said = text[word.start : word.end]
            mention = self._mention_from(mentions, word)
            if depth:
                if depth[-1] in said:
                    depth.pop()
                index += 1
                continue
            if said in self.grammar.brackets and self._closes(
                text, words, index, self.grammar.brackets[said]
            ):
                depth.append(self.grammar.brackets[said])
                index += 1
                continue
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

    def _closes(self, text: str, words: Sequence[Word], index: int, close: str) -> bool:
        return close in text[words[index].end : words[-1].end]

    @staticmethod
    def _mention_from(mentions: Mapping[int, Mention], word: Word) -> Mention | None:
        for start in range(word.start, word.end):
            if start in mentions:
                return mentions[start]
        return None

    def _reference(self, text: str, words: Sequence[Word], index: int) -> tuple[Span, Reference] | None:
        start = words[index].start
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

    def _adverbial(self, text: str, words: Sequence[Word], index: int) -> Span | None:
        start = words[index].start
        for end in range(min(index + 3, len(words)), index, -1):
            if text[start : words[end - 1].end] in self.grammar.adverbials:
                return Span(start, words[end - 1].end)
        return None

    def _trigger(self, text: str, words: Sequence[Word], index: int) -> TriggerHit | None:
        start = words[index].start
        for end in range(min(index + 5, len(words)), index, -1):
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

    # -- noun phrases -------------------------------------------------------------------------------

    def _phrases(self, text: str, flat: Sequence[Element]) -> list[Element]:
        flat = self._list_members(text, flat)
        result: list[Element] = []
        index = 0
        while index < len(flat):
            end = self._phrase_end(flat, index)
            if end > index + 1:
                result.append(self._noun(text, flat[index:end]))
            else:
                result.append(flat[index])
            index = max(end, index + 1)
        return result

    def _list_members(self, text: str, flat: Sequence[Element]) -> list[Element]:
        """Between two 、, or a 、 and the count or 等 that closes the list, stands one member, whatever its words."""
        result: list[Element] = []
        index = 0
        while index < len(flat):
            result.append(flat[index])
            index += 1
            if not self._is_comma(flat, index - 1):
                continue
            end = index
            while (
                end < len(flat)
                and flat[end].kind in _MEMBER
                and flat[end].span.start == flat[end - 1].span.end
            ):
                end += 1
            closes = end < len(flat) and (
                self._is_comma(flat, end)
                or flat[end].kind is Kind.ALSO
                or (
                    flat[end].kind is Kind.QUANTITY
                    and end + 1 < len(flat)
                    and flat[end + 1].kind is Kind.NOUN
                )
            )
            member = flat[index:end]
            odd = any(e.kind in (Kind.VERB, Kind.OTHER) for e in member) or (
                any(e.mention is not None and not e.mention.codes for e in member[:-1]) and member[-1].kind is Kind.NOUN
            )
            if (
                closes
                and end > index + 1
                and odd
                and flat[end - 1].span.end - flat[index].span.start <= _MEMBER_LIMIT
            ):
                span = Span(flat[index].span.start, flat[end - 1].span.end)
                result.append(Element(Kind.NOUN, span, span.of(text), "n"))
                index = end
        return result

    @staticmethod
    def _is_comma(flat: Sequence[Element], index: int) -> bool:
        return flat[index].kind is Kind.JOIN and flat[index].tag == "w"

    def _phrase_end(self, flat: Sequence[Element], start: int) -> int:
        """Where the noun phrase from here ends: names and nouns that follow one another directly."""
        end = start
        while end < len(flat):
            element = flat[end]
            if end > start and element.span.start != flat[end - 1].span.end:
                break
            if element.kind is Kind.NOUN:
                pass
            elif element.kind is Kind.NAME:
                if element.mention is not None and element.mention.cls == self.names.person:
                    if end == start and end + 1 < len(flat) and self._is_plain_noun(flat, end + 1):
                        end += 1
                        continue
                    break
                if element.mention is not None and element.mention.cls == self.names.document:
                    break
                if end > start and flat[end - 1].kind is Kind.NOUN and element.mention is not None:
                    break
            elif element.kind in (Kind.OTHER, Kind.ADVERB) and element.tag in _NOUN_INNER | {"ad"}:
                if not self._noun_follows(flat, end) or element.text in self.grammar.part_of:
                    break
            elif element.kind is Kind.TRIGGER and element.tag in ("vn", "n", "a", "an", "ad"):
                if not self._noun_follows(flat, end) or not (
                    element.tag == "n" or self._modifies(flat, start, end)
                ):
                    if element.nominal or not (end > start and element.tag == "n"):
                        break
            elif element.kind is Kind.QUANTITY and element.quantity is not None and element.quantity.rank:
                if not self._noun_follows(flat, end):
                    break
            else:
                break
            end += 1
        if end - start == 1 and flat[start].kind is not Kind.NOUN:
            return start + 1
        while end > start + 1 and flat[end - 1].kind not in (Kind.NOUN, Kind.NAME, Kind.TRIGGER):
            end -= 1
        return max(end, start + 1)

    @staticmethod
    def _is_plain_noun(flat: Sequence[Element], index: int) -> bool:
        return flat[index].kind is Kind.NOUN and flat[index].span.start == flat[index - 1].span.end

    @staticmethod
    def _modifies(flat: Sequence[Element], start: int, index: int) -> bool:
        """A verbal noun before a noun modifies it (投资协议) unless it opens the clause's predicate (通过援建车间)."""
        if index > start:
            return True
        before = flat[index - 1] if index else None
        return before is not None and before.kind in (
            Kind.VERB,
            Kind.TRIGGER,
            Kind.OF,
            Kind.JOIN,
            Kind.QUANTITY,
            Kind.OTHER,
            Kind.NAME,
        )

    @staticmethod
    def _noun_follows(flat: Sequence[Element], index: int) -> bool:
        following = index + 1
        while following < len(flat) and flat[following].span.start == flat[following - 1].span.end:
            element = flat[following]
            if element.kind is Kind.NOUN:
                return True
            if element.kind is Kind.NAME:
                return following > index + 1 or element.mention is None
            if element.kind is Kind.TRIGGER and element.tag in ("vn", "n"):
                following += 1
                continue
            if element.kind in (Kind.OTHER, Kind.ADVERB) and element.tag in _NOUN_INNER:
                following += 1
                continue
            return False
        return False

    def _noun(self, text: str, parts: Sequence[Element]) -> Element:
        span = Span(parts[0].span.start, parts[-1].span.end)
        names = tuple(part.mention for part in parts if part.mention is not None)
        if all(part.kind is Kind.NAME for part in parts):
            last = parts[-1]
            return Element(Kind.NAME, last.span, last.text, last.tag, last.mention, names[:-1])
        return Element(Kind.NOUN, span, span.of(text), "n", parts=names, pieces=tuple(parts))

    # -- clauses ------------------------------------------------------------------------------------

    def _split(self, text: str, elements: Sequence[Element]) -> Iterator[Clause]:
        start = 0
        for index, element in enumerate(elements):
            if element.text in self.grammar.clause_ends:
                if index > start:
                    yield _clause(self._with_verb(text, elements[start:index]), element.text)
                start = index + 1
        if start < len(elements):
            yield _clause(self._with_verb(text, elements[start:]), "")

    def _with_verb(self, text: str, elements: Sequence[Element]) -> Sequence[Element]:
        """公益性岗位安置脱贫人口1.9万人: in a clause without a verb, a verbal noun before a counted noun is one."""
        if any(e.kind in (Kind.VERB, Kind.TRIGGER) for e in elements) or elements[-1].kind is not Kind.QUANTITY:
            return elements
        for index, element in enumerate(elements[:-1]):
            if elements[index + 1].kind is not Kind.QUANTITY:
                continue
            for at in range(len(element.pieces) - 2, 0, -1):
                piece = element.pieces[at]
                if piece.kind is Kind.TRIGGER and piece.tag == "vn":
                    before = self._noun(text, element.pieces[:at])
                    behind = self._noun(text, element.pieces[at + 1 :])
                    return [*elements[:index], before, piece, behind, *elements[index + 1 :]]
        return elements


def _clause(elements: Sequence[Element], closed_by: str) -> Clause:
    span = Span(elements[0].span.start, elements[-1].span.end)
    return Clause(span, list(elements), closed_by)


def _skip(words: Sequence[Word], index: int, end: int) -> int:
    while index < len(words) and words[index].start < end:
        index += 1
    return index
