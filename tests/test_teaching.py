"""Marked sentences, rows fitted to them, and a reader that knows them: on a small part of the corpus."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.cli import run
from kg.errors import OntologyError
from kg.facts import Policy
from kg.ontology import Ontology, load_ontology
from kg.ontology.marked import place
from kg.pipeline import Extractor
from kg.reader import Reader, Taught, load_taught
from kg.reader.heads import ROWS, TAUGHT
from kg.reader.windows import Windows
from kg.teaching import forget
from kg.teaching.fitting import fit_pivot, fit_roles
from kg.teaching.learning import Ground, Learned, learn, taught
from kg.teaching.sentences import sentences_of, settings_of
from kg.teaching.vectors import corpus_vectors
from kg.training.corpus import ExampleMaker, read_packed
from kg.types import Document, Span
from kg.values import load_tables

TUTORIAL = (Path(__file__).parents[1] / "docs" / "teaching.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:turtle|yaml)\n# (\S+)\n(.*?)```", TUTORIAL, re.DOTALL))
MARKED = "marked/lawsuit.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `mine` with the files of docs/teaching.md."""
    folder = tmp_path_factory.mktemp("taught") / "mine"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mine(folder: Path) -> Ontology:
    return load_ontology(folder)


@pytest.fixture(scope="module")
def reader(mine: Ontology) -> Reader:
    return Reader(mine.reader, mine.divisions)


@pytest.fixture(scope="module")
def ground(mine: Ontology, reader: Reader, folder: Path) -> Ground:
    """Twelve documents of the corpus."""
    documents = read_packed(mine.reader / "corpus" / "written.jsonl.xz")[:12]
    windows = Windows(reader.model.tokenizer)
    maker = ExampleMaker(mine, load_tables(mine.lexicon), windows, settings_of(mine))
    corpus = corpus_vectors(reader.model, maker, lambda: documents, folder / ".teaching")
    again = corpus_vectors(reader.model, maker, lambda: pytest.fail("computed twice"), folder / ".teaching")
    assert np.array_equal(corpus.vectors, again.vectors)
    return Ground.of(reader.model, corpus)


@pytest.fixture(scope="module")
def learned(mine: Ontology, reader: Reader, ground: Ground) -> Learned:
    found = sentences_of(mine, reader.model, {"Lawsuit": mine.marked[0].examples})["Lawsuit"]
    return learn(ground, mine.vocabulary.fact_types["Lawsuit"], found, Policy.of(reader.model.settings))


@pytest.fixture(scope="module")
def known(ground: Ground, learned: Learned) -> Taught:
    return taught(ground, [learned.type], learned.settings())


def read(mine: Ontology, reader: Reader, known: Taught | None, text: str) -> list[tuple[str, dict[str, str]]]:
    reader = Reader(mine.reader, mine.divisions, taught=known)
    extractor = Extractor(mine, read=reader.read, policy=Policy.of(reader.model.settings))
    return [
        (fact.type, {role: extraction_label(values[0]) for role, values in fact.roles.items()})
        for fact in extractor.extract(Document("a.txt", text)).facts
    ]


def extraction_label(value: object) -> str:
    return str(getattr(value, "label", "") or getattr(value, "text", ""))


def test_marked_words_are_found_by_their_number() -> None:
    assert place("甲县、乙县", "县#2") == Span(4, 5)
    assert place("甲县", "县#2") is None
    assert place("第#2号", "#2") == Span(1, 3)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("plaintiff: 东湖大学", "plaintiff: 西湖大学", "'西湖大学' does not stand in the sentence"),
        ("marked: Lawsuit", "marked: Lawsuits", "unknown fact type 'Lawsuits'; did you mean 'Lawsuit'?"),
        ("plaintiff: 东湖大学", "plaintif: 东湖大学", "unknown role 'plaintif' of Lawsuit; did you mean"),
    ],
    ids=["words", "type", "role"],
)
def test_marked_file_that_is_wrong_is_told_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    text = FILES[MARKED]
    line = text[: text.index(old)].count("\n") + 1
    (folder / MARKED).write_text(text.replace(old, new), encoding="utf-8")
    try:
        with pytest.raises(OntologyError, match=re.escape(f"lawsuit.yaml:{line}: {said}")):
            load_ontology(folder)
    finally:
        (folder / MARKED).write_text(text, encoding="utf-8")


def test_fitted_rows_tell_apart_and_are_the_same_twice() -> None:
    seen = np.array([[1, 0, 1], [0, 1, 1]] * 8, np.float32)
    wanted = np.array([1, 0] * 8)
    rows = [fit_pivot(seen, wanted.astype(float), np.full(16, 4.0)) for _ in range(2)]
    assert ((seen @ rows[0] > 0) == wanted).all()
    assert rows[0].tobytes() == rows[1].tobytes()
    roles, loss = fit_roles(seen.astype(float), wanted, np.zeros((2, 3)))
    assert ((seen @ roles.T).argmax(1) == wanted).all()
    assert loss < 16 * np.log(2)


def test_reader_that_was_taught_reads_an_unseen_sentence(
    mine: Ontology, reader: Reader, known: Taught
) -> None:
    text = "5月12日，周文彬以名誉侵权为由，起诉海川传媒有限公司，索赔20万元。"
    facts = [roles for kind, roles in read(mine, reader, known, text) if kind == "Lawsuit"]
    assert {"plaintiff": "周文彬", "defendant": "海川传媒有限公司"}.items() <= facts[0].items()
    assert [kind for kind, _ in read(mine, reader, None, text) if kind == "Lawsuit"] == []


def test_reader_that_was_taught_reads_shipped_facts_as_before(
    mine: Ontology, reader: Reader, known: Taught
) -> None:
    text = "2021年，海宁商会向青川县教育局捐赠80万元。"
    assert read(mine, reader, known, text) == read(mine, reader, None, text)


def test_cross_fitting_counts_the_marked_fillers(learned: Learned) -> None:
    marked = FILES[MARKED].split("facts: [")[1:]
    assert learned.facts == sum(not each.startswith("]") for each in marked)
    assert 0.3 < learned.score.f1 < 1
    assert learned.settings()["thresholds"] == {"Lawsuit": learned.threshold}


def test_masked_types_are_no_negatives_and_never_speak(
    ground: Ground, reader: Reader, mine: Ontology
) -> None:
    masked = replace(ground, masked=frozenset({"Sale"}))
    row = taught(masked, [], {}).pivots[reader.model.heads.types.index("Sale")]
    assert row[-1] == -50 and not row[:-1].any()


def test_taught_files_hold_all_of_it_and_are_the_same_bytes(known: Taught, tmp_path: Path) -> None:
    for name, content in known.files().items():
        (tmp_path / name).write_bytes(content)
    loaded = load_taught(tmp_path / TAUGHT)
    assert loaded.files() == known.files()
    assert loaded.types[0].roles == known.types[0].roles
    (tmp_path / ROWS).write_bytes(b"PK")
    with pytest.raises(OntologyError, match="cannot be read; run `kg teach --adopt` again"):
        load_taught(tmp_path / TAUGHT)
    assert forget(tmp_path) == (tmp_path / TAUGHT, tmp_path / ROWS)


def test_taught_on_other_weights_is_refused(reader: Reader, known: Taught) -> None:
    with pytest.raises(OntologyError, match="belongs to another reader"):
        reader.model.knowing(replace(known, reader="0" * 64))


def test_taught_type_that_the_ontology_lost_is_refused(known: Taught, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ontology.yaml").write_text("extends: builtin\n")
    (tmp_path / "own.ttl").write_text("@prefix kg: <https://w3id.org/tupu-kg/ontology#> .\n")
    for name, content in known.files().items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(OntologyError, match=r"taught\.json: Lawsuit is no longer what was taught"):
        Extractor(load_ontology(tmp_path))


def test_cli_teach_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["teach"]) == 2
    assert "ontology.yaml says 'extends: builtin'" in capfd.readouterr().err
    assert run(["teach", "--back", "--ontology", str(folder)]) == 0
    assert capfd.readouterr().err == "nothing was adopted\n"
    text = FILES[MARKED]
    (folder / MARKED).write_text("".join(text.splitlines(keepends=True)[:10]), encoding="utf-8")
    try:
        assert run(["teach", "--ontology", str(folder)]) == 2
        assert "4 marked sentences with a fact of Lawsuit; mark 5 at least" in capfd.readouterr().err
    finally:
        (folder / MARKED).write_text(text, encoding="utf-8")
