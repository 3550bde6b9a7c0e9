"""Offices: who holds which title of which organization, from the order of names and titles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.facts.drafts import Common, Content, Draft, Filled, Said, When
from kg.facts.elements import Element, Kind
from kg.facts.groups import Group, Parsed
from kg.facts.modality import clause_modality
from kg.ontology.frames import Frame, Sense
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Modality, Span


@dataclass(frozen=True, slots=True)
class Office:
    """A title with the organization that its own words or the words before it name."""

    title: str
    span: Span
    organization: tuple[Filled, ...]
    seat: tuple[Filled, ...] = ()  # the place that the organization's name begins with


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands over a list: the sense of its verb (免去:), and the date in the heading above."""

    sense: str
    time: Filled | None = None


@dataclass(frozen=True)
class TitleReader:
    """Reads the offices of one sentence for a frame of kind ``title``.

    The frame's senses say which verbs join a person with a title (appoint) or part them (leave);
    roles are found by what they take: the person's class, the text, the organization's classes.
    """

    frame: Frame
    names: Names
    grammar: Grammar
    is_a: Callable[[str, str], bool]
    class_of: Callable[[Mention], str]
    dates: Callable[[Element], str | None]
    nested: Mapping[Mention, Mention]  # a name and the place it begins with

    def lead_in(self, line: str) -> str:
        """The sense whose verb a line puts over the list below it (免去:), or ''."""
        if not line.endswith(tuple(self.grammar.lead_ends)):
            return ""
        last = {s.name: max(line.rfind(word) for word in s.words if len(word) > 1) for s in self.frame.senses}
        sense = max(last, key=lambda name: last[name])
        return sense if last[sense] >= 0 else ""

    def drafts(
        self,
        text: str,
        sentence: Sequence[Parsed],
        persons: Sequence[Mention],
        bodies: Sequence[Filled],
        lead: Lead | None = None,
    ) -> list[Draft]:
        """The offices of a sentence; ``persons`` and ``bodies`` were named before it, latest first.

        ``lead`` is what stands over the list that the sentence is an item of, and may have no verb itself.
        """
        found: list[Draft] = []
        seen = list(persons)
        last: Office | None = None  # of the sentence so far, with an organization
        for number, parsed in enumerate(sentence):
            elements = parsed.elements
            index = 0
            while index < len(elements):
                if elements[index].kind is Kind.NAME and self._is_person(elements[index]):
                    mention = elements[index].mention
                    assert mention is not None
                    seen.insert(0, mention)
                if elements[index].kind is not Kind.TITLE:
                    index += 1
                    continue
                offices, after = self._offices(text, elements, index)
                holders, verb = self._holders(elements, index, after, seen, lead)
                if holders:
                    offices = self._place(offices, sentence, number, index, last, bodies)
                    found.extend(
                        self._draft(office, holder, number, verb, sentence, lead)
                        for office in offices
                        for holder in holders
                    )
                    last = next((o for o in reversed(offices) if o.organization), None)
                index = max(after, index + 1)
        return found

    def _is_person(self, element: Element) -> bool:
        return element.mention is not None and self.class_of(element.mention) == self.names.person

    # -- titles and their organizations -------------------------------------------------------------

    def _offices(self, text: str, elements: Sequence[Element], index: int) -> tuple[list[Office], int]:
        """The titles listed from here on: 某局局长、某委员会主任."""
        offices = [self._office(text, elements, index)]
        after = index + 1
        while after < len(elements):
            step = after
            if elements[step].kind is not Kind.JOIN:
                break
            step += 1
            while (
                step < len(elements)
                and elements[step].kind in (Kind.NAME, Kind.NOUN)
                and not self._is_person(elements[step])
            ):
                step += 1
            if step >= len(elements) or elements[step].kind is not Kind.TITLE:
                break
            offices.append(self._office(text, elements, step))
            after = step + 1
        return offices, after

    def _office(self, text: str, elements: Sequence[Element], index: int) -> Office:
        element = elements[index]
        title = element.text
        shed = max((word for word in self.names.shed if title.startswith(word)), key=len, default="")
        title = title[len(shed) :] or title
        start = element.span.end - len(title)
        place = Span(start, element.span.end)
        before = elements[index - 1] if index else None
        adjoins = before is not None and before.span.end == element.span.start
        organ = next(
            (o for o in sorted(self.names.organ_of_title, key=len, reverse=True) if title.startswith(o)), None
        )
        if (
            organ is not None
            and before is not None
            and adjoins
            and before.kind in (Kind.NAME, Kind.REFERENCE)
        ):
            span = Span(before.span.start, start + len(organ))
            if before.mention is not None:
                span = Span(before.mention.span.start, span.end)
                name = span.of(text)
                cls = self.names.ending_of(name)
                rest = title[len(organ) :]
                return Office(
                    rest or title,
                    Span(element.span.end - len(rest or title), element.span.end),
                    (Filled(Common(name, cls[1] if cls else self.names.tags["ORG"]), span),),
                    (Filled(before.mention, before.mention.span),),
                )
        if organ is not None:
            span = Span(start, start + len(organ))
            held = title[len(organ) :] or title
            closing = self.names.ending_of(organ)
            kind = closing[1] if closing else self.names.tags["ORG"]
            whom = (Filled(Common(organ, kind), span),)
            return Office(held, Span(element.span.end - len(held), element.span.end), whom)
        if before is not None and adjoins and before.kind in (Kind.NAME, Kind.REFERENCE, Kind.NOUN):
            held_of = tuple(self._organization(before))
            return Office(title, place, held_of, tuple(self._seats(held_of)))
        if before is not None and before.kind is Kind.OF and index > 1:
            return Office(title, place, tuple(self._organization(elements[index - 2])))
        return Office(title, place, ())

    def _organization(self, element: Element) -> list[Filled]:
        organization, division = self.names.tags["ORG"], self.names.division
        candidates: list[tuple[Content, Span]] = []
        if element.mention is not None:
            candidates.append((element.mention, element.span))
        candidates.extend((mention, element.span) for mention in element.referents)
        candidates.extend((part, part.span) for part in element.parts)
        found = [
            Filled(content, span)
            for content, span in candidates
            if isinstance(content, Mention)
            and (
                self.is_a(self.class_of(content), organization)
                or self.class_of(content) in (division, self.names.quoted)
                or self.is_a(self.class_of(content), self.names.place)
            )
        ]
        if found:
            return found[:1] if element.mention is not None else found
        ending = self.names.ending_of(element.text)
        if (
            element.kind is Kind.NOUN
            and ending is not None
            and self.is_a(ending[1], organization)
            and (
                element.parts
                or ending[0] in self.names.organ_of_title.values()
                or self._begins_with_level(element.text)
            )
        ):
            return [Filled(Common(element.text, ending[1]), element.span)]
        return []

    def _begins_with_level(self, said: str) -> bool:
        """省审计厅: the level of government stands for the place."""
        return self.names.endings.get(said[:1]) == self.names.division

    def _place(
        self,
        offices: list[Office],
        sentence: Sequence[Parsed],
        number: int,
        index: int,
        last: Office | None,
        bodies: Sequence[Filled],
    ) -> list[Office]:
        """Offices without an organization take that of the office before, else the sentence's subject."""
        placed: list[Office] = []
        current = last if last is not None and not offices[0].organization else Office("", Span(0, 0), ())
        for office in offices:
            if office.organization:
                current = office
            elif current.seat and office.title.endswith(self.names.place_titles):
                current = replace(current, organization=current.seat)
            elif not current.organization:
                found = tuple(self._subject_organization(sentence, number, index)) or tuple(bodies[:1])
                current = replace(current, organization=found)
            placed.append(replace(current, title=office.title, span=office.span))
        return placed

    def _seats(self, organization: Sequence[Filled]) -> Iterator[Filled]:
        for filled in organization:
            seat = self.nested.get(filled.content) if isinstance(filled.content, Mention) else None
            if seat is not None:
                yield Filled(seat, seat.span)

    def _subject_organization(self, sentence: Sequence[Parsed], number: int, index: int) -> list[Filled]:
        groups: list[Group] = [g for g in reversed(sentence[number].groups) if g.first < index]
        for clause in range(number - 1, -1, -1):
            groups.extend(reversed(sentence[clause].groups))
        groups = [g for g in groups if g.governed_by not in ("at", "via", "goal")]
        organization = self.names.tags["ORG"]
        for group in groups:
            for item in reversed(group.items):
                for filled in self._organization(item):
                    content = filled.content
                    if isinstance(content, Mention) and self.is_a(self.class_of(content), organization):
                        return [filled]
        return []

    # -- holders ------------------------------------------------------------------------------------

    def _holders(
        self, elements: Sequence[Element], index: int, after: int, seen: Sequence[Mention], lead: Lead | None
    ) -> tuple[list[Filled], str]:
        """The persons a run of titles belongs to, and the sense of the verb that says so ('' for none)."""
        following = elements[after] if after < len(elements) else None
        if (
            following is not None
            and self._is_person(following)
            and following.span.start == elements[after - 1].span.end
        ):
            assert following.mention is not None
            left = next(
                (
                    s.name
                    for e in elements[after + 1 :]
                    for s in self.frame.senses
                    if s.modality and e.text in s.words
                ),
                "",
            )
            more = any(e.kind is Kind.TITLE for e in elements[after + 1 :])
            return [Filled(following.mention, following.span)], "" if more else left
        verb = self._verb(elements, index, after)
        if verb is not None:
            sense, at = verb
            person = self._person_near(elements, index, after, at) or (
                Filled(seen[0], seen[0].span) if seen else None
            )
            return ([person] if person else []), sense
        if lead is not None:
            named = [e for e in elements[:index] if self._is_person(e)]
            return [Filled(e.mention, e.span) for e in named[-1:] if e.mention is not None], lead.sense
        before = elements[index - 1] if index else None
        if before is not None and self._is_person(before) and before.span.end == elements[index].span.start:
            assert before.mention is not None
            return [Filled(before.mention, before.span)], ""
        return [], ""

    def _verb(self, elements: Sequence[Element], index: int, after: int) -> tuple[str, int] | None:
        """The nearest verb of appointing or leaving on the left, else on the right of the titles."""
        for at in [*range(index - 1, -1, -1), *range(after, len(elements))]:
            sense = self._sense_of(elements[at])
            if sense is None:
                continue
            # 不再|担任: a word of leaving before the verb of appointing turns it round
            for element in reversed(elements[max(0, at - 2) : at]):
                turned = self._sense_of(element)
                if turned is not None and turned.modality:
                    sense = turned
            return sense.name, at
        return None

    def _sense_of(self, element: Element) -> Sense | None:
        if element.kind not in (Kind.VERB, Kind.TRIGGER, Kind.ADVERB, Kind.OTHER, Kind.MARKER):
            return None
        return next((sense for sense in self.frame.senses if element.text in sense.words), None)

    def _person_near(self, elements: Sequence[Element], index: int, after: int, verb: int) -> Filled | None:
        left = [e for e in elements[: min(verb, index) if verb < index else index] if self._is_person(e)]
        right = [e for e in elements[after:] if self._is_person(e)]
        between = [e for e in elements[verb:index] if self._is_person(e)] if verb < index else []
        for pool in (between[-1:], right[:1] if verb >= after else [], left[-1:], right[:1]):
            for element in pool:
                assert element.mention is not None
                return Filled(element.mention, element.span)
        return None

    # -- facts --------------------------------------------------------------------------------------

    def _draft(
        self,
        office: Office,
        holder: Filled,
        number: int,
        verb: str,
        sentence: Sequence[Parsed],
        lead: Lead | None,
    ) -> Draft:
        sense = next((s for s in self.frame.senses if s.name == verb), self.frame.senses[0])
        modality = Modality(sense.modality) if verb and sense.modality else Modality.ASSERTED
        if verb and modality is Modality.ASSERTED:
            modality = clause_modality(sentence[number], sentence[number].index_at(office.span), self.grammar)
        draft = Draft(self.frame, sense, office.span, number, modality)
        draft.last_clause = number
        for role in sense.roles:
            if role.takes == "time" and verb:
                when = self._when(sentence, number, office.span.start) or (lead.time if lead else None)
                if when is not None:
                    draft.add(role.name, when)
                    draft.dated = True
            elif role.takes == "text":
                draft.add(role.name, Filled(Said(office.title), office.span))
            elif role.takes == "entity" and self.names.person in role.classes:
                draft.add(role.name, holder)
            elif role.takes == "entity":
                for filled in office.organization:
                    draft.add(role.name, filled)
        return draft

    def _when(self, sentence: Sequence[Parsed], number: int, start: int) -> Filled | None:
        for clause in range(number, -1, -1):
            for element in reversed(sentence[clause].elements):
                if element.kind is Kind.TIME and element.span.start < start:
                    edtf = self.dates(element)
                    if edtf is not None:
                        return Filled(When(edtf, element.text), element.span)
        return None
