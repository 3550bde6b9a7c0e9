"""The places of a sentence where a predicate's roles are looked for, by name.

A slot is what a grammar calls an argument position: the subject, the object, the phrase after 向.
Frames name slots; this module finds what stands in them. Candidates come nearest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.facts.elements import Element, Kind
from kg.facts.groups import Group, Parsed
from kg.ontology.lexicon import Grammar

SUBJECT = "subject"

_PHRASES = frozenset({"by", "to", "from", "at", "goal", "with", "via", "about"})


@dataclass(slots=True)
class Predicate:
    """A trigger in its clause; ``carried`` are the subjects of the clauses before, latest first.

    ``figures`` is whether a quantity stands anywhere in the sentence.
    """

    sentence: Sequence[Parsed]
    clause: int
    index: int
    grammar: Grammar
    carried: Sequence[Group] = ()
    figures: bool = True
    parsed: Parsed = field(init=False)  # the clause of the trigger
    elements: list[Element] = field(init=False)  # of that clause
    trigger: Element = field(init=False)
    _left: list[Group] = field(init=False)  # the groups before the trigger, the nearest first
    _right: list[Group] = field(init=False)  # the groups behind it, the nearest first
    _found: dict[str, tuple[Group, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parsed = self.sentence[self.clause]
        self.elements = self.parsed.elements
        self.trigger = self.elements[self.index]
        self._left = [g for g in reversed(self.parsed.groups) if g.last < self.index]
        self._right = [g for g in self.parsed.groups if g.first > self.index]

    # -- where the trigger's own stretch begins and ends -------------------------------------------

    def previous_trigger(self) -> int:
        """The index of the trigger before this one in the clause, or -1."""
        index = self.index - 1
        while index >= 0 and self.elements[index].kind is not Kind.TRIGGER:
            index -= 1
        return index

    def next_trigger(self) -> int:
        """The index of the trigger after this one in the clause, or the clause's length."""
        index = self.index + 1
        while index < len(self.elements) and self.elements[index].kind is not Kind.TRIGGER:
            index += 1
        return index

    def object_end(self) -> int:
        """Where the object must have begun: before the next verb that is no preposition in disguise."""
        for index in range(self.index + 1, len(self.elements)):
            element = self.elements[index]
            if element.kind is Kind.TRIGGER:
                return index
            if (
                element.kind is Kind.VERB
                and element.text not in self.grammar.after_verb
                and index > self.index + 1
            ):
                return index
        return len(self.elements)

    # -- noun slots ---------------------------------------------------------------------------------

    def nouns(self, slot: str) -> Sequence[Group]:
        """The groups in a slot, the best first."""
        if slot not in self._found:
            self._found[slot] = tuple(self._nouns(slot))
        return self._found[slot]

    def _nouns(self, slot: str) -> Iterator[Group]:
        if slot in _PHRASES:
            yield from self._phrases(slot)
        elif slot == SUBJECT:
            yield from self._subjects()
        elif slot == "object":
            yield from self._objects()
        elif slot == "head":
            yield from self._heads()
        elif slot == "patient":
            yield from self._patients()
        elif slot == "before":
            yield from (g for g in self._bare_left() if self._adjoins(g))
        elif slot == "left":
            yield from self._bare_left()
        elif slot == "receiver":
            yield from self._receivers()
        elif slot == "place":
            yield from self._places()
        elif slot == "topic":
            yield from self.carried[:1]
        elif slot == "prior-object":
            yield from self._prior_objects()
        elif slot == "serial":
            yield from self._serial()
        elif slot == "pivot":
            yield from (g for g in self._bare_left() if g.verbs_before)

    def _bare_left(self) -> Iterator[Group]:
        return (g for g in self._left if g.governed_by is None and not g.before_of)

    def _phrases(self, slot: str) -> Iterator[Group]:
        end = self.next_trigger()
        yield from (g for g in self._right if g.governed_by == slot and g.after_verb and g.first < end)
        yield from (g for g in self._left if g.governed_by == slot)
        if slot == "about":
            yield from (g for g in self._right if g.governed_by == slot and g.first < end)
        if slot in ("to", "goal"):
            yield from (g for g in self._right if g.governed_by in ("to", "goal") and g.first < end)

    def _subjects(self) -> Iterator[Group]:
        bare = list(self._bare_left())
        before_of = [g for g in self._left if g.before_of and self._adjoins(g)]
        yield from (g for g in bare if not g.verbs_before)
        yield from before_of
        yield from self.carried
        yield from (g for g in bare if g.verbs_before)

    def _objects(self) -> Iterator[Group]:
        if self.index + 1 < len(self.elements) and self.elements[self.index + 1].kind is Kind.OF:
            return  # what stands behind 的 is described by the verb: the slot head
        end = self.object_end()
        right = [g for g in self._right if g.first < end and g.governed_by is None]
        yield from (g for g in right if not g.before_of)
        yield from (g for g in right if g.before_of)

    def _serial(self) -> Iterator[Group]:
        """The object of the verb that follows with only figures between: 投资2亿元建设|基地."""
        following = self.next_trigger()
        if following == len(self.elements):
            return
        between = self.elements[self.index + 1 : following]
        if all(e.kind in (Kind.QUANTITY, Kind.ADVERB, Kind.OTHER, Kind.MARK) for e in between):
            yield from (g for g in self.parsed.groups if g.first > following and g.governed_by is None)

    def _prior_objects(self) -> Iterator[Group]:
        """The object of the clause before, when this one names nothing: 建设|基地,预计年底投产."""
        if self.clause and not any(g.last < self.index for g in self.parsed.groups):
            last = self.sentence[self.clause - 1].groups[-1:]
            yield from (g for g in last if g.governed_by is None and g.verbs_before)

    def _heads(self) -> Iterator[Group]:
        """What the relative clause that ends in the trigger describes: 捐赠的|设备."""
        for index in range(self.index + 1, len(self.elements)):
            element = self.elements[index]
            if element.kind is Kind.OF:
                yield from (g for g in self._right if g.first > index and g.is_head)
                return
            if element.kind in (Kind.TRIGGER, Kind.VERB) and element.text not in self.grammar.after_verb:
                return

    def _patients(self) -> Iterator[Group]:
        yield from (g for g in self._left if g.governed_by == "object")
        if not any(True for _ in self._objects()) or self._is_passive():
            yield from self._bare_left()

    def _is_passive(self) -> bool:
        return any(g.governed_by == "by" for g in self._left) or any(
            e.kind is Kind.MARKER and self.grammar.markers.get(e.text) == "by"
            for e in self.elements[: self.index]
        )

    def _adjoins(self, group: Group) -> bool:
        return all(
            e.kind in (Kind.ADVERB, Kind.OF, Kind.ALSO, Kind.TRIGGER)
            for e in self.elements[group.last + 1 : self.index]
        )

    def _receivers(self) -> Iterator[Group]:
        for index in range(self.index - 1, -1, -1):
            element = self.elements[index]
            if element.kind in (Kind.VERB, Kind.TRIGGER) and element.text in self.grammar.receive:
                yield from (
                    g for g in reversed(self.parsed.groups) if g.last < index and g.governed_by is None
                )
                if not any(g.last < index for g in self.parsed.groups):
                    yield from self.carried
                return

    def _places(self) -> Iterator[Group]:
        yield from self._phrases("at")
        yield from (g for g in self._right if g.governed_by == "at")
        for clause in range(self.clause - 1, -1, -1):
            yield from (g for g in reversed(self.sentence[clause].groups) if g.governed_by == "at")

    # -- value slots --------------------------------------------------------------------------------

    def quantities(self, slot: str) -> Iterator[Element]:
        """The quantities in a slot, nearest first."""
        if slot == "after":
            yield from _quantities(self.elements[self.index + 1 : self.next_trigger()])
        elif slot == "before":
            yield from reversed(list(_quantities(self.elements[self.previous_trigger() + 1 : self.index])))
        elif slot == "clause":
            yield from _quantities(self.elements)
        elif slot == "next":
            for parsed in self._following():
                yield from _quantities(parsed.elements)
        elif slot == "previous":
            if self.clause and self.parsed.subject() is None:
                yield from _quantities(self.sentence[self.clause - 1].elements)
        elif slot == "group":
            yield from (g.quantity for g in self.parsed.groups if g.quantity is not None)
        elif slot == "gain":
            for parsed in [self.parsed, *self._following()]:
                for index, element in enumerate(parsed.elements):
                    if element.kind is Kind.QUANTITY and self._is_gain(parsed.elements[:index]):
                        yield element

    def _is_gain(self, before: Sequence[Element]) -> bool:
        return any(e.text.endswith(tuple(self.grammar.gain)) for e in before[-3:])

    def purpose(self) -> Iterator[tuple[int, int]]:
        """Clause and element index behind a word like 用于, in the trigger's clause or after it."""
        for clause in range(self.clause, min(self.clause + 3, len(self.sentence))):
            for index, element in enumerate(self.sentence[clause].elements[:-1]):
                if element.text in self.grammar.purpose:
                    yield clause, index + 1

    def _following(self) -> Iterator[Parsed]:
        """The clauses behind that go on with the same subject."""
        if any(e.kind is Kind.TRIGGER for e in self.elements[self.index + 1 :]):
            return
        for parsed in self.sentence[self.clause + 1 :]:
            if any(e.kind is Kind.TRIGGER and not self._goes_on(e) for e in parsed.elements):
                return
            yield parsed

    def _goes_on(self, element: Element) -> bool:
        """A noun of the trigger's own frame (卖出核桃60吨,销售额达…), or a verb of taking part (90人参加)."""
        if element.text in self.grammar.attend or element.text in self.grammar.gain:
            return True
        return element.tag in ("n", "nz") and any(
            sense in self.trigger.triggers for sense in element.triggers
        )

    def times(self) -> Iterator[Element]:
        """The times that may date the predicate: of its clause, then of the clauses before."""
        own = [e for e in self.elements if e.kind is Kind.TIME]
        before = [e for e in own if e.span.end <= self.trigger.span.start]
        yield from reversed(before)
        yield from (e for e in own if e not in before and self.elements.index(e) < self.next_trigger())
        for clause in range(self.clause - 1, -1, -1):
            yield from reversed([e for e in self.sentence[clause].elements if e.kind is Kind.TIME])


def _quantities(elements: Sequence[Element]) -> Iterator[Element]:
    return (e for e in elements if e.kind is Kind.QUANTITY)
