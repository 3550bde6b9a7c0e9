"""`kg serve`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import decisions_option, ontology_option, open_built_store, store_option, tell
from kg.errors import KgError, StoreError

if TYPE_CHECKING:
    from kg.server import Settings


timeout_option = click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=30,
    help="The longest a query runs.",
)
memory_option = click.option(
    "--memory-limit",
    metavar="MB",
    type=click.IntRange(min=64),
    default=1024,
    help="The most memory a query takes beside the graph.",
)
queries_option = click.option(
    "--queries", metavar="DIR", help="The catalogue's folder.  [default: the one that came with kg]"
)


def settings_of(store: str, ontology: str | None, queries: str | None, **more: Any) -> Settings:
    """The settings of a server of a built store, or of what answers as one does."""
    if not hasattr(os, "fork"):
        raise KgError("this needs fork, which Windows has not; run it on Linux, macOS or in WSL")
    from kg.resources import ontology_dir, queries_dir
    from kg.server import Settings

    if "://" in store:
        raise StoreError(f"{store}: is served there; name a store in a directory")
    open_built_store(store).close()
    return Settings(
        store=os.path.abspath(store),
        ontology=os.path.abspath(ontology_dir(ontology)),
        queries=os.path.abspath(queries_dir(queries)),
        **more,
    )


@click.command
@store_option
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen; 0.0.0.0 is everywhere."
)
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=8000, help="0 takes any free one."
)
@click.option("--writable", is_flag=True, help="Take SPARQL updates and graphs; they change the store.")
@timeout_option
@memory_option
@click.option(
    "--max-answer",
    metavar="MB",
    type=click.IntRange(min=1),
    default=50,
    help="The largest answer to a request.",
)
@click.option(
    "--max-upload",
    metavar="MB",
    type=click.IntRange(min=1),
    default=50,
    help="The largest graph that can be sent.",
)
@click.option(
    "--cors",
    metavar="ORIGIN",
    multiple=True,
    help="Let pages of this site ask, like https://example.org; * lets all.  [default: none]",
)
@click.option(
    "--corrections/--no-corrections",
    "corrections",
    default=None,
    help="Let the pages correct facts.  [default: where only this machine can ask]",
)
@queries_option
@decisions_option
@ontology_option
@click.option("--open", "opens", is_flag=True, help="Open a browser when ready.")
def serve(
    store: str,
    host: str,
    port: int,
    writable: bool,
    timeout: float,
    memory_limit: int,
    max_answer: int,
    max_upload: int,
    cors: tuple[str, ...],
    corrections: bool | None,
    queries: str | None,
    decisions: str | None,
    ontology: str | None,
    opens: bool,
) -> None:
    """Serve the graph over HTTP: pages, and a SPARQL endpoint at /sparql.

    Only this machine can ask, and only read, unless said otherwise; but on this machine facts are corrected
    in the pages (see `kg correct`). A new `kg build` shows by itself.

    \b
    Example:
      kg serve
      curl -d 'query=SELECT * { ?s ?p ?o } LIMIT 5' http://127.0.0.1:8000/sparql
    """
    from kg.server.guard import LOOPBACK
    from kg.server.running import run

    settings = settings_of(
        store,
        ontology,
        queries,
        host=host,
        port=port,
        writable=writable,
        timeout=timeout,
        memory=memory_limit,
        answer=max_answer,
        upload=max_upload,
        cors=cors,
        corrections=host in LOOPBACK if corrections is None else corrections,
        decisions=os.path.abspath(decisions) if decisions else None,
    )

    def ready(address: str) -> None:
        tell(f"serving {store} at {address} (Ctrl-C ends it)")
        if opens:
            click.launch(address)

    run(settings, ready)
