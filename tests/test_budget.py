"""What one document may cost: counted, and told by name."""

from __future__ import annotations

import pytest
from reader_samples import ontology

from kg.annotations import Marks
from kg.budget import Budget
from kg.errors import SourceError
from kg.reader import Reader
from kg.text import split_passages
from kg.types import Document


def test_budget_counts_pieces_candidates_and_last_of_all_seconds() -> None:
    Budget(pieces=10).start().pieces(10)
    with pytest.raises(SourceError, match="11 pieces to read, and 10 are the most"):
        Budget(pieces=10).start().pieces(11)
    spending = Budget(candidates=3).start()
    spending.proposed(3)
    with pytest.raises(SourceError, match="states more than 3 facts"):
        spending.proposed(1)
    with pytest.raises(SourceError, match="longer than -1 seconds"):
        Budget(seconds=-1).start().proposed(0)


def test_budget_of_a_document_ends_the_reader_before_it_runs() -> None:
    made = ontology()
    reader = Reader(made.reader, made.divisions, Budget(pieces=50))
    text = "云溪县人民政府向青石镇中心小学捐赠图书。\n" * 20
    marks = Marks(split_passages(Document("a.txt", text), made.grammar), {}, {})
    with pytest.raises(SourceError, match="pieces to read"):
        reader.read(text, marks)
