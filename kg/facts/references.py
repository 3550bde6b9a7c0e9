"""该院, 双方, 前者, 其: what a word that stands for something named before refers to, where the reader leads
nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.annotations import Linked
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Reference
from kg.types import Mention

_REACH = 300  # names back to which a reference may lead
_PICKED = {"pair": (0, 2), "list": (0, 3), "former": (1, 2)}  # of those that fit, latest first


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a document in their order."""

    mentions: Sequence[Mention]
    linked: Linked
    divisions: Divisions
    is_a: Callable[[str, str], bool]

    def before(self, offset: int, reference: Reference) -> list[Mention]:
        """The mentions meant by a reference at an offset, in the order of the text; none where nothing
        fits."""
        recent = [mention for mention in self.mentions if mention.span.end <= offset][: -_REACH - 1 : -1]
        fitting = self._distinct(mention for mention in recent if self._fits(mention, reference))
        first, last = _PICKED.get(reference.pick, (0, 1))
        if len(fitting) < 2 and reference.pick in _PICKED:
            return []
        return fitting[first:last][::-1]

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
        return result
