"""Traces as people read them, in aligned columns, and as JSON; neither can steer a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

from kg.table import pad, plain, width
from kg.trace.records import Attempt, ClauseTrace, Named, Phrase, Piece, Trace, Words
from kg.types import PassageKind, Span

Paint = Callable[[str, str], str]  # words and what they are, to words with colour

TITLE, GOOD, BAD, FAINT = "title", "good", "bad", "faint"

_WIDEST = 44  # cells of a column that others are aligned behind
_NOT_READ = {
    PassageKind.HEADING.value: "a heading: it sets topic and year, and states no facts; "
    "a line that ends in a full stop is body text",
    PassageKind.FURNITURE.value: "page furniture: it is not read",
}


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
    yield paint(f"{plain(trace.source)}:{_place(trace.span)}", TITLE)
    yield f"  {plain(trace.text)}"
    if trace.kind in _NOT_READ:
        yield f"  {paint(_NOT_READ[trace.kind], BAD)}"
    if trace.copy_of is not None:
        yield f"  its paragraph repeats the one at {_place(trace.copy_of)}"
    for number, clause in enumerate(trace.clauses, 1):
        yield from _clause(number, clause, paint)
    inside = {name for clause in trace.clauses for piece in clause.pieces for name in piece.names}
    others = [name for name in trace.names if name not in inside]
    if others:
        yield paint("other names", TITLE)
        yield from _columns([[_place(n.span), plain(n.text), _meaning(n)] for n in others], "  ", paint)
    for attempt in trace.attempts:
        yield from _attempt(attempt, paint)
    if not trace.attempts and trace.kind == PassageKind.BODY.value:
        yield paint("no frame was tried: no trigger stands here", BAD)
    if trace.left_over:
        yield paint("figures that no fact took", TITLE)
        yield from _columns([[_place(w.span), plain(w.text)] for w in trace.left_over], "  ", paint)
    for problem in trace.problems:
        yield f"{paint('problem', BAD)}  {plain(problem)}"


# -- clauses ----------------------------------------------------------------------------------------


def _clause(number: int, clause: ClauseTrace, paint: Paint) -> Iterator[str]:
    yield f"{paint(f'clause {number}', TITLE)}  {_place(clause.span)}  {plain(clause.text)}"
    yield from _columns([_piece(piece) for piece in clause.pieces], "  ", paint)
    if clause.phrases:
        yield paint("  phrases", FAINT)
        yield from _columns([_phrase(phrase) for phrase in clause.phrases], "    ", paint)


def _piece(piece: Piece) -> list[str]:
    notes = [_meaning(name, piece.span) for name in piece.names]
    if piece.refers_to:
        notes.append(f"refers to {', '.join(piece.refers_to)}")
    elif piece.kind == "reference":
        notes.append("refers to nothing named before")
    notes.extend(note for note in (piece.value, piece.counts and f"counts {piece.counts}") if note)
    return [_place(piece.span), piece.kind, plain(piece.text), plain("; ".join(notes))]


def _meaning(name: Named, whole: Span | None = None) -> str:
    """What a name was taken for; the name too where it is a part of the ``whole``."""
    part = f"{name.text}: " if whole is not None and len(name.span) < len(whole) else ""
    linked = f" = {name.entity}" if name.entity != name.text else ""
    code = f", code {name.code}" if name.code else ""
    return plain(f"{part}{name.cls}{linked}{code}")


def _phrase(phrase: Phrase) -> list[str]:
    notes = list(phrase.traits)
    if len(phrase.members) > 1:
        notes.insert(0, f"members {', '.join(phrase.members)}")
    if phrase.owners:
        notes.append(f"of {', '.join(phrase.owners)}")
    if phrase.counted_by:
        notes.append(f"counted by {phrase.counted_by}")
    return [_place(phrase.span), phrase.slot or "-", plain(phrase.text), plain("; ".join(notes))]


# -- frames -----------------------------------------------------------------------------------------


def _attempt(attempt: Attempt, paint: Paint) -> Iterator[str]:
    sense = f"/{attempt.sense}" if attempt.sense else ""
    title = f"{paint('fact', GOOD) if attempt.made else paint('refused', BAD)}  "
    title += paint(f"{attempt.frame}{sense}", TITLE)
    trigger = f"{plain(attempt.trigger.text)} {_place(attempt.trigger.span)}"
    yield f"{title}  at {trigger}, {attempt.reader} frame of priority {attempt.priority}"
    if attempt.made:
        yield from _fact(attempt, paint)
    else:
        yield f"  {plain(attempt.why)}"
    standing = [_candidate(c.role, c.slot, c.words, c.why) for c in attempt.candidates if c.words is not None]
    if standing:
        yield paint("  passed over" if attempt.made else "  in its slots", FAINT)
        yield from _columns(standing, "    ", paint)
    empty = [f"{c.role} ({c.slot})" for c in attempt.candidates if c.words is None]
    if empty:
        yield f"  {paint('nothing stands in the slots of', FAINT)}  {'; '.join(empty)}"


def _fact(attempt: Attempt, paint: Paint) -> Iterator[str]:
    rows = [
        [f.role, f.slot or "-", _place(f.span), plain(f.text), plain(f.value) if f.value != f.text else ""]
        for f in attempt.fillers
    ]
    yield from _columns(rows, "  ", paint)
    modality = attempt.modality
    if attempt.governed_by is not None:
        modality += f", by {plain(attempt.governed_by.text)} {_place(attempt.governed_by.span)}"
    yield f"  {modality}"
    if attempt.joined:
        triggers = ", ".join(f"{plain(words.text)} {_place(words.span)}" for words in attempt.joined)
        yield f"  joined with what stands at {triggers}"
    sure = f", confidence {attempt.confidence:.2f}" if attempt.confidence is not None else ""
    why = f" ({', '.join(attempt.reasons)})" if attempt.reasons else ""
    yield f"  {plain(attempt.fate)}{sure}{why}"


def _candidate(role: str, slot: str, words: Words, why: str) -> list[str]:
    return [role, slot, _place(words.span), plain(words.text), plain(why)]


# -- plain text -------------------------------------------------------------------------------------


def _place(span: Span) -> str:
    return f"{span.start}-{span.end}"


def _columns(rows: Sequence[Sequence[str]], indent: str, paint: Paint) -> Iterator[str]:
    """Rows with their cells one below the other; the last cell of each is free."""
    size = max(map(len, rows), default=0)
    widths = [min(max(width(row[i]) for row in rows), _WIDEST) for i in range(size)]
    for row in rows:
        cells = [pad(cell, widths[i]) for i, cell in enumerate(row)]
        yield (indent + "  ".join([paint(cells[0], FAINT), *cells[1:]])).rstrip()
