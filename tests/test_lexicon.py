"""The lexicon's files: what is wrong in them is said with file and line."""

import ast
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from graph_samples import VOCABULARY

from kg.errors import OntologyError
from kg.ontology.lexicon import Grammar, Names, Relative, load_grammar, load_names

ROOT = Path(__file__).parents[1]
LEXICON = ROOT / "ontology" / "lexicon"
LOADER = ROOT / "kg" / "ontology" / "lexicon.py"


@pytest.mark.parametrize(
    ("load", "file", "old", "new", "message"),
    [
        (load_names, "names.yaml", "  Company: [", "  Company: [大学, ", "'大学' stands under Company and School; keep one"),
        (load_names, "names.yaml", "organization: Organization", "organization: Organisation", "unknown class 'Organisation'"),
        (load_grammar, "grammar.yaml", "pick: former", "pick: fromer", "unknown pick 'fromer'; known are last, "),
        (load_grammar, "grammar.yaml", "pick: former", "pick: former, level: 2", "unknown key 'level' of a reference"),
    ],
)  # fmt: skip
def test_lexicon_slip_is_told_with_its_line(
    load: Callable[..., object], file: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    text = (LEXICON / file).read_text(encoding="utf-8")
    path = tmp_path / file
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match=rf"{file}:[0-9]+: {re.escape(message)}"):
        load(path, VOCABULARY.classes)


@pytest.mark.parametrize("file", ["names.yaml", "grammar.yaml"])
def test_lexicon_has_no_key_that_the_loader_does_not_read(file: str) -> None:
    strings = {
        node.value
        for node in ast.walk(ast.parse(LOADER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    read = {word for string in strings if isinstance(string, str) for word in string.split()}
    data = yaml.safe_load((LEXICON / file).read_text(encoding="utf-8"))
    nested = {key for name in ("modality", "change", "furniture", "relative") for key in data.get(name, ())}
    assert {*data, *nested} <= read


@pytest.mark.parametrize("cls", [Names, Grammar, Relative])
def test_lexicon_is_loaded_for_something(cls: type) -> None:
    used = {
        node.attr
        for path in (ROOT / "kg").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert [field.name for field in fields(cls) if field.name not in used] == []
