"""kg.ontology.divisions: the tables of ontology/divisions and what is asked of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.ontology.divisions import Divisions, NameForm, load_divisions

FOLDER = Path(__file__).parents[1] / "ontology" / "divisions"
HEADING = "code\tname\tshort\tlevel\tparent\tabbr\tenglish\tstatus\n"
TOWNSHIPS = "code\tname\tparent\tstatus\n"
PROVINCE = "320000\t江苏省\t江苏\tprovince\t\t苏\tJiangsu\tcurrent\n"


@pytest.fixture(scope="module")
def divisions() -> Divisions:
    return load_divisions(FOLDER)


@pytest.mark.parametrize(
    ("code", "name", "english"),
    [
        ("320113", "栖霞区", "Qixia District"),
        ("320100", "南京市", "Nanjing"),
        ("610000", "陕西省", "Shaanxi"),
        ("140000", "山西省", "Shanxi"),
        ("540000", "西藏自治区", "Tibet"),
        ("640000", "宁夏回族自治区", "Ningxia"),
        ("820000", "澳门特别行政区", "Macao"),
        ("610100", "西安市", "Xi'an"),
        ("320582", "张家港市", "Zhangjiagang"),
        ("532929", "云龙县", "Yunlong County"),
        ("341021", "歙县", "Shexian"),
        ("310112", "闵行区", "Minhang District"),
        ("341500", "六安市", "Lu'an"),
        ("140428", "长子县", "Zhangzi County"),
        ("140109", "万柏林区", "Wanbailin District"),
        ("150521", "科尔沁左翼中旗", "Horqin Left Wing Middle Banner"),
        ("500243", "彭水苗族土家族自治县", "Pengshui Miao and Tujia Autonomous County"),
        ("522700", "黔南布依族苗族自治州", "Qiannan Buyei and Miao Autonomous Prefecture"),
        ("653100", "喀什地区", "Kashgar Prefecture"),
    ],
)
def test_divisions_code_gives_name_and_english(
    divisions: Divisions, code: str, name: str, english: str
) -> None:
    division = divisions.by_code(code)
    assert division is not None
    assert (division.name, division.english, division.former) == (name, english, False)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("商州", ["611002"]),
        ("栖霞", ["320113", "370686"]),
        ("鼓楼区", ["320106", "320302", "350102", "410204"]),
        ("黔南州", ["522700"]),
        ("彭水", ["500243"]),
        ("东乡县", ["622926"]),
        ("香港", ["810000"]),
        ("单", []),
        ("井陉", ["130121"]),
        ("大荆镇", ["330382127", "430681111", "611002112"]),
    ],
)
def test_divisions_name_gives_all_its_present_bearers(
    divisions: Divisions, name: str, codes: list[str]
) -> None:
    assert [division.code for division in divisions.by_name(name) if not division.former] == codes


def test_divisions_former_county_keeps_its_name_but_not_the_short_one(divisions: Divisions) -> None:
    (tongliang,) = divisions.by_name("铜梁县")
    assert (tongliang.code, tongliang.former, tongliang.short) == ("500224", True, "")
    assert [division.name for division in divisions.by_name("铜梁")] == ["铜梁区"]


def test_divisions_renamed_one_shares_its_code_with_its_present_name(divisions: Divisions) -> None:
    (old,) = divisions.by_name("襄樊市")
    present = divisions.by_code(old.code)
    assert old.former
    assert present is not None and present.name == "襄阳市"


def test_divisions_path_leads_from_a_township_to_the_province(divisions: Divisions) -> None:
    names = [division.name for division in divisions.path("611002112")]
    assert names == ["大荆镇", "商州区", "商洛市", "陕西省"]
    assert divisions.contains("610000", "611002112")
    assert not divisions.contains("611002", "611002")
    assert divisions.path("999999") == ()


def test_divisions_names_tell_full_forms_from_short_ones(divisions: Divisions) -> None:
    (shangzhou,) = divisions.names()["商州区"]
    assert divisions.form("商州区", shangzhou) is NameForm.FULL
    assert divisions.form("商州", shangzhou) is NameForm.SHORT
    assert all(len(name) > 1 for name in divisions.names())


def test_divisions_every_province_has_its_letter(divisions: Divisions) -> None:
    letters = divisions.abbreviations()
    assert [letters[letter].english for letter in "苏陕闽粤沪"] == [
        "Jiangsu", "Shaanxi", "Fujian", "Guangdong", "Shanghai",
    ]  # fmt: skip
    assert len({division.code for division in letters.values()}) == 34


def test_divisions_every_english_name_is_written_in_latin_letters(divisions: Divisions) -> None:
    odd = [division for division in divisions if not division.english.replace("ü", "u").isascii()]
    assert odd == []


@pytest.mark.parametrize(
    ("rows", "townships", "message"),
    [
        (PROVINCE + "3201\t南京市\t\tprefecture\t320000\t\tNanjing\tcurrent\n", "", "tsv:3: code '3201'"),
        (
            PROVINCE + "320100\t南京市\t\ttown\t320000\t\tNanjing\tcurrent\n",
            "",
            "tsv:3: unknown level 'town'",
        ),
        (PROVINCE + "320100\t南京市\t\tprefecture\t33\t\tNanjing\tcurrent\n", "", "tsv:3: the parent '33'"),
        (PROVINCE + PROVINCE, "", "tsv:3: code 320000 stands twice"),
        (PROVINCE, "320113001\t甲街道\t320000\t\n32\t乙镇\t320000\t\n", "townships.tsv:3: expected"),
        (PROVINCE, "320113001\t甲街道\t320113\t\n", "townships.tsv:2: the parent of 320113001"),
    ],
    ids=["code", "level", "parent", "twice", "township", "township-parent"],
)
def test_divisions_wrong_line_is_named(tmp_path: Path, rows: str, townships: str, message: str) -> None:
    (tmp_path / "divisions.tsv").write_text(HEADING + rows, encoding="utf-8")
    (tmp_path / "townships.tsv").write_text(TOWNSHIPS + townships, encoding="utf-8")
    with pytest.raises(OntologyError, match=message):
        load_divisions(tmp_path)
