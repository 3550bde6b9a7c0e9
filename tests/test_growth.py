"""Work grows as the text: what is counted is calls, since a test that measures time says more of the machine."""

from __future__ import annotations

import gc
import sys
from types import FrameType

import pytest
from reader_samples import ontology

from kg.facts import Policy
from kg.pipeline import Extractor
from kg.types import Document
from scripts.growth import KINDS, gifts, power

MOST = 1.15  # power; a search through the whole text for each fact gives 1.2 to 2 at these sizes
# What no call shows, a search in one long text, is left to `make stress`.
_COUNTED = [
    "lines with figures",
    "one sentence",
    "no marks",
    "plans",
    "references",
    "labels",
    "rows",
    "open brackets",
]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(ontology(), read=gifts(ontology()), policy=Policy())


def _calls(extractor: Extractor, text: str) -> int:
    """The calls, and steps of generators, that the extraction of a text takes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.collect()
    known = sys.getprofile()
    sys.setprofile(note)
    try:
        extractor.extract(Document("a.txt", text))
    finally:
        sys.setprofile(known)
    return count


@pytest.mark.parametrize("kind", _COUNTED)
def test_growth_four_times_the_text_takes_no_more_than_four_times_the_calls(
    extractor: Extractor, kind: str
) -> None:
    sizes = [500, 2000]
    extractor.extract(Document("a.txt", KINDS[kind](sizes[0])))  # what is looked up once is known now
    assert power(sizes, [_calls(extractor, KINDS[kind](size)) for size in sizes]) < MOST
