"""Facts to quads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.coverage import coverage_of
from kg.graph.calendar import day_bounds
from kg.graph.labels import fact_labels
from kg.graph.taken import coverage_statements
from kg.iris import DEFAULT_BASE, escape_segment, source_iri, value_key
from kg.ontology.vocabulary import EntityClass, FactType, Term, Vocabulary
from kg.types import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Fact,
    Modality,
    Period,
    Quantity,
    Span,
    Text,
    Value,
)

Object = NamedNode | Literal
Triple = tuple[NamedNode, NamedNode, Object]

_SURROGATES = re.compile("[\ud800-\udfff]")
_node = lru_cache(maxsize=4096)(NamedNode)  # predicates, classes and much-named entities
_DECIMAL, _INTEGER, _DATE = (NamedNode(f"{terms.XSD}{name}") for name in ("decimal", "integer", "date"))
_EDTF = NamedNode(terms.EDTF)


def quads(
    extraction: Extraction,
    vocabulary: Vocabulary,
    base: str = DEFAULT_BASE,
    *,
    built_from: str | None = None,
) -> Iterator[Quad]:
    """All of one source's named graph: what the source itself states; a quad may come twice.

    The graph's name is the IRI of the source under ``base``; ``built_from`` is kept in it. A lone
    surrogate, which no RDF store can hold, becomes U+FFFD, one character for one, so that offsets hold on
    the text that is kept.
    """
    document = extraction.document
    text = storable(document.text)
    source = _node(source_iri(base, document.source))
    entities = {entity.iri: entity for entity in _filling_entities(extraction)}
    entities |= {entity.iri: entity for entity in extraction.entities}
    for triple in _source_triples(source, document, text):
        yield Quad(*triple, source)
    for triple in _build_triples(source, extraction, built_from):
        yield Quad(*triple, source)
    for entity in entities.values():
        for triple in _entity_triples(entity, vocabulary):
            yield Quad(*triple, source)
    for fact in extraction.facts:
        if all(evidence.source != document.source for evidence in fact.evidence):
            continue  # another source's fact
        for triple in _fact_triples(in_text_order(fact), vocabulary, document.source, source, text):
            yield Quad(*triple, source)


def vocabulary_quads(vocabulary: Vocabulary, decisions: Iterable[str] = ()) -> Iterator[Quad]:
    """The ontology's terms with their words, in a graph of their own, for queries that show labels.

    Beside them stand the ``decisions`` that the sources' graphs were made with.
    """
    graph = _node(terms.VOCABULARY_GRAPH)
    for decision in decisions:
        yield Quad(graph, _node(terms.DECISION), _text(decision), graph)
    iris = {term.name: term.iri for term in (*vocabulary.classes.values(), *vocabulary.fact_types.values())}
    iris |= {iri.removeprefix(terms.KG): iri for iri in (terms.ENTITY, terms.FACT)}
    tables: tuple[tuple[str, list[Term]], ...] = (
        (f"{terms.OWL}Class", [*vocabulary.classes.values(), *vocabulary.fact_types.values()]),
        (f"{terms.RDF}Property", [*vocabulary.roles().values(), *vocabulary.shorts, *vocabulary.relations]),
        (terms.MODALITY_CLASS, [*vocabulary.modalities.values()]),
    )
    for kind, entries in tables:
        for term in entries:
            node = _node(term.iri)
            yield Quad(node, _node(terms.TYPE), _node(kind), graph)
            for predicate, zh, en in (
                (terms.LABEL, term.label_zh, term.label_en),
                (terms.COMMENT, term.comment_zh, term.comment_en),
            ):
                yield Quad(node, _node(predicate), Literal(zh, language="zh"), graph)
                yield Quad(node, _node(predicate), Literal(en, language="en"), graph)
            if isinstance(term, EntityClass | FactType):
                for parent in sorted(term.parents & iris.keys()):
                    yield Quad(node, _node(terms.SUBCLASS), _node(iris[parent]), graph)
    for name, role in vocabulary.roles().items():
        yield Quad(_node(f"{terms.AT}{name}"), _node(terms.STANDS_FOR), _node(role.iri), graph)
    for subject, predicate, target in vocabulary.axioms:
        yield Quad(_node(subject), _node(predicate), _node(target), graph)


def storable(text: str) -> str:
    """The text with each lone surrogate replaced by U+FFFD; its length stays."""
    return _SURROGATES.sub("\ufffd", text)


def value_iri(fact: str, role: str, value: Quantity, repeat: int) -> str:
    """The IRI of a quantity, which is its fact's alone; ``repeat`` counts equal fillers before it.

    >>> value_iri("x:f", "r", Quantity(Decimal(30), "%", "about", ""), 0)
    'x:f-r-30-%25-about'
    """
    bound = "" if value.bound == "exact" else f"-{value.bound}"
    said = f"{canonical(value.value)}-{value.unit}{bound}"
    return f"{fact}-{role}-{escape_segment(said)}{f'-{repeat + 1}' if repeat else ''}"


def span_iri(source: str, span: Span) -> str:
    """The IRI of some characters of a source, by their offsets.

    >>> span_iri("x:s", Span(3, 9))
    'x:s#3-9'
    """
    return f"{source}#{span.start}-{span.end}"


def type_predicate(modality: Modality, vocabulary: Vocabulary) -> str:
    """The property that leads from a fact to its type: rdf:type of what is asserted alone."""
    return terms.TYPE if modality is Modality.ASSERTED else vocabulary.modalities[modality].iri


def canonical(number: Decimal) -> str:
    """The lexical form that the store keeps: no exponent, no trailing zero, no minus zero.

    >>> canonical(Decimal("2.50")), canonical(Decimal("1E+3")), canonical(Decimal("-0"))
    ('2.5', '1000', '0')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _filling_entities(extraction: Extraction) -> Iterator[Entity]:
    for fact in extraction.facts:
        for _, _, value in fact.fillers():
            if isinstance(value, Entity):
                yield value


def _text(text: str, language: str | None = None) -> Literal:
    return Literal(storable(text), language=language)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=_INTEGER)


def _source_triples(source: NamedNode, document: Document, text: str) -> Iterator[Triple]:
    yield source, _node(terms.TYPE), _node(terms.SOURCE)
    yield source, _node(terms.TITLE), _text(document.source)
    yield source, _node(terms.FULL_TEXT), Literal(text)
    yield source, _node(terms.LENGTH), _integer(len(text))
    yield source, _node(terms.SHA256), Literal(hashlib.sha256(text.encode()).hexdigest())
    yield source, _node(terms.FORMAT), _text(document.kind)
    for predicate, said in ((terms.OWN_TITLE, document.title), (terms.PUBLISHER, document.publisher)):
        if said:
            yield source, _node(predicate), _text(said)
    if document.date:
        yield source, _node(terms.OWN_DATE), Literal(document.date, datatype=_DATE)
    if document.origin and (origin := _web_node(document.origin)) is not None:
        yield source, _node(terms.ORIGIN), origin
    if document.pages:
        yield source, _node(terms.PAGE_STARTS), Literal(" ".join(map(str, document.pages)))
    if document.notes:
        yield source, _node(terms.NOTES), _text("\n".join(document.notes))
    if document.furniture:
        marked = " ".join(f"{span.start}-{span.end}" for span in document.furniture)
        yield source, _node(terms.FURNITURE), Literal(marked)


def _web_node(address: str) -> NamedNode | None:
    """The address as a node; None where it is no IRI, as what pages say of themselves may be."""
    try:
        return NamedNode(address)
    except ValueError:
        return None


def _build_triples(source: NamedNode, extraction: Extraction, built_from: str | None) -> Iterator[Triple]:
    """What the report of a later build says of a source that it need not read again."""
    sentences = sum(len(passage.sentences) for passage in extraction.passages)
    yield source, _node(terms.SENTENCES), _integer(sentences)
    for problem in extraction.problems:
        yield source, _node(terms.PROBLEM), _text(problem.message)
    for line in extraction.doubtful:
        yield source, _node(terms.TO_CHECK), _text(line)
    for predicate, said in coverage_statements(coverage_of(extraction)):
        yield source, _node(predicate), _integer(said) if isinstance(said, int) else _text(said)
    for decision in extraction.decisions:
        yield source, _node(terms.DECISION), _text(decision)
    for line in extraction.corrections:
        yield source, _node(terms.CORRECTION), _text(line)
    if built_from is not None:
        yield source, _node(terms.BUILT_FROM), Literal(built_from)


def _type_triples(
    node: NamedNode, predicate: str, name: str, root: str, table: Mapping[str, EntityClass | FactType]
) -> Iterator[Triple]:
    """The type and all types above it, up to the root."""
    term = table[name]
    for iri in (root, term.iri, *(table[parent].iri for parent in term.parents if parent in table)):
        yield node, _node(predicate), _node(iri)


def _entity_triples(entity: Entity, vocabulary: Vocabulary) -> Iterator[Triple]:
    node = _node(entity.iri)
    yield from _type_triples(node, terms.TYPE, entity.cls, terms.ENTITY, vocabulary.classes)
    yield node, _node(terms.LABEL), _text(entity.label, "zh")
    if entity.english is not None:
        yield node, _node(terms.LABEL), _text(entity.english, "en")
    for alias in entity.aliases:
        yield node, _node(terms.ALT_LABEL), _text(alias, "zh")
    if entity.located_in is not None:
        yield node, _node(terms.LOCATED_IN), _node(entity.located_in)
    if entity.code is not None:
        yield node, _node(terms.CODE), _text(entity.code)


def in_text_order(fact: Fact) -> Fact:
    """The fact with the fillers of each role in the order in which its first evidence shows them.

    A graph keeps no other order of its own.
    """
    if all(len(values) < 2 for values in fact.roles.values()):
        return fact
    first: dict[tuple[str, int], tuple[int, Span]] = {}
    for number, evidence in enumerate(fact.evidence):
        for shown in evidence.fillers:
            place = (number, shown.span)
            first[shown.role, shown.index] = min(first.get((shown.role, shown.index), place), place)
    moved: dict[tuple[str, int], int] = {}
    roles = {}
    for role, values in fact.roles.items():
        unshown = (len(fact.evidence), Span(0, 0))
        order = sorted(
            range(len(values)), key=lambda i: (first.get((role, i), unshown), value_key(values[i]))
        )
        roles[role] = tuple(values[i] for i in order)
        moved |= {(role, before): now for now, before in enumerate(order)}
    said = tuple(
        replace(e, fillers=tuple(replace(s, index=moved[s.role, s.index]) for s in e.fillers))
        for e in fact.evidence
    )
    return replace(fact, roles=roles, evidence=said)


def _fact_triples(
    fact: Fact, vocabulary: Vocabulary, name: str, source: NamedNode, text: str
) -> Iterator[Triple]:
    node = _node(fact.iri)
    said = type_predicate(fact.modality, vocabulary)
    yield from _type_triples(node, said, fact.type, terms.FACT, vocabulary.fact_types)
    for language, label in zip(("zh", "en"), fact_labels(fact, vocabulary), strict=True):
        yield node, _node(terms.LABEL), _text(label, language)
    yield node, _node(terms.CONFIDENCE), Literal(canonical(Decimal(repr(fact.confidence))), datatype=_DECIMAL)
    yield node, _node(terms.EXTRACTOR), _text(fact.extractor)
    if fact.reasons:
        yield node, _node(terms.REASONS), _text("\n".join(fact.reasons))
    roles = vocabulary.fact_types[fact.type].roles
    fillers: dict[tuple[str, int], Object] = {}
    for role, index, value in fact.fillers():
        filler = _filler(fact, role, index, value)
        fillers[role, index] = filler
        yield node, _node(roles[role].iri), filler
        if isinstance(value, Quantity) and isinstance(filler, NamedNode):
            yield from _quantity_triples(filler, value)
    yield from _day_triples(node, [v.edtf for _, _, v in fact.fillers() if isinstance(v, Period)])
    for evidence in fact.evidence:
        if evidence.source == name:
            yield from _evidence_triples(fact, evidence, fillers, source, text)


def _filler(fact: Fact, role: str, index: int, value: Value) -> Object:
    if isinstance(value, Entity):
        return _node(value.iri)
    if isinstance(value, Text):
        return _text(value.text)
    if isinstance(value, Period):
        return Literal(storable(value.edtf), datatype=_EDTF)
    before = fact.roles[role][:index]
    iri = value_iri(fact.iri, role, value, 0)
    repeat = sum(isinstance(o, Quantity) and value_iri(fact.iri, role, o, 0) == iri for o in before)
    return NamedNode(value_iri(fact.iri, role, value, repeat))


def _quantity_triples(node: NamedNode, value: Quantity) -> Iterator[Triple]:
    yield node, _node(terms.TYPE), _node(terms.QUANTITY)
    yield node, _node(terms.VALUE), Literal(canonical(value.value), datatype=_DECIMAL)
    yield node, _node(terms.UNIT), _text(value.unit)
    yield node, _node(terms.BOUND), _text(value.bound)


def _day_triples(node: NamedNode, times: Sequence[str]) -> Iterator[Triple]:
    """The first and the last day of the fact's times; an open end is none."""
    days = [day_bounds(edtf) for edtf in times]
    starts, ends = (
        ([day for day in edge if day is not None] for edge in zip(*days, strict=True)) if days else ([], [])
    )
    if starts and len(starts) == len(days):
        yield node, _node(terms.START), Literal(min(starts).isoformat(), datatype=_DATE)
    if ends and len(ends) == len(days):
        yield node, _node(terms.END), Literal(max(ends).isoformat(), datatype=_DATE)


def _evidence_triples(
    fact: Fact, evidence: Evidence, fillers: Mapping[tuple[str, int], Object], source: NamedNode, text: str
) -> Iterator[Triple]:
    """The sentence with its quote, once for all facts in it, and where in it each filler stands.

    Characters have no statements of their own, but where a role has several fillers or a thing is meant:
    then they say whom they name. Those that stand elsewhere, in a heading say, are quoted themselves.
    """
    node, sentence = _node(fact.iri), _node(span_iri(source.value, evidence.span))
    yield node, _node(terms.EVIDENCE), sentence
    yield from _quote_triples(sentence, evidence.quote, source)
    if evidence.page is not None:
        yield sentence, _node(terms.PAGE), _integer(evidence.page)
    if evidence.trigger is not None and all(shown.span != evidence.trigger for shown in evidence.fillers):
        yield node, _node(terms.TRIGGER), _node(span_iri(source.value, evidence.trigger))
    for shown in evidence.fillers:
        place, filler = _node(span_iri(source.value, shown.span)), fillers[shown.role, shown.index]
        yield node, _node(f"{terms.AT}{shown.role}"), place
        if not evidence.span.contains(shown.span):
            yield from _quote_triples(place, shown.span.of(text), source)
        values = fact.roles[shown.role]
        if len(values) > 1 or isinstance(values[shown.index], Entity):
            yield place, _node(terms.NAMES), filler


def _quote_triples(place: NamedNode, quote: str, source: NamedNode) -> Iterator[Triple]:
    yield place, _node(terms.QUOTED_FROM), source
    yield place, _node(terms.QUOTE), _text(quote)
