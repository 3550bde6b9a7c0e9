"""Ontology folders: one that extends another, by whole files, and what is wrong with one that does not."""

from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.ontology import load_ontology
from kg.resources import ontology_dir


def folder_of(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_ontology_folder_that_only_extends_is_the_one_it_extends(tmp_path: Path) -> None:
    ours, mine = (
        load_ontology(ontology_dir()),
        load_ontology(folder_of(tmp_path, ontology_yaml="extends: builtin")),
    )
    assert (mine.vocabulary, mine.names, mine.grammar, mine.reader, mine.patterns, mine.shapes, mine.rules) == (
        ours.vocabulary, ours.names, ours.grammar, ours.reader, ours.patterns, ours.shapes, ours.rules,
    )  # fmt: skip
    assert mine.fingerprint != ours.fingerprint


def test_ontology_folder_file_of_the_same_name_replaces(tmp_path: Path) -> None:
    same = "same: [{fact: Sale, same: [seller]}]\n"
    mine = load_ontology(folder_of(tmp_path, ontology_yaml="extends: builtin", conflicts_yaml=same))
    before = mine.fingerprint
    assert [rule.fact_type for rule in mine.comparison.same] == ["Sale"] and len(mine.divisions) > 3_000
    (tmp_path / "conflicts.yaml").write_text("same: [{fact: Visit, same: [visitor]}]\n")
    assert load_ontology(tmp_path).fingerprint != before


def test_ontology_folder_leaves_out_what_it_names_and_extends_a_neighbour(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    folder_of(tmp_path / "a", ontology_yaml="extends: builtin\nwithout: [rules/2-places.rq]")
    mine = load_ontology(folder_of(tmp_path / "b", ontology_yaml="extends: ../a"))
    names = {path.name for path in mine.rules}
    assert "2-places.rq" not in names and "1-short.rq" in names


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"ontology_yaml": "extends: buildin"}, r"ontology\.yaml:1: extends 'buildin', which is neither"),
        ({"ontology_yaml": "extend: builtin"}, r"ontology\.yaml:1: expected 'extends: builtin'"),
        ({"ontology_yaml": "extends: ."}, r"ontology\.yaml:1: .* extends itself"),
        (
            {"ontology_yaml": "extends: builtin\nwithout:\n- rules/2-place.rq"},
            r"ontology\.yaml:3: without: .* did you mean 'rules/2-places\.rq'\?",
        ),
        (
            {"ontology_yaml": "extends: builtin", "conflicts_yaml": "same:\n- {fact: Sale, same: [sellr]}"},
            r"conflicts\.yaml:2: .*'sellr'.*did you mean 'seller'\?",
        ),
        (
            {"ontology_yaml": "extends: builtin\nwithout:\n- frames/sale.yaml"},
            r"ontology\.yaml:3: without: 'frames/sale\.yaml': frames are read no more; docs/moving\.md",
        ),
        ({"patterns__a_yaml": "x: 1"}, r":1: holds no Turtle file .* 'extends: builtin' into ontology\.yaml"),
        (
            {"ontology_yaml": "extends: builtin", "frames__sale_yaml": "frame: Sale"},
            r"frames:1: frames are read no more; docs/moving\.md says what takes their place",
        ),
        ({"frames__sale_yaml": "frame: Sale", "kg_ttl": ""}, r"frames:1: frames are read no more"),
        ({"ontology_yaml": "extends: builtin", "kg_ttl": "kg:x a"}, r"kg\.ttl:1: not valid Turtle"),
    ],
    ids=[
        "unknown",
        "no key",
        "itself",
        "without",
        "role",
        "without a frame",
        "no turtle",
        "frames",
        "frames alone",
        "turtle",
    ],
)
def test_ontology_folder_that_is_wrong_is_told_with_its_line(
    files: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(OntologyError, match=said) as caught:
        load_ontology(folder_of(tmp_path, **files))
    assert "\n" not in str(caught.value)
