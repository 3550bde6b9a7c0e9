"""The trained reader: a marked text to proposed facts, each with the characters that fill its roles."""

from __future__ import annotations

from pathlib import Path

from kg.annotations import Marks, Proposal
from kg.budget import Budget
from kg.ontology.divisions import Divisions
from kg.reader.decoding import proposals
from kg.reader.features import Gazetteer, features
from kg.reader.heads import TAUGHT, Taught, load_taught
from kg.reader.model import Model, load_model
from kg.reader.windows import Windows

NO_MORE = Budget()


class Reader:
    """Reads documents with the weights of a folder; loading them takes half a second.

    ``taught`` is what was taught beside them.
    """

    def __init__(
        self, folder: Path, divisions: Divisions, budget: Budget = NO_MORE, *, taught: Taught | None = None
    ) -> None:
        self.budget = budget
        self.model: Model = load_model(folder).knowing(taught)
        self._windows = Windows(self.model.tokenizer)
        self._gazetteer = Gazetteer(divisions)

    def read(self, text: str, marks: Marks) -> list[Proposal]:
        """The proposed facts of a text in simplified characters, in its order; tables are left out.

        Raises SourceError where that is more work than one document may be.
        """
        spending = self.budget.start()
        under = features(
            text, marks.quantities, marks.times, self._gazetteer.find(text), marks.quoted, marks.titled
        )
        windows = self._windows.of(text, marks.prose)
        spending.pieces(sum(len(window.pieces) for window in windows))
        found: list[Proposal] = []
        for window in windows:
            proposed = list(proposals(self.model, window, under.under(window)))
            spending.proposed(len(proposed))
            found += proposed
        return found


__all__ = ["TAUGHT", "Reader", "Taught", "load_taught"]
