"""Parameters into a query as terms: into its VALUES blocks, never into its words.

A query may hold a block for a parameter, ``VALUES ?donor { UNDEF }``, wherever it needs the value: in
a subquery, in a branch of a UNION. Then the block's terms are replaced, and without a parameter the
file is plain SPARQL for any endpoint. Where it holds none, the block is put at the head of the
outermost group, so that the group's filters and sums see it; a trailing VALUES clause, which SPARQL
joins after grouping, is left for the forms without such a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from kg.errors import QueryError
from kg.queries.catalogue import Query
from kg.queries.scanning import Token, data_blocks, group_start, scan, variables
from kg.queries.suggestions import suggest
from kg.queries.values import Term, guess_terms, read_terms
from kg.store import Store


def bind(store: Store, query: Query, params: Mapping[str, str]) -> str:
    """The query's text with its parameters; raises QueryError for an unknown, missing or mistyped one."""
    tokens = scan(query.text)
    declared = {param.name: param for param in query.params}
    known = declared.keys() if query.params or query.title else variables(tokens)
    for name in params:
        if name not in known:
            takes = f"it takes {', '.join(map(str, query.params))}" if declared else "it takes none"
            what = takes if query.params or query.title else f"its variables are {_list(known)}"
            raise QueryError(f"{query.name} has no parameter {name!r}{suggest(name, known)}; {what}")
    missing = [param for param in query.params if param.required and param.name not in params]
    if missing:
        param = missing[0]
        raise QueryError(f"{query.name} needs {param.name}={param.type}: {param.about or 'see its header'}")
    defaults = {param.name: param.default for param in query.params if param.default is not None}
    bound: dict[str, tuple[Term, ...]] = {}
    for name, value in (defaults | dict(params)).items():
        try:
            type_ = declared[name].type if name in declared else None
            bound[name] = read_terms(store, type_, value) if type_ else guess_terms(store, value)
        except QueryError as error:
            raise QueryError(f"parameter {name}: {error}") from error
    return insert(query.text, tokens, bound)


def insert(text: str, tokens: tuple[Token, ...], bound: Mapping[str, tuple[Term, ...]]) -> str:
    """The text with each variable's terms in its VALUES blocks, old or new; its lines keep their numbers."""
    blocks = {name: data_blocks(tokens, name) for name in bound}
    edits = [(span, f" {_data(bound[name])} ") for name, spans in blocks.items() for span in spans]
    loose = {name: found for name, found in bound.items() if not blocks[name]}
    head = group_start(tokens)
    if loose and head is not None:
        new = "".join(f" VALUES ?{name} {{ {_data(found)} }}" for name, found in loose.items())
        edits.append(((head, head), new))
    for (start, end), new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if loose and head is None:
        if any(token.keyword == "VALUES" and token.depth == 0 for token in tokens):
            wanted = " and ".join(f"VALUES ?{name} {{ UNDEF }}" for name in loose)
            raise QueryError(f"the query ends in VALUES; put {wanted} where the parameter belongs")
        lines = "\n".join(f"({_data(row)})" for row in product(*loose.values()))
        text += f"\nVALUES ({' '.join(f'?{name}' for name in loose)}) {{ {lines} }}"
    return text


def _data(found: Iterable[Term]) -> str:
    """Terms as SPARQL writes them: quotes, backslashes and line breaks of a literal are escaped."""
    return " ".join(map(str, found))


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"?{name}" for name in sorted(names)) or "none"
