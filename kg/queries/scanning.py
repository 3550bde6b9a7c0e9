"""What of a SPARQL text can be told without a parser: its tokens, its outermost group, what is refused.

pyoxigraph parses SPARQL, but shows no syntax tree, and its SERVICE cannot be switched off. So the text
is scanned before it is asked. The scan errs on the side of refusing: keywords need no space before them
in pyoxigraph (``1SERVICE``, ``trueSERVICE:x`` under the empty prefix), so the word is refused wherever
it stands outside strings, IRIs, comments, variables and the local part of a prefixed name; and as ``<``
may open an IRI or be less-than, which decides where the next string or comment begins, both readings
of every ``<`` are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.errors import QueryError

# Characters, before parameters are bound; the longest query of a person is some 5,000. Chains without a
# bracket (UNION, ||, +) nest in pyoxigraph too, which ends the process by SIGSEGV where they are too long.
MAX_LENGTH = 10_000
MAX_UPDATE = 1_000_000  # characters of an update, which may bring its data along
MAX_DEPTH = 100  # brackets and signs; pyoxigraph ends the process between 2,000 and 4,000

_SPACE = r"(?:\s|\#[^\n\r]*+)*+"
_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n\r]*)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}
               |'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
               |"(?:[^"\\\n\r]|\\.)*"
               |'(?:[^'\\\n\r]|\\.)*')
    |(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    |(?P<variable>[?$]\w+)
    |(?P<name>(?:\w[\w.-]*)?:(?:[\w:%-]|\\.|\.(?=[\w:%-]))*)
    |(?P<number>[0-9]+)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SERVICE = re.compile("service", re.IGNORECASE)
_LOADS = re.compile("load$", re.IGNORECASE)  # at the end: a number before a keyword needs no space
# What follows the keyword where it is one: SILENT, an IRI or a variable, and a group.
_SERVED = re.compile(
    rf"service{_SPACE}(?:silent{_SPACE})?(?:<[^<>]*+>|[?$:\w][^\s{{}}<#]*+){_SPACE}\{{", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIGNS = re.compile(rf"(?:[!+^-]\s*){{{MAX_DEPTH}}}")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind, its characters and where they begin; ``depth`` counts open brackets."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


def scan(text: str, longest: int = MAX_LENGTH) -> tuple[Token, ...]:
    """The tokens of a query but for space and comments; an opening bracket has the depth outside it.

    Raises QueryError for a text of more than ``longest`` characters.
    """
    if len(text) > longest:
        raise QueryError(f"the query has {len(text):,} characters; at most {longest:,} are read")
    tokens, depth = [], 0
    for match in _TOKEN.finditer(text):
        kind, said = str(match.lastgroup), match.group()
        depth -= kind == "mark" and said in ")]}"
        if kind != "space":
            tokens.append(Token(kind, said, match.start(), depth))
        depth += kind == "mark" and said in "([{"
    return tuple(tokens)


def check(text: str, *, datasets: bool = False) -> tuple[Token, ...]:
    """The tokens of a query that may be asked; raises QueryError, in one line, for one that may not.

    ``datasets`` allows FROM, which in Oxigraph chooses among the graphs of the store and loads nothing;
    another engine may load what it names.
    """
    tokens = scan(text)
    _check_bearable(text, tokens)
    _refuse_update(text, tokens)
    for token in tokens:
        if token.keyword == "FROM" and not datasets:
            raise QueryError(
                f"{place(text, token.start)}: FROM names a graph to load; write GRAPH <iri> {{ … }} instead"
            )
    _refuse_service(text, tokens)
    return tokens


def check_update(text: str) -> tuple[Token, ...]:
    """The tokens of an update that may be made: one that loads nothing and asks no other server."""
    tokens = scan(text, MAX_UPDATE)
    _check_bearable(text, tokens)
    _refuse_service(text, tokens)
    for match in _every_reading(text):
        if match.lastgroup in ("word", "name") and _LOADS.search(match.group().partition(":")[0]):
            raise QueryError(
                f"{place(text, match.start())}: LOAD fetches from elsewhere; write the triples in INSERT DATA"
            )
    for token in _unions_written(tokens):
        raise QueryError(
            f"{place(text, token.start)}: the default graph is the union of all graphs; say which of them is "
            "meant: GRAPH <iri> { … } or WITH <iri>"
        )
    return tokens


def form_of(tokens: Sequence[Token]) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; empty where the text is no query."""
    return next((t.keyword for t in tokens if t.depth == 0 and t.keyword in _FORMS), "")


def _check_bearable(text: str, tokens: Sequence[Token]) -> None:
    """Refuse what would end the engine's process before it is read."""
    check_encoding(text, "query")
    if not tokens:
        raise QueryError(f"the query is empty; it begins with {', '.join(_FORMS[:-1])} or {_FORMS[-1]}")
    if max(token.depth for token in tokens) >= MAX_DEPTH or _SIGNS.search(text):
        raise QueryError(f"the query nests deeper than {MAX_DEPTH} brackets; write it flatter")


def _refuse_service(text: str, tokens: Sequence[Token]) -> None:
    if _SERVICE.search(text) is None:  # no reading of the text has the word
        return
    for token in tokens:
        if _serves(token):
            raise _service(text, token.start)
    for match in _every_reading(text):
        if match.lastgroup in ("word", "name"):
            for found in _SERVICE.finditer(text, match.start(), match.end()):
                if _SERVED.match(text, found.start()):
                    raise _service(text, found.start())


def check_encoding(text: str, what: str) -> None:
    """Raises QueryError where the text, an argument of a command perhaps, holds broken bytes."""
    if _SURROGATE.search(text):
        raise QueryError(f"the {what} is not UTF-8")


def place(text: str, offset: int) -> str:
    """Where an offset lies, for people: lines and columns count from 1.

    >>> place("ASK {\\n  ?s", 8)
    'line 2, column 3'
    """
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


def group_start(tokens: Sequence[Token]) -> int | None:
    """The offset inside the outermost group pattern where a VALUES block may stand.

    None where there is no such place: DESCRIBE without a group, CONSTRUCT WHERE, a group that is
    nothing but a subquery.
    """
    form = next((i for i, token in enumerate(tokens) if token.depth == 0 and token.keyword in _FORMS), None)
    if form is None:
        return None
    opening = [i for i in range(form, len(tokens)) if tokens[i].depth == 0 and tokens[i].text == "{"]
    if tokens[form].keyword == "CONSTRUCT":
        opening = opening[1:] if opening[:1] == [form + 1] else []
    if not opening:
        return None
    inside = tokens[opening[0] + 1 : opening[0] + 2]
    return None if inside and inside[0].keyword == "SELECT" else tokens[opening[0]].end


def data_blocks(tokens: Sequence[Token], variable: str) -> list[tuple[int, int]]:
    """The offsets, outermost braces excluded, of each ``VALUES ?variable { … }`` of the text."""
    found = []
    for i in range(len(tokens) - 2):
        word, name, brace = tokens[i : i + 3]
        if word.keyword == "VALUES" and name.text[1:] == variable and brace.text == "{":
            closing = next((t for t in tokens[i + 3 :] if t.text == "}" and t.depth == brace.depth), None)
            if name.kind == "variable" and closing is not None:
                found.append((brace.end, closing.start))
    return found


def is_ordered(tokens: Sequence[Token]) -> bool:
    """Whether the query itself orders its rows."""
    return any(token.keyword == "ORDER" and token.depth == 0 for token in tokens)


def variables(tokens: Sequence[Token]) -> frozenset[str]:
    """The names of all variables of the text."""
    return frozenset(token.text[1:] for token in tokens if token.kind == "variable")


def _unions_written(tokens: Sequence[Token]) -> Iterator[Token]:
    """Where an update would write to the default graph."""
    with_graph = False
    for i, token in enumerate(tokens):
        if token.depth:
            continue
        before = [other.keyword for other in tokens[max(0, i - 2) : i]]
        if token.text == ";":
            with_graph = False
        elif token.keyword == "WITH":
            with_graph = True
        elif token.keyword == "DEFAULT" and before[-1:] in (["CLEAR"], ["DROP"], ["SILENT"], ["TO"]):
            yield token
        elif (
            token.text == "{"
            and not with_graph
            and (before[-1:] in (["INSERT"], ["DELETE"], ["DATA"]) or before == ["DELETE", "WHERE"])
        ):
            yield from _outside_graphs(tokens[i + 1 :])


def _outside_graphs(tokens: Sequence[Token]) -> Iterator[Token]:
    """The first of a block's triples, if any, that are in no GRAPH; the tokens begin inside the block."""
    i = 0
    while i < len(tokens) and tokens[i].depth:
        if tokens[i].keyword == "GRAPH" and i + 2 < len(tokens) and tokens[i + 2].text == "{":
            i = next((j for j in range(i + 3, len(tokens)) if tokens[j].depth == 1), len(tokens))
        elif tokens[i].text != ".":
            yield tokens[i]
            return
        i += 1


def _serves(token: Token) -> bool:
    """Whether a token can hold the keyword SERVICE, alone or after another that needs no space."""
    said = token.text.partition(":")[0] if token.kind == "name" else token.text
    return token.kind in ("word", "name") and _SERVICE.search(said) is not None


def _service(text: str, offset: int) -> QueryError:
    return QueryError(f"{place(text, offset)}: SERVICE asks another server; only this store can be asked")


def _refuse_update(text: str, tokens: Sequence[Token]) -> None:
    words = [token for token in tokens if token.keyword and token.depth == 0]
    first = next((token for token in words if token.keyword not in ("PREFIX", "BASE")), None)
    if first is not None and first.keyword in _UPDATES:
        raise QueryError(
            f"{place(text, first.start)}: {first.keyword} is an update; the graph can only be asked"
        )


def _every_reading(text: str) -> Iterator[re.Match[str]]:
    """The tokens of the text under both readings of every ``<``; each is reached once."""
    reached, todo = set[int](), [0]
    while todo:
        at = todo.pop()
        match = _TOKEN.match(text, at) if at not in reached else None
        reached.add(at)
        if match is not None:
            yield match
            todo.append(match.end())
            if match.lastgroup == "iri":
                todo.append(at + 1)
