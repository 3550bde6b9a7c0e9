"""One node a thing: short names, namesakes, nested names, slips of the pen and repeated passages."""

from __future__ import annotations

import pytest
from facts_samples import asserted, entity, read, said


@pytest.mark.parametrize(
    ("full", "behind", "short"),
    [
        pytest.param("浙江绿源生态农业有限公司", "（以下简称“绿源生态”）", "绿源生态", id="declared"),
        pytest.param("浙江绿源生态农业有限公司", "（简称：绿源）", "绿源", id="declared-with-colon"),
        pytest.param(
            "鹿城区和平公益基金会", "（下称和平基金会）", "和平基金会", id="declared-without-quotes"
        ),
        pytest.param("青岛市", "", "青岛", id="division"),
        pytest.param("恒瑞达新材料股份有限公司", "", "恒瑞达", id="core-of-a-company"),
        pytest.param("恒丰集团有限公司", "", "恒丰集团", id="form-of-body-left-out"),
        pytest.param("丽水市莲都区教育局", "", "莲都区教育局", id="place-above-left-out"),
        pytest.param("浙江省恒丰农牧有限公司", "", "恒丰农牧有限公司", id="place-left-out"),
    ],
)
def test_linking_short_name_is_the_same_node(full: str, behind: str, short: str) -> None:
    extraction = read(
        f"Donation <donor {full}>{behind}捐款<amount 20万元>。",
        f"Dispatch <sender {short}>选派专家<people 6名>。",
    )
    one = entity(extraction, full)
    assert (one.label, one.aliases) == (full, (short,))
    assert [
        value
        for fact in extraction.facts
        for role in ("donor", "sender")
        for value in fact.roles.get(role, ())
    ] == [one, one]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("恒丰公司", "恒泰公司", id="companies"),
        pytest.param("松阳县人民医院", "松阳县中医院", id="two-hospitals-of-a-county"),
        pytest.param("鹿城区教育局", "瓯海区教育局", id="bureaus"),
        pytest.param("吉林省", "吉林市", id="province-and-city"),
        pytest.param("鹿城区", "鹿城区人民政府", id="place-and-government"),
        pytest.param("东海师范学院", "东海师范学院附属小学", id="college-and-its-school"),
        pytest.param("瓯江银行", "瓯江银行温岭支行", id="bank-and-its-branch"),
        pytest.param("恒丰集团", "恒丰集团物流有限公司", id="group-and-its-company"),
        pytest.param("恒丰股份有限公司", "恒丰股份有限公司丽水分公司", id="company-and-its-branch"),
        pytest.param("恒丰", "恒丰公益基金会", id="firm-and-its-foundation"),
        pytest.param("大理州教育局", "大理市教育局", id="prefecture-and-city-of-one-name"),
        pytest.param("南通市教育局", "李娜南通市教育局", id="no-place-before-a-place"),
    ],
)
def test_linking_names_alike_are_two_nodes(one: str, other: str) -> None:
    extraction = read(
        f"Donation <donor {one}>捐款<amount 20万元>。", f"Donation <donor {other}>捐款<amount 30万元>。"
    )
    assert entity(extraction, one).iri != entity(extraction, other).iri


@pytest.mark.parametrize(
    ("full", "short", "code"),
    [
        pytest.param("福建省福州市鼓楼区", "鼓楼区", "350102", id="gulou-fuzhou"),
        pytest.param("河南省开封市鼓楼区", "鼓楼区", "410204", id="gulou-kaifeng"),
        pytest.param("南京鼓楼区", "鼓楼区", "320106", id="gulou-nanjing"),
        pytest.param("吉林省长春市朝阳区", "朝阳区", "220104", id="chaoyang-changchun"),
        pytest.param("北京市朝阳区", "朝阳区", "110105", id="chaoyang-beijing"),
    ],
)
def test_linking_namesake_is_the_one_whose_province_is_named(full: str, short: str, code: str) -> None:
    extraction = read(
        f"Donation <donor {full}>捐款<amount 20万元>。", f"Dispatch <sender {short}>选派医生<people 6名>。"
    )
    assert [(one.label, one.aliases, one.code) for one in extraction.entities] == [(full, (short,), code)]


def test_linking_short_name_is_the_whole_that_all_others_begin_with() -> None:
    extraction = read(
        "Donation <donor 恒丰集团>捐款<amount 20万元>。",
        "Donation <donor 恒丰集团物流有限公司>捐款<amount 30万元>。",
        "Donation <donor 恒丰>捐款<amount 40万元>。",
    )
    assert entity(extraction, "恒丰").label == "恒丰集团"


def test_linking_two_districts_of_one_name_are_two_and_a_bare_one_is_the_last() -> None:
    extraction = read(
        "Agreement <party 沈阳市铁西区>与<party 鞍山市铁西区>签约。",
        "Donation <donor 沈阳市铁西区教育局>捐款<amount 20万元>。",
        "Donation <recipient 铁西区>获赠<amount 30万元>。",
        "Donation <donor 鞍山市铁西区教育局>捐款<amount 40万元>。",
    )
    agreement, _, gift, _ = extraction.facts
    assert {one.code for one in agreement.roles["party"]} == {"210106", "210303"}
    assert [one.code for one in gift.roles["recipient"]] == ["210106"]
    for city, code in (("沈阳", "210106"), ("鞍山", "210303")):
        assert (entity(extraction, f"{city}市铁西区教育局").located_in or "").endswith(code)


@pytest.mark.parametrize(
    ("piece", "label", "within"),
    [
        pytest.param("Donation <donor 浙江省台州市路桥区卫生健康局>捐款<amount 20万元>。", "浙江省台州市路桥区卫生健康局", "路桥区", id="bureau-after-a-chain"),
        pytest.param("Dispatch <sender 台州市中心医院路桥分院>选派医生<people 6名>。", "台州市中心医院路桥分院", "台州市", id="branch"),
        pytest.param("Donation <recipient 缙云县壶镇镇中心小学>获赠<goods 图书>。", "缙云县壶镇镇中心小学", "壶镇镇", id="school-of-a-town"),
    ],
)  # fmt: skip
def test_linking_nested_name_is_one_node_inside_its_place(piece: str, label: str, within: str) -> None:
    extraction = read(piece)
    place = next(one for one in extraction.entities if one.iri == entity(extraction, label).located_in)
    assert (place.label, place.cls) == (within, "AdministrativeDivision")


def test_linking_slip_between_copies_is_an_alias_and_is_reported() -> None:
    line = "Donation <donor 温岭市恒昌慈善基金会>去冬今春向<recipient 金滩小学>捐赠了<goods 课桌>一百二十套，师生们非常高兴。"
    extraction = read(line, "\n", line.replace("昌", "晶"))
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
    extraction = read(
        "Donation <donor 温岭市恒昌慈善基金会>捐款<amount 20万元>。\n",
        "Donation 教师们很高兴，<donor 温岭市恒晶慈善基金会>捐款<amount 30万元>。",
    )
    assert [len(fact.evidence) for fact in extraction.facts] == [1, 1]
    assert extraction.problems == ()


GIFT = "Donation <time 2021年5月>，<donor 温岭市慈善总会>向<recipient 茂县>捐款<amount 80万元>。"


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(GIFT, id="passage"),
        pytest.param("Donation <recipient 茂县><time 2021年5月>收到<donor 温岭市慈善总会>捐款<amount 80万元>。", id="other-voice"),
        pytest.param("Donation <time 2021年5月>，<donor 温岭市慈善总会>把<amount 八十万元>捐给了<recipient 茂县>。", id="other-order"),
        pytest.param("Donation <recipient 茂县>收到捐款<amount 80万元>。", id="less"),
    ],
)  # fmt: skip
def test_linking_fact_told_twice_is_one_with_two_evidences(again: str) -> None:
    extraction = read(GIFT, "\n村民们跳起了锅庄。\n", again)
    (fact,) = extraction.facts
    assert said(fact) == asserted(
        "Donation", donor="温岭市慈善总会", recipient="茂县", amount="800000 CNY", time="2021-05"
    )
    first, second = fact.evidence
    assert first.span.end <= extraction.document.text.index("\n") < second.span.start


def test_linking_characters_of_the_source_make_the_label() -> None:
    extraction = read("Donation <donor 浙江省樂清市>向<recipient 貴州省岑鞏縣>捐贈<amount 80萬元>。")
    assert [(one.label, one.code) for one in extraction.entities] == [
        ("浙江省樂清市", "330382"),
        ("貴州省岑鞏縣", "522626"),
    ]
    assert extraction.facts[0].evidence[0].quote == "浙江省樂清市向貴州省岑鞏縣捐贈80萬元"


def test_linking_one_place_in_two_scripts_is_one_node() -> None:
    extraction = read(
        "Donation <donor 樂清市>捐款<amount 20萬元>。", "Dispatch <sender 乐清市>选派医生<people 6名>。"
    )
    (one,) = extraction.entities
    assert one.label in ("樂清市", "乐清市") and len(extraction.facts) == 2
