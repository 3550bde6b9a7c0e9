"""What the page of a source shows of what was not taken there: sentences, and facts to be checked."""

from __future__ import annotations

from typing import Any

from kg.graph import ToCheck, read_coverage, read_to_check
from kg.ontology.vocabulary import Vocabulary
from kg.store import Store
from kg.types import MODALITY, TYPE, SignKind

Record = dict[str, Any]


def coverage_records(store: Store, vocabulary: Vocabulary, source: str, graph: str) -> Record:
    """``coverage`` counts, ``notTaken`` are ``[start, end, figures, names, words]``, ``toCheck`` facts.

    The signs are counts. Of a fact, names have both languages; ``least`` is what it lacks most.
    """
    found = read_coverage(store, graph)
    not_taken = [
        [
            *(one.span.start, one.span.end),
            *(sum(sign.kind is kind for sign in one.signs) for kind in SignKind),
        ]
        for one in found.not_taken
    ]
    return {
        "coverage": {
            "taken": found.sentences_taken,
            "figures": found.figures,
            "figuresTaken": found.figures_taken,
            "why": found.why,
        },
        "notTaken": not_taken,
        "toCheck": [_doubtful(one, vocabulary) for one in read_to_check(store, source, graph)],
    }


def _doubtful(one: ToCheck, vocabulary: Vocabulary) -> Record:
    fact_type = vocabulary.fact_types.get(one.type)
    roles = fact_type.roles if fact_type else {}
    names = {TYPE: fact_type, MODALITY: vocabulary.modalities.get(one.modality), **roles}

    def named(name: str) -> Record:
        term = names.get(name)
        return {"zh": term.label_zh, "en": term.label_en} if term else {"zh": name, "en": name}

    return {
        "at": [one.span.start, one.span.end],
        "type": named(TYPE),
        "m": one.modality,
        "roles": [[named(role), list(words)] for role, words in one.roles],
        "c": one.confidence,
        "share": one.doubt.sure,
        "needs": one.doubt.threshold,
        "least": named(one.doubt.least),
        "likely": one.doubt.probability,
    }
