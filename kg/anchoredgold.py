"""Anchored annotations as gold: their quotes as names, values, times and texts, as facts.md writes them.

What the annotation leaves to the reader is read by the value rules: a quantity from the sentence in which
its quote stands, a time in the order of the document, from its dateline on; in a document without one only
what needs none. A reference (``wording=full name``) is met by the full name, and by the wording too where
that is a short form of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.anchored import (
    AnchoredFact,
    AnchoredFiller,
    is_anchored,
    numbered_sentences,
    read_anchored,
    read_names,
)
from kg.errors import SourceError
from kg.gold import GoldFact, Wanted, normalize
from kg.ontology import Ontology
from kg.ontology.vocabulary import QUANTITY, TEXT, TIME
from kg.script import to_simplified
from kg.types import Quantity, Span
from kg.values import (
    QuantityMention,
    Tables,
    TimeContext,
    find_dateline,
    find_quantities,
    find_times,
    load_tables,
    new_paragraph,
    resolve,
    update,
)

_ANNOTATIONS, _TEXTS, _GENRES = "*.jsonl", "docs", "sources.tsv"
_CHANGE = "change"  # the role whose annotated figures stand without the sign that the words before them say


@dataclass(frozen=True, slots=True)
class AnchoredDocument:
    """A document with its gold; ``path`` is where its text is."""

    name: str
    path: Path
    gold: tuple[GoldFact, ...]


@dataclass(frozen=True, slots=True)
class _Time:
    """A time of the text; ``edtf`` is None where nothing tells it."""

    span: Span
    edtf: str | None


def annotation_files(paths: Iterable[Path]) -> list[Path]:
    """The annotation files among the paths and right in the folders among them, in their order."""
    return [
        path
        for given in paths
        for path in (sorted(given.glob(_ANNOTATIONS)) if given.is_dir() else [given])
        if is_anchored(path)
    ]


def genre_file(annotations: Iterable[Path]) -> Path | None:
    """The ``sources.tsv`` beside the annotations or beside their folder, if there is one."""
    found = (folder / _GENRES for path in annotations for folder in (path.parent, path.parent.parent))
    return next((path for path in found if path.is_file()), None)


def read_anchored_gold(
    annotations: Sequence[Path],
    ontology: Ontology,
    *,
    texts: Path | None = None,
    only: Callable[[str], bool] = lambda name: True,
) -> list[AnchoredDocument]:
    """The documents that annotation files speak of, by name; ``texts`` is the folder of their ID.txt.

    ``only`` chooses some by their names.

    Without it a text is looked for in the folder ``docs`` next to the annotations' folder or inside it,
    and beside the annotations. Raises SourceError where a text is missing, and with file and line where an
    annotation does not fit its text or the ontology.
    """
    maker = GoldMaker(ontology)
    found: dict[str, Path] = {}
    facts: dict[str, list[AnchoredFact]] = {}
    for path in annotations:
        named = read_names(path).items()
        own = {name: _text_of(name, path, line, texts) for name, line in named if only(name)}
        found |= own
        for name, more in read_anchored(path, {name: _read(text) for name, text in own.items()}).items():
            facts.setdefault(name, []).extend(more)
    return [
        AnchoredDocument(name, found[name], tuple(maker.gold(_read(found[name]), facts[name])))
        for name in sorted(facts)
    ]


def _text_of(name: str, annotations: Path, line: int, texts: Path | None) -> Path:
    here = annotations.parent
    folders = (here.parent / _TEXTS, here / _TEXTS, here) if texts is None else (texts,)
    for folder in folders:
        if (path := folder / f"{name}.txt").is_file():
            return path
    where = " or ".join(map(str, dict.fromkeys(folders)))
    raise SourceError(f"{annotations}:{line}: no {name}.txt in {where}; name the texts' folder with --docs")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")  # no newline is translated: offsets are those of the source
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}; store it as UTF-8") from error


class GoldMaker:
    """Makes gold facts of anchored ones, by an ontology's roles and value tables."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._tables = load_tables(ontology.lexicon)

    def gold(self, text: str, facts: Iterable[AnchoredFact]) -> list[GoldFact]:
        """The gold facts of one document; those that are told again (``dup``) are left out.

        A quantity without a number that the rules know, and a time that nothing tells, are optional, and so
        is a fact that has nothing else.
        """
        values = _Values(text, self._tables)
        return [self._fact(fact, values) for fact in facts if not fact.repeated]

    def _fact(self, fact: AnchoredFact, values: _Values) -> GoldFact:
        fact_type = self._ontology.vocabulary.fact_types.get(fact.type)
        if fact_type is None:
            raise SourceError(f"{fact.where}: unknown type {fact.type!r}")
        roles: dict[str, list[Wanted]] = {}
        for filler in fact.fillers:
            role = fact_type.roles.get(filler.role)
            if role is None:
                known = ", ".join(fact_type.roles)
                raise SourceError(f"{fact.where}: {fact.type} has no role {filler.role!r}; known are {known}")
            roles.setdefault(filler.role, []).append(self._wanted(filler, role.kinds, fact, values))
        frozen = {role: tuple(dict.fromkeys(fillers)) for role, fillers in roles.items()}
        optional = fact.optional or all(wanted.optional for fillers in frozen.values() for wanted in fillers)
        return GoldFact(fact.type, fact.modality.value, frozen, optional=optional)

    def _wanted(
        self, filler: AnchoredFiller, kinds: frozenset[str], fact: AnchoredFact, values: _Values
    ) -> Wanted:
        words = filler.span.of(values.text)
        if kinds == {QUANTITY}:
            return self._quantity(filler, fact, values)
        if kinds == {TIME}:
            edtf = filler.meant or values.edtf(filler.span)
            return Wanted(edtf=(edtf,), shown=edtf) if edtf else _optional(words)
        said = [words, filler.meant] if filler.meant else [words]
        if TEXT in kinds:
            return Wanted(texts=tuple(map(normalize, said)), shown="|".join(said))
        if filler.meant and not self._is_short_form(words, filler.meant):
            said = [filler.meant]
        names = frozenset(map(normalize, said)) - {""}
        return Wanted(names=names, shown="|".join(said)) if names else _optional(words)

    def _is_short_form(self, words: str, name: str) -> bool:
        """Whether words are a name too: not a noun for the kind of thing, all of them in the full name."""
        ending = self._ontology.names.ending_of(to_simplified(words))
        if ending is not None and ending[0] == to_simplified(words):
            return False
        rest = iter(normalize(name))
        return all(char in rest for char in normalize(words))

    def _quantity(self, filler: AnchoredFiller, fact: AnchoredFact, values: _Values) -> Wanted:
        found = values.quantity(filler)
        if found is None:
            return _optional(filler.meant or filler.span.of(values.text))
        value = float(found.value)
        signed = self._signed(value, filler, fact, values) if filler.role == _CHANGE else (value,)
        shown = "|".join(f"{each:g} {found.unit}" for each in signed)
        return Wanted(values=signed, unit=found.unit, shown=shown)

    def _signed(
        self, value: float, filler: AnchoredFiller, fact: AnchoredFact, values: _Values
    ) -> tuple[float, ...]:
        """A change with the sign that the words since the value before it say, a fall or a rise.

        Where they say both or neither, and the sentence or the trigger speaks of a fall, either sign will do.
        """
        ups, downs = self._ontology.grammar.change_up, self._ontology.grammar.change_down
        near = values.words_before(filler.span)
        rises, falls = (any(word in near for word in words) for words in (ups, downs))
        far = values.sentence_before(filler.span) + fact.trigger.of(values.simplified)
        if value <= 0 or (rises and not falls) or not any(word in far for word in downs):
            return (value,)
        return (-value,) if falls and not rises else (value, -value)


def _optional(words: str) -> Wanted:
    return Wanted(texts=(normalize(words),), optional=True, shown=words)


class _Values:
    """The values of one document: quantities by sentence, times resolved in the order of the text."""

    def __init__(self, text: str, tables: Tables) -> None:
        self.text = text
        self.simplified = to_simplified(text)
        self._tables = tables
        self._sentences = numbered_sentences(text)
        self._starts = [sentence.start for sentence in self._sentences]
        self._quantities: dict[int, list[tuple[Span, QuantityMention]]] = {}

    def _sentence_at(self, place: int) -> Span:
        return self._sentences[max(bisect_right(self._starts, place) - 1, 0)]

    def _mentions(self, sentence: Span) -> list[tuple[Span, QuantityMention]]:
        if sentence.start not in self._quantities:
            self._quantities[sentence.start] = [
                (_shift(mention.span, sentence.start), mention)
                for mention in find_quantities(sentence.of(self.simplified), self._tables)
            ]
        return self._quantities[sentence.start]

    def quantity(self, filler: AnchoredFiller) -> Quantity | None:
        """What a filler counts: by what it stands for, else by its place, else by its words alone."""
        span = filler.span
        if filler.meant:
            return self._alone(filler.meant)
        mentions = self._mentions(self._sentence_at(span.start))
        best = max(mentions, key=lambda found: _overlap(found[0], span), default=None)
        if best is not None and _overlap(best[0], span):
            return best[1].value
        return self._alone(span.of(self.text))

    def _alone(self, words: str) -> Quantity | None:
        found = find_quantities(to_simplified(words), self._tables, taken=())
        return max(found, key=lambda mention: len(mention.span)).value if found else None

    def words_before(self, span: Span) -> str:
        """The sentence's words from the end of the last value before a span to the end of the span."""
        sentence = self._sentence_at(span.start)
        ends = [mention.end for mention, _ in self._mentions(sentence) if mention.end <= span.start]
        ends += [time.span.end for time in self._times if time.span.end <= span.start]
        return self.simplified[max([sentence.start, *ends]) : span.end]

    def sentence_before(self, span: Span) -> str:
        """The sentence's words up to the end of a span."""
        return self.simplified[self._sentence_at(span.start).start : span.end]

    def edtf(self, span: Span) -> str | None:
        """The time that shares most characters with a span; of two that share as many, the later one."""
        found = max(self._times, key=lambda t: (_overlap(t.span, span), t.span.start), default=None)
        return found.edtf if found is not None and found.span.overlaps(span) else None

    @cached_property
    def _times(self) -> list[_Time]:
        return list(self._resolved())

    def _resolved(self) -> Iterator[_Time]:
        lines = [line for line in self.simplified.splitlines() if line.strip()]
        own = find_dateline(lines, self._tables)
        context = TimeContext(dateline=own.day, unit=own.unit) if own else TimeContext()
        end = 0
        for sentence in self._sentences:
            if "\n" in self.text[end : sentence.start]:
                context = new_paragraph(context)
            end = sentence.end
            for time in find_times(sentence.of(self.simplified), self._tables):
                # Without a dateline last year would be the one before whatever year was named last.
                edtf = resolve(time.expr, context if own else TimeContext())
                if not time.comparison:
                    context = update(context, time.expr)
                yield _Time(_shift(time.span, sentence.start), edtf)


def _overlap(one: Span, other: Span) -> int:
    return max(min(one.end, other.end) - max(one.start, other.start), 0)


def _shift(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
