"""The promises that hold between the parts: docs/architecture.md says which test holds which promise."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from server_samples import serving

from kg.building import FACTS, PAGE, STORE, TURTLE, PartsFolder, build
from kg.checks import validate
from kg.cli import cli, run
from kg.graph import read_documents, read_facts
from kg.ontology import Ontology, load_ontology
from kg.store import open_store
from kg.types import Document, Entity, Fact, Period, Problem, Quantity, Text, Value

ROOT = Path(__file__).resolve().parents[1]
OUTPUTS = (TURTLE, FACTS, PAGE)
SEEDS = [
    Document(f"seeds/{path.name}", path.read_bytes().decode())
    for path in sorted((ROOT / "seeds").glob("*.txt"))
]
# Both tell of one gift in a table, which is read without weights, and of something else in a sentence.
GIFT = "捐赠单位\t受赠单位\t金额（万元）\t时间\n云溪县人民政府\t青石镇中心小学\t20\t2021年3月\n\n"
RIVER = Document("b/river.txt", f"{GIFT}云溪县人民医院与青石镇卫生院结对帮扶。\n")
BRIDGE = Document("a/bridge.txt", f"{GIFT}2022年，云溪县援建青石镇文化广场。\n")


class Seed(NamedTuple):
    """The seed, built once, and what the store says of it."""

    folder: Path
    facts: list[Fact]
    documents: list[Document]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ROOT / "ontology")


@pytest.fixture(scope="module")
def seed(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Seed:
    folder = tmp_path_factory.mktemp("seed")
    build(SEEDS, folder, ontology)
    with open_store(folder / STORE) as store:
        return Seed(folder, list(read_facts(store, ontology.vocabulary)), list(read_documents(store)))


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


def built(sources: Sequence[Document | Problem], folder: Path, ontology: Ontology) -> dict[str, bytes]:
    build(sources, folder, ontology)
    return outputs(folder)


# --- 1. Evidence ---------------------------------------------------------------------------------


def test_promise_evidence_the_store_keeps_the_text_of_the_source(seed: Seed) -> None:
    assert seed.documents == SEEDS


def test_promise_evidence_quotes_are_the_characters_of_the_source(seed: Seed) -> None:
    texts = {document.source: document.text for document in SEEDS}
    assert len(seed.facts) > 20
    for fact in seed.facts:
        for evidence in fact.evidence:
            assert texts[evidence.source][evidence.span.start : evidence.span.end] == evidence.quote
            assert evidence.trigger is None or evidence.span.contains(evidence.trigger)
    for line in (seed.folder / FACTS).read_text(encoding="utf-8").splitlines():
        for flat in json.loads(line)["evidence"]:
            assert texts[flat["source"]][flat["start"] : flat["end"]] == flat["quote"]


def test_promise_evidence_every_filler_has_its_own_span(seed: Seed, ontology: Ontology) -> None:
    """A filler stands in its quote, or before it where the text leaves it out; its words are the source's."""
    texts = {document.source: document.text for document in SEEDS}
    references = ontology.grammar.reference_of
    for fact in seed.facts:
        shown = {(part.role, part.index) for evidence in fact.evidence for part in evidence.fillers}
        assert shown == {(role, index) for role, index, _ in fact.fillers()}, fact.iri
        for evidence in fact.evidence:
            for part in evidence.fillers:
                assert evidence.span.contains(part.span) or part.span.end <= evidence.span.start
                said = part.span.of(texts[evidence.source])
                assert said in references or says(fact.roles[part.role][part.index], said), (fact.iri, said)


def says(value: Value, said: str) -> bool:
    """Whether the characters are the filler's, marks around a name aside."""
    match value:
        case Entity():
            return any(name in said for name in (value.label, *value.aliases))
        case Quantity() | Period() | Text():
            return value.text == said


def test_promise_evidence_no_node_has_a_name_that_the_source_has_not(seed: Seed) -> None:
    text = "".join(document.text for document in SEEDS)
    entities = {value for fact in seed.facts for _, _, value in fact.fillers() if isinstance(value, Entity)}
    names = {name for entity in entities for name in (entity.label, *entity.aliases)}
    assert sorted(name for name in names if name not in text) == []


# --- 2. Determinism ------------------------------------------------------------------------------


def test_promise_determinism_two_builds_give_the_same_bytes(
    seed: Seed, ontology: Ontology, tmp_path: Path
) -> None:
    assert built(SEEDS, tmp_path, ontology) == outputs(seed.folder)


def test_promise_determinism_the_order_of_the_sources_is_no_matter(
    ontology: Ontology, tmp_path: Path
) -> None:
    one = built([RIVER, BRIDGE], tmp_path / "one", ontology)
    other = built([BRIDGE, RIVER], tmp_path / "other", ontology)
    assert one == other
    facts = [json.loads(line) for line in one[FACTS].decode().splitlines()]
    assert [len(fact["evidence"]) for fact in facts if fact["type"] == "Donation"] == [2]


# --- 3. Incremental equals full ------------------------------------------------------------------


def test_promise_incremental_a_store_that_grew_and_shrank_is_as_one_built_from_nothing(
    ontology: Ontology, tmp_path: Path
) -> None:
    fresh = built([RIVER], tmp_path / "fresh", ontology)
    build([BRIDGE], tmp_path / "used", ontology)
    build([RIVER, BRIDGE], tmp_path / "used", ontology)
    build([Document(RIVER.source, BRIDGE.text)], tmp_path / "used", ontology)
    assert built([RIVER], tmp_path / "used", ontology) == fresh


# --- 4. Whole or not at all ----------------------------------------------------------------------


def test_promise_whole_an_unreadable_source_is_named_and_stops_no_other(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = here / "pages"
    pages.mkdir()
    (pages / "1-bridge.txt").write_text(BRIDGE.text, encoding="utf-8")
    (pages / "2-binary.txt").write_bytes(b"\x89PNG\x00\x00\x00\rIHDR")
    (pages / "3-empty.txt").touch()
    (pages / "4-river.txt").write_text(RIVER.text, encoding="utf-8")
    assert run(["build", "pages", "missing.txt", "-o", "out"]) == 3
    said = capsys.readouterr().err
    for name in ("pages/2-binary.txt", "pages/3-empty.txt", "missing.txt"):
        assert name in said
    facts = [json.loads(line) for line in (here / "out" / FACTS).read_text(encoding="utf-8").splitlines()]
    assert {e["source"] for fact in facts for e in fact["evidence"]} == {
        "pages/1-bridge.txt",
        "pages/4-river.txt",
    }


def test_promise_whole_nothing_readable_leaves_the_earlier_graph(
    here: Path, ontology: Ontology, capsys: pytest.CaptureFixture[str]
) -> None:
    before = built([RIVER], here / "out", ontology)
    (here / "empty.txt").touch()
    assert run(["build", "empty.txt", "-o", "out"]) == 2
    assert capsys.readouterr().err.startswith("kg: empty.txt: ")
    assert outputs(here / "out") == before


KILLED = """
import os, sys
from pathlib import Path
from kg.ontology import load_ontology
from kg.building import build
from kg.types import Document
sources = [Document(*pair) for pair in (sys.argv[3:5], sys.argv[5:7])]
stop = lambda source: os.kill(os.getpid(), 9) if source == sources[1].source else None
build(sources, sys.argv[2], load_ontology(Path(sys.argv[1])), progress=stop)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_promise_whole_a_build_that_was_killed_is_finished_by_the_same_command(
    ontology: Ontology, tmp_path: Path
) -> None:
    folder, sources = tmp_path / "killed", [BRIDGE, RIVER]
    arguments = [str(ontology.folder), str(folder), *(part for d in sources for part in (d.source, d.text))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], env=environment, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()
    with open_store(folder / STORE) as store:
        assert list(store.sources()) == []
    assert PartsFolder(folder / ".kg" / "parts").names()
    assert built(sources, folder, ontology) == built(sources, tmp_path / "straight", ontology)


# --- 5. The ontology rules -----------------------------------------------------------------------


def test_promise_ontology_rules_the_graph_of_the_seed_keeps_its_shapes(
    seed: Seed, ontology: Ontology
) -> None:
    with open_store(seed.folder / STORE) as store:
        assert validate(store, ontology.shapes, ontology.vocabulary_files) == ()


# --- 6. No domain word in the engine -------------------------------------------------------------

# Words that are names of the ontology by chance: where the engine may say them, and what it means.
ENGINE_WORDS = {
    ("quantity", "time"): ("annotations.py export/ ontology/", "kinds of filler"),
    ("name",): (
        "mcp.py ontology/divisions.py queries/ training/",
        "a column, a name's form, a key of the corpus",
    ),
    ("value",): (
        "export/ gold.py library/ queries/ terms.py",
        "a word of the graph model and of RDF: a value's number",
    ),
    ("kind",): ("export/ ontology/strict.py values/", "a key of the ontology's files, a column"),
    ("source",): (
        "cli/coverage.py cli/correcting.py corrections/ diff.py export/ gold.py review.py training/ view/",
        "a column of what is written",
    ),
    ("Document",): ("__init__.py", "the public name of the type of a source's text"),
    ("change",): (
        "anchoredgold.py diff.py",
        "a key of what is written; the role whose figures annotations give without their sign",
    ),
    ("name", "kind", "count", "source", "value", "host", "change"): (
        "server/",
        "keys of JSON, parts of a request",
    ),
    ("source", "kind"): ("cli/sources.py graph/reading.py", "columns of the list of sources"),
    ("document", "kind", "name", "source", "subject", "time"): (
        "sources/",
        "columns of data sets, elements and attributes of HTML, keys of a message",
    ),
    ("name", "place", "source"): ("decisions/file.py", "keys of the decisions file"),
    ("place",): ("corrections/__init__.py", "a function: where the words of a correction stand"),
    ("person",): ("annotations.py", "who states what is decided, beside the reader and tables"),
    ("name", "source"): ("cli/reviewing.py", "columns of what is to be decided"),
    ("subject", "object"): ("queries/", "the parts of a triple"),
    ("product",): ("facts/certainty.py", "a sign of certainty: probabilities multiplied"),
    ("kind", "place"): ("training/export.py", "inputs of the network's graphs"),
    ("person", "time"): ("reader/features.py", "units of quantities"),
    ("place", "person", "document", "organization", "change"): (
        "ontology/lexicon.py",
        "keys of the lexicon, under which it names classes and words",
    ),
}


def is_engine_word(module: str, text: str) -> bool:
    return any(
        text in words and module.startswith(tuple(modules.split()))
        for words, (modules, _) in ENGINE_WORDS.items()
    )


def strings_of_the_engine() -> Iterator[tuple[str, int, str]]:
    """Module, line and text of every string literal of kg/, docstrings aside."""
    for path in sorted((ROOT / "kg").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield path.relative_to(ROOT / "kg").as_posix(), node.lineno, node.value


def is_chinese(character: str) -> bool:
    """An ideograph, a kana or another letter of East Asia; punctuation and spaces are not words."""
    return unicodedata.category(character) in ("Lo", "Lm", "Nl") and unicodedata.east_asian_width(
        character
    ) in ("W", "H")


def test_promise_engine_has_no_chinese_word_in_a_string() -> None:
    found = [
        f"kg/{module}:{line}: {text}"
        for module, line, text in strings_of_the_engine()
        if any(map(is_chinese, text))
    ]
    assert not found, "\n".join(found)


def test_promise_engine_names_no_term_of_the_domain(ontology: Ontology) -> None:
    vocabulary = ontology.vocabulary
    shorts = {rule.name for rule in vocabulary.shorts}
    domain = {*vocabulary.classes, *vocabulary.fact_types, *vocabulary.roles(), *shorts}
    found = [
        f"kg/{module}:{line}: {text}"
        for module, line, text in strings_of_the_engine()
        if text in domain and not is_engine_word(module, text)
    ]
    assert not found, "\n".join(found)


def test_promise_engine_words_are_all_in_use() -> None:
    said = [(module, text) for module, _, text in strings_of_the_engine()]
    for words, (modules, _) in ENGINE_WORDS.items():
        used = [(module, text) for module, text in said if text in words]
        inside = {text for module, text in used if module.startswith(tuple(modules.split()))}
        assert inside == set(words), modules
        for part in modules.split():
            assert any(module.startswith(part) for module, _ in used), f"{part}: {words}"


# --- 7. No network -------------------------------------------------------------------------------

GUARD = """
import os, sys
def guard(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") or event.startswith("socket.get"):
        os.write(2, f"{event} {arguments!r}".encode())
        os._exit(70)
sys.addaudithook(guard)
from kg.cli import main
main()
"""
# Several commands in one process: each would load the libraries anew.
COMMANDS = GUARD.replace(
    "from kg.cli import main\nmain()",
    "import json\nfrom kg.cli import run\n"
    "for arguments in json.loads(sys.argv[1]):\n"
    "    if code := run(arguments):\n"
    "        sys.exit(f'{arguments}: {code}')",
)


def test_promise_network_no_command_opens_a_connection_and_another_process_gives_the_same_bytes(
    seed: Seed, tmp_path: Path
) -> None:
    """Each command under a hook that ends the process at the first connection or host name; other hash seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    commands = [
        ["check"],
        ["teach", "--back"],
        ["build", "seeds"],
        ["part", "seeds"],
        ["merge", "parts", "-o", "other"],
        ["remove", SEEDS[0].source, "-o", "other"],
        ["diff", "other", "out"],
        ["view"],
        ["validate"],
        ["stats"],
        ["sources"],
        ["conflicts"],
        ["coverage"],
        ["review"],
        [
            "correct",
            "--source",
            SEEDS[0].source,
            "--sentence",
            "栖霞区",
            "--type",
            "Activity",
            "--role",
            "participant=栖霞区",
            "--later",
        ],
        ["corrections"],
        ["text", "seeds/000_1c6e295bb10205a9.txt"],
        ["query", "donations"],
        ["explain", "商州区"],
        ["export", "-o", "g.nq"],
        ["evaluate", str(ROOT / "tests" / "gold" / "seed.jsonl"), f"out/{FACTS}"],
    ]
    assert {name for name, *_ in commands} == set(cli.commands) - {"serve", "mcp"}
    for number, some in enumerate((commands[:2], commands[2:])):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(number + 1)}
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS, json.dumps(some)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode()
    assert outputs(tmp_path / "out") == outputs(seed.folder)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_promise_network_the_server_takes_connections_and_opens_none(seed: Seed) -> None:
    with serving(seed.folder / STORE, program=GUARD) as client:
        assert client.get("/sparql", params={"query": "ASK { ?f a kg:Donation }"}).json()["boolean"] is True
        assert client.get("/").status_code == 200
        assert client.get("/api/search", params={"q": "x"}).status_code == 200
