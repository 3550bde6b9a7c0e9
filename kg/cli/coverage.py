"""`kg coverage`."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import STDOUT, emit, open_built_store, output_option, store_option, tell
from kg.cli.sources import source_graph

if TYPE_CHECKING:
    from kg.store import Store
    from kg.types import Coverage, NotTaken, SignKind

_CELLS = 60  # of a terminal, for one cell of a table; a file or a pipe gets all of it
_JOINT = "; "

Record = Mapping[str, Any]  # a row; lists in it are joined in tables
Columns = tuple[str, ...]
COUNTS: Columns = ("sentences taken", "not taken", "figures", "figures taken", "to check")
SOURCES: Columns = ("source", *COUNTS, "why nothing")
SENTENCES: Columns = ("source", "start", "end", "sentence", "figures", "names", "words")
DOUBTS: Columns = (
    *("source", "start", "end", "type", "modality", "confidence", "share", "needs", "least sure of"),
    *("likely", "fillers", "sentence"),
)


@click.command
@click.argument("source", metavar="[SOURCE]", required=False)
@click.option("--to-check", is_flag=True, help="List the facts that are not sure enough for the graph.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json", "csv")),
    default="table",
    help="How to say it; JSON is a line a record.",
)
@store_option
@output_option()
def coverage(source: str | None, to_check: bool, format_: str, store: str, output: str | None) -> None:
    """Say what was read of the sources, and what was not.

    Of each source: in how many sentences a fact stands, how many have a figure, a name or a word of the
    domain and no fact took them, how many figures there are and how many of them facts took, and why it may
    be that nothing was read. Of one SOURCE: the sentences that no fact took, with what is in them.

    \b
    Example:
      kg coverage
      kg coverage pages/1.html --format csv -o not-taken.csv
      kg coverage --to-check
    """
    with open_built_store(store) as opened:
        graphs = opened.sources()
        chosen = graphs if source is None else {source: source_graph(opened, source, store)}
        if to_check:
            columns, records = DOUBTS, list(_doubts(opened, chosen))
        elif source is not None:
            columns, records = SENTENCES, list(_sentences(opened, source, chosen[source]))
        else:
            columns, records = SOURCES, list(_sources(opened, chosen))
    if format_ == "json":
        emit("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), output)
    elif format_ == "csv":
        emit(_csv(columns, records), output)
    else:
        shown = [*records, _total(records)] if columns is SOURCES and len(records) > 1 else records
        emit(_table(columns, shown, is_wide=output not in (None, STDOUT) or not sys.stdout.isatty()), output)
    if not records:
        tell("nothing to check" if to_check else "facts took all that says something")


def _sources(store: Store, graphs: Mapping[str, str]) -> Iterator[Record]:
    from kg.coverage import WHY
    from kg.graph import read_coverage, read_to_check

    for name, graph in graphs.items():
        found = read_coverage(store, graph)
        counts = (
            *(found.sentences_taken, len(found.not_taken), found.figures, found.figures_taken),
            len(read_to_check(store, name, graph)),
        )
        yield {
            "source": name,
            **dict(zip(COUNTS, counts, strict=True)),
            "why nothing": WHY.get(found.why, found.why),
        }


def _total(records: Iterable[Record]) -> Record:
    records = list(records)
    counts = {name: sum(record[name] for record in records) for name in COUNTS}
    return {"source": "in all", **counts, "why nothing": ""}


def _sentences(store: Store, source: str, graph: str) -> Iterator[Record]:
    from kg.graph import read_coverage, read_document
    from kg.types import SignKind

    text = read_document(store, source, graph).text
    found: Coverage = read_coverage(store, graph)

    def said(one: NotTaken, kind: SignKind) -> list[str]:
        signs = (sign for sign in one.signs if sign.kind is kind)
        return [f"{sign.span.of(text)} ({sign.type}?)" if sign.type else sign.span.of(text) for sign in signs]

    for one in found.not_taken:
        signs = (said(one, kind) for kind in (SignKind.FIGURE, SignKind.NAME, SignKind.WORD))
        cells = (source, one.span.start, one.span.end, one.span.of(text), *signs)
        yield dict(zip(SENTENCES, cells, strict=True))


def _doubts(store: Store, graphs: Mapping[str, str]) -> Iterator[Record]:
    from kg.graph import read_to_check

    for name, graph in graphs.items():
        for one in read_to_check(store, name, graph):
            cells = (
                *(name, one.span.start, one.span.end, one.type, one.modality, one.confidence),
                *(one.doubt.sure, one.doubt.threshold, one.doubt.least, one.doubt.probability),
                [f"{role}: {', '.join(words)}" for role, words in one.roles],
                one.quote,
            )
            yield dict(zip(DOUBTS, cells, strict=True))


def _cell(value: Any) -> str:
    return _JOINT.join(value) if isinstance(value, list) else str(value)


def _csv(columns: Iterable[str], records: Iterable[Record]) -> str:
    """As RFC 4180 has it, every value as it is: for programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in record.values()] for record in records)
    return out.getvalue()


def _table(columns: Columns, records: Iterable[Record], *, is_wide: bool) -> str:
    from kg.table import format_table, plain

    records = list(records)
    rows = [
        [f"{v:,}" if isinstance(v, int) else plain(_cell(v)) for v in record.values()] for record in records
    ]
    numeric = [i for i, name in enumerate(columns) if records and isinstance(records[0][name], int | float)]
    return format_table(columns, rows, numeric=numeric, max_width=None if is_wide else _CELLS)
