"""The calendar: what headings, datelines and what was said before make of the times of a document."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kg.facts.calendar import Calendar
from kg.types import Passage, PassageKind, Span
from kg.values import Tables, find_times


def times_of(tables: Tables, *lines: str) -> dict[str, str | None]:
    """The EDTF of each time in lines: those with # are headings, the others bodies; 。 ends a sentence."""
    text, passages = "", []
    for line in lines:
        kind = PassageKind.HEADING if line[0] == "#" else PassageKind.BODY
        words, start = line.lstrip("#"), len(text)
        ends = [start + at + 1 for at, char in enumerate(words) if char == "。"]
        bounds = sorted({start, *ends, start + len(words)})
        sentences = tuple(Span(*pair) for pair in pairwise(bounds))
        passages.append(Passage(Span(start, start + len(words)), kind, sentences))
        text += words + "\n"
    mentions = {
        sentence.start + found.span.start: found
        for passage in passages
        for sentence in passage.sentences
        for found in find_times(sentence.of(text), tables)
    }
    calendar = Calendar(tables, text, passages, mentions, ["电", "讯"])
    spans = [Span(start, start + len(found.span)) for start, found in mentions.items()]
    return {span.of(text): (calendar.at(span) or (span, None))[1] for span in spans}


@pytest.mark.parametrize(
    ("lines", "words", "edtf"),
    [
        (["#某县2021年大事记", "#3月", "9日，某县开会。12日，植树。"], "12日", "2021-03-12"),
        (["#某县2021年大事记", "#3月", "9日，开会。", "#4月", "6日，植树。"], "6日", "2021-04-06"),
        (["#2021年总结暨2022年打算", "一年来，招聘教师。全年培训百人。"], "全年", "2021"),
        (["#2021年总结", "#2019年旧账", "3月，清账。", "#新账", "5月，立账。"], "5月", "2021-05"),
        (["#某县年鉴（2019）", "3月，某校开学。"], "3月", "2018-03"),
        (["#某会2018/19年度年报", "本年度收入增长。"], "本年度", "2018/2019"),
        (["#某会2018/19年度年报", "上年度收入下降。"], "上年度", "2017/2018"),
        (["2022年8月", "目前，某厂已投产。"], "目前", "2022-08"),
        (["2022年8月5日", "某厂2012年3月签约。", "今年6月投产，6月底前验收。"], "6月底前", "2022-06"),
        (["2022年8月5日", "某厂自2018年起建，同年获奖。"], "同年", "2018"),
        (["2022年8月5日", "3月19日，某厂签约。", "当日，某厂捐款。"], "当日", "2022-03-19"),
        (["2022年8月5日", "某厂6月用电两万度，去年同期一万度。"], "去年同期", "2021-06"),
        (["某县今天（7月19日）开赛，2023某县龙舟赛参赛队二十支。", "近日，预演。"], "近日", "2023-07"),
    ],
)
def test_facts_calendar_tells_what_a_time_means_where_it_stands(
    tables: Tables, lines: list[str], words: str, edtf: str | None
) -> None:
    assert times_of(tables, *lines).get(words) == edtf


def test_facts_calendar_gives_one_period_for_a_begin_and_an_end_in_one_clause(tables: Tables) -> None:
    found = times_of(tables, "自2019年某桥开工到2024年6月，建桥五座。")
    assert found["到2024年6月"] == "2019/2024-06"
