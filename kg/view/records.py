"""The model as plain records for the page's script: short keys, indices for references, nothing of HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.types import Entity, Evidence, Fact, Period, Quantity, RoleSpan, Span, Text, Value
from kg.view.labels import quantity_english, role_labels, term_labels
from kg.view.model import Model, Vocabulary, distinct_entities, merge_entities, sort_roles

Record = dict[str, Any]  # JSON

CONTEXT = 40  # characters of the source shown before and after a quote, never past a line break

# Okabe and Ito, "Color Universal Design" (2008), for any colour vision; black is left to the text.
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#F0E442", "#999999")
# Shapes that vis-network draws with the label below; the page's style sheet draws the same in the legend.
SHAPES = ("dot", "square", "diamond", "triangle", "hexagon", "star", "triangleDown")


@dataclass(frozen=True, slots=True)
class Look:
    """How the nodes of a class are drawn; no two classes look the same while 56 last."""

    color: str
    shape: str


def class_looks(vocabulary: Vocabulary, used: Iterable[str]) -> dict[str, Look]:
    """A shape for each uppermost class and all below it, a colour for each class, in the ontology's order.

    They depend on the ontology alone, so that two pages look alike; classes it does not know come last.
    """
    names = list(dict.fromkeys([*vocabulary.classes, *sorted(used)]))
    roots = {name: _root(vocabulary, name) for name in names}
    ranks = {root: i for i, root in enumerate(dict.fromkeys(roots.values()))}
    looks: dict[str, Look] = {}
    taken: set[Look] = set()
    for i, name in enumerate(names):
        shape = SHAPES[ranks[roots[name]] % len(SHAPES)]
        choices = [Look(PALETTE[(i + k) % len(PALETTE)], shape) for k in range(len(PALETTE))]
        looks[name] = next((look for look in choices if look not in taken), choices[0])
        taken.add(looks[name])
    return looks


def _root(vocabulary: Vocabulary, name: str) -> str:
    """The uppermost known class over a class, itself where there is none; parents may be near or all."""
    above, queue = {name}, [name]
    while queue:
        term = vocabulary.classes.get(queue.pop())
        new = {p for p in (term.parents if term else ()) if p in vocabulary.classes} - above
        above |= new
        queue += sorted(new)
    tops = (n for n in vocabulary.classes if n in above and not _has_known_parent(vocabulary, n))
    return next(tops, name)


def _has_known_parent(vocabulary: Vocabulary, name: str) -> bool:
    return any(parent in vocabulary.classes for parent in vocabulary.classes[name].parents)


def class_records(vocabulary: Vocabulary, model: Model) -> list[Record]:
    """The classes that occur, in the ontology's order, with their look and how many they have."""
    counts = Counter(entity.cls for entity in model.entities.values())
    records = []
    for name, look in class_looks(vocabulary, counts).items():
        if counts[name]:
            term = vocabulary.classes.get(name)
            labels = {"zh": term.label_zh, "en": term.label_en} if term else {"zh": name, "en": name}
            records.append(
                {"id": name, **labels, "color": look.color, "shape": look.shape, "count": counts[name]}
            )
    return records


def type_records(vocabulary: Vocabulary, model: Model) -> list[Record]:
    """The fact types that occur, in the ontology's order, with the labels of their roles."""
    counts = Counter(fact.type for fact in model.facts.values())
    names = list(dict.fromkeys([*vocabulary.fact_types, *sorted(counts)]))
    return [
        {
            "id": name,
            **term_labels(vocabulary, name),
            "count": counts[name],
            "roles": {r: role_labels(vocabulary, name, r) for r in roles_of(vocabulary, model, name)},
        }
        for name in names
        if counts[name]
    ]


def roles_of(vocabulary: Vocabulary, model: Model, fact_type: str) -> list[str]:
    """All roles of a type that the ontology or a fact names; their order gives them their colours."""
    term = vocabulary.fact_types.get(fact_type)
    filled = {role for fact in model.facts.values() if fact.type == fact_type for role in fact.roles}
    known = list(term.roles) if term else []
    return known + sorted(filled - set(known))


def entity_record(entity: Entity, places: Mapping[str, Entity], index: Mapping[str, int]) -> Record:
    """One entity; ``in`` leads upwards through the places it lies in, nearest first."""
    record: Record = {"iri": entity.iri, "label": entity.label, "cls": entity.cls}
    if entity.english:
        record["en"] = entity.english
    if entity.aliases:
        record["aliases"] = list(entity.aliases)
    if entity.code:
        record["code"] = entity.code
    chain = _places_above(entity, places)
    if chain:
        record["in"] = [
            {"label": place.label, "en": place.english or place.label, "e": index.get(place.iri)}
            for place in chain
        ]
    return record


def _places_above(entity: Entity, places: Mapping[str, Entity]) -> list[Entity]:
    chain: list[Entity] = []
    above = entity.located_in
    while above is not None and above in places and places[above] not in chain and above != entity.iri:
        chain.append(places[above])
        above = places[above].located_in
    return chain


def value_record(value: Value, index: Mapping[str, int]) -> Record:
    """One filler: ``e`` an entity's index, ``s`` the source's words, ``v`` the value to show beside them."""
    if isinstance(value, Entity):
        return {"e": index[value.iri]}
    if isinstance(value, Quantity):
        return {"s": value.text, "v": quantity_english(value)}
    if isinstance(value, Period):
        return {"s": value.text, "v": value.edtf}
    assert isinstance(value, Text)
    return {"s": value.text}


def fact_record(
    fact: Fact, vocabulary: Vocabulary, documents: Mapping[str, str], index: Mapping[str, int]
) -> Record:
    """One fact with its roles in reading order and the evidence cut into marked parts."""
    return {
        "iri": fact.iri,
        "type": fact.type,
        "m": fact.modality.value,
        "c": round(fact.confidence, 3),
        "by": fact.extractor,
        "e": sorted(index[iri] for iri in distinct_entities(fact)),
        "roles": [
            [role, [value_record(value, index) for value in fact.roles[role]]]
            for role in sort_roles(fact, vocabulary)
        ],
        "ev": [evidence_record(e, fact, documents.get(e.source), index) for e in fact.evidence],
    }


def evidence_record(evidence: Evidence, fact: Fact, text: str | None, index: Mapping[str, int]) -> Record:
    """The quote in parts ``[text, roles, entity, is_trigger]``, with a little of the source around it.

    ``far`` holds the fillers that stand outside the quote, each with the words around it; they and the
    surroundings are left out where the source's text is not at hand.
    """
    start, end = evidence.span.start, evidence.span.end
    record: Record = {"source": evidence.source, "start": start, "end": end}
    inside = [s for s in evidence.fillers if evidence.span.contains(s.span)]
    record["parts"] = _cut(evidence, inside, fact, index)
    if text is None:
        return record
    record["before"], record["after"] = _around(text, evidence.span)
    far = sorted((s for s in evidence.fillers if s not in inside), key=lambda s: (s.span, s.role, s.index))
    if far:
        record["far"] = [_far_record(s, fact, text, index) for s in far]
    return record


def _far_record(place: RoleSpan, fact: Fact, text: str, index: Mapping[str, int]) -> Record:
    before, after = _around(text, place.span, CONTEXT // 2)
    entity = _entity_at(place, fact, index)
    part = [place.span.of(text), [place.role], entity, False]
    return {"before": before, "part": part, "after": after, "start": place.span.start}


def _around(text: str, span: Span, room: int = CONTEXT) -> tuple[str, str]:
    """The rest of the line on both sides, at most ``room`` characters each, with an ellipsis where cut."""
    before = text[max(0, span.start - room) : span.start]
    after = text[span.end : span.end + room]
    line_before, line_after = before.splitlines(), after.splitlines()
    head = line_before[-1] if line_before and not before.endswith(("\n", "\r")) else ""
    tail = line_after[0] if line_after and not after.startswith(("\n", "\r")) else ""
    cut_head = len(head) == len(before) and span.start > room
    cut_tail = len(tail) == len(after) and span.end + room < len(text)
    return ("…" + head if cut_head else head), (tail + "…" if cut_tail else tail)


def _entity_at(place: RoleSpan, fact: Fact, index: Mapping[str, int]) -> int | None:
    values = fact.roles.get(place.role, ())
    value = values[place.index] if place.index < len(values) else None
    return index.get(value.iri) if isinstance(value, Entity) else None


def _cut(evidence: Evidence, inside: list[RoleSpan], fact: Fact, index: Mapping[str, int]) -> list[Any]:
    """The quote cut at every edge of a filler or of the trigger; parts in order, together the quote.

    Cut here because offsets count code points, which a browser's strings do not.
    """
    start = evidence.span.start
    trigger = evidence.trigger
    spans = [s.span for s in inside] + ([trigger] if trigger and evidence.span.contains(trigger) else [])
    edges = sorted({0, len(evidence.quote), *(p - start for s in spans for p in (s.start, s.end))})
    parts = []
    for a, b in pairwise(edges):
        piece = Span(start + a, start + b)
        # The shortest filler around a part is the one that a click on it means.
        here = sorted((s for s in inside if s.span.contains(piece)), key=lambda s: (len(s.span), s.role))
        entity = next((e for s in here if (e := _entity_at(s, fact, index)) is not None), None)
        roles = list(dict.fromkeys(s.role for s in here))
        is_trigger = trigger is not None and trigger.contains(piece)
        parts.append([evidence.quote[a:b], roles, entity, is_trigger])
    return parts


def all_places(entities: Iterable[Entity]) -> dict[str, Entity]:
    """Every entity given, by IRI: a focused page still names the places around what it shows."""
    return merge_entities(entities, ())
