"""Names of different sources that may be one thing, or may not: for a person to decide.

What joins without doubt has one IRI already (see kg.identity). Names are compared only where they share a
key, such as their beginning or all but one of their characters, so that the work grows with their number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg import terms
from kg.decisions import Decisions, Kind, Thing
from kg.graph.reading import Readable, literal_text, node_iri, span_of
from kg.iris import division_iri, name_key
from kg.linking import core_name, is_one_slip
from kg.ontology import Ontology

_SHORTEST = 4  # characters of a name that may differ from another in one
_SHORTEST_END = 4  # of a name that is the end of another, and of one that is its beginning
_SHORTEST_START = 2
_CROWD = 30  # names that share a key: such a key tells nothing
_PLAIN = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:-][^\s,\[\]{}#:\"']*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node of the graph, as far as it matters here; ``name`` is the key of its label."""

    iri: str
    label: str
    cls: str
    root: str
    name: str
    aliases: frozenset[str]
    sources: tuple[str, ...]
    located_in: str = ""

    @property
    def within(self) -> str:
        """What the IRI tells it from its namesakes by."""
        return self.iri.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a thing is named: a source, an offset and the sentence."""

    source: str
    start: int
    quote: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Nodes that may be one; the first has the fullest name. ``key`` is the same as long as they are."""

    key: str
    reason: str
    score: float
    members: tuple[Candidate, ...]

    def line(self, kind: Kind, base: str) -> str:
        """The entry for the decisions file that joins them, or keeps them apart."""
        said = ", ".join(_plain(member.iri.removeprefix(base)) for member in self.members)
        return f"- {kind}: [{said}]"

    @property
    def comment(self) -> str:
        """The reason and the names, for the line above."""
        return f"{self.reason}: {' / '.join(dict.fromkeys(member.label for member in self.members))}"


def propose(candidates: Iterable[Candidate], ontology: Ontology, decisions: Decisions) -> list[Proposal]:
    """What may be one thing, the likeliest first; nothing of which the decisions speak already."""
    known = sorted(candidates, key=lambda c: c.iri)
    found: dict[tuple[str, ...], Proposal] = {}
    for reason, score, members in (
        *_namesakes(known, ontology),
        *_shortened(known, ontology),
        *_slips(known, ontology),
    ):
        members = sorted(members, key=lambda c: (-len(c.label), c.iri))
        if len(members) == 2 and set(members[0].sources) & set(members[1].sources):
            score -= 0.3  # their source has both names and does not take them for one
        iris = tuple(sorted(member.iri for member in members))
        digest = hashlib.sha256(" ".join(iris).encode()).hexdigest()[:5]
        proposal = Proposal(digest, reason, round(score, 2), tuple(members))
        if iris not in found or found[iris].score < proposal.score:
            found[iris] = proposal
    decided = _Decided(decisions, ontology)
    left = (rest for proposal in found.values() if (rest := decided.leave(proposal)))
    return sorted(left, key=lambda p: (-p.score, p.members[0].name, p.key))


_Found = tuple[str, float, Sequence[Candidate]]


def _namesakes(known: Sequence[Candidate], ontology: Ontology) -> Iterator[_Found]:
    """Nodes of one label; of those of one class where at least one is not told by its place."""
    by_name: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in known:
        by_name[candidate.name].append(candidate)
    for same in by_name.values():
        by_root: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in same:
            by_root[candidate.root].append(candidate)
        for alike in by_root.values():
            if len(alike) < 2:
                continue
            if alike[0].cls == ontology.names.person:
                score = 0.8 if len(alike[0].name) > 2 else 0.6
                yield "persons of one name", score, alike
            elif not all(_is_placed(candidate) for candidate in alike):
                yield "one name, a place unknown", 0.75, alike
        if len(by_root) > 1:
            yield "one name, other classes", 0.65, [alike[0] for alike in by_root.values()]


def _is_placed(candidate: Candidate) -> bool:
    """Whether the graph says where it belongs, so that namesakes elsewhere are others."""
    return candidate.within.startswith("division/") or "/division/" in candidate.iri or not candidate.within


def _shortened(known: Sequence[Candidate], ontology: Ontology) -> Iterator[_Found]:
    """A name and one that it is short for: an alias, its beginning, its end, or its core."""
    names = ontology.names
    named = [
        c
        for c in known
        if c.cls in names.named_by and c.cls != names.document and c.name not in names.endings
    ]
    by_name: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    by_core: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in named:
        by_name[candidate.root, candidate.name].append(candidate)
        core = core_name(candidate.name, ontology.places)
        if len(core) > 1 and core not in names.endings:
            by_core[candidate.root, core].append(candidate)
    for full in named:
        for alias in full.aliases:
            yield from _pairs(full, by_name.get((full.root, alias), ()), "an alias of the other", 0.9)
        size = len(full.name)
        for end in range(_SHORTEST_START, size):
            short = by_name.get((full.root, full.name[:end]), ())
            yield from _pairs(full, short, "short for the other", 0.5 + 0.3 * end / size)
        for start in range(1, size - _SHORTEST_END + 1):
            short = by_name.get((full.root, full.name[start:]), ())
            yield from _pairs(full, short, "short for the other", 0.5 + 0.3 * (size - start) / size)
    for same in by_core.values():
        if 1 < len(same) <= _CROWD:
            fulls = sorted(same, key=lambda c: (-len(c.name), c.iri))
            for place, full in enumerate(fulls):
                likely = (c for c in fulls[place + 1 :] if _may_be_one(full, c, ontology))
                yield from _pairs(full, likely, "short for the other", 0.7)


def _pairs(full: Candidate, shorts: Iterable[Candidate], reason: str, score: float) -> Iterator[_Found]:
    for short in shorts:
        if short.iri != full.iri:
            yield reason, score, (full, short)


def _may_be_one(one: Candidate, other: Candidate, ontology: Ontology) -> bool:
    """Not where both begin with a place and not with the same, nor where neither class is above the other."""
    is_a = ontology.vocabulary.is_a
    if not (is_a(one.cls, other.cls) or is_a(other.cls, one.cls)):
        return False
    codes = [{d.code for d in ontology.places.lead(candidate.name).found} for candidate in (one, other)]
    return not all(codes) or bool(codes[0] & codes[1])


def _slips(known: Sequence[Candidate], ontology: Ontology) -> Iterator[_Found]:
    """Names that differ in one character: they are equal with it left out."""
    by_rest: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in known:
        name = candidate.name
        if len(name) >= _SHORTEST and "/division/" not in candidate.iri:
            for rest in {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}:
                by_rest[candidate.root, rest].append(candidate)
    for alike in by_rest.values():
        if not 1 < len(alike) <= _CROWD:
            continue
        for place, one in enumerate(alike):
            for other in alike[place + 1 :]:
                if is_one_slip(one.name, other.name) and _may_be_one(one, other, ontology):
                    yield "one character apart", 0.4 + min(len(one.name), 12) / 40, (one, other)


class _Decided:
    """What was decided already: merged things will be one after the next build, those apart stay so."""

    def __init__(self, decisions: Decisions, ontology: Ontology) -> None:
        self._ontology = ontology
        self._by_key: dict[str, list[tuple[int, Thing]]] = defaultdict(list)
        self._alone = set[int]()  # decisions on all namesakes
        for place, decision in enumerate(decisions):
            if decision.kind in (Kind.MERGE, Kind.APART):
                for thing in decision.things:
                    self._by_key[thing.iri or name_key(thing.name)].append((place, thing))
                if len(decision.things) == 1:
                    self._alone.add(place)

    def leave(self, proposal: Proposal) -> Proposal | None:
        """The proposal without the members whose relation to all others is decided."""
        if not self._by_key:
            return proposal
        places = [self._places(member) for member in proposal.members]
        left = tuple(
            member
            for member, own in zip(proposal.members, places, strict=True)
            if any(not own & other for other in places if other is not own)
        )
        return replace(proposal, members=left) if len(left) > 1 else None

    def _places(self, candidate: Candidate) -> set[int]:
        keys = (candidate.iri, candidate.name)
        return {p for key in keys for p, thing in self._by_key.get(key, ()) if self._fits(thing, candidate)}

    def _fits(self, thing: Thing, candidate: Candidate) -> bool:
        if thing.iri:
            return thing.iri == candidate.iri
        base, root = self._ontology.base, self._ontology.vocabulary.root
        codes = {division_iri(base, code) for code in thing.codes}
        return (
            (not thing.cls or root(thing.cls) == candidate.root)
            and (not thing.source or any(map(thing.is_in, candidate.sources)))
            and (not thing.place or candidate.located_in in codes or base + candidate.within in codes)
        )


# --- Reading a store -------------------------------------------------------------------------------


def read_candidates(store: Readable, ontology: Ontology) -> list[Candidate]:
    """The named things of a store, divisions with a code left out: these are known."""
    graphs = {iri: name for name, iri in store.sources().items()}
    classes = {term.iri: name for name, term in ontology.vocabulary.classes.items()}
    kinds: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads(predicate=terms.TYPE):
        source, cls = graphs.get(node_iri(quad.graph_name)), classes.get(node_iri(quad.object))
        if source is not None and cls is not None:
            kinds[node_iri(quad.subject)].add(cls)
            sources[node_iri(quad.subject)].add(source)
    texts: dict[str, dict[str, set[str]]] = {terms.LABEL: {}, terms.ALT_LABEL: {}, terms.LOCATED_IN: {}}
    for predicate, found in texts.items():
        for quad in store.quads(predicate=predicate):
            iri = node_iri(quad.subject)
            if iri in kinds and getattr(quad.object, "language", "zh") in ("zh", None):
                found.setdefault(iri, set()).add(literal_text(quad.object) or node_iri(quad.object))
    coded = {node_iri(quad.subject) for quad in store.quads(predicate=terms.CODE)}
    roots = {name: ontology.vocabulary.root(name) for name in ontology.vocabulary.classes}
    candidates = []
    for iri, own in kinds.items():
        labels = texts[terms.LABEL].get(iri)
        if labels and iri not in coded:
            label = min(labels, key=lambda text: (-len(text), text))
            cls = ontology.vocabulary.most_specific(own) or min(own)
            others = frozenset(map(name_key, {*texts[terms.ALT_LABEL].get(iri, ()), *labels} - {label}))
            place = min(texts[terms.LOCATED_IN].get(iri, {""}))
            candidates.append(
                Candidate(
                    iri, label, cls, roots[cls], name_key(label), others, tuple(sorted(sources[iri])), place
                )
            )
    return candidates


def find_contexts(store: Readable, iris: Iterable[str]) -> dict[str, Context]:
    """For each thing the first sentence, by source and offset, that names it."""
    wanted = set(iris)
    graphs = {iri: name for name, iri in store.sources().items()}
    first: dict[str, tuple[str, int, str]] = {}
    for quad in store.quads(predicate=terms.NAMES):
        iri, graph = node_iri(quad.object), node_iri(quad.graph_name)
        if iri in wanted and graph in graphs:
            place = (graphs[graph], span_of(node_iri(quad.subject)).start, graph)
            first[iri] = min(first.get(iri, place), place)
    wanted_in = defaultdict[str, list[tuple[str, int]]](list)
    for iri, (_, offset, graph) in first.items():
        wanted_in[graph].append((iri, offset))
    found: dict[str, Context] = {}
    for graph, places in wanted_in.items():
        quotes = sorted(
            (span_of(node_iri(quad.subject)), literal_text(quad.object))
            for quad in store.quads(graph, predicate=terms.QUOTE)
        )
        for iri, offset in places:
            said = next((text for span, text in quotes if span.start <= offset < span.end), "")
            found[iri] = Context(graphs[graph], offset, said)
    return found


def proposal_record(
    proposal: Proposal, contexts: Mapping[str, Context], base: str, shorten: Callable[[str], str] = str
) -> dict[str, object]:
    """A proposal as JSON has it."""
    members = []
    for member in proposal.members:
        context = contexts.get(member.iri)
        members.append(
            {
                "iri": member.iri,
                "id": member.iri.removeprefix(base),
                "label": member.label,
                "class": member.cls,
                "sources": list(member.sources),
                "source": context.source if context else member.sources[0],
                "start": context.start if context else None,
                "quote": shorten(context.quote) if context else "",
            }
        )
    return {
        "key": proposal.key,
        "reason": proposal.reason,
        "score": proposal.score,
        "members": members,
        "join": proposal.line(Kind.MERGE, base),
        "apart": proposal.line(Kind.APART, base),
    }


def _plain(text: str) -> str:
    """The text as YAML has it in a list: in quotes where it must."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
