"""The model as plain records for the page's script: short keys, indices for references, nothing of HTML.

The file and the server send the same records; the script makes nodes and lines of them. Offsets count
code points, as everywhere; the script cuts the texts by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from kg import terms
from kg.graph.calendar import day_bounds
from kg.iris import DEFAULT_BASE
from kg.types import (
    Entity,
    Evidence,
    Fact,
    Modality,
    Passage,
    PassageKind,
    Period,
    Quantity,
    Span,
    Text,
    Value,
)
from kg.view.labels import main_value, quantity_english, role_labels, term_labels, wrap_label
from kg.view.model import Model, Vocabulary, fact_ends, fact_lines, sort_roles

Record = dict[str, Any]  # JSON

CONTEXT = 120  # characters of the source sent before and after a quote where its text is not

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


def graph_records(
    model: Model,
    vocabulary: Vocabulary,
    documents: Mapping[str, str],
    places: Mapping[str, Entity],
    *,
    passages: Mapping[str, Sequence[Passage]] | None = None,
    whole_texts: bool = True,
) -> Record:
    """All that the script knows of a graph, or of a part that is added to it later.

    ``documents`` gives each source's text, which goes along whole or as windows around the quotes;
    ``passages`` tells page furniture and repeated passages in it. ``places`` name what lies above.
    """
    sources = {e.source for fact in model.facts.values() for e in fact.evidence}
    names = sorted(sources | set(documents) if whole_texts else sources)
    entity_index = {iri: i for i, iri in enumerate(model.entities)}
    source_index = {name: i for i, name in enumerate(names)}
    windows = {} if whole_texts else documents
    apart = _tell_apart(model.entities.values(), places)
    return {
        "base": DEFAULT_BASE,
        "classes": class_records(vocabulary, model),
        "types": type_records(vocabulary, model),
        "sources": [
            _source_record(n, documents if whole_texts else {}, (passages or {}).get(n, ())) for n in names
        ],
        "places": _place_records(model, places),
        "entities": [_entity_record(e, apart.get(e.iri, "")) for e in model.entities.values()],
        "facts": [
            _fact_record(f, vocabulary, model, documents, windows, entity_index, source_index)
            for f in model.facts.values()
        ],
    }


def class_records(vocabulary: Vocabulary, model: Model) -> list[Record]:
    """The classes that occur, in the ontology's order, with their look."""
    used = {entity.cls for entity in model.entities.values()}
    records = []
    for name, look in class_looks(vocabulary, used).items():
        if name in used:
            term = vocabulary.classes.get(name)
            labels = {"zh": term.label_zh, "en": term.label_en} if term else {"zh": name, "en": name}
            above = _iris_above(name, vocabulary.classes, terms.ENTITY)
            records.append({"id": name, **labels, **asdict(look), **above})
    return records


def type_records(vocabulary: Vocabulary, model: Model) -> list[Record]:
    """The fact types that occur, in the ontology's order, with their roles; these give the colours."""
    filled: dict[str, set[str]] = {}
    for fact in model.facts.values():
        filled.setdefault(fact.type, set()).update(fact.roles)
    records = []
    for name in dict.fromkeys([*vocabulary.fact_types, *sorted(filled)]):
        if name not in filled:
            continue
        known = vocabulary.fact_types[name].roles if name in vocabulary.fact_types else {}
        roles = [*known, *sorted(filled[name] - set(known))]
        records.append(
            {
                "id": name,
                **term_labels(vocabulary, name),
                **_iris_above(name, vocabulary.fact_types, terms.FACT),
                "roles": [
                    {
                        "id": role,
                        "iri": known[role].iri if role in known else f"{terms.KG}{role}",
                        **role_labels(vocabulary, name, role),
                    }
                    for role in roles
                ],
            }
        )
    return records


def _iris_above(name: str, table: Mapping[str, Any], root: str) -> Record:
    """The IRI of a class or type, and of all above it, the root of all first."""
    if name not in table:
        return {"iri": f"{terms.KG}{name}", "above": [root]}
    above = sorted({table[parent].iri for parent in table[name].parents if parent in table})
    return {"iri": table[name].iri, "above": [root, *above]}


def _source_record(name: str, documents: Mapping[str, str], passages: Sequence[Passage]) -> Record:
    record: Record = {"source": name}
    if name in documents:
        record["text"] = documents[name]
    furniture = [p.span for p in passages if p.kind is PassageKind.FURNITURE]
    copies = [p.span for p in passages if p.copy_of is not None]
    if furniture:
        record["furniture"] = [[s.start, s.end] for s in furniture]
    if copies:
        record["copies"] = [[s.start, s.end] for s in copies]
    return record


def short(iri: str) -> str:
    """An IRI without the usual base, whose names hold no colon that is not escaped."""
    return iri.removeprefix(DEFAULT_BASE)


def _place_records(model: Model, places: Mapping[str, Entity]) -> list[Record]:
    """The places that entities lie in, and those above them; each leads to the next."""
    named: dict[str, Entity] = {}
    for entity in model.entities.values():
        above = entity.located_in
        while above is not None and above in places and above not in named:
            named[above] = places[above]
            above = places[above].located_in
    return [
        {
            "id": short(iri),
            "label": place.label,
            **({"en": place.english} if place.english else {}),
            **({"in": short(place.located_in)} if place.located_in else {}),
        }
        for iri, place in sorted(named.items())
    ]


def _tell_apart(entities: Iterable[Entity], places: Mapping[str, Entity]) -> dict[str, str]:
    """What is written behind the names of namesakes: the place, or what their IRI tells them apart by."""
    by_label: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        by_label[entity.label].append(entity)
    return {
        entity.iri: _whose(entity, places) for same in by_label.values() if len(same) > 1 for entity in same
    }


def _whose(entity: Entity, places: Mapping[str, Entity]) -> str:
    """The place it lies in, else the thing its IRI names behind its own name, else its class."""
    within = short(entity.iri).partition("@")[2]
    place = places.get(f"{DEFAULT_BASE}{within}") or places.get(entity.located_in or "")
    if place is not None:
        return place.label
    return unquote(within.partition("/")[2].partition("@")[0]) or entity.cls


def _entity_record(entity: Entity, apart: str = "") -> Record:
    record: Record = {"id": short(entity.iri), "label": entity.label, "cls": entity.cls}
    if entity.english:
        record["en"] = entity.english
    if entity.aliases:
        record["aliases"] = list(entity.aliases)
    if entity.code:
        record["code"] = entity.code
    if entity.located_in:
        record["in"] = short(entity.located_in)
    tail = f" ({apart})" if apart else ""
    wrapped = [wrap_label(f"{name}{tail}") for name in (entity.label, entity.english or entity.label)]
    if wrapped != [entity.label, entity.english or entity.label]:
        record["wrap"] = wrapped
    return record


def _fact_record(
    fact: Fact,
    vocabulary: Vocabulary,
    model: Model,
    documents: Mapping[str, str],
    windows: Mapping[str, str],
    entity_index: Mapping[str, int],
    source_index: Mapping[str, int],
) -> Record:
    """One fact; ``ends`` are its entities with their roles, ``lines`` lead from one end to another."""
    ends = fact_ends(fact, vocabulary)
    place = {iri: i for i, (_, iri) in enumerate(ends)}
    record: Record = {
        "id": short(fact.iri),
        "type": fact.type,
        "c": round(fact.confidence, 3),
        "by": fact.extractor,
        "roles": [
            [role, [_filler_record(v, entity_index) for v in fact.roles[role]]]
            for role in sort_roles(fact, vocabulary)
        ],
        "ends": [[entity_index[iri], role] for role, iri in ends],
        "ev": [
            _evidence_record(e, fact, documents, windows, entity_index, source_index) for e in fact.evidence
        ],
    }
    if fact.modality is not Modality.ASSERTED:
        record["m"] = fact.modality.value
    if fact.iri in model.hubs:
        record["hub"] = True
    lines = fact_lines(fact, vocabulary)
    if lines:
        # A fact's own line, one between equals, a line to what else it names.
        kinds = [2 if line.role is not None else 0 if line.arrow else 1 for line in lines]
        record["lines"] = [
            [place[line.source], place[line.target], kind] for line, kind in zip(lines, kinds, strict=True)
        ]
    value = main_value(fact, vocabulary)
    if value["zh"] or value["en"]:
        record["main"] = [value["zh"], value["en"]]
    years = _years(fact)
    if years:
        record["years"] = years
    if fact.reasons:
        record["why"] = list(fact.reasons)
    return record


def _years(fact: Fact) -> list[int | None]:
    """First and last year of a fact's times, None where open; empty where it has none."""
    bounds = [day_bounds(v.edtf) for _, _, v in fact.fillers() if isinstance(v, Period)]
    known = [(first, last) for first, last in bounds if first or last]
    if not known:
        return []
    firsts, lasts = [first for first, _ in known if first], [last for _, last in known if last]
    open_start, open_end = len(firsts) < len(known), len(lasts) < len(known)
    return [
        None if open_start else min(firsts).year,
        None if open_end else max(lasts).year,
    ]


def _filler_record(value: Value, index: Mapping[str, int]) -> Record:
    """An entity by its index; otherwise the source's words, and what they say without Chinese."""
    if isinstance(value, Entity):
        return {"e": index[value.iri]}
    if isinstance(value, Quantity):
        said = [_number(value.value), value.unit, value.bound]
        return {"s": value.text, "v": quantity_english(value), "q": said}
    if isinstance(value, Period):
        days = [day.isoformat() if day else None for day in day_bounds(value.edtf)]
        return {"s": value.text, "v": value.edtf, "t": [value.edtf, *days]}
    if isinstance(value, Text):
        return {"s": value.text}
    raise TypeError(f"not a filler: {value!r}")


def _number(number: Decimal) -> str:
    """The digits as the graph writes them: no exponent, no trailing zero."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _evidence_record(
    evidence: Evidence,
    fact: Fact,
    documents: Mapping[str, str],
    windows: Mapping[str, str],
    entity_index: Mapping[str, int],
    source_index: Mapping[str, int],
) -> Record:
    """Where a fact stands and where its fillers do: role, entity or -1, start, end.

    The words go along where the source's text does not: from ``windows``, or else the quote alone.
    """
    start, end = evidence.span.start, evidence.span.end
    record: Record = {"s": source_index[evidence.source], "at": [start, end]}
    if evidence.trigger is not None:
        record["t"] = [evidence.trigger.start, evidence.trigger.end]
    record["f"] = [
        [place.role, _filling_entity(fact, place.role, place.index, entity_index), *_bounds(place.span)]
        for place in sorted(evidence.fillers, key=lambda f: (f.span, f.role, f.index))
    ]
    if evidence.source in windows:
        from_ = max(0, start - CONTEXT)
        record["q"] = [from_, windows[evidence.source][from_ : end + CONTEXT]]
    elif evidence.source not in documents:
        record["q"] = [start, evidence.quote]
    return record


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _filling_entity(fact: Fact, role: str, place: int, index: Mapping[str, int]) -> int:
    values = fact.roles.get(role, ())
    value = values[place] if place < len(values) else None
    return index[value.iri] if isinstance(value, Entity) else -1
