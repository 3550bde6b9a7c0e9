"""Traces as people read them, in aligned columns, and as JSON; neither can steer a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

from kg.table import pad, plain, width
from kg.trace.records import FillerTrace, MarkTrace, ProposalTrace, Trace
from kg.types import PassageKind, Span

Paint = Callable[[str, str], str]  # words and what they are, to words with colour

TITLE, GOOD, BAD, FAINT = "title", "good", "bad", "faint"

_WIDEST = 44  # cells of a column that others are aligned behind


def _unpainted(words: str, style: str) -> str:
    return words


def traces_as_json(traces: Iterable[Trace]) -> str:
    """A list of objects with the fields of the records; what does not print is escaped.

    >>> traces_as_json([])
    '[]\\n'
    """
    written = json.dumps([asdict(trace) for trace in traces], ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written) + "\n"


def format_traces(traces: Iterable[Trace], paint: Paint = _unpainted) -> str:
    """Every trace as text, a blank line between them; ``paint`` gives colours where there is a terminal."""
    return "\n".join("".join(f"{line}\n" for line in _lines(trace, paint)) for trace in traces)


def _lines(trace: Trace, paint: Paint) -> Iterator[str]:
    kind = "" if trace.kind == PassageKind.BODY.value else f"  {trace.kind}"
    yield paint(f"{plain(trace.source)}:{_place(trace.span)}{kind}", TITLE)
    yield f"  {plain(trace.text)}"
    if trace.kind == PassageKind.FURNITURE.value:
        yield paint("  it is not read", BAD)
        return
    if trace.copy_of is not None:
        yield f"  its paragraph repeats the one at {_place(trace.copy_of)}"
    for title, marks in (("values", trace.values), ("names", trace.names)):
        if marks:
            yield paint(title, TITLE)
            yield from _columns(
                [[mark.kind, _place(mark.span), mark.text, mark.means] for mark in marks], paint
            )
    for proposal in trace.proposals:
        yield from _proposal(proposal, paint)
    if not trace.proposals:
        yield paint("nothing was read here", BAD)


def _mark(mark: MarkTrace) -> list[str]:
    return [mark.kind, _place(mark.span), mark.text, mark.means if mark.means != mark.text else ""]


def _proposal(proposal: ProposalTrace, paint: Paint) -> Iterator[str]:
    state = paint("fact", GOOD) if proposal.in_graph else paint("no fact", BAD)
    title = paint(f"{proposal.type} {proposal.probability:.2f}", TITLE)
    modality = f"{proposal.modality} {proposal.modality_probability:.2f}"
    pivot = f"{plain(proposal.text)} {_place(proposal.pivot)}"
    yield f"{state}  {title}  {modality}, at {pivot}, by {plain(proposal.extractor)}"
    yield from _columns([_filler(filler) for filler in proposal.fillers], paint)
    needs = f"a {proposal.type} needs {proposal.threshold:.2f}"
    share = f", share {proposal.sure:.2f} ({needs})" if proposal.sure is not None else ""
    sure = f", confidence {proposal.confidence:.2f}" if proposal.confidence is not None else ""
    why = f" ({', '.join(proposal.reasons)})" if proposal.reasons else ""
    outcome = f"{plain(proposal.outcome)}{share}"
    yield f"  {outcome}{sure}{why}" if proposal.in_graph else paint(f"  {outcome}", BAD)


def _filler(filler: FillerTrace) -> list[str]:
    notes = [filler.means, f"left out: {filler.why}" if filler.why else ""]
    told = "; ".join(note for note in notes if note)
    return [filler.role, f"{filler.probability:.2f}", _place(filler.span), filler.text, told]


def _place(span: Span) -> str:
    return f"{span.start}-{span.end}"


def _columns(rows: Sequence[Sequence[str]], paint: Paint) -> Iterator[str]:
    """Rows with their cells one below the other; the last cell of each is free."""
    told = [[plain(cell) for cell in row] for row in rows]
    widths = [min(max(map(width, column)), _WIDEST) for column in zip(*told, strict=True)]
    for row in told:
        first, *others = (pad(cell, cells) for cell, cells in zip(row[:-1], widths, strict=False))
        yield f"  {'  '.join([paint(first, FAINT), *others, row[-1]])}".rstrip()
