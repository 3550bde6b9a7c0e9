"""Tables: rows are facts by their header, whatever source they come from; no weights are loaded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pytest
from facts_samples import Said, asserted, entity, planned, said, sorted_facts

from kg.annotations import Marks, Proposal, ProposedFiller
from kg.budget import Budget
from kg.errors import OntologyError
from kg.ontology import load_ontology
from kg.ontology.tables import load_tables
from kg.pipeline import Extractor
from kg.reader import Reader
from kg.resources import ontology_dir
from kg.sources import read_sources
from kg.types import Document, Extraction, Modality, Quantity, Span, Text

TARGET = "捐赠方\t受赠方\t金额（万元）\n"
ONE = asserted("Donation", donor="南通市", recipient="西宁市", amount="70000 CNY")


@cache
def extractor() -> Extractor:
    return Extractor(load_ontology(ontology_dir()), read=lambda text, marks: [])


def read(text: str, *, kind: str = "text/plain", by: Extractor | None = None) -> Extraction:
    """What a text gives; every quote and every filler stands in the text where it says it does."""
    extraction = (by or extractor()).extract(Document("a.txt", text, kind=kind))
    for fact in extraction.facts:
        for evidence in fact.evidence:
            assert evidence.quote == evidence.span.of(text)
        for role, index, value in fact.fillers():
            (span,) = (f.span for f in fact.evidence[0].fillers if (f.role, f.index) == (role, index))
            if isinstance(value, Quantity | Text):
                assert span.of(text) == value.text
    return extraction


def facts_of(text: str) -> list[Said]:
    return sorted_facts(said(fact) for fact in read(text).facts)


def facts_in(path: Path) -> list[Said]:
    """The facts of a file."""
    found = []
    for source in read_sources([str(path)]):
        assert isinstance(source, Document), source
        found += [said(fact) for fact in read(source.text).facts]
    return sorted_facts(found)


# --- Shapes ------------------------------------------------------------------------------------------

STAFF = "拟任人选\n姓名\n性别\n现任职务\n单位\n周海燕\n女\n副主任\n泰宁县教育局\n林志强\n男\n局长\n泰宁县水利局\n现予公示。\n"
STAFF_FACTS = [
    asserted("Position", person="周海燕", position="副主任", organization="泰宁县教育局"),
    asserted("Position", person="林志强", position="局长", organization="泰宁县水利局"),
]
INDICATORS = "泰宁县2022年主要指标\n指标\t单位\t绝对数\t比上年增长（%）\n粮食产量\t万吨\t8.6\t-1.4\n财政总收入\t亿元\t9.5\t4.1\n"
INDICATOR_FACTS = [
    asserted("Observation", subject="泰宁县", indicator="粮食产量", value="86000 t", change="-1.4 %", time="2022"),
    asserted("Observation", subject="泰宁县", indicator="财政总收入", value="950000000 CNY", change="4.1 %", time="2022"),
]  # fmt: skip
DONATIONS = "建宁县捐赠公示\n单位：万元\n| 序号 | 捐赠单位 | 金额 | 用途 | 备注 |\n|---|---|---|---|---|\n| 1 | 松林木业有限公司 | 35 | 修建卫生室 | 已到账 |\n| 2 | 陈国明 | 2.5 | 助学 | |\n"
DONATION_FACTS = [
    asserted("Donation", donor="松林木业有限公司", amount="350000 CNY", purpose="修建卫生室"),
    asserted("Donation", donor="陈国明", amount="25000 CNY", purpose="助学"),
]
LIST = "序号\n捐款人\n金额（元）\n1\n陈国明\n2,000\n2\n赵敏\n300.50\n"
LIST_FACTS = [
    asserted("Donation", donor="陈国明", amount="2000 CNY"),
    asserted("Donation", donor="赵敏", amount="300.5 CNY"),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(INDICATORS, INDICATOR_FACTS, id="tabs"),
        pytest.param(DONATIONS, DONATION_FACTS, id="markdown"),
        pytest.param("捐赠方｜受赠方｜金额（万元）\n南通市｜西宁市｜7\n", [ONE], id="bars"),
        pytest.param(STAFF, STAFF_FACTS, id="cell-a-line"),
        pytest.param(LIST, LIST_FACTS, id="cell-a-line-with-ranks"),
        pytest.param("\t捐赠方\t受赠方\t金额（万元）\n\t南通市\t西宁市\t7\n", [ONE], id="indented"),
        pytest.param(f"{TARGET}南通市\t西宁市\t7\n陈国明\t\n", [ONE], id="cut-row"),
        pytest.param("捐赠方\t金额（万元）\n陈国明\t7\n", [asserted("Donation", donor="陈国明", amount="70000 CNY")], id="two-columns"),
        pytest.param("捐赠方\t爱好\t受赠方\t金额（万元）\n南通市\t书法\t西宁市\t7\n", [ONE], id="column-of-no-role"),
        pytest.param("帮扶单位\t受援单位\t结对时间\n南通市\t西宁市\t2021年3月\n", [asserted("Pairing", party=["南通市", "西宁市"], time="2021-03")], id="two-columns-of-a-role"),
        pytest.param("甲方\t乙方\t签约金额（亿元）\n南通市\t定西市、西宁市\t1.5\n", [asserted("Agreement", party=["南通市", "定西市", "西宁市"], amount="150000000 CNY")], id="names-in-a-cell"),
    ],
)  # fmt: skip
def test_facts_table_rows_are_facts_by_their_header(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(STAFF.replace("现任职务", "爱好"), id="unknown-column"),
        pytest.param("姓名\t性别\t单位\n周海燕\t女\t泰宁县教育局\n", id="needed-column-missing"),
        pytest.param("捐赠方\t受赠方\t备注\n南通市\t西宁市\t已到账\n", id="no-amount"),
        pytest.param("姓名\n职务\n单位\n", id="no-row"),
        pytest.param("捐款人\n金额\n陈国明\n2000\n", id="two-columns-cell-a-line"),
        pytest.param("序号\n捐款人\n金额（元）\n1\n陈国明\n2\n赵敏\n", id="cells-missing"),
        pytest.param("捐款人\t金额\n陈国明\t2000\n", id="no-unit"),
        pytest.param("捐款人\t金额（台）\n陈国明\t20\n", id="unit-of-another-kind"),
        pytest.param("捐赠方\t受赠方\t金额（万元）\n\t\t\n\t\t7\n", id="no-names"),
        pytest.param("1234\t2345\t3456\n1234\t2345\t3456\n", id="years-for-labels"),
    ],
)
def test_facts_table_that_does_not_fit_states_nothing(text: str) -> None:
    assert facts_of(text) == []


# --- Headers and units -------------------------------------------------------------------------------

BOTH_YEARS = [
    asserted("Observation", subject="泰宁县", indicator="粮食产量", value="85000 t", time="2021"),
    asserted(
        "Observation", subject="泰宁县", indicator="粮食产量", value="86000 t", change="1.2 %", time="2022"
    ),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("捐赠方\t受赠方\t捐赠\t\n捐赠方\t受赠方\t金额（万元）\t物资\n南通市\t西宁市\t7\t口罩\n", [asserted("Donation", donor="南通市", recipient="西宁市", amount="70000 CNY", goods="口罩")], id="two-rows-merged"),
        pytest.param("捐赠方\t受赠方\t金额（万元）\t\n捐赠方\t受赠方\t现金\t物资\n南通市\t西宁市\t7\t2\n", [ONE], id="worth-of-goods-is-no-goods"),
        pytest.param("捐赠方\t受赠方\t捐赠\t\n捐赠方\t受赠方\t金额（万元）\t物资（册）\n南通市\t西宁市\t7\t20\n", [asserted("Donation", donor="南通市", recipient="西宁市", amount="70000 CNY", goods="20 item")], id="goods-counted-in-the-header"),
        pytest.param("捐赠方\t受赠方\t捐赠情况\t\n\t\t金额（万元）\t备注\n南通市\t西宁市\t7\t\n", [ONE], id="two-rows-open"),
        pytest.param("捐赠方\t受赠方\t金额\n\t\t（万元）\n南通市\t西宁市\t7\n", [ONE], id="units-in-a-row"),
        pytest.param("捐赠方\t受赠方\t金额：（单位：万元）\n南通市\t西宁市\t7\n", [ONE], id="unit-with-its-word"),
        pytest.param("捐赠方\t受赠方\t金额/万元\n南通市\t西宁市\t7\n", [ONE], id="unit-behind-a-slash"),
        pytest.param("捐赠方\t受赠方\t金额（元）\n南通市\t西宁市\t7万元\n", [ONE], id="unit-in-the-cell"),
        pytest.param("捐赠方\t受赠方\t金额\t单位\n南通市\t西宁市\t7\t万元\n", [ONE], id="unit-in-a-column"),
        pytest.param("公示（金额单位：万元）\n捐赠方\t受赠方\t金额\n南通市\t西宁市\t7\n", [ONE], id="unit-above"),
        pytest.param("泰宁县\n单位：亿元、%\n指标\t绝对数\t同比增长\n财政总收入\t9.5\t4.1\n", [asserted("Observation", subject="泰宁县", indicator="财政总收入", value="950000000 CNY", change="4.1 %")], id="units-above"),
        pytest.param("招聘单位\t招聘人数\n松林木业有限公司\t12\n", [asserted("Employment", agent="松林木业有限公司", jobs="12 item")], id="bare-number"),
        pytest.param("泰宁县\n指标\t数值\n粮食产量（万吨）\t8.6\n", [asserted("Observation", subject="泰宁县", indicator="粮食产量", value="86000 t")], id="unit-behind-the-indicator"),
        pytest.param("泰宁县\n指标\t单位\t2021年\t2022年\t比上年增长%\n粮食产量\t万吨\t8.5\t8.6\t1.2\n", BOTH_YEARS, id="years-are-columns"),
        pytest.param("泰宁县\n指标\t2021年\t\t2022年\t\n\t绝对数\t增速±%\t绝对数\t增速±%\n粮食产量（万吨）\t8.5\t\t8.6\t1.2\n", BOTH_YEARS, id="years-over-columns"),
        pytest.param("泰宁县\n指标\t预算\t决算\n\t绝对数\t绝对数\n财政总收入（万元）\t8\t9\n", [], id="columns-that-no-role-tells-apart"),
        pytest.param("泰宁县\n指标\t年份\t数值\t增速\n粮食产量\t2021\t8.5万吨\t下降0.2%\n", [asserted("Observation", subject="泰宁县", indicator="粮食产量", value="85000 t", change="-0.2 %", time="2021")], id="words-of-change"),
    ],
)  # fmt: skip
def test_facts_table_header_names_roles_and_units(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("above", "time"),
    [
        pytest.param("泰宁县2022年捐赠公示\n单位：万元\n", "2022", id="caption"),
        pytest.param("2021年6月，各单位捐赠情况如下：\n", "2021-06", id="sentence-before"),
        pytest.param("捐赠公示\n", None, id="none"),
    ],
)
def test_facts_table_is_of_the_time_that_the_line_above_gives(above: str, time: str | None) -> None:
    given = {"time": time} if time else {}
    assert facts_of(f"{above}{TARGET}南通市\t西宁市\t7\n") == [
        asserted("Donation", donor="南通市", recipient="西宁市", amount="70000 CNY", **given)
    ]


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [("2020年6月14日", "2020-06-14"), ("2020-06-14", "2020-06-14"), ("20200614", "2020-06-14"), ("2020.6", "2020-06"), ("6月14日", "2021-06-14"), ("2020", "2020")],
)  # fmt: skip
@pytest.mark.parametrize("mark", ["\t", "|"])
def test_facts_table_time_is_on_the_calendar_of_the_text(cell: str, edtf: str, mark: str) -> None:
    rows = mark.join(("捐赠方", "金额（万元）", "日期")), mark.join(("陈国明", "7", cell))
    text = "2021年，各单位踊跃捐赠。捐赠的单位和个人如下，特此向他们表示衷心感谢，并欢迎大家继续关心和支持我们的工作。\n{}\n{}\n2023年再次公示。\n"
    assert facts_of(text.format(*rows)) == [
        asserted("Donation", donor="陈国明", amount="70000 CNY", time=edtf)
    ]


def test_facts_table_below_the_heading_of_a_plan_is_a_plan() -> None:
    text = "二、下一步打算\n指标\t单位\t绝对数\n粮食产量\t万吨\t8.6\n"
    assert facts_of(text) == [planned("Observation", indicator="粮食产量", value="86000 t")]


def test_facts_table_is_about_the_body_that_its_caption_names() -> None:
    (fact,) = facts_of("泰宁县教育局2022年部门决算\n指标\t数值（万元）\n总收入\t8.6\n")
    assert fact.roles["subject"] == ["泰宁县教育局"]


# --- Rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "total", ["合计\t\t7", "合 计：\t\t7", "\t总计\t7", "小计（万元）\t\t7", "江苏省小计\t西宁市\t7"]
)
def test_facts_table_row_of_sums_is_no_fact(total: str) -> None:
    assert facts_of(f"{TARGET}南通市\t西宁市\t7\n{total}\n") == [ONE]


def test_facts_table_indicator_that_ends_like_a_sum_is_a_fact() -> None:
    (fact,) = facts_of("指标\t数值（万元）\n财政收入合计\t8.6\n")
    assert fact.roles["indicator"] == ["财政收入合计"]


def test_facts_table_donors_without_a_name_are_not_one() -> None:
    assert facts_of("捐款人\t金额（元）\n匿名\t7\n无名氏\t8\n") == []


@pytest.mark.parametrize("cell", ["", "-", "——", "/", "…", "无", "同上"])
def test_facts_table_cell_that_says_nothing_fills_no_role(cell: str) -> None:
    text = f"捐赠方\t受赠方\t金额（万元）\t用途\n南通市\t{cell}\t7\t{cell}\n{cell}\t{cell}\t{cell}\t{cell}\n"
    assert facts_of(text) == [asserted("Donation", donor="南通市", amount="70000 CNY")]


@pytest.mark.parametrize("figure", ["0", "0.0", "0.00"])
def test_facts_table_zero_before_a_magnitude_is_zero(figure: str) -> None:
    (fact,) = facts_of(f"| 捐赠方 | 受赠方 | 金额（万元） |\n|---|---|---|\n| 南通市 | 定西市 | {figure} |\n")
    assert fact.roles["amount"] == ["0 CNY"]


SECOND = asserted("Donation", donor="苏州市", recipient="西宁市", amount="80000 CNY")


@pytest.mark.parametrize(
    "between",
    [
        pytest.param("- 3 -\n责任编辑：李某\n", id="page-without-header"),
        pytest.param(f"- 3 -\n{TARGET}", id="page-with-header"),
        pytest.param("续表\n", id="heading"),
        pytest.param("二、江苏省\t\t\n", id="row-of-one-cell"),
        pytest.param("陈国明\t7\n", id="row-with-a-cell-too-few"),
    ],
)
def test_facts_table_goes_on_over_what_breaks_it(between: str) -> None:
    assert facts_of(f"{TARGET}南通市\t西宁市\t7\n{between}苏州市\t西宁市\t8\n") == sorted_facts([ONE, SECOND])


def test_facts_table_on_the_next_page_has_the_unit_of_the_first() -> None:
    header = "捐赠方\t受赠方\t金额\n"
    text = f"单位：万元\n{header}南通市\t西宁市\t7\n- 2 -\n{header}苏州市\t西宁市\t8\n"
    assert facts_of(text) == sorted_facts([ONE, SECOND])


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param("以上款项均已到账。\n苏州市\t西宁市\t8\n", id="sentence"),
        pytest.param("附表\n办公电话\t传真电话\t邮政编码\n陈国明\t赵敏\t李某\n", id="other-table"),
    ],
)
def test_facts_table_ends_where_its_rows_do(behind: str) -> None:
    assert facts_of(f"{TARGET}南通市\t西宁市\t7\n{behind}") == [ONE]


def test_facts_table_evidence_is_the_row_and_each_filler_its_cell() -> None:
    text = DONATIONS
    fact = read(text).facts[0]
    (evidence,) = fact.evidence
    assert evidence.quote == "1 | 松林木业有限公司 | 35 | 修建卫生室 | 已到账"
    assert [filler.span.of(text) for filler in evidence.fillers] == ["松林木业有限公司", "35", "修建卫生室"]
    assert (fact.extractor, fact.confidence) == ("table", 0.95)


# --- Names -------------------------------------------------------------------------------------------

PROSE = "苏州市向西宁市捐赠5万元。"


def propose(text: str, marks: Marks) -> list[Proposal]:
    """The fact of PROSE, as the reader would read it."""
    at = text.index(PROSE)
    fillers = [
        ProposedFiller(role, Span(at + start, at + end), 1.0)
        for role, start, end in (("donor", 0, 3), ("recipient", 4, 7), ("amount", 9, 12))
    ]
    return [Proposal("Donation", Modality.ASSERTED, Span(at + 7, at + 9), 1.0, 1.0, tuple(fillers))]


@pytest.fixture(scope="module")
def reading() -> Extractor:
    return Extractor(load_ontology(ontology_dir()), read=propose)


def test_facts_table_and_prose_give_one_node(reading: Extractor) -> None:
    extraction = read(f"{TARGET}南通市\t西宁市\t7\n\n{PROSE}\n", by=reading)
    assert [fact.extractor for fact in extraction.facts] == ["table", "reader"]
    assert entity(extraction, "西宁市").code == "630100"
    assert entity(extraction, "南通市").located_in is None
    assert len(extraction.entities) == 3


def test_facts_table_cell_in_another_cell_is_its_place() -> None:
    extraction = read("受赠方\t捐赠方\t金额（万元）\n青海省\t西宁市\t7\n")
    assert entity(extraction, "西宁市").located_in == entity(extraction, "青海省").iri


def test_facts_table_short_name_in_a_cell_is_the_name_of_the_prose(reading: Extractor) -> None:
    extraction = read(f"{TARGET}南通\t西宁\t7\n\n{PROSE}\n", by=reading)
    assert entity(extraction, "西宁市").aliases == ("西宁",)


def test_facts_table_rows_that_are_alike_are_no_slips_of_the_pen() -> None:
    header = "捐赠方\t受赠方\t金额（万元）\t用途\n"
    row = "{}农牧科技发展有限公司\t泰宁县教育局\t7\t购买图书和电教设备\n"
    extraction = read(header + row.format("明远") + row.format("明达"))
    assert not extraction.problems
    assert len(extraction.facts) == 2


def test_facts_table_lines_are_not_read_as_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Windows:
        def of(self, text: str, passages: Sequence[object]) -> list[object]:
            seen.extend(passage.span.of(text) for passage in passages)  # type: ignore[attr-defined]
            return []

    reader = object.__new__(Reader)  # without its weights
    monkeypatch.setattr(reader, "_windows", Windows(), raising=False)
    monkeypatch.setattr(reader, "budget", Budget(), raising=False)
    monkeypatch.setattr(
        reader, "_gazetteer", type("None", (), {"find": lambda self, text: []})(), raising=False
    )
    text = f"捐赠公示\n{TARGET}南通市\t西宁市\t7\n合计\t\t7\n{PROSE}\n"
    Extractor(load_ontology(ontology_dir()), read=reader.read).extract(Document("a.txt", text))
    assert seen == ["捐赠公示", PROSE]


# --- Sources -----------------------------------------------------------------------------------------

MERGED = sorted_facts(
    [ONE, asserted("Donation", donor="南通市", recipient="定西市", amount="80000 CNY", goods="口罩")]
)
SHEET = [
    ["捐赠公示", None, None, None],
    ["捐赠方", "受赠方", "捐赠", None],
    [None, None, "金额（万元）", "物资"],
    ["南通市", "西宁市", 7, None],
    [None, "定西市", 8, "口罩"],
    ["合计", None, 15, None],
]  # fmt: skip
SPANS = ["A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:A5", "A6:B6"]


def test_facts_table_of_a_page(here: Path) -> None:
    page = (
        "<html><body><h1>捐赠公示</h1><table>"
        "<tr><th rowspan=2>捐赠方</th><th rowspan=2>受赠方</th><th colspan=2>捐赠</th></tr>"
        "<tr><th>金额<br>（万元）</th><th>物资</th></tr>"
        "<tr><td rowspan=2>南通市</td><td>西宁市</td><td>7</td><td>&nbsp;</td></tr>"
        "<tr><td>定西市</td><td>8</td><td>口罩</td></tr>"
        "<tr><td colspan=2>合计</td><td>15</td><td></td></tr></table></body></html>"
    )
    (here / "a.html").write_text(page, encoding="utf-8")
    assert facts_in(here / "a.html") == MERGED


def test_facts_table_of_a_workbook(here: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in SHEET:
        sheet.append(row)
    for place in SPANS:
        sheet.merge_cells(place)
    out = io.BytesIO()
    book.save(out)
    (here / "a.xlsx").write_bytes(out.getvalue())
    assert facts_in(here / "a.xlsx") == MERGED


def test_facts_table_of_a_word_document(here: Path) -> None:
    document = docx.Document()
    table = document.add_table(len(SHEET), 4)
    for place in SPANS:
        first, last = (sheet_cell(ref) for ref in place.split(":"))
        table.cell(*first).merge(table.cell(*last))
    for at, row in enumerate(SHEET):
        for column, words in enumerate(row):
            if words is not None:
                table.cell(at, column).text = str(words)
    document.save(str(here / "a.docx"))
    assert facts_in(here / "a.docx") == MERGED


def sheet_cell(ref: str) -> tuple[int, int]:
    return int(ref[1:]) - 1, "ABCD".index(ref[0])


def test_facts_table_of_a_csv_file(here: Path) -> None:
    rows = "捐赠方,受赠方,金额（万元）,物资\n南通市,西宁市,7,\n南通市,定西市,8,口罩\n合计,,15,\n"
    (here / "a.csv").write_bytes(rows.encode("gb18030"))
    assert facts_in(here / "a.csv") == MERGED


# --- tables.yaml -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("Donations:\n  columns: {donor: [甲]}\n", "tables.yaml:1: unknown fact type 'Donations'; did you mean 'Donation'?", id="type"),
        pytest.param("Donation:\n  columns:\n    donor: [甲]\n    donnor: [乙]\n", "tables.yaml:4: Donation has no role 'donnor'; did you mean 'donor'?", id="role"),
        pytest.param("Donation:\n  columns:\n    donor: [甲]\n    recipient:\n      - 乙\n      - 甲\n", "tables.yaml:6: '甲' stands under donor and recipient; keep one", id="label-twice"),
        pytest.param("Donation:\n  columns: {donor: [甲]}\n  needs: [[donor], [amount]]\n", "tables.yaml:3: no column fills amount; name one", id="need"),
        pytest.param("Donation:\n  columns: {donor: [甲]}\n  neds: []\n", "tables.yaml:3: unknown key 'neds'; did you mean 'needs'?", id="key"),
        pytest.param("Donation:\n  columns: {donor: [甲]}\n  units: {donor: [元]}\n", "tables.yaml:3: donor takes no quantity", id="unit-of-a-name"),
        pytest.param("Donation:\n  columns: {amount: [甲]}\n  bare: [amount]\n", "tables.yaml:3: amount has no unit for its bare numbers; add it to units", id="bare"),
        pytest.param("Donation:\n  columns: {}\n", "tables.yaml:1: Donation: expected columns, role: [label, ...]", id="no-columns"),
        pytest.param("Donation:\n  columns: {donor: 甲}\n", "tables.yaml:2: expected a list of words", id="no-list"),
        pytest.param("- 甲\n", "tables.yaml:1: expected fact types, each with its columns", id="no-mapping"),
    ],
)  # fmt: skip
def test_ontology_tables_error_says_where_and_what(here: Path, text: str, message: str) -> None:
    (here / "tables.yaml").write_text(text, encoding="utf-8")
    types = extractor().ontology.vocabulary.fact_types
    with pytest.raises(OntologyError) as error:
        load_tables([here / "tables.yaml"], types)
    assert str(error.value).endswith(message)


def test_ontology_own_tables_stand_for_ours_and_others_are_read_with_them(here: Path) -> None:
    (here / "ontology.yaml").write_text("extends: builtin\n")
    (here / "tables-own.yaml").write_text(
        "Benefit:\n  columns: {group: [人群], people: [人数]}\n  needs: [[people]]\n"
    )
    with pytest.raises(OntologyError, match="Donation has columns in another file too"):
        (here / "tables-twice.yaml").write_text("Donation:\n  columns: {donor: [甲]}\n")
        load_ontology(here)
    (here / "tables-twice.yaml").unlink()
    names = {kind.name for kind in load_ontology(here).tables}
    assert {"Benefit", "Donation"} <= names
    (here / "tables.yaml").write_text(
        "Sale:\n  columns: {product: [货物], amount: [价款]}\n  needs: [[product], [amount]]\n"
    )
    ontology = load_ontology(here)
    assert {kind.name for kind in ontology.tables} == {"Benefit", "Sale"}
    own = Extractor(ontology, read=lambda text, marks: [])
    facts = read("货物\t价款（元）\n茶叶\t300\n", by=own).facts
    assert [said(fact) for fact in facts] == [asserted("Sale", product="茶叶", amount="300 CNY")]
