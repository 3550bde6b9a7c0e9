"""When a fact holds: the phrase, heading or dateline that governs it."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, planned, sorted_facts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2021年，仙居县投入资金800万元，培训教师300人次。", [asserted("Funding", funder="仙居县", amount="8000000 CNY", time="2021"), asserted("Training", organizer="仙居县", group="教师", people="300 person-time", time="2021")], id="year-clause"),
        pytest.param("2019年以来，仙居县引进企业16家，举办招聘会20场。", [asserted("Introduction", agent="仙居县", object="企业", count="16 item", time="2019/.."), asserted("Activity", organizer="仙居县", kind="招聘会", count="20 time", time="2019/..")], id="since"),
        pytest.param("仙居县2020年5月选派医生6名。", [asserted("Dispatch", sender="仙居县", group="医生", people="6 person", time="2020-05")], id="inside"),
        pytest.param("2019年引进企业5家，2020年引进企业9家。", [asserted("Introduction", object="企业", count="5 item", time="2019"), asserted("Introduction", object="企业", count="9 item", time="2020")], id="each-its-own"),
        pytest.param("2021年，仙居县选派医生6名。仙居县引进企业4家。", [asserted("Dispatch", sender="仙居县", group="医生", people="6 person", time="2021"), asserted("Introduction", agent="仙居县", object="企业", count="4 item", time="2021")], id="same-paragraph"),
    ],
)  # fmt: skip
def test_facts_time_opening_phrase_governs_its_sentence_and_the_next(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2020年帮扶工作情况\n宁海县投入资金800万元。", [asserted("Funding", funder="宁海县", amount="8000000 CNY", time="2020")], id="report"),
        pytest.param("一、2021年工作回顾\n引进企业12家。\n选派医生8名。", [asserted("Introduction", object="企业", count="12 item", time="2021"), asserted("Dispatch", group="医生", people="8 person", time="2021")], id="numbered"),
        pytest.param("2021年工作回顾\n2020年，引进企业12家。", [asserted("Introduction", object="企业", count="12 item", time="2020")], id="own-time-wins"),
    ],
)  # fmt: skip
def test_facts_time_year_of_a_heading_governs_what_gives_no_time(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2022年3月8日\n去年，三门县选派医生12名。", [asserted("Dispatch", sender="三门县", group="医生", people="12 person", time="2021")], id="last-year"),
        pytest.param("发布时间：2022-03-08\n今年，三门县选派医生12名。", [asserted("Dispatch", sender="三门县", group="医生", people="12 person", time="2022")], id="this-year"),
        pytest.param("新华社杭州2023年7月20日电 今年上半年，三门县引进企业14家。", [asserted("Introduction", agent="三门县", object="企业", count="14 item", time="2023-01/2023-06")], id="agency"),
        pytest.param("日期：2023年7月20日\n上半年，三门县引进企业14家。", [asserted("Introduction", agent="三门县", object="企业", count="14 item", time="2023-01/2023-06")], id="half"),
        pytest.param("2023年7月20日\n5月，三门县引进企业14家。", [asserted("Introduction", agent="三门县", object="企业", count="14 item", time="2023-05")], id="month"),
        pytest.param("2023年7月20日\n昨日，三门县举行项目签约仪式。", [asserted("Activity", organizer="三门县", kind="项目签约仪式", time="2023-07-19")], id="yesterday"),
        pytest.param("2023年7月20日\n前年，三门县选派教师20名。", [asserted("Dispatch", sender="三门县", group="教师", people="20 person", time="2021")], id="year-before-last"),
        pytest.param("2023年7月20日\n明年，三门县将选派教师20名。", [planned("Dispatch", sender="三门县", group="教师", people="20 person", time="2024")], id="next-year"),
        pytest.param("2023年7月20日\n今年1至6月，三门县选派教师20名。", [asserted("Dispatch", sender="三门县", group="教师", people="20 person", time="2023-01/2023-06")], id="year-start"),
        pytest.param("2023年7月20日\n截至去年底，三门县累计选派教师20名。", [asserted("Dispatch", sender="三门县", group="教师", people="20 person", time="2022")], id="year-end"),
    ],
)  # fmt: skip
def test_facts_time_relative_time_is_counted_from_the_dateline(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("去年，天台县选派医生12名。", [asserted("Dispatch", sender="天台县", group="医生", people="12 person")], id="last-year"),
        pytest.param("今年上半年，天台县选派医生12名。", [asserted("Dispatch", sender="天台县", group="医生", people="12 person")], id="half"),
        pytest.param("近三年，天台县选派医生12名。", [asserted("Dispatch", sender="天台县", group="医生", people="12 person")], id="three-years"),
        pytest.param("日前，天台县选派医生12名。", [asserted("Dispatch", sender="天台县", group="医生", people="12 person")], id="recently"),
    ],
)  # fmt: skip
def test_facts_time_relative_time_without_a_date_is_left_out(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2021年2月，天台县捐款20万元。3月，缙云县捐款30万元。", [asserted("Donation", donor="天台县", amount="200000 CNY", time="2021-02"), asserted("Donation", donor="缙云县", amount="300000 CNY", time="2021-03")], id="month"),
        pytest.param("2019年，天台县引进企业5家。次年，天台县引进企业8家。", [asserted("Introduction", agent="天台县", object="企业", count="5 item", time="2019"), asserted("Introduction", agent="天台县", object="企业", count="8 item", time="2020")], id="next-year"),
        pytest.param("2019年5月6日，天台县与茂县结对。当日，天台县捐款30万元。", [asserted("Pairing", kind="结对", party=["天台县", "茂县"], time="2019-05-06"), asserted("Donation", donor="天台县", amount="300000 CNY", time="2019-05-06")], id="same-day"),
        pytest.param("2018年，天台县引进企业5家。同年，缙云县引进企业7家。", [asserted("Introduction", agent="天台县", object="企业", count="5 item", time="2018"), asserted("Introduction", agent="缙云县", object="企业", count="7 item", time="2018")], id="same-year"),
        pytest.param("2020年9月3日，天台县捐款20万元。9月8日，缙云县捐款30万元。", [asserted("Donation", donor="天台县", amount="200000 CNY", time="2020-09-03"), asserted("Donation", donor="缙云县", amount="300000 CNY", time="2020-09-08")], id="day"),
    ],
)  # fmt: skip
def test_facts_time_part_of_a_time_is_completed_from_the_one_before(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("截至2022年6月30日，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2022-06-30")], id="until-day"),
        pytest.param("2018年以来，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2018/..")], id="since"),
        pytest.param("“十四五”期间，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2021/2025")], id="five-year-plan"),
        pytest.param("“十三五”以来，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2016/..")], id="since-plan"),
        pytest.param("2017年至2020年，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2017/2020")], id="range"),
        pytest.param("2021年上半年，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2021-01/2021-06")], id="half"),
        pytest.param("2021年底，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2021")], id="year-end"),
        pytest.param("2021年一季度，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2021-01/2021-03")], id="quarter"),
        pytest.param("2020年9月至2021年6月，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2020-09/2021-06")], id="months"),
        pytest.param("２０２０年３月１２日，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2020-03-12")], id="full-width"),
        pytest.param("二〇二〇年三月，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2020-03")], id="chinese"),
        pytest.param("2019-2021年，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2019/2021")], id="hyphen"),
        pytest.param("缙云县“十三五”期间选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person", time="2016/2020")], id="plan-inside"),
    ],
)  # fmt: skip
def test_facts_time_period_is_written_in_edtf(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("缙云县捐赠2019届毕业生校服80套。", [asserted("Donation", donor="缙云县", goods="80 item")], id="of-the-name"),
        pytest.param("缙云县为2020级学生捐款8万元。", [asserted("Donation", donor="缙云县", recipient="学生", amount="80000 CNY")], id="since-last"),
        pytest.param("根据《2021—2025年发展规划》，缙云县选派教师20名。", [asserted("Dispatch", sender="缙云县", group="教师", people="20 person")], id="document"),
    ],
)  # fmt: skip
def test_facts_time_time_inside_a_name_is_not_the_time_of_the_fact(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("本报丽水2021年8月3日电　缙云县向茂县捐款30万元。", [asserted("Donation", donor="缙云县", recipient="茂县", amount="300000 CNY")], id="dates-no-fact"),
        pytest.param("新华社杭州2021年8月3日电（记者王一）昨日，缙云县向茂县捐款30万元。", [asserted("Donation", donor="缙云县", recipient="茂县", amount="300000 CNY", time="2021-08-02")], id="times-lean-on-it"),
        pytest.param("本报讯　去年缙云县向茂县捐款30万元。", [asserted("Donation", donor="缙云县", recipient="茂县", amount="300000 CNY")], id="without-a-day"),
        pytest.param("缙云县网\n2021-08-03 08:36 来源:缙云报 记者 王一 阅读 3127 次 字号 大 中 小\n去年，缙云县向茂县捐款30万元。", [asserted("Donation", donor="缙云县", recipient="茂县", amount="300000 CNY", time="2020")], id="line-of-a-page"),
        pytest.param("去年，缙云县向茂县捐款30万元。\n" + "其他事项另行公布。\n" * 20 + "缙云县教育局\n2021年8月3日", [asserted("Donation", donor="缙云县", recipient="茂县", amount="300000 CNY", time="2020")], id="below-the-signature"),
    ],
)  # fmt: skip
def test_facts_time_dateline_says_when_the_text_was_written(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)
