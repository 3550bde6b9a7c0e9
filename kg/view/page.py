"""The HTML page: pyvis brings vis-network; records, template and script are ours.

pyvis's own HTML is not used: it loads scripts from the network in every mode and executes some of
what it is given. Everything here is inlined, a content security policy allows the two scripts by
their hashes and nothing else, and names reach the page as JSON alone.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from kg.types import Entity, Fact, Passage
from kg.view.groups import find_groups
from kg.view.model import Model, Vocabulary, build_graph, build_model, merge_entities
from kg.view.places import place
from kg.view.records import Record, graph_records, short

# The page's script, a concern a file, in the order in which they are read. The explorer has the same.
SCRIPTS = (
    "text",
    "data",
    "state",
    "scene",
    "placing",
    "picture",
    "afar",
    "sight",
    "actions",
    "filter",
    "search",
    "cards",
    "panel",
    "reading",
    "export",
    "main",
)


def render(
    facts: Sequence[Fact],
    entities: Sequence[Entity],
    vocabulary: Vocabulary,
    documents: Mapping[str, str],
    *,
    title: str,
    passages: Mapping[str, Sequence[Passage]] | None = None,
    focus: str | None = None,
    hops: int = 1,
) -> str:
    """The whole page as text, to be written as UTF-8; the same for the same input in any order.

    ``documents`` gives each source's text, ``passages`` what in it is page furniture or repeated.
    ``focus`` (a name, an alias or an IRI) shows what lies within ``hops`` shared facts of one entity;
    raises QueryError where no entity, or more than one, is so named.
    """
    model = build_model(facts, entities, vocabulary, focus=focus, hops=hops)
    texts = documents if model.center is None else _texts_of(model, documents)
    places = merge_entities(entities, ())
    data = graph_records(model, vocabulary, texts, places, passages=passages)
    data |= {"center": short(model.center) if model.center else None, "outside": model.outside}
    _place_records(model, vocabulary, data)
    return fill_template(title, data)


def _texts_of(model: Model, documents: Mapping[str, str]) -> dict[str, str]:
    """The texts that a part of a graph comes from."""
    named = {evidence.source for fact in model.facts.values() for evidence in fact.evidence}
    return {source: text for source, text in documents.items() if source in named}


def _place_records(model: Model, vocabulary: Vocabulary, data: Record) -> None:
    """Adds to the records where they stand and which group each entity is in."""
    graph = build_graph(model, vocabulary)
    groups = find_groups(graph, list(model.entities))
    places = place(model, vocabulary, graph, groups)
    number = {group.key: i for i, group in enumerate(groups)}
    within = {iri: number[group.key] for group in groups for iri in group.members}
    for kind, table in (("entities", model.entities), ("facts", model.facts)):
        for iri, record in zip(table, data[kind], strict=True):
            if iri in places.nodes:
                record["x"], record["y"] = places.nodes[iri]
            if iri in within:
                record["g"] = within[iri]
    data["groups"] = [
        {
            "id": group.key,
            "in": number[group.parent] if group.parent is not None else None,
            "rest": group.is_rest,
            "x": places.groups[group.key][0],
            "y": places.groups[group.key][1],
        }
        for group in groups
    ]


# The page.


def fill_template(title: str, data: Record) -> str:
    """The template with everything in its place; each place is filled once, whatever the values hold."""
    library, script = vis_script(), "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {_hash(library)} {_hash(script)}"
    )
    values = {
        "policy": policy,
        "title": html.escape(title),
        "style": _asset("view.css"),
        "messages": _script_json(json.loads(_asset("messages.json"))),
        "data": _script_json(data),
        "library": library,
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: values[place[1]], _asset("page.html"))


def _script_json(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return re.sub("[<>&\u2028\u2029\ufeff\ud800-\udfff]", lambda c: f"\\u{ord(c[0]):04x}", text)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _asset(name: str) -> str:
    return _normal(files("kg.view").joinpath("assets", name).read_text(encoding="utf-8"))


def _normal(text: str) -> str:
    """Line ends as an HTML parser makes them: the hash is taken of what the browser sees."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def vis_script() -> str:
    """The vis-network script that pyvis ships, without the comment that names its source map.

    Its style sheet is not taken: nine tenths are pictures for buttons that the page does not have.
    """
    folders = files("pyvis").joinpath("templates", "lib").iterdir()
    newest = max((f for f in folders if f.name.startswith("vis-")), key=lambda f: _version(f.name))
    text = newest.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    return _normal(re.sub(r"//# sourceMappingURL=\S*", "", text))


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", name))
