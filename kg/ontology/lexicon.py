"""The lexicon: how names end and what the closed-class words do, read from ``ontology/lexicon``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.ontology.yamlfile import YamlFile, read_yaml

Words = frozenset[str]

_WORD_LISTS = tuple(
    """
    prepositions joins also of clause_ends sentence_ends part_of alias_cues plan_headings looking_back
    dateline_ends money dot_ends one_by_one each
    table_ranks table_units table_other table_totals table_empty adverbials
    """.split()  # noqa: SIM905 - a list of thirty quotation marks is no easier to read
)

_REFERENCE_KEYS = frozenset({"words", "of", "pick", "ending"})
_PICKS = ("last", "pair", "list", "former", "latter")


def _words(file: YamlFile, *keys: str) -> Words:
    """The word list at a key path; an absent list is empty, a list that is no list of words is an error."""
    node: Any = file.data
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    if node is None:
        return frozenset()
    if not isinstance(node, list) or not all(isinstance(word, str) for word in node):
        raise file.error(f"{'.'.join(keys)} must be a list of words", *keys)
    return frozenset(node)


def _word_table(file: YamlFile, key: str) -> Mapping[str, Words]:
    table = file.data.get(key) or {}
    if not isinstance(table, dict):
        raise file.error(f"{key} must map a name to a list of words", key)
    return {name: _words(file, key, name) for name in table}


def _pairs(file: YamlFile, *keys: str) -> Mapping[str, str]:
    table: Any = file.data
    for key in keys:
        table = table.get(key) or {}
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise file.error(f"{'.'.join(keys)} must map a text to a text", *keys)
    return dict(table)


@dataclass(frozen=True, slots=True)
class Relative:
    """What makes a name that of one thing only within a place: 第一中学, 县水利局; see ``names.yaml``."""

    levels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()
    absolute: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()  # roles


@dataclass(frozen=True)
class Names:
    """How names end and what class an ending gives, surnames, and the classes that a name's form tells."""

    endings: Mapping[str, str]  # ending -> class
    named_by: Words  # classes whose bare ending is a common noun
    surnames: Words
    compound_surnames: Words
    division: str
    document: str
    quoted: str
    person: str
    organization: str
    place: str
    relative: Relative = Relative()
    ordinary: Words = frozenset()  # bare names of divisions that are ordinary words or others' names
    forms: Words = frozenset()  # endings that a body's name may be without

    @cached_property
    def longest_ending(self) -> int:
        """The length of the longest ending, in characters."""
        return max(map(len, self.endings), default=0)

    def ending_of(self, text: str) -> tuple[str, str] | None:
        """The longest ending that the text has, and its class."""
        for size in range(min(self.longest_ending, len(text)), 0, -1):
            cls = self.endings.get(text[-size:])
            if cls is not None:
                return text[-size:], cls
        return None

    def is_kind(self, rest: str) -> bool:
        """Whether words say only what a thing is and which of its kind: 第一中学, not 中学 alone."""
        left = rest
        while left not in self.endings or left == rest:
            word = next((word for word in self.relative.words if left.startswith(word)), None)
            if word is None:
                return False
            left = left[len(word) :]
        return True

    def is_surname(self, text: str) -> bool:
        """Whether a person's name may begin like the text."""
        return text[:2] in self.compound_surnames or text[:1] in self.surnames


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that stand for something named before: which classes, and which of them to pick."""

    words: Words
    classes: tuple[str, ...]
    pick: str
    endings: Words


@dataclass(frozen=True, slots=True)
class BrokenLines:
    """What tells that a line is broken inside a sentence; see grammar.yaml."""

    numbered: tuple[str, ...]
    dated: Mapping[str, str]
    unfinished: tuple[str, ...]
    whole: tuple[str, ...]
    continuing: tuple[str, ...]


@dataclass(frozen=True)
class Grammar:
    """The closed-class words, by what they do."""

    prepositions: Words
    joins: Words
    also: Words
    of: Words
    clause_ends: Words
    sentence_ends: Words
    brackets: Mapping[str, str]
    quotes: Mapping[str, str]
    titles: Mapping[str, str]
    planned: Words
    negated: Words
    realized: Words
    neutral: Words  # words that hold one of these and say nothing of the kind
    unreal: Mapping[str, Words]  # words `before` and `behind` what is not stated; what `passes` for one
    change_up: tuple[str, ...]
    change_down: tuple[str, ...]
    change_after: Words  # may stand between one of these and its figure
    change_to: tuple[str, ...]  # behind these, a figure is a level
    signed: Words  # roles
    level: str  # role
    money: Words  # roles
    dot_ends: Words
    one_by_one: Words
    part_of: Words
    alias_cues: Words
    plan_headings: Words
    looking_back: Words
    dateline_ends: Words
    each: Words
    table_ranks: Words
    table_units: Words
    table_other: Words
    table_totals: Words
    table_empty: Words
    adverbials: Words
    references: tuple[Reference, ...]
    furniture_starts: Words
    furniture_captions: Words
    furniture_anywhere: Words
    furniture_separators: Words
    broken: BrokenLines

    @cached_property
    def reference_of(self) -> Mapping[str, Reference]:
        """The reference that a word makes."""
        return {word: reference for reference in self.references for word in reference.words}


def _owners(file: YamlFile, key: str) -> dict[str, str]:
    """A table of word lists turned about: word -> name; a word under two names is an error."""
    owners: dict[str, str] = {}
    for name, words in _word_table(file, key).items():
        for word in words:
            if word in owners:
                raise file.error(f"{word!r} stands under {owners[word]} and {name}; keep one", key, name)
            owners[word] = name
    return owners


def _string(file: YamlFile, key: str) -> str:
    value = file.data.get(key)
    if not isinstance(value, str):
        raise file.error(f"{key} must name a class", key)
    return value


def _relative(file: YamlFile) -> Relative:
    """The longest words first; the anchors in their order."""
    lists = {key: _words(file, "relative", key) for key in ("levels", "words", "organs", "absolute")}
    ordered = {key: tuple(sorted(words, key=lambda word: (-len(word), word))) for key, words in lists.items()}
    return Relative(**ordered, anchors=tuple(sorted(_words(file, "relative", "anchors"))))


def load_names(path: Path, classes: Iterable[str]) -> Names:
    """Read ``names.yaml``; every class it names must be one of the vocabulary's."""
    file = read_yaml(path)
    known = set(classes)
    for cls in _word_table(file, "endings"):
        if cls not in known:
            raise file.error(f"unknown class {cls!r}", "endings", cls)
    single = {
        key: _string(file, key)
        for key in ("division", "document", "quoted", "person", "organization", "place")
    }
    for key, cls in single.items():
        if cls not in known:
            raise file.error(f"unknown class {cls!r}", key)
    return Names(
        endings=_owners(file, "endings"),
        named_by=_words(file, "named_by"),
        surnames=frozenset(_string(file, "surnames").replace(" ", "")),
        compound_surnames=_words(file, "compound_surnames"),
        relative=_relative(file),
        ordinary=_words(file, "ordinary"),
        forms=_words(file, "forms"),
        **single,
    )


def _references(file: YamlFile, classes: set[str]) -> tuple[Reference, ...]:
    found = []
    for index, entry in enumerate(file.data.get("references") or ()):
        for key in entry:
            if key not in _REFERENCE_KEYS:
                raise file.error(f"unknown key {key!r} of a reference", "references", index, key)
        if entry["pick"] not in _PICKS:
            raise file.error(
                f"unknown pick {entry['pick']!r}; known are {', '.join(_PICKS)}", "references", index, "pick"
            )
        unknown = [cls for cls in entry.get("of", ()) if cls not in classes]
        if unknown:
            raise file.error(f"unknown class {unknown[0]!r}", "references", index, "of")
        words = frozenset(entry["words"])
        found.append(
            Reference(words, tuple(entry["of"]), entry["pick"], frozenset(entry.get("ending") or ()))
        )
    return tuple(found)


def load_grammar(path: Path, classes: Iterable[str]) -> Grammar:
    """Read ``grammar.yaml``."""
    file = read_yaml(path)
    return Grammar(
        brackets=_pairs(file, "brackets"),
        quotes=_pairs(file, "quotes"),
        titles=_pairs(file, "titles"),
        planned=_words(file, "modality", "planned"),
        negated=_words(file, "modality", "negated"),
        realized=_words(file, "modality", "realized"),
        neutral=_words(file, "modality", "neutral"),
        unreal={key: _words(file, "unreal", key) for key in ("before", "behind", "passes")},
        change_up=tuple(sorted(_words(file, "change", "up"))),
        change_down=tuple(sorted(_words(file, "change", "down"))),
        change_after=_words(file, "change", "after"),
        change_to=tuple(sorted(_words(file, "change", "to"))),
        signed=_words(file, "change", "roles"),
        level=str((file.data.get("change") or {}).get("level", "")),
        references=_references(file, set(classes)),
        furniture_starts=_words(file, "furniture", "starts"),
        furniture_captions=_words(file, "furniture", "captions"),
        furniture_anywhere=_words(file, "furniture", "anywhere"),
        furniture_separators=_words(file, "furniture", "separators"),
        broken=BrokenLines(
            dated=_pairs(file, "broken_lines", "dated"),
            **{
                key: tuple(sorted(_words(file, "broken_lines", key)))
                for key in ("numbered", "unfinished", "whole", "continuing")
            },
        ),
        **{key: _words(file, key) for key in _WORD_LISTS},
    )
