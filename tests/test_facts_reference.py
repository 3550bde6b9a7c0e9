"""What words stand for: 该院, 双方, 前者, 其, 全县, and the offices that people hold."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, sorted_facts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("松阳县人民医院创建于1952年。该院选派医生5名。", [asserted("Establishment", object="松阳县人民医院", time="1952"), asserted("Dispatch", sender="松阳县人民医院", group="医生", people="5 person")], id="hospital"),
        pytest.param("2019年，庆元县实验小学获捐图书3000册。该校培训教师60人次。", [asserted("Donation", recipient="庆元县实验小学", goods="3000 item", time="2019"), asserted("Training", organizer="庆元县实验小学", group="教师", people="60 person-time", time="2019")], id="school"),
        pytest.param("晨光基金会捐款30万元。该基金会资产总额6000万元。", [asserted("Donation", donor="晨光基金会", amount="300000 CNY"), asserted("Observation", subject="晨光基金会", indicator="资产总额", value="60000000 CNY")], id="foundation"),
        pytest.param("远翔科技有限公司落户泗洪县。该公司注册资本8000万元。", [asserted("Introduction", object="远翔科技有限公司", place="泗洪县"), asserted("Observation", subject="远翔科技有限公司", indicator="注册资本", value="80000000 CNY")], id="company-capital"),
        pytest.param("松阳县人民医院与振华公司签订《合作协议》。该院选派医生5名。", [asserted("Agreement", party=["振华公司", "松阳县人民医院"], document="合作协议"), asserted("Dispatch", sender="松阳县人民医院", group="医生", people="5 person")], id="kind-decides"),
    ],
)  # fmt: skip
def test_facts_reference_demonstrative_is_the_last_thing_of_its_kind(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("云和县与理塘县结对，双方签订协议3份。", [asserted("Pairing", kind="结对", party=["云和县", "理塘县"]), asserted("Agreement", party=["云和县", "理塘县"], document="协议", count="3 item")], id="parties"),
        pytest.param("2016年，云和县与理塘县结对。两地签订《合作协议》。", [asserted("Pairing", kind="结对", party=["云和县", "理塘县"], time="2016"), asserted("Agreement", party=["云和县", "理塘县"], document="合作协议", time="2016")], id="places-2"),
        pytest.param("云和县与理塘县结对，两县签订协议3份。", [asserted("Pairing", kind="结对", party=["云和县", "理塘县"]), asserted("Agreement", party=["云和县", "理塘县"], document="协议", count="3 item")], id="ways"),
    ],
)  # fmt: skip
def test_facts_reference_pair_word_is_the_two_named_before(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("缙云县与得荣县结对，前者选派教师6名。", [asserted("Pairing", kind="结对", party=["得荣县", "缙云县"]), asserted("Dispatch", sender="缙云县", group="教师", people="6 person")], id="former"),
        pytest.param("龙泉中学与稻城中学结对，后者获赠图书3000册。", [asserted("Pairing", kind="结对", party=["稻城中学", "龙泉中学"]), asserted("Donation", recipient="稻城中学", goods="3000 item")], id="schools"),
        pytest.param("龙泉中学与稻城中学结对，并向后者捐款30万元。", [asserted("Pairing", kind="结对", party=["稻城中学", "龙泉中学"]), asserted("Donation", donor="龙泉中学", recipient="稻城中学", amount="300000 CNY")], id="latter-as-recipient"),
    ],
)  # fmt: skip
def test_facts_reference_former_and_latter_are_told_apart_by_order(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("振华公司捐款30万元，其员工总数800人。", [asserted("Donation", donor="振华公司", amount="300000 CNY"), asserted("Observation", subject="振华公司", indicator="员工总数", value="800 person")], id="alone"),
        pytest.param("嵊州市引进企业12家，其地区生产总值600亿元。", [asserted("Introduction", agent="嵊州市", object="企业", count="12 item"), asserted("Observation", subject="嵊州市", indicator="地区生产总值", value="60000000000 CNY")], id="agent"),
        pytest.param("新华医院选派医生6名，其床位数达900张。", [asserted("Dispatch", sender="新华医院", group="医生", people="6 person"), asserted("Observation", subject="新华医院", indicator="床位数", value="900 item")], id="hospital"),
    ],
)  # fmt: skip
def test_facts_reference_its_owner_is_the_subject_before(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("武义县政府工作报告\n去年，我县引进企业20家。", [asserted("Introduction", agent="武义县", object="企业", count="20 item")], id="heading"),
        pytest.param("2021年，丽水市选派教师50名。全市引进企业30家。", [asserted("Dispatch", sender="丽水市", group="教师", people="50 person", time="2021"), asserted("Introduction", agent="丽水市", object="企业", count="30 item", time="2021")], id="whole-city"),
        pytest.param("武义县经济运行情况\n全县地区生产总值320亿元。", [asserted("Observation", subject="武义县", indicator="地区生产总值", value="32000000000 CNY")], id="whole-county"),
        pytest.param("磐安县引进企业12家，全县地区生产总值150亿元。", [asserted("Introduction", agent="磐安县", object="企业", count="12 item"), asserted("Observation", subject="磐安县", indicator="地区生产总值", value="15000000000 CNY")], id="whole-region"),
        pytest.param("仙都镇位于缙云县。全镇引进企业3家。", [asserted("Introduction", agent="仙都镇", object="企业", count="3 item")], id="not-the-township"),
        pytest.param("振华公司落户泗洪县，向当地捐款30万元。", [asserted("Introduction", object="振华公司", place="泗洪县"), asserted("Donation", donor="振华公司", recipient="泗洪县", amount="300000 CNY")], id="local-donation"),
    ],
)  # fmt: skip
def test_facts_reference_whole_county_is_the_division_that_the_page_is_about(
    text: str, wanted: list[Said]
) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("双方签订协议3份。", [asserted("Agreement", document="协议", count="3 item")], id="both"),
        pytest.param("该院选派医生5名。", [asserted("Dispatch", group="医生", people="5 person")], id="hospital"),
    ],
)  # fmt: skip
def test_facts_reference_word_without_anything_named_before_is_no_entity(
    text: str, wanted: list[Said]
) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("松阳县教育局局长余志强出席。", [asserted("Position", person="余志强", position="局长", organization="松阳县教育局")], id="before"),
        pytest.param("副县长何丽华介绍了情况。", [asserted("Position", person="何丽华", position="副县长")], id="vice"),
        pytest.param("松阳县教育局局长余志强、副局长叶春梅出席。", [asserted("Position", person="余志强", position="局长", organization="松阳县教育局"), asserted("Position", person="叶春梅", position="副局长", organization="松阳县教育局")], id="two-people"),
        pytest.param("华康集团董事长廖国荣捐款100万元。", [asserted("Position", person="廖国荣", position="董事长", organization="华康集团"), asserted("Donation", donor="廖国荣", amount="1000000 CNY")], id="donor"),
        pytest.param("松阳县人民医院选派医生5名。院长余志强带队。", [asserted("Dispatch", sender="松阳县人民医院", group="医生", people="5 person"), asserted("Position", person="余志强", position="院长", organization="松阳县人民医院")], id="later"),
        pytest.param("缙云县委书记王立新出席。", [asserted("Position", person="王立新", position="书记", organization="缙云县委")], id="secretary"),
        pytest.param("缙云县县长王立新同志出席。", [asserted("Position", person="王立新", position="县长", organization="缙云县")], id="comrade"),
        pytest.param("党组书记、局长王立新出席。", [asserted("Position", person="王立新", position="党组书记"), asserted("Position", person="王立新", position="局长")], id="several"),
    ],
)  # fmt: skip
def test_facts_reference_office_belongs_to_the_organization_before_it(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)
