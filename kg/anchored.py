"""Anchored annotations: facts as lines of JSON whose fillers are characters of a document's sentences.

One line states one fact: ``d`` the document, ``s`` the number of its sentence, from 1, ``t`` the type, ``m``
the modality, ``trig`` the word that carries it, ``a`` the fillers by role. A filler is a quote of the
sentence, or ``quote@S2`` of another, ``quote#2`` its second occurrence, ``quote=full name`` where it stands
for something, or ``quote=2024-05`` for a time. ``opt`` marks facts that may be found or not, ``dup`` those
that were told before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.types import Modality, Span

# Up to a full stop, an exclamation or question mark, a semicolon or the line's end, closing marks included.
_SENTENCE = re.compile(
    r"[^\u3002\uff01\uff1f\uff1b\n]*[\u3002\uff01\uff1f\uff1b]?[\u201d\u2019\u300d\u300f\uff09)]*|\n"
)
_NAMED = re.compile(r"(.+?)=(.+)", re.DOTALL)
_ELSEWHERE = re.compile(r"(.+)@S(\d+)", re.DOTALL)
_NUMBERED = re.compile(r"(.+)#(\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AnchoredFiller:
    """The characters that fill a role; ``meant`` is what they stand for, where the annotation says it."""

    role: str
    span: Span
    meant: str = ""


@dataclass(frozen=True, slots=True)
class AnchoredFact:
    """One annotated fact; ``trigger`` is the place of its carrying word, ``sentence`` where it is told.

    ``where`` is the annotation's own file and line, for messages.
    """

    type: str
    modality: Modality
    trigger: Span
    sentence: Span
    fillers: tuple[AnchoredFiller, ...]
    optional: bool = False
    repeated: bool = False
    where: str = field(default="", compare=False)


def numbered_sentences(text: str) -> list[Span]:
    """The sentences as annotations count them: they end with 。！？； and with lines.

    >>> [span.of("甲来。乙去") for span in numbered_sentences("甲来。乙去")]
    ['甲来。', '乙去']
    """
    found = []
    for match in _SENTENCE.finditer(text):
        words = match.group()
        start = match.start() + len(words) - len(words.lstrip())
        end = match.end() - len(words) + len(words.rstrip())
        if end > start:
            found.append(Span(start, end))
    return found


def counted(quote: str, sentence: str) -> tuple[str, int]:
    """The words of a quote, and which of their occurrences in the sentence is meant, from 1.

    >>> counted("学校#2", "学校对学校"), counted("A#2", "A#2车间")
    (('学校', 2), ('A#2', 1))
    """
    numbered = _NUMBERED.fullmatch(quote)
    return (numbered[1], int(numbered[2])) if numbered and quote not in sentence else (quote, 1)


def _find(text: str, sentence: Span, quote: str) -> Span | None:
    quote, count = counted(quote, sentence.of(text))
    at = sentence.start - 1
    for _ in range(count):
        at = text.find(quote, at + 1, sentence.end)
        if at < 0:
            return None
    return Span(at, at + len(quote))


def _filler(text: str, sentences: Sequence[Span], number: int, role: str, said: str) -> AnchoredFiller | None:
    meant = ""
    if said not in sentences[number - 1].of(text):
        named = _NAMED.fullmatch(said)
        if named:
            said, meant = named[1], named[2]
        elsewhere = _ELSEWHERE.fullmatch(said)
        if elsewhere:
            said, number = elsewhere[1], int(elsewhere[2])
            if not 1 <= number <= len(sentences):
                return None
    span = _find(text, sentences[number - 1], said)
    return AnchoredFiller(role, span, meant) if span is not None else None


def is_anchored(path: Path) -> bool:
    """Whether a file's first line is an annotation of this form: JSON with the key ``d``."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            record = json.loads(next((line for line in lines if line.strip()), "null"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and "d" in record


def read_anchored(path: Path, texts: Mapping[str, str]) -> dict[str, list[AnchoredFact]]:
    """The facts of each document of an annotation file, by its name; ``texts`` are the documents.

    Documents that ``texts`` has not are left out. SourceError names the line where something is not there.
    """
    with path.open(encoding="utf-8-sig") as lines:
        return parse_anchored(lines, texts, str(path))


def parse_anchored(
    lines: Iterable[str], texts: Mapping[str, str], name: str
) -> dict[str, list[AnchoredFact]]:
    """The facts of annotation lines; ``name`` says in errors where they come from."""
    facts: dict[str, list[AnchoredFact]] = {}
    sentences: dict[str, list[Span]] = {}
    for number, record in records(lines, name):
        document = record["d"]
        text = texts.get(document)
        if text is None:
            continue
        held = facts.setdefault(document, [])
        if record.get("none"):
            continue
        if document not in sentences:
            sentences[document] = numbered_sentences(text)
        held.append(_fact(record, text, sentences[document], f"{name}:{number}"))
    return facts


def records(lines: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each annotation as it is written, with the number of its line; SourceError where a line is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SourceError(f"{name}:{number}: not JSON: {error}") from None
        if not isinstance(record, dict) or not isinstance(record.get("d"), str):
            raise SourceError(f"{name}:{number}: an annotation needs a document's name, 'd'")
        yield number, record


def _fact(record: Mapping[str, Any], text: str, sentences: Sequence[Span], where: str) -> AnchoredFact:
    number, trigger = record.get("s"), record.get("trig")
    if not isinstance(number, int) or not 1 <= number <= len(sentences):
        raise SourceError(f"{where}: the document has no sentence {number!r}")
    if not isinstance(record.get("t"), str):
        raise SourceError(f"{where}: an annotation needs a type, 't'")
    if (modality := record.get("m") or Modality.ASSERTED) not in set(Modality):
        raise SourceError(f"{where}: unknown modality {modality!r}; known are {', '.join(Modality)}")
    sentence = sentences[number - 1]
    carried = _find(text, sentence, trigger) if trigger and isinstance(trigger, str) else None
    if carried is None:
        raise SourceError(f"{where}: the trigger {trigger!r} is not in sentence {number}")
    return AnchoredFact(
        record["t"],
        Modality(modality),
        carried,
        sentence,
        tuple(_fillers(record.get("a") or {}, text, sentences, number, where)),
        bool(record.get("opt")),
        bool(record.get("dup")),
        where,
    )


def _fillers(
    roles: Any, text: str, sentences: Sequence[Span], number: int, where: str
) -> Iterator[AnchoredFiller]:
    if not isinstance(roles, dict) or not all(isinstance(said, list) for said in roles.values()):
        raise SourceError(f"{where}: 'a' must map each role to a list of quotes")
    for role, said in roles.items():
        for quote in said:
            filler = None
            if quote and isinstance(quote, str):
                filler = _filler(text, sentences, number, role, quote)
            if filler is None:
                raise SourceError(f"{where}: {role}: {quote!r} is not in the sentence")
            yield filler


def read_names(path: Path) -> dict[str, int]:
    """The documents that an annotation file speaks of, each with the first line that does."""
    found: dict[str, int] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for number, record in records(lines, str(path)):
            found.setdefault(record["d"], number)
    return found
