"""`import kg`: the names, texts and graphs from Python, what notebooks show, and the notebook of the docs."""

from __future__ import annotations

import ast
import doctest
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import reader_samples

import kg
import kg.pipeline
from kg.cli import run

ROOT = Path(__file__).resolve().parents[1]
GIFTS = "捐赠单位\t受赠单位\t金额（万元）\t时间\n云溪县人民政府\t青石镇中心小学\t20\t2021年3月\n松江区人民政府\t青石镇卫生院\t5\t2022年\n"
DONATIONS = "SELECT ?giver ?amount { ?g a kg:Donation ; kg:donor ?giver ; kg:amount/kg:value ?amount } ORDER BY ?amount"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """Of a table, which is read without weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.pipeline, "Extractor", lambda ontology: reader_samples.told())
        return kg.build(kg.Document("gifts.txt", GIFTS), tmp_path_factory.mktemp("out"), jobs=1)


def test_library_import_loads_nothing_and_knows_its_names() -> None:
    code = """
import sys, kg
assert sorted(m for m in sys.modules if m.startswith("kg")) == ["kg"]
names = [getattr(kg, name) for name in kg.__all__]
assert set(kg.__all__) <= set(dir(kg)) and not hasattr(kg, "nothing")
kg.Fact, kg.QueryError
print(*kg.__all__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split() == [
        "DecisionError",
        "Document",
        "Entities",
        "Entity",
        "Evidence",
        "Extraction",
        "Fact",
        "Graph",
        "KgError",
        "Modality",
        "Node",
        "OntologyError",
        "Page",
        "Period",
        "Problem",
        "Quantity",
        "QueryError",
        "Report",
        "RoleSpan",
        "Rows",
        "SourceError",
        "Span",
        "StoreError",
        "Text",
        "UnknownNameError",
        "__version__",
        "build",
        "load",
        "open",
        "read",
    ]


def test_library_open_loads_no_language_model(graph: kg.Graph) -> None:
    code = "import sys, kg; g = kg.open(sys.argv[1]); print(len(g.facts), {'spacy', 'onnxruntime'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, graph.where], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("2 set()\n", "")


def test_library_a_fact_prints_as_a_line_and_gives_its_fillers_by_role(graph: kg.Graph) -> None:
    fact = graph.facts[0]
    assert str(fact) == "云溪县人民政府 捐赠 20 → 青石镇中心小学 (2021-03)"
    assert (
        fact.english == "云溪县人民政府 donates 200,000 CNY → Qingshi Town Central Primary School (2021-03)"
    )
    assert (str(fact["donor"]), fact["amount"].value, fact["time"].edtf) == (
        "云溪县人民政府",
        Decimal(200_000),
        "2021-03",
    )
    assert fact.quote == "云溪县人民政府\t青石镇中心小学\t20\t2021年3月"
    assert graph.documents[0].text[fact.evidence[0].span.start :].startswith(fact.quote)
    assert list(fact) == ["donor", "recipient", "amount", "time"]
    assert "donor" in fact and "goods" not in fact
    with pytest.raises(KeyError, match="goods: no filler; this Donation has donor, recipient, amount, time"):
        fact["goods"]


def test_library_an_entity_has_its_facts_and_is_found_by_its_names(graph: kg.Graph) -> None:
    school = graph.entities["青石镇中心小学"]
    assert [str(fact["donor"]) for fact in school.facts] == ["云溪县人民政府"]
    assert school == school.facts[0]["recipient"] and hash(school) == hash(school.facts[0]["recipient"])
    assert graph.entities[school.iri] is school and graph.entities[school.english or ""] is school
    assert len(graph.entities) == len(list(graph.entities)) and school in graph.entities.values()


def test_library_a_name_of_none_or_of_several_is_a_key_error_that_says_what_there_is(graph: kg.Graph) -> None:
    assert "青石镇小学" not in graph.entities and graph.entities.get("青石镇小学") is None
    with pytest.raises(KeyError, match=r"^青石镇小学: no entity is called so; did you mean 青石镇中心小学"):
        graph.entities["青石镇小学"]
    twins = kg.Entities([kg.Entity(f"x:{i}", "一中", "School") for i in "ab"], ())
    with pytest.raises(
        kg.UnknownNameError, match="一中: 2 entities are called so; take one by its IRI: x:a, x:b"
    ):
        twins["一中"]
    assert [node.iri for node in twins.find("一中")] == ["x:a", "x:b"]


def test_library_rows_are_python_values_by_name(graph: kg.Graph) -> None:
    rows = graph.query(DONATIONS)
    assert rows.columns == ("giver", "amount")
    assert [row["amount"] for row in rows] == [Decimal(50_000), Decimal(200_000)]
    assert rows[1]["giver"] == graph.entities["云溪县人民政府"].iri
    assert repr(rows).splitlines()[-1] == "云溪县人民政府  200,000"
    assert graph.query("SELECT ?x ?n { BIND(1 AS ?n) }")[0] == {"x": None, "n": 1}
    assert graph.query("donations", donor="松江区人民政府")[0]["amount"] == Decimal(50_000)
    assert graph.query("CONSTRUCT { ?f kg:donor ?d } { ?f kg:donor ?d }").columns[0] == "subject"


def test_library_yes_or_no_is_asked_and_all_else_is_queried(graph: kg.Graph) -> None:
    assert graph.ask("ASK { ?f a kg:Donation }") is True
    with pytest.raises(kg.QueryError, match="use ask"):
        graph.query("ASK { ?f a kg:Donation }")
    with pytest.raises(kg.QueryError, match="use query"):
        graph.ask(DONATIONS)
    with pytest.raises(kg.QueryError):
        graph.query("DROP ALL")


def test_library_other_libraries_get_the_same_graph(graph: kg.Graph) -> None:
    network, triples = graph.to_networkx(), graph.to_rdflib()
    assert set(network) == set(graph.entities)
    assert len(list(triples.query("SELECT ?f { ?f a kg:Donation }"))) == 2


def test_library_a_data_frame_has_a_row_for_each_filler(graph: kg.Graph) -> None:
    pytest.importorskip("pandas")
    frame = graph.to_pandas()
    assert list(frame[frame["role"] == "amount"]["value"]) == [200_000, 50_000]
    assert list(graph.query(DONATIONS).to_pandas()["amount"]) == [50_000, 200_000]


def test_library_without_pandas_says_what_to_install(
    graph: kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        kg.QueryError, match=r"^to_pandas needs pandas: `pip install pandas`, or tupu-kg\[pandas\]"
    ):
        graph.to_pandas()


def test_library_a_notebook_shows_hostile_words_as_words(tmp_path: Path, told: None) -> None:
    hostile = GIFTS.replace("青石镇中心小学", "青石镇<img src=x onerror=alert(1)>小学")
    with kg.build(kg.Document("<b>.txt", hostile), tmp_path, jobs=1) as graph:
        said = graph._repr_html_() + graph.query("SELECT * { ?s kg:quote ?o }")._repr_html_()
        frame = graph.show()._repr_html_()
    assert "&lt;img src=x" in said and "<img" not in said and "<b>" not in said
    assert frame.startswith('<iframe sandbox="allow-scripts allow-downloads allow-popups" srcdoc="')
    assert frame.count("<") == 2 and "allow-same-origin" not in frame


def test_library_the_page_is_that_of_the_command(
    graph: kg.Graph, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph.show("云溪县人民政府").save("own.html")
    assert run(["view", "--store", graph.where, "--focus", "云溪县人民政府", "-o", "other.html"]) == 0
    assert Path("own.html").read_bytes() == Path("other.html").read_bytes()


def test_library_what_is_not_read_is_a_warning_and_in_the_report(here: Path, told: None) -> None:
    Path("gifts.txt").write_text(GIFTS, encoding="utf-8")
    with pytest.warns(UserWarning, match=r"^not in the graph: none.txt: ") as told:
        graph = kg.build(["gifts.txt", "none.txt"], jobs=1)
    assert told[0].filename == __file__
    assert (graph.where, len(graph.facts)) == ("out/store", 2)
    assert graph.report is not None and [p.source for p in graph.report.unread] == ["none.txt"]
    with pytest.raises(kg.SourceError, match=r"^none.txt: "):
        kg.build("none.txt", "other", jobs=1)
    with pytest.raises(kg.StoreError, match="no store here"):
        kg.open("none")


def test_library_build_takes_paths_and_texts_together_and_adds(here: Path, told: None) -> None:
    Path("gifts.txt").write_text(GIFTS, encoding="utf-8")
    kg.build([Path("gifts.txt"), kg.Document("more.txt", GIFTS.replace("2022", "2020"))], jobs=1).close()
    with kg.build(kg.Document("third.txt", "无事。"), add=True, jobs=1) as graph:
        assert [document.source for document in graph.documents] == ["gifts.txt", "more.txt", "third.txt"]
        assert len(graph.facts) == 3


def test_library_read_gives_facts_with_labels_and_sees_that_the_ontology_changed(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    extractor = kg.pipeline.Extractor
    monkeypatch.setattr(
        kg.pipeline, "Extractor", lambda o: made.append(o) or extractor(o, read=lambda t, m: [])
    )
    mine = here / "mine"
    mine.mkdir()
    (mine / "ontology.yaml").write_text("extends: builtin\n", encoding="utf-8")
    for _ in range(2):
        fact = kg.read(GIFTS, source="gifts.txt", ontology=mine).facts[0]
        assert (str(fact), fact.evidence[0].source) == (
            "云溪县人民政府 捐赠 20 → 青石镇中心小学 (2021-03)",
            "gifts.txt",
        )
    assert len(made) == 1
    (mine / "note.txt").touch()
    kg.read(GIFTS, ontology=mine)
    assert len(made) == 2


def test_library_the_session_of_the_docs_is_what_python_says() -> None:
    session = (ROOT / "docs" / "python.md").read_text(encoding="utf-8").replace("```", "\n")
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(session, {"kg": kg}, "python.md", None, 0))
    assert (runner.tries > 4, runner.failures) == (True, 0)


def test_library_the_notebook_runs(here: Path) -> None:
    """Each code cell in its order; the last expression of each can be shown."""
    notebook = json.loads((ROOT / "docs" / "kg.ipynb").read_text(encoding="utf-8"))
    shown: list[str] = []
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [] and cell["execution_count"] is None
        if "needs-pandas" in cell["metadata"].get("tags", ()):
            try:
                import pandas  # noqa: F401 - an extra, in CI
            except ImportError:
                continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "docs/kg.ipynb", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(repr(eval(compile(ast.Expression(last.value), "docs/kg.ipynb", "eval"), names)))
    said = "\n".join(shown)
    assert "('云溪县人民政府', Decimal('200000'), 'CNY', '2021-03'" in said
    assert "Decimal('400000')" in said
    assert "云溪县 – 松江区 签约 协作协议" in said
