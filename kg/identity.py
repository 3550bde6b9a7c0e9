"""What makes a name one thing: its class, its place or its source; the IRIs say it.

All that decides is in the one document and the ontology, so that a source's graph never depends on
another's; what takes more than that is for a decision. See docs/decisions/0012.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.annotations import Cluster
from kg.iris import division_iri, entity_iri, name_key
from kg.ontology import Ontology
from kg.ontology.divisions import Division
from kg.types import Document, Entity, Fact

_COUNTY_DIGITS = 6  # of a code; townships have more


@dataclass(frozen=True, slots=True)
class Identifier:
    """Gives the entities of one document the IRIs that tell them from their namesakes elsewhere.

    ``codes`` are those of the divisions that the document names.
    """

    ontology: Ontology
    document: Document
    codes: Collection[str]
    _places: dict[str, Division | None] = field(default_factory=dict, init=False)  # by level

    def renamed(self, entities: Sequence[Entity], facts: Sequence[Fact]) -> dict[str, str]:
        """Old IRI to new one, for the entities that get another."""
        person = self.ontology.names.person
        places = {entity.iri: entity.code for entity in entities if entity.code}
        found: dict[str, str] = {}
        bodies: dict[str, str] = {iri: iri for iri in places}  # an entity and whose it makes a person
        for entity in entities:
            if entity.code is None and entity.cls != person:
                iri, place = self._identity(entity)
                found[entity.iri] = iri
                bodies[entity.iri] = division_iri(self.ontology.base, place) if place else iri
        anchors = self._anchors(facts, bodies)
        for entity in entities:
            if entity.code is None and entity.cls == person:
                found[entity.iri] = self._qualified(entity, entity.label, anchors.get(entity.iri))
        return {old: new for old, new in found.items() if old != new}

    def body(self, cluster: Cluster) -> str:
        """What tells the persons of a body from their namesakes: the code of its place, or its IRI."""
        if cluster.code is not None:
            return cluster.code
        iri, place = self._identity(Entity("", cluster.label, cluster.cls))
        return place or iri

    def _identity(self, entity: Entity) -> tuple[str, str | None]:
        """The IRI of what is no person, and the code of the place whose body it is, if it is one's."""
        divisions, names = self.ontology.divisions, self.ontology.names
        relative = names.relative
        name = name_key(entity.label)
        lead = self.ontology.places.lead(name, self.codes)
        before, rest = lead.places[-1] if lead.places else "", lead.rest
        level = "" if before else self._level(name, entity.cls)
        rest = rest.removeprefix(level)
        once = name.startswith(relative.absolute) or name.endswith(relative.absolute)
        short = before and all(d.name != before for d in divisions.by_name(before))
        if once or not self._is_relative(rest, entity.cls, bare=bool(short) or not (level or before)):
            return self._iri(entity, name), None
        division = lead.meant(self.codes) if before else self._place_named(level)
        if division is None:
            return self._qualified(entity, name, None), None
        full = name if short and not rest.endswith(relative.organs) else division.name + rest
        if self._only(division.name) is None:  # there are several of its name
            return self._qualified(
                entity, full, division_iri(self.ontology.base, division.code)
            ), division.code
        return self._iri(entity, full), division.code

    def _level(self, name: str, cls: str) -> str:
        """The level of its place that a name begins with: 县 of 县人民医院, and nothing of 市场监管局."""
        relative, division = self.ontology.names.relative, self.ontology.names.division
        level = next((level for level in relative.levels if name.startswith(level)), "")
        word = next((word for word in relative.words if name.startswith(word)), "")
        return level if len(level) > len(word) and cls != division else ""

    def _only(self, name: str) -> Division | None:
        found = [d for d in self.ontology.divisions.by_name(name) if not d.former]
        return found[0] if len(found) == 1 else None

    def _is_relative(self, rest: str, cls: str, *, bare: bool) -> bool:
        """Whether what is left of a name without its place says only what it is and which of its kind.

        A ``bare`` class noun (学校, 企业) names a kind, of which there is one; an organ is always someone's.
        """
        names = self.ontology.names
        if cls == names.division:
            return bool(names.ending_of(rest)) and rest not in names.endings
        if cls not in names.named_by or cls == names.document:
            return False
        if rest.endswith(names.relative.organs):
            return not self._has_place(rest)
        if not bare and rest in names.endings:
            return True
        return names.is_kind(rest)

    def _has_place(self, rest: str) -> bool:
        """Whether a place that no table lists stands in a name: 某某镇财政所."""
        at = 0
        while at < len(rest):
            word = next(
                (word for word in self.ontology.names.relative.words if rest.startswith(word, at)), ""
            )
            if not word and at > 1 and rest.startswith(self.ontology.names.relative.levels, at):
                return True
            at += len(word) or 1
        return False

    def _place_named(self, level: str) -> Division | None:
        """The place a document is about: the only one of the level, or the lowest if all lie in one line."""
        if level not in self._places:
            self._places[level] = self._find_place(level)
        return self._places[level]

    def _find_place(self, level: str) -> Division | None:
        named = [d for d in map(self.ontology.divisions.by_code, sorted(self.codes)) if d is not None]
        if level:
            at_level = [d for d in named if d.name.endswith(level)]
            return at_level[0] if len(at_level) == 1 else None
        named = [d for d in named if len(d.code) <= _COUNTY_DIGITS]
        for lowest in named:
            line = {d.code for d in self.ontology.divisions.path(lowest.code)}
            if lowest.parent and all(d.code in line for d in named):
                return lowest
        return None

    def _anchors(self, facts: Iterable[Fact], bodies: Mapping[str, str]) -> dict[str, str]:
        """For each person the body that most facts name with it, or the place whose body that is."""
        votes: dict[str, Counter[str]] = {}
        for fact in facts:
            people = [
                value.iri
                for _, _, value in fact.fillers()
                if isinstance(value, Entity) and value.cls == self.ontology.names.person
            ]
            for role in self.ontology.names.relative.anchors if people else ():
                for value in fact.roles.get(role, ()):
                    if isinstance(value, Entity) and value.iri in bodies:
                        for person in people:
                            votes.setdefault(person, Counter())[bodies[value.iri]] += 1
        return {
            person: min(counted, key=lambda anchor: (-counted[anchor], anchor))
            for person, counted in votes.items()
        }

    def _iri(self, entity: Entity, name: str) -> str:
        return entity_iri(self.ontology.base, name, self.ontology.vocabulary.root(entity.cls))

    def _qualified(self, entity: Entity, name: str, anchor: str | None) -> str:
        """The IRI of a name within a thing, or within this source."""
        base = self.ontology.base
        within = anchor.removeprefix(base) if anchor else f"source/{self.document.source}"
        return entity_iri(base, name, self.ontology.vocabulary.root(entity.cls), within)
