"""`kg export`, `kg view`, `kg explain`, `kg stats`: readers of a built graph."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kg.cli.common import (
    emit,
    load_vocabulary,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
)

if TYPE_CHECKING:
    from kg.types import Fact

_PAGE = "out/view.html"
_TITLE = "tupu-kg"


FORMATS = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml", "graphml", "csv", "facts")
_BY_SUFFIX = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nq": "nquads",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
    ".graphml": "graphml",
    ".csv": "csv",
    ".jsonl": "facts",
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

    \b
    Example:
      kg export -o graph.nq
      kg export --format facts | jq .type
    """
    from kg.export import export as exported

    suffix = os.path.splitext(output or "")[1].lower()
    chosen = format_ or _BY_SUFFIX.get(suffix, FORMATS[0])
    with open_built_store(store) as opened:
        content = exported(opened, chosen, load_vocabulary(ontology))
    emit(content, output)


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
    from kg.graph import read_documents, read_entities, read_facts
    from kg.view import render

    with open_built_store(store) as opened:
        vocabulary = load_vocabulary(ontology)
        facts, entities = list(read_facts(opened, vocabulary)), list(read_entities(opened, vocabulary))
        texts = {document.source: document.text for document in read_documents(opened)}
    emit(render(facts, entities, vocabulary, texts, title=_TITLE, focus=focus, hops=hops), output)


@click.command
@click.argument("asked", metavar="NAME|IRI")
@store_option
@ontology_option
@output_option()
def explain(asked: str, store: str, ontology: str | None, output: str | None) -> None:
    """Show why an entity or a fact is in the graph.

    An entity: its names, class and facts, each with its sentence and place in the source. A fact: the
    frame that made it, trigger, fillers and their places.

    \b
    Example:
      kg explain 商州区
      kg explain fact/0f3c9a51d2e84b7706aa
    """
    from kg.explain import explain as explained

    emit(explained(_facts(store, ontology), asked), output)


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
