"""The text that is read: lines broken inside sentences, characters that show nothing, and the way back."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology, load_ontology
from kg.readingtext import ReadingText, read_text
from kg.resources import ontology_dir
from kg.types import Document, Span

WRAPPED = (
    "宜昌市人民政府于2022年3月17日向临夏市第二中\n学捐赠教学设备120万元，用于改善当地办学条件，\n"
    "受援学校举行了简短的捐赠仪式，双方签署协议。"
)


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ontology_dir())


def read(text: str, ontology: Ontology) -> ReadingText:
    return read_text(Document("a.txt", text), ontology.grammar, ontology.divisions)


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        pytest.param(WRAPPED, "", id="at-a-width"),
        pytest.param("一、捐赠情况\n" + WRAPPED, "一、捐赠情况\n", id="below-a-heading"),
        pytest.param(WRAPPED.replace("\n", "\r\n"), "", id="crlf"),
        pytest.param("黄石市共投入35\n0万元。", "", id="number"),
        pytest.param("黄石市共投入350\n万元。", "", id="measure"),
        pytest.param("黄石市于2022年3月1\n7日捐款。", "", id="day"),
        pytest.param("黄石市于2022年3月\n17日捐款。", "", id="month"),
        pytest.param("黄石市于二〇二二年十\n二月捐款三\n百万元。", "", id="numerals"),
        pytest.param("黄石市向西\n宁市捐赠5万元。", "", id="name"),
        pytest.param("黄石市向\u2028临夏市捐赠5万元。", "", id="soft-break"),
        pytest.param("黄石市建成学校（含幼\n儿园）3所。", "", id="bracket"),
        pytest.param("2022年3月1\n7日，宜昌市向临\n夏市第二中学捐\n款120万元。", "", id="of-no-width"),
    ],
)
def test_readingtext_a_line_broken_inside_a_sentence_goes_on(
    text: str, heading: str, ontology: Ontology
) -> None:
    found = read(text, ontology)
    rest = text[len(heading) :].replace("\r", "").replace("\n", "").replace("\u2028", "")
    assert found.document.text == heading + rest
    assert found.joined and found.notes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "捐赠名单\n宜昌市第一建筑工程公司\n黄石市港口集团总公司\n荆州市人民医院总院", id="names"
        ),
        pytest.param("•宜昌市捐款8万元，用于学校\n•黄石市捐款9万元，用于医院。", id="bullets"),
        pytest.param(
            "宜昌市向临夏市捐赠30万元\n黄石市向武威市捐赠60万元\n荆州市向定西市捐赠5万元。", id="alike"
        ),
        pytest.param("白日依山尽\n黄河入海流\n欲穷千里目\n更上一层楼。", id="verse"),
        pytest.param("床前明月光，\n疑是地上霜，\n举头望明月，\n低头思故乡。", id="verse-of-clauses"),
        pytest.param("活动目的\n为贯彻落实精神，宜昌市向临夏市捐款8万元。", id="heading"),
        pytest.param("发展方向\n由宜昌市派出教师，临夏市提供住房。", id="heading-that-could-go-on"),
        pytest.param("大事记\n2015年11月\n5日，宜昌市向临夏市捐款8万元。", id="days-below-a-month"),
        pytest.param("附件1\n2月5日，宜昌市向临夏市捐款8万元。", id="numbered-caption"),
        pytest.param("日期: 2017年5月22日\n5月22日下午，宜昌市捐款8万元。", id="date-below-a-date"),
        pytest.param("地址：宜昌市西陵区\n云集路21号\n电话：0717-6256\n联系人：王小明", id="address"),
        pytest.param("单位 人数 金额\n宜昌市 12 300\n黄石市 3 60", id="rows"),
        pytest.param("宜昌市\t300\n2\t60万元", id="tabs"),
        pytest.param("\u3000\u3000宜昌市向\n\u3000\u3000临夏市捐款", id="indents"),
    ],
)
def test_readingtext_what_is_a_line_of_its_own_stays_one(text: str, ontology: Ontology) -> None:
    found = read(text, ontology)
    assert found.document.text == text
    assert not found.notes


def test_readingtext_what_shows_nothing_is_passed_over_and_radicals_are_ideographs(
    ontology: Ontology,
) -> None:
    text = "\ufeff\u2ec4\u200b宁市捐1\u20609万\xad元\u845b\U000e0100。\u2f08"
    found = read(text, ontology)
    assert found.document.text == "西宁市捐19万元\u845b。人"
    assert found.own_span(Span(0, 3)).of(text) == "\u2ec4\u200b宁市"
    assert found.own_span(Span(4, 8)).of(text) == "1\u20609万\xad元"
    assert not found.notes


def test_readingtext_every_character_leads_back_to_its_own(ontology: Ontology) -> None:
    text = WRAPPED.replace("临夏", "临\u200b\u2060夏")
    found = read(text, ontology)
    assert found.own.text == text
    for at, char in enumerate(found.document.text):
        own = found.own_span(Span(at, at + 1))
        assert own.of(text) == char and found.span(own) == Span(at, at + 1)


def test_readingtext_pages_and_furniture_keep_their_places(ontology: Ontology) -> None:
    text = "黄石市向\n临夏市捐款。\n页\u200b脚"
    at = text.index("页")
    document = Document("a.pdf", text, pages=(0, at), furniture=(Span(at, len(text)),))
    found = read_text(document, ontology.grammar, ontology.divisions).document
    assert (found.pages, found.furniture) == ((0, 11), (Span(11, 13),))
