"""Namesakes stay apart, and one thing called alike in two documents is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.iris import DEFAULT_BASE
from kg.ontology import load_ontology
from kg.pipeline import Extractor
from kg.types import Document

ROOT = Path(__file__).resolve().parents[1]
SHANGZHOU = "商洛市商州区：2020年，"
LINTAO = "定西市临洮县：2020年，"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_ontology(ROOT / "ontology"))


def iris(extractor: Extractor, text: str, source: str = "a.txt") -> dict[str, str]:
    found = extractor.extract(Document(source, text)).entities
    return {entity.label: entity.iri.removeprefix(DEFAULT_BASE) for entity in found}


def test_identity_a_name_of_its_own_joins_by_name_and_class(extractor: Extractor) -> None:
    first = iris(extractor, "2020年，四川明远有限公司捐赠10万元。")
    second = iris(extractor, "2021年，四川明远有限公司捐赠20万元。", "b.txt")
    assert first["四川明远有限公司"] == second["四川明远有限公司"] == "Organization/四川明远有限公司"


def test_identity_a_relative_name_is_that_of_its_place(extractor: Extractor) -> None:
    here = iris(extractor, SHANGZHOU + "区教育局向区第一小学捐赠3万元。县政府捐赠2万元。")
    there = iris(extractor, LINTAO + "县政府捐赠10万元。", "b.txt")
    assert here["区第一小学"] == "Organization/商州区第一小学"
    assert there["县政府"] == "Organization/临洮县政府"
    assert here["县政府"] == "Organization/县政府@source/a.txt"


def test_identity_a_full_name_and_a_relative_one_meet(extractor: Extractor) -> None:
    short = iris(extractor, SHANGZHOU + "区教育局捐赠10万元。")
    full = iris(extractor, "2021年，商州区教育局捐赠20万元。", "b.txt")
    assert short["区教育局"] == full["商州区教育局"] == "Organization/商州区教育局"


def test_identity_places_of_one_name_keep_their_bureaus_apart(extractor: Extractor) -> None:
    nanjing = iris(extractor, "2020年，南京市鼓楼区教育局捐赠10万元。")
    fuzhou = iris(extractor, "2020年，福州市鼓楼区教育局捐赠10万元。", "b.txt")
    assert nanjing["南京市鼓楼区教育局"] == "Organization/鼓楼区教育局@division/320106"
    assert fuzhou["福州市鼓楼区教育局"] == "Organization/鼓楼区教育局@division/350102"


def test_identity_a_person_is_known_by_the_body(extractor: Extractor) -> None:
    one = iris(extractor, "张伟任商州区教育局局长。")
    same = iris(extractor, "商州区教育局局长张伟到四川明远有限公司调研2次。", "b.txt")
    other = iris(extractor, "四川明远有限公司董事长张伟捐赠10万元。", "c.txt")
    assert one["张伟"] == same["张伟"] == "Person/张伟@division/611002"
    assert other["张伟"] == "Person/张伟@Organization/四川明远有限公司"


def test_identity_what_there_is_once_needs_no_place(extractor: Extractor) -> None:
    assert iris(extractor, SHANGZHOU + "财政部下拨100万元。")["财政部"] == "Organization/财政部"


def test_identity_scripts_and_widths_are_one_name(extractor: Extractor) -> None:
    simple = iris(extractor, "2020年，台湾ＡＢ集团捐赠10万元。")
    traditional = iris(extractor, "2020年，臺灣AB集團捐贈10萬元。", "b.txt")
    assert simple["台湾ＡＢ集团"] == traditional["臺灣AB集團"]
