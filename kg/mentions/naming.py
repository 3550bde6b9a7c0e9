"""Spans that are names to mentions: what is called so, its class by its form and its roles, its division."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.ontology.divisions import Division
from kg.ontology.places import Places
from kg.ontology.vocabulary import Vocabulary
from kg.types import Mention, Span

_PERSON_LENGTHS = (2, 3)  # characters of a name that nothing but its surname tells


@dataclass(slots=True)
class Wanted:
    """What the roles that a name fills ask for: how often each class would do."""

    classes: Counter[str] = field(default_factory=Counter)

    def ask(self, classes: Iterable[str]) -> None:
        """One more role, with the classes that it takes."""
        self.classes.update(set(classes))


class Namer:
    """Makes the mentions of one ontology."""

    def __init__(
        self,
        places: Places,
        vocabulary: Vocabulary,
        titles: Mapping[str, str],
        quotes: Mapping[str, str],
    ) -> None:
        self._places = places
        self._names = names = places.names
        self._vocabulary = vocabulary
        self._marks = {**titles, **quotes}  # each with the one that closes it
        self._titles = titles
        self._fallbacks = [names.person, names.organization, names.place, names.quoted, *vocabulary.classes]

    def mention(self, text: str, span: Span, wanted: Wanted) -> Mention:
        """The mention of a span; ``wanted`` is what all roles of the name in the document ask for."""
        said = span.of(text)
        bare = said[1:-1] if len(said) > 2 and self._marks.get(said[0]) == said[-1] else said
        opening = said[0] if bare is not said else ""
        within, found = self._chain(bare)
        if found and not opening and self._takes(self._names.division, wanted):
            return Mention(span, bare, self._names.division, tuple(d.code for d in found), within)
        return Mention(span, bare, self._class(bare, wanted, opening))

    def _chain(self, name: str) -> tuple[tuple[str, ...], tuple[Division, ...]]:
        """浙江省嘉兴市海盐县: the places before the last, and what the last may be."""
        if len(name) == 1:
            division = self._places.divisions.abbreviations().get(name)
            return (), (division,) if division else ()
        chain = self._places.chain(name)
        return chain.places[:-1], chain.found

    def _takes(self, cls: str, wanted: Wanted) -> bool:
        return not wanted.classes or any(self._vocabulary.is_a(cls, other) for other in wanted.classes)

    def _class(self, name: str, wanted: Wanted, opening: str) -> str:
        """The class that the most roles take: of those the one of the name's form, else the likeliest.

        The form is its ending; before that, title marks around it, after it, quotation marks.
        """
        ending = self._names.ending_of(name)
        forms = [self._names.document] if opening in self._titles else []
        forms += [ending[1]] if ending else []
        forms += [self._names.quoted] if opening else []
        if self._names.is_surname(name) and len(name) in _PERSON_LENGTHS and not ending:
            forms.append(self._names.person)
        else:
            forms.append(self._names.organization)

        def votes(cls: str) -> int:
            return sum(count for other, count in wanted.classes.items() if self._vocabulary.is_a(cls, other))

        candidates = list(dict.fromkeys([*forms, *self._fallbacks]))
        return max(candidates, key=lambda cls: (votes(cls), -candidates.index(cls)))


def nested_places(mentions: Sequence[Mention], places: Places) -> dict[Mention, Mention]:
    """The division that an organization's name begins with: 东坡区, within 眉山市, of 眉山市东坡区某某协会.

    A bare name that is an ordinary word is one only where the mentions themselves are of that division.
    """
    named = {code for mention in mentions for code in mention.codes}
    nested: dict[Mention, Mention] = {}
    for mention in mentions:
        if mention.codes or mention.cls not in places.names.named_by:
            continue
        lead = places.lead(mention.name, named)
        if lead.places:
            start = mention.span.start + (len(mention.span) - len(mention.name)) // 2  # behind a mark
            start += sum(map(len, lead.places[:-1]))
            span = Span(start, start + len(lead.places[-1]))
            codes = tuple(division.code for division in lead.found)
            nested[mention] = Mention(span, lead.places[-1], places.names.division, codes, lead.places[:-1])
    return nested
