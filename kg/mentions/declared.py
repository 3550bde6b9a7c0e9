"""Short names that a document declares (以下简称“某某”), and names found again wherever they stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

import ahocorasick

from kg.annotations import OTHER, Word
from kg.mentions.names import NameFinder, pair_abbreviations
from kg.ontology.lexicon import Grammar
from kg.types import Mention, Span

_BEFORE_SHORT = ":\uff1a "  # between the cue and the short name
_MAX_SHORT = 12  # characters of a short name in brackets
_MIN_SPREAD = 3  # characters from which a name found once is looked for everywhere


def declared_names(text: str, mentions: Sequence[Mention], grammar: Grammar) -> dict[str, str]:
    """Short name to full name, from the brackets right behind a mention.

    With a cue (简称) any short text counts; without one, only a name in other letters (某某（ABC）).
    """
    found: dict[str, str] = {}
    cues = sorted(grammar.alias_cues, key=len, reverse=True)
    quotes = "".join([*grammar.quotes, *grammar.quotes.values()])
    for mention in mentions:
        open_ = text[mention.span.end : mention.span.end + 1]
        close = grammar.brackets.get(open_)
        if close is None:
            continue
        end = text.find(close, mention.span.end)
        if end < 0 or end - mention.span.end > 40:
            continue
        inner = text[mention.span.end + 1 : end].strip()
        cue = next((cue for cue in cues if inner.startswith(cue)), None)
        if cue is not None:
            short = inner[len(cue) :].lstrip(_BEFORE_SHORT).strip(quotes + " ")
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9 .&-]*", inner):
            short = inner
        else:
            continue
        if 1 < len(short) <= _MAX_SHORT and short != mention.name:
            found[short] = mention.name
    return found


def spread_names(
    text: str,
    words: Sequence[Word],
    found: Sequence[Mention],
    declared: Mapping[str, str],
    finder: NameFinder,
) -> list[Mention]:
    """All mentions: those found, declared short names and names found once, wherever they stand."""
    classes = {mention.name: mention.cls for mention in found}
    wanted = {short: classes[full] for short, full in declared.items() if full in classes}
    named_by = finder.names.named_by
    for mention in found:
        if (
            len(mention.name) >= _MIN_SPREAD
            and not mention.codes
            and (mention.cls in named_by or mention.cls == finder.names.person)
        ):
            wanted.setdefault(mention.name, mention.cls)
    starts = [word.start for word in words]
    by_start = {mention.span.start: mention for mention in found}
    added: list[Mention] = []
    for name, span in _occurrences(text, wanted):
        cls = wanted[name]
        index = bisect_left(starts, span.start)
        at_border = index < len(starts) and starts[index] == span.start
        inside_furniture = words[index - 1].tag == OTHER if index and not at_border else False
        same = by_start.get(span.start)
        if same is not None and same.span.end > span.end and name not in declared:
            continue
        if same is not None and same.span.end > span.end and same.cls == cls:
            continue
        if inside_furniture or not (at_border or name in declared or cls == finder.names.person):
            continue
        if at_border and words[index].tag == OTHER:
            continue
        added.append(Mention(span, name, cls))
    return _disjoint([*added, *_pairs(text, words, finder), *found], set(declared))


def _occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[str, Span]]:
    """Every place of every name, found in one reading of the text; none overlaps another of its name."""
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    if not automaton:
        return
    automaton.make_automaton()
    free: dict[str, int] = {}
    for last, name in automaton.iter(text):
        start = last + 1 - len(name)
        if start >= free.get(name, 0):
            free[name] = last + 1
            yield name, Span(start, last + 1)


def _pairs(text: str, words: Sequence[Word], finder: NameFinder) -> list[Mention]:
    """苏陕: two provinces in one word, each a mention of its own."""
    pairs: list[Mention] = []
    for word in words:
        if word.end - word.start == 2 and word.tag in ("LOC", "PER", "n", "nz", "ORG"):
            codes = pair_abbreviations(text[word.start : word.end], finder.divisions)
            if codes:
                for offset, code in enumerate(codes):
                    span = Span(word.start + offset, word.start + offset + 1)
                    pairs.append(Mention(span, span.of(text), finder.names.division, (code,)))
    return pairs


def prefer(first: Sequence[Mention], second: Sequence[Mention]) -> list[Mention]:
    """The first mentions and those of the second that overlap none of them, in order."""
    taken = {at for mention in first for at in range(mention.span.start, mention.span.end)}
    return sorted([*first, *(m for m in second if taken.isdisjoint(range(m.span.start, m.span.end)))])


def _disjoint(mentions: Sequence[Mention], declared: set[str]) -> list[Mention]:
    """The longest of overlapping mentions, an abbreviation pair before a person of the same word."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(
        mentions,
        # a letter of a pair counts as the two-letter word it is of, and wins over a name of just that word
        key=lambda m: (-max(2, len(m.span)), len(m.name) > 1, m.name not in declared, m.span),
    ):
        covered = range(mention.span.start, mention.span.end)
        if not taken.intersection(covered):
            taken.update(covered)
            kept.append(mention)
    return sorted(kept)
