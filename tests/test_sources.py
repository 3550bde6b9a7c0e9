"""Sources: what is on the disk is decoded and nothing else; what cannot be read is said in one line."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.sources import Limits, decode, is_left_out, read_limits, read_sources
from kg.types import Document, Problem

TEXT = "甲镇与乙镇结对帮扶。\r\n今年捐款5万元。\n"


def put(path: Path, data: bytes | str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(*paths: str, **options: object) -> list[Document | Problem]:
    return list(read_sources(paths, **options))  # type: ignore[arg-type]


def only_problem(*paths: str, **options: object) -> str:
    [problem] = read(*paths, **options)
    assert isinstance(problem, Problem)
    assert "\n" not in problem.message
    return problem.message


def test_sources_text_is_kept_with_its_newlines(here: Path) -> None:
    put(here / "a.txt")
    assert read("a.txt") == [Document("a.txt", TEXT)]


def test_sources_byte_order_mark_is_no_character(here: Path) -> None:
    put(here / "a.txt", b"\xef\xbb\xbf" + TEXT.encode())
    assert read("a.txt") == [Document("a.txt", TEXT)]


def test_sources_folder_is_read_sorted_without_hidden_files_and_readme(here: Path) -> None:
    for name in ("d/b.txt", "d/a.md", "d/.hidden.txt", "d/.git/x.txt", "d/sub/c.txt", "d/README.md"):
        put(here / name)
    documents = read("d")
    assert [d.source for d in documents] == ["d/README.md", "d/a.md", "d/b.txt", "d/sub/c.txt"]
    assert [isinstance(d, Problem) and is_left_out(d) for d in documents] == [True, False, False, False]


def test_sources_folder_names_files_it_does_not_read(here: Path) -> None:
    put(here / "d/a.txt")
    put(here / "d/b.png")
    _, problem = read("d")
    assert problem == Problem("d/b.png", "not read: .png is no kind that is read")
    assert not is_left_out(problem)


def test_sources_readme_named_by_hand_is_read(here: Path) -> None:
    put(here / "README.md")
    assert read("README.md") == [Document("README.md", TEXT, kind="text/markdown")]


@pytest.mark.parametrize(
    ("where", "named", "names"),
    [
        ("", ["in"], ["in/a.txt", "in/e/b.txt"]),
        ("in", ["."], ["in/a.txt", "in/e/b.txt"]),
        ("in/e", [".."], ["in/a.txt", "in/e/b.txt"]),
        ("other", ["../in"], ["in/a.txt", "in/e/b.txt"]),
        ("", ["in/**/*.txt"], ["in/a.txt", "in/e/b.txt"]),
        ("in", ["**/*.txt"], ["in/a.txt", "in/e/b.txt"]),
        ("", ["in/e/b.txt"], ["b.txt"]),
        ("in/e", ["b.txt"], ["b.txt"]),
        ("", ["in/e/b.txt", "in"], ["in/e/b.txt", "in/a.txt"]),
        ("in", ["e", "."], ["in/e/b.txt", "in/a.txt"]),
        ("", ["in/a.txt", "other/a.txt"], ["in/a.txt", "other/a.txt"]),
        ("other", ["../in/e", "e"], ["in/e/b.txt", "other/e/c.txt"]),
    ],
)
@pytest.mark.parametrize("is_absolute", [False, True])
def test_sources_names_are_the_same_wherever_the_command_is_run(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    named: list[str],
    names: list[str],
    is_absolute: bool,
) -> None:
    for name in ("in/a.txt", "in/e/b.txt", "other/a.txt", "other/e/c.txt"):
        put(here / name)
    monkeypatch.chdir(here / where)
    paths = [os.path.abspath(path) for path in named] if is_absolute else named
    assert [d.source for d in read(*paths)] == names


def test_sources_file_of_a_known_source_has_its_name(here: Path) -> None:
    put(here / "in/e/b.txt")
    assert [d.source for d in read("in/e/b.txt", known={"in/e/b.txt", "e/b.txt"})] == ["in/e/b.txt"]


def test_sources_links_out_of_the_folder_are_told_and_not_followed(here: Path) -> None:
    put(here / "secret/a.txt")
    put(here / "in/b.txt")
    (here / "in/out").symlink_to("../secret")
    (here / "in/out.txt").symlink_to(here / "secret/a.txt")
    (here / "in/self.txt").symlink_to("b.txt")
    for named in ("in", "in/*"):
        found = {d.source: d for d in read(named)}
        assert isinstance(found.pop("in/b.txt"), Document)
        assert all("leads out" in d.message for d in found.values() if isinstance(d, Problem))
        assert "in/out.txt" in found and ("in/out" in found or named == "in/*")
    assert [d.source for d in read("in/out.txt")] == ["out.txt"]  # it was named itself


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no /proc")
@pytest.mark.parametrize("path", ["/proc/self/status", "/dev/zero", "/proc/self/mem", "pipe.txt"])
def test_sources_what_the_system_makes_as_it_is_read_is_not_opened(here: Path, path: str) -> None:
    os.mkfifo("pipe.txt")
    assert only_problem(path) == "not a file that can be read"


def test_sources_file_named_twice_is_read_once(here: Path) -> None:
    put(here / "d/a.txt")
    (here / "link.txt").symlink_to("d/a.txt")
    assert [d.source for d in read("d/a.txt", "d", "./d/a.txt", "link.txt")] == ["d/a.txt"]


def test_sources_stdin_is_a_document(here: Path) -> None:
    assert read("-", "-", stdin=io.BytesIO(TEXT.encode())) == [Document("stdin", TEXT)]


def test_sources_gb18030_is_recognized(here: Path) -> None:
    put(here / "a.txt", TEXT.encode("gb18030"))
    assert read("a.txt") == [Document("a.txt", TEXT)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("職業學校與醫院簽訂協議，培訓護士", "big5"),
        ("職業學校與醫院簽訂協議，培訓護士", "gb18030"),
        (TEXT, "utf-16"),
        (TEXT, "utf-16-le"),
        (TEXT, "utf-16-be"),
        ("plain words", "utf-16-le"),
    ],
)
def test_sources_encodings_of_chinese_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("déjà vu, où êtes-vous".encode("latin-1"), id="Latin-1"),
        pytest.param(TEXT.encode()[:-5] + b"\xff" + TEXT.encode()[-5:], id="broken UTF-8"),
    ],
)
def test_sources_other_encodings_are_not_guessed(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"^not utf-8 at byte \d+; name its encoding with --encoding$"):
        decode(data)


def test_sources_bad_byte_is_named_by_its_offset(here: Path) -> None:
    put(here / "a.txt", "甲镇".encode() + b"\xff")
    assert only_problem("a.txt") == "not utf-8 at byte 6; name its encoding with --encoding"
    assert only_problem("a.txt", encoding="utf-8") == "not utf-8 at byte 6; try another --encoding"


@pytest.mark.parametrize("encoding", ["big5", "utf-16", "gbk"])
def test_sources_encoding_is_obeyed(here: Path, encoding: str) -> None:
    put(here / "a.txt", "甲村乙村".encode(encoding))
    assert read("a.txt", encoding=encoding) == [Document("a.txt", "甲村乙村")]


@pytest.mark.parametrize("encoding", ["utf8000", "hex", "a\0b"])
def test_sources_unknown_encoding_is_an_error(here: Path, encoding: str) -> None:
    with pytest.raises(SourceError, match="unknown; try utf-8"):
        read("a.txt", encoding=encoding)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "empty: there is nothing to read", id="empty"),
        pytest.param(b" \n\t\n", "holds nothing but blanks", id="blank"),
        pytest.param(b"PK\0\1", "not a text: NUL at character 2; is it a binary file?", id="binary"),
    ],
)
def test_sources_file_without_text_is_a_problem(here: Path, data: bytes, message: str) -> None:
    put(here / "a.txt", data)
    assert only_problem("a.txt") == message


def test_sources_missing_path_is_a_problem(here: Path) -> None:
    assert only_problem("nothing.txt") == "no such file or folder; check the path"


def test_sources_folder_without_texts_is_a_problem(here: Path) -> None:
    (here / "d").mkdir()
    assert only_problem("d") == ("nothing to read in this folder; put texts, pages or tables into it")


def test_sources_link_loops_are_problems(here: Path) -> None:
    put(here / "d/a.txt")
    put(here / "d/e/b.txt")
    (here / "d/e/up").symlink_to("..")
    (here / "d/self.txt").symlink_to("self.txt")
    found = {d.source: d.message for d in read("d") if isinstance(d, Problem)}
    assert found["d/self.txt"] == "cannot be read: too many levels of symbolic links"
    assert found["d/e/up"] == "not read: the link leads back to a folder above it; remove the link"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_sources_file_without_permission_is_a_problem(here: Path) -> None:
    put(here / "a.txt").chmod(0)
    assert only_problem("a.txt") == "may not be read; check its permissions"


def test_sources_file_over_the_limit_is_a_problem(here: Path) -> None:
    put(here / "a.txt")
    assert only_problem("a.txt", limits=Limits(file_bytes=10)) == "larger than 10 bytes; split it"


def test_sources_pattern_in_quotes_gives_the_files_that_match(here: Path) -> None:
    for name in ("d/a.txt", "d/e/b.txt", "d/e/c.md", "x[1].txt"):
        put(here / name)
    assert [d.source for d in read("d/**/*.txt", "x[1].txt")] == ["d/a.txt", "d/e/b.txt", "x[1].txt"]
    assert only_problem("*.pdf") == "matches no file; check the pattern"


def test_sources_folder_leaves_out_what_a_browser_saved_and_what_a_build_made(here: Path) -> None:
    for name in ("d/p.html", "d/p_files/a.js", "d/out/report.txt", "d/out/graph.ttl", "d/out/store/CURRENT"):
        put(here / name)
    left = [d.source for d in read("d") if isinstance(d, Problem) and is_left_out(d)]
    assert left == ["d/out", "d/p_files"]


def test_sources_controls_and_private_characters_are_kept(here: Path) -> None:
    text = "甲镇\x1b[31m与\ue000乙镇\x0c\u2028结对\x85。"
    put(here / "a.txt", text)
    assert read("a.txt") == [Document("a.txt", text)]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("file-byte=3", "no such limit; there are file-bytes"),
        ("seconds=soon", "'soon' is no number"),
        ("pages=0", "limit pages: 0 is no whole number from 1 on"),
    ],
)
def test_sources_limit_that_is_none_is_an_error(here: Path, setting: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_limits(None, [setting])


def test_sources_limits_come_from_the_configuration_and_then_from_the_command_line(here: Path) -> None:
    put(here / "kg.toml", '[limits]\nfile-bytes = "3MB"\nseconds = 5\n')
    limits = read_limits(None, ["seconds=7"])
    assert (limits.file_bytes, limits.seconds, limits.pages) == (3_000_000, 7, Limits().pages)


def test_sources_name_that_is_not_utf8_is_a_problem(here: Path) -> None:
    name = os.fsdecode(b"\xff.txt")
    put(here / name)
    assert read(name) == [Problem("\ufffd.txt", "not read: the file's name is not UTF-8; rename it")]


def test_sources_bad_file_does_not_stop_the_others(here: Path) -> None:
    put(here / "d/a.txt", b"")
    put(here / "d/b.txt")
    assert [type(d) for d in read("d", "nothing")] == [Problem, Document, Problem]
