"""Anchored annotations: facts as lines of JSON whose fillers are characters of a document's sentences.

One line states one fact: ``d`` the document, ``s`` the number of its sentence, from 1, ``t`` the type, ``m`` the
modality, ``trig`` the word that carries it, ``a`` the fillers by role. A filler is a quote of the sentence, or
``quote@S2`` of another, ``quote#2`` its second occurrence, ``quote=full name`` where it stands for something, or
``quote=2024-05`` for a time. ``opt`` marks facts that may be found or not, ``dup`` those that were told before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.types import Modality, Span

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?[”’」』）)]*|\n")
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
    """One annotated fact; ``trigger`` is where the word that carries it stands, ``sentence`` where it is told."""

    type: str
    modality: Modality
    trigger: Span
    sentence: Span
    fillers: tuple[AnchoredFiller, ...]
    optional: bool = False
    repeated: bool = False


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


def _find(text: str, sentence: Span, quote: str) -> Span | None:
    count = 1
    numbered = _NUMBERED.fullmatch(quote)
    if numbered and quote not in sentence.of(text):
        quote, count = numbered[1], int(numbered[2])
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


def read_anchored(path: Path, texts: Mapping[str, str]) -> dict[str, list[AnchoredFact]]:
    """The facts of each document of an annotation file, by its name; ``texts`` are the documents.

    Documents that ``texts`` has not are left out. SourceError names the line where something is not there.
    """
    with path.open(encoding="utf-8") as lines:
        return parse_anchored(lines, texts, str(path))


def parse_anchored(lines: Iterable[str], texts: Mapping[str, str], name: str) -> dict[str, list[AnchoredFact]]:
    """The facts of annotation lines; ``name`` says in errors where they come from."""
    facts: dict[str, list[AnchoredFact]] = {}
    sentences: dict[str, list[Span]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SourceError(f"{name}:{number}: not JSON: {error}") from None
        if not isinstance(record, dict) or not isinstance(record.get("d"), str):
            raise SourceError(f"{name}:{number}: an annotation needs a document's name, 'd'")
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


def _fact(record: Mapping[str, Any], text: str, sentences: Sequence[Span], where: str) -> AnchoredFact:
    number = record.get("s")
    if not isinstance(number, int) or not 1 <= number <= len(sentences):
        raise SourceError(f"{where}: the document has no sentence {number!r}")
    sentence = sentences[number - 1]
    trigger = _find(text, sentence, record.get("trig") or "")
    if trigger is None or not record.get("trig"):
        raise SourceError(f"{where}: the trigger {record.get('trig')!r} is not in sentence {number}")
    fillers = []
    for role, said in (record.get("a") or {}).items():
        for quote in said:
            filler = _filler(text, sentences, number, role, quote)
            if filler is None:
                raise SourceError(f"{where}: {role}: {quote!r} is not in the sentence")
            fillers.append(filler)
    return AnchoredFact(
        record["t"],
        Modality(record.get("m") or "asserted"),
        trigger,
        sentence,
        tuple(fillers),
        bool(record.get("opt")),
        bool(record.get("dup")),
    )
