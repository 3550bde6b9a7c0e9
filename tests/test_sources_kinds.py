"""Kinds of sources: the words they show, in their order, and what they say of themselves."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from source_samples import pdf, tarred, word, workbook, zipped

from kg.sources import Limits, is_left_out, read_sources
from kg.sources.html import read_html, read_mhtml
from kg.sources.pdf import read_pdf
from kg.sources.sheets import read_xlsx
from kg.sources.word import read_docx
from kg.types import Document, Problem

LIMITS = Limits()
GAVE = "甲镇向乙镇捐赠5万元。"


def html(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def shown(body: str) -> str:
    return read_html(html(body).encode(), LIMITS).text


def read(*paths: str, **options: object) -> list[Document | Problem]:
    return list(read_sources(paths, **options))  # type: ignore[arg-type]


def texts(found: list[Document | Problem]) -> dict[str, str]:
    return {d.source: d.text if isinstance(d, Document) else f"! {d.message}" for d in found}


# --- HTML --------------------------------------------------------------------------------------------


def test_sources_html_blocks_are_lines_and_inline_words_stay_together() -> None:
    body = "<h1>甲镇</h1><div>与<b>乙</b>镇<br>结对<p>捐<!-- x -->款</p>后文</div>"
    assert shown(body) == "甲镇\n与乙镇\n结对\n捐款\n后文\n"


def test_sources_html_line_breaks_of_its_source_cut_no_chinese_word() -> None:
    assert shown("<p>甲镇与乙\n  镇签订 A\n  B 协议</p>") == "甲镇与乙镇签订 A B 协议\n"


def test_sources_html_what_is_not_shown_is_no_text() -> None:
    body = '<style>a{}</style><script>甲</script><p hidden>乙</p><p style="display: none">丙</p><p>丁&amp;&#x620a;</p>'
    assert shown(body) == "丁&戊\n"


@pytest.mark.parametrize(
    "part",
    [
        "<nav>首页 新闻</nav>",
        "<footer>首页 新闻</footer>",
        '<div class="siteNav">首页 新闻</div>',
        '<ul id="bread-crumb"><li>首页 新闻</li></ul>',
        '<p><a href="/">首页</a> <a href="/n">新闻</a></p>',
        "<table><tr><td><img></td><td><a href=/>首页 新闻</a></td></tr><tr><td><img></td><td></td></tr></table>",
    ],
)
def test_sources_html_furniture_is_marked_and_not_cut(part: str) -> None:
    parsed = read_html(html(f"{part}<article><header>甲镇</header><p>{GAVE}</p></article>").encode(), LIMITS)
    assert parsed.text == f"首页 新闻\n甲镇\n{GAVE}\n"
    assert [span.of(parsed.text) for span in parsed.furniture] == ["首页 新闻"]


def test_sources_html_page_whose_names_mislead_is_not_all_furniture() -> None:
    parsed = read_html(html(f'<div class="related"><p>{GAVE}</p></div>').encode(), LIMITS)
    assert (parsed.text, parsed.furniture) == (f"{GAVE}\n", ())


def test_sources_html_tables_are_rows_and_spanning_cells_stand_in_each() -> None:
    table = (
        "<table><tr><th>捐赠单位</th><th>受赠单位</th><th>金额<br>（万元）</th></tr>"
        "<tr><td rowspan=2>甲公司</td><td>乙镇</td><td>5</td></tr><tr><td>丙镇</td><td></td></tr>"
        "<tr><td colspan=2>合计</td><td>5</td></tr></table>"
    )
    rows = ["捐赠单位\t受赠单位\t金额（万元）", "甲公司\t乙镇\t5", "甲公司\t丙镇\t", "合计\t\t5"]
    assert shown(table).splitlines() == rows


def test_sources_html_table_that_sets_out_a_page_is_no_table() -> None:
    body = f"<table><tr><td><table><tr><td>首页</td></tr></table></td><td><p>{GAVE}</p><p>后文</p></td></tr></table>"
    assert shown(body) == f"首页\n{GAVE}\n后文\n"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="PubDate" content="2020-06-16 10:00"><meta name="ArticleTitle" content="甲镇"><meta name="ContentSource" content="乙报"><meta name="Url" content="https://example.org/1">',
        '<meta property="article:published_time" content="2020-06-16T10:00:00+08:00"><meta property="og:title" content="甲镇"><meta property="og:site_name" content="乙报"><link rel=canonical href="https://example.org/1">',
        '<script type="application/ld+json">{"headline":"甲镇","datePublished":"2020-06-16","publisher":{"name":"乙报"}}</script><!-- saved from url=(0021)https://example.org/1 -->',
    ],
    ids=["government site", "Open Graph", "schema.org"],
)
def test_sources_html_page_says_what_it_is(head: str) -> None:
    document = read_html(html(f"<p>{GAVE}</p>", head).encode(), LIMITS).document("a.html", "text/html")
    said = (document.title, document.date, document.publisher, document.origin)
    assert said == ("甲镇", "2020-06-16", "乙报", "https://example.org/1")


def test_sources_html_address_that_is_none_is_left_out() -> None:
    head = '<link rel=canonical href="javascript:alert(1)"><meta name=pubdate content="2020-02-31">'
    document = read_html(html(f"<p>{GAVE}</p>", head).encode(), LIMITS).document("a.html", "text/html")
    assert (document.origin, document.date) == ("", "")


def test_sources_html_encoding_is_the_one_it_names() -> None:
    page = html(f"<p>{GAVE}</p>").replace("utf-8", "gb2312").encode("gb18030")
    assert read_html(page, LIMITS).text == f"{GAVE}\n"
    assert read_html(page.replace(b"<p>", b"<p>\xff"), LIMITS).text == f"\ufffd{GAVE}\n"


def test_sources_mhtml_gives_its_page() -> None:
    part = f"Content-Type: text/html; charset=utf-8\r\nContent-Location: https://example.org/1\r\n\r\n{html(GAVE)}\r\n"
    mail = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n{part}--b--\r\n'
    parsed = read_mhtml(mail.encode(), LIMITS)
    assert (parsed.text, parsed.origin) == (f"{GAVE}\n", "https://example.org/1")


# --- PDF ---------------------------------------------------------------------------------------------


def test_sources_pdf_lines_are_paragraphs_and_tell_their_pages() -> None:
    first = [(50, 800, "年报"), (70, 700, "甲镇向乙镇捐"), (50, 685, "赠五万元用于村里"), (50, 30, "- 1 -")]
    second = [(50, 800, "年报"), (50, 700, "修路。"), (70, 685, "丙镇没有捐赠"), (50, 30, "- 2 -")]
    parsed = read_pdf(pdf([first, second]), LIMITS)
    lines = parsed.text.splitlines()
    assert [line for line in lines if "镇" in line] == ["甲镇向乙镇捐赠五万元用于村里修路。", "丙镇没有捐赠"]
    assert sorted(span.of(parsed.text) for span in parsed.furniture) == ["- 1 -", "- 2 -", "年报", "年报"]
    document = parsed.document("a.pdf", "application/pdf")
    pages = [document.page_at(parsed.text.index(word)) for word in ("甲镇", "用于", "修路", "丙镇")]
    assert pages == [1, 1, 2, 2]


def test_sources_pdf_cells_far_apart_are_a_row() -> None:
    rows = [
        [(50, 700 - 20 * n, cell), (200, 700 - 20 * n, "乙镇")] for n, cell in enumerate(("甲镇", "丙镇"))
    ]
    assert read_pdf(pdf([[line for row in rows for line in row]]), LIMITS).text == "甲镇\t乙镇\n丙镇\t乙镇\n"


# A grid of three columns and three rows; no rule parts the first two rows in the first column.
UPRIGHT = "".join(f"{x} 640 m {x} 700 l S " for x in (50, 150, 250, 350))
MERGED = UPRIGHT + "50 700 m 350 700 l S 150 680 m 350 680 l S 50 660 m 350 660 l S 50 640 m 350 640 l S"
BOXES = (
    "50 660 100 40 re 150 680 100 20 re 250 680 100 20 re 150 660 100 20 re 250 660 100 20 re S "
    + " ".join(f"{x} 640 100 20 re S" for x in (50, 150, 250))
)
THIN = "".join(f"{x} 640 0.8 60 re f " for x in (50, 150, 250, 350)) + "".join(
    f"{x} {y} {350 - x} 0.8 re f " for x, y in ((50, 699), (150, 680), (50, 660), (50, 640))
)


DOUBLED = re.sub(r"\d+", lambda number: str(2 * int(number[0])), MERGED)
SCALED = f"q 0.5 0 0 0.5 0 0 cm {DOUBLED} Q"


@pytest.mark.parametrize("drawn", [MERGED, BOXES, THIN, SCALED])
@pytest.mark.parametrize("foot", [667, 676, 685], ids=["low", "middle", "high"])
def test_sources_pdf_cell_over_two_rows_stands_in_both(drawn: str, foot: int) -> None:
    words = [(55, foot, "甲镇"), (155, 685, "乙镇"), (255, 685, "5"), (155, 665, "丙镇"), (255, 665, "6")]
    last = [(55, 645, "丁镇"), (155, 645, "戊镇"), (255, 645, "7")]
    head, behind = (50, 720, "捐赠情况"), (50, 600, GAVE)
    parsed = read_pdf(pdf([[head, *words, *last, behind]], drawn=drawn), LIMITS)
    assert parsed.text == f"捐赠情况\n甲镇\t乙镇\t5\n甲镇\t丙镇\t6\n丁镇\t戊镇\t7\n{GAVE}\n"


def test_sources_pdf_words_of_a_cell_are_one_line() -> None:
    grid = "50 640 100 60 re 150 640 100 60 re 50 620 100 20 re 150 620 100 20 re S"
    words = [(55, 685, "甲镇人民"), (55, 672, "政府"), (155, 685, "5"), (55, 625, "乙镇"), (155, 625, "6")]
    assert read_pdf(pdf([words], drawn=grid), LIMITS).text == "甲镇人民政府\t5\n乙镇\t6\n"


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param("40 100 500 700 re S", id="frame-of-the-page"),
        pytest.param("40 690 m 500 690 l S 40 660 m 500 660 l S", id="rules-between-paragraphs"),
        pytest.param("300 100 m 300 800 l S", id="rule-between-columns"),
        pytest.param(
            " ".join(f"{n} 100 m {n} 800 l S 40 {n} m 500 {n} l S" for n in range(40, 500)), id="drawing"
        ),
        pytest.param(
            " ".join(
                f"{40 + n} 300 m {40 + n} 720 l S 40 {300 + n} m 460 {300 + n} l S" for n in range(0, 421, 6)
            ),
            id="squared-paper",
        ),
    ],
)
def test_sources_pdf_rules_that_make_no_table_change_nothing(drawn: str) -> None:
    page = [(50, 700, GAVE), (50, 675, GAVE), (310, 700, GAVE)]
    assert read_pdf(pdf([page], drawn=drawn), LIMITS).text == read_pdf(pdf([page]), LIMITS).text


def test_sources_pdf_radicals_are_ideographs() -> None:
    assert read_pdf(pdf([[(50, 700, "⼈⺠医院")]]), LIMITS).text == "人民医院\n"


def test_sources_pdf_scanned_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([[], []], picture=True))
    [problem] = read(str(tmp_path / "a.pdf"))
    assert isinstance(problem, Problem)
    assert problem.message == "scanned: its pages are pictures without text; OCR makes them text"


# --- DOCX, XLSX, CSV ---------------------------------------------------------------------------------


def test_sources_docx_gives_paragraphs_and_tables_in_order() -> None:
    parsed = read_docx(word(["甲镇", GAVE], [["捐赠单位", "金额"], ["甲镇", "5"]], title="通知"), LIMITS)
    assert parsed.text == f"甲镇\n{GAVE}\n捐赠单位\t金额\n甲镇\t5\n\n"
    assert parsed.title == "通知"


def test_sources_docx_table_in_a_cell_has_rows_of_its_own() -> None:
    document, out = docx.Document(), io.BytesIO()
    outer = document.add_table(1, 2).rows[0].cells[0]
    outer.text = "附表"
    for row, words in zip(outer.add_table(2, 2).rows, ("甲乙", "丙丁"), strict=True):
        for cell, said in zip(row.cells, words, strict=True):
            cell.text = said
    document.save(out)
    assert read_docx(out.getvalue(), LIMITS).text == "附表\n\n甲\t乙\n丙\t丁\n\n"


def test_sources_docx_is_read_with_its_changes_accepted() -> None:
    from source_samples import with_part

    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>甲镇</w:t></w:r>'
        "<w:del><w:r><w:delText>没有</w:delText></w:r></w:del><w:ins><w:r><w:t>捐赠</w:t></w:r></w:ins>"
        "<w:sdt><w:sdtContent><w:r><w:t>5万元</w:t><w:tab/><w:t>。</w:t></w:r></w:sdtContent></w:sdt>"
        "</w:p></w:body></w:document>"
    )
    assert read_docx(with_part(word([]), "word/document.xml", body), LIMITS).text == "甲镇捐赠5万元\t。\n"


def test_sources_xlsx_cells_are_what_one_sees() -> None:
    rows = [
        ["附表1"],
        ["单位", "占比", "金额", "日期"],
        ["甲镇", 0.125, 300.0, datetime(2020, 6, 14)],
        [],
        ["乙镇", None, 1234567890123, None],
    ]
    parsed = read_xlsx(workbook(rows, formats={"B3": "0.0%"}), LIMITS)
    assert parsed.text == (
        "捐赠\n附表1\n单位\t占比\t金额\t日期\n甲镇\t12.5%\t300\t2020-06-14\n乙镇\t\t1234567890123\t\n\n"
    )


def test_sources_xlsx_cell_over_several_rows_stands_in_each() -> None:
    rows = [["捐赠单位", "金额", None], ["甲镇", 5, 6], [None, 7, None], [None, None, None], [None, 8, 9]]
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    for place in ("B1:C1", "A2:A4", "C2:C3"):
        book["捐赠"].merge_cells(place)
    out = io.BytesIO()
    book.save(out)
    text = read_xlsx(out.getvalue(), LIMITS).text
    assert text == "捐赠\n捐赠单位\t金额\t\n甲镇\t5\t6\n甲镇\t7\t6\n\t8\t9\n\n"


def test_sources_csv_is_a_table_whatever_parts_its_cells(here: Path) -> None:
    (here / "a.csv").write_bytes('单位,金额\n"甲镇,乙村",5\n'.encode("gb18030"))
    (here / "b.tsv").write_text("单位\t金额\n甲镇\t5\n", encoding="utf-16")
    assert texts(read("a.csv", "b.tsv")) == {
        "a.csv": "单位\t金额\n甲镇,乙村\t5\n",
        "b.tsv": "单位\t金额\n甲镇\t5\n",
    }


# --- Corpora, archives, standard input -----------------------------------------------------------------


def test_sources_jsonl_gives_a_document_a_row(here: Path) -> None:
    rows = [
        {"title": "甲", "content": GAVE, "date": "2020-06-16", "url": "https://example.org/1"},
        {"id": 3},
        GAVE,
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (here / "a.jsonl").write_text("\n".join([*lines, "{", ""]), encoding="utf-8")
    first, *others = read("a.jsonl")
    assert first == Document("a.jsonl#1", GAVE, title="甲", date="2020-06-16", origin="https://example.org/1")
    assert texts(others) == {
        "a.jsonl#2": "! no field with a text in it",
        "a.jsonl#3": GAVE,
        "a.jsonl#4": "! not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    }


def test_sources_csv_with_long_texts_gives_a_document_a_row(here: Path) -> None:
    (here / "a.csv").write_text(f"id,zheng wen\n1,{GAVE * 12}\n2,{GAVE}\n", encoding="utf-8")
    assert texts(read("a.csv")) == {"a.csv#1": GAVE * 12, "a.csv#2": GAVE}
    assert texts(read("a.csv", column="id")) == {"a.csv#1": "1", "a.csv#2": "2"}
    assert texts(read("a.csv", column="x")) == {"a.csv": "! no column 'x'; it has id, zheng wen"}


def test_sources_archive_gives_its_members_of_all_kinds(here: Path) -> None:
    inner = zipped({"c.docx": word([GAVE]), "d.jsonl": json.dumps({"text": GAVE})})
    members = {
        "甲/a.txt": GAVE.encode(),
        "b.html": html(f"<p>{GAVE}</p>").encode(),
        "in.zip": inner,
        "x.png": b"x",
        ".h": b"x",
    }
    (here / "z.zip").write_bytes(zipped(members))
    (here / "t.tgz").write_bytes(tarred({"./甲/a.txt": GAVE.encode()}, links={"l.txt": "/etc/passwd"}))
    assert texts(read("z.zip", "t.tgz")) == {
        "z.zip!/b.html": f"{GAVE}\n",
        "z.zip!/in.zip!/c.docx": f"{GAVE}\n",
        "z.zip!/in.zip!/d.jsonl#1": GAVE,
        "z.zip!/x.png": "! not read: .png is no kind that is read",
        "z.zip!/甲/a.txt": GAVE,
        "t.tgz!/l.txt": "! not read: a link in an archive",
        "t.tgz!/甲/a.txt": GAVE,
    }


def test_sources_archive_names_of_chinese_windows_are_read(here: Path) -> None:
    packed = zipped({"xxxx.txt": GAVE})
    (here / "z.zip").write_bytes(packed.replace(b"xxxx.txt", "甲镇.txt".encode("gbk")))
    assert list(texts(read("z.zip"))) == ["z.zip!/甲镇.txt"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf([[(50, 700, "甲镇乙镇丙镇丁镇戊镇")]]), "application/pdf"),
        (html(f"<p>{GAVE}</p>").encode(), "text/html"),
        (GAVE.encode(), "text/plain"),
    ],
    ids=["pdf", "html", "text"],
)
def test_sources_stdin_is_of_the_kind_its_bytes_tell(data: bytes, kind: str) -> None:
    [document] = read("-", stdin=io.BytesIO(data))
    assert isinstance(document, Document)
    assert (document.source, document.kind) == ("stdin", kind)


def test_sources_readme_in_an_archive_is_left_out(here: Path) -> None:
    (here / "z.zip").write_bytes(zipped({"README.md": "x", "a.txt": GAVE}))
    left, document = read("z.zip")
    assert isinstance(left, Problem) and is_left_out(left)
    assert isinstance(document, Document)
