"""A document in, its part out: the one function that every worker runs, in whatever process or machine."""

from __future__ import annotations

import gc
import hashlib
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.building.parts import Head, decisions_digest, fingerprint, pack_part
from kg.checks import Shapes, conforming
from kg.decisions import NONE, Decisions, apply
from kg.errors import one_source
from kg.iris import source_iri
from kg.ontology import Ontology, load_ontology
from kg.resources import own_ontology_dir
from kg.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.pipeline import Extractor

EXTRACTOR = "kg.pipeline:Extractor"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a process has to know to make the parts that this one would make.

    ``folder`` is the ontology's, None for the one that came with kg, wherever it is installed there.
    ``extractor`` is what makes an extractor of an ontology, as ``module:name``.
    """

    folder: Path | None
    base: str
    precise: bool
    decisions: Decisions = NONE
    extractor: str = EXTRACTOR

    @classmethod
    def of(cls, ontology: Ontology, decisions: Decisions, extractor: str = EXTRACTOR) -> Self:
        """The setting that gives the ontology again."""
        folder = ontology.folder.resolve()
        own = None if folder == own_ontology_dir().resolve() else folder
        return cls(own, ontology.base, ontology.precise, decisions, extractor)

    def ontology(self) -> Ontology:
        """The ontology, read from its files."""
        folder = self.folder or own_ontology_dir()
        return replace(load_ontology(folder, base=self.base), precise=self.precise)


class Maker:
    """Makes parts. The models are loaded with the first, or by ``load``: it takes a second or two."""

    def __init__(self, ontology: Ontology, decisions: Decisions, extractor: Extractor | None = None) -> None:
        self._ontology = ontology
        self._decisions = decisions
        self._extractor = extractor
        self._shapes: Shapes | None = None

    @classmethod
    def of(cls, setting: Setting) -> Self:
        """A maker in a process of its own, with everything loaded."""
        ontology = setting.ontology()
        module, _, name = setting.extractor.partition(":")
        maker = cls(ontology, setting.decisions, getattr(import_module(module), name)(ontology))
        maker.load()
        return maker

    @property
    def fingerprint(self) -> str:
        """That of the ontology and the program."""
        return self._ontology.fingerprint

    def load(self) -> tuple[Extractor, Shapes]:
        """Load what is not loaded yet."""
        if self._extractor is None:
            from kg.pipeline import Extractor

            self._extractor = Extractor(self._ontology)
        if self._shapes is None:
            self._shapes = Shapes(self._ontology.shapes, self._ontology.vocabulary_files)
            gc.freeze()  # what is loaded stays: looking through it at each collection took 7 % of the time
        return self._extractor, self._shapes

    def __call__(self, document: Document) -> bytes:
        """The content of the document's part. Raises SourceError, whatever is wrong with the document."""
        extractor, shapes = self.load()
        ontology, decisions = self._ontology, self._decisions
        with one_source():
            said = decisions.corrections.of(document.source)
            extraction = extractor.extract(document, said)
            if decisions.texts:
                extraction = apply(decisions, extraction, ontology, extractor.english)
            key = fingerprint(document, ontology, extraction.decisions, extraction.corrections)
            extraction, graph = conforming(
                extraction, shapes, ontology.vocabulary, ontology.base, built_from=key
            )
            graph_iri = source_iri(ontology.base, document.source)
            decided = decisions_digest(decisions, document.source)
            head = Head(document.source, graph_iri, key, ontology.fingerprint, decided)
            return pack_part(head, extraction, graph, ontology)

    def probe(self, documents: Iterable[Document]) -> str:
        """A digest of all that the reader's sums come to, to the last bit, in these documents.

        Processors differ in the last digits. A part shows this only where a fact stands at the very edge of
        its threshold: so the probabilities are compared, not parts.
        """
        extractor, _ = self.load()
        total = hashlib.sha256()
        for document in documents:
            total.update(repr(extractor.steps(document).marks.proposals).encode("utf-8", "replace"))
        return total.hexdigest()
