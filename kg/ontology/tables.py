"""How tables tell facts, as data: which header cells stand over which role of a type, what a row needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.ontology.vocabulary import ENTITY, QUANTITY, TIME, FactType
from kg.ontology.yamlfile import YamlFile, read_yaml

_KEYS = ("columns", "needs", "caption", "units", "bare")
_ANY_DIGIT = "#"  # in a label


@dataclass(frozen=True)
class TableType:
    """What tables whose rows are facts of one type look like.

    ``labels`` are header cells without white space and unit, each with its role; in one a ``#`` is any digit.
    ``needs`` are alternatives: of each set one role must be filled. ``caption`` are roles that the lines
    above the table fill where no column does. ``units`` are unit words: the figures of a role are of the
    kind of one of these; in ``bare`` roles a number without a unit is in the first.
    """

    name: str
    labels: Mapping[str, str]
    needs: tuple[frozenset[str], ...] = ()
    caption: tuple[str, ...] = ()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple(
            (re.compile(re.escape(label).replace(re.escape(_ANY_DIGIT), "[0-9]")), role)
            for label, role in self.labels.items()
            if _ANY_DIGIT in label
        )

    def role_of(self, label: str) -> str | None:
        """The role that the cells below a header cell fill."""
        return self.labels.get(label) or self.pattern_of(label)

    def pattern_of(self, label: str) -> str | None:
        """The role of a header cell that is known by its form alone: a year."""
        return next((role for pattern, role in self._patterns if pattern.fullmatch(label)), None)

    def is_met(self, roles: Collection[str]) -> bool:
        """Whether the roles are all that a row needs."""
        return all(not needed.isdisjoint(roles) for needed in self.needs)


def load_tables(paths: Iterable[Path], types: Mapping[str, FactType]) -> tuple[TableType, ...]:
    """The types of the files, in their order; raises OntologyError with file and line."""
    found: dict[str, TableType] = {}
    for path in paths:
        file = read_yaml(path)
        if not isinstance(file.data, dict):
            raise file.error("expected fact types, each with its columns")
        for name in file.data:
            fact_type = types.get(str(name))
            if fact_type is None:
                raise file.error(f"unknown fact type {name!r}{_suggest(name, types)}", name)
            if name in found:
                raise file.error(f"{name} has columns in another file too; keep one", name)
            found[name] = _type(file, fact_type)
    return tuple(found.values())


def _type(file: YamlFile, fact_type: FactType) -> TableType:
    name, entry = fact_type.name, file.data[fact_type.name]
    if not isinstance(entry, dict):
        raise file.error(f"{name}: expected columns and needs", name)
    for key in entry:
        if key not in _KEYS:
            raise file.error(f"unknown key {key!r}{_suggest(key, _KEYS)}", name, key)
    labels = _labels(file, fact_type)
    caption = _roles(file, fact_type, entry.get("caption"), (TIME, ENTITY), name, "caption")
    units = {
        role: tuple(_words(file, words, name, "units", role))
        for role, words in _mapping(file, fact_type, "units").items()
    }
    _roles(file, fact_type, list(units), (QUANTITY,), name, "units")
    bare = _roles(file, fact_type, entry.get("bare"), (QUANTITY,), name, "bare")
    for index, role in enumerate(bare):
        if not units.get(role):
            raise file.error(f"{role} has no unit for its bare numbers; add it to units", name, "bare", index)
    fillable = {*labels.values(), *caption}
    needs = []
    for index, alternatives in enumerate(_list(file, entry.get("needs"), name, "needs")):
        roles = _roles(file, fact_type, alternatives, (), name, "needs", index)
        if fillable.isdisjoint(roles):
            raise file.error(f"no column fills {' or '.join(roles)}; name one", name, "needs", index)
        needs.append(frozenset(roles))
    return TableType(name, labels, tuple(needs), caption, units, frozenset(bare))


def _labels(file: YamlFile, fact_type: FactType) -> dict[str, str]:
    labels: dict[str, str] = {}
    for role, words in _mapping(file, fact_type, "columns").items():
        for index, word in enumerate(_words(file, words, fact_type.name, "columns", role)):
            label = "".join(word.split())
            if label in labels:
                said = f"{label!r} stands under {labels[label]} and {role}; keep one"
                raise file.error(said, fact_type.name, "columns", role, index)
            labels[label] = role
    if not labels:
        raise file.error(f"{fact_type.name}: expected columns, role: [label, ...]", fact_type.name)
    return labels


def _mapping(file: YamlFile, fact_type: FactType, key: str) -> Mapping[str, Any]:
    """What stands under a key: for roles of the type, words."""
    said = file.data[fact_type.name].get(key) or {}
    if not isinstance(said, dict):
        raise file.error(f"{key}: expected role: [word, ...]", fact_type.name, key)
    for role in said:
        _check_role(file, fact_type, role, (), fact_type.name, key, role)
    return said


def _roles(
    file: YamlFile, fact_type: FactType, said: Any, kinds: Sequence[str], *at: str | int
) -> tuple[str, ...]:
    roles = _list(file, said, *at)
    for role in roles:
        _check_role(file, fact_type, role, kinds, *at)
    return tuple(roles)


def _check_role(file: YamlFile, fact_type: FactType, name: str, kinds: Sequence[str], *at: str | int) -> None:
    role = fact_type.roles.get(name)
    if role is None:
        raise file.error(f"{fact_type.name} has no role {name!r}{_suggest(name, fact_type.roles)}", *at)
    if kinds and role.kinds.isdisjoint(kinds):
        raise file.error(f"{name} takes no {' or '.join(kinds)}", *at)


def _list(file: YamlFile, said: Any, *at: str | int) -> list[Any]:
    if said is not None and not isinstance(said, list):
        raise file.error("expected a list", *at)
    return said or []


def _words(file: YamlFile, said: Any, *at: str | int) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(word, str) and word.strip() for word in said):
        raise file.error("expected a list of words", *at)
    return said


def _suggest(word: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(word), sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
