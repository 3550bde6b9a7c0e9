"""Names of places, organizations, people, documents and projects, cut by their endings.

The tagger says where something is named; the endings of ``names.yaml`` and the gazetteer say where
the name begins and ends, and of what class it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.annotations import QUOTED, TIME, Word
from kg.mentions.events import PROPER, find_event
from kg.mentions.tokens import Tokens
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Span

_MAX_FOREIGN = 9  # characters of a name of another language beside a title
_MAX_PERSON = 4  # characters of a Chinese name, a compound surname included
_NAME_TAGS = frozenset(
    {"v", "n", "nz", "a", "vn", "an", "ad"}
)  # what the last letter of a name was taken for
_PREDICATE_TAGS = frozenset({"v", "p", "d", "ad"})  # what stands behind a subject
_MAX_TAIL = 8  # words between a quotation and the ending that makes it a name


@dataclass(frozen=True)
class NameFinder:
    """Finds the names in one run of words; holds the tables it needs."""

    names: Names
    grammar: Grammar
    divisions: Divisions
    holding: frozenset[str] = frozenset()  # verbs that no event's name holds: 举办, 召开

    def find(self, text: str, tokens: Tokens) -> list[Mention]:
        """The mentions of a document: disjoint, in order."""
        words = tokens.words
        found: list[Mention] = []
        index = 0
        while index < len(words):
            mentions, following = self._at(text, words, index, tokens)
            found.extend(m for m in mentions if not found or found[-1].span.end <= m.span.start)
            index = max(following, index + 1)
        return found

    def _at(self, text: str, words: Sequence[Word], index: int, tokens: Tokens) -> tuple[list[Mention], int]:
        word = words[index]
        if word.tag == QUOTED:
            return _listed(self._quoted(text, words, index))
        event = find_event(text, words, index, tokens, self.names, self.grammar, self.holding)
        event = event or self._latin(text, words, index)
        if event is not None:
            return _listed(event)
        if not self._is_inside(text, word):
            return [], index + 1
        end = index
        while (
            end < len(words)
            and self._is_inside(text, words[end])
            and words[end].start == (words[end - 1].end if end > index else words[end].start)
        ):
            end += 1
        return self._run(text, words, index, end)

    def _latin(self, text: str, words: Sequence[Word], index: int) -> tuple[Mention, int] | None:
        """A name in Latin letters of several words, with the Chinese ending behind it if there is one."""
        end = index
        while end < len(words):
            said = text[words[end].start : words[end].end]
            spaced = (
                said == " "
                and index < end < len(words) - 1
                and text[words[end + 1].start].isascii()
                and text[words[end + 1].start].isalpha()
            )
            if not (spaced or (said[0].isascii() and said[0].isalpha())):
                break
            end += 1
        if end - index < 3:
            return None
        while end < len(words) and self._is_inside(text, words[end]) and words[end].tag in ("n", "nz", "ORG"):
            end += 1
        span = Span(words[index].start, words[end - 1].end)
        ending = self.names.ending_of(span.of(text))
        cls = ending[1] if ending and ending[1] in self.names.named_by else self.names.tags["ORG"]
        return Mention(span, span.of(text), cls), end

    def _is_inside(self, text: str, word: Word) -> bool:
        return word.tag in self.names.inside and text[word.start : word.end] not in self.names.never_inside

    # -- quotations -------------------------------------------------------------------------------

    def _quoted(self, text: str, words: Sequence[Word], index: int) -> tuple[Mention | None, int]:
        word = words[index]
        inner = text[word.start + 1 : word.end - 1]
        if text[word.start] in self.grammar.titles:
            span = Span(word.start + 1, word.end - 1)
            return (Mention(span, inner, self.names.document) if inner else None), index + 1
        tail = self._tail(text, words, index + 1)
        if tail is not None:
            end, cls = tail
            span = Span(word.start, words[end - 1].end)
            return Mention(span, span.of(text), cls), end
        ending = self.names.ending_of(inner)
        if ending and ending[1] in self.names.named_by and len(inner) > len(ending[0]):
            return Mention(Span(word.start + 1, word.end - 1), inner, ending[1]), index + 1
        return None, index + 1

    def _tail(self, text: str, words: Sequence[Word], start: int) -> tuple[int, str] | None:
        """Where the noun that a quotation names ends, if one follows it directly."""
        best = None
        for end in range(start, min(start + _MAX_TAIL, len(words))):
            if not self._is_inside(text, words[end]) and words[end].tag not in ("v", "c"):
                break
            said = text[words[start].start : words[end].end]
            ending = self.names.ending_of(said)
            if ending and ending[1] in self.names.named_by and words[end].tag != "v":
                best = end + 1, ending[1]
            if words[end].tag in ("v", "c") and best:
                break
        return best

    # -- runs of nouns ----------------------------------------------------------------------------

    def _run(self, text: str, words: Sequence[Word], start: int, end: int) -> tuple[list[Mention], int]:
        first = next((i for i in range(start, end) if self._is_proper(text, words[i])), None)
        if first is None:
            return [], end
        if first > start:
            return self._run(text, words, first, end)
        if words[start].tag == "PER" and self._has_title(text, words, start):
            person = self._person(text, words, start)
            if person is not None:
                return _listed(person)
        cut = self._ending_cut(text, words, start, end) or self._bridged(text, words, start, end)
        places, after_places = self._places(text, words, start, end)
        if cut is not None:
            stop, cls = cut
            span = Span(words[start].start, words[stop - 1].end)
            if not (places and places[-1].span.end >= span.end):
                return [Mention(span, span.of(text), cls)], stop
        if places:
            return places, after_places
        return _listed(self._single(text, words, start))

    def _is_proper(self, text: str, word: Word) -> bool:
        return word.tag in PROPER or (
            word.tag == "nz" and self.names.ending_of(text[word.start : word.end]) is None
        )

    def _bridged(self, text: str, words: Sequence[Word], start: int, end: int) -> tuple[int, str] | None:
        """工业和信息化局: a join inside a name whose first half is none by itself."""
        if end + 1 >= len(words) or text[words[end].start : words[end].end] not in self.names.bridges:
            return None
        stop = end + 1
        while stop < len(words) and self._is_inside(text, words[stop]):
            stop += 1
            ending = self.names.ending_of(text[words[start].start : words[stop - 1].end])
            if ending and ending[1] in self.names.bridged:
                return stop, ending[1]
        return None

    def _has_title(self, text: str, words: Sequence[Word], index: int) -> bool:
        """Whether a title stands right before or behind: then a word is a person, place or not."""
        neighbours = [words[i] for i in (index - 1, index + 1) if 0 <= i < len(words)]
        return any(self._is_title(text, word) for word in neighbours)

    def _ending_cut(self, text: str, words: Sequence[Word], start: int, end: int) -> tuple[int, str] | None:
        """The last word of the run that closes an organization's, facility's or project's name."""
        best = None
        origin = words[start].start
        for stop in range(start + 1, end + 1):
            word = words[stop - 1]
            if stop - 1 > start and word.tag == "PER":
                break
            said = text[origin : word.end]
            if self._is_title(text, word) or self._plans(text, words, stop - 1):
                break
            ending = self.names.ending_of(said)
            if ending is None or ending[1] not in self.names.named_by or len(said) <= len(ending[0]):
                continue
            if len(ending[0]) == 1 and word.tag != "ORG":
                continue
            best = stop, ending[1]
        if (
            end < len(words)
            and words[end].tag == "v"
            and words[end].end - words[end].start == 1
            and end > start
        ):
            ending = self.names.ending_of(text[origin : words[end].end])
            if ending and len(ending[0]) > 2 and ending[1] in self.names.named_by:
                return end + 1, ending[1]
        return best

    def _plans(self, text: str, words: Sequence[Word], index: int) -> bool:
        """某县|计划|改善…: a planning word before a verb or a time ends the name."""
        if text[words[index].start : words[index].end] not in self.grammar.planned or index + 1 >= len(words):
            return False
        return words[index + 1].tag in ("v", "d", "ad", "vd", "p", TIME)

    def _is_title(self, text: str, word: Word) -> bool:
        said = text[word.start : word.end]
        return word.tag == "n" and said.endswith(self.names.title_endings)

    # -- places -----------------------------------------------------------------------------------

    def _places(self, text: str, words: Sequence[Word], start: int, end: int) -> tuple[list[Mention], int]:
        """The chain of places from here (四川|乐山市|峨边县), each a mention; the last is the place meant."""
        chain: list[Mention] = []
        index = start
        while index < end and words[index].tag in PROPER:
            parts = self._split_place(text, words[index])
            if not parts:
                break
            for span, codes in parts:
                within = tuple(m.name for m in chain)
                cls = self._place_class(span.of(text), codes)
                chain.append(Mention(span, span.of(text), cls, codes, within))
            index += 1
        return chain, index

    def _place_class(self, name: str, codes: tuple[str, ...]) -> str:
        if codes:
            return self.names.division
        ending = self.names.ending_of(name)
        if ending and ending[1] in (self.names.division, *self.names.named_by):
            return ending[1]
        return self.names.place

    def _split_place(self, text: str, word: Word) -> list[tuple[Span, tuple[str, ...]]]:
        """A word of the tagger as one or more divisions (四川峨边), or as the place it says it is."""
        span = Span(word.start, word.end)
        parts: list[tuple[Span, tuple[str, ...]]] = []
        at = word.start
        while at < word.end:
            for stop in range(word.end, at + 1, -1):
                codes = tuple(d.code for d in self.divisions.by_name(text[at:stop]))
                if codes:
                    parts.append((Span(at, stop), codes))
                    at = stop
                    break
            else:
                break
        if at == word.end and parts:
            return parts
        said = span.of(text)
        if word.tag == "LOC" and len(said) >= 2 and self._is_place_name(said):
            return [(span, ())]
        return []

    def _is_place_name(self, said: str) -> bool:
        ending = self.names.ending_of(said)
        return ending is None or ending[1] not in self.names.named_by or len(said) > len(ending[0])

    # -- single words -----------------------------------------------------------------------------

    def _single(self, text: str, words: Sequence[Word], index: int) -> tuple[Mention | None, int]:
        word = words[index]
        span = Span(word.start, word.end)
        said = span.of(text)
        if word.tag == "PER":
            person = self._person(text, words, index)
            if person is not None:
                return person
            if 3 <= len(said) <= _MAX_PERSON + 2 and not said.isascii() and not self.names.is_surname(said):
                return Mention(span, said, self.names.tags["ORG"]), index + 1
        ending = self.names.ending_of(said)
        if word.tag == "ORG" and len(said) >= 2 and said not in self.grammar.markers:
            cls = ending[1] if ending and ending[1] in self.names.named_by else self.names.tags["ORG"]
            if len(said) > (len(ending[0]) if ending else 0):
                return Mention(span, said, cls), index + 1
        return None, index + 1

    def _person(self, text: str, words: Sequence[Word], index: int) -> tuple[Mention | None, int] | None:
        word = words[index]
        start = word.start
        said = text[start : word.end]
        for title in self.names.title_endings:
            if said.startswith(title) and len(said) - len(title) >= 2:
                start += len(title)
                said = text[start : word.end]
                break
        if start == word.start and self._lacks_first(text, words, index):
            start = words[index - 1].start
            said = text[start : word.end]
        stop = index + 1
        while stop + 1 < len(words) and text[words[stop].start : words[stop].end] in ("·", "•", "・"):
            said = text[start : words[stop + 1].end]
            stop += 2
        if stop == index + 1 and self._lacks_last(text, words, index):
            stop += 1
            said = text[start : words[index + 1].end]
        has_dot = stop > index + 2 or "·" in said
        latin = said.replace(" ", "").isascii()
        longest = _MAX_FOREIGN if self._has_title(text, words, index) else _MAX_PERSON
        known = self.names.is_surname(said) or longest == _MAX_FOREIGN
        if not has_dot and not latin and not (2 <= len(said) <= longest and known):
            return None
        if latin and not has_dot:
            return None
        return Mention(Span(start, words[stop - 1].end), said, self.names.person), stop

    def _lacks_first(self, text: str, words: Sequence[Word], index: int) -> bool:
        """副县长|楼|孟舟: a surname by itself between a title and two letters of a name."""
        if index < 2 or not self._is_title(text, words[index - 2]):
            return False
        first, word = words[index - 1], words[index]
        sizes = first.end - first.start, word.end - word.start
        return sizes == (1, 2) and first.end == word.start and text[first.start] in self.names.surnames

    def _lacks_last(self, text: str, words: Sequence[Word], index: int) -> bool:
        """市长|阚宏|达|到: two letters behind a title, and one more that cannot be the verb."""
        if index + 2 >= len(words) or not index or not self._is_title(text, words[index - 1]):
            return False
        word, last, following = words[index], words[index + 1], words[index + 2]
        letters = text[word.start : last.end]
        if (word.end - word.start, last.end - last.start) != (2, 1) or not self.names.is_surname(letters):
            return False
        return last.start == word.end and last.tag in _NAME_TAGS and following.tag in _PREDICATE_TAGS


def _listed(found: tuple[Mention | None, int]) -> tuple[list[Mention], int]:
    return ([found[0]] if found[0] is not None else []), found[1]


def pair_abbreviations(word: str, divisions: Divisions) -> tuple[str, str] | None:
    """The codes of the two provinces that a two-character word abbreviates (苏陕), or None."""
    if len(word) != 2:
        return None
    codes = []
    for char in word:
        division = divisions.abbreviations().get(char)
        if division is None:
            return None
        codes.append(division.code)
    return (codes[0], codes[1]) if codes[0] != codes[1] else None


def nested_places(mentions: Sequence[Mention], divisions: Divisions, names: Names) -> dict[Mention, Mention]:
    """The division that an organization's name begins with: 眉山市 in 眉山市某某协会."""
    nested: dict[Mention, Mention] = {}
    for mention in mentions:
        if mention.codes or mention.cls not in names.named_by:
            continue
        leading = divisions.leading(mention.name)
        if leading is not None:
            name, found = leading
            span = Span(mention.span.start, mention.span.start + len(name))
            nested[mention] = Mention(span, name, names.division, tuple(d.code for d in found))
    return nested
