"""Reading the lexicon: word sets that are looked up at a place of a text, and checked parts of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.ontology.yamlfile import YamlFile

BOUNDS = ("exact", "about", "min", "max")


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """The words in the order in which an alternation must try them."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


@dataclass(frozen=True, slots=True)
class Words:
    """A set of words that are looked up at a place of a text, the longest first.

    ``by_first`` gives for a first (or last) character the lengths of the words that have it there.
    """

    words: frozenset[str]
    by_first: Mapping[str, tuple[int, ...]]
    by_last: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> Words:
        """An index of the words; empty ones are left out."""
        known = frozenset(word for word in words if word)
        first: dict[str, set[int]] = {}
        last: dict[str, set[int]] = {}
        for word in known:
            first.setdefault(word[0], set()).add(len(word))
            last.setdefault(word[-1], set()).add(len(word))
        return cls(
            known,
            {char: tuple(sorted(found, reverse=True)) for char, found in first.items()},
            {char: tuple(sorted(found, reverse=True)) for char, found in last.items()},
        )

    def after(self, text: str, start: int) -> Iterable[str]:
        """The words that begin at a place, longest first."""
        for length in self.by_first.get(text[start : start + 1], ()):
            word = text[start : start + length]
            if word in self.words:
                yield word

    def before(self, text: str, end: int) -> Iterable[str]:
        """The words that end at a place, longest first."""
        for length in self.by_last.get(text[end - 1 : end], ()) if end else ():
            word = text[end - length : end] if length <= end else ""
            if word in self.words:
                yield word

    def first_after(self, text: str, start: int) -> str:
        """The longest word that begins at a place, or an empty text."""
        return next(iter(self.after(text, start)), "")

    def first_before(self, text: str, end: int) -> str:
        """The longest word that ends at a place, or an empty text."""
        return next(iter(self.before(text, end)), "")


class Reader:
    """Takes typed parts out of one YAML file; what is missing or wrong is an error with file and line."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        if not isinstance(file.data, dict):
            raise file.error("expected a mapping of tables at the top")

    def get(self, *keys: str | int) -> Any:
        value = self.file.data
        for depth, key in enumerate(keys):
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                raise self.file.error(f"the table '{key}' is missing; add it", *keys[:depth]) from None
        return value

    def text(self, *keys: str | int) -> str:
        value = self.get(*keys)
        if not isinstance(value, str):
            raise self.file.error(f"expected a text, not {value!r}; quote it", *keys)
        return value

    def words(self, *keys: str | int) -> tuple[str, ...]:
        value = self.get(*keys)
        if not isinstance(value, list):
            raise self.file.error("expected a list of words", *keys)
        for index, word in enumerate(value):
            if not isinstance(word, str | int) or isinstance(word, bool) or word == "":
                raise self.file.error(f"expected a word, not {word!r}; quote it", *keys, index)
        return tuple(map(str, value))

    def mapping(self, *keys: str | int) -> dict[str, Any]:
        value = self.get(*keys)
        if not isinstance(value, dict):
            raise self.file.error("expected a mapping", *keys)
        return {str(key): inner for key, inner in value.items()}

    def integers(self, *keys: str | int) -> dict[str, int]:
        for key, value in (found := self.mapping(*keys)).items():
            if not isinstance(value, int):
                raise self.file.error(f"expected a whole number, not {value!r}", *keys, key)
        return found

    def decimals(self, *keys: str | int) -> dict[str, Decimal]:
        return {key: self.decimal(*keys, key) for key in self.mapping(*keys)}

    def decimal(self, *keys: str | int) -> Decimal:
        value = self.get(*keys)
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise self.file.error(f"expected a number, not {value!r}", *keys) from None

    def lists(self, *keys: str | int) -> dict[str, Words]:
        return {key: Words.of(self.words(*keys, key)) for key in self.mapping(*keys)}

    def bounds(self, *keys: str | int) -> dict[str, str]:
        """A mapping of bounds to words, turned round to one of words to bounds."""
        found: dict[str, str] = {}
        for bound in self.mapping(*keys):
            if bound not in BOUNDS:
                raise self.file.error(
                    f"unknown bound '{bound}'; it is one of {', '.join(BOUNDS)}", *keys, bound
                )
            found.update(dict.fromkeys(self.words(*keys, bound), bound))
        return found


def alternatives(words: Iterable[str]) -> str:
    """A regular expression of the words, the longest first."""
    return "|".join(map(re.escape, longest_first(words)))
