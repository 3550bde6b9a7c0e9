"""The command line: help at once, one line for what goes wrong, the right exit code, files whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from kg import __version__
from kg.cli import cli, common, run
from kg.files import whole_file, write_whole

ROOT = Path(__file__).resolve().parents[1]
FACT = {
    "type": "Gift",
    "roles": {"giver": [{"entity": "甲镇", "aliases": []}], "sum": [{"value": 5, "unit": "CNY"}]},
}


def start(*arguments: str, cwd: Path, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    code = "from kg.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment,
    )


@pytest.fixture
def scored(here: Path) -> Path:
    """A folder with gold.jsonl and facts.jsonl, of which half agrees."""
    gold = {**FACT, "roles": {"giver": [["甲镇"]], "sum": [{"value": 6, "unit": "CNY"}]}}
    (here / "gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    (here / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    return here


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(common, "open_built_store", fail)
    monkeypatch.setattr("kg.cli.reading.open_built_store", fail)


def test_cli_help_imports_no_heavy_library() -> None:
    heavy = (
        "spacy rdflib pyoxigraph networkx pyvis pyshacl numpy onnxruntime rich yaml kg.ontology kg.pipeline"
    )
    code = "import sys; from kg.cli import run; run(['--help']); print(set(sys.argv[1].split()) & set(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, heavy], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "set()\n"
    assert "Commands:" in done.stdout


@pytest.mark.parametrize("name", sorted(cli.commands))
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_cli_every_command_has_help_with_an_example(
    name: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([name, option]) == 0
    out = capsys.readouterr().out
    assert f"Example:\n    kg {name}" in out
    assert cli.commands[name].get_short_help_str(200).endswith(".")


def test_cli_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"kg {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["bild"], "kg: No such command 'bild'", id="unknown command"),
        pytest.param(["stats", "--stor", "x"], "kg: No such option", id="unknown option"),
        pytest.param(["no\x1b[31mpe"], "kg: No such command 'no\\x1b[31mpe", id="escape"),
        pytest.param(
            ["stats", "--store", "nowhere"], "kg: nowhere: no store here; run `kg build` first", id="no store"
        ),
        pytest.param(
            ["evaluate"],
            "kg: give GOLD and FACTS, annotations, or --dir (see `kg evaluate --help`)",
            id="nothing to score",
        ),
        pytest.param(
            ["evaluate", "a", "b"], "kg: a: cannot be read: no such file or directory", id="no gold file"
        ),
        pytest.param(
            ["evaluate", "--dir", "."], "kg: .: no NAME.txt with a NAME.gold.jsonl beside it", id="no gold"
        ),
    ],
)
def test_cli_error_is_one_line_and_exit_2(
    arguments: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        pytest.param(KeyboardInterrupt(), 130, "kg: interrupted\n", id="interrupted"),
        pytest.param(
            OSError(errno.ENOSPC, "No space left on device", "out/graph.ttl"),
            2,
            "kg: out/graph.ttl: no space left on device; free some space and run the command again\n",
            id="full disk",
        ),
        pytest.param(
            KeyError("x"),
            2,
            "kg: internal error: KeyError('x'); KG_DEBUG=1 shows where, please report it\n",
            id="bug",
        ),
    ],
)
def test_cli_trouble_while_running_is_one_line(
    error: BaseException,
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fail_with(monkeypatch, error)
    assert run(["stats"]) == code
    assert capsys.readouterr().err.lstrip("\n") == message


def test_cli_reader_that_goes_away_is_no_error(scored: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("evaluate", "gold.jsonl", "facts.jsonl", cwd=scored, stdout=writing)
    os.close(writing)
    assert process.communicate()[1] == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_cli_full_disk_under_standard_output_is_one_line(scored: Path) -> None:
    with open("/dev/full", "wb") as full:
        process = start("evaluate", "gold.jsonl", "facts.jsonl", cwd=scored, stdout=full.fileno())
    assert (
        process.communicate()[1].decode()
        == "kg: no space left on device; free some space and run the command again\n"
    )
    assert process.returncode == 2


def test_cli_evaluate_prints_the_score(scored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "gold.jsonl", "facts.jsonl", "--roles", "--detail"]) == 0
    assert capsys.readouterr().out == (
        "differs in gold.jsonl\n"
        "  gold   Gift/asserted giver: 甲镇; sum: 6 CNY\n"
        "  found  Gift/asserted giver: 甲镇; sum: 5 CNY\n"
        "\n"
        "role            P      R     F1  agreeing  found  gold\n"
        "----------  -----  -----  -----  --------  -----  ----\n"
        "Gift.giver  1.000  1.000  1.000         1      1     1\n"
        "Gift.sum    0.000  0.000  0.000         0      1     1\n"
        "\n"
        "type       P      R     F1  agreeing  found  gold  clean  whole  facts  gold facts\n"
        "-----  -----  -----  -----  --------  -----  ----  -----  -----  -----  ----------\n"
        "Gift   0.667  0.667  0.667         2      3     3  0.000  0.000      1           1\n"
        "total  0.667  0.667  0.667         2      3     3  0.000  0.000      1           1\n"
    )


@pytest.mark.parametrize(("floor", "code"), [("0.66", 0), ("0.67", 1)])
def test_cli_evaluate_below_the_floor_exits_1(scored: Path, floor: str, code: int) -> None:
    assert run(["evaluate", "gold.jsonl", "facts.jsonl", "--floor", floor]) == code


def test_cli_output_file_is_whole_or_not_at_all(here: Path) -> None:
    write_whole("d/a.txt", "旧")
    with pytest.raises(ZeroDivisionError), whole_file("d/a.txt") as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert (here / "d/a.txt").read_text(encoding="utf-8") == "旧"
    assert [path.name for path in (here / "d").iterdir()] == ["a.txt"]


def test_cli_output_file_keeps_its_link_and_its_permissions(here: Path) -> None:
    write_whole("a.txt", "旧")
    (here / "a.txt").chmod(0o640)
    (here / "b.txt").symlink_to("a.txt")
    write_whole("b.txt", b"new")
    assert (here / "b.txt").is_symlink()
    assert ((here / "a.txt").read_bytes(), (here / "a.txt").stat().st_mode & 0o777) == (b"new", 0o640)


def test_cli_examples_name_commands_and_options_that_exist() -> None:
    for name, command in cli.commands.items():
        known = {option for param in command.params for option in param.opts} | {"-h"}
        for line in (command.help or "").splitlines():
            if line.strip().startswith("kg "):
                words = [word for word in line.split("|")[0].split() if word.startswith("-") and word != "-"]
                assert set(words) <= known, (name, line)
    assert isinstance(cli, click.Group)


@pytest.mark.slow
def test_cli_wheel_brings_the_ontology_and_the_queries(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "from kg.resources import ontology_dir, queries_dir; print(ontology_dir(), queries_dir())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, text=True, check=True
    )
    found = [Path(path).relative_to(tmp_path / "site").as_posix() for path in done.stdout.split()]
    assert found == ["kg/data/ontology", "kg/data/queries"]
    for name in ("ontology", "queries"):
        there = {path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*") if path.is_file()}
        assert there == {
            path.relative_to(tmp_path / "site/kg/data" / name)
            for path in (tmp_path / "site/kg/data" / name).rglob("*")
            if path.is_file()
        }
