"""What place a name begins with: 商洛市商州区 of 商洛市商州区教育局, and none of 合作协议.

All who ask it ask here: names, links, entities and their IRIs, proposals, captions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kg.ontology.divisions import Division, Divisions
from kg.ontology.lexicon import Names

_NONE = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Lead:
    """The places that a name begins with, each in the one before it, and the rest of the name.

    ``found`` are the divisions that the last of them may be. Without any, ``rest`` is the name.
    """

    places: tuple[str, ...]
    found: tuple[Division, ...]
    rest: str

    def meant(self, named: Collection[str] = _NONE) -> Division | None:
        """The one that the last place is: among several the one whose code the document has ``named``."""
        found = [division for division in self.found if division.code in named] or self.found
        return found[0] if len(found) == 1 else None


class Places:
    """Reads the beginnings of names by the divisions and by what the names' words say.

    A division's full name is a place; so is its bare name (商州), unless that is an ordinary word or
    another's name (合作, 中山), or the name is a document's. Where the document has ``named`` the
    division, such a word is its place before what says only of which kind a thing is (中山第一中学).
    """

    __slots__ = ("divisions", "names")

    def __init__(self, names: Names, divisions: Divisions) -> None:
        self.names = names
        self.divisions = divisions

    def lead(self, name: str, named: Collection[str] = _NONE) -> Lead:
        """What a name begins with; one character at least is left."""
        places, found, rest = list[str](), tuple[Division, ...](), name
        while (first := self._first(rest, named)) is not None:
            inside = tuple(self._inside(first[1], found)) if places else first[1]
            if not inside:
                break
            places.append(first[0])
            found, rest = inside, rest[len(first[0]) :]
        return Lead(tuple(places), found, rest)

    def chain(self, name: str) -> Lead:
        """A name that is a place, behind those in which it lies (浙江省嘉兴市海盐县); nothing of any other.

        Full names stand for a place even where the table has it elsewhere.
        """
        whole = self.divisions.by_name(name)
        if whole:
            return Lead((name,), whole, "")
        places, rest = list[str](), name
        while (leading := self.divisions.leading(rest)) is not None:
            places.append(leading[0])
            rest = rest[len(leading[0]) :]
            last = self.divisions.by_name(rest)
            if not last:
                continue
            inside = tuple(division for division in last if self._lies(division, places))
            if not inside and all(map(self._is_full, (*places, rest))):
                inside = last
            if inside:
                return Lead((*places, rest), inside, "")
        return Lead((), (), name)

    def _first(self, name: str, named: Collection[str]) -> tuple[str, tuple[Division, ...]] | None:
        """The longest beginning of a name that is a place, and what it may be, of today where it can."""
        for surface, found in self.divisions.beginnings(name):
            current = tuple(division for division in found if not division.former) or found
            meant = self._meant(surface, name, current, named)
            if meant:
                return surface, meant
        return None

    def _meant(
        self, surface: str, name: str, found: tuple[Division, ...], named: Collection[str]
    ) -> tuple[Division, ...]:
        """The divisions that the surface may be before the rest of the name; none where it is no place."""
        behind = name[len(surface) :]
        if any(division.name == surface for division in found):
            return () if self._goes_on(surface, behind) else found
        ending = self.names.ending_of(name)
        if ending is not None and ending[1] == self.names.document:
            return ()
        if surface not in self.names.ordinary:
            return found
        if not self.names.is_kind(behind):
            return ()
        return tuple(division for division in found if division.code in named)

    def _goes_on(self, surface: str, behind: str) -> bool:
        """Whether the last character of a full name begins another word: 市 of 西宁市政工程公司."""
        last = surface[-1] + behind
        word = next((word for word in self.names.relative.words if last.startswith(word)), "")
        return len(word) > 1 and not self._begins_with_ending(behind)

    def _begins_with_ending(self, behind: str) -> bool:
        return any(behind[:size] in self.names.endings for size in range(1, len(behind) + 1))

    def _inside(self, found: Iterable[Division], above: Iterable[Division]) -> Iterator[Division]:
        codes = [division.code for division in above]
        return (d for d in found if any(self.divisions.contains(code, d.code) for code in codes))

    def _lies(self, division: Division, places: Iterable[str]) -> bool:
        """Whether the division lies in places of all these names."""
        above = {name for d in self.divisions.path(division.code)[1:] for name in (d.name, d.short)}
        return above.issuperset(places)

    def _is_full(self, place: str) -> bool:
        return any(division.name == place for division in self.divisions.by_name(place))
