"""Builds that change a graph: what comes out is what a build from nothing gives, whatever came before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad
from reader_samples import tell

from kg import building
from kg.building import FACTS, PAGE, REPORT, STORE, TURTLE, build, outputs, remove
from kg.building.workplace import Workplace
from kg.cli import run
from kg.errors import SourceError
from kg.files import whole_file
from kg.holding import keep_builds_out
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.store import open_store
from kg.types import Document, Problem

ROOT = Path(__file__).resolve().parents[1]
OUTPUTS = (TURTLE, FACTS, PAGE, REPORT)

# They share facts and entities, and differ in what they call one: so that what one source says bears on others.
GIFT = "Donation <time 2021年3月>，<donor {}>向<recipient 青石镇中心小学>捐赠图书经费<amount 20万元>。"
TEXTS = (
    tell(GIFT.format("云溪县人民政府"), "\n"),
    tell(
        GIFT.format("云溪县人民政府"),
        "Establishment <time 2022年>，<agent 云溪县>援建<object 青石镇文化广场>。\n",
    ),
    tell(
        "Activity <organizer 云溪县人民政府>（以下简称“县政府”）举行<kind 会议>。",
        GIFT.format("县政府"),
        "\n",
    ),
    tell(
        "Pairing <party 云溪县人民医院>与<party 青石镇卫生院>结对帮扶。",
        "Donation/planned <time 2019年>，<donor 云溪县人民政府>计划向<recipient 青石镇卫生院>捐赠资金<amount 5万元>。\n",
    ),
    tell("这一页没有写到什么事。\n"),
)
NAMES = ("a.txt", "b/河.txt", "c.txt", "d.txt")
Pages = Mapping[str, int]


def documents(pages: Pages) -> list[Document]:
    return [Document(name, TEXTS[text]) for name, text in pages.items()]


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


def stored(folder: Path) -> set[str]:
    with open_store(folder / STORE, read_only=True) as store:
        return set(map(str, store.quads()))


def generations(folder: Path) -> int:
    """How many stores there are: the one that is published, and those that are still read."""
    return sum(path.is_dir() and path.name != "parts" for path in (folder / ".kg").iterdir())


@pytest.fixture
def make(extractor: Extractor, tmp_path: Path) -> Callable[..., Path]:
    """Builds pages into a folder of the name."""

    def made(name: str, pages: Pages, **options: bool) -> Path:
        build(documents(pages), tmp_path / name, extractor.ontology, extractor=extractor, **options)
        return tmp_path / name

    return made


@pytest.fixture
def counted(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are read, as they are."""
    read: list[str] = []
    whole = extractor.extract

    def extract(document: Document, corrections: object) -> object:
        read.append(document.source)
        return whole(document)

    monkeypatch.setattr(extractor, "extract", extract)
    return read


# --- Incremental equals full -------------------------------------------------------------------------

PAGES = st.dictionaries(st.sampled_from(NAMES), st.integers(0, len(TEXTS) - 1), min_size=1)
STEP = st.one_of(
    st.tuples(st.just("build"), PAGES),
    st.tuples(st.just("add"), PAGES),
    st.tuples(st.just("remove"), st.sampled_from(NAMES)),
)


@settings(
    max_examples=int(os.environ.get("KG_EXAMPLES", "5")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=1, max_size=5))
def test_building_in_any_order_gives_what_a_build_from_nothing_gives(
    extractor: Extractor, steps: list[tuple[str, object]]
) -> None:
    ontology = extractor.ontology
    with tempfile.TemporaryDirectory() as place:
        used, fresh = Path(place, "used"), Path(place, "fresh")
        held: dict[str, int] = {}
        for step, what in steps:
            if step == "remove" and what in held and len(held) > 1:
                del held[str(what)]
                remove([str(what)], used, ontology)
            elif step in ("build", "add") and isinstance(what, dict):
                held = what if step == "build" else {**held, **what}
                build(documents(what), used, ontology, add=step == "add", extractor=extractor)
        if held:
            build(documents(held), fresh, ontology, extractor=extractor)
            assert files(used) == files(fresh)
            assert stored(used) == stored(fresh)


def test_building_reads_what_changed_alone(make: Callable[..., Path], counted: list[str]) -> None:
    make("out", {"a.txt": 0, "c.txt": 1, "d.txt": 3})
    counted.clear()
    make("out", {"a.txt": 0, "c.txt": 2, "d.txt": 3})
    assert counted == ["c.txt"]
    make("out", {"a.txt": 0, "c.txt": 2, "d.txt": 3}, force=True)
    assert counted == ["c.txt", "a.txt", "c.txt", "d.txt"]


def test_building_reads_all_again_where_the_ontology_changed(
    extractor: Extractor, counted: list[str], make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    make("out", {"a.txt": 0, "c.txt": 1})
    counted.clear()
    monkeypatch.setitem(extractor.ontology.__dict__, "fingerprint", "another")
    make("out", {"a.txt": 0, "c.txt": 1})
    assert counted == ["a.txt", "c.txt"]


def test_building_again_writes_nothing(make: Callable[..., Path]) -> None:
    folder = make("out", {"a.txt": 0, "c.txt": 1})

    def state() -> dict[str, int]:
        return {
            str(path): path.stat().st_mtime_ns
            for path in (*(folder / name for name in OUTPUTS), (folder / STORE).resolve())
        }

    before = state()
    make("out", {"c.txt": 1, "a.txt": 0})
    assert state() == before


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("harm", ["cut", "gone", "other"])
def test_building_mends_an_output_that_is_not_as_it_left_it(
    make: Callable[..., Path], name: str, harm: str
) -> None:
    folder = make("out", {"a.txt": 0, "c.txt": 1})
    whole = files(folder)
    content = whole[name]
    if harm == "gone":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content[:-3] if harm == "cut" else content[:-3] + b"xyz")
    make("out", {"a.txt": 0, "c.txt": 1})
    assert files(folder) == whole


def test_building_what_one_source_says_bears_on_the_lines_of_others(make: Callable[..., Path]) -> None:
    """The alias that c.txt gives stands in the fact that a.txt states first; it goes with c.txt."""

    def aliases(folder: Path) -> list[str]:
        line = (folder / FACTS).read_text(encoding="utf-8").splitlines()[0]
        return json.loads(line)["roles"]["donor"][0]["aliases"]

    assert aliases(make("out", {"a.txt": 0, "c.txt": 2})) == ["县政府"]
    assert aliases(make("out", {"a.txt": 0, "c.txt": 3})) == []


def test_building_keeps_other_sources_when_it_adds(make: Callable[..., Path]) -> None:
    make("out", {"a.txt": 0, "c.txt": 1})
    added = files(make("out", {"d.txt": 3, "a.txt": 4}, add=True))
    assert added == files(make("fresh", {"a.txt": 4, "c.txt": 1, "d.txt": 3}))


def test_building_a_source_that_cannot_be_read_is_kept_only_when_adding(
    extractor: Extractor, make: Callable[..., Path], tmp_path: Path
) -> None:
    make("out", {"a.txt": 0, "c.txt": 1})
    lost = [Problem("a.txt", "no such file"), Document("c.txt", TEXTS[1])]
    report = build(lost, tmp_path / "out", extractor.ontology, add=True, extractor=extractor)
    assert (report.sources, report.read, report.unread) == (["a.txt", "c.txt"], [], lost[:1])
    report = build(lost, tmp_path / "out", extractor.ontology, extractor=extractor)
    assert (report.sources, report.removed, report.unread) == (["c.txt"], ["a.txt"], lost[:1])


def test_building_page_of_a_large_graph_shows_its_first_sources(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "PAGE_FACTS", 2)
    page = (make("out", {"a.txt": 0, "c.txt": 3, "d.txt": 1}) / PAGE).read_text(encoding="utf-8")
    assert "the first 1 of 3 sources" in page
    assert "青石镇中心小学" in page and "青石镇卫生院" not in page


def test_building_remove_takes_a_source_by_name_or_path_and_names_the_nearest(
    here: Path, extractor: Extractor, capsys: pytest.CaptureFixture[str]
) -> None:
    build(documents({"a.txt": 0, "b/河.txt": 1, "c.txt": 3}), "out", extractor.ontology, extractor=extractor)
    with pytest.raises(SourceError, match=r"c\.tx: no such source in out; did you mean c\.txt\?"):
        remove(["a.txt", "c.tx"], "out", extractor.ontology)
    assert run(["remove", str(here / "b" / "河.txt"), "./c.txt"]) == 0
    assert capsys.readouterr().err == (
        "0 read, 1 unchanged, 2 removed; 1 facts, 0 to check; 1 of 1 figures taken\n"
    )
    build(documents({"a.txt": 0}), "fresh", extractor.ontology, extractor=extractor)
    assert files(here / "out") == files(here / "fresh")


# --- Readers and other builds ------------------------------------------------------------------------


def test_building_readers_go_on_and_new_ones_find_the_graph_while_a_build_runs(
    extractor: Extractor, make: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make("out", {"a.txt": 0})
    seen: list[list[str]] = []

    def look(_: str) -> None:
        with open_store(folder / STORE, read_only=True) as store:
            seen.append(list(store.sources()))

    with open_store(folder / STORE, read_only=True) as earlier:
        build(
            documents({"c.txt": 1, "d.txt": 3}),
            folder,
            extractor.ontology,
            extractor=extractor,
            progress=look,
        )
        assert list(earlier.sources()) == ["a.txt"] and len(list(earlier.quads())) > 50
        assert generations(folder) == 2
    look("")
    assert seen == [["a.txt"], ["a.txt"], ["c.txt", "d.txt"]]
    make("out", {"a.txt": 0})
    assert generations(folder) == 1


def test_building_takes_over_a_store_that_is_a_plain_directory(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    with open_store(tmp_path / "out" / STORE) as store:
        store.replace("https://example.org/g", [])
    assert files(make("out", {"a.txt": 0})) == files(make("fresh", {"a.txt": 0}))
    assert stored(tmp_path / "out") == stored(tmp_path / "fresh")


RUN = """
import sys, time
from pathlib import Path
from kg.building.workplace import open_workplace
with open_workplace(sys.argv[1], waiting=lambda words: print(words, flush=True)):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no flock")
def test_building_a_second_build_waits_and_says_for_whom(tmp_path: Path) -> None:
    def start() -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-c", RUN, "out"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, cwd=tmp_path, env=environment,
        )  # fmt: skip

    with start() as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        with start() as second:
            assert second.stdout is not None
            said = second.stdout.readline()
            assert said == f"out: held by process {first.pid}; waiting until it has ended\n"
            first.communicate("\n")
            assert second.stdout.readline() == "held\n"
            second.communicate("\n")


# --- Builds that are stopped -------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=repr)
@pytest.mark.parametrize("where", ["replace", "write_whole", "write_pieces"])
def test_building_that_is_stopped_is_finished_by_the_next(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, error: BaseException, where: str
) -> None:
    folder = make("out", {"a.txt": 0, "c.txt": 1})

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        if where == "replace":
            patch.setattr("kg.store.OxigraphStore.replace", fail)
        else:
            patch.setattr(outputs, where, fail)
        with pytest.raises(type(error)):
            make("out", {"a.txt": 2, "d.txt": 3})
    with open_store(folder / STORE, read_only=True) as store:
        assert list(store.sources()) == ["a.txt", "c.txt"]
    assert files(make("out", {"a.txt": 2, "d.txt": 3})) == files(make("fresh", {"a.txt": 2, "d.txt": 3}))
    assert stored(folder) == stored(folder.parent / "fresh")


def test_building_loses_nothing_that_a_stopped_build_has_done(
    extractor: Extractor, make: Callable[..., Path], counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make("out", {"a.txt": 0})
    counted.clear()

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(building, "write_outputs", fail)
        make("out", {"c.txt": 1, "d.txt": 3})
    make("out", {"c.txt": 1, "d.txt": 3})
    assert counted == ["c.txt", "d.txt"]


@pytest.mark.parametrize("then", ["add", "remove"])
def test_building_what_another_stopped_build_did_is_not_taken_over(
    make: Callable[..., Path], ontology: Ontology, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    folder = make("out", {"a.txt": 0, "c.txt": 1, "d.txt": 3})

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(building, "write_outputs", fail)
        make("out", {"a.txt": 2, "b/河.txt": 1})
    if then == "add":
        make("out", {"d.txt": 4}, add=True)
        make("fresh", {"a.txt": 0, "c.txt": 1, "d.txt": 4})
    else:
        remove(["d.txt"], folder, ontology)
        make("fresh", {"a.txt": 0, "c.txt": 1})
    assert files(folder) == files(folder.parent / "fresh")
    assert stored(folder) == stored(folder.parent / "fresh")


NOTE = Quad(*(NamedNode(f"https://example.org/{name}") for name in ("a", "b", "c", "notes")))


@pytest.mark.parametrize("when", ["before", "after", "both"])
def test_building_a_change_beside_a_build_that_was_stopped_is_kept(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    folder = make("out", {"a.txt": 0})

    def note(graph: str) -> None:
        with keep_builds_out(folder / STORE), open_store(folder / STORE) as store:
            store.replace(
                f"https://example.org/{graph}",
                [Quad(*NOTE.triple, NamedNode(f"https://example.org/{graph}"))],
            )

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    if when != "after":
        note("before")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(building, "write_outputs", fail)
        make("out", {"a.txt": 2, "c.txt": 1})
    if when != "before":
        note("after")
    make("out", {"a.txt": 2, "c.txt": 1})
    with open_store(folder / STORE, read_only=True) as store:
        graphs = {quad.graph_name.value for quad in store.quads(subject="https://example.org/a")}
        assert list(store.sources()) == ["a.txt", "c.txt"]
    assert graphs == {f"https://example.org/{name}" for name in ("before", "after") if when in (name, "both")}


def test_building_that_is_stopped_before_it_is_published_leaves_the_old_files_with_the_old_store(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make("out", {"a.txt": 0})
    before = files(folder), stored(folder)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Workplace, "_lead_readers", fail)
        make("out", {"a.txt": 2, "c.txt": 1})
    assert (files(folder), stored(folder)) == before
    assert files(make("out", {"a.txt": 2, "c.txt": 1})) == files(make("fresh", {"a.txt": 2, "c.txt": 1}))


def test_building_sweeps_what_killed_builds_left_and_not_what_is_being_written(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make("out", {"a.txt": 0})
    left = [folder / ".graph.ttl.x1.part", folder / ".kg" / ".8.json.x2.part"]
    for path in left:
        path.touch()
    with whole_file(folder / "mine.txt") as file:
        make("out", {"a.txt": 1})
        file.write(b"kept")
    assert (folder / "mine.txt").read_bytes() == b"kept"
    assert not any(path.exists() for path in left)


def test_building_takes_over_files_that_an_earlier_version_left_beside_the_store(
    make: Callable[..., Path],
) -> None:
    folder = make("out", {"a.txt": 0})
    whole = files(folder)
    for name in OUTPUTS:
        (folder / name).unlink()
        (folder / name).write_bytes(whole[name])
    assert files(make("out", {"a.txt": 0})) == whole
    assert all((folder / name).is_symlink() for name in OUTPUTS)


@pytest.mark.parametrize(
    "error", [ValueError("U+E0100"), RecursionError(), MemoryError(), KeyError(3)], ids=repr
)
def test_building_a_document_that_breaks_the_program_is_named_and_ends_no_other(
    extractor: Extractor,
    make: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
) -> None:
    whole = extractor.extract

    def extract(document: Document, corrections: object) -> object:
        if document.source == "c.txt":
            raise error
        return whole(document)

    monkeypatch.setattr(extractor, "extract", extract)
    pages = {"a.txt": 0, "c.txt": 1, "d.txt": 3}
    report = build(documents(pages), tmp_path / "out", extractor.ontology, extractor=extractor)
    assert report.sources == ["a.txt", "d.txt"]
    assert [problem.source for problem in report.unread] == ["c.txt"]
    assert type(error).__name__ in report.unread[0].message and ".py:" in report.unread[0].message
    assert files(tmp_path / "out") != files(make("fresh", {"a.txt": 0, "d.txt": 3}))  # the report names it
    assert stored(tmp_path / "out") == stored(tmp_path / "fresh")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_building_beside_a_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    """Three of the rounds of `make stress`."""
    command = [sys.executable, str(ROOT / "scripts" / "stress.py"), "updates", "--rounds", "3"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 rounds")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_building_killed_at_any_moment_leaves_a_whole_store(tmp_path: Path) -> None:
    """A handful of what `make stress` does a hundred times."""
    command = [sys.executable, str(ROOT / "scripts" / "stress.py"), "kills", "--count", "5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 builds killed")
