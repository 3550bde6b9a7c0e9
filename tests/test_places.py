"""What place a name begins with."""

from __future__ import annotations

import pytest
from reader_samples import ontology


@pytest.mark.parametrize(
    ("name", "named", "places", "codes"),
    [
        ("商洛市商州区教育局", (), ("商洛市", "商州区"), {"611002"}),
        ("福州市鼓楼区第一小学", (), ("福州市", "鼓楼区"), {"350102"}),
        ("商州中学", (), ("商州",), {"611002"}),
        ("浙江大学", (), ("浙江",), {"330000"}),
        ("合作市教育局", (), ("合作市",), {"623001"}),
        ("合作意向书", ("623001",), (), set()),
        ("合作交流中心", (), (), set()),
        ("公安局", ("421022",), (), set()),
        ("路桥集团", (), (), set()),
        ("中山医院", ("442000",), (), set()),
        ("中山第二医院", ("442000",), ("中山",), {"442000"}),
        ("中山第二医院", (), (), set()),
        ("铜陵协议", (), (), set()),
        ("铜陵市协议", (), ("铜陵市",), {"340700"}),
        ("西宁市政工程公司", (), ("西宁",), {"630100"}),
        ("西宁市政府", (), ("西宁市",), {"630100"}),
        ("丽水杭州路小学", (), ("丽水",), {"331100"}),
    ],
)
def test_places_a_name_begins_with(
    name: str, named: tuple[str, ...], places: tuple[str, ...], codes: set[str]
) -> None:
    lead = ontology().places.lead(name, named)
    assert (lead.places, {division.code for division in lead.found}) == (places, codes)
    assert "".join(lead.places) + lead.rest == name


def test_places_every_ordinary_word_is_the_bare_name_of_a_division() -> None:
    divisions, ordinary = ontology().divisions, ontology().names.ordinary
    for word in ordinary:
        found = divisions.by_name(word)
        assert found and all(division.name != word for division in found), word


def test_places_every_division_is_told_by_its_full_name() -> None:
    places = ontology().places
    for division in ontology().divisions:
        lead = places.lead(division.name + "教育局")
        assert division.name in lead.places[-1:], division


def test_places_of_one_name_are_told_by_what_the_document_names() -> None:
    lead = ontology().places.lead("鼓楼区教育局")
    assert lead.meant() is None
    found = lead.meant({"350102", "350000"})
    assert found is not None and found.code == "350102"
