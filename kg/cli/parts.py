"""`kg part`, `kg merge`: the two steps of a build by themselves, for many machines."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import Any

import click

from kg.cli.building import PARTLY_DONE, really_lost, reasons, showing_progress, tell_report
from kg.cli.common import (
    OUT,
    cluster_option,
    decisions_option,
    jobs_option,
    load_decisions,
    load_ontology,
    ontology_option,
    tell,
)
from kg.cli.sources import reading, source_options
from kg.errors import SourceError

PARTS = "parts"
_TOLD = 50  # problems: the folder has them all
_SHARE = re.compile(r"(\d{1,6})/(\d{1,6})")


def _share(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    found = _SHARE.fullmatch(value)
    number, shares = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= shares:
        raise click.BadParameter(f"{value!r} is no share; write 1/8 to 8/8")
    return number, shares


@click.command
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", default=PARTS, help="The folder of the parts.")
@click.option("--share", metavar="K/N", default="1/1", callback=_share, help="The Kth of N shares alone.")
@click.option("--force", is_flag=True, help="Make the parts again that are there.")
@click.option("--precise", is_flag=True, help="Keep fewer facts and surer ones; the others are to check.")
@jobs_option
@cluster_option
@decisions_option
@ontology_option
@source_options
@click.pass_context
def part(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    output: str,
    share: tuple[int, int],
    force: bool,
    precise: bool,
    jobs: int | None,
    cluster: str | None,
    decisions: str | None,
    ontology: str | None,
    **how: Any,
) -> None:
    """Read sources and leave a part of the graph for each.

    A part is a file of N-Quads, gzipped, named by its content; one that is there is not made again, and one
    of an earlier text of its source goes. Several processes on several machines may fill one folder, each
    with a --share of the sources; `kg merge` makes the graph. SOURCEs are those of `kg build`; name them
    alike on all machines. Exits with 3 where a source could not be read.

    \b
    Example:
      kg part pages/ -o /mnt/parts --share 3/8
      kg merge /mnt/parts -o out
    """
    from kg.building import PartsFolder, crew_of, make_parts
    from kg.building.parts import in_share
    from kg.sources import read_sources

    loaded = replace(load_ontology(ontology), precise=precise)
    decided = load_decisions(decisions, loaded)
    read = read_sources(
        sources, stdin=sys.stdin.buffer, wanted=lambda source: in_share(source, share), **reading(**how)
    )
    crew = crew_of(loaded, decided, jobs=jobs, cluster=cluster, tell=tell)
    with showing_progress() as progress:
        parts = make_parts(
            read, PartsFolder(output), loaded, crew,
            decisions=decided, share=share, given=sources, anew=force, progress=progress,
        )  # fmt: skip
    lost = really_lost(parts.unread)
    if lost and not parts.made and not parts.kept and share == (1, 1):
        raise SourceError(reasons(lost))
    for problem in sorted(parts.unread)[:_TOLD]:
        tell(f"{problem.source}  {problem.message}")
    tell(f"{len(parts.made):,} made, {len(parts.kept):,} there already, {len(lost):,} not read")
    if lost:
        context.exit(PARTLY_DONE)


@click.command
@click.argument("parts", metavar="DIR...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph and its files.")
@click.option("--precise", is_flag=True, help="The parts were made with --precise.")
@decisions_option
@ontology_option
@click.pass_context
def merge(
    context: click.Context,
    /,
    parts: tuple[str, ...],
    output: str,
    precise: bool,
    decisions: str | None,
    ontology: str | None,
) -> None:
    """Make the graph of the parts in folders.

    Leaves what `kg build` would leave of the same sources. Each DIR was filled by `kg part`; of a source
    that is in several the last one counts. Parts made by another version, with another ontology or with
    other decisions are told and left out.

    \b
    Example:
      kg merge /mnt/parts -o out
    """
    from kg.building import merge as merge_parts

    loaded = replace(load_ontology(ontology), precise=precise)
    decided = load_decisions(decisions, loaded)
    report = merge_parts(parts, output, loaded, decisions=decided, waiting=tell)
    tell_report(context, report, output, parts, gone="has no part any more")
