"""`kg export`, `kg view`, `kg explain`, `kg stats`: readers of a built graph."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import (
    STDOUT,
    emit,
    emit_folder,
    load_ontology,
    load_vocabulary,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
)
from kg.cli.sources import stored_document

if TYPE_CHECKING:
    from kg.trace import Trace
    from kg.types import Fact

_PAGE = "out/view.html"
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red"},
    "faint": {"dim": True},
}


FORMATS = (
    *("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml"),
    *("graphml", "gexf", "neo4j"),
    *("facts", "csv", "spreadsheet", "parquet"),
    *("web-annotation", "provenance"),
)
_VIEWS = frozenset(FORMATS[-2:])
_BY_SUFFIX = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nq": "nquads",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".csv": "csv",
    ".jsonl": "facts",
    ".parquet": "parquet",
}


@click.command
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="[default: by the file's extension, or turtle]"
)
@output_option()
@store_option
@ontology_option
def export(format_: str | None, output: str | None, store: str, ontology: str | None) -> None:
    """Write the graph in another format.

    RDF: nquads and trig are the whole store, graph by graph; the others the union of its graphs. Networks
    of entities: graphml and gexf. Tables of facts, one JSON object or one filler a line: facts, csv,
    spreadsheet (csv in which nothing is a formula) and parquet. neo4j is a folder with nodes.csv and
    relationships.csv for neo4j-admin. web-annotation and provenance are Turtle in the terms of Web
    Annotation and PROV-O.

    \b
    Example:
      kg export -o graph.nq
      kg export --format facts | jq .type
      kg export --format neo4j -o import/
    """
    from kg.export import FOLDERS, export_folder
    from kg.export import export as exported
    from kg.export import view as viewed

    suffix = os.path.splitext(output or "")[1].lower()
    chosen = format_ or _BY_SUFFIX.get(suffix, FORMATS[0])
    if chosen not in FOLDERS:
        with open_built_store(store) as opened:
            if chosen in _VIEWS:
                content = viewed(opened, chosen)
            else:
                content = exported(opened, chosen, load_vocabulary(ontology))
        emit(content, output)
        return
    if output in (None, STDOUT):
        raise click.UsageError(f"{chosen} is several files; name a folder with -o")
    with open_built_store(store) as opened:
        emit_folder(export_folder(opened, chosen, load_vocabulary(ontology)), str(output))


@click.command
@click.option("--focus", metavar="NAME", help="Begin with this entity and what is near it.")
@click.option("--hops", metavar="N", type=click.IntRange(min=0), default=1, help="How near, in steps.")
@output_option(_PAGE)
@store_option
@ontology_option
def view(focus: str | None, hops: int, output: str, store: str, ontology: str | None) -> None:
    """Draw the graph as one HTML file.

    It opens without a network.

    \b
    Example:
      kg view --focus 商州区 --hops 2 -o shangzhou.html
    """
    from kg.library.graph import Graph
    from kg.resources import ontology_dir

    with Graph(open_built_store(store), ontology_dir(ontology), where=store) as graph:
        page = graph.show(focus, hops=hops).html
    emit(page, output)


@click.command
@click.argument("asked", metavar="[NAME|IRI]", required=False)
@click.option("--sentence", metavar="TEXT", help="Read this text and tell how, from values to facts.")
@click.option("--at", metavar="SOURCE:OFFSET", help="Tell how the sentence at this character was read.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How it is told."
)
@store_option
@ontology_option
@output_option()
def explain(
    asked: str | None,
    sentence: str | None,
    at: str | None,
    format_: str,
    store: str,
    ontology: str | None,
    output: str | None,
) -> None:
    """Show why an entity or a fact is in the graph, or how a sentence is read.

    An entity: its names, class and facts, each with its sentence and place in the source. A fact: what
    read it, its confidence, trigger, fillers and their places. A sentence, given by its words or by its
    place in a source of the store: its values and names, and each fact that was proposed, with its
    probabilities, what its fillers were taken for, and why it is in the graph or not.

    \b
    Example:
      kg explain 商州区
      kg explain fact/0f3c9a51d2e84b7706aa
      kg explain --sentence 栖霞区向商州区捐赠300万元。
      kg explain --at seeds/1.txt:512 --format json
    """
    if sum(given is not None for given in (asked, sentence, at)) != 1:
        raise click.UsageError("give one of NAME|IRI, --sentence and --at")
    if asked is not None:
        if format_ != "text":
            raise click.UsageError("--format json goes with --sentence or --at")
        from kg.explain import explain as explained

        emit(explained(_facts(store, ontology), asked), output)
        return
    from kg.trace import format_traces, traces_as_json

    traces = _traces(sentence, at, store, ontology)
    emit(traces_as_json(traces) if format_ == "json" else format_traces(traces, _paint(output)), output)


def _traces(sentence: str | None, at: str | None, store: str, ontology: str | None) -> list[Trace]:
    from kg.pipeline import Extractor
    from kg.trace import trace, trace_at
    from kg.types import Document

    if at is not None:
        source, offset = _split_place(at)
        document = stored_document(store, source)
        return [trace_at(Extractor(load_ontology(ontology)), document, offset)]
    words = (sentence or "").encode("utf-8", "replace").decode()  # an argument may hold broken bytes
    if not words.strip():
        raise click.UsageError("--sentence: no words to explain")
    return trace(Extractor(load_ontology(ontology)), Document("sentence", words))


def _split_place(at: str) -> tuple[str, int]:
    """Source and offset; of a range, as other commands show it (page.txt:12-40), the beginning."""
    found = re.fullmatch(r"(.+):([0-9]{1,15})(?:-[0-9]+)?", at, re.DOTALL)
    if found is None:
        raise click.UsageError(f"--at {at}: no SOURCE:OFFSET, as in page.txt:12")
    return found[1], int(found[2])


def _paint(output: str | None) -> Callable[[str, str], str]:
    """Colours on a terminal that wants them, else none."""
    if output not in (None, STDOUT) or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda words, style: words
    return lambda words, style: click.style(words, **_STYLES[style])


@click.command
@store_option
@ontology_option
@output_option()
def stats(store: str, ontology: str | None, output: str | None) -> None:
    """Count what is in the graph.

    Counts entities by class, facts by type and modality, and evidence by source.

    \b
    Example:
      kg stats --store out/store
    """
    from kg.report import format_statistics

    emit(format_statistics(_facts(store, ontology)), output)


def _facts(location: str, ontology: str | None) -> Iterator[Fact]:
    with open_built_store(location) as store:
        from kg.graph import read_facts

        yield from read_facts(store, load_vocabulary(ontology))
