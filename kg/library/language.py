"""Texts to facts: ``read``; and the same as a component of spaCy, ``nlp.add_pipe("kg")``.

spaCy loads this module whenever a Language is made, because it is an entry point: what is heavy waits for
somebody who adds the component.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from kg.library.records import fact_of, fact_record
from kg.types import Document, Entity, Extraction, Fact, Span

if TYPE_CHECKING:
    from kg.pipeline import Extractor, Steps

Folder = str | os.PathLike[str] | None

_NAME = "kg"
_FACTS = "kg_facts"  # in a Doc's user_data: the facts as plain values
_LONGEST = 50_000_000  # characters of a text


def read(
    text: str | Document,
    *,
    source: str = "text",
    date: str = "",
    precise: bool = False,
    ontology: Folder = None,
) -> Extraction:
    """What a text states: ``facts``, ``entities``, and as ``doubtful`` what is not sure enough.

    ``source`` is what evidence calls it, ``date`` (YYYY-MM-DD) the day it is of, by which relative times are
    understood; a Document says both itself. The models are loaded at the first call, and kept until another
    ontology is named or a file of it changes. Decisions are for builds, and have no part in this.
    """
    document = text if isinstance(text, Document) else Document(source, text, date=date)
    from kg.ontology.folder import open_folder
    from kg.resources import ontology_dir

    folder = ontology_dir(ontology).resolve()
    files = [path for one in open_folder(folder).folders for path in one.rglob("*")]
    extractor = _kept_extractor(folder, precise, (len(files), max(path.stat().st_mtime_ns for path in files)))
    return _labelled(extractor.extract(document), extractor)


@lru_cache(maxsize=1)
def _kept_extractor(folder: Path, precise: bool, stamp: tuple[int, int]) -> Extractor:
    """The extractor made last, as long as the files of the ontology's folder are as the stamp says."""
    return _extractor(folder, precise)


def _extractor(folder: Path, precise: bool) -> Extractor:
    from kg.ontology import load_ontology
    from kg.pipeline import Extractor

    return Extractor(replace(load_ontology(folder), precise=precise))


def _labelled(extraction: Extraction, extractor: Extractor) -> Extraction:
    from kg.graph import labelled

    facts = labelled(extraction.facts, extractor.ontology.vocabulary)
    return replace(extraction, facts=tuple(facts))


def load(*, ontology: Folder = None, precise: bool = False) -> Language:
    """A spaCy pipeline for Chinese whose Docs have the facts of their texts; see ``FactsComponent``."""
    nlp = spacy.blank("zh")
    nlp.max_length = _LONGEST
    nlp.add_pipe(_NAME, config={"ontology": ontology and os.fspath(ontology), "precise": precise})
    return nlp


class FactsComponent:
    """Reads the text of a Doc, whatever its tokens are, and writes down what it states.

    ``doc._.facts`` are the facts, kept in ``doc.user_data`` as plain values; ``doc.ents`` the names, each
    with its class and, where a fact has it, its entity's IRI as ``kb_id_``. ``doc.spans`` has groups:
    "names", all of them; "values", quantities and times; "facts", the sentences, with the fact's type as
    label; "fillers", with the role as label. The ``id_`` of the last two is the fact's IRI. A span that ends
    inside a token is all of the token; offsets in facts are exact.
    """

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe((doc,)))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """The Docs, in order; some 20,000 characters are read at once, whatever ``batch_size`` is."""
        docs, texts = tee(stream)
        steps = self.extractor.all_steps(Document("text", doc.text) for doc in texts)
        for doc, one in zip(docs, steps, strict=True):
            _write(doc, one, _labelled(one.extraction, self.extractor).facts)
            yield doc


def _write(doc: Doc, steps: Steps, facts: tuple[Fact, ...]) -> None:
    """Write down in a Doc what was read of its text."""
    own: Callable[[Span], Span] = steps.text.own_span
    marks = steps.marks
    iris = {
        part.span: value.iri
        for fact in facts
        for evidence in fact.evidence
        for part in evidence.fillers
        if isinstance(value := fact.roles[part.role][part.index], Entity)
    }
    sizes = {start: len(value.span) for start, value in marks.quantities.items()}
    sizes |= {start: len(value.span) for start, value in marks.times.items()}
    values = [own(Span(start, start + size)) for start, size in sorted(sizes.items())]
    groups: dict[str, list[Labels]] = {
        "names": [
            (span := own(mention.span), steps.linked.cls(mention), iris.get(span, ""), "")
            for mention in marks.mentions
        ],
        "values": [(span, "VALUE", "", "") for span in values],
        "facts": [(evidence.span, fact.type, "", fact.iri) for fact in facts for evidence in fact.evidence],
        "fillers": [
            (part.span, part.role, "", fact.iri)
            for fact in facts
            for evidence in fact.evidence
            for part in evidence.fillers
        ],
    }
    for name, spans in groups.items():
        made = (
            doc.char_span(
                span.start, span.end, label=label, kb_id=kb_id, span_id=id_, alignment_mode="expand"
            )
            for span, label, kb_id, id_ in spans
        )
        doc.spans[name] = [span for span in made if span is not None]
    doc.ents = filter_spans([*doc.spans["names"]])
    doc.user_data[_FACTS] = [fact_record(fact) for fact in facts]


Labels = tuple[Span, str, str, str]  # where, its label, the IRI of what it names, the IRI of its fact


@Language.factory(
    _NAME,
    default_config={"ontology": None, "precise": False},
    assigns=["doc.ents", "doc.spans", "doc._.facts"],
)
def make_component(nlp: Language, name: str, ontology: str | None, precise: bool) -> FactsComponent:
    """The component for an ontology's folder, or for the one that came with `kg`."""
    from kg.resources import ontology_dir

    return FactsComponent(_extractor(ontology_dir(ontology), precise))


def _facts_of(doc: Doc) -> list[Fact]:
    return [fact_of(record) for record in doc.user_data.get(_FACTS, ())]


Doc.set_extension("facts", getter=_facts_of, force=True)
