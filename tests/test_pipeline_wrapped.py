"""Facts of hard-wrapped text: whole, and told in the document's own characters."""

from __future__ import annotations

from kg.ontology import load_ontology
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.types import Document, Entity, Period, Quantity

TEXT = "2022年3月1\n7日，宜昌市向临\n夏\u200b市第二中学捐\n赠120万元。"


def test_pipeline_broken_lines_state_what_whole_ones_do_and_quote_the_source() -> None:
    extractor = Extractor(load_ontology(ontology_dir()))
    found = extractor.extract(Document("a.txt", TEXT))
    whole = extractor.extract(Document("a.txt", TEXT.replace("\n", "").replace("\u200b", "")))
    assert [fact.iri for fact in found.facts] == [fact.iri for fact in whole.facts]
    assert found.entities == whole.entities
    (fact,) = (fact for fact in found.facts if fact.type == "Donation")
    values = [value for _, _, value in fact.fillers()]
    assert {value.value for value in values if isinstance(value, Quantity)} == {1200000}
    assert {value.edtf for value in values if isinstance(value, Period)} == {"2022-03-17"}
    assert "临夏市第二中学" in {value.label for value in values if isinstance(value, Entity)}
    (evidence,) = fact.evidence
    assert evidence.quote == evidence.span.of(TEXT) == TEXT[:-1]
    assert {part.span.of(TEXT) for part in evidence.fillers} >= {"2022年3月1\n7日", "临\n夏\u200b市第二中学"}
    assert [problem.message for problem in found.problems] == [
        "hard-wrapped: 3 line breaks inside sentences not read as ends of lines"
    ]
