"""Why the graph says what it says: an entity or a fact as text, with the characters it came from."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from kg.errors import UnknownNameError
from kg.table import plain
from kg.types import Entity, Evidence, Fact, Period, Quantity, Span, Value

_SUGGESTIONS = 3
_NEAR = 0.4  # one character of a two-character name is wrong, and the other is of three


def explain(facts: Iterable[Fact], name: str) -> str:
    """All that the facts say about an entity, given by a name or IRI, or about one fact, by its IRI.

    Every entity of that name is explained. An IRI may lack its beginning, up to a slash.
    Raises UnknownNameError where nothing has that name, with the nearest names.
    """
    facts = sorted(facts, key=_place)
    found = [fact for fact in facts if _is_called(fact.iri, name)]
    if found:
        return "\n".join(map(explain_fact, found))
    known = _entities(facts)
    entities = find_entities(known, name)
    if not entities:
        raise UnknownNameError(f"{name}: no entity or fact has this name or IRI{suggest_names(known, name)}")
    return "\n".join(explain_entity(entity, facts) for entity in entities)


def find_entities(entities: Sequence[Entity], name: str) -> list[Entity]:
    """Those with this name or IRI, in their order; exact labels before aliases."""
    exact = [entity for entity in entities if entity.label == name or _is_called(entity.iri, name)]
    return exact or [entity for entity in entities if name in (*entity.aliases, entity.english)]


def explain_entity(entity: Entity, facts: Iterable[Fact]) -> str:
    """The entity's names, class and IRI, then each fact it takes part in, with its sentences."""
    lines = [f"{_named(entity)}  {entity.cls}", f"  IRI      {entity.iri}"]
    if entity.aliases:
        lines.append(f"  also     {', '.join(entity.aliases)}")
    if entity.code:
        lines.append(f"  code     {entity.code} (GB/T 2260)")
    if entity.located_in:
        lines.append(f"  lies in  {entity.located_in}")
    for fact in facts:
        roles = [role for role, _, value in fact.fillers() if value == entity or _iri(value) == entity.iri]
        if roles:
            lines.append(f"  {_title(fact)} as {', '.join(dict.fromkeys(roles))}")
            lines.extend(f"    {role}: {', '.join(map(show, values))}" for role, values in fact.roles.items())
            lines.extend(f"    {_quoted(evidence)}" for evidence in fact.evidence)
    return "".join(f"{plain(line)}\n" for line in lines)


def explain_fact(fact: Fact) -> str:
    """What read the fact, its fillers, each sentence with trigger and spans, and the reasons."""
    lines = [_title(fact), f"  IRI         {fact.iri}", f"  read by     {fact.extractor}"]
    lines.append(f"  confidence  {fact.confidence:.2f}")
    lines.extend(f"  because     {reason}" for reason in fact.reasons)
    lines.extend(f"  {role}: {show(value)}" for role, _, value in fact.fillers())
    for evidence in fact.evidence:
        lines.append(f"  {_quoted(evidence)}")
        if evidence.trigger:
            lines.append(f"    trigger  {_cut(evidence, evidence.trigger)}")
        lines.extend(
            f"    {part.role}[{part.index}]  {_cut(evidence, part.span)}"
            for part in sorted(evidence.fillers, key=lambda part: (part.span, part.role, part.index))
        )
    return "".join(f"{plain(line)}\n" for line in lines)


def show(value: Value) -> str:
    """A filler as people read it: an entity's names, a quantity or time with its words.

    >>> from decimal import Decimal
    >>> show(Quantity(Decimal("3E+6"), "CNY", "about", "约300万元"))
    'about 3,000,000 CNY (约300万元)'
    """
    if isinstance(value, Entity):
        return _named(value)
    if isinstance(value, Quantity):
        return f"{measured(value)} ({value.text})"
    if isinstance(value, Period):
        return f"{value.edtf} ({value.text})"
    return value.text


def measured(quantity: Quantity) -> str:
    """A quantity in base units, its bound before it."""
    bound = "" if quantity.bound == "exact" else f"{quantity.bound} "
    return f"{bound}{quantity.value:,f} {quantity.unit}"


def _named(entity: Entity) -> str:
    return f"{entity.label} ({entity.english})" if entity.english else entity.label


def _title(fact: Fact) -> str:
    return f"{fact.type} ({fact.modality.value})"


def _quoted(evidence: Evidence) -> str:
    quote = " ".join(evidence.quote.split())
    page = f"  page {evidence.page}" if evidence.page is not None else ""
    return f"{evidence.source}:{evidence.span.start}-{evidence.span.end}{page}  {quote}"


def _cut(evidence: Evidence, span: Span) -> str:
    """The words of a span inside the quote; only its place where it lies before the quote."""
    place = f"{span.start}-{span.end}"
    if not evidence.span.contains(span):
        return f"{place}  (before the quote)" if span.end <= evidence.span.start else place
    start = evidence.span.start
    return f"{place}  {evidence.quote[span.start - start : span.end - start]}"


def _place(fact: Fact) -> tuple[str, int, str, str]:
    first = min(fact.evidence, key=lambda evidence: (evidence.source, evidence.span))
    return first.source, first.span.start, fact.type, fact.iri


def _iri(value: Value) -> str | None:
    return value.iri if isinstance(value, Entity) else None


def _is_called(iri: str, name: str) -> bool:
    return iri == name or (bool(name) and iri.endswith(f"/{name}"))


def _entities(facts: Iterable[Fact]) -> list[Entity]:
    found = {
        value.iri: value for fact in facts for _, _, value in fact.fillers() if isinstance(value, Entity)
    }
    return [found[iri] for iri in sorted(found)]


def suggest_names(entities: Iterable[Entity], name: str) -> str:
    """What may have been meant by a name that no entity has, as the end of a line."""
    names = sorted({known for entity in entities for known in (entity.label, *entity.aliases)})
    near = [known for known in names if name and name in known][:_SUGGESTIONS]
    near = near or difflib.get_close_matches(name, names, n=_SUGGESTIONS, cutoff=_NEAR)
    return f"; did you mean {' or '.join(near)}?" if near else "; see `kg stats` for what there is"
