"""What states a fact at all: slogans, headings, furniture, retellings, tables, and other characters."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, planned, sorted_facts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("领导互访、干部互派、人才互通。", id="slogan"),
        pytest.param("广大干部要发扬奉献精神，积极捐赠，主动作为。", id="spirit"),
        pytest.param("我们举办活动，签订协议，引进项目。", id="general"),
        pytest.param("喊响“投资兴业到松溪”的口号。", id="slogan-quoted"),
    ],
)  # fmt: skip
def test_facts_sense_slogan_states_nothing(text: str) -> None:
    assert facts_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("松溪县向泰顺县捐款60万元", id="headline"),
        pytest.param("松溪县与泰顺县结对\n泰顺县引进企业12家\n平潭县举办招聘会9场\n永春县选派教师20名", id="list-of-headlines"),
        pytest.param("一、投入资金800万元\n具体情况如下。", id="numbered"),
    ],
)  # fmt: skip
def test_facts_sense_heading_states_nothing(text: str) -> None:
    assert facts_of(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("首页 > 新闻中心 > 捐赠公告", [], id="nav"),
        pytest.param("责任编辑：陈晓梅", [], id="editor"),
        pytest.param("图为松溪县向泰顺县捐赠电脑。", [], id="caption"),
        pytest.param("上一篇：松溪县向泰顺县捐款60万元", [], id="related"),
        pytest.param("首页 > 动态\n松溪县向泰顺县捐款60万元。\n责任编辑：陈晓梅", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY")], id="beside-body"),
        pytest.param("记者 王晓东 通讯员 李芳\n松溪县向泰顺县捐款60万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY")], id="reporter"),
    ],
)  # fmt: skip
def test_facts_sense_furniture_states_nothing_and_hides_nothing(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("单位\n金额\n松溪县\n120\n泰顺县\n80", [], id="cells"),
        pytest.param("单位：万元\n温岭市\n120\n茂县\n80", [], id="money"),
        pytest.param("姓名\n职务\n王立新\n县长", [], id="people"),
        pytest.param("指标\n数值\n学校\n32\n温岭市向茂县捐款80万元。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY")], id="beside-body"),
    ],
)  # fmt: skip
def test_facts_sense_table_with_one_cell_a_line_gives_no_false_fact(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("摘要：温岭市向茂县捐款80万元。\n2021年5月8日，温岭市向茂县捐款80万元，用于修路。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY", time="2021-05-08", purpose="修路")], id="marked"),
        pytest.param("2020年，温岭市向茂县捐款80万元。\n2021年，温岭市向茂县捐款80万元。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY", time="2020"), asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY", time="2021")], id="other-year"),
        pytest.param("温岭市向茂县捐款80万元。\n温岭市向茂县捐款90万元。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY"), asserted("Donation", donor="温岭市", recipient="茂县", amount="900000 CNY")], id="other-sum"),
        pytest.param("温岭市向茂县捐款80万元\n温岭市向茂县捐款80万元\n2021年5月8日，温岭市向茂县捐款80万元。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY", time="2021-05-08")], id="headline"),
        pytest.param("温岭市拟向茂县捐款80万元。\n温岭市向茂县捐款80万元。", [planned("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY"), asserted("Donation", donor="温岭市", recipient="茂县", amount="800000 CNY")], id="planned-then-done"),
    ],
)  # fmt: skip
def test_facts_sense_retelling_is_the_same_fact_unless_it_says_another(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("浙江省樂清市向貴州省岑鞏縣捐贈80萬元。", [asserted("Donation", donor="樂清市", recipient="岑鞏縣", amount="800000 CNY")], id="donation"),
        pytest.param("2019年，樂清市選派醫生6名。", [asserted("Dispatch", sender="樂清市", group="醫生", people="6 person", time="2019")], id="dispatch"),
        pytest.param("廣東實驗中學與屏東高級中學簽訂《交流協議》。", [asserted("Agreement", party=["屏東高級中學", "廣東實驗中學"], document="交流協議")], id="agreement"),
        pytest.param("2018年，苗栗縣茶葉產量3200噸。", [asserted("Observation", subject="苗栗縣", indicator="茶葉產量", value="3200 t", time="2018")], id="stat"),
        pytest.param("林國雄任苗栗縣文化局局長。", [asserted("Position", person="林國雄", position="局長", organization="苗栗縣文化局")], id="person"),
        pytest.param("樂清市計劃選派教師20名。", [planned("Dispatch", sender="樂清市", group="教師", people="20 person")], id="plan"),
    ],
)  # fmt: skip
def test_facts_sense_traditional_characters_are_read_and_kept(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)
