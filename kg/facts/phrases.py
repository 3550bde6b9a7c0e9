"""Noun phrases and clauses: the elements that belong together, cut at the marks that end a clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.facts.elements import Clause, Element, Kind
from kg.ontology.lexicon import Grammar, Names
from kg.types import Span

_MEMBER = frozenset({Kind.NAME, Kind.NOUN, Kind.VERB, Kind.OTHER})
_MEMBER_LIMIT = 14  # characters of one member of a list
_NOUN_INNER = frozenset({"a", "b", "xc", "f"})  # tags inside a noun phrase, before a noun


@dataclass(frozen=True)
class PhraseBuilder:
    """Puts the elements of a sentence together into phrases, and these into clauses."""

    names: Names
    grammar: Grammar

    def clauses(self, text: str, elements: Sequence[Element]) -> list[Clause]:
        """The clauses of one sentence."""
        return list(self._split(text, self._phrases(text, elements)))

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
        """Between two 、, or a 、 and the count or 等 that closes the list, stands one member."""
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
                any(e.mention is not None and not e.mention.codes for e in member[:-1])
                and member[-1].kind is Kind.NOUN
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
            elif self._describes_people(flat, end):
                pass
            elif element.kind is Kind.TRIGGER and element.tag in ("vn", "n", "a", "an", "ad"):
                inner = (
                    not self._counts_object(flat, end)
                    and self._noun_follows(flat, end)
                    and (element.tag == "n" or self._modifies(flat, start, end))
                )
                closes = end > start and element.tag == "n" and not element.nominal
                closes = closes and flat[end - 1].kind is Kind.NOUN
                if not inner and not closes:
                    break
            elif element.kind is Kind.VERB and len(element.text) == 2:
                # 文艺演出15场: a verb between a noun and a figure is the noun's head
                behind = flat[end + 1] if end + 1 < len(flat) else None
                if (
                    end == start
                    or flat[end - 1].kind is not Kind.NOUN
                    or not self._is_held_count(element, behind)
                ):
                    break
            elif element.kind is Kind.QUANTITY and element.quantity is not None and element.quantity.rank:
                if not self._noun_follows(flat, end):
                    break
            else:
                break
            end += 1
        if end - start == 1 and flat[start].kind is not Kind.NOUN:
            return start + 1
        while end > start + 1 and flat[end - 1].kind not in (Kind.NOUN, Kind.NAME, Kind.TRIGGER, Kind.VERB):
            end -= 1
        return max(end, start + 1)

    def _counts_object(self, flat: Sequence[Element], index: int) -> bool:
        """选派|医生|6名: a counted plain noun right behind is the object, and the verbal noun a verb."""
        if index + 2 >= len(flat) or not self._is_plain_noun(flat, index + 1):
            return False
        if flat[index].text in self.grammar.intransitive:
            return False
        quantity = flat[index + 2].quantity
        if quantity is None or quantity.kind not in self.names.counting or quantity.kind in self.names.held:
            return False
        ending = self.names.ending_of(flat[index + 1].text)
        return ending is None or ending[1] not in self.names.named_by

    def _describes_people(self, flat: Sequence[Element], index: int) -> bool:
        """A verb without an object right before a noun of people: 脱贫|劳动力."""
        element = flat[index]
        if element.kind not in (Kind.VERB, Kind.TRIGGER) or element.text not in self.grammar.intransitive:
            return False
        if index + 1 >= len(flat) or not self._is_plain_noun(flat, index + 1):
            return False
        ending = self.names.ending_of(flat[index + 1].text)
        return ending is not None and ending[1] == self.names.group

    def _is_held_count(self, verb: Element, behind: Element | None) -> bool:
        return (
            behind is not None
            and behind.quantity is not None
            and behind.quantity.kind in self.names.held
            and verb.text not in self.grammar.copulas
        )

    @staticmethod
    def _is_plain_noun(flat: Sequence[Element], index: int) -> bool:
        return flat[index].kind is Kind.NOUN and flat[index].span.start == flat[index - 1].span.end

    def _modifies(self, flat: Sequence[Element], start: int, index: int) -> bool:
        """A verbal noun before a noun modifies it (投资协议) unless it is the predicate (通过援建车间)."""
        before = flat[index - 1] if index else None
        if index > start or before is None:
            return index > start
        if before.quantity is not None:
            return before.quantity.kind in self.names.counting
        return before.kind in (Kind.VERB, Kind.TRIGGER, Kind.OF, Kind.JOIN, Kind.OTHER, Kind.NAME)

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

    def _split(self, text: str, elements: Sequence[Element]) -> Iterator[Clause]:
        start = 0
        for index, element in enumerate(elements):
            if element.text in self.grammar.clause_ends:
                if index > start:
                    yield _clause(self._with_verb(text, elements[start:index]))
                start = index + 1
        if start < len(elements):
            yield _clause(self._with_verb(text, elements[start:]))

    def _with_verb(self, text: str, elements: Sequence[Element]) -> Sequence[Element]:
        """岗位安置脱贫人口2万人: in a clause without a verb, a verbal noun before a counted noun is one."""
        if (
            any(e.kind in (Kind.VERB, Kind.TRIGGER) for e in elements)
            or elements[-1].kind is not Kind.QUANTITY
        ):
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


def _clause(elements: Sequence[Element]) -> Clause:
    span = Span(elements[0].span.start, elements[-1].span.end)
    return Clause(span, list(elements))
