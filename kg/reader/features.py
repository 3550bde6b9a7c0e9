"""What the reader is told of each character beside its piece: values, divisions, quotation marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick
import numpy as np

from kg.ontology.divisions import Divisions
from kg.reader.windows import Ints, Window
from kg.types import Span
from kg.values import QuantityMention, TimeMention

CHARACTERS = 6000  # rows of the table of characters, by a hash
_SPREAD = 2654435761  # Knuth's multiplicative hash
_MONEY, _SHARE, _PEOPLE, _OFTEN, _THINGS, _MEASURED, TIME = range(1, 8)
_PLACE, _QUOTED, _TITLED = range(1, 4)
_UNITS = {"%": _SHARE, "pp": _SHARE, "person": _PEOPLE, "person-time": _PEOPLE, "household": _PEOPLE}
_UNITS |= {"time": _OFTEN, "item": _THINGS}
_CURRENCY = 3  # letters of ISO 4217


def _unit_kind(unit: str) -> int:
    if len(unit) == _CURRENCY and unit.isupper():
        return _MONEY
    return _UNITS.get(unit, _MEASURED)


@dataclass(frozen=True, slots=True)
class Features:
    """One number a character: 0 is nothing, 2k-1 the first character of a thing of kind k, 2k another.

    ``values`` are quantities by unit, and times; ``names`` are divisions and quotations.
    """

    values: Ints
    names: Ints

    def under(self, window: Window) -> Features:
        """The features of a window's characters."""
        at = np.maximum(window.at, 0)
        inside = window.at >= 0
        return Features(np.where(inside, self.values[at], 0), np.where(inside, self.names[at], 0))


def character_codes(text: str) -> Ints:
    """The row of each character in the table of characters."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    return (codes * _SPREAD) % CHARACTERS


class Gazetteer:
    """Finds the divisions that a text names: full names, and the short names of provinces and prefectures."""

    def __init__(self, divisions: Divisions) -> None:
        self._automaton = ahocorasick.Automaton()
        for name in divisions.names():
            if len(name) >= 2:
                self._automaton.add_word(name, len(name))
        if self._automaton:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Span]:
        """The longest of the names, from the left."""
        if not self._automaton:
            return []
        return [Span(end + 1 - size, end + 1) for end, size in self._automaton.iter_long(text)]


def features(
    text: str,
    quantities: Mapping[int, QuantityMention],
    times: Mapping[int, TimeMention],
    places: Iterable[Span],
    quoted: Sequence[Span],
    titled: Sequence[Span],
) -> Features:
    """The features of a document; values by their starts."""
    values = np.zeros(len(text) + 1, np.int64)
    names = np.zeros(len(text) + 1, np.int64)

    def mark(into: Ints, start: int, end: int, kind: int) -> None:
        into[start:end] = 2 * kind
        into[start] = 2 * kind - 1

    for start, quantity in quantities.items():
        mark(values, start, start + len(quantity.span), _unit_kind(quantity.value.unit))
    for start, time in times.items():
        mark(values, start, start + len(time.span), TIME)
    for kind, spans in ((_QUOTED, quoted), (_TITLED, titled), (_PLACE, places)):
        for span in spans:
            mark(names, span.start, span.end, kind)
    return Features(values, names)
