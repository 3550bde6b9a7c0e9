"""The calendar: times of a document in EDTF, by datelines, headings and the times before them."""

from __future__ import annotations

import pytest
from reader_samples import ontology, span_of

from kg.facts.calendar import Calendar
from kg.mentions.values import find_values
from kg.text import split_passages
from kg.types import Document
from kg.values import Tables


def calendar(text: str, tables: Tables, day: str = "") -> Calendar:
    grammar = ontology().grammar
    passages = split_passages(Document("a.txt", text), grammar)
    values = find_values(text, passages, tables, grammar)
    return Calendar(tables, text, passages, values.times, grammar.dateline_ends, day)


def edtf(text: str, words: str, tables: Tables, day: str = "") -> str | None:
    """When the words are, in the text; ``words#2`` are their second occurrence."""
    found = calendar(text, tables, day).at(span_of(text, words))
    return found[1] if found else None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("2018年以来", "2018/.."),
        ("“十四五”期间", "2021/2025"),
        ("“十三五”以来", "2016/.."),
        ("2017年至2020年", "2017/2020"),
        ("2021年上半年", "2021-01/2021-06"),
        ("2021年一季度", "2021-01/2021-03"),
        ("2020年9月至2021年6月", "2020-09/2021-06"),
        ("２０２０年３月１２日", "2020-03-12"),
        ("二〇二〇年三月", "2020-03"),
    ],
)
def test_calendar_period_is_written_in_edtf(words: str, wanted: str, tables: Tables) -> None:
    assert edtf(f"{words}，青禾县选派教师20名。", words, tables) == wanted


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("2022年3月8日\n去年，青禾县选派医生。", "去年", "2021"),
        ("发布时间：2022-03-08\n今年，青禾县选派医生。", "今年", "2022"),
        ("日期：2023年7月20日\n上半年，青禾县引进企业。", "上半年", "2023-01/2023-06"),
        ("2023年7月20日\n5月，青禾县引进企业。", "5月", "2023-05"),
        ("去年，青禾县捐款。\n" + "其他事项另行公布。\n" * 20 + "青禾县教育局\n2021年8月3日", "去年", "2020"),
    ],
    ids=["last-year", "this-year", "half", "month", "below-the-signature"],
)
def test_calendar_relative_time_is_counted_from_the_date_of_the_text(
    text: str, words: str, wanted: str, tables: Tables
) -> None:
    assert edtf(text, words, tables) == wanted


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("新华社杭州2023年7月20日电 今年上半年，青禾县引进企业。", "今年上半年", "2023-01/2023-06"),
        ("新华社杭州2021年8月3日电（记者王一）昨日，青禾县捐款。", "昨日", "2021-08-02"),
        ("本报讯　去年青禾县捐款。", "去年", None),
    ],
    ids=["agency", "day-before", "without-a-day"],
)
def test_calendar_dateline_says_when_what_follows_was_written(
    text: str, words: str, wanted: str | None, tables: Tables
) -> None:
    assert edtf(text, words, tables) == wanted


def test_calendar_day_of_the_document_counts_where_the_text_has_none(tables: Tables) -> None:
    assert edtf("去年，青禾县捐款。", "去年", tables, "2020-06-16") == "2019"
    assert edtf("2022年3月8日\n去年，青禾县捐款。", "去年", tables, "2020-06-16") == "2021"


@pytest.mark.parametrize("words", ["去年", "日前"])
def test_calendar_relative_time_without_a_date_is_unknown(words: str, tables: Tables) -> None:
    assert edtf(f"{words}，青禾县选派医生12名。", words, tables) is None


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("2020年帮扶工作情况\n5月，投入资金800万元。", "5月", "2020-05"),
        ("一、2021年工作回顾\n2019年，引进企业。8月，选派医生。", "8月", "2021-08"),
        ("2021年工作回顾\n2020年，引进企业12家。", "2020年", "2020"),
    ],
    ids=["report", "anew-in-each-sentence", "own-year-wins"],
)
def test_calendar_year_of_a_heading_is_that_of_the_sentences_below(
    text: str, words: str, wanted: str, tables: Tables
) -> None:
    assert edtf(text, words, tables) == wanted


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("2021年2月捐款。3月，青禾县捐款。", "3月", "2021-03"),
        ("2019年，引进企业5家。次年，引进企业8家。", "次年", "2020"),
        ("2019年5月6日结对。当日，青禾县捐款。", "当日", "2019-05-06"),
        ("2018年，引进企业5家。同年，引进企业7家。", "同年", "2018"),
        ("2020年9月3日捐款。9月8日，青禾县捐款。", "9月8日", "2020-09-08"),
        ("2020年产值比上年增长。6月，青禾县捐款。", "6月", "2020-06"),
    ],
    ids=["month", "next-year", "same-day", "same-year", "day", "compared-with"],
)
def test_calendar_part_of_a_time_is_completed_from_the_one_before(
    text: str, words: str, wanted: str, tables: Tables
) -> None:
    assert edtf(text, words, tables) == wanted


def test_calendar_at_takes_the_time_under_most_of_a_span(tables: Tables) -> None:
    text = "2019年和2021年5月，青禾县捐款。"
    found = calendar(text, tables).at(span_of(text, "年和2021年5月"))
    assert found is not None and (found[0].of(text), found[1]) == ("2021年5月", "2021-05")
    assert calendar(text, tables).at(span_of(text, "青禾县")) is None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("2021年5月", "2021-05"), ("5月", "2021-05"), ("2021年5月到账", None), ("款项", None)],
    ids=["whole", "part-by-what-is-before", "more-than-a-time", "none"],
)
def test_calendar_reads_a_span_that_is_a_time_and_nothing_else(
    words: str, wanted: str | None, tables: Tables
) -> None:
    text = "2021年工作回顾\n款项2021年5月到账。"
    assert calendar(text, tables).read(span_of(text, words)) == wanted


def test_calendar_section_keeps_its_year_below_its_own_subheadings(tables: Tables) -> None:
    text = (
        "2022年青禾县工作报告\n2022年1月8日\n一、2021年工作回顾\n一年来，主要做了：\n"
        "（一）产业\n全年引进企业9家。\n（二）民生\n全年选派教师20名。\n二、2022年工作安排\n全年新建学校3所。\n"
    )
    assert edtf(text, "全年#2", tables) == "2021"
    assert edtf(text, "全年#3", tables) == "2022"
