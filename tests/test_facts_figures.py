"""Which numbers are figures of a fact, how large, and which are none."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, sorted_facts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("松溪县向泰顺县捐款约60万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY about")], id="about"),
        pytest.param("松溪县向泰顺县捐款60余万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY min")], id="odd"),
        pytest.param("松溪县向泰顺县捐款超过60万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY min")], id="over"),
        pytest.param("松溪县向泰顺县捐款1亿2000万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="120000000 CNY")], id="mixed"),
        pytest.param("松溪县向泰顺县捐款六十万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY")], id="chinese"),
        pytest.param("松溪县向泰顺县捐款６０万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY")], id="full-width"),
        pytest.param("松溪县向泰顺县捐款1,250.5元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="1250.5 CNY")], id="grouped"),
        pytest.param("松溪县向泰顺县捐款60万美元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 USD")], id="dollars"),
        pytest.param("松溪县向泰顺县捐款60万港元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 HKD")], id="hk-dollars"),
        pytest.param("松溪县向泰顺县捐款叁拾万元。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="300000 CNY")], id="financial"),
        pytest.param("松溪县向泰顺县捐款60万元左右。", [asserted("Donation", donor="松溪县", recipient="泰顺县", amount="600000 CNY about")], id="around"),
    ],
)  # fmt: skip
def test_facts_figures_sum_is_read_with_its_bound_and_currency(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2022年，松溪县地区生产总值86亿元，增长6.5%。", [asserted("Observation", subject="松溪县", indicator="地区生产总值", value="8600000000 CNY", change="6.5 %", time="2022")], id="growth"),
        pytest.param("茶叶产量3200吨，同比下降2.3%。", [asserted("Observation", indicator="茶叶产量", value="3200 t", change="-2.3 %")], id="fall"),
        pytest.param("森林覆盖率78.5%，比上年提高1.2个百分点。", [asserted("Observation", indicator="森林覆盖率", value="78.5 %", change="1.2 pp")], id="points"),
        pytest.param("出口额同比减少8.6%。", [asserted("Observation", indicator="出口额", change="-8.6 %")], id="only-change"),
        pytest.param("贫困发生率由12.4%下降到0.8%。", [asserted("Observation", indicator="贫困发生率", value="0.8 %")], id="drop-to"),
        pytest.param("社会消费品零售总额52亿元，增长4.1%；出口额9亿元，下降3%。", [asserted("Observation", indicator="社会消费品零售总额", value="5200000000 CNY", change="4.1 %"), asserted("Observation", indicator="出口额", value="900000000 CNY", change="-3 %")], id="two"),
        pytest.param("农村居民人均可支配收入21300元，增长7.8%。", [asserted("Observation", indicator="农村居民人均可支配收入", value="21300 CNY", change="7.8 %")], id="income"),
        pytest.param("带动农户320户，户均增收4500元。", [asserted("Benefit", group="农户", people="320 household", amount="4500 CNY")], id="per-household"),
    ],
)  # fmt: skip
def test_facts_figures_change_is_signed_and_stands_beside_the_value(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("天能公司捐款达万元。", [], id="sum"),
        pytest.param("全年培训教师余人次。", [], id="people"),
        pytest.param("项目总投资亿元。", [], id="yi"),
        pytest.param("茶园面积达万亩。", [], id="area"),
        pytest.param("带动农户余户。", [], id="households"),
        pytest.param("岱山县捐款达万元，选派医生6名。", [asserted("Dispatch", sender="岱山县", group="医生", people="6 person")], id="beside"),
    ],
)  # fmt: skip
def test_facts_figures_figure_that_lost_its_digits_gives_nothing(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("松溪县向祖墩乡派出第一书记。", [], id="first-secretary"),
        pytest.param("泰顺县选派的第三批教师启程。", [asserted("Dispatch", sender="泰顺县", group="第三批教师")], id="ordinal-batch"),
        pytest.param("泰顺县第二中学位于罗阳镇。", [], id="ordinal-name"),
        pytest.param("报名电话为0577-67581234，联系人林女士。", [], id="phone"),
        pytest.param("根据《公益事业捐赠法》第十二条，捐赠人可以提出要求。", [], id="law"),
        pytest.param("股票代码300482的公司发布公告。", [], id="stock"),
        pytest.param("坚持一对一、面对面帮扶。", [], id="one-to-one"),
        pytest.param("打好三大攻坚战，守住两条底线。", [], id="battles"),
        pytest.param("泰顺县经济总量居全市第三位。", [], id="rank"),
        pytest.param("仪式于上午9时30分开始。", [], id="clock"),
        pytest.param("依据国办发〔2019〕12号文件执行。", [], id="doc-number"),
        pytest.param("泰顺县选派第三批教师12名。", [asserted("Dispatch", sender="泰顺县", group="第三批教师", people="12 person")], id="dispatch-ordinal"),
        pytest.param("泰顺县茶园面积8万亩，居全市第二位。", [asserted("Observation", subject="泰顺县", indicator="茶园面积", value="80000 mu")], id="rank-beside"),
    ],
)  # fmt: skip
def test_facts_figures_number_that_counts_nothing_is_no_figure(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)
