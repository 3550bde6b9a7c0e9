"""The HTML page: pyvis builds the network's data and brings vis-network; the template is ours.

pyvis's own HTML is not used: it loads scripts from the network in every mode and executes some of
what it is given. Everything here is inlined, a content security policy allows the two scripts by
their hashes and nothing else, and names reach the page as JSON alone.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from kg.types import Entity, Fact
from kg.view.labels import (
    FONT_SIZE,
    HALF_WIDTH,
    LANGUAGES,
    LINE_HEIGHT,
    hub_labels,
    label_box,
    line_labels,
    text_width,
    wrap_label,
)
from kg.view.layout import Box, lay_out
from kg.view.model import (
    Graph,
    Line,
    Model,
    Vocabulary,
    build_graph,
    build_model,
    distinct_entities,
    most_connected,
)
from kg.view.records import (
    Look,
    Record,
    all_places,
    class_looks,
    class_records,
    entity_record,
    fact_record,
    type_records,
)

DRAW_ALL = 400  # nodes; above this a picture is no longer read but looked at
DRAW_MOST = 300  # entities drawn of a graph with more nodes than that

_BEND = 0.22  # roundness between two lines that join the same nodes
_SHORTEST, _LONGEST = 130.0, 320.0  # pixels of a line


def render(
    facts: Sequence[Fact],
    entities: Sequence[Entity],
    vocabulary: Vocabulary,
    documents: Mapping[str, str],
    *,
    title: str,
    focus: str | None = None,
    hops: int = 1,
) -> str:
    """The whole page as text, to be written as UTF-8; the same for the same input in any order.

    ``documents`` gives each source's text, for the words around a quote. ``focus`` (a name, an alias or
    an IRI) shows what lies within ``hops`` shared facts of one entity; raises QueryError where no
    entity, or more than one, is so named.
    """
    model = build_model(facts, entities, vocabulary, focus=focus, hops=hops)
    data = page_data(model, vocabulary, documents, all_places(entities))
    return fill_template(title, data)


# The data.


def page_data(
    model: Model, vocabulary: Vocabulary, documents: Mapping[str, str], places: Mapping[str, Entity]
) -> Record:
    """All that the script needs; ``nodes`` and ``edges`` are drawn at once, ``rest`` on demand."""
    entity_index = {iri: i for i, iri in enumerate(model.entities)}
    fact_index = {iri: i for i, iri in enumerate(model.facts)}
    graph = build_graph(model)
    drawn = most_connected(model, graph, DRAW_ALL, DRAW_MOST)
    looks = class_looks(vocabulary, {e.cls for e in model.entities.values()})
    nodes = _nodes(model, vocabulary, graph, looks, entity_index, fact_index)
    edges = _edges(model, vocabulary, nodes, fact_index)
    positions = _positions(graph, drawn, nodes, edges)
    for iri, (x, y) in positions.items():
        nodes[iri] |= {"x": x, "y": y}
    _part_labels(edges, positions)
    shown = [iri for iri in nodes if iri in drawn]
    now = [e for line, e in edges if line.source in drawn and line.target in drawn]
    later = [e for line, e in edges if not (line.source in drawn and line.target in drawn)]
    network = _network([nodes[iri] for iri in shown], now)
    return {
        "classes": class_records(vocabulary, model),
        "types": type_records(vocabulary, model),
        "entities": [entity_record(e, places, entity_index) for e in model.entities.values()],
        "facts": [fact_record(f, vocabulary, documents, entity_index) for f in model.facts.values()],
        "nodes": network.nodes,
        "edges": network.edges,
        "rest": {"nodes": [nodes[iri] for iri in nodes if iri not in drawn], "edges": later},
        "center": entity_index[model.center] if model.center is not None else None,
        "counts": _counts(model),
    }


def _counts(model: Model) -> Record:
    """How many facts are shown in which way; the four numbers add up to all facts of the page."""
    lined = {iri for line in model.lines for iri in line.facts}
    named = Counter(min(2, len(distinct_entities(fact))) for fact in model.facts.values())
    return {
        "entities": len(model.entities),
        "facts": len(model.facts),
        "lines": len(lined) - len(model.hubs),
        "hubs": len(model.hubs),
        "panel": named[1],
        "unnamed": named[0],
        "outside": model.outside,
    }


def _nodes(
    model: Model,
    vocabulary: Vocabulary,
    graph: Graph[str],
    looks: Mapping[str, Look],
    entity_index: Mapping[str, int],
    fact_index: Mapping[str, int],
) -> dict[str, Record]:
    nodes: dict[str, Record] = {}
    for iri, entity in model.entities.items():
        busy = math.sqrt(graph.degree(iri))
        names = {"zh": wrap_label(entity.label), "en": wrap_label(entity.english or entity.label)}
        nodes[iri] = {
            "id": f"e{entity_index[iri]}",
            "label": names["zh"],
            "labels": names,
            "size": 8 + min(20, round(4 * busy)),
            "font": {"size": FONT_SIZE + min(15, round(2.5 * busy) - 2 if busy > 1 else 0)},
            **asdict(looks[entity.cls]),
        }
    for iri in model.hubs:
        names = hub_labels(iri, model, vocabulary)
        nodes[iri] = {
            "id": f"f{fact_index[iri]}",
            "label": names["zh"],
            "labels": names,
            "shape": "box",
            "color": "#888888",
        }
    return nodes


def _edges(
    model: Model, vocabulary: Vocabulary, nodes: Mapping[str, Record], fact_index: Mapping[str, int]
) -> list[tuple[Line, Record]]:
    bends = _bends(model.lines)
    edges = []
    for i, line in enumerate(model.lines):
        labels = line_labels(line, model, vocabulary)
        edge: Record = {
            "id": f"l{i}",
            "from": nodes[line.source]["id"],
            "to": nodes[line.target]["id"],
            "label": labels["zh"],
            "labels": labels,
            "facts": [fact_index[iri] for iri in line.facts],
            "arrows": "to" if line.arrow else "",
            "smooth": bends[i],
        }
        if line.modality == "planned":
            edge["dashes"] = [8, 6]
        elif line.modality == "negated":
            edge["dashes"] = [2, 5]
        if line.role is not None:
            edge["side"] = True  # not the fact's main line: drawn thinner
        edges.append((line, edge))
    return edges


def _bends(lines: Sequence[Line]) -> list[Any]:
    """How each line is bent, so that those between the same two nodes lie side by side."""
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        pairs[min(line.source, line.target), max(line.source, line.target)].append(i)
    bends: list[Any] = [False] * len(lines)
    for (first, _), same in pairs.items():
        for place, i in enumerate(same):
            offset = round((place - (len(same) - 1) / 2) * _BEND, 3)
            if lines[i].source != first:
                offset = -offset  # vis-network bends to the side as seen from the line's beginning
            if offset:
                kind = "curvedCW" if offset > 0 else "curvedCCW"
                bends[i] = {"enabled": True, "type": kind, "roundness": abs(offset)}
    return bends


def _positions(
    graph: Graph[str],
    drawn: set[str],
    nodes: Mapping[str, Record],
    edges: Sequence[tuple[Line, Record]],
) -> dict[str, tuple[int, int]]:
    boxes = {iri: _box(nodes[iri]) for iri in sorted(drawn)}
    lengths: dict[tuple[str, str], float] = {}
    for line, edge in edges:
        pair = min(line.source, line.target), max(line.source, line.target)
        sizes = sum(nodes[iri].get("size", 30) for iri in pair)
        wish = max(text_width(edge["labels"][lang]) for lang in LANGUAGES) * HALF_WIDTH + sizes + 40
        lengths[pair] = max(lengths.get(pair, 0.0), min(_LONGEST, max(_SHORTEST, wish)))
    return lay_out(graph.subgraph(drawn), boxes, lengths)


def _part_labels(edges: Sequence[tuple[Line, Record]], positions: Mapping[str, tuple[int, int]]) -> None:
    """Moves labels along upright lines that join the same nodes: these lie closer than labels are wide."""
    pairs: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for line, edge in edges:
        if line.source in positions and line.target in positions:
            pairs[min(line.source, line.target), max(line.source, line.target)].append(edge)
    for (a, b), same in pairs.items():
        dx, dy = (positions[b][i] - positions[a][i] for i in (0, 1))
        upright = abs(dy) / math.sqrt(dx * dx + dy * dy or 1)
        for place, edge in enumerate(same):
            # A line bent to the left of the way from a to b lies higher where that way leads right.
            shift = round((place - (len(same) - 1) / 2) * LINE_HEIGHT * upright * (-1 if dx > 0 else 1))
            if shift:
                edge["shift"] = shift


def _box(node: Record) -> Box:
    """The room of a node in either language, so that switching moves nothing."""
    sizes = [label_box(node["labels"][lang]) for lang in LANGUAGES]
    grown = node.get("font", {}).get("size", FONT_SIZE) / FONT_SIZE
    width, height = (max(size[i] for size in sizes) * grown for i in (0, 1))
    if node["shape"] == "box":
        return Box(width + 14, height / 2 + 7, height / 2 + 7)
    return Box(max(width, 2.0 * node["size"]), node["size"], node["size"] + 6 + height)


def _network(nodes: Sequence[Record], edges: Sequence[Record]) -> Any:
    """A pyvis network of the nodes and lines; only its data is used."""
    from pyvis.network import Network  # brings IPython and jinja2: not before a page is asked for

    network = Network(directed=True)
    for node in nodes:
        options = {k: v for k, v in node.items() if k != "id"}
        network.add_node(node["id"], **options)
    for edge in edges:
        options = {k: v for k, v in edge.items() if k not in ("from", "to")}
        network.add_edge(edge["from"], edge["to"], **options)
    return network


# The page.


def fill_template(title: str, data: Record) -> str:
    """The template with everything in its place; each place is filled once, whatever the values hold."""
    library, script = vis_script(), _asset("view.js")
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
    return re.sub(r"\{\{(\w+)\}\}", lambda place: values[place[1]], _asset("template.html"))


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
