"""Facts to quads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.graph.calendar import day_bounds
from kg.graph.labels import fact_labels
from kg.iris import DEFAULT_BASE, escape_segment, source_iri
from kg.ontology.vocabulary import EntityClass, FactType, Term, Vocabulary
from kg.types import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Fact,
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
        for triple in _fact_triples(fact, vocabulary, document.source, source, text):
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
    for subject, predicate, target in vocabulary.axioms:
        yield Quad(_node(subject), _node(predicate), _node(target), graph)


def storable(text: str) -> str:
    """The text with each lone surrogate replaced by U+FFFD; its length stays."""
    return _SURROGATES.sub("\ufffd", text)


def value_iri(fact: str, role: str, value: Quantity | Period, repeat: int) -> str:
    """The IRI of a quantity or a time under its fact; ``repeat`` counts equal fillers before it.

    >>> value_iri("x:f", "r", Quantity(Decimal(30), "%", "about", ""), 0)
    'x:f/r/30-%25-about'
    """
    if isinstance(value, Period):
        said = value.edtf
    else:
        bound = "" if value.bound == "exact" else f"-{value.bound}"
        said = f"{canonical(value.value)}-{value.unit}{bound}"
    return f"{fact}/{role}/{escape_segment(said)}{f'-{repeat + 1}' if repeat else ''}"


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
    for decision in extraction.decisions:
        yield source, _node(terms.DECISION), _text(decision)
    if built_from is not None:
        yield source, _node(terms.BUILT_FROM), Literal(built_from)


def _type_triples(node: NamedNode, name: str, root: str, vocabulary: Vocabulary) -> Iterator[Triple]:
    """The direct type, and it with all types above it as rdf:type."""
    table = vocabulary.classes if root == terms.ENTITY else vocabulary.fact_types
    term = table[name]
    yield node, _node(terms.DIRECT_TYPE), _node(term.iri)
    for iri in (root, term.iri, *(table[parent].iri for parent in term.parents if parent in table)):
        yield node, _node(terms.TYPE), _node(iri)


def _entity_triples(entity: Entity, vocabulary: Vocabulary) -> Iterator[Triple]:
    node = _node(entity.iri)
    yield from _type_triples(node, entity.cls, terms.ENTITY, vocabulary)
    yield node, _node(terms.LABEL), _text(entity.label, "zh")
    if entity.english is not None:
        yield node, _node(terms.LABEL), _text(entity.english, "en")
    for alias in entity.aliases:
        yield node, _node(terms.ALT_LABEL), _text(alias, "zh")
    if entity.located_in is not None:
        yield node, _node(terms.LOCATED_IN), _node(entity.located_in)
    if entity.code is not None:
        yield node, _node(terms.CODE), _text(entity.code)


def _fact_triples(
    fact: Fact, vocabulary: Vocabulary, name: str, source: NamedNode, text: str
) -> Iterator[Triple]:
    node = _node(fact.iri)
    yield from _type_triples(node, fact.type, terms.FACT, vocabulary)
    for language, label in zip(("zh", "en"), fact_labels(fact, vocabulary), strict=True):
        yield node, _node(terms.LABEL), _text(label, language)
    yield node, _node(terms.MODALITY), Literal(fact.modality.value)
    yield node, _node(terms.CONFIDENCE), Literal(canonical(Decimal(repr(fact.confidence))), datatype=_DECIMAL)
    yield node, _node(terms.EXTRACTOR), _text(fact.extractor)
    if fact.reasons:
        yield node, _node(terms.REASONS), _text("\n".join(fact.reasons))
    yield node, _node(terms.DERIVED_FROM), source
    roles = vocabulary.fact_types[fact.type].roles
    fillers: dict[tuple[str, int], Object] = {}
    for role, index, value in fact.fillers():
        filler = _filler(fact, role, index, value)
        fillers[role, index] = filler
        yield node, _node(roles[role].iri), filler
        if isinstance(value, Quantity | Period) and isinstance(filler, NamedNode):
            yield from _value_triples(filler, value)
    iris = {role: _node(term.iri) for role, term in roles.items()}
    for evidence in fact.evidence:
        if evidence.source == name:
            yield from _evidence_triples(fact, evidence, iris, fillers, source, text)


def _filler(fact: Fact, role: str, index: int, value: Value) -> Object:
    if isinstance(value, Entity):
        return _node(value.iri)
    if isinstance(value, Text):
        return _text(value.text)
    before = fact.roles[role][:index]
    iri = value_iri(fact.iri, role, value, 0)
    repeat = sum(
        not isinstance(other, Entity | Text) and value_iri(fact.iri, role, other, 0) == iri
        for other in before
    )
    return NamedNode(value_iri(fact.iri, role, value, repeat))


def _value_triples(node: NamedNode, value: Quantity | Period) -> Iterator[Triple]:
    yield node, _node(terms.TEXT), _text(value.text)
    if isinstance(value, Quantity):
        yield node, _node(terms.TYPE), _node(terms.QUANTITY)
        yield node, _node(terms.VALUE), Literal(canonical(value.value), datatype=_DECIMAL)
        yield node, _node(terms.UNIT), _text(value.unit)
        yield node, _node(terms.BOUND), _text(value.bound)
        return
    yield node, _node(terms.TYPE), _node(terms.PERIOD)
    yield node, _node(terms.EDTF), _text(value.edtf)
    start, end = day_bounds(value.edtf)
    if start is not None:
        yield node, _node(terms.START), Literal(start.isoformat(), datatype=_DATE)
        yield node, _node(terms.YEAR), _integer(start.year)
    if end is not None:
        yield node, _node(terms.END), Literal(end.isoformat(), datatype=_DATE)


def _evidence_triples(
    fact: Fact,
    evidence: Evidence,
    roles: dict[str, NamedNode],
    fillers: dict[tuple[str, int], Object],
    source: NamedNode,
    text: str,
) -> Iterator[Triple]:
    """The evidence, its selector (its IRI's fragment is that of RFC 5147) and a mention for each span."""
    span = evidence.span
    iri = f"{source.value}#{fact.iri.rsplit('/', 1)[-1]}-{span.start}-{span.end}"
    node = NamedNode(iri)
    yield _node(fact.iri), _node(terms.EVIDENCE), node
    yield node, _node(terms.TYPE), _node(terms.EVIDENCE_CLASS)
    yield node, _node(terms.HAS_SOURCE), source
    if evidence.page is not None:
        yield node, _node(terms.PAGE), _integer(evidence.page)
    selector = _node(f"{source.value}#char={span.start},{span.end}")
    yield node, _node(terms.HAS_SELECTOR), selector
    yield selector, _node(terms.TYPE), _node(terms.POSITION_SELECTOR)
    yield selector, _node(terms.TYPE), _node(terms.QUOTE_SELECTOR)
    yield from _span_triples(selector, span, evidence.quote)
    if evidence.trigger is not None:
        trigger = NamedNode(f"{iri}-trigger")
        yield node, _node(terms.TRIGGER), trigger
        yield trigger, _node(terms.TYPE), _node(terms.MENTION_CLASS)
        yield from _span_triples(trigger, evidence.trigger, evidence.trigger.of(text))
    for shown in evidence.fillers:
        mention = NamedNode(f"{iri}-{shown.role}-{shown.index}-{shown.span.start}")
        yield node, _node(terms.MENTION), mention
        yield mention, _node(terms.TYPE), _node(terms.MENTION_CLASS)
        yield mention, _node(terms.ROLE), roles[shown.role]
        yield mention, _node(terms.FILLER), fillers[shown.role, shown.index]
        yield mention, _node(terms.INDEX), _integer(shown.index)
        yield from _span_triples(mention, shown.span, shown.span.of(text))


def _span_triples(node: NamedNode, span: Span, quote: str) -> Iterator[Triple]:
    yield node, _node(terms.SPAN_START), _integer(span.start)
    yield node, _node(terms.SPAN_END), _integer(span.end)
    yield node, _node(terms.EXACT), _text(quote)
