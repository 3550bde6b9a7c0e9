"""Names that are found by any part of them, best first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graph_samples import COUNTY, GOVERNMENT, VOCABULARY, filled_store

from kg.errors import StoreError
from kg.nameindex import Named, NameIndex, build_index, read_names, write_index

ENTITIES = (
    Named("x:1", "白塔中学", "Baita Middle School", "School", 1),
    Named("x:2", "白塔", None, "Place", 5),
    Named("x:3", "县白塔医院", "Baita County Hospital", "Hospital", 9, ("塔院", "ＡＢＣ医院")),
    Named("x:4", "白塔中学分校", None, "School", 2),
    Named("x:5", "O'Neil 100% & Co.", None, "Company", 0),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameIndex]:
    path = tmp_path_factory.mktemp("names") / "names.sqlite"
    write_index(ENTITIES, path, "stamp")
    found = NameIndex(path)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("白塔", ["x:2", "x:4", "x:1", "x:3"]),  # the whole name, beginnings by degree, then inside
        ("塔", ["x:3", "x:2", "x:4", "x:1"]),
        ("学分", ["x:4"]),
        ("学白", []),
        ("塔院", ["x:3"]),
        ("abc医", ["x:3"]),
        ("baita", ["x:3", "x:1"]),
        ("COUNTY hosp", ["x:3"]),
        ("mi", ["x:1"]),
        ("o'neil", ["x:5"]),
        ('100% "OR"', []),
        ("100%", ["x:5"]),
        ("", []),
        ("*", []),
        ("^白", ["x:2", "x:4", "x:1", "x:3"]),
        ("\x00", []),
    ],
)
def test_nameindex_finds_by_any_part_best_first(index: NameIndex, said: str, found: list[str]) -> None:
    assert [hit.iri for hit in index.search(said)] == found


def test_nameindex_says_by_which_name_and_keeps_to_the_limit(index: NameIndex) -> None:
    (hit,) = index.search("abc", 1)
    assert (hit.label, hit.matched, hit.cls, hit.degree) == ("县白塔医院", "ＡＢＣ医院", "Hospital", 9)
    assert [hit.iri for hit in index.search("白塔", 2)] == ["x:2", "x:4"]


def test_nameindex_of_a_store_has_its_entities_with_all_their_names() -> None:
    with filled_store() as store:
        named = {entity.label: entity for entity in read_names(store, VOCABULARY)}
    assert set(named) == {"青禾县", "白塔乡", "青禾县人民政府", "蓝天公司"}
    assert named["青禾县人民政府"] == Named(
        GOVERNMENT.iri, "青禾县人民政府", GOVERNMENT.english, "Government", 1, ("县政府", "青禾县政府")
    )
    assert named["青禾县"].cls == COUNTY.cls


def test_nameindex_knows_the_store_it_was_made_of(tmp_path: Path) -> None:
    path = tmp_path / "names.sqlite"
    with filled_store() as store:
        build_index(store, VOCABULARY, path, "one")
    index = NameIndex(path)
    assert index.is_of("one") and not index.is_of("two")
    index.close()
    assert [file.name for file in tmp_path.iterdir()] == ["names.sqlite"]
    path.write_bytes(b"no database at all")
    with pytest.raises(StoreError, match="no index of names"):
        NameIndex(path)
    with pytest.raises(StoreError, match="cannot be written"):
        write_index(ENTITIES, tmp_path / "none" / "names.sqlite", "")
