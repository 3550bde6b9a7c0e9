"""Facts to be judged and the facts they are judged by, as facts.md writes them."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import SourceError
from kg.types import Entity, Fact, Modality, Period, Quantity

_TOLERANCE = 1e-6  # of the gold value, or of 1 where that is less
_LIKENESS = 0.6
_T = TypeVar("_T")


def normalize(text: str) -> str:
    """The letters and digits of a text in one width and case.

    >>> normalize("“ＡＢ”计划 2025")
    'ab计划2025'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def is_alike(one: str, other: str) -> bool:
    """Whether two normalized texts say the same: one holds the other, or they share most characters."""
    if not one or not other:
        return False
    if min(len(one), len(other)) >= 2 and (one in other or other in one):
        return True
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) >= _LIKENESS


@dataclass(frozen=True, slots=True)
class Said:
    """A filler as it was predicted: names and texts normalized, ``shown`` for people."""

    entity: str
    aliases: tuple[str, ...]
    text: str
    value: float | None
    unit: str | None
    edtf: str | None
    shown: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filler of the gold: one of ``names``, of ``values`` in a unit, of ``edtf`` or of ``texts``."""

    names: frozenset[str] = frozenset()
    values: tuple[float, ...] = ()
    unit: str | None = None
    edtf: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    optional: bool = False
    shown: str = ""

    def is_met(self, said: Said) -> bool:
        """Whether the predicted filler says what is wanted."""
        if self.names:
            return bool(self.names & {said.entity, *said.aliases} if said.entity else said.text in self.names)
        if self.values:
            return self.unit in (None, said.unit) and any(_is_equal(said.value, each) for each in self.values)
        if self.edtf:
            return said.edtf in self.edtf
        found = (said.entity or said.text, *said.aliases)
        return any(is_alike(text, name) for text in self.texts for name in found)


def _is_equal(said: float | None, wanted: float) -> bool:
    return said is not None and abs(said - wanted) <= _TOLERANCE * max(1.0, abs(wanted))


@dataclass(frozen=True, slots=True)
class PredictedFact:
    """A fact to be judged."""

    type: str
    modality: str
    roles: Mapping[str, tuple[Said, ...]]

    def __str__(self) -> str:
        return _shown(self.type, self.modality, self.roles)


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A fact that should be found; the roles of ``optional_roles`` do not count."""

    type: str
    modality: str
    roles: Mapping[str, tuple[Wanted, ...]]
    optional: bool = False
    optional_roles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return _shown(self.type, self.modality, self.roles)


def _shown(fact_type: str, modality: str, roles: Mapping[str, Sequence[Said | Wanted]]) -> str:
    parts = (f"{role}: {', '.join(filler.shown for filler in fillers)}" for role, fillers in roles.items())
    return f"{fact_type}/{modality} {'; '.join(parts)}"


def predicted_from_fact(fact: Fact) -> PredictedFact:
    """A fact of the pipeline, to be judged."""
    roles = {role: tuple(_said_of(value) for value in values) for role, values in fact.roles.items()}
    return PredictedFact(fact.type, fact.modality.value, roles)


def _said_of(value: object) -> Said:
    if isinstance(value, Entity):
        return _said({"entity": value.label, "aliases": value.aliases})
    if isinstance(value, Quantity):
        return _said({"value": value.value, "unit": value.unit, "text": value.text})
    if isinstance(value, Period):
        return _said({"edtf": value.edtf, "text": value.text})
    return _said({"text": getattr(value, "text", "")})


def predicted_from_json(data: Mapping[str, Any]) -> PredictedFact:
    """A line of facts.jsonl, to be judged; KeyError or TypeError where it is none."""
    roles = {role: tuple(map(_said, fillers or ())) for role, fillers in data["roles"].items()}
    return PredictedFact(data["type"], data.get("modality", Modality.ASSERTED.value), roles)


def _said(filler: Mapping[str, Any]) -> Said:
    value = filler.get("value")
    entity, text, edtf = filler.get("entity") or "", filler.get("text") or "", filler.get("edtf")
    return Said(
        entity=normalize(str(entity)),
        aliases=tuple(normalize(str(alias)) for alias in filler.get("aliases") or ()),
        text=normalize(str(text)),
        value=None if value is None else float(value),
        unit=filler.get("unit"),
        edtf=edtf,
        shown=str(
            entity or edtf or (f"{value} {filler.get('unit', '')}".strip() if value is not None else text)
        ),
    )


def gold_from_json(data: Mapping[str, Any]) -> GoldFact:
    """A line of a gold file; KeyError, TypeError or ValueError where it is none."""
    return GoldFact(
        type=data["type"],
        modality=data.get("modality", Modality.ASSERTED.value),
        roles={role: tuple(map(_wanted_filler, fillers or ())) for role, fillers in data["roles"].items()},
        optional=bool(data.get("optional")),
        optional_roles=frozenset(data.get("optional_roles") or ()),
    )


def _wanted_filler(filler: str | list[str] | Mapping[str, Any]) -> Wanted:
    if isinstance(filler, str):
        filler = {"text": filler}
    elif isinstance(filler, list):
        filler = {"names": filler}
    optional = bool(filler.get("optional"))
    if "names" in filler:
        names = frozenset(map(normalize, filler["names"])) - {""}
        if not names:
            raise ValueError("an entity without a name")
        return Wanted(names=names, optional=optional, shown="|".join(filler["names"]))
    if "value" in filler:
        unit, value = filler.get("unit"), filler["value"]
        shown = f"{value} {unit or ''}".strip()
        return Wanted(values=(float(value),), unit=unit, optional=optional, shown=shown)
    if "edtf" in filler:
        edtf = _listed(filler["edtf"])
        return Wanted(edtf=edtf, optional=optional, shown="|".join(edtf))
    texts = _listed(filler["text"])
    return Wanted(texts=tuple(map(normalize, texts)), optional=optional, shown="|".join(texts))


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def read_gold(path: Path) -> list[GoldFact]:
    """The facts of a gold file; raises SourceError with file and line where it is none."""
    return [_parsed(path, line, data, gold_from_json) for line, data in _json_lines(path)]


def read_predicted(path: Path) -> list[PredictedFact]:
    """The facts of a facts.jsonl; raises SourceError with file and line where it is none."""
    return [_parsed(path, line, data, predicted_from_json) for line, data in _json_lines(path)]


def read_predicted_by_document(path: Path) -> dict[str, list[PredictedFact]]:
    """The facts of a facts.jsonl by the names of the files that state them, without folder and suffix."""
    found: dict[str, list[PredictedFact]] = {}
    for line, data in _json_lines(path):
        fact = _parsed(path, line, data, predicted_from_json)
        sources = _parsed(path, line, data, lambda data: {e["source"]: None for e in data["evidence"]})
        for source in sources:
            found.setdefault(Path(source).stem, []).append(fact)
    return found


def read_genres(path: Path) -> dict[str, str]:
    """The genre of each document, from lines of its name, a tab and the genre; further columns are not read.

    Raises SourceError with file and line where one has no tab.
    """
    genres = {}
    for number, line in _lines(path):
        name, tab, genre = line.partition("\t")
        if not tab:
            raise SourceError(f"{path}:{number}: give a document, a tab and its genre")
        genres[name.strip()] = genre.split("\t")[0].strip()
    return genres


def genre_of(document: str, genres: Mapping[str, str]) -> str:
    """The genre of a document; of one that is not listed the first two letters of its name.

    >>> genre_of("wa07", {"r001": "news"})
    'wa'
    """
    return genres.get(document, document[:2])


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in _lines(path):
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise SourceError(f"{path}:{number}: not JSON: {error.msg}; give one fact a line") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}; store it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line


def _parsed(path: Path, line: int, data: Any, parse: Callable[[Any], _T]) -> _T:
    try:
        return parse(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{path}:{line}: not a fact ({error!r}); see facts.md") from error
