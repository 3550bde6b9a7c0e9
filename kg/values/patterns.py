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
class Counted:
    """A magnitude that is counted as a thing: 两个亿, but 两个亿元村 are two villages.

    ``counter`` and ``magnitudes`` are characters, ``stops`` what may not follow.
    """

    counter: str
    magnitudes: str
    stops: tuple[str, ...]


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
    counted: Counted,
    half_stops: Iterable[str],
) -> NumeralPatterns:
    """The expressions for the characters of the number tables."""
    c, s, big = f"[{digits}]", f"[{small}]", f"[{large}]"
    tail = f"[{''.join(char for char in digits if char not in leading)}]"
    thin = "[\u00a0\u2009\u202f]"
    # An ordinary blank groups only before a measure, and only where no digit goes before.
    spaced = rf"[0-9]{{1,3}}(?:{thin}[0-9]{{3}})+(?![0-9])"
    spaced += rf"|(?<![0-9] )[0-9]{{1,3}}(?: [0-9]{{3}})+(?={BLANK}?[^\x00-\xff])"
    grouped = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"
    # A full-width comma may part two numbers: of one group alone behind a mark ($20\uff0c300) that is so,
    # but no number begins with a zero.
    wide = r"[1-9][0-9]{0,2}(?:(?:\uff0c[0-9]{3}){2,}|\uff0c0[0-9]{2})(?![0-9])"
    wide += r"|(?<![$\u00a5])[1-9][0-9]{0,2}\uff0c[0-9]{3}(?![0-9])"
    arabic = rf"(?:{spaced}|{grouped}|{wide}|[0-9]+)(?:\.[0-9]+)?"
    arabic += rf"(?:[{letters}](?![A-Za-z0-9])|e[+-]?[0-9]{{1,2}}(?![A-Za-z0-9]))?"
    plain = r"[0-9]+(?:\.[0-9]+)?"
    thing = rf"[{counted.counter}][{within}{half}]?"
    thing += rf"(?=[{counted.magnitudes}](?!{'|'.join(map(re.escape, counted.stops))}))"
    numeral = (
        rf"(?:{arabic}|{c}|{s}|{big}|[{half}])"
        rf"(?:{BLANK}{{0,2}}[{small}{large}]"
        rf"|{BLANK}?[{within}]{BLANK}?(?=[{small}{large}])"
        rf"|(?<=[0-9{digits}{half}{small}]){thing}"
        rf"|(?<=[{large}])[{half}](?!{'|'.join(map(re.escape, half_stops))})"
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


@dataclass(frozen=True, slots=True)
class Width:
    """What is written in other characters than the tables have: ``chars`` one for one.

    ``zeros`` are marks for a zero among digits in words (二O二三), which ``zero`` stands for.
    """

    chars: Mapping[int, int]
    zeros: re.Pattern[str]
    zero: str


def width_of(chars: Mapping[int, int], digits: str, zero: str, marks: str, before: Iterable[str]) -> Width:
    """The width with zeros read between ``digits``, at the end of four before one of some words too."""
    digit, mark, after = f"[{digits}]", f"[{marks}]", "|".join(map(re.escape, before))
    either = f"[{digits}{marks}]"
    ends = "|".join(f"(?<={digit}{either * (3 - size)}){mark * size}(?={after})" for size in (1, 2, 3))
    return Width(chars, re.compile(f"(?<={digit}){mark}+(?={digit})|{ends}"), zero)


_WIDE_GROUP = re.compile("(?<=[\uff10-\uff19])\uff0c(?=[\uff10-\uff19]{3}(?![\uff10-\uff19]))")


def normalize(text: str, width: Width) -> str:
    """The text with digits and signs of half width and zeros among words, character for character.

    A full-width comma between groups of full-width digits becomes a half-width one.
    """
    plain = _WIDE_GROUP.sub(",", text).translate(width.chars)
    return width.zeros.sub(lambda match: width.zero * len(match[0]), plain)
