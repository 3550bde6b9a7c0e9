"""Frames: what a fact type looks like in a sentence, one YAML file each, checked at load time."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.ontology.vocabulary import FactType, Role, Vocabulary
from kg.ontology.yamlfile import YamlFile, read_yaml
from kg.types import Modality

NOUN_SLOTS = frozenset(
    [
        "subject",
        "by",
        "object",
        "patient",
        "to",
        "from",
        "at",
        "goal",
        "with",
        "via",
        "about",
        "receiver",
        "modifier",
        "left",
        "before",
        "head",
        "counted",
        "self",
        "place",
        "topic",
        "prior-object",
        "owner",
        "pivot",
        "aim",
        "serial",
        "before-self",
        "none",
    ]
)
VALUE_SLOTS = frozenset(
    ["after", "before", "next", "previous", "clause", "gain", "group", "none", "figure", "growth"]
)
_FRAME_KEYS = frozenset(
    [
        "columns",
        "frame",
        "about",
        "kind",
        "priority",
        "triggers",
        "senses",
        "roles",
        "needs",
        "requires",
        "excludes",
        "examples",
        "joins",
        "gathers",
    ]
)
_ROLE_KEYS = frozenset(
    [
        "from",
        "class",
        "else",
        "unit",
        "ends",
        "not_ends",
        "min",
        "max",
        "value",
        "form",
        "not_class",
        "of",
    ]
)
_EXAMPLE_KEYS = frozenset(["text", "facts"])
_EXAMPLE_MODALITY = "modality"  # the one key of an example's fact that is no role
_EXAMPLE_FIGURE = re.compile(r"-?\d+(\.\d+)? \S+( (about|min|max))?")


@dataclass(frozen=True)
class FrameRole:
    """How one role is expressed.

    ``slots`` are tried in order; ``classes`` limit an entity, ``units`` a quantity (a unit, or a kind of
    units of the lexicon); ``ends``/``not_ends`` are what the noun must or must not end with (for a
    quantity, the noun it counts); ``default`` is the class of a common noun that no ending decides.
    """

    name: str
    takes: str  # entity, quantity, time or text
    slots: tuple[str, ...]
    classes: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    ends: tuple[str, ...] = ()
    not_ends: tuple[str, ...] = ()
    default: str | None = None
    max: int | None = None
    min: int = 1
    form: str | None = None  # name: only a proper name; noun: only a common one; named: one with a name in it
    not_classes: tuple[str, ...] = ()
    of: str | None = None  # a figure counts the noun of this role, or none

    @cached_property
    def steps(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """The slots, in the order in which they are asked, and whether all that they combine must be there.

        A combined slot (subject+with) is asked for all its parts first, then for what there is of them.
        """
        first = [(tuple(slot.split("+")), True) for slot in self.slots]
        return (*first, *((parts, False) for parts, _ in first if len(parts) > 1))

    def allows(self, said: str) -> bool:
        """Whether a noun may fill the role by its ending; an ending with = before it is the whole noun."""
        if self.ends and not _ends_with(said, self.ends):
            return False
        return not (self.not_ends and _ends_with(said, self.not_ends))


def _ends_with(said: str, words: Sequence[str]) -> bool:
    return any(said == word[1:] if word.startswith("=") else said.endswith(word) for word in words)


@dataclass(frozen=True, slots=True)
class Condition:
    """A noun in one of the slots must (or must not) end with one of the words."""

    slots: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True)
class Sense:
    """The words that evoke a frame in one way, with the roles as they are expressed then."""

    name: str
    words: tuple[str, ...]
    roles: tuple[FrameRole, ...]
    needs: tuple[frozenset[str], ...] = ()
    requires: Condition | None = None
    excludes: Condition | None = None
    modality: str | None = None
    nominal: bool = False
    outside: bool = False  # its words never stand inside a name

    @cached_property
    def figures(self) -> tuple[FrameRole, ...]:
        """The roles that take quantities: they are filled first, for what they count fills others."""
        return tuple(role for role in self.roles if role.takes == "quantity")

    @cached_property
    def others(self) -> tuple[FrameRole, ...]:
        """The other roles, those last that look into what the rest has taken."""
        others = [role for role in self.roles if role.takes != "quantity"]
        return tuple(sorted(others, key=lambda role: bool({"modifier", "owner"} & set(role.slots))))

    @cached_property
    def needed_figures(self) -> tuple[frozenset[str], ...]:
        """The needs that only quantities can meet: without them nothing else need be looked for."""
        figures = {role.name for role in self.figures} - {role.name for role in self.others}
        return tuple(needed for needed in self.needs if needed <= figures)


@dataclass(frozen=True, slots=True)
class ExampleFact:
    """A fact that an example's sentence must give, with all its roles and no other.

    Fillers are as people write them: an entity by its label or an alias, a quantity as ``VALUE UNIT``
    with its bound behind it unless that is exact, a time as EDTF, a text as itself.
    """

    modality: Modality
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with all the facts of the frame's type that come out of it; none for a near miss."""

    text: str
    facts: tuple[ExampleFact, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One fact type's frame; ``needs`` are alternatives: one of each set of roles must be filled."""

    type: str
    kind: str  # clause, title or figure: which reader interprets it
    priority: int
    senses: tuple[Sense, ...]
    needs: tuple[frozenset[str], ...]
    examples: tuple[Example, ...] = field(default=(), repr=False)
    gathers: bool = False  # whether a list of nouns with figures is one fact: 棉衣3000件、图书2万册
    joins: bool = True  # whether neighbouring clauses may tell one fact of it together
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # role -> header cells of tables

    def roles_of_column(self, label: str) -> tuple[FrameRole, ...]:
        """How the cells below a header cell fill a role; empty where they fill none."""
        return tuple(role for role in self.senses[0].roles if label in self.columns.get(role.name, ()))


def load_frames(paths: Iterable[Path], vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """The frames of the files, in their order."""
    return tuple(load_frame(path, vocabulary) for path in paths)


def load_frame(path: Path, vocabulary: Vocabulary) -> Frame:
    """One frame; raises OntologyError with file and line on anything it does not know."""
    file = read_yaml(path)
    data = file.data
    if not isinstance(data, dict):
        raise file.error("a frame is a mapping that begins with 'frame: TYPE'")
    _known(file, data, _FRAME_KEYS, "key")
    name = str(data.get("frame"))
    if name not in vocabulary.fact_types:
        raise file.error(f"unknown fact type {name!r}{_suggest(name, vocabulary.fact_types)}", "frame")
    fact_type = vocabulary.fact_types[name]
    roles_data = data.get("roles")
    if not isinstance(roles_data, dict):
        raise file.error("a frame needs 'roles'", "roles")
    roles: dict[str, tuple[FrameRole, ...]] = {}
    for role_name, entry in roles_data.items():
        if role_name not in fact_type.roles:
            raise file.error(
                f"unknown role {role_name!r} of {name}{_suggest(role_name, fact_type.roles)}",
                "roles",
                role_name,
            )
        role = fact_type.roles[role_name]
        ways = entry if isinstance(entry, list) else [entry or {}]
        roles[role_name] = tuple(_role(file, role_name, way, role, vocabulary) for way in ways)
    needs = tuple(_needs(file, data, roles))
    return Frame(
        type=name,
        kind=data.get("kind", "clause"),
        priority=int(data.get("priority", 50)),
        joins=bool(data.get("joins", True)),
        gathers=bool(data.get("gathers", False)),
        senses=_senses(file, data, roles, needs),
        needs=needs,
        columns=_columns(file, data, roles),
        examples=tuple(_examples(file, data, fact_type)),
    )


def _known(
    file: YamlFile, data: Mapping[str, Any], keys: frozenset[str], what: str, *path: str | int
) -> None:
    for key in data:
        if key not in keys:
            raise file.error(f"unknown {what} {key!r}{_suggest(key, keys)}", *path, key)


def _suggest(word: object, known: Sequence[str] | Mapping[str, Any] | frozenset[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _role(
    file: YamlFile, name: str, entry: Mapping[str, Any], role: Role, vocabulary: Vocabulary
) -> FrameRole:
    _known(file, entry, _ROLE_KEYS, "key", "roles", name)
    takes = entry.get("value") or _takes(entry, role)
    if takes not in role.kinds:
        raise file.error(f"role {name!r} does not take a value of kind {takes!r}", "roles", name)
    slots = tuple(_list(entry.get("from")))
    allowed = NOUN_SLOTS | VALUE_SLOTS
    for slot in (part for combined in slots for part in combined.split("+")):
        if slot not in allowed:
            raise file.error(f"unknown slot {slot!r}{_suggest(slot, allowed)}", "roles", name, "from")
    classes = tuple(_list(entry.get("class"))) or (role.classes if takes == "entity" else ())
    default = entry.get("else")
    for cls in (*classes, *((default,) if default else ())):
        if cls not in vocabulary.classes:
            raise file.error(f"unknown class {cls!r}{_suggest(cls, vocabulary.classes)}", "roles", name)
    return FrameRole(
        name=name,
        takes=takes,
        slots=slots,
        classes=classes,
        units=frozenset(_list(entry.get("unit"))),
        ends=tuple(_list(entry.get("ends"))),
        not_ends=tuple(_list(entry.get("not_ends"))),
        default=default,
        max=entry.get("max"),
        min=int(entry.get("min", 1)),
        form=entry.get("form"),
        not_classes=tuple(_list(entry.get("not_class"))),
        of=entry.get("of"),
    )


def _takes(entry: Mapping[str, Any], role: Role) -> str:
    if "unit" in entry:
        return "quantity"
    if "class" in entry or "else" in entry:
        return "entity"
    for kind in ("time", "entity", "text", "quantity"):
        if kind in role.kinds:
            return kind
    return "text"


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _condition(file: YamlFile, data: Any, *path: str) -> Condition | None:
    if data is None:
        return None
    if not isinstance(data, dict) or "ends" not in data:
        raise file.error("a condition is {in: [slots], ends: [words]}", *path)
    return Condition(
        tuple(_list(data.get("in"))) or ("object", "head", "patient"), tuple(_list(data["ends"]))
    )


def _senses(
    file: YamlFile,
    data: Mapping[str, Any],
    roles: Mapping[str, tuple[FrameRole, ...]],
    needs: tuple[frozenset[str], ...],
) -> tuple[Sense, ...]:
    triggers = data.get("triggers") or {}
    if not isinstance(triggers, dict):
        raise file.error("triggers map a sense to its words", "triggers")
    changes = data.get("senses") or {}
    senses = []
    for name, words in triggers.items():
        change = changes.get(name) or {}
        changed = dict(roles)
        for role_name, slots in change.items():
            if role_name in ("requires", "excludes", "modality", "nominal", "outside"):
                continue
            if role_name not in roles:
                raise file.error(
                    f"unknown role {role_name!r}{_suggest(role_name, roles)}", "senses", name, role_name
                )
            changed[role_name] = tuple(replace(way, slots=tuple(_list(slots))) for way in roles[role_name])
        senses.append(
            Sense(
                name=name,
                words=tuple(_list(words)),
                roles=tuple(way for ways in changed.values() for way in ways),
                requires=_condition(file, change.get("requires", data.get("requires")), "requires"),
                excludes=_condition(file, change.get("excludes", data.get("excludes")), "excludes"),
                needs=needs,
                modality=change.get("modality"),
                nominal=bool(change.get("nominal", False)),
                outside=bool(change.get("outside", False)),
            )
        )
    for name in changes:
        if name not in triggers:
            raise file.error(f"sense {name!r} has no triggers", "senses", name)
    return tuple(senses)


def _needs(
    file: YamlFile, data: Mapping[str, Any], roles: Mapping[str, tuple[FrameRole, ...]]
) -> list[frozenset[str]]:
    needs = []
    for index, entry in enumerate(data.get("needs") or []):
        names = frozenset(_list(entry))
        for name in names:
            if name not in roles:
                raise file.error(f"unknown role {name!r}{_suggest(name, roles)}", "needs", index)
        needs.append(names)
    return needs


def _columns(
    file: YamlFile, data: Mapping[str, Any], roles: Mapping[str, tuple[FrameRole, ...]]
) -> dict[str, tuple[str, ...]]:
    columns = data.get("columns") or {}
    if not isinstance(columns, dict):
        raise file.error("columns map a role to the header cells of its column", "columns")
    _known(file, columns, frozenset(roles), "role", "columns")
    return {name: tuple(_list(labels)) for name, labels in columns.items()}


def _examples(file: YamlFile, data: Mapping[str, Any], fact_type: FactType) -> list[Example]:
    examples = []
    for index, entry in enumerate(data.get("examples") or []):
        at = ("examples", index)
        if not isinstance(entry, dict) or not entry.keys() == _EXAMPLE_KEYS:
            raise file.error("an example is {text: a sentence, facts: [a fact, ...]}", *at)
        text, facts = entry["text"], entry["facts"]
        if not isinstance(text, str) or not isinstance(facts, list):
            raise file.error("an example is {text: a sentence, facts: [a fact, ...]}", *at)
        said = tuple(_example_fact(file, fact, fact_type, *at, "facts", i) for i, fact in enumerate(facts))
        examples.append(Example(text, said, file.where(*at)))
    return examples


def _example_fact(file: YamlFile, entry: Any, fact_type: FactType, *at: str | int) -> ExampleFact:
    if not isinstance(entry, dict):
        raise file.error("a fact of an example maps roles to fillers", *at)
    modality = entry.get(_EXAMPLE_MODALITY, Modality.ASSERTED.value)
    known = [each.value for each in Modality]
    if modality not in known:
        raise file.error(f"unknown modality {modality!r}{_suggest(modality, known)}", *at)
    roles = {}
    for name, fillers in entry.items():
        if name == _EXAMPLE_MODALITY:
            continue
        if name not in fact_type.roles:
            raise file.error(f"unknown role {name!r}{_suggest(name, fact_type.roles)}", *at, name)
        roles[name] = tuple(_list(fillers))
        if not roles[name]:
            raise file.error(f"role {name!r} needs a filler, or is left out", *at, name)
        for filler in roles[name]:
            if fact_type.roles[name].kinds == {"quantity"} and not _EXAMPLE_FIGURE.fullmatch(filler):
                raise file.error(f"{filler!r} is no 'VALUE UNIT', or 'VALUE UNIT min'", *at, name)
    if not roles:
        raise file.error("a fact of an example needs a role; a sentence without facts has 'facts: []'", *at)
    return ExampleFact(Modality(modality), roles)
