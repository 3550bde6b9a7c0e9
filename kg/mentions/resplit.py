"""The tagger's words cut where it took two for one, and joined where it cut one apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.annotations import NUMBER, OTHER, QUOTED, TIME, Word
from kg.mentions.titles import is_title_phrase
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Names


def resplit(
    text: str,
    words: Sequence[Word],
    names: Names,
    divisions: Divisions,
    verbs: Collection[str],
    markers: Collection[str],
) -> list[Word]:
    """The tagger's words with names cut apart (某区委|书记, 常熟|设立) and the lexicon's words made whole."""
    result: list[Word] = []
    for index, word in enumerate(words):
        following = words[index + 1].tag if index + 1 < len(words) else ""
        result.extend(_cut_word(text, word, following, names, divisions, verbs, markers))
    return _protect(text, result, names)


def _protect(text: str, words: list[Word], names: Names) -> list[Word]:
    """The words with those of the lexicon whole that the tagger cut: 人均可|支配|收入."""
    if not names.protected:
        return words
    found = [
        (match.start(), match.end(), names.protected[match.group()])
        for match in names.protecting.finditer(text)
    ]
    result: list[Word] = []
    at = 0
    for word in words:
        while at < len(found) and found[at][1] <= word.start:
            at += 1
        if at == len(found) or word.end <= found[at][0] or word.tag in (TIME, NUMBER, QUOTED, OTHER):
            result.append(word)
            continue
        start, end, tag = found[at]
        if word.start < start:
            result.append(Word(word.start, start, word.tag))
        if not (result and result[-1].start == start and result[-1].end == end):
            result.append(Word(start, end, tag))
        if word.end > end:
            result.append(Word(end, word.end, word.tag))
    return result


def _cut_word(
    text: str,
    word: Word,
    following: str,
    names: Names,
    divisions: Divisions,
    verbs: Collection[str],
    markers: Collection[str],
) -> list[Word]:
    said = text[word.start : word.end]
    if word.tag not in ("ORG", "LOC", "PER") or len(said) < 3 or said.isascii():
        return [word]
    if word.tag == "PER":
        title = next((said[:n] for n in range(len(said) - 2, 1, -1) if said[:n] in names.titles), None)
        if title is not None and names.is_surname(said[len(title) :]):
            return _halves(word, len(title), "n", "PER")
        if said[-1] in names.loose_ends and following == "p":
            return _halves(word, len(said) - 1, "PER", "v")
        return [word]
    if said[-1] in markers and names.ending_of(said) is None and _is_whole(said[:-1], names, divisions):
        return _halves(word, len(said) - 1, word.tag, "p")
    for at in range(2, len(said) - 1):
        if is_title_phrase(said[at:], names) and names.ending_of(said) is None:
            return _halves(word, at, word.tag, "n")
    if names.ending_of(said) is None:
        if said[-1] in names.loose_ends and following in ("v", "d", "p") and len(said) > 3:
            return _halves(word, len(said) - 1, word.tag, "d")
        if word.tag == "ORG":
            for at in range(len(said) - 2, 1, -1):
                if said[at:] in verbs and divisions.by_name(said[:at]):
                    return _halves(word, at, "LOC", "v")
    return [word]


def _is_whole(said: str, names: Names, divisions: Divisions) -> bool:
    """Whether the words are a division or end as names do: then a preposition behind them is no part."""
    return bool(divisions.by_name(said)) or names.ending_of(said) is not None


def _halves(word: Word, size: int, first: str, second: str) -> list[Word]:
    at = word.start + size
    return [Word(word.start, at, first), Word(at, word.end, second)]
