#!/usr/bin/env python3
"""Builds that are killed, updates between them, large builds: `make stress`, the figures of docs/building.md.

`kills` starts real builds over folders that change, kills each with SIGKILL at a random moment, and looks
each time whether the store opens and holds nothing but whole sources; in the end the same command has to
leave the bytes of a build from nothing. `updates` kills builds beside a server that is sent graphs and
updates all the while: what it acknowledged has to be in the store after every round. `scale` builds many
documents, changes ten, builds again, and says what each took in time, memory and space. The documents are
made up, some share facts and names.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ("graph.ttl", "facts.jsonl", "graph.html", "report.txt")
KG = [sys.executable, "-c", "from kg.cli import main; main()"]

_FIRST = "云青白石清临安永新东西南北长平宜武高金玉龙凤泰和兴丰"
_SECOND = "溪岭川河山泉阳江湖源塘桥坪城关水林州海泽"
_BODIES = ("县人民政府", "县人民医院", "县教育局", "县农业农村局", "县第一中学", "镇卫生院", "镇中心小学")
_PERSONS = ("王建国", "李秀英", "张卫东", "刘志强", "陈晓明", "赵海燕")
_SENTENCES = (
    "{date}，{a}向{b}捐赠图书经费{n}万元。",
    "{date}，{a}与{b}签订结对帮扶协议。",
    "{year}年以来，{a}累计投入帮扶资金{n}万元，援建{place}镇文化广场。",
    "{date}，{place}县举行座谈会，{person}任{a}主任。",
    "{a}选派{k}名教师赴{b}支教。",
    "{year}年，{place}县实现地区生产总值{n}亿元，同比增长{k}.5%。",
    "会上，双方就产业协作、劳务协作、人才交流等工作进行了深入交流。",
    "下一步，{a}计划向{b}捐赠资金{n}万元，用于改善办学条件。",
    "大家一致认为，要把各项工作抓紧抓实，不断提高群众的满意度。",
    "{date}，{a}为{b}培训医务人员{k}人次。",
)


def document(number: int, version: int = 0) -> str:
    """A made-up page of some 1,000 characters; another version of it differs in two sentences."""
    chance = random.Random(number)
    sentences = [_sentence(chance) for _ in range(30)]
    if version:
        other = random.Random(f"{number} {version}")
        for place in other.sample(range(30), 2):
            sentences[place] = _sentence(other)
    lines = ["".join(sentences[at : at + 5]) for at in range(0, 30, 5)]
    return "\n".join([f"{_place(chance)}县与{_place(chance)}县协作简报", *lines, ""])


def _place(chance: random.Random) -> str:
    return chance.choice(_FIRST) + chance.choice(_SECOND)


def _sentence(chance: random.Random) -> str:
    year = chance.randint(2010, 2024)
    return chance.choice(_SENTENCES).format(
        a=_place(chance) + chance.choice(_BODIES),
        b=_place(chance) + chance.choice(_BODIES),
        place=_place(chance),
        person=chance.choice(_PERSONS),
        n=chance.randint(2, 900),
        k=chance.randint(2, 60),
        year=year,
        date=f"{year}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
    )


def write_documents(folder: Path, numbers: Sequence[int], version: int = 0) -> None:
    """The documents as files ``00012.txt``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:05}.txt").write_text(document(number, version), encoding="utf-8")


# --- Kills -------------------------------------------------------------------------------------------


def kills(count: int, seconds: float, documents: int, seed: int) -> None:
    """Kill so many builds, or as many as the time allows, and finish with one that is not killed.

    Most are forked from a process that has the models loaded, so that the kill falls into the work and
    not into start-up; every tenth is a command of its own.
    """
    chance = random.Random(seed)
    run = _builder()
    started, killed, ended, longest = time.monotonic(), 0, 0, 1.0
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        pages = Path("pages")
        write_documents(pages, range(documents))
        while killed < count and time.monotonic() - started < seconds:
            _change(pages, documents, chance)
            own = (killed + ended) % 10 == 9
            pid = _command() if own else _fork(run)
            outcome = _end(pid, chance.uniform(0, longest + (1.5 if own else 0)))
            if outcome == -signal.SIGKILL:
                killed, longest = killed + 1, longest * 1.1
            elif outcome == 0:  # so that kills fall on every moment up to the last
                ended, longest = ended + 1, longest * 0.75
            else:
                raise SystemExit(f"a build failed by itself: {outcome}")
            _check_whole(Path("out"), may_be_missing=killed < 20)
            if (killed + ended) % 25 == 0:
                _check_finished(run, f"{killed} kills")
        _check_finished(run, "the end")
    took = time.monotonic() - started
    print(f"{killed} builds killed, {ended} ended before the kill: all survived, in {took:.0f} s")
    if killed < count:
        print(f"time was up before {count} kills")


def _builder():  # type: ignore[no-untyped-def]  # a script
    """Builds pages/ to a folder, with the models loaded already."""
    from kg.building import build
    from kg.ontology import load_ontology
    from kg.pipeline import Extractor
    from kg.resources import ontology_dir
    from kg.sources import read_sources

    ontology = load_ontology(ontology_dir())
    extractor = Extractor(ontology)

    def run(output: str) -> None:
        build(read_sources(["pages"]), output, ontology, extractor=extractor)

    return run


def _change(pages: Path, documents: int, chance: random.Random) -> None:
    """Some documents replaced, some removed, some added."""
    for _ in range(chance.randint(1, 3)):
        number = chance.randrange(documents)
        path = pages / f"{number:05}.txt"
        if path.exists() and chance.random() < 0.3 and len(list(pages.iterdir())) > 2:
            path.unlink()
        else:
            path.write_text(document(number, chance.randrange(3)), encoding="utf-8")


def _fork(run) -> int:  # type: ignore[no-untyped-def]  # a script
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        run("out")
        code = 0
    finally:
        os._exit(code)


def _command() -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*KG, "build", "pages"], env=environment, stderr=subprocess.DEVNULL)
    process.returncode = 0  # waited for below
    return process.pid


def _end(pid: int, after: float) -> int:
    """Kill the process after so many seconds if it still runs; the code it ended with."""
    until = time.monotonic() + after
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _check_whole(out: Path, *, may_be_missing: bool) -> None:
    """The store opens, and every source in it has all that its extraction gave: its quads are counted."""
    from kg.errors import StoreError
    from kg.graph import read_documents, read_facts
    from kg.ontology import vocabulary_files
    from kg.ontology.vocabulary import load_vocabulary
    from kg.resources import ontology_dir
    from kg.store import open_store

    try:
        store = open_store(out / "store", read_only=True)
    except StoreError:
        if may_be_missing and not (out / "graph.ttl").exists():
            return
        raise
    with store:
        texts = {d.source: d.text for d in read_documents(store)}
        for fact in read_facts(store, load_vocabulary(vocabulary_files(ontology_dir()))):
            for evidence in fact.evidence:
                if evidence.span.of(texts[evidence.source]) != evidence.quote:
                    raise SystemExit(f"{evidence.source}: half a source")


def _check_finished(run, when: str) -> None:  # type: ignore[no-untyped-def]  # a script
    """The same command leaves the bytes of a build from nothing."""
    shutil.rmtree("fresh", ignore_errors=True)
    run("out")
    run("fresh")
    for name in OUTPUTS:
        if (Path("out") / name).read_bytes() != (Path("fresh") / name).read_bytes():
            raise SystemExit(f"{when}: {name} is not that of a build from nothing")


# --- Updates -----------------------------------------------------------------------------------------

_NOTE = "https://example.org/note/"


def updates(rounds: int, seconds: float, documents: int, seed: int) -> None:
    """So many rounds of a build, killed or not, before, while and after a server is sent changes."""
    chance = random.Random(seed)
    run = _builder()
    started, done, killed, refused = time.monotonic(), 0, 0, 0
    kept: dict[int, int] = {}  # by the number of a graph the last value that was acknowledged
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        pages = Path("pages")
        write_documents(pages, range(documents))
        run("out")
        with _server() as port:
            longest = 1.0
            while done < rounds and time.monotonic() - started < seconds:
                _change(pages, documents, chance)
                pid = _fork(run)
                for _ in range(chance.randint(0, 3)):
                    time.sleep(chance.uniform(0, longest / 3))
                    refused += not _send(port, chance, kept)
                outcome = _end(pid, chance.uniform(0, longest))
                longest *= 1.1 if outcome else 0.75
                killed += outcome == -signal.SIGKILL
                if outcome not in (0, -signal.SIGKILL):
                    raise SystemExit(f"a build failed by itself: {outcome}")
                for _ in range(chance.randint(0, 2)):
                    refused += not _send(port, chance, kept)
                _check_kept(kept, f"round {done}")
                done += 1
        run("out")
        _check_kept(kept, "the end")
    took = time.monotonic() - started
    print(f"{done} rounds, {killed} builds killed, {len(kept)} graphs acknowledged, none lost; "
          f"{refused} changes refused while a build ran; {took:.0f} s")  # fmt: skip


@contextmanager
def _server() -> Iterator[int]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*KG, "serve", "--port", "0", "--writable"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        try:
            yield int(said.rsplit(":", 1)[1].split("/")[0])
        finally:
            process.send_signal(signal.SIGINT)


def _send(port: int, chance: random.Random, kept: dict[int, int]) -> bool:
    """Send a graph or an update; whether it was acknowledged, which is noted."""
    number, value = chance.randrange(20), chance.randrange(1_000_000)
    graph = f"{_NOTE}{number}"
    if chance.random() < 0.5:
        url, method, kind = f"/graphs?graph={quote(graph, safe='')}", "PUT", "text/turtle"
        body = f'<{graph}> <{_NOTE}says> "{value}" .'
    else:
        url, method, kind = "/sparql", "POST", "application/sparql-update"
        data = f'<{graph}> <{_NOTE}says> "{value}"'
        body = f"DROP SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ {data} }} }}"
    request = Request(f"http://127.0.0.1:{port}{url}", body.encode(), {"Content-Type": kind}, method=method)
    try:
        with urlopen(request, timeout=60):
            kept[number] = value
            return True
    except HTTPError as error:
        if error.code != 503:
            raise SystemExit(f"{method}: {error.code} {error.read().decode()}") from error
        return False


def _check_kept(kept: dict[int, int], when: str) -> None:
    from kg.store import open_store

    with open_store("out/store", read_only=True) as store:
        for number, value in kept.items():
            said = [quad.object.value for quad in store.quads(f"{_NOTE}{number}")]
            if said != [str(value)]:
                raise SystemExit(f"{when}: graph {number} is {said}, acknowledged was {value}")


# --- Scale -------------------------------------------------------------------------------------------


def scale(documents: int, changed: int, place: str | None) -> None:
    """Time, memory and space of a full build, of one with some documents changed, of one with none."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        os.chdir(folder)
        write_documents(Path("pages"), range(documents))
        size = sum(path.stat().st_size for path in Path("pages").iterdir())
        full = _timed("from nothing", documents)
        write_documents(Path("pages"), range(0, documents, max(1, documents // changed))[:changed], 1)
        part = _timed(f"{changed} changed", documents)
        none = _timed("none changed", documents)
        facts = Path("out/facts.jsonl").read_bytes().count(b"\n")
        store = sum(path.stat().st_size for path in Path("out/store").resolve().iterdir())
        print(f"{documents:,} documents, {size / 1e6:.1f} MB, {facts:,} facts")
        print(f"changed/full {part / full:.2%}, none/full {none / full:.2%}")
        print(f"store {store / 1e6:.0f} MB, {store / facts:,.0f} bytes a fact")
        for name in OUTPUTS:
            print(f"{name} {(Path('out') / name).stat().st_size / 1e6:.1f} MB")


def _timed(what: str, documents: int) -> float:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    pid = subprocess.Popen([*KG, "build", "pages"], env=environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(pid.pid, 0)
    pid.returncode = 0
    took = time.monotonic() - begun
    if status:
        raise SystemExit(f"{what}: the build failed: {status}")
    print(
        f"{what}: {took:.1f} s ({used.ru_utime + used.ru_stime:.1f} s of the processor), "
        f"{used.ru_maxrss / 1024:.0f} MB at most",
        flush=True,
    )
    return took


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kills")
    killing.add_argument("--count", type=int, default=100)
    killing.add_argument("--seconds", type=float, default=1200, help="no new build is begun after that")
    killing.add_argument("--documents", type=int, default=6)
    killing.add_argument("--seed", type=int, default=1)
    updating = commands.add_parser("updates")
    updating.add_argument("--rounds", type=int, default=100)
    updating.add_argument("--seconds", type=float, default=1200, help="no new round is begun after that")
    updating.add_argument("--documents", type=int, default=3)
    updating.add_argument("--seed", type=int, default=1)
    scaling = commands.add_parser("scale")
    scaling.add_argument("--documents", type=int, default=1000)
    scaling.add_argument("--changed", type=int, default=10)
    scaling.add_argument("--place", help="the folder to work in")
    arguments = vars(parser.parse_args())
    {"kills": kills, "updates": updates, "scale": scale}[arguments.pop("command")](**arguments)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
