"""What people said of facts, put to what was read: which drafts are those that they called wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg.annotations import PERSON, Judgement, Proposal
from kg.facts.drafts import Draft
from kg.types import Span

_SAME = 0.5  # of the fillers that a draft shares with what was called wrong, beyond which it is that


def led(stated: Iterable[Proposal], read: Iterable[Proposal]) -> Iterator[Proposal]:
    """What people state, its references led to where the reader leads the same words."""
    leads = {
        filler.span: (filler.leads, filler.refers)
        for proposal in read
        for filler in proposal.fillers
        if filler.leads
    }
    for proposal in stated:
        fillers = []
        for filler in proposal.fillers:
            leading, refers = leads.get(filler.span, ((), 0.0))
            fillers.append(replace(filler, leads=leading, refers=refers))
        yield replace(proposal, fillers=tuple(fillers))


def find_wrong(judgements: Iterable[Judgement], drafts: Sequence[Draft]) -> set[int]:
    """The ids of the drafts that people called wrong.

    Of the drafts of the type and modality in the sentence it is the one with the same fillers, or else, the
    reader or the page having changed a little, the one that shares the most of them, more than half.
    """
    wrong = set[int]()
    for judgement in judgements:
        if judgement.was is None:
            continue
        fillers = {(filler.role, filler.span) for filler in judgement.was.fillers}
        near = [
            (_likeness(fillers, _places(draft)), draft)
            for draft in drafts
            if draft.extractor != PERSON
            and (draft.type, draft.modality) == (judgement.was.type, judgement.was.modality)
            and judgement.sentence.contains(draft.trigger)
        ]
        most = max((likeness for likeness, _ in near), default=0.0)
        if most > _SAME:
            wrong |= {id(draft) for likeness, draft in near if likeness == most}
    return wrong


def _likeness(fillers: set[tuple[str, Span]], places: set[tuple[str, Span]]) -> float:
    """The share of all fillers of the two that both have."""
    return len(fillers & places) / len(fillers | places)


def _places(draft: Draft) -> set[tuple[str, Span]]:
    return {(role, filled.span) for role, fillers in draft.roles.items() for filled in fillers}
