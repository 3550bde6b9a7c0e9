"""Chunks to fillers: values from the value rules, times from the calendar, names from the mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg.annotations import Linked, Marks, ProposedFiller
from kg.facts.calendar import Calendar
from kg.facts.drafts import Content, Filled, Said, When
from kg.facts.references import Named
from kg.ontology import Ontology
from kg.ontology.vocabulary import ENTITY, QUANTITY, TEXT, TIME, Role
from kg.spans import Spans
from kg.types import Mention, Quantity, Span
from kg.values import QuantityMention, Tables

_SURE_LEAD = 0.5  # probability that a chunk stands for something, from which it is led without a word for it
_BEFORE = 8  # characters before a figure in which a word may turn it round


@dataclass(frozen=True)
class Filler:
    """Fills the roles of one document's facts."""

    ontology: Ontology
    tables: Tables
    text: str
    marks: Marks
    linked: Linked
    calendar: Calendar
    mentions: Mapping[Span, Mention]
    named: Named

    def fill(self, role: Role, proposed: ProposedFiller) -> Iterator[Filled]:
        """The fillers that a chunk gives a role: one, none, or those that it stands for."""
        span = proposed.span
        if TIME in role.kinds:
            found = self.calendar.at(span)
            if found is not None:
                yield Filled(When(found[1], found[0].of(self.text)), found[0], proposed.probability)
        elif QUANTITY in role.kinds:
            yield from self._quantity(role, proposed)
        elif ENTITY in role.kinds:
            for content in self._entities(role, proposed):
                yield Filled(content, span, proposed.probability)
        else:
            yield Filled(Said(span.of(self.text)), span, proposed.probability)

    @cached_property
    def _quantities(self) -> Spans:
        found = self.marks.quantities.items()
        return Spans(Span(start, start + len(quantity.span)) for start, quantity in found)

    def _over(self, span: Span) -> list[Span]:
        """The figures that share a character with a chunk."""
        return list(self._quantities.over(span))

    def _quantity(self, role: Role, proposed: ProposedFiller) -> Iterator[Filled]:
        span = proposed.span
        over = self._over(span)
        if TEXT in role.kinds and not (over and len(over[0]) * 2 > len(span)):
            yield Filled(Said(span.of(self.text)), span, proposed.probability)
        elif over:
            best = max(over, key=lambda known: min(known.end, span.end) - max(known.start, span.start))
            mention = self.marks.quantities[best.start]
            value = self._money(mention) if role.name in self.ontology.grammar.money else mention.value
            if value is not None:
                yield Filled(self._signed(role, value, best), best, proposed.probability)

    def _money(self, mention: QuantityMention) -> Quantity | None:
        """The sum that a figure is; without a unit only one of 万 or 亿 is a sum."""
        units = self.tables.units
        if mention.kind in units.money_kinds or mention.kind == units.rate_kind:
            return mention.value
        if mention.kind == units.bare.kind and mention.large:
            return replace(mention.value, unit=units.currency)
        return None

    def role_of(self, proposed: ProposedFiller, roles: Mapping[str, Role]) -> Role | None:
        """The role that a chunk fills: 5亿元 in 下降了5亿元 is no level but what it changed by."""
        grammar = self.ontology.grammar
        if proposed.role != grammar.level or not self._is_by(proposed.span):
            return roles.get(proposed.role)
        return next((role for name, role in roles.items() if name in grammar.signed), None)

    def _is_by(self, span: Span) -> bool:
        """Whether a word of change stands right before a figure, and none that says to which level."""
        grammar = self.ontology.grammar
        over = self._over(span)
        before = self._before(over[0] if over else span)
        if not over or before.endswith(grammar.change_to):
            return False
        after = next((word for word in grammar.change_after if before.endswith(word)), "")
        return before.removesuffix(after).endswith(grammar.change_up + grammar.change_down)

    def _before(self, span: Span) -> str:
        """The words of the clause right before a figure."""
        before = self.text[max(0, span.start - _BEFORE) : span.start].rstrip()
        for mark in self.ontology.grammar.clause_ends:
            before = before.rpartition(mark)[2]
        return before

    def _signed(self, role: Role, value: Quantity, span: Span) -> Quantity:
        """A change with its sign, which stands in the words before it."""
        grammar = self.ontology.grammar
        before = self._before(span)
        if role.name not in grammar.signed or value.value <= 0 or before.endswith(grammar.change_to):
            return value
        falls = any(word in before for word in grammar.change_down)
        return replace(value, value=-value.value) if falls else value

    def _entities(self, role: Role, proposed: ProposedFiller) -> Iterator[Content]:
        words = proposed.span.of(self.text)
        reference = self.ontology.grammar.reference_of.get(words)
        leads = [self.mentions[span] for span in proposed.leads if span in self.mentions]
        if reference is not None:
            many = reference.pick in ("pair", "list")
            meant = leads if many and len(leads) > 1 else [] if many else leads[:1]
            yield from meant or self.named.before(proposed.span.start, reference)
            return
        if leads and proposed.refers > _SURE_LEAD and not self._names_itself(words):
            yield leads[0]
            return
        mention = self.mentions.get(proposed.span)
        if mention is None:
            return
        if TEXT in role.kinds and not self._is_name(mention):
            yield Said(words)
        elif self._fits(mention, proposed.classes or role.classes):
            yield mention
        elif TEXT in role.kinds:
            yield Said(words)

    def _fits(self, mention: Mention, classes: Iterable[str]) -> bool:
        cls = self.linked.cls(mention)
        return any(self.ontology.vocabulary.is_a(cls, wanted) for wanted in classes)

    def _names_itself(self, words: str) -> bool:
        """Whether the words are a division's name, short or full, and so need no other."""
        return len(words) > 1 and bool(self.ontology.divisions.by_name(words))

    def _is_name(self, mention: Mention) -> bool:
        names = self.ontology.names
        ending = names.ending_of(mention.name)
        return (
            bool(mention.codes)
            or len(mention.span) != len(mention.name)
            or (ending is not None and ending[1] in names.named_by and len(ending[0]) < len(mention.name))
        )
