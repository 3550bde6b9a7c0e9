"""`kg mcp`: the graph for an assistant, by the Model Context Protocol over standard input and output.

The tools ask the workers of `kg serve`, under the same limits: what a question costs ends it, not the server.
What they answer is JSON, with the sentence and its place for every fact, so that an answer can be cited.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.errors import KgError
from kg.server.pool import LOOKUPS, QUERIES, Ended, Pool
from kg.server.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_INSTRUCTIONS = """\
A knowledge graph of Chinese documents. Every fact has the sentences that state it: cite them, with source and
offsets. Modality 'planned' or 'negated' means that it did not happen. Find a thing by `search`, then ask for
its `facts`; use `catalogue` and `ask` for questions that are ready, `sparql` for others."""
_OTHERS = 5  # things that a name may mean
_MEDIA = "application/sparql-results+json, text/turtle;q=0.9"


class Tools:
    """What an assistant may ask of the graph; each answer is JSON, or Turtle for a graph."""

    def __init__(self, pool: Pool, refused: type[Exception]) -> None:
        self._pool = pool
        self._refused = refused

    async def search(self, name: str, limit: int = 12) -> str:
        """Find persons, organizations, places, projects and documents by any part of a name.

        Gives IRI, label, English name, class, and how many facts name it ('degree'), the best first. While
        the index is 'pending', names of the newest build may be missing.
        """
        found = await self._look("search", q=name, limit=str(limit))
        return _json({"found": found["hits"], "pending": found["pending"]})

    async def facts(self, thing: str, limit: int = 50, offset: int = 0) -> str:
        """Facts of a thing, by its name or IRI, each with its sentences and their places in the sources.

        Offsets count Unicode characters of the source's text. A name means the thing that is called so or,
        where none is, the best that has it in its name; 'others' may have been meant. 'more' says whether
        there are facts beyond.
        """
        others: list[dict[str, Any]] = []
        if "://" not in thing:
            search = await self._look("search", q=thing, limit=str(_OTHERS))
            if not search["hits"]:
                why = "the index is being made, try again" if search["pending"] else "search for a part of it"
                raise self._refused(f"{thing}: nothing of this name; {why}")
            first, *others = search["hits"]
            thing = first["iri"]
        found = await self._look("neighbourhood", iri=thing, limit=str(limit), offset=str(offset))
        names = {found["base"] + one["id"]: one["label"] for one in found["entities"]}
        return _json(
            {
                "iri": thing,
                "name": names.get(thing, ""),
                "others": others,
                "facts": list(map(_reader(found), found["facts"])),
                "more": found["more"],
            }
        )

    async def catalogue(self) -> str:
        """List the questions that are ready, with what they tell and their parameters."""
        found = await self._look("queries")
        kept = ("name", "title", "about", "params")
        return _json({"queries": [{key: query[key] for key in kept} for query in found["queries"]]})

    async def ask(self, question: str, parameters: dict[str, str] | None = None) -> str:
        """Ask a question of the catalogue, by its name; rows as SPARQL JSON."""
        head = {"task": "bound", "name": question, "params": parameters or {}}
        return await self._query(json.loads(await self._run(head, lane=LOOKUPS))["text"])

    async def sparql(self, query: str) -> str:
        """Ask in SPARQL 1.1: SELECT or ASK as SPARQL JSON, CONSTRUCT as Turtle. Changes nothing.

        A fact is a node: `?f a kg:Donation ; kg:donor ?a ; kg:amount/kg:value ?n ; kg:evidence ?place`; a
        name is an rdfs:label, in zh and mostly in en; the prefixes need not be declared.
        """
        return await self._query(query)

    async def _query(self, query: str) -> str:
        head = {"task": "query", "base": self._pool.settings.base, "default": [], "named": []}
        return await self._run(head | {"accept": _MEDIA}, query, lane=QUERIES)

    async def _look(self, task: str, **params: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self._run({"task": task, "params": params}, lane=LOOKUPS))
        return found

    async def _run(self, head: dict[str, Any], text: str = "", *, lane: str) -> str:
        try:
            answer = await self._pool.run(head, text.encode("utf-8", "replace"), lane=lane)
        except (Ended, KgError) as error:
            raise self._refused(str(error)) from error
        body = answer.body.decode("utf-8", "replace")
        if answer.status >= 400:
            raise self._refused(body.strip())
        return body


def _reader(found: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What says of the page's record of a fact what an assistant reads."""
    base, entities, sources = found["base"], found["entities"], found["sources"]

    def filler(record: dict[str, Any]) -> str:
        if "e" in record:
            return str(entities[record["e"]]["label"])
        return f"{record['v']} ({record['s']})" if "v" in record else str(record["s"])

    def evidence(record: dict[str, Any]) -> dict[str, Any]:
        (start, end), (first, words) = record["at"], record["q"]
        place = {"start": start, "end": end, "quote": words[start - first : end - first]}
        return {**sources[record["s"]], **place}

    def fact(record: dict[str, Any]) -> dict[str, Any]:
        return {
            "iri": base + record["id"],
            "type": record["type"],
            "modality": record.get("m", "asserted"),
            "roles": {role: list(map(filler, fillers)) for role, fillers in record["roles"]},
            "evidence": list(map(evidence, record["ev"])),
            "confidence": record["c"],
        }

    return fact


def _json(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def build_server(settings: Settings) -> MCPServer[Any]:
    """The server for a store; it opens the store when it is run. Raises KgError without the package mcp."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise KgError("kg mcp needs the package mcp: `pip install mcp`, or tupu-kg[mcp]") from error
    pool = Pool(settings)

    @asynccontextmanager
    async def running(server: MCPServer[Any]) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.close()

    server = MCPServer[Any](
        "tupu-kg", instructions=_INSTRUCTIONS, version=__version__, lifespan=running, log_level="CRITICAL"
    )
    tools = Tools(pool, ToolError)
    for tool in (tools.search, tools.facts, tools.catalogue, tools.ask, tools.sparql):
        server.add_tool(tool, structured_output=False)
    return server
