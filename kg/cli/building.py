"""`kg build`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from kg.cli.common import OUT, load_ontology, ontology_option, tell
from kg.errors import SourceError

PARTLY_DONE = 3
_SEEDS = "seeds"


@click.command
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph and its files.")
@ontology_option
@click.option("--encoding", help="The sources' encoding.  [default: UTF-8, else GB18030 where it fits]")
@click.pass_context
def build(
    context: click.Context, sources: tuple[str, ...], output: str, ontology: str | None, encoding: str | None
) -> None:
    """Build the graph of files, folders or standard input.

    A SOURCE is a path, or - for standard input; without any the folder seeds/ is read. Leaves
    store/, graph.ttl, facts.jsonl, graph.html and report.txt in the output folder. Exits with 3 where a
    source could not be read, 2 where none could.

    \b
    Example:
      kg build pages/ notes.txt -o out
      pdftotext report.pdf - | kg build -
    """
    from kg.building import build as build_graph
    from kg.report import format_report
    from kg.sources import is_left_out, read_sources

    loaded = load_ontology(ontology)
    read = read_sources(sources or (_SEEDS,), stdin=sys.stdin.buffer, encoding=encoding)
    with _progress() as progress:
        report = build_graph(read, output, loaded, progress=progress)
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
