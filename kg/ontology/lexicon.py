"""The lexicon: how names end and what the closed-class words do, read from ``ontology/lexicon``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.ontology.yamlfile import YamlFile, read_yaml

Words = frozenset[str]

_WORD_LISTS = tuple(
    """
    joins also of clause_ends sentence_ends copulas distribute part_of total
    alias_cues receive again each intransitive attend plan_headings dateline_ends lead_ends item_ends
    table_ranks table_units table_other table_totals table_empty demonstratives
    purpose gain adverbials nominal_after
    """.split()  # noqa: SIM905 - a list of forty quotation marks is no easier to read
)

_REFERENCE_KEYS = frozenset({"words", "of", "pick", "ending"})
_PICKS = ("last", "clause-subject", "pair", "list", "former", "latter")


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


def _pairs(file: YamlFile, key: str) -> Mapping[str, str]:
    table = file.data.get(key) or {}
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise file.error(f"{key} must map a text to a text", key)
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
    """How names are cut and classed: endings, titles, surnames."""

    endings: Mapping[str, str]  # ending -> class
    tags: Mapping[str, str]  # the tagger's tag -> class
    named_by: Words  # classes whose bare ending is a common noun
    inside: Words  # tags of tokens a name may hold before its ending
    never_inside: Words
    events: Words
    inside_events: Words
    bridges: Words
    bridged: Words
    counting: Words  # kinds of units
    held: Words  # kinds of units
    honorifics: Words
    protected: Mapping[str, str]  # word -> tag
    loose_ends: Words
    titles: Words
    before_title: Words
    not_title_before: Words
    shed: Words  # before a title, and no part of it
    organ_of_title: Mapping[str, str]
    place_titles: tuple[str, ...]  # endings of titles held of a place
    surnames: Words
    compound_surnames: Words
    division: str
    place: str
    person: str
    document: str
    quoted: str
    group: str
    bare_counts: Mapping[str, tuple[str, str]]  # class of a noun counted without a measure word: kind, unit
    relative: Relative = Relative()

    @cached_property
    def title_openers(self) -> frozenset[str]:
        """The characters that a title or a word before one begins with."""
        return frozenset(word[0] for word in self.titles | self.before_title)

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

    @cached_property
    def _event_endings(self) -> tuple[str, ...]:
        return tuple(sorted(self.events, key=lambda ending: (-len(ending), ending)))

    def event_of(self, text: str, start: int, end: int) -> str | None:
        """The ending of an event that the range has, the longest there is."""
        if not text.endswith(self._event_endings, start, end):
            return None
        return next(ending for ending in self._event_endings if text.endswith(ending, start, end))

    @cached_property
    def title_endings(self) -> tuple[str, ...]:
        """The titles, the longest first."""
        return tuple(sorted(self.titles, key=lambda title: (-len(title), title)))

    @cached_property
    def protecting(self) -> re.Pattern[str]:
        """Finds the protected words, the longest first."""
        words = sorted(self.protected, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) or "(?!)")

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
    loose: bool = False  # whether one of the class will do where no name has the ending


@dataclass(frozen=True)
class Grammar:
    """The closed-class words, by what they do."""

    markers: Mapping[str, str]  # preposition -> slot
    after_verb: Mapping[str, str]
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
    change_up: tuple[str, ...]  # endings
    change_down: tuple[str, ...]
    change_to: tuple[str, ...]
    signed: Words  # roles
    copulas: Words
    distribute: Words
    part_of: Words
    total: Words
    alias_cues: Words
    receive: Words
    again: Words
    each: Words
    intransitive: Words
    attend: Words
    plan_headings: Words
    dateline_ends: Words
    lead_ends: Words
    item_ends: Words
    table_ranks: Words
    table_units: Words
    table_other: Words
    table_totals: Words
    table_empty: Words
    demonstratives: Words
    purpose: Words
    adverbials: Words
    nominal_after: Words
    gain: Words
    planned_prefixes: Words
    references: tuple[Reference, ...]
    furniture_starts: Words
    furniture_captions: Words
    furniture_anywhere: Words
    furniture_separators: Words

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


def _bare_counts(file: YamlFile, classes: set[str]) -> dict[str, tuple[str, str]]:
    table = file.data.get("bare_counts") or {}
    for cls, entry in table.items():
        if cls not in classes:
            raise file.error(f"unknown class {cls!r}", "bare_counts", cls)
        if not (isinstance(entry, list) and len(entry) == 2):
            raise file.error("a bare count is [kind, unit]", "bare_counts", cls)
    return {cls: (entry[0], entry[1]) for cls, entry in table.items()}


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
    tags = _pairs(file, "tags")
    for tag, cls in tags.items():
        if cls not in known:
            raise file.error(f"unknown class {cls!r}", "tags", tag)
    single = {
        key: _string(file, key) for key in ("division", "place", "person", "document", "quoted", "group")
    }
    for key, cls in single.items():
        if cls not in known:
            raise file.error(f"unknown class {cls!r}", key)
    titles = file.data.get("titles") or {}
    return Names(
        endings=_owners(file, "endings"),
        tags=tags,
        named_by=_words(file, "named_by"),
        inside=_words(file, "inside"),
        never_inside=_words(file, "never_inside"),
        events=_words(file, "events"),
        inside_events=_words(file, "inside_events"),
        bridges=_words(file, "bridges"),
        bridged=_words(file, "bridged"),
        counting=_words(file, "counting"),
        held=_words(file, "held"),
        honorifics=_words(file, "honorifics"),
        protected=_owners(file, "protected"),
        loose_ends=_words(file, "loose_ends"),
        titles=_words(file, "titles", "words"),
        before_title=_words(file, "titles", "before"),
        not_title_before=_words(file, "titles", "not_before"),
        shed=_words(file, "titles", "shed"),
        organ_of_title=dict(titles.get("organ") or {}),
        place_titles=tuple(sorted(_words(file, "titles", "of_place"))),
        surnames=frozenset(_string(file, "surnames").replace(" ", "")),
        compound_surnames=_words(file, "compound_surnames"),
        bare_counts=_bare_counts(file, known),
        relative=_relative(file),
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
        markers=_owners(file, "markers"),
        after_verb=_owners(file, "after_verb"),
        brackets=_pairs(file, "brackets"),
        quotes=_pairs(file, "quotes"),
        titles=_pairs(file, "titles"),
        planned=_words(file, "modality", "planned"),
        planned_prefixes=_words(file, "modality", "planned_prefixes"),
        negated=_words(file, "modality", "negated"),
        realized=_words(file, "modality", "realized"),
        neutral=_words(file, "modality", "neutral"),
        change_up=tuple(sorted(_words(file, "change", "up"))),
        change_down=tuple(sorted(_words(file, "change", "down"))),
        signed=_words(file, "change", "roles"),
        change_to=tuple(sorted(_words(file, "change", "to"))),
        references=_references(file, set(classes)),
        furniture_starts=_words(file, "furniture", "starts"),
        furniture_captions=_words(file, "furniture", "captions"),
        furniture_anywhere=_words(file, "furniture", "anywhere"),
        furniture_separators=_words(file, "furniture", "separators"),
        **{key: _words(file, key) for key in _WORD_LISTS},
    )
