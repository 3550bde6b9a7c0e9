"""The decisions file: read with the lines of its entries, and added to without touching what stands there."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.corrections import CORRECTIONS, Corrections, read
from kg.decisions.types import NONE, Decision, Decisions, Kind, Thing
from kg.errors import DecisionError
from kg.files import show_path, write_whole
from kg.iris import is_iri
from kg.ontology import Ontology
from kg.ontology.yamlfile import YamlFile, read_yaml

DECISIONS = "decisions.yaml"  # where it lies if no other is named: in the working directory

_KEYS = {
    Kind.MERGE: {"class", "place"},
    Kind.SPLIT: {"class", "place", "in", "as", "qualifier"},
    Kind.RENAME: {"class", "place", "to", "en"},
    Kind.APART: {"class", "place"},
    Kind.WRONG: set[str](),
}
_THING = {"name", "class", "place", "source", "id"}
_FACT = {"id", "source", "quote", "type"}
_HEADING = "# What was decided about the graph; see docs/review.md. A line that is taken out is undone.\n"


def load_decisions(path: Path, ontology: Ontology) -> Decisions:
    """Read and check a decisions file; an empty one holds none. Raises DecisionError with file and line."""
    if path.is_file() and not _has_content(path):
        return Decisions(path=show_path(path))
    file = read_yaml(path, DecisionError)
    if not isinstance(file.data, list):
        raise file.error("a decisions file is a list; begin each entry with '- '")
    reader = _Reader(file, ontology)
    entries = [reader.decision(index, entry) for index, entry in enumerate(file.data)]
    seen: dict[str, Decision] = {}
    for index, entry in enumerate(entries):
        if entry.text in seen:
            raise file.error(f"this stands at {seen[entry.text].where} already; take one out", index)
        seen[entry.text] = entry
    return Decisions(tuple(entries), show_path(path))


def find_decisions(path: str | os.PathLike[str] | None, ontology: Ontology) -> Decisions:
    """The decisions of the file, or of the one in the working directory, and the corrections beside it.

    None of either where there is none.
    """
    found = Path(path or DECISIONS)
    decisions = load_decisions(found, ontology) if path is not None or found.exists() else NONE
    return replace(decisions, corrections=Corrections(read(beside(path))))


def beside(decisions: str | os.PathLike[str] | None) -> Path:
    """The file of corrections: beside that of the decisions, wherever that lies."""
    return Path(decisions or DECISIONS).with_name(CORRECTIONS)


def _has_content(path: Path) -> bool:
    lines = path.read_bytes().splitlines()
    return any(line.strip() and not line.strip().startswith(b"#") for line in lines)


def append_decision(path: Path, line: str, comment: str = "") -> None:
    """Add an entry, one line of YAML, below a comment; the file is made where there is none."""
    text = path.read_text(encoding="utf-8") if path.exists() else _HEADING
    text += "" if text.endswith("\n") or not text else "\n"
    said = "".join(c for c in " ".join(comment.split()) if c.isprintable())  # it may hold a document's words
    write_whole(path, text + (f"# {said}\n" if said else "") + line + "\n")


class _Reader:
    """Reads the entries of one file."""

    def __init__(self, file: YamlFile, ontology: Ontology) -> None:
        self.file = file
        self.ontology = ontology
        classes = ontology.vocabulary.classes
        self.heads = {f"{ontology.vocabulary.root(name)}/" for name in classes} | {"division/"}

    def decision(self, index: int, entry: Any) -> Decision:
        kinds = [kind for kind in Kind if isinstance(entry, dict) and kind in entry]
        if len(kinds) != 1:
            known = ", ".join(Kind)
            raise self.file.error(f"an entry says one of {known}; write for example '- merge: [A, B]'", index)
        kind = kinds[0]
        for key in entry:
            if key != kind and key not in _KEYS[kind]:
                known = ", ".join(sorted(_KEYS[kind])) or "nothing else"
                raise self.file.error(f"unknown key {key!r} of {kind}; known are {known}", index, str(key))
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(", ", ": "), default=str)
        where = self.file.where(index)
        if kind is Kind.WRONG:
            return self._wrong(index, entry[kind], text, where)
        things = self._things(index, kind, entry)
        if kind is Kind.MERGE:
            self._check_merge(index, things)
        sources = entry.get("in", [])
        sources = [sources] if isinstance(sources, str) else sources
        if not (isinstance(sources, list) and all(isinstance(source, str) for source in sources)):
            raise self.file.error("'in' names sources; write for example 'in: [a.txt]'", index, "in")
        said = {key: self._text(entry, key, index) for key in ("as", "to", "en", "qualifier")}
        if kind is Kind.SPLIT and (not sources or bool(said["as"]) == bool(said["qualifier"])):
            message = "a split says in which sources ('in') and what it is there: 'as' or 'qualifier'"
            raise self.file.error(message, index)
        if kind is Kind.RENAME and not (said["to"] or said["en"]):
            raise self.file.error("a rename says the new name: 'to', or 'en' for the English one", index)
        return Decision(
            kind,
            things,
            text,
            where,
            name=said["as"] or said["to"],
            english=said["en"],
            qualifier=said["qualifier"],
            sources=tuple(sources),
        )

    def _things(self, index: int, kind: Kind, entry: dict[str, Any]) -> tuple[Thing, ...]:
        said = entry[kind]
        many = kind in (Kind.MERGE, Kind.APART)
        if many and not (isinstance(said, list) and said):
            raise self.file.error(f"{kind} takes a list; write for example '{kind}: [A, B]'", index, kind)
        common = {key: self._text(entry, key, index) for key in ("class", "place")}
        if not many:
            return (self._thing(said, common, index, kind),)
        return tuple(self._thing(one, common, index, kind, at) for at, one in enumerate(said))

    def _thing(self, said: Any, common: dict[str, str], *keys: str | int) -> Thing:
        if isinstance(said, str) and said:
            is_id = "://" in said or any(said.startswith(head) for head in self.heads)
            said = {"id" if is_id else "name": said}
        if not isinstance(said, dict) or not (said.get("name") or said.get("id")):
            raise self.file.error("a thing is a name, an IRI, or {name:, class:, place:, source:}", *keys)
        for key in said:
            if key not in _THING:
                known = ", ".join(sorted(_THING))
                raise self.file.error(f"unknown key {key!r} of a thing; known are {known}", *keys, str(key))
        fields = {key: self._text(said, key, *keys) for key in _THING}
        cls, place = fields["class"] or common["class"], fields["place"] or common["place"]
        if cls and cls not in self.ontology.vocabulary.classes:
            raise self.file.error(f"unknown class {cls!r}; `kg query classes` lists them", *keys)
        iri = self._iri(fields["id"], *keys)
        found = [d.code for d in self.ontology.divisions.by_name(place)] if place else []
        codes = tuple(found or ([place] if self.ontology.divisions.by_code(place) else []))
        return Thing(fields["name"], cls, place, codes, fields["source"], iri)

    def _check_merge(self, index: int, things: tuple[Thing, ...]) -> None:
        if not things[0].iri and not things[0].cls:
            message = "say of what class they are, so that nothing else of the name is meant: 'class: ...'"
            raise self.file.error(message, index)
        if len(set(things)) < len(things):
            raise self.file.error("the same thing is named twice; take one out", index)

    def _wrong(self, index: int, said: Any, text: str, where: str) -> Decision:
        said = {"id": said} if isinstance(said, str) else said
        if not isinstance(said, dict) or not (said.get("id") or (said.get("source") and said.get("quote"))):
            message = "a wrong fact is its IRI, or {source:, quote:} and perhaps type:"
            raise self.file.error(message, index, Kind.WRONG)
        for key in said:
            if key not in _FACT:
                known = ", ".join(sorted(_FACT))
                raise self.file.error(f"unknown key {key!r}; known are {known}", index, Kind.WRONG, str(key))
        fields = {key: self._text(said, key, index, Kind.WRONG) for key in _FACT}
        if fields["type"] and fields["type"] not in self.ontology.vocabulary.fact_types:
            raise self.file.error(f"unknown fact type {fields['type']!r}", index, Kind.WRONG)
        iri = self._iri(fields["id"], index, Kind.WRONG)
        thing = Thing(iri=iri, source=fields["source"])
        return Decision(Kind.WRONG, (thing,), text, where, quote=fields["quote"], fact_type=fields["type"])

    def _iri(self, said: str, *keys: str | int) -> str:
        """The whole IRI of an id, which may leave out its beginning; '' of none."""
        iri = self.ontology.base + said if said and "://" not in said else said
        if iri and not is_iri(iri):
            wrong = next((c for c in said if not is_iri(f"x:{c}")), said)
            message = f"{said!r} is no IRI: {wrong!r} cannot stand in one; copy it from `kg explain`"
            raise self.file.error(message, *keys)
        return iri

    def _text(self, data: dict[str, Any], key: str, *keys: str | int) -> str:
        value = data.get(key, "")
        if value is None or not isinstance(value, str | int):
            raise self.file.error(f"{key!r} must be a text; put it in quotes", *keys, key)
        return str(value)
