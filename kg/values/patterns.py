"""The regular expressions by which numerals are found, made of the characters in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.types import Span

# Blanks that typesetters put between a number and its magnitude or measure; never a line break.
BLANK = "[ \u00a0\u2009\u202f\u3000]"
_ADDRESS = r"(?:https?://|www\.)[!-~]+"


@dataclass(frozen=True, slots=True)
class NumeralPatterns:
    """Where a numeral may start, what it may be, a vague pair of digits, a fraction with a slash."""

    start: re.Pattern[str]
    numeral: re.Pattern[str]
    pair: re.Pattern[str]
    slash: re.Pattern[str]


def numeral_patterns(
    digits: str,
    leading: str,
    small: str,
    large: str,
    half: str,
    point: str,
    within: str,
    letters: str,
    words: Iterable[str],
) -> NumeralPatterns:
    """The expressions for the characters of the number tables."""
    c, s, big = f"[{digits}]", f"[{small}]", f"[{large}]"
    tail = f"[{''.join(char for char in digits if char not in leading)}]"
    thin = "[\u00a0\u2009\u202f]"
    # An ordinary blank groups only before a measure, and only where no digit goes before.
    spaced = rf"[0-9]{{1,3}}(?:{thin}[0-9]{{3}})+(?![0-9])"
    spaced += rf"|(?<![0-9] )[0-9]{{1,3}}(?: [0-9]{{3}})+(?={BLANK}?[^\x00-\xff])"
    grouped = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|(?<![$\u00a5])[0-9]{1,2}\uff0c[0-9]{3}(?![0-9])"
    arabic = rf"(?:{spaced}|{grouped}|[0-9]+)(?:\.[0-9]+)?"
    arabic += rf"(?:[{letters}](?![A-Za-z0-9])|e[+-]?[0-9]{{1,2}}(?![A-Za-z0-9]))?"
    plain = r"[0-9]+(?:\.[0-9]+)?"
    numeral = (
        rf"(?:{arabic}|{c}|{s}|{big}|[{half}])"
        rf"(?:{BLANK}{{0,2}}[{small}{large}]"
        rf"|{BLANK}?[{within}]{BLANK}?(?=[{small}{large}])"
        rf"|(?<=[{digits}{small}{large}]){c}"
        rf"|(?<=[{small}{large}]){BLANK}{{1,2}}{c}(?=$|{BLANK}*[{small}{large}]|[^{digits}])"
        rf"|{BLANK}?(?<=[{digits}{small}{large} ])[{point}]{BLANK}?{tail}+(?:{BLANK}{tail}+)*"
        rf"|(?<=[{small}{large}{digits}]){plain}(?={BLANK}?[{small}{large}])"
        rf"|(?<=[{large}{digits}]){plain}(?![0-9.,%])"
        rf")*"
    )
    return NumeralPatterns(
        start=re.compile("|".join((f"[0-9{digits}{small}{large}{half}]", *map(re.escape, words)))),
        numeral=re.compile(numeral),
        pair=re.compile(rf"(?<![{digits}])({c})({c})(?![{digits}])"),
        slash=re.compile(r"([0-9]{1,3})/([0-9]{1,4})(?![0-9/.%])"),
    )


class Titles:
    """Finds titles of any length, and addresses: neither number nor time in them is one.

    ``pairs`` are marks, two characters each; a title ends in the line in which it begins. A regular
    expression would look for the end of every mark that is left open anew.
    """

    def __init__(self, pairs: Iterable[str]) -> None:
        self._closing = {pair[0]: pair[1] for pair in pairs}
        self._start = re.compile("|".join([*map(re.escape, self._closing), _ADDRESS]))

    def find(self, text: str) -> list[Span]:
        """The titles and addresses of a text, in order, without overlap."""
        found: list[Span] = []
        places: dict[str, int] = {}  # where a mark stands next, the end of the text for nowhere

        def following(mark: str, at: int) -> int:
            if places.get(mark, -1) < at:
                place = text.find(mark, at)
                places[mark] = place if place >= 0 else len(text)
            return places[mark]

        at = 0
        while match := self._start.search(text, at):
            start, at = match.start(), match.end()
            close = self._closing.get(match[0])
            if close is not None:
                end = following(close, at)
                if end >= following("\n", at):
                    continue
                at = end + 1
            found.append(Span(start, at))
        return found


_WIDE_GROUP = re.compile("(?<=[\uff10-\uff19])\uff0c(?=[\uff10-\uff19]{3}(?![\uff10-\uff19]))")


def normalize(text: str, width: Mapping[int, int]) -> str:
    """The text with digits and signs of half width, character for character.

    A full-width comma between groups of full-width digits becomes a half-width one.
    """
    return _WIDE_GROUP.sub(",", text).translate(width)
