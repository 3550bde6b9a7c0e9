"""Quantities: numbers with measures, bounds, currencies and ranges, in sentences of our own."""

import pytest

from kg.values import QuantityMention, Tables, find_quantities


def shown(text: str, mentions: list[QuantityMention]) -> list[str]:
    """Words, value, unit and bound of each mention; the words are the text at the span."""
    assert all(m.span.of(text) == m.value.text for m in mentions)
    return [f"{m.value.text} {m.value.value} {m.value.unit} {m.value.bound}" for m in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲县拨付2.5亿元", ["2.5亿元 250000000 CNY exact"]),
        ("投入1亿2000万元", ["1亿2000万元 120000000 CNY exact"]),
        ("筹款30万元人民币", ["30万元人民币 300000 CNY exact"]),
        ("收到人民币伍佰万元整", ["人民币伍佰万元 5000000 CNY exact"]),
        ("出资约1亿美元", ["约1亿美元 100000000 USD about"]),
        ("借款634.7萬港元", ["634.7萬港元 6347000 HKD exact"]),
        ("共花去50元6角三分", ["50元6角三分 50.63 CNY exact"]),
        ("批发价每公斤18元", ["每公斤18元 18 CNY/kg exact"]),
        ("租金200元/平方米", ["200元/平方米 200 CNY/m2 exact"]),
        ("停车花费三块", ["三块 3 CNY exact"]),
        ("一度电5毛钱", ["5毛钱 0.5 CNY exact"]),
    ],
)
def test_values_money_is_in_base_units(tables: Tables, text: str, expected: list[str]) -> None:
    assert shown(text, find_quantities(text, tables)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("折新台币9万元", ["新台币9万元 90000 TWD exact"]),
        ("付NT$900", ["NT$900 900 TWD exact"]),
        ("付9万元(港币)", ["9万元(港币) 90000 HKD exact"]),
        ("付9万元整（澳门元）", ["9万元整（澳门元） 90000 MOP exact"]),
        ("付9万元欧元", ["9万元欧元 90000 EUR exact"]),
        ("付9万元，欧元7万元", ["9万元 90000 CNY exact", "欧元7万元 70000 EUR exact"]),
        ("付9元美元7元", ["9元 9 CNY exact", "美元7元 7 USD exact"]),
        ("付9万元（含税）", ["9万元 90000 CNY exact"]),
        ("付9万元（港币", ["9万元 90000 CNY exact"]),
        ("付X$9", ["9 9 1 exact"]),
        ("型号AUSD9", []),
    ],
)
def test_values_currency_stands_before_behind_and_in_brackets(
    tables: Tables, text: str, expected: list[str]
) -> None:
    assert shown(text, find_quantities(text, tables)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("利润-4.2亿元", ["-4.2亿元 -420000000 CNY exact"]),
        ("收益为−￥4万元", ["−￥4万元 -40000 CNY exact"]),
        ("拉动-0.4个百分点", ["-0.4个百分点 -0.4 pp exact"]),
        ("赵六-400元", ["400元 400 CNY exact"]),
        ("4元-6元", ["4元-6元 4 CNY min"]),
        ("第4-6组", ["6组 6 item exact"]),
    ],
)
def test_values_hyphen_is_a_minus_only_where_figures_fall_below_zero(
    tables: Tables, text: str, expected: list[str]
) -> None:
    assert shown(text, find_quantities(text, tables)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两个亿元村", ["两个 2 item exact"]),
        ("四个亿万富翁", ["四个 4 item exact"]),
        ("三万半导体", ["三万 30000 1 exact"]),
        ("$30，400美元", ["$30 30 USD exact", "400美元 400 USD exact"]),
        ("收8，050元", ["8，050元 8050 CNY exact"]),
        ("第1，45万元", ["45万元 450000 CNY exact"]),
        ("重7㎏、长7㎞、占7﹪", ["7㎏ 7 kg exact", "7㎞ 7 km exact", "7﹪ 7 % exact"]),
        ("重７ｋｇ", ["７ｋｇ 7 kg exact"]),
        ("投入2013.12万元", ["2013.12万元 20131200 CNY exact"]),
    ],
)
def test_values_number_ends_where_another_thing_begins(
    tables: Tables, text: str, expected: list[str]
) -> None:
    assert shown(text, find_quantities(text, tables)) == expected


def test_values_bare_yuan_is_the_currency_of_the_call(tables: Tables) -> None:
    text = "房租升至14萬元"
    assert shown(text, find_quantities(text, tables, currency="HKD")) == ["14萬元 140000 HKD exact"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("培训3000余人、64期、4207人次", ["3000余人 3000 person min", "64期 64 time exact", "4207人次 4207 person-time exact"]),
        ("四百余家商铺、八十餘名學生", ["四百余家 400 item min", "八十餘名 80 person min"]),
        ("修路380千米、造林726.3千公顷", ["380千米 380 km exact", "726.3千公顷 726300 ha exact"]),
        ("发电1.2亿千瓦时,占地三亩多", ["1.2亿千瓦时 120000000 kW.h exact", "三亩多 3 mu min"]),
        ("共 12 批 3 000 名", ["12 批 12 time exact", "3 000 名 3000 person exact"]),
        ("２，０００户", ["２，０００户 2000 household exact"]),
        ("下降0.5个百分点", ["0.5个百分点 0.5 pp exact"]),
        ("全场对折,面对折扣", ["对折 50 % exact"]),
        ("十个月大的孩子,历时十个月", ["十个月大 10 mo exact", "十个月 10 mo exact"]),
        ("分成三块地,水深20英尺", ["三块 3 item exact", "20英尺 20 [ft_i] exact"]),
        ("八成种了果树,近3/4是女性", ["八成 80 % exact", "近3/4 75 % about"]),
        ("增收3500元以上,不少于15所", ["3500元以上 3500 CNY min", "不少于15所 15 item min"]),
        ("近万人到场,百余家参展,不足10人缺席", ["近万人 10000 person about", "百余家 100 item min", "不足10人 10 person max"]),
    ],
)  # fmt: skip
def test_values_measure_and_bound_are_read(tables: Tables, text: str, expected: list[str]) -> None:
    assert shown(text, find_quantities(text, tables)) == expected


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("援建三到五个车间", 3, 5, "item"),
        ("在15万和20万之间", 150000, 200000, "1"),
        ("大于20元的同时小于35元", 20, 35, "CNY"),
        ("需资金6-8亿元", 600000000, 800000000, "CNY"),
        ("建2至3个车间", 2, 3, "item"),
        ("增长5%—8%", 5, 8, "%"),
        ("两三百人报名", 200, 300, "person"),
        ("补助5000-1万元", 5000, 10000, "CNY"),
    ],
)
def test_values_range_gives_both_ends(tables: Tables, text: str, low: int, high: int, unit: str) -> None:
    (mention,) = find_quantities(text, tables)
    assert mention.high is not None
    assert (mention.value.value, mention.high.value, mention.value.unit) == (low, high, unit)


def test_values_change_is_no_range(tables: Tables) -> None:
    text = "从2万元到5万元"
    assert [int(m.value.value) for m in find_quantities(text, tables)] == [20000, 50000]


@pytest.mark.parametrize(
    "text",
    [
        "捐款达万元",
        "数十家单位、几百人到场",
        "电话:025-84567890,邮编210046,股票代码600519",
        "一对一帮扶,三大战役,一张蓝图绘到底,四面八方",
        "第一书记统一部署,进一步落实",
        "2019年5月3日上午9:30,2016—2018年",
        "参加“百企兴百村”和《五个一工程方案》",
        "见https://example.org/2020/12/3.html",
        "陆方圆与伍某到访",
        "A区3号楼501室,乘15路公交车",
    ],
)
def test_values_number_that_counts_nothing_gives_nothing(tables: Tables, text: str) -> None:
    assert find_quantities(text, tables) == []


@pytest.mark.parametrize(
    ("text", "words", "unit"),
    [("排名第38位", "第38位", "item"), ("第三次会议", "第三次", "time"), ("依第五条", "第五条", "item")],
)
def test_values_ordinal_is_a_rank(tables: Tables, text: str, words: str, unit: str) -> None:
    (mention,) = find_quantities(text, tables)
    assert (mention.value.text, mention.value.unit, mention.rank) == (words, unit, True)


def test_values_phase_is_a_rank_but_a_counted_term_is_none(tables: Tables) -> None:
    assert [m.rank for m in find_quantities("三期工程连续三届获奖", tables)] == [True, False]


def test_values_one_with_a_measure_is_indefinite(tables: Tables) -> None:
    assert [m.indefinite for m in find_quantities("一家企业捐出1台车和两台电脑", tables)] == [
        True,
        False,
        False,
    ]


def test_values_unit_word_keeps_the_magnitude_after_digits(tables: Tables) -> None:
    text = "9.2万名学生获得180多万元,三万家"
    mentions = find_quantities(text, tables)
    assert [m.unit_word for m in mentions] == ["万名", "万元", "家"]
    assert [m.number_span.of(text) for m in mentions] == ["9.2万", "180多万", "三万"]


def test_values_number_without_measure_is_left_to_the_caller(tables: Tables) -> None:
    (mention,) = find_quantities("培训13.5万返乡青年", tables)
    assert (mention.kind, mention.value.unit, int(mention.value.value)) == ("number", "1", 135000)
