"""该院, 双方, 前者, 其: what a word that stands for something named before refers to, where the reader leads
nowhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

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
    _known: dict[tuple[int, int], bool] = field(default_factory=dict, init=False, compare=False)

    def before(self, offset: int, reference: Reference) -> list[Mention]:
        """The mentions meant by a reference at an offset, in the order of the text; none where nothing
        fits."""
        recent = islice(self._ended(offset), _REACH)
        first, last = _PICKED.get(reference.pick, (0, 1))
        fitting = self._distinct(self.mentions[n] for n in recent if self._may_be(n, reference))
        picked = list(islice(fitting, last))
        if len(picked) < 2 and reference.pick in _PICKED:
            return []
        return picked[first:][::-1]

    def _ended(self, offset: int) -> Iterator[int]:
        """The numbers of the mentions that end before an offset, the latest first."""
        for index in range(bisect_left(self.mentions, offset, key=_start) - 1, -1, -1):
            if self.mentions[index].span.end <= offset:
                yield index

    def _may_be(self, number: int, reference: Reference) -> bool:
        """Whether a reference fits a mention; a word that comes often asks for the same ones."""
        key = number, id(reference)
        if key not in self._known:
            self._known[key] = self._fits(self.mentions[number], reference)
        return self._known[key]

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

    def _distinct(self, mentions: Iterable[Mention]) -> Iterator[Mention]:
        seen: set[int] = set()
        for mention in mentions:
            key = self.linked.key(mention)
            if key not in seen:
                seen.add(key)
                yield mention


def _start(mention: Mention) -> int:
    return mention.span.start
