"""What the pages look up, in a worker: searches, neighbourhoods, sources, the ontology. See `api`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg import __version__, terms
from kg.iris import escape_segment
from kg.ontology.divisions import load_divisions
from kg.ontology.folder import open_folder
from kg.ontology.lexicon import load_grammar
from kg.ontology.vocabulary import EntityClass, FactType
from kg.queries.answers import names_of
from kg.queries.binding import bind
from kg.queries.suggestions import suggest
from kg.queries.values import rows
from kg.server import neighbours, wire
from kg.server.answering import Sink, pick, written
from kg.server.covered import coverage_records
from kg.server.negotiation import GRAPHS
from kg.server.skipped import read_report, skipped_passages
from kg.server.terminology import complete_terms, describe_ontology
from kg.server.work import Desk, Refusal, Reply, reply_json
from kg.text import own_passages
from kg.types import Document

_MOST_FACTS = 1_000
_MOST_TRIPLES = 20_000  # of one thing, in RDF

Params = Mapping[str, str]
Value = TypeVar("Value")


def status(desk: Desk, head: wire.Head) -> Reply:
    """What is served."""
    settings, counts = desk.settings, _counts(desk)
    classes = neighbours.looks(desk.vocabulary, counts["classes"])
    types = {name: term for name, term in desk.vocabulary.fact_types.items() if counts["types"].get(name)}
    return reply_json(
        {
            "version": __version__,
            "name": settings.store,
            "base": settings.base,
            "triples": sum(_used(desk).values()),
            "entities": sum(counts["classes"].values()),
            "facts": sum(counts["types"].values()),
            "sources": len(_sources(desk)),
            "classes": [
                {"id": name, **look, "count": counts["classes"][name]} for name, look in classes.items()
            ],
            "types": [
                {"id": name, "zh": term.label_zh, "en": term.label_en, "count": counts["types"][name]}
                for name, term in types.items()
            ],
            "writable": settings.writable,
            "limits": {
                "timeout": settings.timeout,
                "memory": settings.memory,
                "answer": settings.answer,
                "upload": settings.upload,
            },
        }
    )


def search(desk: Desk, head: wire.Head) -> Reply:
    """Entities by their names."""
    params: Params = head["params"]
    hits = _hits(desk, params.get("q", ""), _number(params, "limit", 12, 100))
    classes = neighbours.looks(desk.vocabulary, {hit["cls"] for hit in hits})
    return reply_json({"hits": hits, "classes": classes, "pending": not desk.has_names()})


def neighbourhood(desk: Desk, head: wire.Head) -> Reply:
    """An entity with its facts, or a fact with its entities."""
    params: Params = head["params"]
    iri = _iri(params.get("iri", ""))
    limit, offset = _number(params, "limit", 100, _MOST_FACTS), _number(params, "offset", 0, 10**9)
    with _as_written(iri):
        found = neighbours.around(desk.oxigraph, desk.vocabulary, iri, limit=limit, offset=offset)
    if found is None:
        raise Refusal(404, f"the store holds nothing of the name {iri}")
    return reply_json(found)


def complete(desk: Desk, head: wire.Head) -> Reply:
    """What the word before the cursor may become."""
    params: Params = head["params"]
    said, limit = params.get("q", ""), _number(params, "limit", 20, 100)
    lang = "en" if params.get("lang") == "en" else "zh"
    hits = list(islice(complete_terms(desk.vocabulary, said, lang), limit))
    if len(hits) < limit and ":" not in said:
        for hit in _hits(desk, said, limit - len(hits)):
            label = hit["en"] if lang == "en" and hit["en"] else hit["label"]
            found = {"insert": f"<{hit['iri']}>", "label": label, "kind": "entity", "detail": hit["cls"]}
            hits.append(found)
    return reply_json({"hits": hits})


def queries(desk: Desk, head: wire.Head) -> Reply:
    """The catalogue."""
    listed = [
        {
            "name": query.name,
            "title": query.title,
            "titleZh": query.title_zh,
            "about": query.about,
            "aboutZh": query.about_zh,
            "text": query.text,
            "params": [
                {
                    "name": param.name,
                    "type": param.type,
                    "default": param.default,
                    "required": param.required,
                    "about": param.about,
                    "aboutZh": param.about_zh,
                }
                for param in query.params
            ],
        }
        for query in desk.catalogue.values()
    ]
    return reply_json({"prefixes": dict(terms.PREFIXES), "queries": listed})


def bound(desk: Desk, head: wire.Head) -> Reply:
    """A query of the catalogue with its parameters in it."""
    name = head["name"]
    query = desk.catalogue.get(name)
    if query is None:
        raise Refusal(404, f"{name}: no query of this name{suggest(name, desk.catalogue)}")
    given = {key: value for key, value in head["params"].items() if value != ""}
    return reply_json({"text": bind(desk.store, query, given)})


def labels(desk: Desk, head: wire.Head) -> Reply:
    """The names of IRIs."""
    iris = []
    for iri in head["iris"]:
        try:
            iris.append(NamedNode(iri).value)
        except ValueError:
            continue  # a blank node's name: it has none
    return reply_json({"labels": names_of(desk.store, sorted(set(iris)))})


def sources(desk: Desk, head: wire.Head) -> Reply:
    """The sources by name, and those that the last build left out, with the reasons of its report."""
    params: Params = head["params"]
    said = params.get("q", "").casefold()
    offset, limit = _number(params, "offset", 0, 10**9), _number(params, "limit", 50, 1000)
    known, report = _sources(desk), read_report(desk.settings.store)
    found = [source for source in known.values() if said in source["name"].casefold()]
    page = [{**one, "problems": len(report.get(one["name"], ()))} for one in found[offset : offset + limit]]
    left_out = [{"name": name, "why": why} for name, why in report.items() if name not in known]
    return reply_json({"sources": page, "total": len(found), "leftOut": left_out})


def source(desk: Desk, head: wire.Head) -> Reply:
    """One source: its text, the facts it states with their places, and what of it was skipped."""
    params: Params = head["params"]
    name = params.get("name", "")
    known = _sources(desk).get(name)
    if known is None:
        raise Refusal(404, f"{name}: no source of this name{suggest(name, _sources(desk))}")
    limit = _number(params, "limit", 500, 5 * _MOST_FACTS)
    graph = NamedNode(known["iri"])
    text = desk.oxigraph.quads_for_pattern(graph, NamedNode(terms.FULL_TEXT), None, graph)
    said = next((getattr(quad.object, "value", "") for quad in text), "")
    with _as_written(name):
        records = neighbours.in_source(desk.oxigraph, desk.vocabulary, graph.value, limit=limit)
    files = open_folder(desk.folder)
    lexicon = files.below("lexicon") / "grammar.yaml"
    grammar = _cached(desk, "grammar", lambda: load_grammar(lexicon, desk.vocabulary.classes))
    divisions = _cached(desk, "divisions", lambda: load_divisions(files.below("divisions")))
    passages = own_passages(Document(name, said), grammar, divisions) if said else ()
    found = {
        "skipped": skipped_passages(passages),
        "sentences": [[span.start, span.end] for passage in passages for span in passage.sentences],
        "problems": read_report(desk.settings.store).get(name, []),
        **coverage_records(desk.store, desk.vocabulary, name, graph.value),
    }
    return reply_json({**known, "text": said, **records, **found})


def conflicts(desk: Desk, head: wire.Head) -> Reply:
    """What the sources contradict each other in; ``pending`` while that is still being found out."""
    params: Params = head["params"]
    offset, limit = _number(params, "offset", 0, 10**9), _number(params, "limit", 50, 500)
    if not desk.conflicts.exists():
        return reply_json({"conflicts": [], "total": 0, "pending": True})
    lines = desk.conflicts.read_bytes().splitlines()
    found = [json.loads(line) for line in lines[offset : offset + limit]]
    if found and "error" in found[0]:
        raise Refusal(500, found[0]["error"])
    for one in found:
        fact_type = desk.vocabulary.fact_types.get(one["type"])
        role = fact_type.roles.get(one["role"]) if fact_type else None
        one["names"] = [{"zh": term.label_zh, "en": term.label_en} for term in (fact_type, role) if term]
    return reply_json({"conflicts": found, "total": len(lines), "pending": False})


def review(desk: Desk, head: wire.Head) -> Reply:
    """What may be one thing, for a person to decide; ``pending`` while that is still being found out."""
    params: Params = head["params"]
    offset, limit = _number(params, "offset", 0, 10**9), _number(params, "limit", 50, 500)
    if not desk.review.exists():
        return reply_json({"proposals": [], "total": 0, "pending": True})
    lines = desk.review.read_bytes().splitlines()
    found = [json.loads(line) for line in lines[offset : offset + limit]]
    if found and "error" in found[0]:
        raise Refusal(500, found[0]["error"])
    return reply_json({"proposals": found, "total": len(lines), "pending": False})


def ontology(desk: Desk, head: wire.Head) -> Reply:
    """Classes, fact types with their roles, and properties, with how often each occurs."""
    return reply_json(_cached(desk, "ontology", lambda: _ontology(desk)))


def _ontology(desk: Desk) -> dict[str, Any]:
    described = describe_ontology(desk.vocabulary, _counts(desk), _used(desk))
    looks = neighbours.looks(desk.vocabulary, desk.vocabulary.classes)
    for cls in described["classes"]:
        cls |= {key: looks[cls["id"]][key] for key in ("color", "shape")}
    return described


def entity(desk: Desk, head: wire.Head) -> Reply:
    """What is said of the first of ``iris`` that the store knows, in RDF; its IRI alone for a page."""
    base = desk.settings.base
    tails = [iri.removeprefix(base) for iri in head["iris"]]
    escaped = [base + "/".join(map(escape_segment, tail.split("/"))) for tail in tails]
    for iri in dict.fromkeys([*head["iris"], *escaped]):
        try:
            node = NamedNode(iri)
        except ValueError:
            continue
        if next(iter(desk.oxigraph.quads_for_pattern(node, None, None, DefaultGraph())), None) is not None:
            if head["page"]:
                return Reply(iri.encode(), "text/plain")
            triples = {quad.triple: None for quad in islice(_about(desk, node), _MOST_TRIPLES)}
            return written(triples, pick(GRAPHS, head), Sink(desk.settings.answer))
    raise Refusal(404, f"the store holds nothing of the name {head['iris'][0]}")


def _about(desk: Desk, node: NamedNode) -> Iterator[Quad]:
    """All triples of the node; of a fact its parts too, of an entity the names of its facts."""
    store = desk.oxigraph
    if neighbours.is_fact(store, node):
        part = neighbours.Part(store)
        part.add_facts([node])
        yield from sorted(part.quads(), key=str)
        return
    yield from store.quads_for_pattern(node, None, None, DefaultGraph())
    for fact in neighbours.facts_around(store, node, limit=_MOST_FACTS):
        yield from store.quads_for_pattern(fact, None, node, DefaultGraph())
        for predicate in (terms.LABEL, terms.TYPE):
            yield from store.quads_for_pattern(fact, NamedNode(predicate), None, DefaultGraph())


TASKS: Mapping[str, Callable[[Desk, wire.Head], Reply]] = {
    "status": status,
    "search": search,
    "neighbourhood": neighbourhood,
    "complete": complete,
    "queries": queries,
    "bound": bound,
    "labels": labels,
    "sources": sources,
    "source": source,
    "conflicts": conflicts,
    "review": review,
    "ontology": ontology,
    "entity": entity,
}


def _hits(desk: Desk, said: str, limit: int) -> list[dict[str, Any]]:
    names = desk.names
    if names is None:
        return []
    return [
        {
            "iri": hit.iri,
            "label": hit.label,
            "en": hit.english,
            "cls": hit.cls,
            "matched": hit.matched,
            "degree": hit.degree,
        }
        for hit in names.search(said, limit)
    ]


def _cached(desk: Desk, key: str, make: Callable[[], Value]) -> Value:
    """A value that is the same as long as the graph is."""
    if key not in desk.cache:
        desk.cache[key] = make()
    found: Value = desk.cache[key]
    return found


def _counts(desk: Desk) -> dict[str, dict[str, int]]:
    """How many entities each class and how many facts each type has, by local name, direct type alone."""

    def count() -> dict[str, dict[str, int]]:
        vocabulary = desk.vocabulary
        types = (terms.TYPE, *(term.iri for term in vocabulary.modalities.values()))
        counted = "SELECT ?t (COUNT(DISTINCT ?x) AS ?n) {{ VALUES ?p {{ {} }} ?x ?p ?t }} GROUP BY ?t"
        query = counted.format(" ".join(f"<{iri}>" for iri in types))
        found = {iri: int(n) for iri, n in rows(desk.store, query)}
        tables: dict[str, Mapping[str, EntityClass] | Mapping[str, FactType]] = {
            "classes": vocabulary.classes,
            "types": vocabulary.fact_types,
        }
        return {key: _own_counts(table, found) for key, table in tables.items()}

    return _cached(desk, "counts", count)


def _own_counts(
    table: Mapping[str, EntityClass] | Mapping[str, FactType], found: Mapping[str, int]
) -> dict[str, int]:
    """How many are of each class and of none below it; ``found`` counts by IRI, heirs included."""
    own: dict[str, int] = {}
    for name, term in sorted(table.items(), key=lambda pair: -len(pair[1].parents)):
        below = sum(count for heir, count in own.items() if name in table[heir].parents)
        own[name] = found.get(term.iri, 0) - below
    return {name: own[name] for name in table if own[name]}


def _used(desk: Desk) -> dict[str, int]:
    """How often each property occurs, by IRI."""
    query = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    return _cached(desk, "used", lambda: {iri: int(n) for iri, n in rows(desk.store, query)})


def _sources(desk: Desk) -> dict[str, dict[str, Any]]:
    def read() -> dict[str, dict[str, Any]]:
        counted = """SELECT ?s (COUNT(DISTINCT ?f) AS ?n)
            { ?f kg:evidence/prov:wasQuotedFrom ?s } GROUP BY ?s"""
        facts = {iri: int(n) for iri, n in rows(desk.store, counted)}
        lengths = {iri: int(n) for iri, n in rows(desk.store, "SELECT ?s ?n { ?s kg:length ?n }")}
        return {
            name: {"name": name, "iri": iri, "length": lengths.get(iri, 0), "facts": facts.get(iri, 0)}
            for name, iri in desk.store.sources().items()
        }

    return _cached(desk, "sources", read)


@contextmanager
def _as_written(name: str) -> Iterator[None]:
    """Facts that were changed by an update, or written by somebody else, may lack what is read here."""
    try:
        yield
    except (LookupError, ValueError, ArithmeticError) as error:
        why = "its facts are not as `kg build` writes them; ask for them in SPARQL"
        raise Refusal(500, f"{name}: {why}") from error


def _number(params: Params, name: str, default: int, most: int) -> int:
    said = params.get(name, "")
    if not said:
        return default
    if not said.isascii() or not said.isdigit():
        raise Refusal(400, f"{name} is a whole number, not {said!r}")
    return min(int(said[:10]), most)


def _iri(said: str) -> str:
    try:
        return NamedNode(said).value
    except ValueError as error:
        raise Refusal(400, f"{said!r} is no IRI: {error}") from error
