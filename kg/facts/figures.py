"""Statistics: figures that no event takes, with their indicator, subject and change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.facts.drafts import Draft, Filled, Said, When
from kg.facts.elements import NOMINAL, Element, Kind
from kg.facts.groups import Group, Parsed
from kg.facts.modality import clause_modality, inherited_modality
from kg.ontology.frames import Frame, FrameRole
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Modality, Quantity, Span

_SKIPPED = frozenset({Kind.ADVERB, Kind.TIME})


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, and the subject that its own words name (平湖市 in 平湖市工业产值)."""

    text: str
    span: Span
    subject: tuple[Filled, ...] = ()


@dataclass(frozen=True)
class FigureReader:
    """Reads one sentence's figures for the frames of kind ``figure``."""

    frame: Frame
    names: Names
    grammar: Grammar
    is_a: Callable[[str, str], bool]
    class_of: Callable[[Mention], str]
    dates: Callable[[Element], str | None]

    def _role(self, takes: str, slot: str = "") -> FrameRole:
        """The frame's role by what it takes; the two figures are told apart by their slots."""
        roles = self.frame.senses[0].roles
        return next(role for role in roles if role.takes == takes and (not slot or slot in role.slots))

    def drafts(
        self, text: str, sentence: Sequence[Parsed], used: set[int], carried: Sequence[Filled]
    ) -> list[Draft]:
        """The statistics of a sentence; ``used`` are ids of quantities that events took."""
        found: list[Draft] = []
        for number, parsed in enumerate(sentence):
            index = 0
            while index < len(parsed.elements):
                element = parsed.elements[index]
                if element.kind is Kind.QUANTITY and id(element) not in used:
                    figures = self._list_from(parsed, index, used)
                    self._read(text, sentence, number, index, figures, found, carried)
                    index = parsed.elements.index(figures[-1])
                index += 1
        return [draft for draft in found if self._is_whole(draft)]

    def _is_whole(self, draft: Draft) -> bool:
        return all(needed & draft.roles.keys() for needed in self.frame.needs)

    def _list_from(self, parsed: Parsed, index: int, used: set[int]) -> list[Element]:
        elements = parsed.elements
        figures = [elements[index]]
        while (
            index + 2 < len(elements)
            and elements[index + 1].kind is Kind.JOIN
            and elements[index + 2].kind is Kind.QUANTITY
            and id(elements[index + 2]) not in used
        ):
            index += 2
            figures.append(elements[index])
        return figures

    def _read(
        self,
        text: str,
        sentence: Sequence[Parsed],
        number: int,
        index: int,
        figures: Sequence[Element],
        found: list[Draft],
        carried: Sequence[Filled],
    ) -> None:
        parsed = sentence[number]
        first = figures[0].quantity
        if (
            first is None
            or first.rank
            or first.indefinite
            or any(g.quantity is figures[0] for g in parsed.groups)
        ):
            return
        if self._is_old_value(parsed, index):
            return
        sign = self._sign(parsed, index)
        owns = len(figures) == 1 and self._has_own_indicator(parsed, index)
        change_role = self._role("quantity", "growth")
        if sign is not None and first.value.unit in ("%", "pp") and not self._is_new_value(parsed, index):
            if owns or not self._attach_change(figures, sign, found, number, change_role):
                self._new(text, sentence, number, index, figures, found, carried, sign)
            return
        if first.value.unit == "1" or (first.value.unit == "pp" and sign is None):
            return
        if sign is not None and not self._is_new_value(parsed, index) and not (owns or len(figures) > 1):
            return
        self._new(text, sentence, number, index, figures, found, carried, None)

    # -- change -------------------------------------------------------------------------------------

    def _sign(self, parsed: Parsed, index: int) -> int | None:
        """+1 or -1 where a word of change stands right before the figure; 增速回落至 is still a growth."""
        window = parsed.elements[max(0, index - 4) : index]
        if window and window[-1].text.endswith(self.grammar.change_to):
            for element in window:
                if element.kind is Kind.NOUN and element.text.endswith(self.grammar.change_up):
                    return 1
                if element.kind is Kind.NOUN and element.text.endswith(self.grammar.change_down):
                    return -1
        for element in reversed(parsed.elements[max(0, index - 4) : index]):
            said = element.text
            if said.endswith(self.grammar.change_up):
                return 1
            if said.endswith(self.grammar.change_down):
                return -1
            if element.kind in (Kind.QUANTITY, Kind.TIME) or element.kind in NOMINAL:
                return None
        return None

    def _is_new_value(self, parsed: Parsed, index: int) -> bool:
        """增加到, 降至: the figure is the new value, not the step; 增幅为 is the step all the same."""
        if any(
            e.kind is Kind.NOUN and self._names_change(e) for e in parsed.elements[max(0, index - 4) : index]
        ):
            return False
        before = parsed.elements[index - 1].text if index else ""
        return before.endswith(self.grammar.change_to)

    def _is_old_value(self, parsed: Parsed, index: int) -> bool:
        """由15820元 提高到 17960元: the first figure is what the second replaced."""
        if self._from_before(parsed.elements, index - 1) is None:
            return False
        following = parsed.elements[index + 1 : index + 3]
        return any(self._is_change(e) or e.text.endswith(self.grammar.change_to) for e in following)

    def _has_own_indicator(self, parsed: Parsed, index: int) -> bool:
        """Whether the clause names what changes, and gives no figure of it before the change."""
        before = parsed.elements[:index]
        return any(e.kind is Kind.NOUN and not self._names_change(e) for e in before) and not any(
            e.kind is Kind.QUANTITY for e in before
        )

    def _names_thing(self, parsed: Parsed, index: int) -> bool:
        """Whether the clause has a name of its own before the figure: then the plan of another is not its."""
        return any(e.kind in (Kind.NAME, Kind.REFERENCE) for e in parsed.elements[:index])

    def _names_change(self, element: Element) -> bool:
        return element.text.endswith(self.grammar.change_up + self.grammar.change_down)

    def _attach_change(
        self, figures: Sequence[Element], sign: int, found: list[Draft], number: int, role: FrameRole
    ) -> bool:
        open_ = [d for d in found if role.name not in d.roles and d.clause >= number - 2]
        targets = open_[-len(figures) :]
        if len(targets) < len(figures):
            return False
        for draft, element in zip(targets, figures, strict=True):
            assert element.quantity is not None
            draft.add(role.name, Filled(_signed(element.quantity.value, sign), element.span))
            draft.elements.add(id(element))
            draft.last_clause = max(draft.last_clause, number)
        return True

    # -- new figures --------------------------------------------------------------------------------

    def _new(
        self,
        text: str,
        sentence: Sequence[Parsed],
        number: int,
        index: int,
        figures: Sequence[Element],
        found: list[Draft],
        carried: Sequence[Filled],
        sign: int | None,
    ) -> None:
        parsed = sentence[number]
        indicators = self._indicators(text, parsed, index, len(figures))
        value_role, change_role = self._role("quantity", "figure"), self._role("quantity", "growth")
        if indicators is None:
            last = found[-1] if found else None
            if last is None or sign is not None:
                return
            if value_role.name not in last.roles and self._is_new_value_clause(parsed, index):
                quantity = figures[0].quantity
                assert quantity is not None
                last.add(value_role.name, Filled(quantity.value, figures[0].span))
                last.elements.add(id(figures[0]))
                last.last_clause = number
                return
            indicators = self._again(parsed, index, last)
            if indicators is None:
                return
        when = self._when(sentence, number, index)
        for element, indicator in zip(figures, indicators * len(figures), strict=False):
            quantity = element.quantity
            assert quantity is not None
            if quantity.kind not in value_role.units and quantity.value.unit not in value_role.units:
                continue
            modality = clause_modality(parsed, index, self.grammar)
            if (
                modality is Modality.ASSERTED
                and not indicator.subject
                and not self._names_thing(parsed, index)
            ):
                modality = inherited_modality(sentence, number, self.grammar)
            draft = Draft(self.frame, self.frame.senses[0], element.span, number, modality)
            draft.last_clause = number
            draft.elements.add(id(element))
            role = value_role if sign is None else change_role
            value = quantity.value if sign is None else _signed(quantity.value, sign)
            draft.add(role.name, Filled(value, element.span))
            indicator_role = self._role("text")
            if not indicator_role.allows(indicator.text):
                continue
            draft.add(indicator_role.name, Filled(Said(indicator.text), indicator.span))
            for filled in indicator.subject or self._subject(sentence, number, index, indicator) or carried:
                draft.add(self._role("entity").name, filled)
            if when is not None:
                draft.add(self._role("time").name, when)
                draft.dated = True
            found.append(draft)

    def _is_new_value_clause(self, parsed: Parsed, index: int) -> bool:
        return all(
            e.kind in _SKIPPED or e.text in self.grammar.copulas or e.kind is Kind.VERB
            for e in parsed.elements[:index]
        )

    def _again(self, parsed: Parsed, index: int, last: Draft) -> list[Indicator] | None:
        """The indicator of the figure before, where only the time is another: 2019年则为46万吨."""
        if not any(e.kind is Kind.TIME for e in parsed.elements[:index]):
            return None
        held = last.roles.get(self._role("text").name)
        if not held or not isinstance(held[0].content, Said):
            return None
        return [
            Indicator(
                held[0].content.text, held[0].span, tuple(last.roles.get(self._role("entity").name, ()))
            )
        ]

    def _indicators(self, text: str, parsed: Parsed, index: int, size: int) -> list[Indicator] | None:
        elements = parsed.elements
        back = index - 1
        while back >= 0:
            element = elements[back]
            if element.kind in NOMINAL:
                start = self._from_before(elements, back)
                if start is not None:
                    back = start - 1
                    continue
                break
            if element.kind is Kind.QUANTITY:
                start = self._from_before(elements, back)
                if start is None:
                    return None
                back = start - 1
                continue
            if (
                element.kind in _SKIPPED
                or element.text in self.grammar.copulas
                or element.text in self.grammar.distribute
                or self._is_change(element)
                or element.kind is Kind.OTHER
            ):
                back -= 1
                continue
            if (
                element.kind is Kind.VERB
                and len(element.text) > 1
                and not self._counts(elements[index])
                and element.text not in self.grammar.planned
            ):
                break
            return None
        if back < 0:
            return None
        group = next((g for g in parsed.groups if g.first <= back <= g.last), None)
        if len(elements[back].text) < 2:
            return None
        if group is None:
            return [self._indicator(text, elements[back], elements, back)]
        if len(group.items) == size > 1:
            return [self._indicator_of_list(group, i) for i in range(size)]
        return [self._indicator(text, group.items[-1], elements, back, group)]

    def _from_before(self, elements: Sequence[Element], index: int) -> int | None:
        """Where 由…(到) or 从…(到) begins, if the element lies between it and the new value."""
        for at in range(index, max(-1, index - 4), -1):
            slot = self.grammar.markers.get(elements[at].text)
            if elements[at].kind is Kind.MARKER and slot in ("by", "from"):
                return at
        return None

    def _counts(self, element: Element) -> bool:
        return element.quantity is not None and element.quantity.kind in self.names.counting

    def _is_change(self, element: Element) -> bool:
        return element.kind is not Kind.NOUN and self._names_change(element)

    def _indicator_of_list(self, group: Group, which: int) -> Indicator:
        item, last = group.items[which], group.items[-1]
        said = item.text
        size = len(said)
        # 农业、渔业产值: the members are of one make, and the last one's head is for all
        if item is not last and len(last.text) > size and (size == 1 or last.text[size - 1] == said[-1]):
            said += last.text[size:]
        return Indicator(said, item.span, self._parts(item))

    def _parts(self, element: Element) -> tuple[Filled, ...]:
        return tuple(Filled(part, part.span) for part in element.parts[-1:])

    def _indicator(
        self, text: str, element: Element, elements: Sequence[Element], index: int, group: Group | None = None
    ) -> Indicator:
        start = element.span.start
        subject: tuple[Filled, ...] = ()
        if (
            element.parts
            and element.parts[0].span.start == start
            and element.parts[-1].span.end < element.span.end
        ):
            subject = self._parts(element)
            start = element.parts[-1].span.end
        elif group is not None and group.owners:
            subject = tuple(f for owner in group.owners for f in self._named(owner))
        first = group.first if group is not None and len(group.items) == 1 else index
        while first > 0 and (
            elements[first - 1].kind in (Kind.TRIGGER, Kind.VERB)
            and elements[first - 1].span.end == elements[first].span.start
            and elements[first - 1].text not in self.grammar.copulas
            and elements[first - 1].text not in self.grammar.planned
        ):
            first -= 1
            start = elements[first].span.start
        end = self._change_end(elements, index) or element.span.end
        span = Span(start, end)
        return Indicator(span.of(text), span, subject)

    def _change_end(self, elements: Sequence[Element], index: int) -> int | None:
        """Where the verb ends whose step the figure is: 排放量|削减 3013吨 says more than 排放量 3013吨."""
        for at in range(index + 1, len(elements)):
            element = elements[at]
            if element.kind is Kind.QUANTITY:
                step = element.quantity is not None and element.quantity.value.unit not in ("%", "pp")
                before = elements[at - 1]
                return before.span.end if step and self._is_change(before) else None
            if element.kind in NOMINAL:
                return None
        return None

    def _named(self, element: Element) -> Iterator[Filled]:
        if element.mention is not None:
            yield Filled(element.mention, element.span)
        yield from (Filled(mention, element.span) for mention in element.referents)
        if element.kind is Kind.NOUN and element.mention is None and element.parts:
            yield Filled(element.parts[-1], element.parts[-1].span)

    def _subject(
        self, sentence: Sequence[Parsed], number: int, index: int, indicator: Indicator
    ) -> list[Filled]:
        role = self._role("entity")
        for clause in range(number, -1, -1):
            for group in sentence[clause].groups:
                if clause == number and group.first >= index:
                    break
                if group.span.overlaps(indicator.span):
                    continue
                named = [
                    f
                    for item in group.items
                    for f in self._named(item)
                    if isinstance(f.content, Mention)
                    and any(self.is_a(self.class_of(f.content), cls) for cls in role.classes)
                ]
                if named and group.governed_by in (None, "at", "to"):
                    return named
        return []

    def _when(self, sentence: Sequence[Parsed], number: int, index: int) -> Filled | None:
        for clause in range(number, -1, -1):
            elements = sentence[clause].elements[: index if clause == number else None]
            for at in range(len(elements) - 1, -1, -1):
                element = elements[at]
                if element.kind is Kind.TIME and self._from_before(elements, at) is None:
                    edtf = self.dates(element)
                    if edtf is not None:
                        return Filled(When(edtf, element.text), element.span)
        return None


def _signed(quantity: Quantity, sign: int) -> Quantity:
    value = quantity.value if sign > 0 else -quantity.value
    return Quantity(Decimal(value), quantity.unit, quantity.bound, quantity.text)
