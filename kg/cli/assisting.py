"""`kg mcp`."""

from __future__ import annotations

import click

from kg.cli.common import ontology_option, open_built_store, store_option


@click.command
@store_option
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=30,
    help="The longest a query runs.",
)
@click.option(
    "--memory-limit",
    metavar="MB",
    type=click.IntRange(min=64),
    default=1024,
    help="The most memory a query takes beside the graph.",
)
@click.option("--max-answer", metavar="MB", type=click.IntRange(min=1), default=1, help="The largest answer.")
@click.option(
    "--queries", metavar="DIR", help="The catalogue's folder.  [default: the one that came with kg]"
)
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
    import os

    from kg.errors import KgError, StoreError

    if not hasattr(os, "fork"):
        raise KgError("kg mcp needs fork, which Windows has not; run it on Linux, macOS or in WSL")
    from kg.mcp import build_server
    from kg.resources import ontology_dir, queries_dir
    from kg.server import Settings

    if "://" in store:
        raise StoreError(f"{store}: name a store in a directory")
    open_built_store(store).close()
    settings = Settings(
        store=os.path.abspath(store),
        timeout=timeout,
        memory=memory_limit,
        answer=max_answer,
        ontology=os.path.abspath(ontology_dir(ontology)),
        queries=os.path.abspath(queries_dir(queries)),
    )
    build_server(settings).run("stdio")
