"""A second copy of a document, its names changed for others of their kind in text and annotation alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from kg.anchored import AnchoredFact, AnchoredFiller, numbered_sentences
from kg.ontology.lexicon import Names
from kg.training.corpus import Annotated
from kg.types import Span

_SHARE = 0.7  # of the names that are changed
_LEAST = 2  # names changed; a copy with fewer says nothing new
_LENGTHS = range(3, 17)  # characters of the names that are changed
_APART = 4  # characters by which the new name may be longer or shorter
_PERSON = ""  # the kind of the names of persons, which no ending tells

Kind = str


class Swapper:
    """Changes names for others that the corpus has.

    ``named`` are the roles that hold names, ``persons`` those among them that hold persons alone.
    """

    def __init__(
        self,
        documents: Sequence[Annotated],
        names: Names,
        named: frozenset[str],
        persons: frozenset[str] = frozenset(),
    ) -> None:
        self._names = names
        self._named = named
        self._persons = persons
        pool: dict[Kind, set[str]] = defaultdict(set)
        for document in documents:
            for name, kind in self._found(document):
                pool[kind].add(name)
        self._pool = {kind: sorted(known) for kind, known in pool.items()}

    def _kind(self, role: str, name: str) -> Kind | None:
        if not all(unicodedata.name(char, "").startswith("CJK UNIFIED") for char in name):
            return None
        if role in self._persons:
            return _PERSON if len(name) in (2, 3) and name[0] in self._names.surnames else None
        ending = self._names.ending_of(name)
        return ending[0] if ending and len(name) in _LENGTHS and len(name) > len(ending[0]) else None

    def _found(self, document: Annotated) -> Counter[tuple[str, Kind]]:
        found: Counter[tuple[str, Kind]] = Counter()
        for fact in document.facts:
            for filler in fact.fillers:
                if filler.role in self._named:
                    for name in (filler.span.of(document.text), filler.meant):
                        kind = self._kind(filler.role, name) if name else None
                        if kind is not None:
                            found[name, kind] += 1
        return found

    def copy(self, document: Annotated, random: Random) -> Annotated | None:
        """The copy, or None where too few names could be changed."""
        new: dict[str, str] = {}
        for name, kind in sorted(self._found(document), key=lambda each: (-len(each[0]), each)):
            if random.random() > _SHARE:
                continue
            known = self._pool[kind]
            for other in random.sample(known, min(12, len(known))):
                if other != name and abs(len(other) - len(name)) <= _APART and other not in document.text:
                    new[name] = other
                    break
        if len(new) < _LEAST:
            return None
        return _changed(document, new)


def _changed(document: Annotated, new: Mapping[str, str]) -> Annotated | None:
    """The document with the names changed; None where a span is cut by a name."""
    pattern = re.compile("|".join(re.escape(name) for name in sorted(new, key=len, reverse=True)))
    text, moves, done = [], [(0, 0)], 0
    at = 0
    borders = {}  # old offset to new, for the ends of names
    inside: set[int] = set()
    for match in pattern.finditer(document.text):
        text.append(document.text[done : match.start()])
        at += match.start() - done
        borders[match.start()] = at
        text.append(new[match.group()])
        at += len(new[match.group()])
        borders[match.end()] = at
        inside.update(range(match.start() + 1, match.end()))
        moves.append((match.end(), at))
        done = match.end()
    text.append(document.text[done:])
    ends = [end for end, _ in moves]

    def moved(span: Span) -> Span | None:
        if span.start in inside or span.end in inside:
            return None
        result = []
        for offset in (span.start, span.end):
            known = borders.get(offset)
            if known is None:
                index = max(i for i, end in enumerate(ends) if end <= offset)
                known = moves[index][1] + offset - moves[index][0]
            result.append(known)
        return Span(*result)

    facts: list[AnchoredFact] = []
    for fact in document.facts:
        trigger, sentence = moved(fact.trigger), moved(fact.sentence)
        fillers = [moved(filler.span) for filler in fact.fillers]
        if trigger is None or sentence is None or None in fillers:
            return None
        said = tuple(
            AnchoredFiller(filler.role, span, pattern.sub(lambda m: new[m.group()], filler.meant))
            for filler, span in zip(fact.fillers, fillers, strict=True)
            if span is not None
        )
        facts.append(replace(fact, trigger=trigger, sentence=sentence, fillers=said))
    changed = "".join(text)
    if len(numbered_sentences(changed)) != len(numbered_sentences(document.text)):
        return None
    return Annotated(f"x{document.name}", changed, facts)
