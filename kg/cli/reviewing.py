"""`kg review`: what may be one thing, for a person to decide; the option of the decisions file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import (
    STDOUT,
    decisions_option,
    emit,
    load_decisions,
    load_ontology,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
    tell,
)
from kg.errors import DecisionError

if TYPE_CHECKING:
    from kg.review import Context, Proposal

_CELLS = 44  # of a terminal, for one cell of a table; a file or a pipe gets all of it


@click.command
@click.option("--join", "joined", metavar="KEY", multiple=True, help="Decide that these are one.")
@click.option("--apart", metavar="KEY", multiple=True, help="Decide that these are not one.")
@click.option("--limit", metavar="N", type=click.IntRange(min=0), default=50, help="At most so many; 0: all.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@decisions_option
@store_option
@ontology_option
@output_option()
def review(
    joined: tuple[str, ...],
    apart: tuple[str, ...],
    limit: int,
    format_: str,
    decisions: str | None,
    store: str,
    ontology: str | None,
    output: str | None,
) -> None:
    """List names that may be one thing, the likeliest first, and take down what you decide.

    Nodes of one name whose class, place or body differ or are unknown, short names, names that differ in
    one character, each with a sentence. KEY is the first column. --join and --apart write a line to the
    decisions file (decisions.yaml, made where there is none); the next `kg build` goes by it, and a line
    that is taken out is undone. As JSON, one proposal a line, with the lines for the file.

    \b
    Example:
      kg review
      kg review --join 3fa1c --apart 0be42 --apart 77d10
      kg review --limit 0 --format json | jq -r .join
    """
    from kg.decisions import DECISIONS, Kind, append_decision
    from kg.review import find_contexts, proposal_record, propose, read_candidates

    loaded = load_ontology(ontology)
    known = load_decisions(decisions, loaded)
    with open_built_store(store) as opened:
        found = propose(read_candidates(opened, loaded), loaded, known)
        if joined or apart:
            path = Path(decisions or DECISIONS)
            by_key = {proposal.key: proposal for proposal in found}
            for key in (*joined, *apart):
                if key not in by_key:
                    raise DecisionError(f"{key}: nothing to review has this key; `kg review` lists them")
            for kind, keys in ((Kind.MERGE, joined), (Kind.APART, apart)):
                for key in dict.fromkeys(keys):
                    line = by_key[key].line(kind, loaded.base)
                    append_decision(path, line, by_key[key].comment)
                    tell(f"{path}: {line}")
            tell("run `kg build` to put it to work")
            return
        shown = found[:limit] if limit else found
        contexts = find_contexts(opened, (member.iri for p in shown for member in p.members))
    if format_ == "json":
        records = (proposal_record(proposal, contexts, loaded.base) for proposal in shown)
        emit("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), output)
    else:
        cells = _CELLS if output in (None, STDOUT) and sys.stdout.isatty() else None
        emit(_table(shown, contexts, loaded.base, cells), output)
    if not found:
        tell("nothing to review")
    elif len(shown) < len(found):
        tell(f"{len(found) - len(shown):,} more; --limit 0 lists all")


def _table(shown: list[Proposal], contexts: dict[str, Context], base: str, cells: int | None) -> str:
    """One line a node; what they have in common stands on the first of them."""
    from kg.table import format_table

    rows = []
    for proposal in shown:
        for place, member in enumerate(proposal.members):
            context = contexts.get(member.iri)
            rows.append(
                (
                    "" if place else proposal.key,
                    "" if place else proposal.reason,
                    member.label,
                    member.iri.removeprefix(base),
                    context.source if context else member.sources[0],
                    context.quote if context else "",
                )
            )
    heads = ("key", "why", "name", "node", "source", "sentence")
    return format_table(heads, rows, max_width=cells) if rows else ""
