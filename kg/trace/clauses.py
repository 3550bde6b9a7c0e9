"""A parsed clause as records: its elements with what they name, its phrases with their slots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.annotations import Linked
from kg.explain import show
from kg.facts.elements import Element
from kg.facts.groups import Group, Parsed
from kg.trace.records import ClauseTrace, Named, Phrase, Piece
from kg.types import Mention, Span

_SUBJECT = "the subject"


def names_within(linked: Linked, span: Span) -> tuple[Named, ...]:
    """The names that stand in a range, in order."""
    return named(linked, sorted(mention for mention in linked.clusters if span.contains(mention.span)))


def named(linked: Linked, mentions: Iterable[Mention]) -> tuple[Named, ...]:
    """The mentions with their class and the label of the entity they lead to."""
    return tuple(_named(linked, mention) for mention in mentions)


def _named(linked: Linked, mention: Mention) -> Named:
    cluster = linked.clusters.get(mention)
    label, code = (cluster.label, cluster.code) if cluster else (mention.name, None)
    return Named(mention.span, mention.name, linked.cls(mention), label, code)


def clause_trace(text: str, parsed: Parsed, linked: Linked) -> ClauseTrace:
    """One clause as it was parsed."""
    span = parsed.clause.span
    subject = parsed.subject()
    return ClauseTrace(
        span,
        span.of(text),
        tuple(_piece(element, linked) for element in parsed.elements),
        tuple(_phrase(text, group, group is subject) for group in parsed.groups),
    )


def _piece(element: Element, linked: Linked) -> Piece:
    own = (element.mention,) if element.mention else element.parts
    return Piece(
        kind=element.kind.value,
        span=element.span,
        text=element.text,
        names=named(linked, own),
        refers_to=tuple(name.entity for name in named(linked, element.referents)),
        value=show(element.quantity.value) if element.quantity else "",
        counts=element.counts.text if element.counts else "",
    )


def _phrase(text: str, group: Group, is_subject: bool) -> Phrase:
    return Phrase(
        span=group.span,
        text=group.span.of(text),
        slot=group.governed_by or (_SUBJECT if is_subject else ""),
        members=tuple(item.text for item in group.items),
        traits=tuple(_traits(group)),
        owners=tuple(owner.text for owner in group.owners),
        counted_by=group.quantity.text if group.quantity else "",
    )


def _traits(group: Group) -> Iterator[str]:
    if group.after_verb:
        yield "its preposition follows a verb"
    if group.before_of:
        yield "owner: the particle of owning follows"
    if group.is_head:
        yield "head of what stands before it"
    if group.verbs_before:
        yield f"{group.verbs_before} verb{'s' if group.verbs_before > 1 else ''} before it"
    if group.apposition is not None:
        yield f"summed up by {group.apposition.text}"
