"""Sections of plans: what stands under 2026年重点工作 is to be done, unless its sentence looks back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.annotations import Proposal
from kg.spans import Spans
from kg.types import Modality, Passage, PassageKind


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
