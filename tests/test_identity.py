"""Namesakes stay apart, and one thing called alike in two documents is one."""

from __future__ import annotations

from reader_samples import tell, told

from kg.iris import DEFAULT_BASE
from kg.types import Document


def iris(*pieces: str, source: str = "a.txt") -> dict[str, str]:
    found = told().extract(Document(source, tell(*pieces))).entities
    return {entity.label: entity.iri.removeprefix(DEFAULT_BASE) for entity in found}


def test_identity_a_name_of_its_own_joins_by_name_and_class() -> None:
    first = iris("Donation 2020年，<donor 四川明远有限公司>捐赠<amount 10万元>。")
    second = iris("Donation 2021年，<donor 四川明远有限公司>捐赠<amount 20万元>。", source="b.txt")
    assert first["四川明远有限公司"] == second["四川明远有限公司"] == "Organization/四川明远有限公司"


def test_identity_a_relative_name_is_that_of_its_place() -> None:
    place = "Position <organization 商洛市商州区>区长<person 李青>："
    here = iris(
        place,
        "Donation <donor 区教育局>向<recipient 区第一小学>捐赠<amount 3万元>。",
        "Donation <donor 县政府>捐赠<amount 2万元>。",
    )
    there = iris(
        "Position <organization 定西市临洮县>县长<person 王山>：",
        "Donation <donor 县政府>捐赠<amount 10万元>。",
        source="b.txt",
    )
    assert here["区第一小学"] == "Organization/商州区第一小学"
    assert there["县政府"] == "Organization/临洮县政府"
    assert here["县政府"] == "Organization/县政府@source/a.txt"


def test_identity_a_full_name_and_a_relative_one_meet() -> None:
    short = iris(
        "Donation <recipient 商洛市商州区>：<donor 区教育局>捐赠<amount 10万元>。",
    )
    full = iris("Donation 2021年，<donor 商州区教育局>捐赠<amount 20万元>。", source="b.txt")
    assert short["区教育局"] == full["商州区教育局"] == "Organization/商州区教育局"


def test_identity_places_of_one_name_keep_their_bureaus_apart() -> None:
    nanjing = iris("Donation <donor 南京市鼓楼区教育局>捐赠<amount 10万元>。")
    fuzhou = iris("Donation <donor 福州市鼓楼区教育局>捐赠<amount 10万元>。", source="b.txt")
    assert nanjing["南京市鼓楼区教育局"] == "Organization/鼓楼区教育局@division/320106"
    assert fuzhou["福州市鼓楼区教育局"] == "Organization/鼓楼区教育局@division/350102"


def test_identity_a_person_is_known_by_the_body() -> None:
    one = iris("Position <person 张伟>任<organization 商州区教育局><position 局长>。")
    same = iris(
        "Position <organization 商州区教育局><position 局长><person 张伟>",
        "Visit 到<host 四川明远有限公司>调研<count 2次>。",
        source="b.txt",
    )
    other = iris("Position <organization 四川明远有限公司><position 董事长><person 张伟>。", source="c.txt")
    assert one["张伟"] == same["张伟"] == "Person/张伟@division/611002"
    assert other["张伟"] == "Person/张伟@Organization/四川明远有限公司"


def test_identity_what_there_is_once_needs_no_place() -> None:
    found = iris("Funding <recipient 商洛市商州区>：<funder 财政部>下拨<amount 100万元>。")
    assert found["财政部"] == "Organization/财政部"


def test_identity_scripts_and_widths_are_one_name() -> None:
    simple = iris("Donation <donor 台湾ＡＢ集团>捐赠<amount 10万元>。")
    traditional = iris("Donation <donor 臺灣AB集團>捐贈<amount 10萬元>。", source="b.txt")
    assert simple["台湾ＡＢ集团"] == traditional["臺灣AB集團"]


def people(*pieces: str) -> list[str]:
    found = told().extract(Document("a.txt", tell(*pieces))).entities
    return sorted(one.iri.removeprefix(DEFAULT_BASE) for one in found if one.cls == "Person")


def test_identity_persons_of_one_name_at_two_bodies_are_two() -> None:
    pieces = (
        "Position <organization 恒丰集团><position 董事长><person 高远>到会。",
        "Donation <donor 高远>捐款<amount 5万元>。",
        "Position <organization 明远公司><position 总经理><person 高远>致辞。",
        "Donation <donor 高远>捐款<amount 6万元>。",
    )
    assert people(*pieces) == ["Person/高远@Organization/恒丰集团", "Person/高远@Organization/明远公司"]
    gifts = [
        fact for fact in told().extract(Document("a.txt", tell(*pieces))).facts if fact.type == "Donation"
    ]
    donors = [one.iri.rpartition("/")[2] for gift in gifts for one in gift.roles["donor"]]
    assert donors == ["恒丰集团", "明远公司"]


def test_identity_bodies_that_one_mention_or_one_place_joins_are_of_one_person() -> None:
    assert len(people(
        "Position <person* 高远>任<organization 恒丰集团><position 董事长>、",
        "Position <organization 明远公司><position 总经理>。",
        "Position <organization 明远公司><position 总经理><person 高远>致辞。",
    )) == 1  # fmt: skip
    assert len(people(
        "Position <organization 商州区教育局><position 局长><person 高远>到会。",
        "Position <organization 商洛市><position 副市长><person 高远>致辞。",
    )) == 1  # fmt: skip
