"""Parts: the same whoever makes them, whatever becomes of the workers; and graphs of them."""

from __future__ import annotations

import gc
import gzip
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import part_samples
import pytest
from part_samples import TEXTS, breaking, deadly, documents

from kg import building
from kg.building import FACTS, REPORT, TURTLE, PartsFolder, build, cluster, make_parts, merge
from kg.building.making import Maker, Setting
from kg.building.parts import in_share
from kg.building.stated import Stated
from kg.building.workers import Gone, Host, Made, ThisProcess, cores, share_out
from kg.cli import run
from kg.decisions import NONE
from kg.errors import ClusterError, OntologyError, SourceError, StoreError
from kg.export import export
from kg.graph import SourceGraph
from kg.ontology import Ontology
from kg.store import open_store
from kg.types import Document, Problem

ROOT = Path(__file__).resolve().parents[1]
_ASKED = frozenset(os.environ)  # before the settings of the user are taken away
OUTPUTS = (TURTLE, FACTS, "to-check.jsonl", REPORT)
forks = pytest.mark.skipif(sys.platform == "win32", reason="no fork")


@pytest.fixture(scope="module")
def alone(ontology: Ontology) -> ThisProcess:
    """Makes parts in this process."""
    return ThisProcess(Maker(ontology, NONE, part_samples.extractor(ontology)))


@pytest.fixture(scope="module")
def host(ontology: Ontology) -> Iterator[Host]:
    """The process of which workers of these tests are forked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(ROOT / "tests"))))
        with Host(Setting.of(ontology, NONE, "part_samples:extractor")) as started:
            yield started


class Several:
    """A crew of workers of the host."""

    def __init__(self, host: Host, jobs: int) -> None:
        self._host, self._jobs = host, jobs

    def run(self, documents: Iterator[Document]) -> Iterator[Made]:
        return share_out(documents, self._host.worker, self._jobs)


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in folder.glob("*/*.nq.gz")}


# --- Workers -----------------------------------------------------------------------------------------


@forks
@pytest.mark.parametrize("jobs", [2, 4])
def test_parts_are_the_same_of_any_number_of_workers_some_of_them_killed(
    jobs: int, host: Host, alone: ThisProcess, ontology: Ontology, tmp_path: Path
) -> None:
    once, whole = deadly("k.txt", tmp_path / "tally", 1), deadly("k.txt", tmp_path / "tally", 0)
    crew = Several(host, jobs)
    report = build([*documents()[:3], once, *documents()[3:]], tmp_path / "out", ontology, crew=crew)
    assert report.unread == [] and (tmp_path / "tally").stat().st_size == 2
    # The text names the file that counts, so that both are one text but for the number of deaths.
    build([*documents(), whole], tmp_path / "fresh", ontology, crew=alone)
    assert len(report.sources) == 6
    plain = {n: b for n, b in parts(tmp_path / "out/.kg/parts").items() if b"k.txt" not in b}
    assert plain.items() <= parts(tmp_path / "fresh/.kg/parts").items() and len(plain) == 5
    build(documents(), tmp_path / "out", ontology, crew=crew)
    build(documents(), tmp_path / "fresh", ontology, crew=alone)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


@forks
def test_parts_document_that_kills_its_worker_twice_is_told_and_the_others_are_read(
    host: Host, alone: ThisProcess, ontology: Ontology, tmp_path: Path
) -> None:
    sources = [deadly("k.txt", tmp_path / "tally", 9), *documents()]
    report = build(sources, tmp_path / "out", ontology, crew=Several(host, 2))
    assert [problem.source for problem in report.unread] == ["k.txt"]
    assert "ended the process that read it, twice" in report.unread[0].message
    build(documents(), tmp_path / "fresh", ontology, crew=alone)
    assert (tmp_path / "out" / TURTLE).read_bytes() == (tmp_path / "fresh" / TURTLE).read_bytes()


@forks
def test_parts_document_that_the_program_breaks_over_is_told_alike_by_any_worker(
    host: Host, alone: ThisProcess, ontology: Ontology, tmp_path: Path
) -> None:
    sources = [breaking("k.txt"), *documents()]
    report = build(sources, tmp_path / "out", ontology, crew=Several(host, 2))
    assert [problem.source for problem in report.unread] == ["k.txt"]
    assert "internal error KeyError('!breaks') at" in report.unread[0].message
    assert build(sources, tmp_path / "fresh", ontology, crew=alone).unread == report.unread
    assert files(tmp_path / "out") == files(tmp_path / "fresh")
    made = make_parts(sources, PartsFolder(tmp_path / "parts"), ontology, alone)
    assert made.unread == report.unread and len(made.made) == 5
    assert merge([str(tmp_path / "parts")], tmp_path / "merged", ontology).unread == report.unread
    assert files(tmp_path / "merged") == files(tmp_path / "fresh")


@forks
def test_parts_workers_end_with_the_build_and_the_host_has_one_thread(host: Host, ontology: Ontology) -> None:
    workers = []

    def start() -> object:
        workers.append(host.worker())
        return workers[-1]

    made = share_out(iter(documents()), start, 2)  # type: ignore[arg-type]
    next(made)
    assert host._process is not None
    if Path("/proc/self/task").exists():
        assert len(list(Path(f"/proc/{host._process.pid}/task").iterdir())) == 1
    made.close()
    until = time.monotonic() + 20
    while any(_is_running(worker.pid) for worker in workers) and time.monotonic() < until:
        time.sleep(0.02)
    assert workers and not any(_is_running(worker.pid) for worker in workers)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_parts_this_process_reads_where_one_job_or_an_extractor_is_given(ontology: Ontology) -> None:
    assert isinstance(building.crew_of(ontology, NONE, jobs=1), ThisProcess)
    assert cores() >= 1


# --- The two steps -----------------------------------------------------------------------------------


@pytest.fixture
def folders(alone: ThisProcess, ontology: Ontology, tmp_path: Path) -> list[str]:
    """Three folders with a share of the documents each."""
    names = [str(tmp_path / f"parts-{k}") for k in (1, 2, 3)]
    lost = [Problem(f"lost-{number}.txt", "no such file") for number in range(4)]
    for k, name in enumerate(names, 1):
        make_parts([*documents(), *lost], PartsFolder(name), ontology, alone, share=(k, 3))
    return names


def test_parts_of_shares_merged_are_the_graph_of_a_build(
    folders: list[str], alone: ThisProcess, ontology: Ontology, tmp_path: Path
) -> None:
    lost = [Problem(f"lost-{number}.txt", "no such file") for number in range(4)]
    build([*documents(), *lost], tmp_path / "fresh", ontology, crew=alone)
    report = merge(folders[::-1], tmp_path / "out", ontology)
    assert sorted(report.unread) == lost and len(report.read) == 5
    assert files(tmp_path / "out") == files(tmp_path / "fresh")
    assert merge(folders, tmp_path / "out", ontology).read == []


def test_parts_newer_part_of_a_source_takes_the_place_of_the_older(
    alone: ThisProcess, ontology: Ontology, tmp_path: Path
) -> None:
    folder = PartsFolder(tmp_path)
    assert make_parts([Document("a", TEXTS[0])], folder, ontology, alone).made == ["a"]
    assert make_parts([Document("a", TEXTS[0])], folder, ontology, alone).kept == ["a"]
    old = parts(tmp_path)
    assert make_parts([Document("a", TEXTS[1])], folder, ontology, alone).made == ["a"]
    assert len(parts(tmp_path)) == 1 and parts(tmp_path) != old
    make_parts([Problem("a", "cannot be read")], folder, ontology, alone)
    assert parts(tmp_path) == {} and folder.unread() == [Problem("a", "cannot be read")]


def test_parts_made_otherwise_are_told_and_damaged_ones_refused(
    folders: list[str], ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(ontology.__dict__, "fingerprint", "another")
        report = merge(folders, tmp_path / "out", ontology)
    assert sum("run `kg part` again" in problem.message for problem in report.unread) == 5
    part = next(path for name in folders for path in Path(name).glob("*/*.nq.gz"))
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(StoreError, match="a damaged part"):
        merge(folders, tmp_path / "out", ontology)
    assert not part.exists()
    with pytest.raises(SourceError, match="holds no parts"):
        merge([str(tmp_path / "none")], tmp_path / "out", ontology)


def test_parts_are_nquads_with_their_facts_in_comments(folders: list[str]) -> None:
    lines = [line for name in folders for part in parts(Path(name)).values() for line in part.splitlines()]
    assert sum(line.startswith(b"#fact {") for line in lines) == 5
    assert all(line.startswith((b"<", b"#")) for line in lines)


def test_parts_give_the_files_that_the_store_would_give(
    folders: list[str], ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_BULK", 2)
    monkeypatch.setattr(building, "_AT_ONCE", 2)
    merge(folders, tmp_path / "out", ontology)
    with open_store(tmp_path / "out" / building.STORE, read_only=True) as store:
        graphs = (SourceGraph(n, store.quads(g), ontology.vocabulary) for n, g in store.sources().items())
        described = Counter(iri for graph in graphs for iri, _ in Stated.of(graph).entities)
        assert max(described.values()) > 1  # an entity that no part knows as all sources describe it
        for name, form in ((TURTLE, "turtle"), (FACTS, "facts")):
            assert (tmp_path / "out" / name).read_bytes() == export(store, form, ontology.vocabulary)


def test_parts_each_source_is_in_one_share() -> None:
    assert {sum(in_share(f"{n}", (k, 7)) for k in range(1, 8)) for n in range(100)} == {1}


# --- Kills of the builder ----------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["write", "add"])
def test_parts_stopped_build_goes_on_from_the_parts_that_are_there(
    step: str, alone: ThisProcess, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_BULK", 2)
    done: list[str] = []

    class Counting(ThisProcess):
        def run(self, documents: Iterator[Document]) -> Iterator[Made]:  # type: ignore[override]
            for made in alone.run(documents):
                done.append(made[1].source)
                yield made

    def dies(after: int, whole: Callable[..., None]) -> Callable[..., None]:
        calls = iter(range(99))

        def call(self: object, *given: object) -> None:
            if step == "write" and next(calls) < after:
                return whole(self, *given)
            if step == "add":  # half of what is added is there
                whole(self, list(given[0])[::2])  # type: ignore[call-overload]
            raise KeyboardInterrupt

        return call

    crew = Counting(lambda document: b"")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        owner = "kg.building.parts.PartsFolder.write" if step == "write" else "kg.store.OxigraphStore.add"
        place, _, name = owner.rpartition(".")
        patch.setattr(owner, dies(3, getattr(_named(place), name)))
        build(documents(), tmp_path / "out", ontology, crew=crew)
    done.clear()
    build(documents(), tmp_path / "out", ontology, crew=crew)
    assert len(done) == (2 if step == "write" else 0)
    build(documents(), tmp_path / "fresh", ontology, crew=alone)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


def _named(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(sys.modules[module], name)


# --- Commands ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("told")
def test_parts_commands_make_parts_and_a_graph(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for document in documents():
        Path(document.source).write_text(document.text, encoding="utf-8")
    sources = [document.source for document in documents()]
    for share in ("1/2", "2/2"):
        assert run(["part", *sources, "-o", "parts", "--share", share]) == 0
    assert run(["merge", "parts", "-o", "out"]) == 0
    assert "5 read, 0 unchanged, 0 removed" in capsys.readouterr().err
    assert run(["build", *sources, "-o", "fresh"]) == 0
    assert files(here / "out") == files(here / "fresh")
    assert run(["part", *sources, "none.txt", "-o", "parts"]) == 3
    assert "0 made, 5 there already, 1 not read" in capsys.readouterr().err
    assert run(["part", *sources, "--share", "3/2"]) == 2


# --- Ray ---------------------------------------------------------------------------------------------


def test_parts_without_ray_the_cluster_is_refused_and_advice_given(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run(["part", "a.txt", "--cluster", "auto"]) == 2
    assert "pip install 'tupu-kg[cluster]'" in capsys.readouterr().err


class _Ray:
    """What of Ray the choice of workers needs; a remote call is its own answer."""

    class exceptions:
        RayError = RuntimeError

        class RayTaskError(RuntimeError):
            def __init__(self, cause: Exception) -> None:
                super().__init__(f"ray::make() raised {cause!r}")
                self.cause = cause

    def get(self, answer: object, timeout: float | None = None) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer


class _Probed:
    """A worker whose probe gives this."""

    def __init__(self, answer: object) -> None:
        self.actor = self
        self.probe = self
        self.remote = lambda given: answer
        self.ended = False

    def end(self) -> None:
        self.ended = True


def test_parts_workers_of_a_cluster_that_compute_otherwise_are_told_and_not_used(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_loaded", _Ray)
    told: list[str] = []
    crew = cluster.Cluster("auto", Setting.of(ontology, NONE), tell=told.append)
    own = ontology.fingerprint
    answers = [(own, "a", "m1"), (own, "b", "m2"), (own, "a", "m3"), ("other", "a", "m4"), RuntimeError("m5")]
    workers = [_Probed(answer) for answer in answers]
    agreed, right = crew._agreeing(workers, documents())  # type: ignore[arg-type]
    assert right == "a" and agreed == [workers[0], workers[2]]
    assert [worker.ended for worker in workers] == [False, True, False, True, True]
    assert [words.partition(":")[0] for words in told] == ["m4", "a worker cannot be used", "m2"]


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (_Ray.exceptions.RayTaskError(SourceError("too much")), SourceError),
        (_Ray.exceptions.RayTaskError(OntologyError("no weights")), ClusterError),
        (RuntimeError("the machine is gone"), Gone),
    ],
    ids=repr,
)
def test_parts_errors_of_a_cluster_are_the_documents_the_programs_or_the_workers(
    raised: Exception, expected: type[Exception]
) -> None:
    worker = _Probed(raised)
    worker.make = worker  # type: ignore[attr-defined]
    with pytest.raises(expected):
        cluster._Remote(_Ray(), worker).make(documents()[0])


@pytest.mark.slow
@pytest.mark.skipif("KG_TEST_RAY" not in _ASKED, reason="KG_TEST_RAY=1 starts a Ray cluster: half a minute")
def test_parts_of_a_cluster_are_those_of_this_machine(
    alone: ThisProcess, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")))
    monkeypatch.setenv("PYTHONPATH", path)
    setting = Setting.of(ontology, NONE, "part_samples:extractor")
    sources = [*documents(), deadly("k.txt", tmp_path / "tally", 9)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own
        report = build(sources, tmp_path / "out", ontology, crew=cluster.Cluster("local", setting, jobs=2))
        gc.collect()
    assert [problem.source for problem in report.unread] == ["k.txt"]
    build(documents(), tmp_path / "fresh", ontology, crew=alone)
    assert (tmp_path / "out" / TURTLE).read_bytes() == (tmp_path / "fresh" / TURTLE).read_bytes()
