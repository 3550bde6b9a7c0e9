"""Mentions of one document to the things they name: full names, short names, declared aliases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from kg.annotations import Cluster, Linked
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Names
from kg.types import Mention

_LEVELS = ("province", "prefecture", "county", "township")


def link(
    mentions: Sequence[Mention],
    declared: Mapping[str, str],
    names: Names,
    divisions: Divisions,
    is_a: Callable[[str, str], bool],
    text: str,
) -> Linked:
    """Join the mentions of a document; ``declared`` maps a short name to the full name it was given for.

    The names of a cluster are in the characters of ``text``, the source.
    """
    clusters: dict[Mention, Cluster] = {}
    written: dict[str, str] = {}  # a name as the source writes it
    codes = _choose_codes(mentions, divisions)
    by_code: dict[str, Cluster] = {}
    by_name: dict[str, Cluster] = {}
    for mention in mentions:
        code = codes.get(mention.name) if mention.codes else None
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
    merged = _merge_names(by_name, by_code, declared, names, divisions, is_a)
    for cluster in {id(cluster): cluster for cluster in clusters.values()}.values():
        cluster.names = Counter({written.get(name, name): count for name, count in cluster.names.items()})
    return Linked({mention: _root(cluster, merged) for mention, cluster in clusters.items()})


def _root(cluster: Cluster, merged: Mapping[int, Cluster]) -> Cluster:
    while id(cluster) in merged:
        cluster = merged[id(cluster)]
    return cluster


def _choose_codes(mentions: Sequence[Mention], divisions: Divisions) -> dict[str, str]:
    """One division a surface: the one whose province, or whose full name, the document gives."""
    certain: set[str] = set()
    within: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if len(mention.codes) == 1:
            certain.update(d.code for d in divisions.path(mention.codes[0]))
        within[mention.name].update(mention.within)
    names = {mention.name for mention in mentions}
    chosen: dict[str, str] = {}
    for mention in mentions:
        if not mention.codes or mention.name in chosen:
            continue

        def rank(code: str, surface: str = mention.name) -> tuple[bool, bool, bool, bool, int, str]:
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

        chosen[mention.name] = min(mention.codes, key=rank)
    return chosen


def _merge_names(
    by_name: dict[str, Cluster],
    by_code: dict[str, Cluster],
    declared: Mapping[str, str],
    names: Names,
    divisions: Divisions,
    is_a: Callable[[str, str], bool],
) -> dict[int, Cluster]:
    """Join declared and unannounced short names to the full name; returns what was joined into what."""
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
    cores = {name: core_name(name, names, divisions) for name in ordered}
    alike = _Alike(ordered, cores, names)
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
                _shortens(short, cores[short], full, cores[full])
                or (level and _is_level_name(short, full, names))
            )
        ]
        if len({id(_root(by_name[full], merged)) for full in fulls}) == 1:
            join(by_name[short], by_name[fulls[0]])
    return merged


class _Alike:
    """The names that another may be short for: they hold it, or have its core, or begin and end like it.

    Without it the names of a long table, which are all of one place, would be compared with one another.
    """

    def __init__(self, ordered: Sequence[str], cores: Mapping[str, str], names: Names) -> None:
        self._ordered = ordered
        self._cores = cores
        self._names = names
        self._with: dict[str, set[int]] = defaultdict(set)  # two characters
        self._of_core: dict[str, set[int]] = defaultdict(set)
        self._framed: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._ending: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(ordered):
            self._of_core[cores[name]].add(number)
            self._framed[name[:2], _abbreviated_end(name)].add(number)
            for at in range(len(name) - 1):
                self._with[name[at : at + 2]].add(number)
            for size in range(1, min(names.longest_ending, len(name)) + 1):
                if name[-size:] in names.endings:
                    self._ending[name[-size:]].add(number)

    def to(self, short: str, *, level: bool) -> Iterator[str]:
        """Those for one name, in order; ``level`` says that it may begin with the level of its place."""
        found: set[int] = set(self._of_core[self._cores[short]])
        if len(short) > 1:
            pairs = (short[at : at + 2] for at in range(len(short) - 1))
            found |= min((self._with.get(pair, set()) for pair in pairs), key=len)
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


def core_name(name: str, names: Names, divisions: Divisions) -> str:
    """The name without the place before it and the ending behind it: 明远 of 四川明远有限公司."""
    rest = name
    while (place := divisions.leading(rest)) is not None:
        rest = rest[len(place[0]) :]
    ending = names.ending_of(rest)
    if ending and len(rest) - len(ending[0]) >= 2:
        rest = rest[: -len(ending[0])]
    return rest


def _shortens(short: str, short_core: str, full: str, full_core: str) -> bool:
    """Whether the first name is short for the second: its beginning, its core, or its key characters."""
    if len(short) >= len(full) or len(short) < 2:
        return False
    if (full.endswith(short) and len(short) >= 4) or full.startswith(short):
        return True
    if short_core == full_core and len(short_core) >= 2:
        return True
    if len(short) >= 3 and full_core.startswith(short) and len(short) * 3 >= len(full_core):
        return True
    if len(short) >= 4 and short in full and full_core.startswith(short[:2]):
        return True
    return (
        len(short) >= 4
        and short[:2] == full[:2]
        and _is_subsequence(short, full)
        and short[-1] == _abbreviated_end(full)
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
