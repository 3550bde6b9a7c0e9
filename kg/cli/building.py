"""`kg build`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from kg.cli.common import OUT, load_ontology, ontology_option, open_built_store, tell
from kg.cli.sources import reading, source_options
from kg.errors import SourceError

PARTLY_DONE = 3
_SEEDS = "seeds"


@click.command
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph and its files.")
@click.option("--store", metavar="DIR|URL", help="Make this store hold the same graph.")
@ontology_option
@source_options
@click.pass_context
def build(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    output: str,
    store: str | None,
    ontology: str | None,
    **how: Any,
) -> None:
    """Build the graph of files, folders, archives or standard input.

    A SOURCE is a path, a pattern in quotes, or - for standard input; without any the folder seeds/ is
    read. Texts, Markdown, HTML, PDF, DOCX, XLSX, CSV and JSONL are read, also in ZIP and tar. Leaves
    store/, graph.ttl, facts.jsonl, graph.html and report.txt in the output folder. Exits with 3 where a
    source could not be read, 2 where none could.

    With --store another store, at an address perhaps, holds the same sources afterwards and no others.

    \b
    Example:
      kg build pages/ notes.txt -o out
      kg build report.pdf "saved/**/*.html" corpus.jsonl.zip
      kg build pages/ --store https://example.org/sparql
      pdftotext report.pdf - | kg build -
    """
    from kg.pipeline import STORE
    from kg.pipeline import build as build_graph
    from kg.remote import mirror
    from kg.report import format_report
    from kg.sources import is_left_out, read_sources
    from kg.store import open_store

    loaded = load_ontology(ontology)
    read = read_sources(sources or (_SEEDS,), stdin=sys.stdin.buffer, **reading(**how))
    with open_store(store) if store else nullcontext() as target:  # before the work: it may not be there
        with _progress() as progress:
            report = build_graph(read, output, loaded, progress=progress)
        if target is not None and report.sources:
            with open_built_store(str(Path(output, STORE))) as built:
                mirror(built, target)
    lost = [p for p in report.problems if p.source not in report.sources and not is_left_out(p)]
    if not report.sources:
        reasons = "; ".join(f"{problem.source}: {problem.message}" for problem in lost)
        raise SourceError(reasons or f"{' '.join(sources or (_SEEDS,))}: nothing to read")
    tell(format_report(report).rstrip())
    if lost:
        context.exit(PARTLY_DONE)


@contextmanager
def _progress() -> Iterator[Callable[[str], None] | None]:
    """Takes the name of each source when it is begun; nothing is shown where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} sources"), TimeElapsedColumn())
    with Progress(
        *columns, TextColumn("{task.description}", markup=False), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("", total=None)

        def show(source: str) -> None:
            bar.update(task, advance=1, description=source)

        yield show
