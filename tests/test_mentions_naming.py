"""Naming: the class of a name by its form and its roles, places before places, titles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reader_samples import ontology

from kg.mentions.naming import Namer, Wanted, nested_places
from kg.types import Mention, Span


@pytest.fixture(scope="module")
def namer() -> Namer:
    ours = ontology()
    grammar = ours.grammar
    return Namer(ours.places, ours.vocabulary, grammar.titles, grammar.quotes)


def mention(namer: Namer, said: str, *roles: str) -> Mention:
    """The mention of a name whose roles are ``Type.role``."""
    wanted = Wanted()
    for role in roles:
        fact_type, _, name = role.partition(".")
        wanted.ask(ontology().vocabulary.fact_types[fact_type].roles[name].classes)
    return namer.mention(f"某{said}某", Span(1, 1 + len(said)), wanted)


@pytest.mark.parametrize(
    ("said", "roles", "cls"),
    [
        ("绿野农业科技有限公司", ["Donation.donor"], "Company"),
        ("青禾县人民医院", ["Dispatch.sender"], "Hospital"),
        ("青禾县教育局", ["Funding.funder"], "Government"),
        ("周明远", ["Position.person"], "Person"),
        ("周明远", ["Donation.donor"], "Person"),
        ("古丽娜尔", ["Position.person"], "Person"),
        ("绿野", ["Position.organization"], "Organization"),
        ("春雨行动", ["Establishment.object"], "Project"),
        ("绿野农业科技有限公司", ["Position.person"], "Person"),
    ],
    ids=["company", "hospital", "bureau", "person", "person-by-form", "person-by-role", "organization", "project", "role-over-form"],
)  # fmt: skip
def test_naming_class_is_what_the_roles_take_and_of_these_the_one_of_the_form(
    said: str, roles: Sequence[str], cls: str, namer: Namer
) -> None:
    assert mention(namer, said, *roles).cls == cls


def test_naming_class_of_a_name_in_several_roles_is_what_most_take(namer: Namer) -> None:
    most = ["Position.organization", "Position.organization", "Position.person"]
    assert mention(namer, "明远", *most).cls == "Organization"
    assert mention(namer, "明远", *most, "Position.person", "Position.person").cls == "Person"


@pytest.mark.parametrize(
    ("said", "within", "codes"),
    [
        ("商州区", (), {"611002"}),
        ("浙江省嘉兴市海盐县", ("浙江省", "嘉兴市"), {"330424"}),
        ("南京市鼓楼区", ("南京市",), {"320106"}),
        ("苏", (), {"320000"}),
    ],
    ids=["one", "chain", "homonym-in-its-city", "one-letter"],
)
def test_naming_division_is_the_last_of_a_chain_of_places(
    said: str, within: tuple[str, ...], codes: set[str], namer: Namer
) -> None:
    found = mention(namer, said, "Donation.donor")
    assert (found.cls, found.within) == ("AdministrativeDivision", within)
    assert set(found.codes) == codes


def test_naming_division_where_no_division_is_wanted_is_none(namer: Namer) -> None:
    found = mention(namer, "高兴", "Position.person")
    assert (found.cls, found.codes) == ("Person", ())


@pytest.mark.parametrize(
    ("said", "role", "name", "cls"),
    [
        ("《乡村振兴三年行动方案》", "Issuance.document", "乡村振兴三年行动方案", "Document"),
        ("《春雨》", "Issuance.document", "春雨", "Document"),
        ("“春雨行动”", "Establishment.object", "春雨行动", "Project"),
        ("“春雨行动”项目", "Establishment.object", "“春雨行动”项目", "Project"),
    ],
    ids=["title", "title-without-ending", "quotation", "goes-on-behind-the-marks"],
)
def test_naming_marks_around_a_name_are_no_part_of_it(
    said: str, role: str, name: str, cls: str, namer: Namer
) -> None:
    found = mention(namer, said, role)
    assert (found.name, found.cls) == (name, cls)
    assert len(found.span) == len(said)


def test_naming_organization_begins_with_the_place_it_is_of(namer: Namer) -> None:
    ours = ontology()
    bureau, division = mention(namer, "商州区教育局", "Funding.funder"), mention(namer, "商州区")
    titled = mention(namer, "《商州区管理办法》", "Issuance.document")
    nested = nested_places([bureau, division, titled], ours.places)
    assert {one.name: (place.name, place.span.start) for one, place in nested.items()} == {
        "商州区教育局": ("商州区", bureau.span.start),
        "商州区管理办法": ("商州区", titled.span.start + 1),
    }
