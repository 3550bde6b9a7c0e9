"""Mentions of one document to the things they name: full names, short names, declared aliases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.annotations import Cluster, Linked
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Names
from kg.ontology.places import Places
from kg.types import Mention

_LEVELS = ("province", "prefecture", "county", "township")


def link(
    mentions: Sequence[Mention],
    declared: Mapping[str, str],
    places: Places,
    is_a: Callable[[str, str], bool],
    text: str,
) -> Linked:
    """Join the mentions of a document; ``declared`` maps a short name to the full name it was given for.

    The names of a cluster are in the characters of ``text``, the source.
    """
    clusters: dict[Mention, Cluster] = {}
    written: dict[str, str] = {}  # a name as the source writes it
    codes = _choose_codes(mentions, places.divisions)
    by_code: dict[str, Cluster] = {}
    by_name: dict[str, Cluster] = {}
    for mention in mentions:
        code = codes.get(mention)
        if mention.name in declared:
            code = None
        if code is not None:
            cluster = by_code.setdefault(code, Cluster(mention.cls, code=code, first=mention.span.start))
        else:
            cluster = by_name.setdefault(mention.name, Cluster(mention.cls, first=mention.span.start))
        cluster.names[mention.name] += 1
        clusters[mention] = cluster
        own = mention.span.of(text)
        if len(own) == len(mention.name):
            written[mention.name] = own
    merged = _merge_names(by_name, by_code, declared, places, is_a)
    for cluster in {id(cluster): cluster for cluster in clusters.values()}.values():
        cluster.names = Counter({written.get(name, name): count for name, count in cluster.names.items()})
    return Linked({mention: _root(cluster, merged) for mention, cluster in clusters.items()})


def _root(cluster: Cluster, merged: Mapping[int, Cluster]) -> Cluster:
    while id(cluster) in merged:
        cluster = merged[id(cluster)]
    return cluster


def _choose_codes(mentions: Sequence[Mention], divisions: Divisions) -> dict[Mention, str]:
    """One division a mention: what it can only be, as its place before it says; else one of its surface's.

    That is the one of which the document says so elsewhere, of several the one last before it; without
    any, the one whose province, or whose full name, the document gives.
    """
    certain: set[str] = set()
    sure: dict[str, list[int]] = defaultdict(list)  # where a division is named and can be no other
    within: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        within[mention.name].update(mention.within)
        if len(mention.codes) == 1:
            sure[mention.codes[0]].append(mention.span.start)
    for code in sure:
        certain.update(d.code for d in divisions.path(code))
    names = {mention.name for mention in mentions}
    likeliest: dict[tuple[str, tuple[str, ...]], str] = {}

    def choose(mention: Mention) -> str:
        said = [(start, code) for code in mention.codes for start in sure.get(code, ())]
        if said:
            before = [place for place in said if place[0] <= mention.span.start]
            return (max(before) if before else min(said))[1]
        key = mention.name, mention.codes
        if key not in likeliest:
            likeliest[key] = min(mention.codes, key=lambda code: rank(code, mention.name))
        return likeliest[key]

    def rank(code: str, surface: str) -> tuple[bool, bool, bool, bool, int, str]:
        division = divisions.by_code(code)
        above = divisions.path(code)[1:] if division else ()
        return (
            not any({d.name, d.short} & within[surface] for d in above),
            not (division is not None and division.name in names),
            not any(d.code in certain for d in above),
            bool(division and division.former),
            _LEVELS.index(division.level) if division else len(_LEVELS),
            code,
        )

    return {mention: choose(mention) for mention in mentions if mention.codes}


def _merge_names(
    by_name: dict[str, Cluster],
    by_code: dict[str, Cluster],
    declared: Mapping[str, str],
    places: Places,
    is_a: Callable[[str, str], bool],
) -> dict[int, Cluster]:
    """Join declared and unannounced short names to the full name; returns what was joined into what."""
    names = places.names
    merged: dict[int, Cluster] = {}
    everyone = {**by_name, **{name: cluster for cluster in by_code.values() for name in cluster.names}}

    def join(short: Cluster, full: Cluster) -> None:
        short, full = _root(short, merged), _root(full, merged)
        if short is full:
            return
        full.names.update(short.names)
        full.first = min(full.first, short.first)
        merged[id(short)] = full

    for short, full in declared.items():
        if short in everyone and full in everyone:
            join(everyone[short], everyone[full])
    ordered = sorted(by_name, key=lambda name: (-len(name), name))
    parts = {name: _Parts.of(name, places) for name in ordered}
    alike = _Alike(ordered, parts, names)
    for short in reversed(ordered):
        if short in declared or by_name[short].cls in (names.document, names.person):
            continue
        level = names.endings.get(short[0]) == names.division
        fulls = [
            full
            for full in alike.to(short, level=level)
            if full != short
            and _compatible(by_name[short].cls, by_name[full].cls, names, is_a)
            and (
                _shortens(parts[short], parts[full], names) or (level and _is_level_name(short, full, names))
            )
        ]
        whole = min(fulls, key=len, default="")
        if len({id(_root(by_name[full], merged)) for full in fulls}) == 1 or (
            whole and all(full.startswith(whole) for full in fulls)
        ):
            join(by_name[short], by_name[whole])
    return merged


class _Alike:
    """The names that another may be short for: they hold it, or have its core, or begin and end like it.

    Without it the names of a long table, which are all of one place, would be compared with one another.
    """

    def __init__(self, ordered: Sequence[str], parts: Mapping[str, _Parts], names: Names) -> None:
        self._ordered = ordered
        self._parts = parts
        self._names = names
        self._with: dict[str, set[int]] = defaultdict(set)  # two characters
        self._of_core: dict[str, set[int]] = defaultdict(set)
        self._framed: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._ending: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(ordered):
            self._of_core[parts[name].core].add(number)
            self._framed[name[:2], _abbreviated_end(name)].add(number)
            for at in range(len(name) - 1):
                self._with[name[at : at + 2]].add(number)
            for size in range(1, min(names.longest_ending, len(name)) + 1):
                if name[-size:] in names.endings:
                    self._ending[name[-size:]].add(number)

    def to(self, short: str, *, level: bool) -> Iterator[str]:
        """Those for one name, in order; ``level`` says that it may begin with the level of its place."""
        found: set[int] = set(self._of_core[self._parts[short].core])
        for said in {short, self._parts[short].rest}:
            pairs = (said[at : at + 2] for at in range(len(said) - 1))
            found |= min((self._with.get(pair, set()) for pair in pairs), key=len, default=set())
        if len(short) > 1:
            found |= self._framed.get((short[:2], short[-1]), set())
        ending = self._names.ending_of(short) if level else None
        if ending is not None and len(short) == len(ending[0]) + 1:
            found |= self._ending.get(ending[0], set())
        return (self._ordered[number] for number in sorted(found))


def _compatible(short: str, full: str, names: Names, is_a: Callable[[str, str], bool]) -> bool:
    if names.person in (short, full) and short != full:
        return False
    organization = names.organization
    return short == full or (is_a(short, organization) and is_a(full, organization)) or short == names.place


def core_name(name: str, places: Places) -> str:
    """The name without the place before it and the ending behind it: 明远 of 四川明远有限公司."""
    return _Parts.of(name, places).core


@dataclass(frozen=True, slots=True)
class _Parts:
    """A name cut up: what the place that it begins with may be, by ``codes``, the ``rest``, its ``core``."""

    name: str
    codes: frozenset[str]
    rest: str
    core: str
    ending: str

    @classmethod
    def of(cls, name: str, places: Places) -> _Parts:
        lead = places.lead(name)
        ending = (places.names.ending_of(lead.rest) or ("",))[0]
        core = lead.rest[: len(lead.rest) - len(ending)]
        codes = frozenset(division.code for division in lead.found)
        return cls(name, codes, lead.rest, core if len(core) >= 2 else lead.rest, ending)

    @property
    def is_whole(self) -> bool:
        """Whether it is a body's whole name: it ends as such, and that is not all."""
        return 0 < len(self.ending) < len(self.name)


def _shortens(short: _Parts, full: _Parts, names: Names) -> bool:
    """Whether the first name is short for the second: its end, its core, beginning or key characters.

    Names that begin with two places are of two bodies. A whole name that another begins with is short for
    it only where the form of a body follows (海河集团有限公司); else the other is a body of its own.
    """
    if len(short.name) >= len(full.name) or len(short.name) < 2:
        return False
    if short.codes and full.codes and not short.codes & full.codes:
        return False
    if full.name.endswith(short.name) and len(short.name) >= 4:
        return not short.codes or bool(full.codes)
    if short.core == full.core and len(short.core) >= 2:
        return True
    said = short.rest if short.codes & full.codes else short.name
    behind = next((name[len(said) :] for name in (full.name, full.rest) if name.startswith(said)), None)
    if behind is not None:
        return behind in names.forms or (not short.is_whole and full.ending in names.forms)
    return (
        len(short.name) >= 4
        and short.name[:2] == full.name[:2]
        and _is_subsequence(short.name, full.name)
        and short.name[-1] == _abbreviated_end(full.name)
    )


def _is_level_name(short: str, full: str, names: Names) -> bool:
    """州医院 for 凉山州人民医院: the level of its place and what it is."""
    ending = names.ending_of(short)
    return (
        ending is not None
        and len(short) == len(ending[0]) + 1
        and full.endswith(ending[0])
        and short[0] in full[1 : -len(ending[0])]
    )


def _abbreviated_end(full: str) -> str:
    return full[-2] if len(full) > 2 else full[-1]


def _is_subsequence(short: str, full: str) -> bool:
    at = 0
    for char in short:
        at = full.find(char, at) + 1
        if not at:
            return False
    return True
