"""Figures that are parts of another one, and do not add up to it: by their names, or by their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.conflicts.agreement import EXACT, half_step
from kg.conflicts.keys import Key, days_of, plain, wording
from kg.conflicts.statements import Conflict, Kind, name, statement
from kg.ontology import Ontology
from kg.ontology.comparison import Comparison, Statistics, Whole
from kg.ontology.divisions import Divisions
from kg.types import Entity, Evidence, Fact, Modality, Period, Quantity, Text

_NEAR = 400  # characters: parts of a whole are told in its paragraph
SHARES = frozenset(("%", "pp"))  # units that never add up
_TOWNSHIP = "township"


@dataclass(frozen=True, slots=True)
class Figure:
    """One exact figure of one thing in one period, as one source states it."""

    fact: Fact
    evidence: Evidence
    of: Entity
    indicator: str
    quantity: Quantity


def find_broken_sums(facts: Iterable[Fact], ontology: Ontology) -> Iterator[Conflict]:
    """Parts that the ontology names, and places within a place, that do not add up."""
    comparison = ontology.comparison
    if comparison.statistics is None:
        return
    by_paragraph: dict[Key, list[Figure]] = defaultdict(list)
    by_indicator: dict[tuple[str, Key, str, str | None], list[Figure]] = defaultdict(list)
    known = {plain(n) for whole in comparison.wholes for part in (whole.names, *whole.parts) for n in part}
    for fact in facts:
        for period, figure in _figures(fact, comparison):
            unit = figure.quantity.unit
            if figure.indicator in known:
                by_paragraph[figure.evidence.source, figure.of.iri, period, unit].append(figure)
            if figure.of.code and not any(word in figure.indicator for word in comparison.no_sums):
                said = wording(figure.evidence, comparison.statistics.figure, comparison)
                by_indicator[figure.indicator, period, unit, said].append(figure)
    for group in by_paragraph.values():
        for whole in comparison.wholes:
            yield from _by_names(group, whole, comparison)
    children = _Children(ontology.divisions)
    for (_, _, unit, said), group in by_indicator.items():
        if said is not None and unit not in comparison.loose_units | SHARES:
            yield from _by_places(group, ontology.divisions, children, comparison.statistics)


def _figures(fact: Fact, comparison: Comparison) -> Iterator[tuple[Key, Figure]]:
    statistics = comparison.statistics
    if statistics is None or fact.type != statistics.fact_type or fact.modality is not Modality.ASSERTED:
        return
    of, words, figure = (fact.roles.get(r, ()) for r in (statistics.of, statistics.words, statistics.figure))
    periods = [value for _, _, value in fact.fillers() if isinstance(value, Period)]
    if not len(of) == len(words) == len(figure) == len(periods) == 1:
        return
    days = days_of(periods[0], comparison)
    if (
        days is not None
        and isinstance(of[0], Entity)
        and isinstance(words[0], Text)
        and isinstance(figure[0], Quantity)
        and figure[0].bound == EXACT
    ):
        seen: set[str] = set()
        for evidence in fact.evidence:
            if evidence.source not in seen:
                seen.add(evidence.source)
                yield days, Figure(fact, evidence, of[0], plain(words[0].text), figure[0])


def _by_names(group: Sequence[Figure], whole: Whole, comparison: Comparison) -> Iterator[Conflict]:
    """The whole and all its parts, each told once, in one paragraph of one source."""
    names = [whole.names, *whole.parts]
    told = [[f for f in group if f.indicator in set(map(plain, one))] for one in names]
    if any(len(figures) != 1 for figures in told):
        return
    (one,), *rest = told
    parts = [part for (part,) in rest]
    places = [figure.evidence.span.start for figure in (one, *parts)]
    assert comparison.statistics is not None
    if max(places) - min(places) <= _NEAR:
        yield from _check(one, parts, comparison.statistics.figure, has_rest=whole.rest)


def _by_places(
    group: Sequence[Figure], divisions: Divisions, children: _Children, statistics: Statistics
) -> Iterator[Conflict]:
    """A place and places right within it: all of them must add up, and none be more than it."""
    one_each: dict[str, Figure | None] = {}
    for figure in group:
        known = one_each.setdefault(figure.of.code or "", figure)
        if known is not None and known.quantity.value != figure.quantity.value:
            one_each[figure.of.code or ""] = None  # two figures: which one would be summed?
    inside: dict[str, list[Figure]] = defaultdict(list)
    for code, found in one_each.items():
        division = divisions.by_code(code)
        if found is not None and division is not None:
            inside[division.parent].append(found)
    for code, parts in inside.items():
        whole = one_each.get(code)
        if whole is not None:
            codes = {part.of.code for part in parts}
            has_rest = not codes >= children.of(code)
            yield from _check(whole, parts, statistics.figure, has_rest=has_rest)


class _Children:
    """The codes of the divisions right within one, townships aside; read once, where they are asked for."""

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions
        self._found: dict[str, set[str]] | None = None

    def of(self, code: str) -> set[str]:
        """Never empty: a division of which nothing is known has a part that nobody names."""
        if self._found is None:
            self._found = defaultdict(set)
            for division in self._divisions:
                if not division.former and division.level != _TOWNSHIP:
                    self._found[division.parent].add(division.code)
        return self._found.get(code) or {""}


def _check(whole: Figure, parts: Sequence[Figure], role: str, *, has_rest: bool) -> Iterator[Conflict]:
    figures = [part.quantity for part in parts]
    kind = broken(whole.quantity, figures, has_rest=has_rest)
    if kind is None:
        return
    roles: Mapping[str, object] = whole.fact.roles
    yield Conflict(
        kind,
        " · ".join(
            name(value)
            for key in roles
            if key != role
            for value in whole.fact.roles[key][:1]
            if not isinstance(value, Quantity)
        ),
        whole.fact.type,
        role,
        (
            statement(whole.fact, whole.evidence, whole.quantity),
            *(statement(part.fact, part.evidence, part.quantity, part=True) for part in parts),
        ),
        sum((figure.value for figure in figures), Decimal(0)),
    )


def broken(
    whole: Quantity, parts: Sequence[Quantity], *, has_rest: bool, step: Decimal | None = None
) -> Kind | None:
    """How the parts break the whole, each rounded as its words show; None where they may be its parts.

    With ``has_rest`` there may be others beside them. ``step`` is the last digit of all, where it is known.
    Negative figures are no parts of anything.
    """
    if any(figure.value < 0 for figure in (whole, *parts)):
        return None
    total = sum((part.value for part in parts), Decimal(0))
    halves = (half_step(figure) if step is None else step / 2 for figure in (whole, *parts))
    slack = sum(halves, Decimal(0))
    if total - whole.value > slack:
        return Kind.EXCESS
    if whole.value - total > slack and not has_rest:
        return Kind.SUM
    return None
