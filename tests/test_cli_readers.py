"""The commands that read a built graph, over a store of one made-up page on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_samples import COUNTY, GOVERNMENT, PAGE, VOCABULARY, donation, extraction

from kg import export
from kg.cli import run
from kg.cli.reading import FORMATS
from kg.graph import quads
from kg.store import open_store
from kg.types import Extraction


@pytest.fixture
def built(here: Path) -> Path:
    """A working directory with out/store."""
    return put(here, extraction())


def put(here: Path, page: Extraction) -> Path:
    found = list(quads(page, VOCABULARY))
    with open_store(here / "out" / "store") as store:
        store.replace(found[0].graph_name.value, found)
    return here


def test_cli_stats_counts_the_graph(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stats"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["facts", "3"] in lines
    assert ["Donation", "2"] in lines
    assert ["planned", "1"] in lines
    assert ["page.txt", "3"] in lines


def test_cli_explain_finds_an_entity_by_its_alias(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "县政府"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "青禾县人民政府 (Qinghe County People's Government)  Government"
    assert f"    page.txt:0-{PAGE.index('。')}  2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元" in lines


def test_cli_explain_unknown_name_exits_2(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "青荷县"]) == 2
    assert (
        capsys.readouterr().err
        == "kg: 青荷县: no entity or fact has this name or IRI; did you mean 青禾县 or 青禾县政府 or 青禾县人民政府?\n"
    )


def test_cli_export_takes_the_format_from_the_extension(built: Path) -> None:
    assert run(["export", "-o", "facts.jsonl"]) == 0
    assert run(["export", "-o", "graph.nq"]) == 0
    facts = [json.loads(line) for line in (built / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [fact["type"] for fact in facts] == ["Donation", "Pairing", "Donation"]
    assert f"<{GOVERNMENT.iri}>" in (built / "graph.nq").read_text(encoding="utf-8")


def test_cli_view_writes_a_page_around_its_focus(built: Path) -> None:
    assert run(["view", "--focus", COUNTY.label, "--hops", "1", "-o", "page.html"]) == 0
    assert COUNTY.label in (built / "page.html").read_text(encoding="utf-8")


def test_cli_view_of_an_unknown_focus_leaves_the_earlier_page(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (built / "page.html").write_text("earlier", encoding="utf-8")
    assert run(["view", "--focus", "红石乡", "-o", "page.html"]) == 2
    assert (built / "page.html").read_text(encoding="utf-8") == "earlier"


def test_cli_validate_says_that_the_graph_conforms(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 0
    assert capsys.readouterr().out == "the graph conforms\n"


def test_cli_validate_lists_what_breaks_a_shape_and_exits_1(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(here, extraction(donation(confidence=7.0)))
    assert run(["validate"]) == 1
    assert "confidence" in capsys.readouterr().out


def test_cli_export_neo4j_is_a_folder(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "--format", "neo4j", "-o", "import"]) == 0
    assert sorted(path.name for path in (built / "import").iterdir()) == ["nodes.csv", "relationships.csv"]
    assert run(["export", "--format", "neo4j"]) == 2
    assert "neo4j is several files; name a folder with -o" in capsys.readouterr().err


def test_cli_export_formats_are_those_there_are() -> None:
    assert sorted(FORMATS) == sorted((*export.FORMATS, *export.FOLDERS, *export.view_files()))
