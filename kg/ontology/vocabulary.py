"""The Turtle side of the ontology, read into frozen tables: classes, fact types, roles, short triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Literal, Node

from kg import terms
from kg.errors import OntologyError
from kg.ontology.turtlefile import TurtleFiles, local_name, namespace_of

ENTITY, QUANTITY, TIME, TEXT = "entity", "quantity", "time", "text"

_ENTITY, _FACT = URIRef(terms.ENTITY), URIRef(terms.FACT)
_VALUE_KINDS = {URIRef(terms.QUANTITY): QUANTITY, URIRef(terms.EDTF): TIME, XSD.string: TEXT}
_ENGINE_CLASSES = frozenset(
    map(
        URIRef,
        (
            terms.ENTITY,
            terms.FACT,
            terms.QUANTITY,
            terms.SOURCE,
            terms.MODALITY_CLASS,
        ),
    )
)
# What makes a property one of those that rules fill or start from.
_RELATING: tuple[tuple[URIRef, URIRef | None], ...] = (
    (OWL.inverseOf, None),
    (RDFS.subPropertyOf, None),
    (RDF.type, OWL.SymmetricProperty),
    (RDF.type, OWL.TransitiveProperty),
)
_PROPERTY_TYPES = (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty)


@dataclass(frozen=True, slots=True)
class Term:
    """A named term with its words in both languages; a comment that is not given is the label."""

    name: str
    iri: str
    label_zh: str
    label_en: str
    comment_zh: str
    comment_en: str


@dataclass(frozen=True, slots=True)
class EntityClass(Term):
    """A class of entities; ``parents`` are all classes above it, kg:Entity among them."""

    parents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Role(Term):
    """A role as one fact type has it.

    ``kinds`` are of entity, quantity, time and text; ``classes`` are the classes an entity may have, an
    heir of one of them included (for kg:Entity, the classes right below it); ``minimum`` and ``maximum``
    bound the number of fillers.
    """

    kinds: frozenset[str]
    classes: tuple[str, ...]
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class FactType(Term):
    """A type of facts with its roles in their order; ``parents`` are all types above it, kg:Fact too."""

    verb_zh: str
    verb_en: str
    roles: Mapping[str, Role]
    parents: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShortRule(Term):
    """Entities in ``subject`` of an asserted fact stand in this relation to those in ``object``.

    Where the two are one role the relation is symmetric and joins all pairs of it.
    """

    fact_type: str
    subject: str
    object: str

    @property
    def symmetric(self) -> bool:
        """Whether the relation holds both ways."""
        return self.subject == self.object


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms of the domain by local name, each mapping in the order of the files.

    ``relations`` are the properties between things that only rules fill, and those they start from.
    ``axioms`` are the statements about terms, subject, predicate and object by IRI, that rules read.
    """

    classes: Mapping[str, EntityClass]
    fact_types: Mapping[str, FactType]
    shorts: tuple[ShortRule, ...]
    modalities: Mapping[str, Term]
    relations: tuple[Term, ...] = ()
    axioms: tuple[tuple[str, str, str], ...] = ()

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Whether the class or fact type is the other one or an heir of it."""
        term = self.classes.get(cls) or self.fact_types.get(cls)
        return cls == ancestor or (term is not None and ancestor in term.parents)

    def root(self, cls: str) -> str:
        """The class of entities at the top of a class's line; of several, the first in the files' order."""
        above = [name for name in self.classes if self.is_a(cls, name)]
        return next((name for name in above if not self.classes[name].parents & self.classes.keys()), cls)

    def most_specific(self, names: Iterable[str]) -> str | None:
        """The name with no heir among the others; of several, the first in the files' order."""
        known = {name for name in names if name in self.classes or name in self.fact_types}
        bottom = [n for n in known if not any(o != n and self.is_a(o, n) for o in known)]
        if len(bottom) < 2:
            return next(iter(bottom), None)
        return next(name for name in (*self.classes, *self.fact_types) if name in bottom)

    def roles(self) -> Mapping[str, Role]:
        """Every role once by local name, as the first fact type that has it has it."""
        found: dict[str, Role] = {}
        for fact_type in self.fact_types.values():
            for name, role in fact_type.roles.items():
                found.setdefault(name, role)
        return found


def load_vocabulary(paths: Sequence[Path]) -> Vocabulary:
    """Read Turtle files as one vocabulary and check everything against everything.

    Raises OntologyError with ``file:line`` at the first thing that is wrong.
    """
    return _Loader(TurtleFiles.read(paths)).vocabulary()


class _Loader:
    """The checks share the merged graph and know where each term stands."""

    def __init__(self, files: TurtleFiles) -> None:
        self.files = files
        self.graph: Graph = files.graph
        self.parents = {term: self._ancestors(term) for term in self._declared(OWL.Class, RDFS.Class)}
        self.classes = [term for term in self.parents if _ENTITY in self.parents[term]]
        self.fact_types = [term for term in self.parents if _FACT in self.parents[term]]
        self.shorts = [term for term in files.declared if (term, _iri("SHORTENS_FACT"), None) in self.graph]

    def vocabulary(self) -> Vocabulary:
        self._check_roots()
        self._check_names()
        self._check_classes()
        fact_types = {local_name(term): self._fact_type(term) for term in self.fact_types}
        return Vocabulary(
            MappingProxyType({local_name(term): self._class(term) for term in self.classes}),
            MappingProxyType(fact_types),
            tuple(self._short(term, fact_types) for term in self.shorts),
            MappingProxyType(dict(self._modalities())),
            tuple(self._relations({role.iri for t in fact_types.values() for role in t.roles.values()})),
            tuple(sorted(self._axioms())),
        )

    # --- What is declared ------------------------------------------------------------------------

    def _declared(self, *types: Node) -> list[URIRef]:
        return [t for t in self.files.declared if any((t, RDF.type, kind) in self.graph for kind in types)]

    def _ancestors(self, term: URIRef) -> set[URIRef]:
        """All named classes above a class; a class above itself is an error."""
        above: set[URIRef] = set()
        queue = [term]
        while queue:
            for parent in self.graph.objects(queue.pop(), RDFS.subClassOf):
                if parent == term:
                    raise self.files.error(term, f"{self.files.show(term)} is a subclass of itself")
                if isinstance(parent, URIRef) and parent not in above:
                    above.add(parent)
                    queue.append(parent)
        return above

    def _parent_names(self, term: URIRef) -> frozenset[str]:
        return frozenset(local_name(parent) for parent in self.parents[term] if parent in self.parents)

    def _error(self, term: URIRef, message: str) -> OntologyError:
        return self.files.error(term, f"{self.files.show(term)} {message}")

    # --- Checks of the whole ---------------------------------------------------------------------

    def _check_roots(self) -> None:
        for root in (_ENTITY, _FACT):
            if root not in self.parents:
                raise self.files.error(None, f"<{root}> is declared in none of the ontology's files")

    def _check_names(self) -> None:
        """No term of ours is used without being declared, and no local name means two things."""
        domain = [*self.classes, *self.fact_types, *self.shorts]
        owned = {terms.KG, *map(namespace_of, domain)}
        for term in self.files.mentioned():
            if namespace_of(term) in owned and term not in self.files.declared:
                raise self.files.unknown(term, "term", self.files.declared)
        seen: dict[str, URIRef] = {}
        for term in self.files.declared:
            if namespace_of(term) not in owned:
                continue
            other = seen.setdefault(local_name(term), term)
            if other != term:
                raise self._error(term, f"has the local name of {self.files.show(other)}; rename it")

    def _check_classes(self) -> None:
        disjoint = sorted(self._disjoint(), key=str)
        for term, above in self.parents.items():
            if term in _ENGINE_CLASSES or (term, OWL.unionOf, None) in self.graph:
                continue
            if not above & _ENGINE_CLASSES:
                hint = "make it a subclass of kg:Entity or of kg:Fact"
                raise self.files.error(
                    term, f"{self.files.show(term)} is neither an entity nor a fact; {hint}"
                )
            for one, other in disjoint:
                if {one, other} <= above | {term}:
                    both = f"{self.files.show(one)} and {self.files.show(other)}"
                    raise self._error(term, f"is both {both}, which are disjoint")

    def _disjoint(self) -> Iterator[tuple[Node, Node]]:
        """The pairs of classes that can have nothing in common: a class under both is a mistake."""
        yield from self.graph.subject_objects(OWL.disjointWith)
        for node in self.graph.subjects(RDF.type, OWL.AllDisjointClasses):
            for members in self.graph.objects(node, OWL.members):
                yield from combinations(Collection(self.graph, members), 2)

    # --- Words -----------------------------------------------------------------------------------

    def _words(self, term: URIRef, predicate: URIRef, default: tuple[str, str] | None) -> tuple[str, str]:
        found: dict[str | None, str] = {}
        for text in self.graph.objects(term, predicate):
            if isinstance(text, Literal) and text.language in ("zh", "en"):
                if text.language in found:
                    twice = (
                        f"{self.files.show(term)} has two of {self.files.show(predicate)} @{text.language}"
                    )
                    raise self.files.error(term, twice)
                found[text.language] = str(text)
        if len(found) < 2 and default is None:
            lacking = "zh" if "zh" not in found else "en"
            raise self._error(term, f"has no {self.files.show(predicate)} @{lacking}; add it")
        zh, en = default or ("", "")
        return found.get("zh", zh), found.get("en", en)

    def _term(self, term: URIRef) -> tuple[str, str, str, str, str, str]:
        """The fields of a Term."""
        label = self._words(term, RDFS.label, None)
        return (local_name(term), str(term), *label, *self._words(term, RDFS.comment, label))

    # --- The tables ------------------------------------------------------------------------------

    def _class(self, term: URIRef) -> EntityClass:
        return EntityClass(*self._term(term), self._parent_names(term))

    def _modalities(self) -> Iterator[tuple[str, Term]]:
        for term in self._declared(URIRef(terms.MODALITY_CLASS)):
            yield str(self.graph.value(term, SKOS.notation)), Term(*self._term(term))

    def _relations(self, roles: set[str]) -> Iterator[Term]:
        for term in self._declared(OWL.ObjectProperty):
            is_told = any((term, predicate, kind) in self.graph for predicate, kind in _RELATING)
            if is_told and str(term) not in roles and term not in self.shorts:
                yield Term(*self._term(term))

    def _axioms(self) -> Iterator[tuple[str, str, str]]:
        """What is said of the declared properties in terms of other properties, classes and traits."""
        for term in self._declared(*_PROPERTY_TYPES):
            for predicate, target in self.graph.predicate_objects(term):
                if isinstance(predicate, URIRef) and isinstance(target, URIRef):
                    yield str(term), str(predicate), str(target)

    def _fact_type(self, term: URIRef) -> FactType:
        words = self._term(term)
        verb = self._words(term, _iri("VERB"), (words[2], words[3]))
        roles = self._role_list(term)
        bounds = dict(self._restrictions(term, roles))
        table = {local_name(role): self._role(role, bounds.get(role, {}), term) for role in roles}
        return FactType(*words, *verb, MappingProxyType(table), self._parent_names(term))

    def _role_list(self, term: URIRef) -> list[URIRef]:
        """The roles of a fact type: its own list, or that of the nearest type above it."""
        queue, seen = [term], {term}
        while queue:
            current = queue.pop(0)
            lists = list(self.graph.objects(current, _iri("ROLES")))
            if len(lists) > 1:
                raise self.files.error(
                    current, f"{self.files.show(current)} has two lists of kg:roles; join them"
                )
            if lists:
                return self._checked_roles(term, list(Collection(self.graph, lists[0])))
            above = sorted(p for p in self.graph.objects(current, RDFS.subClassOf) if isinstance(p, URIRef))
            queue += [parent for parent in above if parent not in seen]
            seen.update(above)
        raise self._error(term, "has no roles; add kg:roles ( ... )")

    def _checked_roles(self, term: URIRef, roles: Sequence[Node]) -> list[URIRef]:
        checked: list[URIRef] = []
        for role in roles:
            if not isinstance(role, URIRef) or not any(
                (role, RDF.type, kind) in self.graph for kind in _PROPERTY_TYPES
            ):
                raise self.files.unknown(role, "role", self._declared(*_PROPERTY_TYPES), term)
            if role in checked:
                raise self.files.error(
                    term, f"{self.files.show(term)} has the role {self.files.show(role)} twice"
                )
            checked.append(role)
        return checked

    def _restrictions(
        self, term: URIRef, roles: Sequence[URIRef]
    ) -> Iterator[tuple[URIRef, dict[URIRef, Node]]]:
        """What the type and those above it say of each role: owl:allValuesFrom and the cardinalities."""
        found: dict[URIRef, dict[URIRef, Node]] = {}
        for owner in (*sorted(self.parents[term]), term):
            for node in self.graph.objects(owner, RDFS.subClassOf):
                role = self.graph.value(node, OWL.onProperty)
                if isinstance(role, URIRef):
                    if role not in roles:
                        raise self.files.unknown(role, f"role of {self.files.show(term)}", roles, owner)
                    said = found.setdefault(role, {})
                    for predicate, value in self.graph.predicate_objects(node):
                        if isinstance(predicate, URIRef):
                            said[predicate] = value
        yield from found.items()

    def _role(self, role: URIRef, said: Mapping[URIRef, Node], fact_type: URIRef) -> Role:
        ranges = list(self.graph.objects(role, RDFS.range))
        if len(ranges) > 1:
            raise self._error(
                role, "has two rdfs:range, which means both at once; write one with owl:unionOf"
            )
        narrowed = said.get(OWL.allValuesFrom)
        if not ranges and narrowed is None:
            raise self._error(role, "has no rdfs:range; say what may fill it")
        fillers = list(self._members(role, ranges[0] if narrowed is None else narrowed))
        kinds = frozenset(_VALUE_KINDS.get(filler, ENTITY) for filler in fillers)
        classes = tuple(local_name(cls) for filler in fillers for cls in self._tops(filler))
        exactly = said.get(OWL.cardinality)
        least = self._number(fact_type, said.get(OWL.minCardinality, exactly))
        most = self._number(fact_type, said.get(OWL.maxCardinality, exactly))
        return Role(*self._term(role), kinds, classes, least or 0, most)

    def _number(self, fact_type: URIRef, value: Node | None) -> int | None:
        if value is None:
            return None
        number = value.toPython() if isinstance(value, Literal) else None
        if not isinstance(number, int) or number < 0:
            raise self.files.error(
                fact_type, f"{self.files.show(fact_type)}: {value} is not a number of fillers"
            )
        return number

    def _members(self, role: URIRef, node: Node) -> Iterator[URIRef]:
        """The classes and kinds of value that a range stands for, its unions taken apart."""
        union = self.graph.value(node, OWL.unionOf)
        if union is not None:
            for member in Collection(self.graph, union):
                yield from self._members(role, member)
        elif isinstance(node, URIRef) and (
            node in _VALUE_KINDS or node == _ENTITY or _ENTITY in self.parents.get(node, ())
        ):
            yield node
        else:
            raise self.files.unknown(node, "entity class or kind of value", self.classes, role)

    def _tops(self, filler: URIRef) -> list[URIRef]:
        """The class itself; for kg:Entity the classes right below it; nothing for a kind of value."""
        if filler == _ENTITY:
            return [cls for cls in self.classes if (cls, RDFS.subClassOf, _ENTITY) in self.graph]
        return [] if filler in _VALUE_KINDS else [filler]

    def _short(self, term: URIRef, fact_types: Mapping[str, FactType]) -> ShortRule:
        fact = self._one(term, "SHORTENS_FACT")
        if fact not in self.fact_types:
            raise self.files.unknown(fact, "fact type", self.fact_types, term)
        roles = {URIRef(role.iri): name for name, role in fact_types[local_name(fact)].roles.items()}
        ends = [self._one(term, "SHORT_SUBJECT"), self._one(term, "SHORT_OBJECT")]
        for role in ends:
            if role not in roles:
                raise self.files.unknown(role, f"role of {self.files.show(fact)}", roles, term)
            if ENTITY not in fact_types[local_name(fact)].roles[roles[role]].kinds:
                raise self.files.error(
                    term, f"{self.files.show(role)} takes no entity; a short triple joins two"
                )
        if (ends[0] == ends[1]) != ((term, RDF.type, OWL.SymmetricProperty) in self.graph):
            why = "is owl:SymmetricProperty where subject and object are one role, and only there"
            raise self._error(term, why)
        return ShortRule(*self._term(term), local_name(fact), roles[ends[0]], roles[ends[1]])

    def _one(self, term: URIRef, name: str) -> URIRef:
        predicate = _iri(name)
        values = list(self.graph.objects(term, predicate))
        if len(values) != 1 or not isinstance(values[0], URIRef):
            raise self._error(term, f"needs one {self.files.show(predicate)}")
        return values[0]


def _iri(name: str) -> URIRef:
    return URIRef(getattr(terms, name))
