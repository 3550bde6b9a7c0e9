"""Persons of one name whom a document places at two bodies are two, each with its own mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.annotations import Cluster, Linked
from kg.facts.drafts import Draft
from kg.identity import Identifier
from kg.types import Mention


def tell_apart(linked: Linked, drafts: Iterable[Draft], identifier: Identifier) -> Linked:
    """The links with a cluster for each of the namesakes; a mention that no fact places is of the one before.

    Bodies that one mention or one fact joins, or of which one lies in the other, make no two of a person.
    """
    names = identifier.ontology.names
    placed: dict[int, _Person] = defaultdict(_Person)
    for draft in drafts:
        said = [filled.content for fillers in draft.roles.values() for filled in fillers]
        people = [one for one in said if isinstance(one, Mention) and linked.cls(one) == names.person]
        bodies = {
            identifier.body(linked.clusters[filled.content])
            for role in (names.relative.anchors if people else ())
            for filled in draft.roles.get(role, ())
            if isinstance(filled.content, Mention) and linked.cls(filled.content) != names.person
        }
        for mention in people:
            placed[linked.key(mention)].at[mention] |= bodies
    clusters = dict(linked.clusters)
    mentions: dict[int, list[Mention]] = defaultdict(list)
    for mention in clusters:
        mentions[linked.key(mention)].append(mention)
    for key, person in placed.items():
        groups = person.groups(identifier)
        if len(groups) > 1:
            clusters |= _divided(sorted(mentions[key], key=lambda m: m.span), clusters, person, groups)
    return replace(linked, clusters=clusters)


def _divided(
    mentions: Sequence[Mention],
    clusters: Mapping[Mention, Cluster],
    person: _Person,
    groups: Sequence[Collection[str]],
) -> dict[Mention, Cluster]:
    number = -1
    numbers = []
    for mention in mentions:
        bodies = person.at.get(mention, set())
        number = next((n for n, group in enumerate(groups) if bodies & set(group)), number)
        numbers.append(number)
    first = next(number for number in numbers if number >= 0)
    found: dict[int, Cluster] = {}
    divided = {}
    for mention, number in zip(mentions, numbers, strict=True):
        known = clusters[mention]
        number = number if number >= 0 else first
        cluster = found.setdefault(
            number, Cluster(known.cls, Counter(known.names), first=mention.span.start, namesake=number)
        )
        divided[mention] = cluster
    return divided


@dataclass(slots=True)
class _Person:
    """The mentions of one name, and the bodies at which facts place each."""

    at: dict[Mention, set[str]] = field(default_factory=lambda: defaultdict(set))

    def groups(self, identifier: Identifier) -> list[set[str]]:
        """The bodies that are of one person, in the order in which the text tells them."""
        groups: list[set[str]] = []
        for mention in sorted(self.at, key=lambda m: m.span):
            bodies = set(self.at[mention])
            if not bodies:
                continue
            joined = [group for group in groups if self._meet(group, bodies, identifier)]
            for group in joined[1:]:
                groups.remove(group)
            if joined:
                joined[0].update(bodies, *joined[1:])
            else:
                groups.append(bodies)
        return groups

    def _meet(self, group: Iterable[str], bodies: Collection[str], identifier: Identifier) -> bool:
        contains = identifier.ontology.divisions.contains
        return any(
            one == other or contains(one, other) or contains(other, one) for one in group for other in bodies
        )
