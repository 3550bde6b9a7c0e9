"""`kg conflicts`."""

from __future__ import annotations

import json
import sys

import click

from kg.cli.common import (
    STDOUT,
    emit,
    load_ontology,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
    tell,
)

_FOUND = 1
_CELLS = 44  # of a terminal, for one cell of a table; a file or a pipe gets all of it


@click.command
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@click.option("--exit-code", "asks", is_flag=True, help="Exit with 1 where there are conflicts.")
@store_option
@ontology_option
@output_option()
@click.pass_context
def conflicts(
    context: click.Context, format_: str, asks: bool, store: str, ontology: str | None, output: str | None
) -> None:
    """List what the sources contradict each other in.

    Two figures, times or persons for one thing, and parts that do not add up to their whole, each with
    all its sentences and where they stand. A rounding, a bound, a plan or another period is no
    contradiction. As JSON, one conflict a line. Exits with 0, whether there are any or not.

    \b
    Example:
      kg conflicts
      kg conflicts --format json | jq -r '.statements[].quote'
      kg conflicts --exit-code -o conflicts.txt
    """
    from kg.conflicts import as_records, find_conflicts, format_conflicts
    from kg.graph import read_documents, read_facts

    loaded = load_ontology(ontology)
    with open_built_store(store) as opened:
        found = find_conflicts(read_facts(opened, loaded.vocabulary), read_documents(opened), loaded)
    if format_ == "json":
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in as_records(found))
        emit("".join(lines), output)
    else:
        cells = _CELLS if output in (None, STDOUT) and sys.stdout.isatty() else None
        emit(format_conflicts(found, loaded.vocabulary, max_width=cells), output)
    if not found:
        tell("no conflicts found")
    elif asks:
        context.exit(_FOUND)
