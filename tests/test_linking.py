"""One node a thing: short names, namesakes, nested names, slips of the pen and repeated passages."""

from __future__ import annotations

import pytest
from facts_samples import asserted, entity, facts_of, read, said


@pytest.mark.parametrize(
    ("text", "label", "short"),
    [
        pytest.param("浙江绿源生态农业有限公司（以下简称“绿源生态”）落户旌德县。绿源生态向旌德县捐款20万元。", "浙江绿源生态农业有限公司", "绿源生态", id="declared"),
        pytest.param("浙江绿源生态农业有限公司（简称：绿源）向旌德县捐款20万元。绿源选派专家6名。", "浙江绿源生态农业有限公司", "绿源", id="declared-with-colon"),
        pytest.param("鹿城区和平公益基金会（下称和平基金会）捐款20万元。和平基金会选派医生6名。", "鹿城区和平公益基金会", "和平基金会", id="declared-without-quotes"),
        pytest.param("青岛市向陇南市捐款20万元。青岛选派医生6名。", "青岛市", "青岛", id="division"),
        pytest.param("恒瑞达新材料股份有限公司捐款20万元。恒瑞达选派专家6名。", "恒瑞达新材料股份有限公司", "恒瑞达", id="core-of-a-company"),
    ],
)  # fmt: skip
def test_linking_short_name_is_the_same_node(text: str, label: str, short: str) -> None:
    extraction = read(text)
    assert entity(extraction, label).label == label
    assert entity(extraction, short) == entity(extraction, label)
    assert all(short not in values for fact in map(said, extraction.facts) for values in fact.roles.values())


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        pytest.param("恒丰公司捐款20万元。恒泰公司捐款30万元。", "恒丰公司", "恒泰公司", id="companies"),
        pytest.param("松阳县人民医院选派医生6名。松阳县中医院选派医生3名。", "松阳县人民医院", "松阳县中医院", id="two-hospitals-of-a-county"),
        pytest.param("鹿城区教育局捐款20万元。瓯海区教育局捐款30万元。", "鹿城区教育局", "瓯海区教育局", id="bureaus"),
        pytest.param("吉林省捐款20万元。吉林市捐款30万元。", "吉林省", "吉林市", id="province-and-city"),
        pytest.param("鹿城区选派教师6名。鹿城区人民政府捐款20万元。", "鹿城区", "鹿城区人民政府", id="place-and-government"),
    ],
)  # fmt: skip
def test_linking_names_alike_are_two_nodes(text: str, one: str, other: str) -> None:
    extraction = read(text)
    assert entity(extraction, one).iri != entity(extraction, other).iri


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        pytest.param("福建省福州市鼓楼区捐款20万元。鼓楼区选派医生6名。", "鼓楼区", "350102", id="gulou-fuzhou"),
        pytest.param("河南省开封市鼓楼区捐款20万元。鼓楼区选派医生6名。", "鼓楼区", "410204", id="gulou-kaifeng"),
        pytest.param("江苏省南京市鼓楼区捐款20万元。", "鼓楼区", "320106", id="gulou-nanjing"),
        pytest.param("吉林省长春市朝阳区捐款20万元。", "朝阳区", "220104", id="chaoyang-changchun"),
        pytest.param("北京市朝阳区捐款20万元。", "朝阳区", "110105", id="chaoyang-beijing"),
    ],
)  # fmt: skip
def test_linking_namesake_is_the_one_whose_province_is_named(text: str, name: str, code: str) -> None:
    assert entity(read(text), name).code == code


@pytest.mark.parametrize(
    ("text", "label", "within"),
    [
        pytest.param("浙江省台州市路桥区卫生健康局捐款20万元。", "浙江省台州市路桥区卫生健康局", "路桥区", id="bureau-after-a-chain"),
        pytest.param("台州市中心医院路桥分院选派医生6名。", "台州市中心医院路桥分院", "台州市", id="branch"),
        pytest.param("缙云县壶镇镇中心小学获赠图书300册。", "缙云县壶镇镇中心小学", "壶镇镇", id="school-of-a-town"),
    ],
)  # fmt: skip
def test_linking_nested_name_is_one_node_inside_its_place(text: str, label: str, within: str) -> None:
    extraction = read(text)
    place = next(one for one in extraction.entities if one.iri == entity(extraction, label).located_in)
    assert (place.label, place.cls) == (within, "AdministrativeDivision")


def test_linking_slip_between_copies_is_an_alias_and_is_reported() -> None:
    line = "温岭市恒昌慈善基金会去冬今春向金滩小学捐赠了课桌一百二十套，师生们非常高兴。"
    text = f"{line}\n{line.replace('昌', '晶')}"
    extraction = read(text)
    (fact,) = extraction.facts
    assert [evidence.quote for evidence in fact.evidence] == [
        "温岭市恒昌慈善基金会去冬今春向金滩小学捐赠了课桌一百二十套",
        "温岭市恒晶慈善基金会去冬今春向金滩小学捐赠了课桌一百二十套",
    ]
    assert entity(extraction, "温岭市恒昌慈善基金会").aliases == ("温岭市恒晶慈善基金会",)
    (problem,) = extraction.problems
    assert problem.message == (
        "'温岭市恒晶慈善基金会' is read as a slip of the pen for '温岭市恒昌慈善基金会': one entity"
    )


def test_linking_names_one_character_apart_without_copies_are_no_slip() -> None:
    extraction = read("温岭市恒昌慈善基金会捐款20万元。\n教师们很高兴，温岭市恒晶慈善基金会捐款30万元。")
    assert [len(fact.evidence) for fact in extraction.facts] == [1, 1]
    assert extraction.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2021年5月，温岭市慈善总会向茂县捐款80万元。\n村民们跳起了锅庄。\n2021年5月，温岭市慈善总会向茂县捐款80万元。", id="passage"),
        pytest.param("2021年5月，温岭市慈善总会向茂县捐款80万元。\n茂县2021年5月收到温岭市慈善总会捐款80万元。", id="other-voice"),
        pytest.param("2021年5月，温岭市慈善总会向茂县捐款80万元。\n2021年5月，温岭市慈善总会把八十万元捐给了茂县。", id="other-order"),
    ],
)  # fmt: skip
def test_linking_fact_told_twice_is_one_with_two_evidences(text: str) -> None:
    (fact,) = read(text).facts
    assert said(fact) == asserted(
        "Donation", donor="温岭市慈善总会", recipient="茂县", amount="800000 CNY", time="2021-05"
    )
    first, second = fact.evidence
    assert first.span.end <= text.index("\n") < second.span.start
    assert (first.quote, second.quote) == (first.span.of(text), second.span.of(text))


def test_linking_characters_of_the_source_make_the_label() -> None:
    extraction = read("浙江省樂清市向貴州省岑鞏縣捐贈80萬元。")
    assert [(one.label, one.code) for one in extraction.entities] == [
        ("浙江省", "330000"),
        ("樂清市", "330382"),
        ("貴州省", "520000"),
        ("岑鞏縣", "522626"),
    ]
    assert extraction.facts[0].evidence[0].quote == "樂清市向貴州省岑鞏縣捐贈80萬元"


def test_linking_one_place_in_two_scripts_is_one_node() -> None:
    facts = facts_of("樂清市捐款20萬元。乐清市选派医生6名。")
    assert len(facts) == 2
    (one,) = {name for fact in facts for role in ("donor", "sender") for name in fact.roles.get(role, ())}
    assert one in ("樂清市", "乐清市")
