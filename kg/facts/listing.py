"""Names that one sentence lists in a role that holds one: 任命甲、乙为副县长 tells two facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from kg.annotations import ProposedFiller
from kg.facts.deciding import Decided, Verdict
from kg.types import Span

_SURE = 0.8  # probability of a name, from which it is no mistake for another in its role


@dataclass(frozen=True, slots=True)
class Listing:
    """Tells lists in one text by what stands between two names.

    ``names`` are the spans of names, ``figures`` those of quantities; a fact with a figure is one of each
    only where a word of ``each`` stands between list and figure: else the figure is that of all.
    """

    text: str
    joins: Collection[str]
    each: Collection[str]
    names: Collection[Span]
    figures: Collection[Span]

    def apart(self, decided: Decided) -> Iterator[Decided]:
        """What was decided, once for each name of a list; itself where there is none, or two."""
        taken = [filler for filler, why in decided.lost if why is Verdict.TAKEN]
        held = decided.proposal.fillers
        lists = [
            (filler, listed)
            for filler in held
            if (listed := self._with(filler, [other for other in taken if other.role == filler.role]))
        ]
        if decided.verdict is not Verdict.HELD or len(lists) != 1:
            yield decided
            return
        kept, listed = lists[0]
        if not self._is_of_each(held, listed[-1].span.end):
            yield decided
            return
        rest = tuple(one for one in decided.lost if one[0] not in listed)
        for name in listed:
            fillers = tuple(name if filler is kept else filler for filler in held)
            yield replace(decided, proposal=replace(decided.proposal, fillers=fillers), lost=rest)

    def _with(self, kept: ProposedFiller, others: list[ProposedFiller]) -> list[ProposedFiller]:
        """The sure names of the list that a name stands in, in their order; none where it is alone."""
        sure = [one for one in (kept, *others) if one.probability >= _SURE and one.span in self.names]
        if kept not in sure:
            return []
        sure.sort(key=lambda filler: filler.span)
        at = sure.index(kept)
        first = last = at
        while first > 0 and self._joined(sure[first - 1], sure[first]):
            first -= 1
        while last + 1 < len(sure) and self._joined(sure[last], sure[last + 1]):
            last += 1
        return sure[first : last + 1] if last > first else []

    def _joined(self, one: ProposedFiller, other: ProposedFiller) -> bool:
        return self.text[one.span.end : other.span.start].strip() in self.joins

    def _is_of_each(self, held: Collection[ProposedFiller], end: int) -> bool:
        starts = [
            figure.start
            for figure in self.figures
            for filler in held
            if filler.span.start < figure.end and figure.start < filler.span.end
        ]
        return all(
            end < start and any(word in self.text[end:start] for word in self.each) for start in starts
        )
