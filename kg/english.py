"""English labels, composed from the parts of Chinese names by tables of the ontology.

No translation: a name gets a label only where every part of it is known. The tables (``english.yaml``)
say what the parts are called and which classes may have one unknown proper part, in pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kg.ontology.divisions import LEVELS, Division, Divisions
from kg.ontology.yamlfile import YamlFile, read_yaml


class Kind(StrEnum):
    """What a part of a name is; organs and heads may follow a proper part in pinyin."""

    ORGAN = "organ"
    HEAD = "head"
    WORD = "word"
    DIVISION = "division"
    JOINER = "joiner"
    LATIN = "latin"
    UNKNOWN = "unknown"


# What a part costs when a name is cut: the fewest parts win, and the unknown loses to all that is known.
_KNOWN, _SHORT, _COUNTY_SHORT, _PAIR = 1.0, 1.2, 1.6, 1.9
_UNKNOWN_RUN, _UNKNOWN_CHARACTER = 4.0, 2.0
_LONGEST_DIVISION = 20  # characters; the longest of all has 15
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9&.+]*")
_VOWELS = tuple("aeo")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a name with its English; a division's full name has that division in ``full``."""

    kind: Kind
    text: str
    english: str
    cost: float = _KNOWN
    full: Division | None = None


@dataclass(frozen=True, slots=True)
class EnglishTables:
    """The tables of ``english.yaml``, checked; what each is for stands there."""

    person_class: str
    division_class: str
    pinyin_for: frozenset[str]
    sentence_case_for: frozenset[str]
    joiners: Mapping[str, str]
    quotes: str
    division_types: Mapping[str, str]
    joined_types: frozenset[str]
    shortless_types: frozenset[str]
    local_types: frozenset[str]
    marked_types: Mapping[str, str]
    autonomous_types: frozenset[str]
    nationality_mark: str
    nationalities: Mapping[str, str]
    adjectives: Mapping[str, str]
    pair_before: tuple[str, ...]
    compound_surnames: frozenset[str]
    surname_readings: Mapping[str, str]
    readings: Mapping[str, str]
    established: Mapping[str, str]
    parts: Mapping[str, Part]
    type_words: frozenset[str]


def load_english(path: Path) -> EnglishTables:
    """Read the tables; raises OntologyError with file and line on a wrong, missing or unknown entry."""
    source = read_yaml(path)
    known = {*EnglishTables.__dataclass_fields__, "numerals", "words", "heads", "organs"}
    for key in source.data if isinstance(source.data, dict) else ():
        if key not in known - {"parts", "type_words"}:
            raise source.error(f"unknown table {key!r}; remove it or correct its name", key)
    types = _texts(source, "division_types")
    marked, nationalities = _texts(source, "marked_types"), _texts(source, "nationalities")
    phrases = " ".join([*types.values(), *marked.values(), *nationalities.values(), "and City"])
    return EnglishTables(
        person_class=_text(source, "person_class"),
        division_class=_text(source, "division_class"),
        pinyin_for=_set(source, "pinyin_for"),
        sentence_case_for=_set(source, "sentence_case_for"),
        joiners=_texts(source, "joiners"),
        quotes=_text(source, "quotes"),
        division_types=types,
        joined_types=_set(source, "joined_types"),
        shortless_types=_set(source, "shortless_types"),
        local_types=_set(source, "local_types"),
        marked_types=marked,
        autonomous_types=_set(source, "autonomous_types"),
        nationality_mark=_text(source, "nationality_mark"),
        nationalities=nationalities,
        adjectives=_texts(source, "adjectives"),
        pair_before=tuple(sorted(_set(source, "pair_before"))),
        compound_surnames=_set(source, "compound_surnames"),
        surname_readings=_texts(source, "surname_readings"),
        readings=_texts(source, "readings"),
        established=_texts(source, "established"),
        parts=_parts(source),
        type_words=frozenset(phrases.split()),
    )


def english_name(label: str, cls: str, *, divisions: Divisions, tables: EnglishTables) -> str | None:
    """The English of a name, or None where one of its parts has none.

    A division of several places gives what they share: all four of one name have one English label.
    """
    label = label.strip(tables.quotes)
    if label in tables.established:
        return tables.established[label]
    if not label or label.isascii():
        return label or None
    if cls == tables.person_class:
        return _person(label, tables)
    if cls == tables.division_class:
        found = _candidates(label, divisions.by_name(label), tables)
        return found.english if found else _local_division(label, divisions, tables)
    unquoted = "".join(c for c in label if c not in tables.quotes)
    parts = _cut(unquoted, cls in tables.pinyin_for, divisions, tables)
    return _write(parts, cls in tables.sentence_case_for, tables) if _is_name(parts) else None


def division_english(
    name: str, tables: EnglishTables, *, stems: Mapping[str, str] | None = None, joined: bool = True
) -> str:
    """The English of a division's full name: its proper part in pinyin, and its type word.

    ``stems`` gives proper parts whose English is established; names of one syllable are ``joined`` with
    their type word where the tables say so. Empty where a character has no reading.
    """
    ending = _type_of(name, tables)
    stem, peoples = _split_peoples(name.removesuffix(ending), ending, tables)
    if joined and len(stem) == 1 and ending in tables.joined_types and not peoples:
        return pinyin(name, tables)
    # The whole name is read, not the proper part alone: what follows decides a reading.
    proper = (stems or {}).get(stem) or join_syllables(_syllables(name, tables)[: len(stem)])
    kind = tables.division_types.get(ending, "")
    if peoples and kind:
        kind = tables.marked_types.get(ending, kind)
    people = " and ".join(filter(None, [", ".join(peoples[:-1]), *peoples[-1:]])) if kind else ""
    return " ".join(filter(None, [proper, people, kind])) if proper else ""


def short_forms(name: str, tables: EnglishTables) -> tuple[str, ...]:
    """The names a division has without its type word, the commonest first; none of one character.

    An autonomous area is also named with the last character of its type word (黔南州, 彭水县).
    """
    ending = _type_of(name, tables)
    stem, _ = _split_peoples(name.removesuffix(ending), ending, tables)
    if ending in tables.autonomous_types:
        stem = stem.removesuffix(tables.nationality_mark)
    if len(stem) < 2 or ending in tables.shortless_types:
        return ()
    named_by_type = ending in tables.autonomous_types and tables.division_types.get(ending)
    return (stem, stem + ending[-1:]) if named_by_type else (stem,)


def pinyin(text: str, tables: EnglishTables) -> str:
    """A proper name in pinyin, as one capitalized word; empty where a character has no reading.

    >>> from kg.english import join_syllables
    >>> join_syllables(["xi", "an"])
    "Xi'an"
    """
    return join_syllables(_syllables(text, tables))


def join_syllables(syllables: Sequence[str]) -> str:
    """One capitalized word, with the apostrophe before a later syllable in a, e or o (GB/T 16159)."""
    word = "".join(
        f"'{syllable}" if index and syllable.startswith(_VOWELS) else syllable
        for index, syllable in enumerate(syllables)
    )
    return word[:1].upper() + word[1:]


def _syllables(text: str, tables: EnglishTables) -> list[str]:
    from pypinyin import lazy_pinyin  # here, so that those who need no English do not load its dictionaries

    found = lazy_pinyin(text, v_to_u=True, errors=_unread)
    if len(found) != len(text):
        return []
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + 4), start, -1):
            if reading := tables.readings.get(text[start:end]):
                found[start:end] = reading.split()
                break
        start = max(end, start + 1)
    return found if all(found) else []


def _unread(characters: str) -> Any:
    """What pypinyin takes for characters without a reading: an empty one for each."""
    return [""] * len(characters)


def _type_of(name: str, tables: EnglishTables) -> str:
    """The longest type word that leaves a proper part; of two characters at least, if it has several."""
    for length in range(min(len(name) - 1, max(map(len, tables.division_types))), 0, -1):
        ending = name[-length:]
        if ending in tables.division_types and (length == 1 or len(name) - length > 1):
            return ending
    return ""


def _split_peoples(stem: str, ending: str, tables: EnglishTables) -> tuple[str, tuple[str, ...]]:
    """The proper part, and the nationalities that follow it, in English."""
    if ending not in tables.autonomous_types and ending not in tables.marked_types:
        return stem, ()
    peoples: list[str] = []
    while True:
        marked = stem.endswith(tables.nationality_mark)
        if not marked and (peoples or ending not in tables.autonomous_types):
            break
        bare = stem.removesuffix(tables.nationality_mark)
        found = max((p for p in tables.nationalities if bare.endswith(p)), key=len, default=bare)
        if found == bare or (not marked and len(bare) - len(found) < 2):
            break
        peoples.insert(0, tables.nationalities[found])
        stem = bare.removesuffix(found)
    return stem, tuple(peoples)


def _person(name: str, tables: EnglishTables) -> str | None:
    """Surname first, as in Chinese; None for what is no Chinese name of two to four characters."""
    length = 2 if name[:2] in tables.compound_surnames and len(name) > 2 else 1
    surname, given = name[:length], name[length:]
    if not 1 <= len(given) <= 2:
        return None
    family, personal = tables.surname_readings.get(surname) or pinyin(surname, tables), pinyin(given, tables)
    return f"{family} {personal}" if family and personal else None


def _local_division(label: str, divisions: Divisions, tables: EnglishTables) -> str | None:
    """A village or the like that no table lists, after the divisions that lead its name."""
    lead: list[str] = []
    while part := next(_division_parts(label, 0, divisions, tables), None):
        if part.text == label:
            return " ".join([*lead, part.english])
        if part.full is None:
            break
        lead.append(part.english)
        label = label.removeprefix(part.text)
    ending = _type_of(label, tables)
    if ending not in tables.local_types or len(label) - len(ending) < 2:
        return None
    english = division_english(label, tables, joined=False)
    return " ".join([*lead, english]) if english else None


def _candidates(surface: str, found: Sequence[Division], tables: EnglishTables) -> Part | None:
    """The one English of all divisions of a name, or of their proper parts; None where they differ."""
    current = [division for division in found if not division.former] or list(found)
    if not current:
        return None
    full = [division for division in current if division.name == surface]
    names = {_english(division, tables) for division in full or current}
    whole = next(iter(names)) if len(names) == 1 else None
    stems = {_stem(_english(division, tables), tables) for division in current}
    english = whole or (next(iter(stems)) if len(stems) == 1 else "")
    if not english:
        return None
    county = all(LEVELS.index(division.level) >= LEVELS.index("county") for division in current)
    cost = _KNOWN if full else _COUNTY_SHORT if county else _SHORT
    return Part(Kind.DIVISION, surface, english, cost, full[0] if full else None)


def _english(division: Division, tables: EnglishTables) -> str:
    return division.english or division_english(division.name, tables, joined=False)


def _stem(english: str, tables: EnglishTables) -> str:
    """A division's English without its type words: what its short name is called."""
    words = english.split(" ")
    while len(words) > 1 and words[-1].rstrip(",") in tables.type_words:
        words.pop()
    return " ".join(words)


def _division_parts(text: str, start: int, divisions: Divisions, tables: EnglishTables) -> Iterator[Part]:
    """The divisions whose names begin at a place, the longest first; short names by their proper part."""
    for end in range(min(len(text), start + _LONGEST_DIVISION), start + 1, -1):
        surface = text[start:end]
        part = _candidates(surface, divisions.by_name(surface), tables)
        if part is not None and part.full is not None:
            yield part
        elif part is not None:
            yield Part(Kind.DIVISION, surface, _stem(part.english, tables), part.cost)


def _parts_at(text: str, start: int, divisions: Divisions, tables: EnglishTables) -> Iterator[Part]:
    """All known parts that begin at a place of the name."""
    for end in range(start + 1, len(text) + 1):
        surface = text[start:end]
        if surface in tables.parts:
            yield tables.parts[surface]
        if surface in tables.joiners:
            yield Part(Kind.JOINER, surface, tables.joiners[surface])
    yield from _division_parts(text, start, divisions, tables)
    if latin := _LATIN.match(text, start):
        yield Part(Kind.LATIN, latin[0], latin[0])
    pair = [divisions.abbreviations().get(letter) for letter in text[start : start + 2]]
    followed = text.startswith(tables.pair_before, start + 2)
    if followed and pair[0] and pair[1] and pair[0] != pair[1]:
        yield Part(Kind.DIVISION, text[start : start + 2], f"{pair[0].english}–{pair[1].english}", _PAIR)


def _cut(text: str, may_pinyin: bool, divisions: Divisions, tables: EnglishTables) -> list[Part]:
    """The cheapest cut of a name into parts; one unknown run where the class allows it; else empty."""
    best: list[tuple[float, tuple[Part, ...]] | None] = [(0.0, ())] + [None] * len(text)
    for start in range(len(text)):
        reached = best[start]
        if reached is None:
            continue
        cost, parts = reached
        options = [(part, part.cost) for part in _parts_at(text, start, divisions, tables)]
        if may_pinyin and not any(part.kind is Kind.UNKNOWN for part in parts):
            for end in range(start + 2, len(text)):
                unknown = Part(Kind.UNKNOWN, text[start:end], "")
                options.append((unknown, _UNKNOWN_RUN + _UNKNOWN_CHARACTER * (end - start)))
        for part, extra in options:
            end = start + len(part.text)
            known = best[end]
            if known is None or cost + extra < known[0]:
                best[end] = (cost + extra, (*parts, part))
    last = best[-1]
    return _with_pinyin(last[1], tables) if last else []


def _with_pinyin(parts: Sequence[Part], tables: EnglishTables) -> list[Part]:
    """The parts with the unknown one read; empty where it has no reading."""
    read = [
        Part(part.kind, part.text, pinyin(part.text, tables)) if part.kind is Kind.UNKNOWN else part
        for part in parts
    ]
    return read if all(part.english for part in read) else []


def _is_name(parts: Sequence[Part]) -> bool:
    """Whether parts make a name: an unknown one only behind leading divisions and before a type word."""
    if not parts or (parts[-1].kind is Kind.JOINER and not parts[-1].english.startswith(")")):
        return False
    kinds = [part.kind for part in parts]
    if Kind.UNKNOWN not in kinds:
        return True
    at = kinds.index(Kind.UNKNOWN)
    return set(kinds[:at]) <= {Kind.DIVISION} and kinds[-1] in (Kind.HEAD, Kind.ORGAN)


def _write(parts: Sequence[Part], sentence_case: bool, tables: EnglishTables) -> str:
    """The parts in their order, a blank between two words, adjectives for divisions before organs."""
    text = ""
    for index, part in enumerate(parts):
        english = part.english
        after = parts[index + 1].kind if index + 1 < len(parts) else None
        if part.full is not None and after is Kind.ORGAN:
            english = " ".join(filter(None, [english, _adjective(part.full, tables)]))
        if sentence_case and part.kind in (Kind.WORD, Kind.HEAD):
            english = " ".join(word.lower() if word[1:].islower() else word for word in english.split(" "))
        glued = not text or part.kind is Kind.JOINER or parts[index - 1].kind is Kind.JOINER
        text += english if glued else f" {english}"
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def _adjective(division: Division, tables: EnglishTables) -> str:
    return tables.adjectives.get(_type_of(division.name, tables), "")


def _parts(source: YamlFile) -> dict[str, Part]:
    """Words, heads and organs; an entry with a place for a numeral stands once for each of them."""
    numerals = _table(source, "numerals")
    parts: dict[str, Part] = {}
    for kind, key in ((Kind.WORD, "words"), (Kind.HEAD, "heads"), (Kind.ORGAN, "organs")):
        for text, english in _texts(source, key).items():
            if "#" not in text:
                parts[text] = Part(kind, text, english)
                continue
            for numeral, (figure, ordinal) in numerals.items():
                name = text.replace("#", numeral)
                parts[name] = Part(kind, name, english.format(n=figure, nth=ordinal))
    return parts


def _table(source: YamlFile, key: str) -> dict[str, Any]:
    table = source.data.get(key) if isinstance(source.data, dict) else None
    if not isinstance(table, dict):
        raise source.error(f"the table {key!r} is missing or not a mapping", key)
    return table


def _texts(source: YamlFile, key: str) -> dict[str, str]:
    table = _table(source, key)
    for name, value in table.items():
        if not (isinstance(name, str) and isinstance(value, str)):
            message = f"{key}: {name!r} and its English must be texts; put them in quotes"
            raise source.error(message, key, str(name))
    return table


def _text(source: YamlFile, key: str) -> str:
    value = source.data.get(key) if isinstance(source.data, dict) else None
    if not (isinstance(value, str) and value):
        raise source.error(f"{key!r} is missing or not a text", key)
    return value


def _set(source: YamlFile, key: str) -> frozenset[str]:
    value = source.data.get(key) if isinstance(source.data, dict) else None
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise source.error(f"{key!r} is missing or not a list of texts", key)
    return frozenset(value)
