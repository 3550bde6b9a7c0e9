"""`kg build`, `kg remove`, `kg diff`: making graphs, and telling two apart."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import (
    OUT,
    cluster_option,
    decisions_option,
    emit,
    jobs_option,
    load_decisions,
    load_ontology,
    load_vocabulary,
    ontology_option,
    open_built_store,
    output_option,
    tell,
)
from kg.cli.sources import reading, source_options
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.types import Fact, Problem, Report

PARTLY_DONE = 3
_SEEDS = "seeds"
_TOLD = 50  # of what was skipped: report.txt has the rest
_SHOWN = 5  # in one line


@click.command
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph and its files.")
@click.option("--add", is_flag=True, help="Keep what the graph has of other sources.")
@click.option("--only", is_flag=True, help="Keep none of them, where but files are named either.")
@click.option("--force", is_flag=True, help="Read every source again, changed or not.")
@click.option("--precise", is_flag=True, help="Keep fewer facts and surer ones; the others are to check.")
@click.option("--store", metavar="DIR|URL", help="Make this store hold the same graph.")
@jobs_option
@cluster_option
@decisions_option
@ontology_option
@source_options
@click.pass_context
def build(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    output: str,
    add: bool,
    only: bool,
    force: bool,
    precise: bool,
    store: str | None,
    jobs: int | None,
    cluster: str | None,
    decisions: str | None,
    ontology: str | None,
    **how: Any,
) -> None:
    """Build the graph of files, folders, archives or standard input.

    A SOURCE is a path, a pattern in quotes, or - for standard input; without any the folder seeds/ is
    read. Texts, Markdown, HTML, PDF, DOCX, XLSX, CSV and JSONL are read, also in ZIP and tar. Leaves
    store/, graph.ttl, facts.jsonl, to-check.jsonl, graph.html and report.txt in the output folder.
    Afterwards they hold these sources and no others; with --add, or where single files are named and no
    folder, these too: then --only takes the others out. Only what changed is read
    again: a source, the ontology, the program, or a decision on it (see `kg review`). A build that was
    stopped is finished by the same command. Exits with 3 where a source could not be read, 2 where
    none could.

    So many processes read as there are cores; each source's part of the graph lies under .kg/parts when
    it is read (see `kg part`).

    With --store another store, at an address perhaps, holds the same sources afterwards and no others.

    \b
    Example:
      kg build pages/ notes.txt -o out
      kg build --add new.txt
      kg build report.pdf "saved/**/*.html" corpus.jsonl.zip
      kg build pages/ --store https://example.org/sparql
      pdftotext report.pdf - | kg build -
    """
    from kg.building import STORE, crew_of
    from kg.building import build as build_graph
    from kg.library.stores import known_sources
    from kg.sources import read_sources
    from kg.store import open_store

    loaded = replace(load_ontology(ontology), precise=precise)
    decided = load_decisions(decisions, loaded)
    crew = crew_of(loaded, decided, jobs=jobs, cluster=cluster, tell=tell)
    known = known_sources(output)
    keeps = bool(known) and not add and not only and bool(sources) and all(map(os.path.isfile, sources))
    read = read_sources(sources or (_SEEDS,), stdin=sys.stdin.buffer, known=known, **reading(**how))
    with open_store(store) if store else nullcontext() as target:  # before the work: it may not be there
        with showing_progress() as progress:
            report = build_graph(
                read,
                output,
                loaded,
                add=add or keeps,
                force=force,
                decisions=decided,
                crew=crew,
                progress=progress,
                waiting=tell,
            )
        if target is not None and report.sources:
            from kg.remote import mirror  # an HTTP client

            with open_built_store(str(Path(output, STORE))) as built:
                mirror(built, target)
    stay = f"The other sources in {output} stay, since no folder was named; --only takes them out"
    gone = "this build does not name any more (--add keeps such)"
    tell_report(context, report, output, sources or (_SEEDS,), gone=gone, more=stay if keeps else None)


@click.command
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph and its files.")
@decisions_option
@ontology_option
def remove(sources: tuple[str, ...], output: str, decisions: str | None, ontology: str | None) -> None:
    """Take sources out of the graph.

    A SOURCE is a name as `kg query sources` lists it, or the path that it was read from. What it alone
    states goes with it: its sentences, and the facts and entities that have no other.

    \b
    Example:
      kg remove pages/old.txt
    """
    from kg.building import remove as remove_sources

    if not Path(output).is_dir():
        raise SourceError(f"{output}: no graph here; name its folder with -o")
    loaded = load_ontology(ontology)
    decided = load_decisions(decisions, loaded)
    tell(_done(remove_sources(sources, output, loaded, decisions=decided, waiting=tell)))


@click.command
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW", default=OUT)
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@ontology_option
@output_option()
def diff(old: str, new: str, format_: str, ontology: str | None, output: str | None) -> None:
    """Say in facts what changed between two builds.

    OLD and NEW are folders of builds or their stores. A fact is added (+), removed (-) or changed (~):
    then it is stated by other sentences. With --format json each change is a line.

    \b
    Example:
      kg diff yesterday out
      kg diff out/store new/store --format json | jq .change
    """
    from kg.diff import change_line, format_change
    from kg.diff import diff as differing
    from kg.library.stores import store_in

    vocabulary = load_vocabulary(ontology)

    def facts_of(location: str) -> Iterator[Fact]:
        from kg.graph import read_facts

        with open_built_store(store_in(location)) as store:
            yield from read_facts(store, vocabulary)

    changes = list(differing(lambda: facts_of(old), lambda: facts_of(new)))
    write = change_line if format_ == "json" else format_change
    emit("".join(map(write, changes)), output)
    kinds = ("added", "removed", "changed")
    tell(", ".join(f"{sum(c.kind == kind for c in changes):,} {kind}" for kind in kinds))


def tell_report(
    context: click.Context,
    report: Report,
    output: str,
    given: Sequence[str],
    *,
    gone: str,
    more: str | None = None,
) -> None:
    """Tell what a build made and what it skipped; exit with 3 where something could not be read.

    ``gone`` says what those sources are that went out of the graph; ``more`` is told besides.
    """
    from kg.building import REPORT
    from kg.report import format_report

    lost = really_lost(report.unread)
    if not report.sources:
        raise SourceError(reasons(lost) or f"{' '.join(given)}: nothing to read")
    told = [*report.unread, *(p for p in report.problems if p not in report.unread)][:_TOLD]
    tell(format_report(replace(report, problems=told)))
    if len(told) < len(report.problems):
        tell(f"{len(report.problems) - len(told):,} more in {Path(output, REPORT)}\n")
    if report.removed:
        tell(f"Out of the graph went what {gone}: {_few(report.removed)}")
    if more is not None:
        tell(more)
    tell(_done(report))
    if lost:
        context.exit(PARTLY_DONE)


def really_lost(unread: Iterable[Problem]) -> list[Problem]:
    """What could not be read, without what was left out by rule."""
    from kg.sources import is_left_out

    return [problem for problem in unread if not is_left_out(problem)]


def reasons(problems: Iterable[Problem]) -> str:
    """The first of the problems in a line, and how many more there are."""
    return _few([f"{problem.source}: {problem.message}" for problem in problems], "; ")


def _few(said: Sequence[str], joint: str = ", ") -> str:
    """The first of them, and how many more there are."""
    more = len(said) - _SHOWN
    return joint.join(said[:_SHOWN]) + (f"{joint}and {more:,} more" if more > 0 else "")


def _done(report: Report) -> str:
    """What this run did, in a line."""
    unchanged = len(report.sources) - len(report.read)
    return (
        f"{len(report.read):,} read, {unchanged:,} unchanged, {len(report.removed):,} removed; "
        f"{sum(report.facts.values()):,} facts, {report.doubtful:,} to check; "
        f"{report.figures_taken:,} of {report.figures:,} figures taken"
    )


@contextmanager
def showing_progress() -> Iterator[Callable[[str], None] | None]:
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
