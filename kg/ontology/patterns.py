"""Patterns: how a user's own relation is said, one YAML file each, everything in it checked when it is read.

docs/patterns.md tells the language. A pattern is words that tell of a fact (triggers) and, for each role, on
which side of them its filler stands and what it is. ``kg.mentions.patterns`` applies them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.examples import Example, read_examples
from kg.ontology.folder import Directory, OntologyFolder
from kg.ontology.lexicon import Grammar, Words
from kg.ontology.strict import check_known, known_units, one_of, suggest, words_at
from kg.ontology.vocabulary import ENTITY, QUANTITY, TEXT, TIME, FactType, Role, Vocabulary
from kg.ontology.yamlfile import YamlFile, read_yaml

PATTERNS: Final = "patterns"
BEFORE, BETWEEN, AFTER, EITHER = "before", "between", "after", "either"
SIDES: Final = (BEFORE, BETWEEN, AFTER, EITHER)
CLAUSE, SENTENCE = "clause", "sentence"
REACHES: Final = (CLAUSE, SENTENCE)
KINDS: Final = (ENTITY, QUANTITY, TIME, TEXT)
PATTERN_KEYS: Final = ("pattern", "triggers", "not", "planned", "negated", "asserted", "roles", "examples")
ROLE_KEYS: Final = ("stands", "within", "behind", "takes", "class", "ends", "unit", "optional")
_BESIDE = "README.md"  # the one file of the folder that need be no pattern
_GAP = re.compile(r"(?:\u2026|\.{3})+")
_LEAST = 2  # characters of a trigger: one alone is a part of too many words


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that tell of a fact: one, or two of one clause with something between them."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "\u2026".join(self.parts)

    def __len__(self) -> int:
        return sum(map(len, self.parts))


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a role's filler stands and what it is.

    ``classes`` limit an entity, all of the role's where the pattern names none (``is_open``); ``units`` are
    units and kinds of units of the lexicon; ``ends`` are endings of names that the lexicon lacks. A thing
    right behind a preposition is the filler only where that is one of ``behind``.
    """

    role: str
    takes: str
    stands: str
    within: str
    classes: tuple[str, ...] = ()
    is_open: bool = True
    behind: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    optional: bool = False
    many: bool = True  # whether the role takes all members of a list


@dataclass(frozen=True, slots=True)
class Pattern:
    """One file; ``name`` is its own. ``excludes`` are words that no clause of the fact holds."""

    name: str
    type: str
    triggers: tuple[Trigger, ...]
    slots: tuple[Slot, ...]
    excludes: Words = frozenset()
    planned: Words = frozenset()
    negated: Words = frozenset()
    asserted: Words = frozenset()
    examples: tuple[Example, ...] = field(default=(), repr=False)

    @property
    def needs(self) -> tuple[str, ...]:
        """The roles without which there is no fact."""
        return tuple(slot.role for slot in self.slots if not slot.optional)


def load_patterns(
    files: OntologyFolder, vocabulary: Vocabulary, grammar: Grammar, lexicon: Directory
) -> tuple[Pattern, ...]:
    """The patterns of a folder and of those that it extends, by their files' names.

    Raises OntologyError with file and line at the first thing that is unknown, lacking or said twice.
    """
    paths = [path for path in files.glob("*") if path.name != _BESIDE and not path.name.startswith(".")]
    if not paths:
        return ()
    loader = _Loader(vocabulary, grammar, known_units(lexicon / "units.yaml"))
    return tuple(loader.pattern(path) for path in paths)


class _Loader:
    """Reads the files one after the other; what was said in an earlier one is known."""

    def __init__(self, vocabulary: Vocabulary, grammar: Grammar, units: Collection[str]) -> None:
        self._vocabulary = vocabulary
        self._marks = grammar.clause_ends | grammar.sentence_ends
        self._units = units
        self._seen: dict[tuple[str, str], str] = {}  # type and trigger -> where

    def pattern(self, path: Path) -> Pattern:
        if path.suffix != ".yaml":
            raise OntologyError(
                f"{show_path(path)}:1: a pattern is a file NAME.yaml; rename or remove this one"
            )
        file = read_yaml(path)
        data = file.data
        if not isinstance(data, dict) or "pattern" not in data:
            raise file.error("a pattern is a mapping that begins with 'pattern: TYPE'")
        file.check_keys()
        check_known(file, data, PATTERN_KEYS, "key")
        for key in ("triggers", "roles", "examples"):
            if not data.get(key):
                raise file.error(f"a pattern needs {key!r}, and it is not there or empty", key)
        name = str(data["pattern"])
        fact_type = self._vocabulary.fact_types.get(name)
        if fact_type is None:
            raise file.error(
                f"unknown fact type {name!r}{suggest(name, self._vocabulary.fact_types)}", "pattern"
            )
        triggers = tuple(self._triggers(file, name))
        examples = read_examples(file, fact_type)
        return Pattern(
            name=path.stem,
            type=name,
            triggers=triggers,
            slots=self._slots(file, fact_type, any(len(trigger.parts) == 1 for trigger in triggers)),
            excludes=frozenset(words_at(file, "not")),
            planned=frozenset(words_at(file, "planned")),
            negated=frozenset(words_at(file, "negated")),
            asserted=frozenset(words_at(file, "asserted")),
            examples=examples,
        )

    def _triggers(self, file: YamlFile, fact_type: str) -> Iterator[Trigger]:
        for index, word in enumerate(words_at(file, "triggers")):
            at = ("triggers", index)
            trigger = Trigger(tuple(part.strip() for part in _GAP.split(word)))
            if len(trigger.parts) > 2 or not all(trigger.parts):
                raise file.error(f"trigger {word!r}: a gap stands between two words, and only one gap", *at)
            if len(trigger) < _LEAST:
                said = (
                    f"trigger {word!r} is one character, which other words hold too; write at least {_LEAST}"
                )
                raise file.error(said, *at)
            mark = next(
                (char for char in "".join(trigger.parts) if char in self._marks or char.isspace()), None
            )
            if mark is not None:
                raise file.error(f"trigger {word!r} holds {mark!r}, at which every clause ends", *at)
            other = self._seen.setdefault((fact_type, str(trigger)), file.where(*at))
            if other != file.where(*at) or word in words_at(file, "triggers")[:index]:
                raise file.error(f"{other} has the trigger {word!r} of {fact_type} already; keep one", *at)
            yield trigger

    def _slots(self, file: YamlFile, fact_type: FactType, is_gapless: bool) -> tuple[Slot, ...]:
        data = file.data["roles"]
        if not isinstance(data, dict):
            raise file.error("roles map a role to where it stands: plaintiff: {stands: before}", "roles")
        slots = []
        for name, entry in data.items():
            role = fact_type.roles.get(name)
            if role is None:
                said = f"unknown role {name!r} of {fact_type.name}{suggest(name, fact_type.roles)}"
                raise file.error(said, "roles", name)
            slot = self._slot(file, role, entry)
            if slot.stands == BETWEEN and is_gapless:
                said = f"role {name!r} stands between, and a trigger has no gap (\u2026) to hold it"
                raise file.error(said, "roles", name, "stands")
            slots.append(slot)
        filled = {slot.role for slot in slots if not slot.optional}
        for role in fact_type.roles.values():
            if role.minimum and role.name not in filled:
                said = f"{fact_type.name} must have the role {role.name!r}: name it here, and not as optional"
                raise file.error(said, "roles", role.name)
        if not filled:
            raise file.error("every role is optional; one at least must tell that there is a fact", "roles")
        return tuple(slots)

    def _slot(self, file: YamlFile, role: Role, entry: Any) -> Slot:
        at = ("roles", role.name)
        if not isinstance(entry, dict) or "stands" not in entry:
            raise file.error(f"role {role.name!r} needs to say where it stands: {{stands: before}}", *at)
        check_known(file, entry, ROLE_KEYS, "key", *at)
        takes = _takes(file, role, entry)
        for key, kind in (("class", ENTITY), ("ends", ENTITY), ("behind", ENTITY), ("unit", QUANTITY)):
            if key in entry and takes != kind:
                raise file.error(
                    f"role {role.name!r} takes {takes} here, and {key!r} is for {kind}", *at, key
                )
        stands = one_of(file, entry["stands"], SIDES, "side", *at, "stands")
        if "within" in entry and stands == BETWEEN:
            raise file.error(
                "what stands between two words of a clause is within it; leave this out", *at, "within"
            )
        reach = CLAUSE if takes in (ENTITY, TEXT) else SENTENCE
        if not isinstance(entry.get("optional", False), bool):
            raise file.error("optional is true or false", *at, "optional")
        classes = tuple(self._classes(file, role, *at))
        return Slot(
            role=role.name,
            takes=takes,
            stands=stands,
            within=one_of(file, entry.get("within", reach), REACHES, "reach", *at, "within"),
            classes=classes or role.classes,
            is_open=not classes,
            behind=words_at(file, *at, "behind"),
            ends=words_at(file, *at, "ends"),
            units=frozenset(self._named_units(file, *at)),
            optional=entry.get("optional", False),
            many=role.maximum != 1,
        )

    def _classes(self, file: YamlFile, role: Role, *at: str) -> Iterator[str]:
        classes, is_a = self._vocabulary.classes, self._vocabulary.is_a
        for index, cls in enumerate(words_at(file, *at, "class")):
            if cls not in classes:
                raise file.error(f"unknown class {cls!r}{suggest(cls, classes)}", *at, "class", index)
            if not any(is_a(cls, allowed) for allowed in role.classes):
                said = f"role {role.name!r} takes no {cls}, only {', '.join(role.classes)}"
                raise file.error(said, *at, "class", index)
            yield cls

    def _named_units(self, file: YamlFile, *at: str) -> Iterator[str]:
        for index, unit in enumerate(words_at(file, *at, "unit")):
            for part in (unit,) if unit in self._units else unit.split("/"):
                if part not in self._units:
                    raise file.error(f"unknown unit {part!r}{suggest(part, self._units)}", *at, "unit", index)
            yield unit


def _takes(file: YamlFile, role: Role, entry: Mapping[str, Any]) -> str:
    """The kind of filler: as said, or as only one can be meant."""
    at = ("roles", role.name)
    if "takes" in entry:
        takes = one_of(file, entry["takes"], KINDS, "kind of filler", *at, "takes")
    elif len(role.kinds) == 1:
        takes = next(iter(role.kinds))
    elif "class" in entry or "unit" in entry:
        takes = ENTITY if "class" in entry else QUANTITY
    else:
        kinds = " or ".join(kind for kind in KINDS if kind in role.kinds)
        raise file.error(f"role {role.name!r} may be {kinds}; say which with 'takes'", *at)
    if takes not in role.kinds:
        raise file.error(f"role {role.name!r} takes no {takes}{suggest(takes, sorted(role.kinds))}", *at)
    return takes
