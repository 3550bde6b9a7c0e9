"""Sentences that a person has marked, for the reader to be taught a fact type by: ``marked/NAME.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.examples import Example, read_examples
from kg.ontology.folder import OntologyFolder
from kg.ontology.strict import check_known, suggest
from kg.ontology.vocabulary import Vocabulary
from kg.ontology.yamlfile import read_yaml
from kg.types import Span

MARKED: Final = "marked"
_KEYS = ("marked", "examples")


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked sentences of one file; every filler stands in its sentence (see ``place``)."""

    type: str
    examples: tuple[Example, ...]


def place(text: str, words: str) -> Span | None:
    """Where the words stand in a text; ``words#2`` is their second occurrence, None where there is none.

    >>> place("甲县和乙县", "县#2")
    Span(start=4, end=5)
    """
    number = 1
    said, mark, count = words.rpartition("#")
    if mark and said and count.isascii() and count.isdigit() and words not in text:
        words, number = said, int(count)
    at = -1
    for _ in range(number):
        at = text.find(words, at + 1)
        if at < 0:
            return None
    return Span(at, at + len(words)) if number else None


def load_marked(folder: OntologyFolder, vocabulary: Vocabulary) -> tuple[Marked, ...]:
    """All files of the folder in the order of their names; raises OntologyError with file and line."""
    found = []
    for path in folder.glob("*"):
        if path.name.startswith("."):
            continue
        if path.suffix != ".yaml":
            raise OntologyError(
                f"{show_path(path)}:1: marked sentences are a file NAME.yaml; rename this one"
            )
        file = read_yaml(path)
        if not isinstance(file.data, dict) or "marked" not in file.data:
            raise file.error("marked sentences are a mapping that begins with 'marked: TYPE'")
        file.check_keys()
        check_known(file, file.data, _KEYS, "key")
        name = str(file.data["marked"])
        fact_type = vocabulary.fact_types.get(name)
        if fact_type is None:
            raise file.error(f"unknown fact type {name!r}{suggest(name, vocabulary.fact_types)}", "marked")
        if not file.data.get("examples"):
            raise file.error("marked sentences need 'examples', and it is not there or empty", "examples")
        examples = read_examples(file, fact_type)
        for index, example in enumerate(examples):
            for number, fact in enumerate(example.facts):
                for role, fillers in fact.roles.items():
                    for words in fillers:
                        if place(example.text, words) is None:
                            at = ("examples", index, "facts", number, role)
                            raise file.error(f"{words!r} does not stand in the sentence", *at)
        found.append(Marked(name, examples))
    return tuple(found)
