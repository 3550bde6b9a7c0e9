"""Noun phrases of a clause as groups: coordinated members, the preposition before, the 的 behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kg.facts.elements import NOMINAL, Clause, Element, Kind
from kg.ontology.lexicon import Grammar, Names
from kg.types import Span
from kg.values import QuantityMention

DASHES = frozenset("-—–·")


@dataclass(slots=True, eq=False)
class Group:
    """One noun phrase: its coordinated members and how it stands in the clause.

    ``first`` and ``last`` are indices of elements (last included); ``governed_by`` is the slot of the
    preposition before it; ``after_verb`` says that this preposition follows a verb (捐给, 建于);
    ``before_of`` that 的 follows; ``is_head`` that the words before 的 describe it; ``owners`` are the
    members of the group before 的.
    """

    items: list[Element]
    first: int
    last: int
    governed_by: str | None = None
    after_verb: bool = False
    before_of: bool = False
    is_head: bool = False
    owners: tuple[Element, ...] = ()
    quantity: Element | None = None  # what counts the whole list: A、B等6家企业
    apposition: Element | None = None  # the noun that sums it up: 企业
    verbs_before: int = 0  # verbs and triggers of the clause before it

    @property
    def span(self) -> Span:
        """From the first member to the last."""
        return Span(self.items[0].span.start, self.items[-1].span.end)


@dataclass(slots=True, eq=False)
class Parsed:
    """A clause with its groups."""

    clause: Clause
    groups: list[Group] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        """The clause's elements."""
        return self.clause.elements

    def index_at(self, span: Span) -> int:
        """The index of the element that a span lies in, or the number of elements."""
        return next((i for i, e in enumerate(self.elements) if e.span.contains(span)), len(self.elements))

    def subject(self) -> Group | None:
        """The first bare group before any verb: whom the clause is about."""
        for group in self.groups:
            if group.verbs_before:
                return None
            if group.governed_by is None and not group.before_of:
                return group
        return None

    def joint_subject(self) -> Group | None:
        """The subject with those it acts together with: 甲与乙合作."""
        subject = self.subject()
        if subject is None:
            return None
        following = next((g for g in self.groups if g.first > subject.last), None)
        if following is None or following.governed_by != "with" or following.verbs_before:
            return subject
        return replace(subject, items=[*subject.items, *following.items])

    def agent(self) -> Group | None:
        """The group that 由 or 被 introduces."""
        return next((group for group in self.groups if group.governed_by == "by"), None)


def count_nouns(elements: Sequence[Element], grammar: Grammar, names: Names) -> None:
    """Tie every count to the noun it counts: the one right behind it, else the one before it."""
    for index, element in enumerate(elements):
        quantity = element.quantity
        if element.kind is not Kind.QUANTITY or quantity is None or quantity.rank:
            continue
        following = elements[index + 1] if index + 1 < len(elements) else None
        if following is not None and following.kind is Kind.OTHER and following.tag in ("a", "b"):
            following = elements[index + 2] if index + 2 < len(elements) else None
        if following is not None and following.kind in NOMINAL and following.counted_by is None:
            following.counted_by, element.counts = element, following
            _measure(element, quantity, following, names)
            continue
        back = index - 1
        while back >= 0 and (
            elements[back].kind in (Kind.ADVERB, Kind.ALSO, Kind.QUANTITY)
            or elements[back].text in grammar.copulas
            or elements[back].text in grammar.total
        ):
            back -= 1
        if back >= 0 and elements[back].kind in NOMINAL and elements[back].counted_by is None:
            elements[back].counted_by, element.counts = element, elements[back]


def _measure(element: Element, quantity: QuantityMention, noun: Element, names: Names) -> None:
    """21万贫困人口: the noun says what a number without a measure word counts."""
    ending = names.ending_of(noun.text)
    if quantity.value.unit == "1" and ending is not None and ending[1] in names.bare_counts:
        kind, unit = names.bare_counts[ending[1]]
        element.quantity = replace(quantity, kind=kind, value=replace(quantity.value, unit=unit))


_OF_TIMES = frozenset({"from", "at"})  # slots of prepositions that bring a time as well as a place


def parse(clause: Clause, grammar: Grammar, names: Names) -> Parsed:
    """Find the groups of a clause."""
    parsed = Parsed(clause)
    elements = clause.elements
    count_nouns(elements, grammar, names)
    index = 0
    pending: str | None = None
    pending_after = False
    verbs = 0
    previous: Group | None = None
    while index < len(elements):
        element = elements[index]
        if element.kind is Kind.MARKER or (
            element.kind in (Kind.VERB, Kind.JOIN)
            and element.text in grammar.markers
            and _noun_at(elements, index + 1)
        ):
            after = index > 0 and elements[index - 1].kind in (Kind.VERB, Kind.TRIGGER)
            pending_after = after and element.text in grammar.after_verb
            pending = grammar.after_verb[element.text] if pending_after else grammar.markers.get(element.text)
            index += 1
            previous = None
            continue
        if _starts_item(elements, index):
            group = _group(elements, index, grammar, names)
            group.governed_by, group.after_verb = pending, pending_after
            group.verbs_before = verbs
            of = index - 1
            while of > 0 and elements[of].kind in (Kind.QUANTITY, Kind.OTHER):
                of -= 1
            if of >= 0 and index > 0 and elements[of].kind is Kind.OF:
                group.is_head = True
                if previous is not None and previous.before_of and previous.last == of - 1:
                    group.owners += tuple(previous.items)
                    if previous.governed_by and not _verb_between(elements, previous.first):
                        group.governed_by, group.after_verb = previous.governed_by, previous.after_verb
            pending, pending_after = None, False
            index = group.last + 1
            group.before_of = index < len(elements) and elements[index].kind is Kind.OF
            parsed.groups.append(group)
            previous = group
            continue
        if element.kind in (Kind.VERB, Kind.TRIGGER):
            verbs += 1
            pending, pending_after = None, False
        elif element.kind is Kind.TIME and pending in _OF_TIMES and elements[index - 1].kind is Kind.MARKER:
            pending, pending_after = None, False  # 自|2010年: what follows is the subject
        index += 1
    return parsed


def _verb_between(elements: Sequence[Element], first: int) -> bool:
    return first > 0 and elements[first - 1].kind in (Kind.VERB, Kind.TRIGGER)


def _noun_at(elements: Sequence[Element], index: int) -> bool:
    while index < len(elements) and elements[index].kind in (Kind.OTHER, Kind.QUANTITY, Kind.ADVERB):
        index += 1
    return index < len(elements) and elements[index].kind in NOMINAL


def _starts_item(elements: Sequence[Element], index: int) -> bool:
    return elements[index].kind in NOMINAL


def _group(elements: Sequence[Element], index: int, grammar: Grammar, names: Names) -> Group:
    first = index
    items = [elements[index]]
    owners: list[Element] = []
    last = index
    while True:
        following = last + 1
        # a title between an organization and a person: 某局 局长 某人
        if (
            following + 1 < len(elements)
            and elements[following].kind is Kind.TITLE
            and elements[following + 1].kind is Kind.NAME
        ):
            items[-1] = elements[following + 1]
            last = following + 1
            continue
        # a place before a counted noun: 某市一家公司
        if (
            following + 1 < len(elements)
            and elements[following].kind is Kind.QUANTITY
            and elements[following + 1].counted_by is elements[following]
            and elements[following + 1].kind is Kind.NOUN
            and items[-1].mention is not None
            and items[-1].mention.codes
            and len(items) == 1
        ):
            owners.append(items[-1])
            items[-1] = elements[following + 1]
            last = following + 1
            continue
        # a title behind the noun that says what it is: 团体标准《…》
        if (
            following < len(elements)
            and items[-1].kind is Kind.NOUN
            and _is_title_of(elements, following, names)
        ):
            items[-1] = elements[following]
            last = following
            continue
        # a dash before the name of what was described: 龙头企业——某某公司
        if (
            following + 1 < len(elements)
            and elements[following].kind is Kind.MARK
            and set(elements[following].text) <= DASHES
        ):
            after = following
            while after < len(elements) and set(elements[after].text) <= DASHES:
                after += 1
            if after < len(elements) and elements[after].kind is Kind.NAME:
                if items[-1].kind is Kind.NOUN or not items[-1].text[0].isalnum():
                    items[-1] = elements[after]
                else:
                    items.append(elements[after])
                last = after
                continue
        if following < len(elements) and _is_next_title(elements, last):
            items.append(elements[following])
            last = following
            continue
        if following < len(elements) and elements[following].kind is Kind.JOIN:
            after = following + 1
            while after < len(elements) and (
                elements[after].kind in (Kind.JOIN, Kind.QUANTITY)
                or (elements[after].kind is Kind.OTHER and elements[after].tag in ("a", "b", "r", "m"))
                or elements[after].kind is Kind.TITLE
            ):
                after += 1
            if after < len(elements) and elements[after].kind in NOMINAL:
                items.append(elements[after])
                last = after
                continue
        break
    group = Group(items, first, last, owners=tuple(owners))
    _take_appositive(elements, group)
    return group


def _is_title_of(elements: Sequence[Element], index: int, names: Names) -> bool:
    mention = elements[index].mention
    return (
        mention is not None
        and mention.cls == names.document
        and elements[index].span.start - elements[index - 1].span.end == 1
    )


def _is_next_title(elements: Sequence[Element], index: int) -> bool:
    """《A》《B》: titles listed without a mark between them."""
    here, following = elements[index].mention, elements[index + 1].mention
    return (
        here is not None
        and following is not None
        and here.cls == following.cls
        and following.span.start - here.span.end == 2
    )


def _take_appositive(elements: Sequence[Element], group: Group) -> None:
    """A、B等6家企业; A、B两地; 某大学等高校: what sums the list up belongs to it."""
    index = group.last + 1
    has_also = index < len(elements) and elements[index].kind is Kind.ALSO
    if has_also:
        group.last = index
        index += 1
    if index + 1 < len(elements) and elements[index].kind is Kind.QUANTITY and len(group.items) > 1:
        noun = elements[index + 1]
        if noun.kind is Kind.NOUN and noun.counted_by is elements[index]:
            group.quantity = elements[index]
            group.apposition = noun
            group.last = index + 1
            return
    if index < len(elements):
        element = elements[index]
        adjoining = element.span.start == elements[index - 1].span.end
        if adjoining and element.kind is Kind.REFERENCE and element.reference is not None:
            if element.reference.pick in ("pair", "list"):
                group.apposition = element
                group.last = index
        elif adjoining and has_also and element.kind is Kind.NOUN:
            group.apposition = element
            group.last = index
