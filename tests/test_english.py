"""kg.english: English labels from the parts of Chinese names."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.english import EnglishTables, division_english, english_name, load_english, short_forms
from kg.errors import OntologyError
from kg.ontology.divisions import Divisions, load_divisions

ONTOLOGY = Path(__file__).parents[1] / "ontology"
TABLES = ONTOLOGY / "lexicon" / "english.yaml"


@pytest.fixture(scope="module")
def divisions() -> Divisions:
    return load_divisions(ONTOLOGY / "divisions")


@pytest.fixture(scope="module")
def tables() -> EnglishTables:
    return load_english(TABLES)


@pytest.mark.parametrize(
    ("label", "cls", "english"),
    [
        ("建邺区", "AdministrativeDivision", "Jianye District"),
        ("鼓楼区", "AdministrativeDivision", "Gulou District"),
        ("朝阳", "AdministrativeDivision", "Chaoyang"),
        ("大荆镇", "AdministrativeDivision", "Dajing Town"),
        ("高头回族乡", "AdministrativeDivision", "Gaotou Hui Ethnic Township"),
        ("云龙县柳树村", "AdministrativeDivision", "Yunlong County Liushu Village"),
        ("云龙县人民政府", "Government", "Yunlong County People's Government"),
        ("浙江省教育厅", "Government", "Zhejiang Provincial Education Department"),
        ("苏州市人民政府", "Government", "Suzhou Municipal People's Government"),
        ("内蒙古自治区人民政府", "Government", "Inner Mongolia Autonomous Region People's Government"),
        ("云龙县委", "Government", "Yunlong County Party Committee"),
        ("江苏扬州医院", "Hospital", "Jiangsu Yangzhou Hospital"),
        ("西安市第二人民医院", "Hospital", "Xi'an Second People's Hospital"),
        ("歙县中医院", "Hospital", "Shexian Hospital of Traditional Chinese Medicine"),
        ("苏州职业技术学院", "School", "Suzhou Vocational and Technical College"),
        ("建邺区教师发展中心", "School", "Jianye District Teacher Development Center"),
        ("扬州三中", "School", "Yangzhou No. 3 Middle School"),
        ("苏州青禾医药有限公司", "Company", "Suzhou Qinghe Pharmaceutical Co., Ltd."),
        ("青禾（苏州）有限公司", "Company", "Qinghe (Suzhou) Co., Ltd."),
        ("苏宁集团", "Company", "Suning Group"),
        ("海南省红十字会", "SocialOrganization", "Hainan Red Cross Society"),
        ("《苏陕协作年度工作计划》", "Document", "Jiangsu–Shaanxi Cooperation Annual Work Plan"),
        ("陈静", "Person", "Chen Jing"),
        ("单建国", "Person", "Shan Jianguo"),
        ("欧阳文安", "Person", "Ouyang Wen'an"),
        ("茶叶", "Product", "Tea"),
        ("特色农产品", "Product", "Specialty farm products"),
    ],
)
def test_english_name_is_composed_of_its_parts(
    label: str, cls: str, english: str, divisions: Divisions, tables: EnglishTables
) -> None:
    assert english_name(label, cls, divisions=divisions, tables=tables) == english


@pytest.mark.parametrize(
    ("label", "cls"),
    [
        ("青禾", "Company"),
        ("青禾的梦想", "Company"),
        ("青禾行动计划", "Document"),
        ("青禾办公室", "Government"),
        ("阿依古丽·买买提", "Person"),
        ("全区", "AdministrativeDivision"),
        ("", "Company"),
    ],
)
def test_english_name_with_an_unknown_part_is_none(
    label: str, cls: str, divisions: Divisions, tables: EnglishTables
) -> None:
    assert english_name(label, cls, divisions=divisions, tables=tables) is None


def test_english_division_short_forms_leave_the_type_word_out(tables: EnglishTables) -> None:
    assert short_forms("延边朝鲜族自治州", tables) == ("延边", "延边州")
    assert short_forms("内蒙古自治区", tables) == ("内蒙古",)
    assert short_forms("香港特别行政区", tables) == ("香港",)
    assert short_forms("单县", tables) == ()


def test_english_established_stem_wins_over_pinyin(tables: EnglishTables) -> None:
    assert division_english("甲乙县", tables, stems={"甲乙": "Kappa"}) == "Kappa County"
    assert division_english("甲乙县", tables) == "Jiayi County"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("person_class:", "person_clas:", r"english\.yaml:\d+: unknown table 'person_clas'"),
        ("  集团: Group\n", "  集团: 5\n", r"english\.yaml:\d+: heads: '集团' and its English must be texts"),
        ("quotes: ", "quotes: []\n#", r"english\.yaml:\d+: 'quotes' is missing or not a text"),
    ],
    ids=["unknown", "number", "list"],
)
def test_english_wrong_table_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "english.yaml"
    path.write_text(TABLES.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match=message):
        load_english(path)
