"""The ontology for people: its terms as records, and as completions for the editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg import terms
from kg.ontology.vocabulary import ENTITY, Role, Term, Vocabulary

Record = dict[str, Any]
Counts = Mapping[str, Mapping[str, int]]


def complete_terms(vocabulary: Vocabulary, said: str, lang: str) -> Iterator[Record]:
    """Prefixes and terms whose name or label begins with ``said``, then those that hold it."""
    wanted = said.strip().casefold()
    known = list(_completions(vocabulary, lang))
    begins = [record for record, names in known if any(name.startswith(wanted) for name in names)]
    holds = [r for r, names in known if r not in begins and wanted and any(wanted in name for name in names)]
    yield from (*begins, *holds)


def describe_ontology(vocabulary: Vocabulary, counts: Counts, used: Mapping[str, int]) -> Record:
    """Classes, fact types with their roles, properties with domain and range; each with its count."""
    return {
        "classes": [
            {
                **_term(cls),
                "parents": _parents(cls.parents, vocabulary),
                "count": counts["classes"].get(name, 0),
            }
            for name, cls in vocabulary.classes.items()
        ],
        "types": [
            {
                **_term(fact_type),
                "verbZh": fact_type.verb_zh,
                "verbEn": fact_type.verb_en,
                "parents": _parents(fact_type.parents, vocabulary),
                "count": counts["types"].get(name, 0),
                "roles": [{**_labels(role), "ranges": _ranges(role)} for role in fact_type.roles.values()],
                "short": [_labels(rule) for rule in vocabulary.shorts if rule.fact_type == name],
            }
            for name, fact_type in vocabulary.fact_types.items()
        ],
        "properties": [*_roles(vocabulary, used), *_shorts(vocabulary, used)],
    }


def _completions(vocabulary: Vocabulary, lang: str) -> Iterator[tuple[Record, tuple[str, ...]]]:
    """Each completion with the names that it is found by, in small letters."""
    for prefix in terms.PREFIXES:
        insert = f"{prefix}:"
        yield (
            {"insert": insert, "label": insert, "kind": "prefix", "detail": terms.PREFIXES[prefix]},
            (insert,),
        )
    shorts = {rule.name: rule for rule in vocabulary.shorts}
    tables: tuple[tuple[str, Mapping[str, Term]], ...] = (
        ("class", vocabulary.classes),
        ("type", vocabulary.fact_types),
        ("property", vocabulary.roles()),
        ("property", shorts),
    )
    for kind, table in tables:
        for name, term in table.items():
            insert = f"kg:{name}" if term.iri == terms.KG + name else f"<{term.iri}>"
            label = term.label_en if lang == "en" else term.label_zh
            names = (insert, name, term.label_zh, term.label_en)
            yield (
                {"insert": insert, "label": label, "kind": kind, "detail": name},
                tuple(n.casefold() for n in names),
            )
    seen = {terms.KG + name for _, table in tables for name in table}
    for iri in dict.fromkeys(_model_terms()):
        for prefix, start in terms.PREFIXES.items():
            local = iri.removeprefix(start)
            if iri not in seen and local != iri and local:
                insert = f"{prefix}:{local}"
                kind = "class" if local[0].isupper() else "property"
                record = {"insert": insert, "label": local, "kind": kind, "detail": insert}
                yield record, (insert.casefold(), local.casefold())


def _model_terms() -> Iterator[str]:
    """The terms of the graph model itself."""
    for name, value in vars(terms).items():
        if name.isupper() and isinstance(value, str) and value not in terms.PREFIXES.values():
            yield value


def _term(term: Term) -> Record:
    return {
        "iri": term.iri,
        **_labels(term),
        "commentZh": term.comment_zh,
        "commentEn": term.comment_en,
    }


def _labels(term: Term) -> Record:
    return {"id": term.name, "zh": term.label_zh, "en": term.label_en}


def _parents(parents: frozenset[str], vocabulary: Vocabulary) -> list[str]:
    return [name for name in (*vocabulary.classes, *vocabulary.fact_types) if name in parents]


def _ranges(role: Role) -> list[str]:
    """The classes and kinds of value that may fill the role."""
    return [*role.classes, *sorted(role.kinds - {ENTITY})]


def _roles(vocabulary: Vocabulary, used: Mapping[str, int]) -> Iterator[Record]:
    for name, role in vocabulary.roles().items():
        domain = [t.name for t in vocabulary.fact_types.values() if name in t.roles]
        yield {**_term(role), "domain": domain, "range": _ranges(role), "count": used.get(role.iri, 0)}


def _shorts(vocabulary: Vocabulary, used: Mapping[str, int]) -> Iterator[Record]:
    for rule in vocabulary.shorts:
        roles = vocabulary.fact_types[rule.fact_type].roles
        yield {
            **_term(rule),
            "domain": list(roles[rule.subject].classes),
            "range": list(roles[rule.object].classes),
            "count": used.get(rule.iri, 0),
            "shortens": rule.fact_type,
        }
