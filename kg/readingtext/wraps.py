"""Line breaks inside a sentence: a text broken at a width, as ``pdftotext`` gives it, and soft breaks.

A line that ends inside a sentence is read on into the next where one of these says so:

- the break itself: it parts a number from its measure, a date, a division's name, a bracket from its like, or
  stands behind a word that no line ends with (向, 由, 与);
- a margin: most lines that end so are as long as the lines of the text can be, for what begins the next line
  would have had no place there;
- its neighbours: in a paragraph where many breaks tell it themselves, the others are alike.

Lists, verses, headings, rows of tables, fields (地址：…) and paragraphs that an indent begins are not joined:
they begin with a mark of their own, end where a sentence or a clause ends, or are of no one width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Grammar
from kg.types import Document, Span

# Widths in columns: a character of full width has two.
_WIDEST = 260  # no text is broken at a wider margin
_NARROWEST = 12  # nor at a narrower one
_SLACK = 16  # a margin is kept to a part of it: what justifies lines squeezes punctuation
_LOOSE = 12  # that of a paragraph, which is told by its other marks too
_LEAST = 3  # lines at a margin that make it one for a whole text
_MOST = 0.6  # share of the width of the lines that end inside a sentence which lies at the margin
_OVER = 0.1  # share of the lines that may be longer
_PROSE = 60  # columns in which prose has a mark of punctuation, at the least
_LONG = 40  # columns of a single line that is taken to be broken without other lines like it
_VOTES = 0.3  # share of a paragraph's breaks that tell themselves, for the others to be alike
_SHORT = 0.6  # of the widest line: a shorter one above others is a heading
_NAME = 8  # characters of a division's name before and behind a break
_HEADED = 5  # characters of a line whose last number is no number of its own (表2)
_YEAR = 4  # digits
_CAPTION = 40  # characters: a longer line is no label of a page

_WIDE = re.compile("[\u2010-\u2027\u2e80-\U0010ffff]+")
_LINE = re.compile(r"[^\r\n]+")
_BREAK = re.compile(r"\r\n|\r|\n")
_ROW = re.compile(r"\t|\S(?: {2,}|\u3000)\S|\|.*\|")
_MARKUP = re.compile(
    r"[#>|]|```|~~~|(?:[-*+\u2022\u00b7\u25cf\u25cb\u25a0\u25a1\u25c6\u25c7\u25b2\u203b\u2605\u2606])(?!\d)"
)
_NUMBERED = re.compile(r"[(\uff08\u3010\[]?(\w{1,4})(?:[)\uff09\u3011\]\u3001]|[.\uff0e:\uff1a](?!\d))")
_FIELD = re.compile(r"\s*[^\W\d]{2,8}[:\uff1a]")
_DIGITS_END = re.compile(r"\d[\d,.\uff0c\uff0e]*$")
_DIGITS = re.compile(r"\d[\d,.\uff0c\uff0e]*")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%'-]*")
_CLOSING = frozenset(("Pe", "Pf"))
_CLOSES = _CLOSING | {"Pi"}  # as people type it
_NO_START = "\u3001\uff0c\u3002\uff1b\uff1a\uff1f\uff01%\uff05,;:?!"  # no line of print begins with one


@dataclass(frozen=True, slots=True)
class Wrap:
    """A break that is not read, from the end of a line to the words of the next; or is read as a blank."""

    span: Span
    is_blank: bool


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span  # without the white space around it
    text: str
    indent: int
    columns: int
    is_ended: bool  # with a sentence, or with a colon
    is_clause: bool  # ends with a mark
    marks: int  # inside
    is_alone: bool  # a row, a heading of Markdown: joined with nothing
    begins: bool  # an item of a list or a paragraph
    is_label: bool  # a field, or a word that the furniture of pages begins with

    def width(self, *, in_columns: bool) -> int:
        return self.columns if in_columns else len(self.text)


def find_wraps(document: Document, grammar: Grammar, divisions: Divisions) -> list[Wrap]:
    """The breaks of a document that stand inside a sentence, in order."""
    return _Wraps(document, grammar, divisions).find()


def columns(text: str) -> int:
    """The width of a text in columns.

    >>> columns("甲 ab“乙”")
    11
    """
    return 2 * len(text) - len(_WIDE.sub("", text))


class _Wraps:
    def __init__(self, document: Document, grammar: Grammar, divisions: Divisions) -> None:
        self._text = document.text
        self._grammar = grammar
        self._divisions = divisions
        self._marks = {mark for mark in grammar.clause_ends | grammar.sentence_ends if mark.strip()}
        self._mark = re.compile(f"[{re.escape(''.join(sorted(self._marks)))}]")
        self._dated = {*grammar.broken.dated, *"".join(grammar.broken.dated.values())}
        self._pairs = {**grammar.brackets, **grammar.titles}
        self._labels = tuple(sorted(grammar.furniture_starts))
        self._lines = list(self._read(document.furniture))
        self._meets = [self._is_met(at) for at in range(len(self._lines) - 1)]
        self._open = [at for at, meets in enumerate(self._meets) if meets and not self._lines[at].is_ended]

    def find(self) -> list[Wrap]:
        if not self._open:
            return []
        sure = {at for at in self._open if self._is_sure(at)}
        found = sure | self._at_margin()
        for paragraph in self._paragraphs():
            found |= self._alike(paragraph, sure)
        return [self._wrap(at) for at in sorted(found)]

    # -- lines ----------------------------------------------------------------------------------------

    def _read(self, apart: Sequence[Span]) -> Iterator[_Line]:
        furniture = iter(apart)
        near = next(furniture, None)
        for match in _LINE.finditer(self._text):
            text = match.group().strip()
            if not text:
                continue
            start = match.start() + match.group().index(text[0])
            span = Span(start, start + len(text))
            while near is not None and near.end <= span.start:
                near = next(furniture, None)
            yield self._line(span, text, match.group(), is_furniture=near is not None and near.overlaps(span))

    def _line(self, span: Span, text: str, whole: str, *, is_furniture: bool) -> _Line:
        grammar = self._grammar
        last = text.rstrip("".join(c for c in text[-4:] if unicodedata.category(c) in _CLOSES or c == '"'))[
            -1:
        ]
        is_ended = last in grammar.sentence_ends or last in ":\uff1a\u2026" or text[-1] in ":\uff1a"
        is_ended = is_ended or (last == "." and not text[-2:-1].isdigit())
        before = whole[: whole.index(text[0])]
        number = _NUMBERED.match(text)
        return _Line(
            span,
            text,
            columns(before),
            columns(text),
            is_ended,
            is_clause=text[-1] in self._marks,
            marks=len(self._mark.findall(text, 0, len(text) - 1)),
            is_alone=is_furniture
            or _ROW.search(text) is not None
            or (not is_ended and not any(char.isalpha() for char in text)),
            begins=before.endswith("\u3000\u3000")
            or _MARKUP.match(text) is not None
            or (
                number is not None and all(unicodedata.numeric(char, None) is not None for char in number[1])
            ),
            is_label=_FIELD.match(text) is not None
            or (len(text) <= _CAPTION and text.startswith(self._labels)),
        )

    def _is_met(self, at: int) -> bool:
        """Whether nothing in the form of two lines says that the second begins something of its own."""
        line, following = self._lines[at], self._lines[at + 1]
        between = self._text[line.span.end : following.span.start]
        hangs = line.begins and following.indent <= line.indent + _HEADED
        return (
            len(_BREAK.findall(between)) == 1
            and not (line.is_alone or following.is_alone or following.begins)
            and (following.indent <= line.indent + 1 or hangs)
        )

    def _paragraphs(self) -> Iterator[range]:
        """The runs of lines that may be one text, with their last ones; each has an open break."""
        start = 0
        openings = set(self._open)
        for at in range(len(self._lines)):
            if at == len(self._meets) or not self._meets[at]:
                if any(line in openings for line in range(start, at)):
                    yield range(start, at + 1)
                start = at + 1

    # -- breaks that tell themselves -------------------------------------------------------------------

    def _is_sure(self, at: int) -> bool:
        line, following = self._lines[at], self._lines[at + 1]
        if following.is_label:
            return False
        before, behind = line.text, following.text
        return (
            self._parts_number(before, behind)
            or self._parts_date(before, behind)
            or self._parts_mark(before, behind)
            or self._parts_name(before, behind)
            or behind.startswith(self._grammar.broken.continuing)
            or (
                len(before) > 3
                and before.endswith(self._grammar.broken.unfinished)
                and not before.endswith(self._grammar.broken.whole)
            )
        )

    def _parts_number(self, before: str, behind: str) -> bool:
        broken = self._grammar.broken
        tail = _DIGITS_END.search(before)
        number = tail[0] if tail else _numerals_at_end(before)
        head = before[: len(before) - len(number)]
        more = _digits(behind) if tail else _numerals(behind)
        measure = behind[len(more) :].lstrip(" ")
        if not number or not head or head[-1].isspace() or not measure.startswith(broken.numbered):
            return False
        if measure[0] in broken.dated.get(head[-1], ""):
            return True
        if more and measure[0] in self._dated:  # a day begins the next line: one thing with a year alone
            return len(number + more) == _YEAR
        if not tail and len(number) == 1 and unicodedata.numeric(number) == 1:
            return False  # the last of a word
        return len(before) >= _HEADED

    def _parts_date(self, before: str, behind: str) -> bool:
        more = _numerals(behind) or _digits(behind)
        following = self._grammar.broken.dated.get(before[-1], "")
        if not following or not 0 < len(more) <= 3 or not behind[len(more) :].startswith(tuple(following)):
            return False
        named = before.rstrip("".join(self._dated) + "0123456789")
        return bool(named) and unicodedata.numeric(before[-2], None) is not None

    def _parts_mark(self, before: str, behind: str) -> bool:
        if behind[0] in _NO_START or unicodedata.category(behind[0]) in _CLOSING:
            return True
        if unicodedata.category(before[-1]) in ("Ps", "Pi") and len(before) > 1:
            return True
        at = max(map(before.rfind, self._pairs))
        closing = self._pairs[before[at]] if at >= 0 else ""
        if not closing or closing in before[at:]:
            return False
        end = behind.find(closing)
        return end >= 0 and not any(
            mark in behind[:end] for mark in self._grammar.sentence_ends | {*self._pairs}
        )

    def _parts_name(self, before: str, behind: str) -> bool:
        if any(self._is_place(behind[:size]) for size in range(2, _NAME)):
            return False
        return any(
            self._is_place(before[-first:] + behind[:size])
            for first in range(1, min(_NAME, len(before)))
            for size in range(1, min(_NAME - first, len(behind)) + 1)
            if first + size > 2
        )

    def _is_place(self, name: str) -> bool:
        return any(division.name == name for division in self._divisions.by_name(name))

    # -- breaks that are alike --------------------------------------------------------------------------

    def _at_margin(self) -> set[int]:
        """The breaks at the margin of the whole text."""
        return max((self._margin(in_columns=kind) for kind in (True, False)), key=len)

    def _margin(self, *, in_columns: bool) -> set[int]:
        reach: dict[int, tuple[int, int]] = {}  # the margins at which a line would be full
        counts = [0] * (2 * _WIDEST)
        for at in self._open:
            width = self._lines[at].width(in_columns=in_columns)
            if not _NARROWEST <= width <= _WIDEST:
                continue
            last = width + self._room(at, in_columns=in_columns) - 1
            last += last // _SLACK if in_columns else 0
            reach[at] = width, min(last, len(counts) - 2)
            counts[width] += 1
            counts[reach[at][1] + 1] -= 1
        best, most, now = 0, 0, 0
        for margin, change in enumerate(counts):
            now += change
            if now >= most:
                best, most = margin, now
        full = {at for at, (first, last) in reach.items() if first <= best <= last}
        lines = self._lines
        all_width = sum(lines[at].columns for at in self._open)
        over = sum(line.width(in_columns=in_columns) > best for line in lines)
        if (
            len(full) < _LEAST
            or sum(lines[at].columns for at in full) < _MOST * all_width
            or over > _OVER * len(lines)
            or not self._is_prose(full)
        ):
            return set()
        return {at for at in full if self._ends(at, full)}

    def _is_prose(self, full: set[int]) -> bool:
        """Whether lines have marks inside as prose has them, and do not end at them as verses do."""
        lines = [self._lines[at] for at in full]
        marks, width = sum(line.marks for line in lines), sum(line.columns for line in lines)
        return marks * _PROSE >= width and sum(line.is_clause for line in lines) * 2 <= len(lines)

    def _ends(self, at: int, joined: set[int]) -> bool:
        """Whether the lines that are joined here come to an end of a sentence, or have marks as prose has."""
        last = at
        while last in joined and last - at < _WIDEST:
            last += 1
        return self._lines[last].is_ended or any(line.marks for line in self._lines[at : last + 1])

    def _room(self, at: int, *, in_columns: bool) -> int:
        """The width of what begins the next line and cannot be parted."""
        text = self._lines[at + 1].text
        word = _WORD.match(text)
        size = word.end() if word else 1
        while size < len(text) and text[size] in _NO_START:
            size += 1
        unit = text[:size]
        blank = self._is_blank(at)
        return (columns(unit) if in_columns else len(unit)) + blank

    def _alike(self, paragraph: range, sure: set[int]) -> set[int]:
        """The breaks of a paragraph that are as its others are."""
        lines = [self._lines[at] for at in paragraph]
        here = [at for at in self._open if at in paragraph and at + 1 in paragraph]
        here = [at for at in here if not self._lines[at + 1].is_label]
        told = sure.intersection(here)
        widest = max(line.columns for line in lines)
        found: set[int] = set()
        if told and len(told) >= _VOTES * len(here):
            for at in here:
                is_first = at == paragraph[0]
                if self._lines[at].columns >= (widest if is_first else _SHORT * widest):
                    found.add(at)
        if not lines[-1].is_ended or widest < _NARROWEST:
            return found
        return found | max((self._even(paragraph, here, in_columns=kind) for kind in (True, False)), key=len)

    def _even(self, paragraph: range, here: Sequence[int], *, in_columns: bool) -> set[int]:
        """The breaks of a paragraph all of whose lines are as long as its width allows, but for the last."""

        def width(at: int) -> int:
            return self._lines[at].width(in_columns=in_columns)

        margin = max(map(width, paragraph[:-1]))
        if width(paragraph[-1]) > margin:
            return set()
        reach = margin - max(1, margin // _LOOSE)
        full = {at for at in here if width(at) + self._room(at, in_columns=in_columns) > reach}
        others = [at for at in here if at not in full and at != paragraph[0]]  # that may be a heading
        lines = [self._lines[at] for at in sorted(full)]
        if len(full) == 1:
            is_even = lines[0].columns >= _LONG and lines[0].marks > 1 and lines[0].text[-1].isalnum()
        else:
            is_even = sum(line.is_clause for line in lines) * 2 <= len(lines) and (
                any(line.marks for line in lines) or len({width(at) for at in full}) == 1
            )
        is_list = any(_is_parallel(self._lines[at].text, self._lines[at + 1].text) for at in full)
        return full if is_even and not is_list and len(others) * 4 <= len(full) else set()

    # -- what is read ------------------------------------------------------------------------------------

    def _is_blank(self, at: int) -> bool:
        """Whether the words of two lines have a blank between them: those in Latin letters have."""
        before, behind = self._lines[at].text[-1], self._lines[at + 1].text[0]
        return columns(before + behind) == 2 and not (before.isdigit() and behind.isdigit()) and before != "-"

    def _wrap(self, at: int) -> Wrap:
        return Wrap(Span(self._lines[at].span.end, self._lines[at + 1].span.start), self._is_blank(at))


def _numerals(text: str) -> str:
    """The numerals of the language's own script that a text begins with."""
    size = next((at for at, char in enumerate(text) if not _is_numeral(char)), len(text))
    return text[:size]


def _digits(text: str) -> str:
    found = _DIGITS.match(text)
    return found[0] if found else ""


def _numerals_at_end(text: str) -> str:
    return _numerals(text[::-1])[::-1]


def _is_numeral(char: str) -> bool:
    return char.isalpha() and unicodedata.numeric(char, None) is not None


def _is_parallel(one: str, other: str) -> bool:
    """Whether two lines are made alike, as items of a list are: much the same at the same places."""
    same = sum(a == b for a, b in zip(one, other, strict=False))
    return same * 4 > min(len(one), len(other))
