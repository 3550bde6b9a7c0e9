"""Asking, and answers as text: tables for people, W3C formats for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
)
from pyoxigraph import serialize as write_rdf

from kg import terms
from kg.errors import QueryError, StoreError
from kg.iris import DEFAULT_BASE
from kg.queries.binding import bind
from kg.queries.catalogue import Query, parse_query
from kg.queries.scanning import Token, check, is_ordered
from kg.queries.values import rows
from kg.store import QueryResult, Store
from kg.table import format_table, plain

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]

_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_NUMBERS = frozenset(terms.XSD + name for name in ("integer", "decimal", "double", "float"))
_GROUPED = 1_000  # a decimal from here on is shown in groups of three digits: years and offsets are integers
_BATCH = 8_000  # characters of IRIs in one query for labels: what `kg serve` takes, less the query's own
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NEAR = 20  # characters of the text at an error
_NO_PREFIX = "Prefix not found"  # pyoxigraph's words, among those it expected
_EXPECTED = 80  # characters of what the parser expected; it may name forty words


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: ``kind`` is ``rows``, ``boolean`` or ``graph``, and says which part is filled.

    Rows stand in the query's order, or sorted where it gives none; triples are sorted. ``labels`` has
    the names of the IRIs that occur, by IRI and language. ``encoded`` is the answer as SPARQL JSON.
    """

    kind: str
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    triples: tuple[Triple, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoded: bytes = b""

    def __len__(self) -> int:
        """How many rows or triples; 1 for a yes or no."""
        return {"rows": len(self.rows), "graph": len(self.triples)}.get(self.kind, 1)


def run(
    store: Store, query: str | Query, params: Mapping[str, str] | None = None, *, labels: bool = True
) -> Result:
    """Ask a store a question: its text, or a query of the catalogue.

    Raises QueryError, in one line, where the text is no query, may not be asked (it would write, load
    or ask elsewhere) or a parameter is missing, unknown or means nothing here. ``labels=False`` leaves
    out the names that only tables show.
    """
    asked = parse_query(query) if isinstance(query, str) else query
    try:
        tokens = check(asked.text)
    except QueryError as error:
        raise _placed(error, asked) from error
    text = bind(store, asked, params or {})
    try:
        result = _read(_ask(store, asked, text), tokens)
    except QueryError as error:
        raise _placed(error, asked) from error
    except (OSError, RuntimeError, ValueError) as error:  # while the answer is read
        raise StoreError(f"the query failed: {error}") from error
    return replace(result, labels=_labels(store, result)) if labels else result


def serialize(
    result: Result, format: str | None = None, *, lang: str = "zh", max_width: int | None = None
) -> str:
    """An answer as table, csv, tsv, json, xml or turtle; by default a table, or Turtle for a graph.

    A table shows names in ``lang`` where there are any, else short IRIs; a column named ``iri`` shows
    IRIs all the same. Raises QueryError for a format that the answer does not have.
    """
    format = format or ("turtle" if result.kind == "graph" else "table")
    if format == "table":
        return _table(result, lang, max_width)
    if (format == "turtle") != (result.kind == "graph"):
        fits = "table or turtle" if result.kind == "graph" else "table, csv, tsv, json or xml"
        raise QueryError(f"this answer cannot be written as {format}; it can as {fits}")
    if result.kind == "graph":
        written = write_rdf(result.triples, format=RdfFormat.TURTLE, prefixes=dict(terms.PREFIXES))
    else:
        parsed = parse_query_results(result.encoded, format=QueryResultsFormat.JSON)
        written = parsed.serialize(format=_RESULT_FORMATS[format])
    text = (written or b"").decode("utf-8")
    return text if text.endswith("\n") or not text else text + "\n"


# Asking.


def _ask(store: Store, query: Query, text: str) -> QueryResult:
    """The store's answer; an error of syntax tells its place in the text as the user wrote it."""
    try:
        return store.query(text)
    except QueryError as error:
        try:
            store.query(query.text)
        except QueryError as own:
            raise syntax_error(own, query.text) from error
        raise syntax_error(error, text) from error


def _placed(error: QueryError, query: Query) -> QueryError:
    return QueryError(f"{query.where}: {error}" if query.where else str(error))


def syntax_error(error: QueryError, text: str) -> QueryError:
    found = _PLACE.search(str(error))
    if found is None:
        return error
    line, column, expected = int(found[1]), int(found[2]), found[3]
    at_line = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    rest, before = at_line[column - 1 :].strip()[:_NEAR], at_line[: column - 1].strip()[-_NEAR:]
    near = f"at '{plain(rest)}'" if rest else f"after '{plain(before)}'" if before else "here"
    if _NO_PREFIX in expected:
        expected = "a prefix before it is not declared"
    said = plain(" ".join(expected.split()))
    cut = said[:_EXPECTED].rpartition(", ")[0] or said[:_EXPECTED]
    return QueryError(
        f"line {line}, column {column}: not SPARQL {near}: {said if len(said) <= _EXPECTED else cut + ', …'}"
    )


def _read(answer: QueryResult, tokens: Sequence[Token]) -> Result:
    if isinstance(answer, QueryBoolean):
        return Result("boolean", boolean=bool(answer), encoded=_encode(answer))
    if isinstance(answer, QueryTriples):
        return Result("graph", triples=tuple(sorted(set(answer), key=str)))
    names = tuple(variable.value for variable in answer.variables)
    data: dict[str, Any] = json.loads(_encode(answer))
    if not is_ordered(tokens):
        data["results"]["bindings"].sort(key=lambda binding: [_order(binding.get(name)) for name in names])
    encoded = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    solutions = parse_query_results(encoded, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    return Result("rows", names, tuple(tuple(solution) for solution in solutions), encoded=encoded)


def _encode(answer: QueryBoolean | QuerySolutions) -> bytes:
    return answer.serialize(format=QueryResultsFormat.JSON) or b""


def _order(term: Mapping[str, Any] | None) -> tuple[int, Decimal, str, str]:
    """Nothing, things, numbers by their size, texts; blank nodes have no order of their own."""
    if term is None:
        return 0, Decimal(0), "", ""
    if term["type"] != "literal":
        name = "" if term["type"] == "bnode" else json.dumps(term["value"])
        return 1, Decimal(0), name, ""
    number = _number(term["value"]) if term.get("datatype") in _NUMBERS else None
    if number is not None:
        return 2, number, term["value"], ""
    return 3, Decimal(0), term["value"], f"{term.get('xml:lang')} {term.get('datatype')}"


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# Names.


def _labels(store: Store, result: Result) -> Mapping[str, Mapping[str, str]]:
    iris = {term.value for row in cells(result) for term in row if isinstance(term, NamedNode)}
    return names_of(store, sorted(iris))


def names_of(store: Store, iris: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """A name in each language, by language, for each of the IRIs that the store can name."""
    found: dict[str, dict[str, str]] = {}
    for data in _batches([str(NamedNode(iri)) for iri in iris]):
        query = f"""SELECT DISTINCT ?x (LANG(?n) AS ?language) (STR(?n) AS ?name) {{ VALUES ?x {{ {data} }}
            ?x rdfs:label|dcterms:title ?n }} ORDER BY ?x ?language ?name"""
        for iri, language, name in rows(store, query):
            found.setdefault(iri, {}).setdefault(language, name)
    return found


def _batches(parts: Iterable[str]) -> Iterator[str]:
    """The parts with spaces between, in texts of some length; a longer part is one by itself."""
    batch, length = list[str](), 0
    for part in parts:
        if batch and length + len(part) > _BATCH:
            yield " ".join(batch)
            batch, length = [], 0
        batch.append(part)
        length += len(part) + 1
    if batch:
        yield " ".join(batch)


def cells(result: Result) -> Iterable[Row]:
    """An answer's rows; of a graph, its triples' parts."""
    if result.kind == "graph":
        return [(triple.subject, triple.predicate, triple.object) for triple in result.triples]
    return result.rows


# Tables.


def _table(result: Result, lang: str, max_width: int | None) -> str:
    if result.kind == "boolean":
        return "true\n" if result.boolean else "false\n"
    header = columns(result)
    if not header:
        return ""
    found = list(cells(result))
    numeric = [i for i in range(len(header)) if _is_numeric([row[i] for row in found])]
    return format_table(header, shown_cells(result, lang), numeric=numeric, max_width=max_width)


def columns(result: Result) -> tuple[str, ...]:
    """The names of an answer's columns; of a graph's, those of a triple's parts."""
    return ("subject", "predicate", "object") if result.kind == "graph" else result.variables


def shown_cells(result: Result, lang: str) -> list[list[str]]:
    """An answer's rows as a table shows them to people."""
    names = [{} if name == "iri" else result.labels for name in columns(result)]
    return [[_show(term, names[i], lang) for i, term in enumerate(row)] for row in cells(result)]


def _is_numeric(column: Sequence[Term | None]) -> bool:
    bound = [term for term in column if term is not None]
    return bool(bound) and all(isinstance(t, Literal) and t.datatype.value in _NUMBERS for t in bound)


def _show(term: Term | None, labels: Mapping[str, Mapping[str, str]], lang: str) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        names = labels.get(term.value, {})
        return plain(names.get(lang) or next(iter(names.values()), "") or shorten_iri(term.value))
    if not isinstance(term, Literal):
        return plain(str(term))
    number = _number(term.value) if term.datatype.value == f"{terms.XSD}decimal" else None
    return f"{number:,f}" if number is not None and abs(number) >= _GROUPED else plain(term.value)


def shorten_iri(iri: str) -> str:
    """The IRI with a prefix, without the base of the data, or whole.

    >>> shorten_iri("https://w3id.org/tupu-kg/id/fact/0f3c"), shorten_iri("http://www.w3.org/ns/prov#value")
    ('fact/0f3c', 'prov:value')
    """
    if iri.startswith(DEFAULT_BASE) and iri != DEFAULT_BASE:
        return iri.removeprefix(DEFAULT_BASE)
    for prefix, start in terms.PREFIXES.items():
        local = iri.removeprefix(start)
        if local != iri and re.fullmatch(r"\w[\w.-]*", local):
            return f"{prefix}:{local}"
    return f"<{iri}>"
