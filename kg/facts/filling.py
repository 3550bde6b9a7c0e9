"""Filling one frame for one trigger: what stands in the slots and fits the roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.facts.drafts import Common, Draft, Filled, Said, When
from kg.facts.elements import Element, Kind
from kg.facts.groups import Group
from kg.facts.modality import modality_of
from kg.facts.slots import Predicate
from kg.ontology.frames import Condition, Frame, FrameRole, Sense
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Modality, Quantity, Span

_TELLING = 3  # characters from which a common noun says which thing is meant
_LIST_LIMIT = 12  # members of one list; a longer one is no list of fillers


@dataclass(frozen=True)
class Evoked:
    """A frame in one of its senses, as a trigger word evokes it."""

    frame: Frame
    sense: Sense

    @property
    def nominal(self) -> bool:
        """Whether the trigger does so as a noun too (培训班63期)."""
        return self.sense.nominal


@dataclass(frozen=True)
class Filler:
    """Fills frames; ``dates`` gives the EDTF of a time element, ``class_of`` a mention's class."""

    names: Names
    grammar: Grammar
    is_a: Callable[[str, str], bool]
    class_of: Callable[[Mention], str]
    dates: Callable[[Element], str | None]

    def fill(self, text: str, predicate: Predicate, evoked: Evoked) -> tuple[Draft | None, str]:
        """The draft of the frame, or None and the reason why there is none."""
        sense = evoked.sense
        if sense.requires and not self._holds(predicate, sense.requires):
            return None, _names_nouns("needs", sense.requires)
        if sense.excludes and self._holds(predicate, sense.excludes):
            return None, _names_nouns("must not have", sense.excludes)
        if sense.needed_figures and not predicate.figures:
            return None, _nothing_fills(sense.needed_figures[0])
        modality = Modality(sense.modality) if sense.modality else modality_of(predicate, self.grammar)
        draft = Draft(evoked.frame, sense, predicate.trigger.span, predicate.clause, modality)
        draft.last_clause, draft.predicate = predicate.clause, predicate
        draft.again = any(e.text in self.grammar.again for e in predicate.elements[: predicate.index])
        taken: set[int] = set()
        counted: list[Element] = []
        used_groups: list[Group] = []
        for role in sense.figures:
            if role.name not in draft.roles:
                self._take_quantities(draft, role, predicate, taken, counted)
        for needed in sense.needed_figures:
            if not needed & draft.roles.keys():
                return None, _nothing_fills(needed)
        for role in sense.others:
            if role.name in draft.roles:
                continue
            if role.takes == "time":
                self._take_time(draft, role, predicate)
            else:
                self._take_nouns(text, draft, role, predicate, counted, used_groups)
        for role in sense.roles:
            if role.of is not None and role.name in draft.roles:
                self._check_counts(draft, role, predicate)
        for needed in evoked.frame.needs:
            if not needed & draft.roles.keys():
                return None, _nothing_fills(needed)
        if modality is Modality.ASSERTED and not draft.dated and not _is_concrete(draft):
            return None, "no figure, time or name in it"
        return draft, ""

    def _holds(self, predicate: Predicate, condition: Condition) -> bool:
        for slot in condition.slots:
            if slot == "self":
                if predicate.trigger.text.endswith(condition.ends):
                    return True
                continue
            for group in predicate.nouns(slot):
                if any(bare(item.text).endswith(condition.ends) for item in group.items):
                    return True
        return False

    def _take_quantities(
        self,
        draft: Draft,
        role: FrameRole,
        predicate: Predicate,
        taken: set[int],
        counted: list[Element],
    ) -> None:
        for slot in role.slots:
            for element in predicate.quantities(slot):
                if id(element) in taken or not self._is_measured_by(element, role):
                    continue
                for each in [element, *self._coordinated(predicate, element, role)]:
                    quantity = each.quantity
                    assert quantity is not None
                    taken.add(id(each))
                    # the figure of the clause before may have a fact of its own
                    (draft.shared if slot == "previous" else draft.elements).add(id(each))
                    draft.add(role.name, Filled(quantity.value, each.span, slot))
                    if each.counts is not None:
                        counted.append(each.counts)
                draft.reach(_clause_of(predicate, element))
                return

    def _check_counts(self, draft: Draft, role: FrameRole, predicate: Predicate) -> None:
        """Give up a figure that counts another noun than the one of the role it belongs to."""
        spans = [filled.span for filled in draft.roles.get(role.of or "", ())]
        figures = {filled.span for filled in draft.roles.get(role.name, ())}
        held = [
            e
            for parsed in predicate.sentence
            for e in parsed.elements
            if e.span in figures and id(e) in draft.elements
        ]
        counted = [e.counts for e in held if e.counts is not None]
        if any(not any(noun.span.overlaps(span) for span in spans) for noun in counted):
            del draft.roles[role.name]
            draft.elements.difference_update(map(id, held))

    @staticmethod
    def _is_measured_by(element: Element, role: FrameRole) -> bool:
        quantity = element.quantity
        if quantity is None or quantity.rank or quantity.indefinite:
            return False
        if not {quantity.kind, quantity.value.unit} & role.units:
            return False
        return role.allows(element.counts.text if element.counts is not None else "")

    def _coordinated(self, predicate: Predicate, element: Element, role: FrameRole) -> Iterator[Element]:
        """The figures that follow one in a list: 12座、30座."""
        for parsed in predicate.sentence:
            if element not in parsed.elements:
                continue
            index = parsed.elements.index(element)
            while (
                index + 2 < len(parsed.elements)
                and parsed.elements[index + 1].kind is Kind.JOIN
                and parsed.elements[index + 2].kind is Kind.QUANTITY
                and self._is_measured_by(parsed.elements[index + 2], role)
            ):
                index += 2
                yield parsed.elements[index]

    def _take_time(self, draft: Draft, role: FrameRole, predicate: Predicate) -> None:
        for element in predicate.times():
            edtf = self.dates(element)
            if edtf is not None:
                draft.add(role.name, Filled(When(edtf, element.text), element.span))
                draft.dated = True
                return

    def _take_nouns(
        self,
        text: str,
        draft: Draft,
        role: FrameRole,
        predicate: Predicate,
        counted: Sequence[Element],
        used: list[Group],
    ) -> None:
        for parts, whole in role.steps:
            fillers: list[Filled] = []
            taken: list[Group] = []
            lists: list[list[Filled]] = []
            for part in parts:
                for group, found in self._candidates(
                    text, draft, role, part, predicate, counted, [*used, *taken]
                ):
                    found = [filled for filled in found if not _is_held(draft, filled)]
                    if found:
                        found = [replace(filled, slot=part) for filled in found]
                        fillers.extend(found)
                        lists.append(found)
                        if group is not None:
                            taken.append(group)
                        break
            if not fillers or (role.min > 1 and len({filled.content for filled in fillers}) < role.min):
                continue
            if whole and role.min > 1 and len(lists) < len(parts):
                continue
            used.extend(taken)
            draft.carried = draft.carried or any(g is c for g in taken for c in predicate.carried)
            for filled in fillers[: role.max or _LIST_LIMIT]:
                draft.add(role.name, filled)
            if len(lists) > 1:
                draft.lists[role.name] = lists
            return

    def _candidates(
        self,
        text: str,
        draft: Draft,
        role: FrameRole,
        slot: str,
        predicate: Predicate,
        counted: Sequence[Element],
        used: Sequence[Group],
    ) -> Iterator[tuple[Group | None, list[Filled]]]:
        if slot == "self":
            trigger = predicate.trigger
            yield None, [Filled(self._of_text(role, trigger.text), trigger.span)]
            return
        if slot == "aim":
            for clause, index in predicate.purpose():
                elements = predicate.sentence[clause].elements
                span = Span(elements[index].span.start, elements[-1].span.end)
                yield None, [Filled(Said(span.of(text)), span)]
            return
        if slot == "before-self":
            for group in predicate.nouns("before"):
                if group.items[-1].kind is not Kind.NOUN:
                    return
                span = Span(group.span.start, predicate.trigger.span.end)
                yield None, [Filled(Said(span.of(text)), span)]
                return
            return
        if slot == "counted":
            for noun in counted:
                listed = next(_groups_of(predicate, [noun]), None)
                if role.takes == "text" and listed is not None and len(listed.items) > 1:
                    yield None, self._text_of(text, role, listed)
                else:
                    yield None, self._from_element(text, role, noun)
            return
        if slot in ("modifier", "owner"):
            for element in [*counted, *(item for group in used for item in group.items)]:
                if slot == "modifier":
                    yield None, self._from_parts(role, element)
            for group in [*used, *_groups_of(predicate, counted)]:
                for owner in group.owners:
                    yield None, self._from_element(text, role, owner)
            return
        for group in predicate.nouns(slot):
            if any(group is other for other in used):
                continue
            yield group, self._from_group(text, role, group)

    def _from_group(self, text: str, role: FrameRole, group: Group) -> list[Filled]:
        if role.takes == "text":
            return self._text_of(text, role, group)
        fillers: list[Filled] = []
        for item in group.items:
            found = self._from_element(text, role, item)
            if not found and group.apposition is not None and item.mention is None:
                ending = self.names.ending_of(group.apposition.text)
                if ending is not None and self._fits(ending[1], role):
                    found = [Filled(Common(item.text, ending[1]), item.span)]
            fillers.extend(found)
        return fillers

    def _text_of(self, text: str, role: FrameRole, group: Group) -> list[Filled]:
        span = group.span
        said = span.of(text)
        last = group.items[-1].text
        summed = group.apposition is not None and self.has_class(group.apposition, role.classes)
        if role.classes and not summed and not self.has_class(group.items[-1], role.classes):
            return []
        if not role.allows(bare(last)) or not has_form(group.items[-1], role):
            return []
        if role.not_classes and self.has_class(group.items[-1], role.not_classes):
            return []
        return [Filled(Said(said), span)]

    def has_class(self, element: Element, classes: Sequence[str]) -> bool:
        ending = self.names.ending_of(element.text)
        cls = self.class_of(element.mention) if element.mention else (ending[1] if ending else None)
        return cls is not None and any(self.is_a(cls, wanted) for wanted in classes)

    def _of_text(self, role: FrameRole, said: str) -> Said | Common:
        return Said(said) if role.takes == "text" else Common(said, role.default or role.classes[0])

    def _from_element(self, text: str, role: FrameRole, element: Element) -> list[Filled]:
        if role.takes == "text":
            if role.classes and not self.has_class(element, role.classes):
                return []
            if not role.allows(bare(element.text)) or not has_form(element, role):
                return []
            return [Filled(Said(element.text), element.span)]
        if not has_form(element, role):
            return []
        if element.kind is not Kind.NAME and not role.allows(bare(element.text)):
            return []
        if element.kind is Kind.NAME and element.mention is not None:
            if self._fits(self.class_of(element.mention), role):
                return [Filled(element.mention, element.span)]
            return []
        if element.kind is Kind.REFERENCE:
            return [
                Filled(mention, element.span)
                for mention in element.referents
                if self._fits(self.class_of(mention), role)
            ]
        ending = self.names.ending_of(element.text)
        bare_place = ending is not None and ending[1] == self.names.division and not element.counted_by
        if ending is not None and self._fits(ending[1], role) and not (bare_place and not element.parts):
            return [Filled(Common(element.text, ending[1]), element.span)]
        parts = self._from_parts(role, element)
        if parts:
            return parts
        if role.default is not None and element.kind is Kind.NOUN:
            return [Filled(Common(element.text, role.default), element.span)]
        return []

    def _from_parts(self, role: FrameRole, element: Element) -> list[Filled]:
        if element.kind is Kind.NAME:  # its parts are the places it lies in
            return []
        fitting = [part for part in element.parts if self._fits(self.class_of(part), role)]
        return [Filled(fitting[-1], fitting[-1].span)] if fitting else []

    def _fits(self, cls: str, role: FrameRole) -> bool:
        return any(self.is_a(cls, wanted) for wanted in role.classes)

    def offers(
        self, text: str, predicate: Predicate, role: FrameRole
    ) -> Iterator[tuple[str, Element | Group, bool]]:
        """What stands in the slots of a role, and whether it may fill it there; for `kg explain`."""
        for slot in (part for combined in role.slots for part in combined.split("+")):
            if role.takes == "quantity":
                for element in predicate.quantities(slot):
                    yield slot, element, self._is_measured_by(element, role)
            else:
                for group in predicate.nouns(slot):
                    yield slot, group, bool(self._from_group(text, role, group))


def _nothing_fills(needed: frozenset[str]) -> str:
    return f"nothing fills {' or '.join(sorted(needed))}"


def _names_nouns(verb: str, condition: Condition) -> str:
    return f"{verb} a noun ({', '.join(condition.slots)}) that ends in {'/'.join(condition.ends)}"


def _is_concrete(draft: Draft) -> bool:
    """Whether it holds a figure, a name, or words that say which thing is meant; else it is a slogan."""
    return any(_is_telling(filled) for fillers in draft.roles.values() for filled in fillers)


def _is_telling(filled: Filled) -> bool:
    content = filled.content
    if isinstance(content, Common):
        return len(content.text) >= _TELLING
    return isinstance(content, Mention | Quantity) or (
        isinstance(content, Said) and len(content.text) > _TELLING
    )


def _is_held(draft: Draft, filled: Filled) -> bool:
    """Whether a thing fills another role already: one phrase, one role."""
    return isinstance(filled.content, Mention) and any(
        other.content == filled.content for held in draft.roles.values() for other in held
    )


def has_form(element: Element, role: FrameRole) -> bool:
    """Whether the element is the proper name, or the common noun, that the role asks for."""
    if role.form is None:
        return True
    if role.form == "named":
        return element.kind is Kind.NAME or bool(element.parts) or bool(element.referents)
    return (element.kind is Kind.NAME) == (role.form == "name")


def bare(text: str) -> str:
    """The text without marks at its end."""
    return text.rstrip('\u201d\u300d\u300b"')


def _groups_of(predicate: Predicate, elements: Sequence[Element]) -> Iterator[Group]:
    for parsed in predicate.sentence:
        for group in parsed.groups:
            if any(item is element for item in group.items for element in elements):
                yield group


def _clause_of(predicate: Predicate, element: Element) -> int:
    return next(i for i, parsed in enumerate(predicate.sentence) if element in parsed.elements)
