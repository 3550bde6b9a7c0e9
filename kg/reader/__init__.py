"""The trained reader: a marked text to proposed facts, each with the characters that fill its roles."""

from __future__ import annotations

from pathlib import Path

from kg.annotations import Marks, Proposal
from kg.ontology.divisions import Divisions
from kg.reader.decoding import proposals
from kg.reader.features import Gazetteer, features
from kg.reader.model import Model, load_model
from kg.reader.windows import Windows


class Reader:
    """Reads documents with the weights of a folder; loading them takes half a second."""

    def __init__(self, folder: Path, divisions: Divisions) -> None:
        self.model: Model = load_model(folder)
        self._windows = Windows(self.model.tokenizer)
        self._gazetteer = Gazetteer(divisions)

    def read(self, text: str, marks: Marks) -> list[Proposal]:
        """The proposed facts of a text in simplified characters, in its order; tables are left out."""
        under = features(
            text, marks.quantities, marks.times, self._gazetteer.find(text), marks.quoted, marks.titled
        )
        return [
            proposal
            for window in self._windows.of(text, marks.prose)
            for proposal in proposals(self.model, window, under.under(window))
        ]


__all__ = ["Reader"]
