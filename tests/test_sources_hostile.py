"""What strangers may send: each is named with its reason, takes no more than its share, stops no other."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import pytest
from source_samples import lying_zip, pdf, tarred, with_part, word, workbook, zipped

from kg.errors import SourceError
from kg.sources import Limits, read_sources
from kg.sources.child import parse
from kg.sources.kinds import Kind
from kg.sources.worker import Worker
from kg.types import Document, Problem

GAVE = "甲镇向乙镇捐赠5万元。"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "捐捐捐捐捐捐捐捐捐捐">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + f']><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>'
)
OUTSIDE = (
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>甲&x;乙</w:t></w:r></w:p></w:body></w:document>'
)


def read(*paths: str, **options: object) -> list[Document | Problem]:
    return list(read_sources(paths, **options))  # type: ignore[arg-type]


def problem_of(data: bytes, name: str, limits: Limits | None = None) -> str:
    """What is said of a file that comes before one that is read."""
    Path(name).write_bytes(data)
    Path("z.txt").write_text(GAVE, encoding="utf-8")
    *problems, good = read(name, "z.txt", limits=limits or Limits())
    assert good == Document("z.txt", GAVE)
    assert all(isinstance(p, Problem) and p.source.startswith(name) for p in problems)
    return "; ".join(p.message for p in problems if isinstance(p, Problem))


def old_office(*, encrypted: bool) -> bytes:
    body = "EncryptedPackage".encode("utf-16-le") if encrypted else b"WordDocument"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + body


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"%PDF-1.7\n%%EOF", "a broken PDF; open it in a viewer and save it again"),
        ("a.pdf", pdf([[(50, 700, GAVE)]])[:600], "a broken PDF; open it in a viewer and save it again"),
        ("a.pdf", b"", "empty: there is nothing to read"),
        ("a.docx", old_office(encrypted=True), "encrypted; save it without a password"),
        ("a.doc", old_office(encrypted=False), "an Office file of the old format; save it as .docx or .xlsx"),
        ("a.docx", word([GAVE])[:900], "broken: File is not a zip file; open it and save it again"),
        ("a.docx", zipped({"a.txt": "x"}), "broken: "),
        ("a.xlsx", zipped({"xl/workbook.xml": "<"}), "broken: "),
        ("a.html", b"", "empty: there is nothing to read"),
        ("a.html", b"<html><script>x</script>", "empty: there is nothing to read"),
        ("a.csv", b"", "empty: there is nothing to read"),
        ("a.zip", b"PK\3\4 broken", "a broken archive: File is not a zip file; pack it again"),
        ("a.zip", zipped({"x": "y" * 500})[:-30], "a broken archive: File is not a zip file; pack it again"),
        ("a.tgz", tarred({"a.txt": GAVE.encode() * 99})[:90], "a broken archive: "),
        ("a.rtf", b"{\\rtf1 x}", "RTF is not read; save it as .docx or .txt"),
        ("a.bin", bytes(range(256)), "not utf-8 at byte 128; name its encoding with --encoding"),
    ],
    # Archives bear the time they are made at: a test's id must be the same in every process.
    ids=lambda part: f"{len(part)} bytes" if isinstance(part, bytes) else None,
)
def test_sources_broken_file_is_named_and_the_next_is_read(
    here: Path, name: str, data: bytes, message: str
) -> None:
    assert problem_of(data, name).startswith(message)


def test_sources_encrypted_pdf_is_told_as_such() -> None:
    # Any PDF whose trailer says it is encrypted, with a key that no empty password gives.
    plain = pdf([[(50, 700, GAVE)]])
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> /P -4 >> /ID [<01><01>]"
    )
    with pytest.raises(SourceError, match=r"^encrypted; save it without a password$"):
        parse(Kind.PDF, plain.replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock), Limits(), None)


def test_sources_encrypted_member_of_an_archive_is_named(here: Path) -> None:
    packed = bytearray(zipped({"a.txt": GAVE}))
    packed[packed.index(b"PK\1\2") + 8] |= 1
    assert problem_of(bytes(packed), "a.zip") == "encrypted; pack it without a password"


# --- Bombs -------------------------------------------------------------------------------------------


def test_sources_zip_bomb_is_not_unpacked(here: Path) -> None:
    data = zipped({"a.txt": b"0" * 40_000_000, "b.txt": GAVE})
    Path("a.zip").write_bytes(data)
    bomb, good = read("a.zip")
    assert bomb == Problem("a.zip!/a.txt", "unpacks to over 200 times its size: a bomb?")
    assert good == Document("a.zip!/b.txt", GAVE)


def test_sources_zip_that_lies_about_its_size_gives_no_more_than_it_says(here: Path) -> None:
    squeezer = zlib.compressobj(9, wbits=-15)
    packed = squeezer.compress(b"0" * 40_000_000) + squeezer.flush()
    assert "broken in its archive: Bad CRC-32" in problem_of(lying_zip("a.txt", packed, 10), "a.zip")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_sources_tar_bomb_is_given_up(here: Path, mode: str) -> None:
    data = tarred({"a.txt": b"0" * 30_000_000}, mode=mode)
    assert problem_of(data, "a.tar") == "the rest was not read: unpacks to over 200 times its size: a bomb?"


def test_sources_archive_takes_no_more_than_its_share(here: Path) -> None:
    members = {f"{n}.txt": os.urandom(50_000).hex() for n in range(4)}
    Path("a.zip").write_bytes(zipped(members))
    first, second, rest = read("a.zip", limits=Limits(archive_bytes=250_000))
    assert isinstance(first, Document) and isinstance(second, Document)
    assert rest == Problem("a.zip", "the rest was not read: unpacks to more than 250 kB; unpack it by hand")
    [*_, rest] = read("a.zip", limits=Limits(archive_members=3))
    assert rest == Problem("a.zip", "the rest was not read: holds more than 3 files; unpack it")


def test_sources_archives_in_archives_are_opened_so_deep_and_no_deeper(here: Path) -> None:
    data = zipped({"a.txt": GAVE})
    for _ in range(4):
        data = zipped({"a.zip": data})
    assert problem_of(data, "a.zip") == "not read: an archive more than 2 levels deep; unpack it"


def test_sources_names_in_an_archive_lead_nowhere_else(here: Path) -> None:
    Path("a.zip").write_bytes(zipped({"../../x.txt": GAVE, "/y.txt": GAVE, "c:\\z\x1b.txt": GAVE}))
    assert [d.source for d in read("a.zip")] == ["a.zip!/x.txt", "a.zip!/y.txt", "a.zip!/c:/z\ufffd.txt"]


def test_sources_office_bomb_is_not_unpacked(here: Path) -> None:
    data = with_part(word([]), "word/document.xml", " " * 40_000_000)
    assert problem_of(data, "a.docx", Limits(office_bytes=30_000_000)).startswith(
        "unpacks to 40.8 MB, more than 30 MB"
    )


def test_sources_xml_bomb_in_docx_does_no_harm(here: Path) -> None:
    hidden = BOMB.replace("<!DOC", f"<!--{' ' * 9000}--><!DOC")
    # Told by what it is and by what the parser counts, not by a limit of time or memory.
    for bomb, why in ((BOMB, "declares a document type"), (hidden, "amplification factor exceeded")):
        assert why in problem_of(with_part(word([]), "word/document.xml", bomb), "a.docx")


def test_sources_xml_of_docx_reads_no_file(here: Path) -> None:
    with pytest.raises(SourceError, match=r"^its part word/document.xml declares a document type: a bomb\?"):
        parse(Kind.DOCX, with_part(word([]), "word/document.xml", OUTSIDE), Limits(), None)
    padded = OUTSIDE.replace("<w:document", f"<!--{' ' * 9000}--><w:document").replace(
        "<!DOC", f"<!--{' ' * 9000}--><!DOC"
    )
    assert parse(Kind.DOCX, with_part(word([]), "word/document.xml", padded), Limits(), None).text == "甲\n"


def test_sources_xml_bomb_in_xlsx_does_no_harm(here: Path) -> None:
    bomb = BOMB.replace(BOMB[BOMB.index("<w:document") :], "<sst><si><t>&i;</t></si></sst>")
    assert "declares a document type" in problem_of(
        with_part(workbook([["x"]]), "xl/sharedStrings.xml", bomb), "a.xlsx"
    )
    hidden = bomb.replace("<!DOC", f"<!--{' ' * 9000}--><!DOC")
    Path("b.xlsx").write_bytes(with_part(workbook([["x"]]), "xl/sharedStrings.xml", hidden))
    [found] = read("b.xlsx")
    assert isinstance(found, Document) and len(found.text) < 1000  # nothing of it is put in


def test_sources_html_nested_without_end_does_no_harm(here: Path) -> None:
    Path("a.html").write_text("<div class=nav>" * 20_000 + GAVE, encoding="utf-8")
    [found] = read("a.html")
    assert isinstance(found, Document | Problem)


def test_sources_text_over_the_limit_is_named(here: Path) -> None:
    limits = Limits(text_characters=100)
    message = "its text is longer than 100 characters; split it"
    assert problem_of(word([GAVE] * 50), "a.docx", limits) == message
    assert problem_of(pdf([[(50, 700, GAVE)]] * 20), "a.pdf", limits) == message
    assert problem_of(("<p>" + GAVE).encode() * 50, "a.html", limits) == message


# --- Long lines, time, memory --------------------------------------------------------------------------


def test_sources_line_of_a_corpus_that_is_too_long_is_passed_over(here: Path) -> None:
    rows = ['{"text": "甲"}', '{"text": "' + "乙" * 1000 + '"}', '{"text": "丙"}']
    Path("a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    found = read("a.jsonl", limits=Limits(row_bytes=100))
    assert [d.source for d in found] == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
    assert found[1] == Problem("a.jsonl#2", "a line longer than 100 bytes")


def test_sources_bad_byte_in_a_corpus_spoils_its_row_alone(here: Path) -> None:
    row = '{"text": "甲"}\n'.encode()
    Path("a.jsonl").write_bytes(row + row.replace(b'"}', b'\xff"}') + row)
    first, bad, last = read("a.jsonl")
    assert isinstance(first, Document) and isinstance(last, Document)
    assert bad == Problem("a.jsonl#2", "not utf-8 at byte 13; try another --encoding")


def test_sources_quote_left_open_in_csv_is_named(here: Path) -> None:
    Path("a.csv").write_text('id,text\n1,"' + "甲\n" * 500, encoding="utf-8")
    problem, *_ = read("a.csv", limits=Limits(row_bytes=200))
    assert isinstance(problem, Problem)
    assert "is a quote left open?" in problem.message


def test_sources_json_nested_without_end_is_named(here: Path) -> None:
    assert "nested too deeply" in problem_of(b"[" * 200_000, "a.jsonl")


def test_sources_many_bad_rows_are_counted(here: Path) -> None:
    Path("a.jsonl").write_text("{\n" * 50, encoding="utf-8")
    found = read("a.jsonl")
    assert len(found) == 21
    assert found[-1] == Problem("a.jsonl", "30 more rows that could not be read")


def test_sources_reader_that_runs_over_its_time_is_ended_and_the_next_is_read() -> None:
    page = pdf([[(50, 700, GAVE)]])
    with Worker(Limits(seconds=1)) as worker:
        assert worker.parse(Kind.PDF, page, None).text == f"{GAVE}\n"
        rows = "<table>" + "<tr><td>x" * 300_000
        with pytest.raises(SourceError, match=r"^takes longer than 1 seconds"):
            worker.parse(Kind.HTML, rows.encode() * 8, None)
        assert worker.parse(Kind.PDF, page, None).text == f"{GAVE}\n"


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="no limit of address space")
def test_sources_reader_that_runs_over_its_memory_is_ended_and_the_next_is_read() -> None:
    page = pdf([[(50, 700, GAVE)]])
    with Worker(Limits(memory_bytes=500_000_000)) as worker:
        with pytest.raises(SourceError, match=r"^(needs more memory than 500 MB|its reader broke down)"):
            worker.parse(Kind.HTML, b"<p><b>x</b>" * 3_000_000, None)
        assert worker.parse(Kind.PDF, page, None).text == f"{GAVE}\n"


def test_sources_reader_that_breaks_down_is_named() -> None:
    with Worker(Limits()) as worker:
        assert worker.parse(Kind.HTML, GAVE.encode(), None).text == f"{GAVE}\n"
        assert worker._process is not None
        worker._process.kill()
        with pytest.raises(SourceError, match=r"^its reader broke down; is the file damaged"):
            worker.parse(Kind.HTML, GAVE.encode(), None)
        assert worker.parse(Kind.HTML, GAVE.encode(), None).text == f"{GAVE}\n"


def test_sources_reader_is_not_what_lies_in_the_working_directory(here: Path) -> None:
    Path("docx.py").write_text("raise SystemExit(1)", encoding="utf-8")
    Path("a.docx").write_bytes(word([GAVE]))
    assert read("a.docx") == [Document("a.docx", f"{GAVE}\n", kind=Kind.DOCX.value)]


def test_sources_pipe_in_a_folder_is_not_waited_for(here: Path) -> None:
    Path("d").mkdir()
    os.mkfifo("d/a.txt")
    Path("d/b.txt").write_text(GAVE, encoding="utf-8")
    assert read("d") == [
        Problem("d/a.txt", "not read: a pipe"),
        Document("d/b.txt", GAVE),
    ]


def test_sources_endless_device_is_cut_off(here: Path) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"a" * size

    [problem] = read("-", stdin=Endless(), limits=Limits(file_bytes=1000))
    assert problem == Problem("stdin", "larger than 1 kB; split it")


@pytest.mark.parametrize("depth", [200, 300, 1000, 2100, 50_000])
def test_sources_deep_page_is_read_or_told(here: Path, depth: int) -> None:
    Path("a.html").write_text(f"<body>{'<div>' * depth}{GAVE}{'</div>' * depth}<p>{GAVE}", encoding="utf-8")
    [found] = read("a.html")
    if isinstance(found, Problem):
        assert depth > 2000 and "nested deeper" in found.message
    else:
        assert found.text == f"{GAVE}\n{GAVE}\n"
