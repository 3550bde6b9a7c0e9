"""Times: mentions, what they resolve to in their context, and the document's own date."""

from datetime import date

import pytest

from kg.values import (
    Tables,
    TimeContext,
    Unit,
    find_dateline,
    find_times,
    infer_dateline,
    new_paragraph,
    resolve,
    update,
)


def read(text: str, tables: Tables, dateline: date | None = None) -> list[tuple[str, str | None]]:
    """The words and EDTF of each mention, the context carried from one to the next."""
    context, found = TimeContext(dateline), []
    for mention in find_times(text, tables):
        found.append((mention.span.of(text), resolve(mention.expr, context)))
        context = update(context, mention.expr)
    return found


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("2020年6月14日", "2020-06-14"),
        ("2020-06-14", "2020-06-14"),
        ("二〇一八年十月", "2018-10"),
        ("2018年以来", "2018/.."),
        ("自2012年起", "2012/.."),
        ("2017—2020年", "2017/2020"),
        ("1987年到2009年4月", "1987/2009-04"),
        ("2023年上半年", "2023-01/2023-06"),
        ("2023年前三季度", "2023-01/2023-09"),
        ("2023年1-9月", "2023-01/2023-09"),
        ("2020年底前", "2020"),
        ("2020年6月底前", "2020-06"),
        ("2006.8至今", "2006-08/.."),
        ("1997.5——2002.1", "1997-05/2002-01"),
        ("2009/10年度", "2009/2010"),
        ("二O二四年八月", "2024-08"),
        ("二00六年", "2006"),
        ("20230906", "2023-09-06"),
        ("113年5月", "2024-05"),
        ("2016年以前", "../2016"),
        ("截至2021年9月底", "2021-09-30"),
        ("截至2021年底", "2021"),
        ("2016年底", "2016"),
        ("“十三五”期间", "2016/2020"),
        ("“十四五”以来", "2021/.."),
        ("“十四五”末", "2025"),
        ("2016/17學年", "2016/2017"),
        ("2011/12学年", "2011/2012"),
        ("到2008年的12年间", "1997/2008"),
        ("2010年左右", "2010~"),
        ("上世纪90年代", "199X"),
        ("2019年4月23日上午9时30分", "2019-04-23"),
        ("2021年的第二周", "2021-01-11/2021-01-17"),
        ("2023年最后三天", "2023-12-29/2023-12-31"),
        ("2022年3月的第一个星期五", "2022-03-04"),
        ("2023年第九个月", "2023-09"),
        ("2019年元月", "2019-01"),
        ("两千零八年八月", "2008-08"),
        ("13/10/2018", "2018-10-13"),
        ("乾隆六年", "1741"),
        ("民国三十八年四月", "1949-04"),
        ("2020年农历五月初五", "2020"),
    ],
)
def test_values_named_time_resolves_alone(tables: Tables, words: str, edtf: str) -> None:
    assert read(f"甲县在{words}，", tables) == [(words, edtf)]


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("去年", "2025"),
        ("今年以来", "2026/.."),
        ("近三年", "2023/2025"),
        ("未来五年", "2027/2031"),
        ("去年前7个月", "2025-01/2025-07"),
        ("截至1月5日", "2026-01-05"),
        ("昨日", "2026-01-07"),
        ("12月", "2025-12"),
        ("5日", "2026-01-05"),
        ("28日", "2025-12-28"),
        ("日前", "2026-01"),
        ("目前", "2026-01"),
        ("截至目前", "2026-01-08"),
        ("昨午", "2026-01-07"),
        ("今春", "2026-21"),
        ("5天前", "2026-01-03"),
        ("半年前", "2025-07"),
        ("过去三天", "2026-01-05/2026-01-08"),
        ("未来两周", "2026-01-09/2026-01-22"),
        ("前一周", "2026-01-01/2026-01-08"),
        ("下周末", "2026-01-17/2026-01-18"),
        ("周五", "2026-01-02"),
        ("上一年", "2025"),
        ("过去的三年", "2023/2025"),
        ("上季度", "2025-10/2025-12"),
        ("上半月", "2026-01-01/2026-01-15"),
        ("农历腊月十五", "2025/2026"),
        ("2月29日", "2024-02-29"),
    ],
)
def test_values_relative_time_leans_on_the_dateline(tables: Tables, words: str, edtf: str | None) -> None:
    assert read(f"据悉，{words}，", tables, date(2026, 1, 8)) == [(words, edtf)]


def test_values_last_named_time_carries_on(tables: Tables) -> None:
    text = "2021年7月20日暴雨，21日捐款，次日启运，2日至5日停工，当年完工，两年后复查，同期拨款"
    assert [edtf for _, edtf in read(text, tables)] == [
        "2021-07-20",
        "2021-07-21",
        "2021-07-22",
        "2021-07-02/2021-07-05",
        "2021",
        "2023",
        "2023",
    ]


def test_values_count_after_an_event_leans_on_a_named_day_alone(tables: Tables) -> None:
    assert read("培训两天后上岗", tables, date(2026, 1, 8)) == [("两天后", None)]
    named = read("2025年3月1日开班，培训两天后上岗", tables, date(2026, 1, 8))
    assert named[1] == ("两天后", "2025-03-03")


def test_values_time_told_to_open_a_period_is_open(tables: Tables) -> None:
    assert read("自2017年两地结对，", tables) == [("2017年", "2017/..")]
    assert read("2017年3月两地结对以来，", tables) == [("2017年3月", "2017-03/..")]
    assert read("资金来自2017年两地结余，", tables) == [("2017年", "2017")]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2013年签约，五年来办展三次", "2013/2018"),
        ("2011—2015年建渠，五年间投资一亿元", "2011/2015"),
        ("2016年、2017年招聘教师，两年间流失五名", "2016/2017"),
        ("过去一年，接待外宾", "2018"),
    ],
)
def test_values_span_of_years_is_what_the_text_has_told(tables: Tables, text: str, edtf: str) -> None:
    last = read(text, tables, date(2018 + text.startswith("过"), 3, 1))[-1]
    assert last[1] == edtf


def test_values_word_of_the_present_is_no_finer_than_what_is_known(tables: Tables) -> None:
    for unit, edtf in ((Unit.DAY, "2023-06-09"), (Unit.MONTH, "2023-06"), (Unit.YEAR, None)):
        (mention,) = find_times("截至目前", tables)
        assert resolve(mention.expr, TimeContext(date(2023, 6, 9), unit=unit)) == edtf


def test_values_reported_period_is_the_contexts(tables: Tables) -> None:
    context = TimeContext(report="2018-04/2019-03")
    said = [resolve(found.expr, context) for found in find_times("报告期内、年内、报告期末", tables)]
    assert said == ["2018-04/2019-03", "2018-04/2019-03", "2019-03-31"]


def test_values_relative_year_without_any_anchor_is_left_out(tables: Tables) -> None:
    assert read("去年新建一所学校", tables) == [("去年", None)]


def test_values_distant_begin_and_end_are_one_period(tables: Tables) -> None:
    text = "从1987年合办农场到2009年4月"
    assert read(text, tables) == [("1987年", "1987"), ("到2009年4月", "1987/2009-04")]


@pytest.mark.parametrize(
    "text",
    [
        *("历时近三个月", "每周一例会", "两周一次", "落户绍兴3年", "50元月租", "编号12-11-10", "三千年历史"),
        *("三年行动计划", "为期四天", "5日内", "“十四五”规划", "《某县2021年方案》", "98年级", "3亿日元"),
    ],
)
def test_values_duration_or_title_is_no_time(tables: Tables, text: str) -> None:
    assert find_times(text, tables) == []


@pytest.mark.parametrize(
    ("text", "words"), [("2016年初步建成", "2016年"), ("2018年内蒙古", "2018年"), ("2018年起草", "2018年")]
)
def test_values_word_after_a_year_is_not_swallowed(tables: Tables, text: str, words: str) -> None:
    assert [m.span.of(text) for m in find_times(text, tables)] == [words]


def test_values_comparison_is_marked(tables: Tables) -> None:
    assert [m.comparison for m in find_times("2023年产量比上年增长", tables)] == [False, True]


def test_values_paragraph_forgets_far_years_where_there_is_a_dateline(tables: Tables) -> None:
    (old,) = find_times("2012年3月", tables)
    (day,) = find_times("7月5日", tables)
    context = new_paragraph(update(TimeContext(date(2025, 7, 8)), old.expr))
    assert resolve(day.expr, context) == "2025-07-05"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["某县新闻", "时间:2023-06-09 来源:本站 点击:12次"], date(2023, 6, 9)),
        (["标题", "（2013年6月）"], date(2013, 6, 1)),
        (["本报讯（2017年4月9日）日前，某厂新车间投产。"], date(2017, 4, 9)),
        (["2018年9月12日，某厂在某县开工，当天签署协议。"], None),
        (["在座谈会上的发言", "（2020年6月18日，据录音整理）"], date(2020, 6, 18)),
        (["新闻稿", "发稿日期：113年5月20日"], date(2024, 5, 20)),
        (["成立日期：2009年8月17日", "第一节", "甲市，二零一六年十一月二十五日"], date(2016, 11, 25)),
        (["某市要闻", "(更新时间戳: 1679489778345)"], date(2023, 3, 22)),
    ],
)
def test_values_dateline_is_found(tables: Tables, lines: list[str], expected: date | None) -> None:
    found = find_dateline(lines, tables)
    assert (found and found.day) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年，全县招聘教师。今年计划再招。", date(2021, 12, 31)),
        ("2022年，全县招聘教师30名，今年计划再招20名。", date(2023, 12, 31)),
        ("2023某县龙舟赛今天（6月22日）开赛。工程预计2025年完工。", date(2023, 6, 22)),
        ("昨晚（8月30日），晚会举行。2024年龙年筹备已开始。", date(2024, 8, 31)),
        ("今天（1月23日）从海关获悉，2023年，税收入库两万亿元。", date(2024, 1, 23)),
        ("某县8月3日电　2020年建成的桥，今年通车。", date(2020, 8, 3)),
        ("今天（6月22日）开赛。", None),
    ],
)
def test_values_date_of_a_document_is_inferred(tables: Tables, text: str, expected: date | None) -> None:
    times = {mention.span.start: mention for mention in find_times(text, tables)}
    found = infer_dateline(text, times, ["电", "讯"], tables)
    assert (found and found.day) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2014年和2016年，甲县、乙县分别捐款", [("2014年", "2014"), ("2016年", "2016")]),
        ("2014、2015及2017年", [("2014", "2014"), ("2015", "2015"), ("2017年", "2017")]),
        ("2014年与2016年间", [("2014年与2016年间", "2014/2016")]),
        ("2014年起，三年间", [("2014年起", "2014/.."), ("三年间", "2014/2016")]),
        ("自2014年5月起三年间", [("自2014年5月起", "2014-05/.."), ("三年间", "2014-05/2017-04")]),
    ],
)
def test_times_that_are_listed_are_each_a_time(
    tables: Tables, text: str, found: list[tuple[str, str]]
) -> None:
    assert read(text, tables) == found


@pytest.mark.parametrize(
    "text",
    [
        "编号20230906",
        "20231306",
        "20230231",
        "20230906元",
        "120230906",
        "20230906-7",
        "甲20230906",
        "收20230906人",
    ],
)
def test_times_eight_figures_that_are_no_day_are_none(tables: Tables, text: str) -> None:
    assert find_times(text, tables) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("于20230906前完成", "20230906前"), ("（20230906）", "20230906"), ("20230906讯", "20230906")],
)
def test_times_eight_figures_are_a_day_beside_words_of_time(tables: Tables, text: str, words: str) -> None:
    assert [time.span.of(text) for time in find_times(text, tables)] == [words]
