"""Names that no list has, in the roles they fill: where they end, their class, and what is no name."""

from __future__ import annotations

import pytest
from facts_samples import facts_of, read


def names(text: str) -> list[tuple[str, str]]:
    """The entities that roles name, with their classes, by label; the places around them left out."""
    extraction = read(text)
    used = {filler for fact in facts_of(text) for fillers in fact.roles.values() for filler in fillers}
    return sorted((one.label, one.cls) for one in extraction.entities if one.label in used)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("中国长江电力股份有限公司在茂县投资3亿元。", [("中国长江电力股份有限公司", "Company"), ("茂县", "AdministrativeDivision")], id="company"),
        pytest.param("嘉禾医药集团捐款20万元。", [("嘉禾医药集团", "Company")], id="group"),
        pytest.param("苏州嘉禾医药（集团）有限公司捐款20万元。", [("苏州嘉禾医药（集团）有限公司", "Company")], id="brackets"),
        pytest.param("绿野公司捐赠白塔乡卫生院救护车2辆。", [("白塔乡卫生院", "Hospital"), ("绿野公司", "Company")], id="verb-between"),
        pytest.param("浙江工商大学杭州商学院选派教师6名。", [("浙江工商大学杭州商学院", "School")], id="college-of-a-university"),
        pytest.param("茂县发展和改革局印发《管理办法》。", [("管理办法", "Document"), ("茂县发展和改革局", "Government")], id="he-inside-a-name"),
        pytest.param("中国乡村发展基金会捐款20万元。", [("中国乡村发展基金会", "SocialOrganization")], id="foundation"),
        pytest.param("温岭市援建的茂县羌绣产业园于2021年9月建成。", [("温岭市", "AdministrativeDivision"), ("茂县羌绣产业园", "Facility")], id="park"),
        pytest.param("金华市总工会捐款20万元。", [("金华市总工会", "SocialOrganization")], id="union"),
        pytest.param("中共缙云县委组织部印发《管理办法》。", [("中共缙云县委组织部", "Government"), ("管理办法", "Document")], id="party"),
    ],
)  # fmt: skip
def test_mentions_names_organization_is_its_longest_true_name(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    assert names(text) == sorted(wanted)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        pytest.param("2017年，阿依古丽·买买提当选为伽师县工商联主席。", "阿依古丽·买买提", id="uyghur"),
        pytest.param("德国企业家汉斯·穆勒捐款20万元。", "汉斯·穆勒", id="german"),
        pytest.param("马丁·施密特任沃尔夫公司总经理。", "马丁·施密特", id="before-a-verb"),
        pytest.param("恒丰公司董事长兼总经理欧阳文辉捐款20万元。", "欧阳文辉", id="two-character-surname"),
        pytest.param("上官婉清任茂县教育局副局长。", "上官婉清", id="two-character-surname-first"),
        pytest.param("林峰任茂县水务局局长。", "林峰", id="two-characters"),
        pytest.param("爱心人士王先生捐款20万元。", "王先生", id="surname-and-mister"),
        pytest.param("卓玛央金任德格县副县长。", "卓玛央金", id="tibetan"),
    ],
)  # fmt: skip
def test_mentions_names_person_is_whole_and_without_title(text: str, person: str) -> None:
    assert (person, "Person") in names(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("温岭市印发《关于促进开放的若干意见（试行）》。", ("关于促进开放的若干意见（试行）", "Document"), id="document"),
        pytest.param("温岭市启动“双百人才计划”。", ("双百人才计划", "Project"), id="programme"),
        pytest.param("温岭市启动“山海情”教育帮扶工程。", ("“山海情”教育帮扶工程", "Project"), id="name-goes-on-after-the-quotes"),
    ],
)  # fmt: skip
def test_mentions_names_marks_make_a_name(text: str, wanted: tuple[str, str]) -> None:
    assert wanted in names(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("干部群众喊出“苦干实干”的口号。", id="slogan"),
        pytest.param("村民们过上了“好日子”。", id="irony"),
        pytest.param("实现从“输血”到“造血”的转变。", id="figure-of-speech"),
        pytest.param("一家企业向一所学校捐赠。", id="common-nouns"),
    ],
)  # fmt: skip
def test_mentions_names_other_quotations_and_nouns_are_no_names(text: str) -> None:
    assert read(text).entities == ()
