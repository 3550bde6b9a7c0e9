"""Drafts to facts: fillers become entities with IRIs, names in two languages and the place they lie in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kg.annotations import Cluster, Linked
from kg.confidence import Weigh
from kg.facts.drafts import Draft, Filled, Said, When
from kg.iris import division_iri, entity_iri, fact_iri
from kg.linking import apply_slips
from kg.ontology import Ontology
from kg.readingtext import ReadingText
from kg.script import to_simplified
from kg.types import Entity, Evidence, Fact, Period, Quantity, RoleSpan, Span, Text, Value


class FactMaker:
    """Turns the drafts of one document into facts over entities."""

    def __init__(
        self,
        ontology: Ontology,
        english: Callable[[str, str], str | None],
        text: ReadingText,
        linked: Linked,
        slips: Mapping[str, str],
        weigh: Weigh,
    ) -> None:
        self._ontology = ontology
        self._english = english
        self._text = text
        self._linked = linked
        self._slips = slips
        self._weigh = weigh
        self._made: dict[str, Entity] = {}  # by label, divisions by code
        self._coded: dict[str, Cluster] = {}  # the first cluster of a division
        for cluster in linked.clusters.values():
            if cluster.code:
                self._coded.setdefault(cluster.code, cluster)
        self._codes = frozenset(self._coded)
        self._slips_of: dict[str, set[str]] = defaultdict(set)
        for slip, meant in slips.items():
            self._slips_of[meant].add(slip)

    def fact(self, draft: Draft) -> Fact:
        """One fact with its evidence."""
        roles: dict[str, tuple[Value, ...]] = {}
        spans: list[RoleSpan] = []
        for role, fillers in draft.roles.items():
            values: list[Value] = []
            for filled in fillers:
                value = self._value(filled)
                if value not in values:
                    spans.append(RoleSpan(role, len(values), self._text.own_span(filled.span)))
                    values.append(value)
            roles[role] = tuple(values)
        document, span = self._text.own, self._text.own_span(draft.evidence)
        evidence = Evidence(
            document.source,
            span,
            span.of(document.text),
            self._text.own_span(draft.trigger),
            tuple(spans),
            document.page_at(span.start),
        )
        confidence, reasons = self._weigh(draft)
        return Fact(
            iri=fact_iri(self._ontology.base, draft.type, draft.modality, roles),
            type=draft.type,
            modality=draft.modality,
            roles=roles,
            evidence=(evidence,),
            confidence=confidence,
            extractor=draft.extractor,
            reasons=reasons,
        )

    def entities(self, facts: Iterable[Fact]) -> list[Entity]:
        """The entities that the facts use and the places these lie in, by IRI."""
        found: dict[str, Entity] = {}
        waiting = [
            value
            for fact in facts
            for values in fact.roles.values()
            for value in values
            if isinstance(value, Entity)
        ]
        made = {entity.iri: entity for entity in self._made.values()}
        while waiting:
            entity = waiting.pop()
            if entity.iri in found:
                continue
            found[entity.iri] = entity
            if entity.located_in in made:
                waiting.append(made[entity.located_in])
        return sorted(found.values(), key=lambda entity: entity.iri)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the divisions that the document names."""
        return self._codes

    def _value(self, filled: Filled) -> Value:
        content = filled.content
        if isinstance(content, Quantity):
            return replace(content, text=self._own(content.text, filled.span))
        if isinstance(content, When):
            return Period(content.edtf, self._own(content.text, filled.span))
        if isinstance(content, Said):
            return Text(self._own(content.text, filled.span))
        cluster = self._linked.clusters[content]
        if cluster.code is not None:
            return self._division(cluster.code, cluster)
        return self._entity(cluster)

    def _own(self, said: str, span: Span) -> str:
        """What the engine read, in the source's own script (贵 was 貴)."""
        own = span.of(self._text.document.text)
        return own if to_simplified(own) == said else said

    def _entity(self, cluster: Cluster) -> Entity:
        label, cls, names = apply_slips(cluster.label, self._slips), cluster.cls, cluster.names
        within = str(cluster.namesake) if cluster.namesake else ""
        key = f"{label}@{within}" if within else label
        known = self._made.get(key)
        aliases = {*names, *self._slips_of.get(label, ()), *(known.aliases if known else ())} - {label}
        if known is not None:
            if aliases != set(known.aliases):
                self._made[key] = replace(known, aliases=tuple(sorted(aliases)))
            return self._made[key]
        self._made[key] = Entity(
            iri=entity_iri(self._ontology.base, label, self._ontology.vocabulary.root(cls), within),
            label=label,
            cls=cls,
            aliases=tuple(sorted(aliases)),
            english=self._english(to_simplified(label), cls),
            located_in=self._place_in_name(to_simplified(label)),
        )
        return self._made[key]

    def _place_in_name(self, label: str) -> str | None:
        """The division that a name begins with: 商州区 of 商州区人民医院."""
        lead = self._ontology.places.lead(label, self._codes)
        place = lead.meant(self._codes)
        if place is None:
            return None
        self._division(place.code, None, lead.places[-1])
        return division_iri(self._ontology.base, place.code)

    def _division(self, code: str, cluster: Cluster | None, surface: str = "") -> Entity:
        known = self._made.get(code)
        if known is not None:
            return known
        ontology = self._ontology
        division = ontology.divisions.by_code(code)
        if cluster is None:
            cluster = self._coded.get(code)
        names = set(cluster.names) if cluster else {surface}
        label = cluster.label if cluster else surface
        above = next((d for d in ontology.divisions.path(code)[1:] if d.code in self._codes), None)
        self._made[code] = Entity(
            iri=division_iri(ontology.base, code),
            label=label,
            cls=cluster.cls if cluster else ontology.names.division,
            aliases=tuple(sorted(names - {label})),
            english=(division.english if division else "")
            or self._english(to_simplified(label), ontology.names.division),
            located_in=division_iri(ontology.base, above.code) if above else None,
            code=code,
        )
        if above is not None:
            self._division(above.code, None)
        return self._made[code]
