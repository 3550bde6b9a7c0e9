"""A parameter's words as RDF terms: names to entities, ontology words to classes, the rest to literals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg import terms
from kg.errors import QueryError
from kg.queries.scanning import check_encoding
from kg.queries.suggestions import suggest
from kg.store import Store

Term = NamedNode | Literal

# Each type with a value of its kind, as errors show it.
TYPES: Final = {
    "entity": "a name or an IRI",
    "string": "any text",
    "integer": "12",
    "decimal": "12.5",
    "date": "2020-06-14",
    "year": "2020",
    "iri": "https://example.org/x or kg:Fact",
    "class": "a class's name or label",
    "facttype": "a fact type's name or label",
}

_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "decimal": re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "year": re.compile(r"[0-9]{4}"),
}
_DATATYPES = {"integer": "integer", "decimal": "decimal", "date": "date", "year": "integer"}
_ROOTS = {"class": terms.ENTITY, "facttype": terms.FACT}
_PREFIXED = re.compile(r"([a-z]\w*):([\w.-]+)")
_SUGGESTIONS = 3


def check_form(type_: str, value: str) -> bool:
    """Whether a value has the form of its type, as far as can be told without a store.

    >>> check_form("date", "2020-02-30"), check_form("year", "2020")
    (False, True)
    """
    if type_ not in _FORMS:
        return True
    if not _FORMS[type_].fullmatch(value):
        return False
    try:
        return type_ != "date" or bool(date.fromisoformat(value))
    except ValueError:  # no such day
        return False


def read_terms(store: Store, type_: str, value: str) -> tuple[Term, ...]:
    """All terms that the words mean, at least one; raises QueryError without the parameter's name."""
    check_encoding(value, "value")
    if not check_form(type_, value):
        raise QueryError(f"{value!r} is no {type_}; write it like {TYPES[type_]}")
    if type_ == "string":
        return (Literal(value),)
    if type_ in _FORMS:
        text = str(int(value)) if type_ in ("integer", "year") else value
        text = f"{Decimal(text):f}" if type_ == "decimal" else text
        return (Literal(text, datatype=NamedNode(terms.XSD + _DATATYPES[type_])),)
    if type_ == "entity":
        return _entities(store, value)
    return (_node(store, value),) if type_ == "iri" else _terms(store, value, _ROOTS[type_])


def guess_terms(store: Store, value: str) -> tuple[Term, ...]:
    """What words of no declared type may mean: an IRI, number or date; else the text and who is so named."""
    for type_ in ("integer", "decimal", "date"):
        if check_form(type_, value):
            return read_terms(store, type_, value)
    iri = _iri(value)
    if iri is not None:
        return (iri,)
    return (*read_terms(store, "string", value), *_named(store, value))


def rows(store: Store, query: str) -> Iterator[list[str]]:
    """The rows of a SELECT of ours as texts; an unbound variable is an empty one."""
    solutions = store.query(query)
    if isinstance(solutions, QuerySolutions):
        for solution in solutions:
            yield [getattr(term, "value", "") for term in solution]


def _entities(store: Store, name: str) -> tuple[Term, ...]:
    """The entities of this label, else of this alias, else the one of this IRI, whole or its end."""
    found = _named(store, name)
    if found:
        return found
    iri = _iri(name)
    if iri is not None and any(rows(store, f"SELECT ?type {{ {iri} a kg:Entity ; a ?type }} LIMIT 1")):
        return (iri,)
    tail = _by_tail(store, name) if iri is None else None
    if tail is not None:
        return (tail,)
    names = (row[0] for row in rows(store, "SELECT ?n { ?e a kg:Entity ; rdfs:label|skos:altLabel ?n }"))
    raise QueryError(f"no entity is named {name!r}{suggest(name, names, most=_SUGGESTIONS)}")


def _named(store: Store, name: str) -> tuple[Term, ...]:
    said = " ".join(str(Literal(name, language=language)) for language in ("zh", "en"))
    for predicate in ("rdfs:label", "skos:altLabel"):
        query = f"""SELECT DISTINCT ?e {{ VALUES ?n {{ {said} {Literal(name)} }}
            ?e {predicate} ?n ; a kg:Entity }}"""
        found = sorted(row[0] for row in rows(store, query))
        if found:
            return tuple(map(NamedNode, found))
    return ()


def _terms(store: Store, name: str, root: str) -> tuple[Term, ...]:
    """The class with this local name, label or IRI below a root of the ontology in the store."""
    query = f"SELECT DISTINCT ?c ?n {{ ?c a owl:Class ; rdfs:subClassOf* {NamedNode(root)} ; rdfs:label ?n }}"
    known: dict[str, set[str]] = {}
    names = set()
    for term, label in rows(store, query):
        local = term.removeprefix(terms.KG)
        names |= {local, label}
        for said in (label, term, f"<{term}>", local, f"kg:{local}"):
            known.setdefault(said.casefold(), set()).add(term)
    if not known:  # a store without the ontology's graph
        iri = _iri(name) or (NamedNode(terms.KG + name) if name.isidentifier() else None)
        if iri is None:
            raise QueryError(f"the store holds no ontology to look {name!r} up in; give an IRI")
        return (iri,)
    found = known.get(name.casefold())
    if not found:
        raise QueryError(f"the ontology has no {name!r} here{suggest(name, names, most=_SUGGESTIONS)}")
    return tuple(map(NamedNode, sorted(found)))


def _node(store: Store, value: str) -> NamedNode:
    iri = _iri(value) or _by_tail(store, value)
    if iri is None:
        raise QueryError(f"{value!r} is no IRI and not the end of one; write it like {TYPES['iri']}")
    return iri


def _iri(value: str) -> NamedNode | None:
    """An IRI in full, in angle brackets or with a prefix of ``terms.PREFIXES``; None for anything else."""
    bare = value[1:-1] if value.startswith("<") and value.endswith(">") else value
    prefixed = _PREFIXED.fullmatch(bare)
    if prefixed and prefixed[1] in terms.PREFIXES:
        return NamedNode(terms.PREFIXES[prefixed[1]] + prefixed[2])
    if "://" not in bare and not bare.startswith("urn:"):
        return None
    try:
        return NamedNode(bare)
    except ValueError as error:
        raise QueryError(f"{value!r} is no IRI: {error}") from error


def _by_tail(store: Store, tail: str) -> NamedNode | None:
    """The one entity, fact or source whose IRI ends in ``/tail``, as tables show it."""
    ending = Literal("/" + tail.lstrip("/"))
    query = f"""SELECT DISTINCT ?x {{
        {{ VALUES ?root {{ kg:Entity kg:Source }} ?x a ?root }} UNION {{ ?x kg:confidence ?sure }}
        FILTER(STRENDS(STR(?x), {ending})) }}"""
    found = {row[0] for row in rows(store, query)}
    return NamedNode(found.pop()) if len(found) == 1 else None
