"""Spans that are names to mentions: what is called so, its class by its form and its roles, its division."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.ontology.divisions import Division, Divisions
from kg.ontology.lexicon import Names
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
        names: Names,
        divisions: Divisions,
        vocabulary: Vocabulary,
        titles: Mapping[str, str],
        quotes: Mapping[str, str],
    ) -> None:
        self._names = names
        self._divisions = divisions
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
            division = self._divisions.abbreviations().get(name)
            return (), (division,) if division else ()
        found = self._divisions.by_name(name)
        if found:
            return (), found
        within: list[str] = []
        rest = name
        while (leading := self._divisions.leading(rest)) is not None:
            within.append(leading[0])
            rest = rest[len(leading[0]) :]
            found = self._divisions.by_name(rest)
            if found:
                inside = tuple(d for d in found if self._lies(d, within))
                return tuple(within), inside or found
        return (), ()

    def _lies(self, division: Division, within: Iterable[str]) -> bool:
        """Whether the division lies in places of all these names."""
        above = {name for d in self._divisions.path(division.code)[1:] for name in (d.name, d.short)}
        return above.issuperset(within)

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


def nested_places(mentions: Sequence[Mention], divisions: Divisions, names: Names) -> dict[Mention, Mention]:
    """The division that an organization's name begins with: 眉山市 in 眉山市某某协会."""
    nested: dict[Mention, Mention] = {}
    for mention in mentions:
        if mention.codes or mention.cls not in names.named_by:
            continue
        leading = divisions.leading(mention.name)
        if leading is not None:
            name, found = leading
            start = mention.span.start + (len(mention.span) - len(mention.name)) // 2  # behind a mark
            span = Span(start, start + len(name))
            nested[mention] = Mention(span, name, names.division, tuple(d.code for d in found))
    return nested
