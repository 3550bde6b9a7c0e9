"""`kg mcp`, asked by the client of the package mcp over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import reader_samples
from test_promises import GUARD

import kg
import kg.pipeline
from kg.cli import run

ROOT = Path(__file__).resolve().parents[1]
GIFTS = "捐赠单位\t受赠单位\t金额（万元）\n云溪县人民政府\t青石镇中心小学\t20\n"
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("search", {"name": "青石镇"}),
    ("facts", {"thing": "青石镇中心小学"}),
    ("ask", {"question": "donations", "parameters": {"donor": "云溪县人民政府"}}),
    ("sparql", {"query": "SELECT ?n { ?f a kg:Donation ; kg:amount/kg:value ?n }"}),
    ("catalogue", {}),
    ("facts", {"thing": "无此物"}),
    ("sparql", {"query": "DROP ALL"}),
    ("sparql", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c = ?z) }"}),
    ("ask", {"question": "donation"}),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.pipeline, "Extractor", lambda ontology: reader_samples.told())
        with kg.build(kg.Document("gifts.txt", GIFTS), tmp_path_factory.mktemp("out"), jobs=1) as graph:
            return graph.where


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_mcp_tools_answer_with_evidence_within_limits_and_without_a_network(store: str) -> None:
    mcp = pytest.importorskip("mcp")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-c", GUARD, "mcp", "--store", store, "--timeout", "5"],
        env=environment,
    )

    async def talk() -> tuple[list[str], list[tuple[bool, str]]]:
        async with mcp.Client(server) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            answers = [await client.call_tool(name, arguments) for name, arguments in ASKED]
            return names, [(bool(answer.is_error), answer.content[0].text) for answer in answers]

    names, answers = asyncio.run(talk())
    assert names == ["search", "facts", "catalogue", "ask", "sparql"]
    said = iter(answers)
    hits = json.loads(next(said)[1])["found"]
    assert "青石镇中心小学" in [hit["label"] for hit in hits]
    facts = json.loads(next(said)[1])
    [fact] = facts["facts"]
    assert facts["iri"] == next(hit["iri"] for hit in hits if hit["label"] == "青石镇中心小学")
    assert facts["name"] == "青石镇中心小学" and facts["others"] == []
    assert fact["type"] == "Donation" and fact["modality"] == "asserted"
    assert fact["roles"] == {
        "donor": ["云溪县人民政府"],
        "recipient": ["青石镇中心小学"],
        "amount": ["200,000 CNY (20)"],
    }
    [evidence] = fact["evidence"]
    assert evidence["source"] == "gifts.txt"
    assert evidence["quote"] == GIFTS[evidence["start"] : evidence["end"]] == GIFTS.splitlines()[1]
    assert json.loads(next(said)[1])["results"]["bindings"][0]["amount"]["value"] == "200000"
    assert json.loads(next(said)[1])["results"]["bindings"][0]["n"]["value"] == "200000"
    assert "donations" in [query["name"] for query in json.loads(next(said)[1])["queries"]]
    refusals = list(said)
    assert all(is_error for is_error, _ in refusals)
    assert refusals[0][1].endswith("无此物: nothing of this name; search for a part of it")
    assert "longer than 5 seconds" in refusals[2][1] or "memory" in refusals[2][1]
    assert "did you mean donations" in refusals[3][1]


def test_mcp_without_its_package_says_what_to_install(
    store: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    assert run(["mcp", "--store", store]) == 2
    said = capsys.readouterr()
    assert said.err == "kg: kg mcp needs the package mcp: `pip install mcp`, or tupu-kg[mcp]\n"
    assert said.out == ""
    assert run(["mcp", "--store", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("kg: nowhere: no store here")
