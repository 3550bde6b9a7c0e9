"""One interpreter for all frames: triggers, slots and fillers to drafts of facts; no frame in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.facts.drafts import Common, Draft, Filled, Refusal, Said, When
from kg.facts.elements import NOMINAL, Element, Kind
from kg.facts.groups import Group, Parsed
from kg.facts.modality import modality_of
from kg.facts.slots import Predicate
from kg.ontology.frames import Condition, Frame, FrameRole, Sense
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Modality, Quantity, Span

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
class Interpreter:
    """Interprets the clauses of a sentence by the frames; ``dates`` gives the EDTF of a time element."""

    names: Names
    grammar: Grammar
    is_a: Callable[[str, str], bool]
    class_of: Callable[[Mention], str]
    dates: Callable[[Element], str | None]

    def drafts(self, text: str, sentence: Sequence[Parsed]) -> tuple[list[Draft], list[Refusal]]:
        """The facts of one sentence, and why frames that were evoked gave none.

        A subject that is left out is looked for in the clauses before, not beyond the sentence: over
        sentences it was wrong as often as right (measured on the development set).
        """
        found: list[Draft] = []
        refused: list[Refusal] = []
        for number, parsed in enumerate(sentence):
            subjects = _subjects_before(sentence, number)
            for index, element in enumerate(parsed.elements):
                if element.kind is not Kind.TRIGGER:
                    continue
                predicate = Predicate(sentence, number, index, self.grammar, subjects)
                drafts, refusals = self._read(text, predicate, element)
                refused.extend(refusals)
                found.extend(drafts)
        return self._with_parts(text, sentence, self._settle(found, refused)), refused

    def _read(self, text: str, predicate: Predicate, trigger: Element) -> tuple[list[Draft], list[Refusal]]:
        best: list[Draft] = []
        refusals: list[Refusal] = []
        for evoked in trigger.triggers:
            assert isinstance(evoked, Evoked)
            draft, why = self._fill(text, predicate, evoked)
            if draft is None:
                refusals.append(Refusal(evoked.frame.type, trigger.span, why, evoked.sense, predicate))
                continue
            best.append(draft)
        if not best:
            return [], refusals
        chosen = max(best, key=lambda d: (d.frame.priority, d.weight))
        refusals.extend(_refusal(d, "another frame fits better", chosen) for d in best if d is not chosen)
        return self._apart(chosen, predicate), refusals

    # -- one predicate, several facts ---------------------------------------------------------------

    def _apart(self, draft: Draft, predicate: Predicate) -> list[Draft]:
        """分别 gives each member its own; members with figures of their own are facts of their own."""
        if self._distributes(predicate):
            for role, lists in draft.lists.items():
                size = len(lists[0])
                if size > 1 and all(len(members) == size for members in lists):
                    return [
                        _copy(draft, {role: [members[i] for members in lists]}, set()) for i in range(size)
                    ]
            return self._by_size(draft)
        return self._by_member(draft, predicate)

    def _distributes(self, predicate: Predicate) -> bool:
        return any(e.text in self.grammar.distribute for e in predicate.elements)

    def _by_size(self, draft: Draft) -> list[Draft]:
        """Lists of one length, one of them of figures: the first with the first, and so on."""
        figures = [fillers for fillers in draft.roles.values() if len(fillers) > 1 and _is_figure(fillers[0])]
        if not figures:
            return [draft]
        size = len(figures[0])
        listed = {role: fillers for role, fillers in draft.roles.items() if len(fillers) == size}
        if len(listed) < 2:
            return [draft]
        return [
            _copy(
                draft,
                {role: [fillers[i]] for role, fillers in listed.items()},
                draft.elements if not i else set(),
            )
            for i in range(size)
        ]

    def _by_member(self, draft: Draft, predicate: Predicate) -> list[Draft]:
        """31名干部和1966名教师被选派: each member of the list has a figure."""
        for parsed in predicate.sentence:
            for group in parsed.groups:
                counts = [item.counted_by for item in group.items]
                if len(counts) < 2 or not all(c is not None and c.quantity is not None for c in counts):
                    continue
                owner = next((i for i, c in enumerate(counts) if id(c) in draft.elements), None)
                if owner is None:
                    continue
                return list(self._members(draft, group, owner))
        return [draft]

    @staticmethod
    def _members(draft: Draft, group: Group, owner: int) -> Iterator[Draft]:
        whole, own = group.span, group.items[owner]
        for item in group.items:
            count = item.counted_by
            assert count is not None and count.quantity is not None
            changed: dict[str, list[Filled]] = {}
            for role, fillers in draft.roles.items():
                if any(
                    f.span in (own.counted_by.span if own.counted_by else whole, whole, own.span)
                    for f in fillers
                ):
                    first = fillers[0].content
                    if _is_figure(fillers[0]):
                        changed[role] = [Filled(count.quantity.value, count.span, fillers[0].slot)]
                    elif isinstance(first, Said):
                        changed[role] = [Filled(Said(item.text), item.span, fillers[0].slot)]
                    elif isinstance(first, Common):
                        changed[role] = [Filled(Common(item.text, first.cls), item.span, fillers[0].slot)]
            yield _copy(draft, changed, {id(count)})

    # -- filling one frame --------------------------------------------------------------------------

    def _fill(self, text: str, predicate: Predicate, evoked: Evoked) -> tuple[Draft | None, str]:
        sense = evoked.sense
        if sense.requires and not self._holds(predicate, sense.requires):
            return None, _names_nouns("needs", sense.requires)
        if sense.excludes and self._holds(predicate, sense.excludes):
            return None, _names_nouns("must not have", sense.excludes)
        modality = Modality(sense.modality) if sense.modality else modality_of(predicate, self.grammar)
        draft = Draft(evoked.frame, sense, predicate.trigger.span, predicate.clause, modality)
        draft.last_clause, draft.predicate = predicate.clause, predicate
        draft.again = any(e.text in self.grammar.again for e in predicate.elements[: predicate.index])
        taken: set[int] = set()
        counted: list[Element] = []
        used_groups: list[Group] = []
        ordered = sorted(sense.roles, key=lambda role: role.takes != "quantity")
        late = [role for role in ordered if {"modifier", "owner"} & set(role.slots)]
        for role in [r for r in ordered if r not in late] + late:
            if role.name in draft.roles:
                continue
            if role.takes == "quantity":
                self._take_quantities(draft, role, predicate, taken, counted)
            elif role.takes == "time":
                self._take_time(draft, role, predicate)
            else:
                self._take_nouns(text, draft, role, predicate, counted, used_groups)
        for needed in evoked.frame.needs:
            if not needed & draft.roles.keys():
                return None, f"nothing fills {' or '.join(sorted(needed))}"
        return draft, ""

    def _holds(self, predicate: Predicate, condition: Condition) -> bool:
        for slot in condition.slots:
            if slot == "self":
                if predicate.trigger.text.endswith(condition.ends):
                    return True
                continue
            for group in predicate.nouns(slot):
                if any(_bare(item.text).endswith(condition.ends) for item in group.items):
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
                if id(element) in taken or not self._is_measured_by(element, role, predicate):
                    continue
                for each in [element, *self._coordinated(predicate, element, role)]:
                    quantity = each.quantity
                    assert quantity is not None
                    taken.add(id(each))
                    # the figure of the clause before may have a fact of its own
                    (draft.shared if slot == "previous" else draft.elements).add(id(each))
                    draft.add(role.name, Filled(quantity.value, each.span, slot))
                    noun = _counted_noun(predicate, each)
                    if noun is not None:
                        counted.append(noun)
                if slot == "next":
                    draft.last_clause = max(draft.last_clause, _clause_of(predicate, element))
                return

    def _is_measured_by(self, element: Element, role: FrameRole, predicate: Predicate) -> bool:
        quantity = element.quantity
        if quantity is None or quantity.rank or quantity.indefinite:
            return False
        if not {quantity.kind, quantity.value.unit} & role.units:
            return False
        noun = _counted_noun(predicate, element)
        return role.allows(noun.text if noun is not None else "")

    def _coordinated(self, predicate: Predicate, element: Element, role: FrameRole) -> Iterator[Element]:
        """The figures that follow one in a list: 173座、250座."""
        for parsed in predicate.sentence:
            if element not in parsed.elements:
                continue
            index = parsed.elements.index(element)
            while (
                index + 2 < len(parsed.elements)
                and parsed.elements[index + 1].kind is Kind.JOIN
                and parsed.elements[index + 2].kind is Kind.QUANTITY
                and self._is_measured_by(parsed.elements[index + 2], role, predicate)
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

    # -- nouns --------------------------------------------------------------------------------------

    def _take_nouns(
        self,
        text: str,
        draft: Draft,
        role: FrameRole,
        predicate: Predicate,
        counted: Sequence[Element],
        used: list[Group],
    ) -> None:
        enough = False
        # a combined slot (subject+with) is asked for all its parts first, then for what there is of them
        for slot, whole in [(s, True) for s in role.slots] + [(s, False) for s in role.slots if "+" in s]:
            if enough:
                return
            fillers: list[Filled] = []
            taken: list[Group] = []
            lists: list[list[Filled]] = []
            for part in slot.split("+"):
                for group, found in self._candidates(
                    text, draft, role, part, predicate, counted, [*used, *taken]
                ):
                    if found:
                        found = [replace(filled, slot=part) for filled in found]
                        fillers.extend(found)
                        lists.append(found)
                        if group is not None:
                            taken.append(group)
                        break
            if len({filled.content for filled in fillers}) < role.min or not fillers:
                continue
            if whole and role.min > 1 and len(lists) <= slot.count("+"):
                continue
            used.extend(taken)
            draft.carried = draft.carried or any(g is c for g in taken for c in predicate.carried)
            for filled in fillers[: role.max or _LIST_LIMIT]:
                draft.add(role.name, filled)
            if len(lists) > 1:
                draft.lists[role.name] = lists
            enough = True

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
        if slot == "purpose":
            for clause, index in predicate.purpose():
                elements = predicate.sentence[clause].elements
                span = Span(elements[index].span.start, elements[-1].span.end)
                yield None, [Filled(Said(span.of(text)), span)]
            return
        if slot == "before-self":
            for group in predicate.nouns("before"):
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
        summed = group.apposition is not None and self._has_class(group.apposition, role.classes)
        if role.classes and not summed and not self._has_class(group.items[-1], role.classes):
            return []
        if not role.allows(_bare(last)) or not _has_form(group.items[-1], role):
            return []
        return [Filled(Said(said), span)]

    def _has_class(self, element: Element, classes: Sequence[str]) -> bool:
        ending = self.names.ending_of(element.text)
        cls = self.class_of(element.mention) if element.mention else (ending[1] if ending else None)
        return cls is not None and any(self.is_a(cls, wanted) for wanted in classes)

    def _of_text(self, role: FrameRole, said: str) -> Said | Common:
        return Said(said) if role.takes == "text" else Common(said, role.default or role.classes[0])

    def _from_element(self, text: str, role: FrameRole, element: Element) -> list[Filled]:
        if role.takes == "text":
            if role.classes and not self._has_class(element, role.classes):
                return []
            if not role.allows(_bare(element.text)) or not _has_form(element, role):
                return []
            return [Filled(Said(element.text), element.span)]
        if not _has_form(element, role):
            return []
        if element.kind is not Kind.NAME and not role.allows(_bare(element.text)):
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
        if ending is not None and self._fits(ending[1], role):
            return [Filled(Common(element.text, ending[1]), element.span)]
        parts = self._from_parts(role, element)
        if parts:
            return parts
        if role.default is not None and element.kind is Kind.NOUN:
            return [Filled(Common(element.text, role.default), element.span)]
        return []

    def _from_parts(self, role: FrameRole, element: Element) -> list[Filled]:
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
                    yield slot, element, self._is_measured_by(element, role, predicate)
            else:
                for group in predicate.nouns(slot):
                    yield slot, group, bool(self._from_group(text, role, group))

    # -- several drafts -----------------------------------------------------------------------------

    def _settle(self, drafts: list[Draft], refused: list[Refusal]) -> list[Draft]:
        """Each figure goes to one fact: the frame of higher priority, then the nearer trigger."""
        kept: list[Draft] = []
        owner: dict[int, Draft] = {}
        for draft in sorted(drafts, key=lambda d: (-d.frame.priority, -d.weight, d.trigger)):
            clash = [owner[e] for e in draft.elements if e in owner]
            twin = next((k for k in kept if k.trigger != draft.trigger and _is_same_event(k, draft)), None)
            if twin is not None and twin.modality is Modality.ASSERTED:
                twin.modality = draft.modality
            if clash or twin is not None:
                why = "its figure belongs to another fact" if clash else "another fact tells the same event"
                refused.append(_refusal(draft, why, clash[0] if clash else twin))
                continue
            kept.append(draft)
            for element in draft.elements:
                owner[element] = draft
        return merge_parts(sorted(kept, key=lambda d: (d.clause, d.trigger)))

    def _with_parts(self, text: str, sentence: Sequence[Parsed], drafts: list[Draft]) -> list[Draft]:
        """其中脱贫劳动力1955人: a part of the event before, of its type, with its own figure."""
        for number, parsed in enumerate(sentence):
            figures = self._part_figures(parsed)
            whole = next(
                (
                    d
                    for d in reversed(drafts)
                    if figures and d.clause < number and self._measure_of(d, figures[0])
                ),
                None,
            )
            if whole is not None:
                parts = [self._part(whole, parsed, number, figure) for figure in figures]
                drafts = [d for d in drafts if d.clause != number] + [
                    part for part in parts if part is not None
                ]
        return drafts

    def _part(self, whole: Draft, parsed: Parsed, number: int, figure: Element) -> Draft | None:
        role = self._measure_of(whole, figure)
        if not role or figure.quantity is None:
            return None
        noun = next((e for e in parsed.elements if e.counted_by is figure), None)
        part = _copy(whole, {}, {id(figure)})
        part.roles = {
            name: fillers
            for name, fillers in part.roles.items()
            if not any(_is_figure(f) or isinstance(f.content, Said) for f in fillers)
        }
        part.roles[role] = [Filled(figure.quantity.value, figure.span)]
        said = next(
            (r for r in whole.roles if any(isinstance(f.content, Said) for f in whole.roles[r])), None
        )
        if noun is not None and said is not None and self._has_class(noun, (self.names.group,)):
            part.roles[said] = [Filled(Said(noun.text), noun.span)]
        part.clause = part.last_clause = number
        part.trigger, part.carried = figure.span, True
        return part

    def _part_figures(self, parsed: Parsed) -> list[Element]:
        """The figures of a clause of the shape 其中 + noun + figure, or of several such."""
        elements = [e for e in parsed.elements if e.kind is not Kind.MARK]
        if len(elements) < 2 or not elements[0].text.startswith(tuple(self.grammar.part_of)):
            return []
        if elements[-1].kind is not Kind.QUANTITY:
            return []
        for element, following in itertools.pairwise(elements[1:]):
            if element.kind is Kind.VERB or (
                element.kind is Kind.TRIGGER and following.kind is not Kind.NOUN
            ):
                return []
        return [e for e in elements if e.kind is Kind.QUANTITY]

    @staticmethod
    def _measure_of(draft: Draft, figure: Element) -> str:
        """The role that holds a figure of the same unit, or ''."""
        assert figure.quantity is not None
        unit = figure.quantity.value.unit
        for role, fillers in draft.roles.items():
            for filled in fillers:
                if isinstance(filled.content, Quantity) and filled.content.unit == unit:
                    return role
        return ""


def _refusal(draft: Draft, why: str, preferred: Draft | None) -> Refusal:
    return Refusal(draft.frame.type, draft.trigger, why, draft.sense, draft.predicate, preferred)


def _names_nouns(verb: str, condition: Condition) -> str:
    return f"{verb} a noun ({', '.join(condition.slots)}) that ends in {'/'.join(condition.ends)}"


def _has_form(element: Element, role: FrameRole) -> bool:
    """Whether the element is the proper name, or the common noun, that the role asks for."""
    if role.form is None:
        return True
    return (element.kind is Kind.NAME) == (role.form == "name")


def _bare(text: str) -> str:
    """The text without marks at its end."""
    return text.rstrip('\u201d\u300d\u300b"')


def _is_figure(filled: Filled) -> bool:
    return isinstance(filled.content, Quantity)


def _copy(draft: Draft, changed: dict[str, list[Filled]], elements: set[int]) -> Draft:
    roles = {role: list(changed.get(role, fillers)) for role, fillers in draft.roles.items()}
    return replace(draft, roles=roles, elements=set(elements), lists={})


def merge_parts(drafts: Sequence[Draft]) -> list[Draft]:
    """Join the facts that neighbouring clauses give of one event: 支持资金2.5亿元,共支持项目188个."""
    result: list[Draft] = []
    for draft in drafts:
        last = result[-1] if result else None
        if last is not None and _continues(last, draft):
            for role, fillers in draft.roles.items():
                for filled in fillers:
                    if role not in last.roles or filled.content in [f.content for f in last.roles[role]]:
                        last.add(role, filled)
            last.elements |= draft.elements
            last.joined = [*last.joined, draft.trigger, *draft.joined]
            last.last_clause = max(last.last_clause, draft.clause)
            continue
        result.append(draft)
    return result


def _continues(last: Draft, draft: Draft) -> bool:
    if last.frame is not draft.frame or last.modality is not draft.modality or not draft.frame.joins:
        return False
    if not 0 <= draft.clause - last.last_clause <= 1 or draft.again:
        return False
    if not draft.elements and draft.clause == last.clause:
        return _agree(last, draft)
    own = {role for role in draft.roles if role in last.roles}
    return (
        _agree(last, draft)
        and bool(own or draft.elements)
        and (draft.carried or draft.clause == last.clause or not _has_entities(draft))
    )


def _agree(last: Draft, draft: Draft) -> bool:
    return all(
        {f.content for f in last.roles[role]} & {f.content for f in fillers}
        for role, fillers in draft.roles.items()
        if role in last.roles
    )


def _has_entities(draft: Draft) -> bool:
    return any(isinstance(f.content, Mention | Common) for fillers in draft.roles.values() for f in fillers)


def _is_same_event(kept: Draft, draft: Draft) -> bool:
    """A second trigger of one frame in one clause that brings no figure of its own."""
    if kept.frame is not draft.frame or kept.clause != draft.clause or draft.elements:
        return False
    shared = sum(
        filled.content in [other.content for other in kept.roles.get(role, ())]
        for role, fillers in draft.roles.items()
        for filled in fillers
    )
    return shared > 0


def _subjects_before(sentence: Sequence[Parsed], clause: int) -> list[Group]:
    subjects = []
    for parsed in reversed(sentence[:clause]):
        group = parsed.agent() or parsed.joint_subject()
        if group is not None:
            subjects.append(group)
    return subjects


def _counted_noun(predicate: Predicate, quantity: Element) -> Element | None:
    for parsed in predicate.sentence:
        if quantity in parsed.elements:
            for element in parsed.elements:
                if element.kind in NOMINAL and element.counted_by is quantity:
                    return element
            return None
    return None


def _groups_of(predicate: Predicate, elements: Sequence[Element]) -> Iterator[Group]:
    for parsed in predicate.sentence:
        for group in parsed.groups:
            if any(item is element for item in group.items for element in elements):
                yield group


def _clause_of(predicate: Predicate, element: Element) -> int:
    return next(i for i, parsed in enumerate(predicate.sentence) if element in parsed.elements)


def evidence_span(draft: Draft, sentence: Sequence[Parsed]) -> Span:
    """The clauses that carry the fact, from the first to the last of them."""
    clauses = sentence[draft.clause : draft.last_clause + 1]
    inside = [clauses[0].clause.span, clauses[-1].clause.span]
    return Span(inside[0].start, inside[-1].end)
