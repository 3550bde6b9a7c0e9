"""The catalogue: each ``NAME.rq`` of a folder, with a header that says what it asks and takes.

The header is the comment lines at the top of the file::

    # title: Who gave what to whom
    # title-zh: …
    # about: One row a donor and recipient.
    # param: donor entity any  Only what this one gave
    # param: least decimal 0  The smallest sum
    # param-zh: least  …

A parameter's default is a value, ``any`` (left unbound) or ``required``; a value with spaces is quoted.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import QueryError
from kg.files import show_path
from kg.queries.scanning import scan, variables
from kg.queries.suggestions import suggest
from kg.queries.values import TYPES, check_form

ANY = "any"
REQUIRED = "required"

_LINE = re.compile(r"#\s*([a-z-]+):\s*(.*?)\s*")
_KEYS = ("title", "title-zh", "about", "about-zh", "param", "param-zh")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: the variable that it binds, its type, its default (None: unbound) and what it is."""

    name: str
    type: str
    default: str | None = None
    required: bool = False
    about: str = ""
    about_zh: str = ""

    def __str__(self) -> str:
        """``donor=entity``, in brackets where it may be left out."""
        said = f"{self.name}={self.type}" if self.default is None else f"{self.name}={self.default}"
        return said if self.required else f"[{said}]"


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its SPARQL text, header included, and what the header says; ``where`` names its file."""

    name: str
    text: str
    title: str = ""
    title_zh: str = ""
    about: str = ""
    about_zh: str = ""
    params: tuple[Param, ...] = ()
    where: str = ""


def load_catalogue(folder: Path) -> Mapping[str, Query]:
    """The queries of a folder by name, sorted; raises QueryError, with file and line, for a wrong header."""
    queries = {}
    for path in sorted(folder.glob("*.rq")):
        query = parse_query(_read(path), path.stem, where=show_path(path))
        for key, said in (("title", query.title), ("title-zh", query.title_zh), ("about", query.about)):
            if not said:
                raise QueryError(f"{query.where}:1: the header lacks a line '# {key}: …'")
        queries[query.name] = query
    return queries


def parse_query(text: str, name: str = "query", *, where: str = "") -> Query:
    """A query from its text. The header may be missing; raises QueryError, with its line, if it is wrong."""
    text = text.removeprefix("\ufeff")
    said: dict[str, str] = {}
    params: dict[str, Param] = {}
    try:
        known = variables(scan(text))
    except QueryError as error:
        raise QueryError(f"{where}: {error}" if where else str(error)) from error
    for number, key, value in _header(text):
        place = f"{where or name}:{number}"
        if key == "param":
            param = _param(value, place)
            if param.name in params:
                raise QueryError(f"{place}: the parameter {param.name} is declared twice")
            if param.name not in known:
                near = suggest(param.name, known)
                raise QueryError(f"{place}: the query has no variable ?{param.name}{near}")
            params[param.name] = param
        elif key == "param-zh":
            of, _, words = value.partition(" ")
            if of not in params:
                raise QueryError(f"{place}: no parameter {of} is declared above{suggest(of, params)}")
            params[of] = replace(params[of], about_zh=words.strip())
        elif key in said:
            raise QueryError(f"{place}: a second line '# {key}: …'")
        else:
            said[key] = value
    title, title_zh, about, about_zh = (said.get(key, "") for key in _KEYS[:4])
    return Query(name, text, title, title_zh, about, about_zh, tuple(params.values()), where)


def _header(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, key and value of each header line; other comments are nothing to us."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            return
        match = _LINE.fullmatch(line)
        if match and match[1] in _KEYS:
            yield number, match[1], match[2]


def _param(said: str, place: str) -> Param:
    try:
        lexer = shlex.shlex(said, posix=True, punctuation_chars="")
        lexer.whitespace_split, lexer.commenters, lexer.quotes = True, "", '"'
        words = list(lexer)
    except ValueError as error:
        raise QueryError(f"{place}: a quotation mark is not closed: {said}") from error
    if len(words) < 3:
        raise QueryError(f"{place}: write '# param: name type default description', not {said!r}")
    name, type_, default, *about = words
    if not _NAME.fullmatch(name):
        raise QueryError(f"{place}: {name!r} cannot be a variable's name")
    if type_ not in TYPES:
        known = ", ".join(TYPES)
        raise QueryError(f"{place}: unknown type {type_!r}{suggest(type_, TYPES)}; known are {known}")
    if default not in (ANY, REQUIRED) and not check_form(type_, default):
        raise QueryError(f"{place}: the default {default!r} is no {type_}, which looks like {TYPES[type_]}")
    bound = None if default in (ANY, REQUIRED) else default
    return Param(name, type_, bound, default == REQUIRED, " ".join(about))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{show_path(path)}:1: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise QueryError(f"{show_path(path)}:1: cannot be read: {error.strerror}") from error
