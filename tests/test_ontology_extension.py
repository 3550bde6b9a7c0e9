"""docs/patterns.md, done to the letter: a folder with its files adds a relation, the README's rule what follows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pyoxigraph import QueryBoolean

from kg.building import STORE, build
from kg.checks import validate
from kg.cli import run
from kg.ontology import Ontology, load_ontology
from kg.ontology.examples import EXAMPLE_KEYS
from kg.ontology.patterns import KINDS, PATTERN_KEYS, REACHES, ROLE_KEYS, SIDES
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.store import open_store
from kg.terms import DERIVED_GRAPH, KG
from kg.types import Document, Entity, Quantity
from scripts.renew_docs import commands_of, files_of

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "patterns.md").read_text(encoding="utf-8")
PAGE = Document("news.txt", "2021年3月，云溪钢铁有限公司起诉青石矿业有限公司，索赔300万元。\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `mine` with exactly the files of the tutorial, and the rule of the README."""
    folder = tmp_path_factory.mktemp("extended") / "mine"
    for name, text in {**files_of(README), **files_of(TUTORIAL)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def extended(folder: Path) -> Ontology:
    return load_ontology(folder)


@pytest.fixture(scope="module")
def extractor(extended: Ontology) -> Extractor:
    """Reads with the patterns alone."""
    return Extractor(extended, read=lambda text, marks: [])


def test_ontology_tutorial_takes_small_files() -> None:
    names = ["ontology.yaml", "lawsuit.ttl", "shapes-lawsuit.ttl"]
    names += [f"patterns/{name}.yaml" for name in ("lawsuit", "sued", "ground")]
    assert list(files_of(TUTORIAL)) == names
    assert list(files_of(README)) == ["ontology.yaml", "rules/case.rq"]
    assert sum(text.count("\n") for text in files_of(TUTORIAL).values()) <= 65


def test_ontology_tutorial_session_is_what_the_command_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    (session,) = re.findall(r"```console\n(.*?)```", TUTORIAL, re.DOTALL)
    (command,) = commands_of(session)
    assert run(command.split()[1:]) == 0
    assert f"$ {command}\n{capsys.readouterr().out}" == session


def test_ontology_extension_fills_every_role(extractor: Extractor) -> None:
    (fact,) = extractor.extract(PAGE).facts
    (plaintiff,), (defendant,), (amount,), (time,) = (
        fact.roles[role] for role in ("plaintiff", "defendant", "amount", "time")
    )
    assert isinstance(plaintiff, Entity) and isinstance(defendant, Entity)
    assert (plaintiff.label, defendant.label) == ("云溪钢铁有限公司", "青石矿业有限公司")
    assert isinstance(amount, Quantity) and (amount.value, amount.unit) == (3_000_000, "CNY")
    assert getattr(time, "edtf", None) == "2021-03"
    assert fact.evidence[0].quote == PAGE.text[fact.evidence[0].span.start : fact.evidence[0].span.end]
    assert fact.extractor == "pattern:lawsuit"


def test_ontology_extension_reaches_the_graph_and_its_shape(
    extended: Ontology, extractor: Extractor, tmp_path: Path
) -> None:
    build([PAGE], tmp_path, extended, extractor=extractor)
    lines = (tmp_path / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["Lawsuit"]
    with open_store(tmp_path / STORE) as store:
        asked = (
            'ASK { ?a rdfs:label "云溪钢铁有限公司"@zh ; kg:sues ?b . ?b rdfs:label "青石矿业有限公司"@zh }'
        )
        answer = store.query(asked)
        assert isinstance(answer, QueryBoolean) and bool(answer)
        cases = list(store.quads(DERIVED_GRAPH, predicate=f"{KG}hasCaseWith"))
        assert len({(case.subject, case.object) for case in cases}) == 2
        assert validate(store, extended.shapes, extended.vocabulary_files) == ()
        (graph,) = store.sources().values()
        wanting = [q for q in store.quads(graph) if not q.predicate.value.endswith("defendant")]
        store.replace(graph, wanting)
        broken = validate(store, extended.shapes, extended.vocabulary_files)
    assert any(violation.path.endswith("defendant") for violation in broken)


def test_ontology_extension_makes_a_store_be_read_again(
    extended: Ontology, extractor: Extractor, tmp_path: Path
) -> None:
    plain = load_ontology(ontology_dir())
    nothing = build([PAGE], tmp_path, plain, extractor=Extractor(plain, read=lambda text, marks: []))
    assert (nothing.read, nothing.facts) == ([PAGE.source], {})
    again = build([PAGE], tmp_path, extended, extractor=extractor)
    assert (again.read, sum(again.facts.values())) == ([PAGE.source], 1)
    assert build([PAGE], tmp_path, extended, extractor=extractor).read == []


def test_ontology_tutorial_explains_every_key() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", TUTORIAL, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert sorted({*PATTERN_KEYS, *ROLE_KEYS} - told) == []
    words = {word for quoted in re.findall(r"`([^`\n]+)`", TUTORIAL) for word in re.findall(r"\w+", quoted)}
    assert sorted({*SIDES, *REACHES, *KINDS, *EXAMPLE_KEYS} - words) == []


def test_ontology_readme_names_every_file() -> None:
    told = set(re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE))
    there = {
        path.relative_to(ROOT / "ontology").as_posix()
        for path in (ROOT / "ontology").rglob("*.*")
        if path.is_file()
    }
    known = [name for name in told if "*" in name or name.endswith("/")]
    unknown = [
        name
        for name in there - told - {"README.md"}
        if not any(Path(name).match(k) or name.startswith(k) for k in known)
    ]
    assert unknown == []
