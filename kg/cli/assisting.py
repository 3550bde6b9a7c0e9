"""`kg mcp`."""

from __future__ import annotations

import click

from kg.cli.common import ontology_option, store_option
from kg.cli.serving import memory_option, queries_option, settings_of, timeout_option


@click.command
@store_option
@timeout_option
@memory_option
@click.option("--max-answer", metavar="MB", type=click.IntRange(min=1), default=1, help="The largest answer.")
@queries_option
@ontology_option
def mcp(
    store: str,
    timeout: float,
    memory_limit: int,
    max_answer: int,
    queries: str | None,
    ontology: str | None,
) -> None:
    """Serve the graph to an assistant, by the Model Context Protocol.

    The assistant starts it and speaks with it over standard input and output. It can search, ask for the
    facts of a thing with their sentences, and ask in SPARQL, with limits; it changes nothing. Needs
    tupu-kg[mcp]. An assistant in the cloud sees the sentences that it asks for: docs/mcp.md.

    \b
    Example:
      kg mcp --store out/store
    """
    from kg.mcp import build_server

    limits = {"timeout": timeout, "memory": memory_limit, "answer": max_answer}
    build_server(settings_of(store, ontology, queries, **limits)).run("stdio")
