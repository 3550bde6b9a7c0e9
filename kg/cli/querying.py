"""`kg query`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import STDOUT, emit, open_built_store, output_option, store_option, tell
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.queries import Query

FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle")
_SUFFIXES = (".rq", ".sparql")
_CELLS = 40  # of a terminal, for one cell of a table; a file or a pipe gets all of it


@click.command
@click.argument("asked", metavar="[NAME|FILE]", required=False)
@click.option("-e", "--expression", metavar="TEXT", help="The SPARQL text itself.")
@click.option("-p", "--param", "params", metavar="NAME=VALUE", multiple=True, help="Bind a parameter.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="How to write the answer.  [default: by -o's extension, else table, or turtle for a graph]",
)
@click.option(
    "--lang",
    type=click.Choice(("zh", "en")),
    default="zh",
    help="The language of the names in tables.",
    show_default=True,
)
@click.option("--list", "listed", is_flag=True, help="Show the catalogue's queries and their parameters.")
@click.option(
    "--queries", metavar="DIR", help="The catalogue's folder.  [default: the one that came with kg]"
)
@store_option
@output_option()
@click.pass_context
def query(
    context: click.Context,
    asked: str | None,
    expression: str | None,
    params: tuple[str, ...],
    format_: str | None,
    lang: str,
    listed: bool,
    queries: str | None,
    store: str,
    output: str | None,
) -> None:
    """Ask the graph a question in SPARQL.

    The question is a query of the catalogue, a file, - for standard input, or TEXT.

    \b
    Example:
      kg query --list
      kg query donations --param donor=栖霞区人民政府
      kg query sums-by-donor --lang en
      kg query -e 'SELECT * { ?s ?p ?o } LIMIT 5' --format csv
    """
    from kg.queries import load_catalogue, parse_query, run, serialize
    from kg.resources import queries_dir

    if not listed and (asked is None) == (expression is None):
        raise click.UsageError(
            "give the name of a query, a file, or -e TEXT; --list shows the catalogue", context
        )
    if expression is not None and not listed:
        question = parse_query(expression)
    else:
        catalogue = load_catalogue(queries_dir(queries))
        if listed or asked is None:
            emit(_list(catalogue, lang), output)
            return
        question = catalogue.get(asked) or parse_query(_read(asked, catalogue), asked, where=asked)
    bound = _params(params)
    if any(param.name == "lang" for param in question.params):
        bound.setdefault("lang", lang)
    format_ = format_ or _format_of(output)
    with open_built_store(store, whole=False) as opened:
        result = run(opened, question, bound, labels=format_ in (None, "table"))
    cells = _CELLS if output in (None, STDOUT) and sys.stdout.isatty() else None
    emit(serialize(result, format_, lang=lang, max_width=cells), output)
    if not len(result):
        tell("the answer is empty")


def _list(catalogue: Mapping[str, Query], lang: str) -> str:
    from kg.table import format_table

    rows = [
        (name, query.title_zh if lang == "zh" else query.title, " ".join(map(str, query.params)))
        for name, query in sorted(catalogue.items())
    ]
    return format_table(("query", "title", "parameters"), rows)


def _read(name: str, catalogue: Mapping[str, Query]) -> str:
    """The text of a query's file; a QueryError that knows the catalogue where there is none."""
    import difflib

    try:
        return sys.stdin.read() if name == STDOUT else Path(name).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        if name.endswith(_SUFFIXES) or "/" in name:
            raise QueryError(f"{name}: no such file") from error
        near = difflib.get_close_matches(name, catalogue, n=1)
        advice = f"did you mean {near[0]}?" if near else "see `kg query --list`"
        raise QueryError(f"{name}: no query of this name; {advice}") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise QueryError(f"{name}: cannot be read: {error.strerror}") from error


def _params(params: Sequence[str]) -> dict[str, str]:
    bound: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not name or not equals:
            raise QueryError(f"--param {param}: write it as NAME=VALUE")
        if name in bound:
            raise QueryError(f"--param {name}: given twice")
        bound[name] = value
    return bound


def _format_of(output: str | None) -> str | None:
    """The format that the file's extension names, if any."""
    suffix = Path(output or "").suffix.removeprefix(".").lower()
    known = {format_: format_ for format_ in FORMATS} | {"ttl": "turtle", "srj": "json", "srx": "xml"}
    return known.get(suffix)
