"""Tables and lists: one cell a line, one row a line, and items under a line that governs them."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, negated, planned, sorted_facts

INDICATORS = "泰宁县2022年主要指标\n指标\t单位\t绝对数\t比上年增长（%）\n粮食产量\t万吨\t8.6\t-1.4\n财政总收入\t亿元\t9.5\t4.1\n"
DONATIONS = "建宁县捐赠公示\n单位：万元\n| 序号 | 捐赠单位 | 金额 | 用途 | 备注 |\n|---|---|---|---|---|\n| 1 | 松林木业有限公司 | 35 | 修建卫生室 | 已到账 |\n| 2 | 陈国明 | 2.5 | 助学 | |\n"
STAFF = "拟任人选\n姓名\n性别\n现任职务\n单位\n周海燕\n女\n副主任\n泰宁县教育局\n林志强\n男\n局长\n泰宁县水利局\n现予公示。\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(INDICATORS, [asserted("Observation", subject="泰宁县", indicator="粮食产量", value="86000 t", change="-1.4 %", time="2022"), asserted("Observation", subject="泰宁县", indicator="财政总收入", value="950000000 CNY", change="4.1 %", time="2022")], id="unit-in-column"),
        pytest.param(DONATIONS, [asserted("Donation", donor="松林木业有限公司", amount="350000 CNY", purpose="修建卫生室"), asserted("Donation", donor="陈国明", amount="25000 CNY", purpose="助学")], id="unit-above"),
        pytest.param(STAFF, [asserted("Position", person="周海燕", position="副主任", organization="泰宁县教育局"), asserted("Position", person="林志强", position="局长", organization="泰宁县水利局")], id="cell-a-line"),
        pytest.param("序号\n捐款人\n金额（元）\n1\n陈国明\n2,000\n2\n赵敏\n300.50\n", [asserted("Donation", donor="陈国明", amount="2000 CNY"), asserted("Donation", donor="赵敏", amount="300.5 CNY")], id="unit-in-header"),
    ],
)  # fmt: skip
def test_facts_table_rows_are_facts_by_their_header(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(STAFF.replace("现任职务", "爱好"), id="unknown-column"),
        pytest.param("姓名\n职务\n单位\n", id="no-row"),
        pytest.param("捐款人\n金额\n陈国明\n2000\n", id="two-columns"),
        pytest.param("序号\n捐款人\n金额（元）\n1\n陈国明\n2\n赵敏\n", id="cells-missing"),
    ],
)
def test_facts_table_that_does_not_fit_states_nothing(text: str) -> None:
    assert facts_of(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("某市人大常委会任免名单\n（2021年4月8日通过）\n任命：\n周海燕为泰宁县教育局局长；\n赵敏为泰宁县水利局局长。\n免去：\n林志强的泰宁县教育局局长职务；\n陈国明的泰宁县水利局局长职务。\n", [asserted("Position", person="周海燕", position="局长", organization="泰宁县教育局", time="2021-04-08"), asserted("Position", person="赵敏", position="局长", organization="泰宁县水利局", time="2021-04-08"), negated("Position", person="林志强", position="局长", organization="泰宁县教育局", time="2021-04-08"), negated("Position", person="陈国明", position="局长", organization="泰宁县水利局", time="2021-04-08")], id="both"),
        pytest.param("免去：\n林志强的泰宁县教育局局长职务。\n泰宁县水利局局长陈国明到会讲话。\n", [negated("Position", person="林志强", position="局长", organization="泰宁县教育局"), asserted("Position", person="陈国明", position="局长", organization="泰宁县水利局")], id="ends-with-its-full-stop"),
    ],
)  # fmt: skip
def test_facts_list_items_are_governed_by_the_line_above(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


def test_facts_table_below_the_heading_of_a_plan_is_a_plan() -> None:
    text = "二、下一步打算\n指标\t单位\t绝对数\n粮食产量\t万吨\t8.6\n"
    assert facts_of(text) == [planned("Observation", indicator="粮食产量", value="86000 t")]


def test_facts_head_of_a_place_is_not_held_of_its_party_committee() -> None:
    wanted = [
        asserted("Position", person="周海燕", position="副书记", organization="泰宁县委"),
        asserted("Position", person="周海燕", position="县长", organization="泰宁县"),
    ]
    assert facts_of("泰宁县委副书记、县长周海燕主持会议。") == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("泰宁县原计划建设的养老中心，至今尚未开工。", [negated("Establishment", agent="泰宁县", object="养老中心")], id="clause"),
        pytest.param("原定2021年3月在建宁县举办的茶叶节，因故没有举办。", [negated("Activity", kind="茶叶节", place="建宁县", time="2021-03")], id="event"),
        pytest.param("原定3月在建宁县举办的茶叶节已改期举办。", [], id="changed"),
    ],
)  # fmt: skip
def test_facts_plan_that_its_sentence_denies_is_only_denied(text: str, wanted: list[Said]) -> None:
    assert [fact for fact in facts_of(text) if fact.modality != "planned"] == sorted_facts(wanted)
