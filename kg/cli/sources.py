"""`kg sources`, `kg text`: what a store keeps of its sources; and the options of reading them."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.common import STDOUT, emit, open_built_store, output_option, store_option
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.store import Store
    from kg.types import Document

_HASH = 12  # digits of a hash that a table shows
_Command = TypeVar("_Command", bound=Callable[..., Any])


def source_options(command: _Command) -> _Command:
    """How sources are read; `reading` makes what `read_sources` takes of them."""
    for option in (
        click.option(
            "--limit",
            "settings",
            metavar="NAME=VALUE",
            multiple=True,
            help="What one source may take, as file-bytes=200MB; docs/sources.md has them all.",
        ),
        click.option(
            "--config",
            metavar="FILE",
            help="A TOML file with such limits under [limits].  [default: kg.toml, where it is]",
        ),
        click.option(
            "--text-column",
            "column",
            metavar="NAME",
            help="Where JSONL and CSV have their texts.  [default: text, content ..., or the longest]",
        ),
        click.option("--encoding", help="The sources' encoding.  [default: found by their bytes]"),
    ):
        command = option(command)
    return command


def reading(
    *, encoding: str | None, column: str | None, config: str | None, settings: tuple[str, ...]
) -> dict[str, Any]:
    """The options as `kg.sources.read_sources` takes them; raises SourceError for limits there are not."""
    from kg.sources import read_limits

    return {"encoding": encoding, "column": column, "limits": read_limits(config, settings)}


def stored_document(location: str, source: str) -> Document:
    """The source of that name in the store; raises SourceError, with a name like it, where there is none."""
    from kg.graph import read_document

    with open_built_store(location) as opened:
        return read_document(opened, source, source_graph(opened, source, location))


def source_graph(store: Store, source: str, location: str) -> str:
    """The IRI of a source's graph; raises SourceError, with a name like it, where there is none."""
    graphs = store.sources()
    if source in graphs:
        return graphs[source]
    near = difflib.get_close_matches(source, graphs, n=1)
    advice = f"did you mean {near[0]}?" if near else "see `kg sources` for those there are"
    raise SourceError(f"{source}: no such source in {location}; {advice}")


@click.command
@click.argument("source", metavar="SOURCE")
@click.option("--page", metavar="N", type=click.IntRange(min=1), help="This page alone, of a PDF.")
@store_option
@output_option()
def text(source: str, page: int | None, store: str, output: str | None) -> None:
    """Print the plain text of a source, into which evidence points.

    It is what the store keeps, character by character; a terminal is shown control characters spelt out.

    \b
    Example:
      kg text report.pdf --page 3
      kg text pages/1.html | wc -m
    """
    from kg.graph.writing import storable
    from kg.table import plain

    document = stored_document(store, source)
    words = storable(document.text)
    if page is not None:
        starts = document.pages
        if page > len(starts):
            has = f"it has {len(starts)} pages" if starts else "its kind has no pages"
            raise SourceError(f"{source}: no page {page}; {has}")
        words = words[starts[page - 1] : starts[page] if page < len(starts) else None]
    if output in (None, STDOUT) and sys.stdout.isatty():
        words = "".join(c if c in "\n\t" else plain(c) for c in words)
    emit(words, output)


@click.command
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@store_option
@output_option()
def sources(format_: str, store: str, output: str | None) -> None:
    """List the sources in the store.

    Each with its length in characters, kind, SHA-256 hash, date, and how many facts it states and problems
    it had. As JSON, a line each, with title, publisher, address and the problems themselves too.

    \b
    Example:
      kg sources
      kg sources --format json | jq -r 'select(.facts == 0).source'
    """
    import json

    from kg.graph import read_source_records
    from kg.table import format_table

    with open_built_store(store) as opened:
        records = list(read_source_records(opened))
    if format_ == "json":
        emit("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), output)
        return
    header = ("source", "characters", "kind", "date", "facts", "problems", "sha256")
    rows = [
        (
            str(record["source"]),
            f"{record['characters']:,}",
            _kind(str(record["kind"])),
            str(record["date"]),
            f"{record['facts']:,}",
            str(len(record["problems"])),
            str(record["sha256"])[:_HASH],
        )
        for record in records
    ]
    emit(format_table(header, rows, numeric=(1, 4, 5)), output)


def _kind(media_type: str) -> str:
    """What people call a kind; the media type itself where it is none of ours."""
    from kg.sources.kinds import Kind

    try:
        return Kind(media_type).name.lower()
    except ValueError:
        return media_type
