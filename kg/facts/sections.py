"""What headings say of the facts below: that they are planned (2026年重点工作), and when they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.annotations import Proposal, ProposedFiller
from kg.spans import Spans
from kg.types import Modality, Passage, PassageKind, Span


@dataclass(frozen=True, slots=True)
class PlannedSections:
    """The sentences below a heading of plans, at whatever depth, but those that look back."""

    sentences: Spans

    @classmethod
    def of(
        cls, text: str, passages: Sequence[Passage], headings: Collection[str], done: Collection[str]
    ) -> PlannedSections:
        """Those of a document; ``headings`` are words of headings over plans, ``done`` of looking back."""
        return cls(
            Spans(
                sentence
                for passage in _below(text, passages, headings)
                for sentence in passage.sentences
                if not any(word in sentence.of(text) for word in done)
            )
        )

    def planned(self, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
        """The proposals, those in these sentences planned where the reader took them for done."""
        for proposal in proposals:
            sentence = self.sentences.at(proposal.pivot.start)
            within = sentence is not None and sentence.contains(proposal.pivot)
            is_asserted = proposal.modality is Modality.ASSERTED
            yield replace(proposal, modality=Modality.PLANNED) if within and is_asserted else proposal


def _below(text: str, passages: Sequence[Passage], words: Collection[str]) -> Iterator[Passage]:
    path: dict[int, bool] = {}  # by the level of a heading, whether it is one of plans
    for passage in passages:
        if passage.kind is PassageKind.HEADING:
            path = {level: plans for level, plans in path.items() if level < passage.level}
            path[passage.level] = any(word in passage.span.of(text) for word in words)
        elif passage.kind is PassageKind.BODY and any(path.values()):
            yield passage


@dataclass(frozen=True, slots=True)
class NearerHeadings:
    """Of the times in the headings over a fact, that of the nearest is its: 五年来 below 2021年工作回顾."""

    times: Spans
    headings: Spans
    paths: Mapping[
        Span, tuple[tuple[Span, Span], ...]
    ]  # of a passage: headings with a time, the nearest last

    @classmethod
    def of(cls, passages: Iterable[Passage], times: Iterable[Span]) -> NearerHeadings:
        """Those of a document; ``times`` are the places of all times in it."""
        known, path = Spans(times), dict[int, tuple[Span, Span] | None]()
        headings, paths = list[Span](), dict[Span, tuple[tuple[Span, Span], ...]]()
        for passage in passages:
            if passage.kind is PassageKind.HEADING:
                headings.append(passage.span)
                path = {level: found for level, found in path.items() if level < passage.level}
                inside = known.inside(passage.span)
                path[passage.level] = (passage.span, inside[0]) if inside else None
            else:
                paths[passage.span] = tuple(found for _, found in sorted(path.items()) if found is not None)
        return cls(known, Spans(headings), paths)

    def governed(self, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
        """The proposals, a time of a farther heading changed for that of the nearest that has one."""
        passages = Spans(self.paths)
        for proposal in proposals:
            around = passages.at(proposal.pivot.start)
            above = self.paths[around] if around is not None else ()
            if above:
                fillers = tuple(self._nearest(filler, *above[-1]) for filler in proposal.fillers)
                proposal = replace(proposal, fillers=fillers)
            yield proposal

    def _nearest(self, filler: ProposedFiller, heading: Span, time: Span) -> ProposedFiller:
        own = self.headings.at(filler.span.start)
        is_farther = own is not None and own.contains(filler.span) and own.start < heading.start
        return replace(filler, span=time) if is_farther and self.times.over(filler.span) else filler
