"""该院, 双方, 前者, 其: what a word that stands for something named before refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.annotations import Linked
from kg.facts.elements import Clause, Element, Kind
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Reference
from kg.types import Mention

_REACH = 300  # names back to which a reference may lead


_MOST = 3  # referents of one reference; it is not asked what was named before these


@dataclass
class Memory:
    """The names read so far, in order, and what the document is about."""

    linked: Linked
    divisions: Divisions
    is_a: Callable[[str, str], bool]
    nested: Mapping[Mention, Mention] = field(default_factory=dict)
    named: list[Mention] = field(default_factory=list)
    subject: tuple[Mention, ...] = ()
    topic: Mention | None = None

    def read(self, element: Element) -> None:
        """Resolve the element if it refers, and remember what it names."""
        if element.kind is Kind.REFERENCE and element.reference is not None:
            element.referents = tuple(self.resolve(element.reference))
            if element.reference.pick not in ("former", "latter"):
                self.named.extend(element.referents)
            return
        for mention in (*element.parts, *((element.mention,) if element.mention else ())):
            if mention in self.nested:
                self.named.append(self.nested[mention])
            self.named.append(mention)

    def close_clause(self, clause: Clause) -> None:
        """Remember whom the clause is about, for a 其 in the next: the name it begins with."""
        for element in clause.elements:
            if element.kind in (Kind.TIME, Kind.ADVERB, Kind.MARK):
                continue
            if element.kind is Kind.NAME and element.mention is not None:
                self.subject = (element.mention,)
            elif element.kind is Kind.REFERENCE and element.referents:
                self.subject = element.referents
            return

    def resolve(self, reference: Reference) -> list[Mention]:
        """The mentions meant, in the order of the text; none where nothing fits."""
        recent = self.named[: -_REACH - 1 : -1]
        fitting = self._distinct(m for m in recent if self._fits(m, reference))
        if not fitting and reference.loose:
            anyone = replace(reference, endings=frozenset())
            fitting = self._distinct(m for m in recent if self._fits(m, anyone))
        pick = reference.pick
        if pick == "pair":
            return list(reversed(fitting[:2])) if len(fitting) > 1 else []
        if pick == "list":
            return list(reversed(fitting[:3])) if len(fitting) > 1 else []
        if pick == "former":
            return [fitting[1]] if len(fitting) > 1 else []
        if pick == "latter":
            return fitting[:1]
        if pick == "clause-subject":
            said = [m for m in self.subject if self._fits(m, reference)]
            return said[:1] or fitting[:1]
        return fitting[:1] or self._topic(reference)

    def _topic(self, reference: Reference) -> list[Mention]:
        topic = self.topic
        return [topic] if topic is not None and self._fits(topic, reference) else []

    def _fits(self, mention: Mention, reference: Reference) -> bool:
        cls = self.linked.cls(mention)
        if len(mention.name) < 2 or not any(self.is_a(cls, wanted) for wanted in reference.classes):
            return False
        if not reference.endings:
            return True
        cluster = self.linked.clusters.get(mention)
        division = self.divisions.by_code(cluster.code) if cluster and cluster.code else None
        full = division.name if division else mention.name
        return full.endswith(tuple(reference.endings))

    def _distinct(self, mentions: Iterable[Mention]) -> list[Mention]:
        seen: set[int] = set()
        result = []
        for mention in mentions:
            key = self.linked.key(mention)
            if key not in seen:
                seen.add(key)
                result.append(mention)
                if len(result) == _MOST:
                    break
        return result
