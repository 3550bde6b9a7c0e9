"""What a correction says: a fact of one sentence that is right, wrong, otherwise, or was not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from kg.types import Modality


class Verdict(StrEnum):
    """What a person said of a fact."""

    RIGHT = "right"
    WRONG = "wrong"
    CORRECTED = "corrected"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Words:
    """A filler by its words; ``#2`` behind them is their second occurrence.

    ``sentence`` is that in which they stand, where it is another than the correction's own.
    """

    text: str
    sentence: str = ""

    def to_json(self) -> str | dict[str, str]:
        """As a record has it."""
        return {"text": self.text, "sentence": self.sentence} if self.sentence else self.text


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact in words: its type, its modality, what fills its roles, and the words that carry it.

    ``roles`` holds each role once, in the order of the record. Without ``trigger`` the first filler in the
    sentence carries the fact.
    """

    type: str
    modality: Modality
    roles: tuple[tuple[str, tuple[Words, ...]], ...]
    trigger: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a record has it."""
        said: dict[str, Any] = {"type": self.type, "modality": self.modality.value}
        if self.trigger:
            said["trigger"] = self.trigger
        return {**said, "roles": {role: [one.to_json() for one in words] for role, words in self.roles}}


@dataclass(frozen=True)
class Correction:
    """One record. ``stated`` is what holds, None where a fact is wrong; ``was`` what was read instead.

    ``where`` is the file and line, for messages; equal records are equal wherever they stand.
    """

    source: str
    sentence: str
    verdict: Verdict
    stated: Statement | None
    was: Statement | None = None
    where: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if (self.stated is None) != (self.verdict is Verdict.WRONG):
            raise ValueError("a wrong fact states nothing, every other verdict does")
        if (self.was is None) == (self.verdict in (Verdict.WRONG, Verdict.CORRECTED)):
            raise ValueError("what was read stands with a wrong or corrected fact, and with no other")

    @cached_property
    def line(self) -> str:
        """The record as a line of the file, without the newline."""
        said: dict[str, Any] = {"source": self.source, "sentence": self.sentence, "verdict": self.verdict}
        if self.stated is not None:
            said |= self.stated.to_json()
        if self.was is not None:
            said["was"] = self.was.to_json()
        return json.dumps(said, ensure_ascii=False)

    @cached_property
    def key(self) -> str:
        """What people name the record by: eight digits made of all that it says."""
        return hashlib.sha256(self.line.encode()).hexdigest()[:8]

    @property
    def fact(self) -> Statement:
        """What the record is about: what holds, or what is wrong."""
        fact = self.stated or self.was
        assert fact is not None
        return fact


@dataclass(frozen=True)
class Corrections:
    """The corrections of a file, in its order."""

    entries: tuple[Correction, ...] = ()

    def __iter__(self) -> Iterator[Correction]:
        return iter(self.entries)

    def of(self, source: str) -> tuple[Correction, ...]:
        """Those of one source, in the order of the file."""
        return self._by_source.get(source, ())

    def lines(self, source: str) -> tuple[str, ...]:
        """Those of one source as lines of the file."""
        return tuple(one.line for one in self.of(source))

    @cached_property
    def _by_source(self) -> Mapping[str, tuple[Correction, ...]]:
        found: dict[str, tuple[Correction, ...]] = {}
        for one in self.entries:
            found[one.source] = (*found.get(one.source, ()), one)
        return found


NONE = Corrections()
