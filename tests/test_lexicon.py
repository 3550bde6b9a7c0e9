"""The lexicon's files: what is wrong in them is said with file and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from graph_samples import VOCABULARY

from kg.errors import OntologyError
from kg.ontology.lexicon import load_grammar, load_names

LEXICON = Path(__file__).parents[1] / "ontology" / "lexicon"


@pytest.mark.parametrize(
    ("load", "file", "old", "new", "message"),
    [
        (load_names, "names.yaml", "  Company: [", "  Company: [大学, ", "'大学' stands under Company and School; keep one"),
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
