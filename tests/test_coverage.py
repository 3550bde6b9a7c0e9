"""What was read of a source and what was not: measured, kept in the graph, told by command; facts to check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_samples import VOCABULARY
from reader_samples import Stated, chunk, reading

from kg.cli import run
from kg.coverage import coverage_of
from kg.graph import first_not_taken, quads, read_coverage, read_to_check
from kg.graph.reading import Readable
from kg.store import MEMORY, Store, open_store
from kg.types import Coverage, Document, Doubt, Extraction, NotTaken, Sign, SignKind, Span

GIFT = "江口县向白塔乡卫生院捐款8万元，另有图书300册。"
LEFT = "全县有7个乡镇，栖霞区派人来访。"
EMPTY = "天气很好。"
TEXT = GIFT + LEFT + EMPTY
GIVEN: Stated = (
    "Donation",
    "asserted",
    "捐款",
    {"donor": ["江口县"], "recipient": ["白塔乡卫生院"], "amount": ["8万元"]},
)
COMING: Stated = ("Visit", "planned", "来访", {"visitor": [chunk("栖霞区", 0.6)]}, 0.3)


def extracted(text: str, *facts: Stated) -> Extraction:
    return reading(facts).extract(Document("a.txt", text))


def stored(*extractions: Extraction, store: Store | None = None) -> Store:
    store = store or open_store(MEMORY)
    for one in extractions:
        found = list(quads(one, VOCABULARY))
        store.replace(found[0].graph_name.value, found)
    return store


def graph_of(store: Readable) -> str:
    return store.sources()["a.txt"]


# --- measured ------------------------------------------------------------------------------------


def test_coverage_sentence_and_figures_that_no_fact_took_are_told_with_their_places() -> None:
    found = coverage_of(extracted(TEXT, GIVEN, COMING))
    assert (found.sentences_taken, found.figures, found.figures_taken, found.why) == (1, 3, 1, "")
    [left] = found.not_taken
    assert left.span.of(TEXT) == LEFT
    assert [(sign.kind.value, sign.span.of(TEXT), sign.type) for sign in left.signs] == [
        ("figures", "7个", ""),
        ("names", "栖霞区", ""),
        ("words", "来访", "Visit"),
    ]


def test_coverage_bare_names_of_counties_and_ordinary_words_are_no_names() -> None:
    assert extracted("和平通道资源很多。").signs == ()
    assert [sign.span.of("江苏和平县人民医院") for sign in extracted("江苏和平县人民医院").signs] == [
        "江苏和平县人民医院"
    ]


def test_coverage_places_are_those_of_the_document_where_unseen_characters_are_passed_over() -> None:
    text = "全\u200b县有\u200b7个乡镇。"
    [sign] = extracted(text).signs
    assert sign == Sign(SignKind.FIGURE, Span(5, 7)) and sign.span.of(text) == "7个"


def test_coverage_what_repeats_a_passage_does_not_count() -> None:
    line = "全县共有乡镇7个、行政村93个，总人口25万人。"
    found = coverage_of(extracted(f"{line}\n{line}"))
    assert (found.figures, [one.span for one in found.not_taken]) == (3, [Span(0, len(line))])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("图一\n图二", "pictures"),
        ("The county gave three million to the hospital in the year before.", "language"),
        ("こちらの会社は東京にあります。とても大きいです。", "language"),
        ("新闻中心\n政务公开\n办事服务\n互动交流\n专题专栏\n数据开放", "list"),
        ("春天来了，花都开了，孩子们在草地上跑来跑去，大人坐在树下聊天，很开心。", "plain"),
        ("春天来了，栖霞区的花都开了，孩子们在草地上跑来跑去，大人在聊天。", "topic"),
    ],
)
def test_coverage_of_a_page_of_which_nothing_was_read_says_why(text: str, why: str) -> None:
    assert coverage_of(extracted(text)).why == why


# --- kept ----------------------------------------------------------------------------------------


def test_coverage_comes_back_from_the_graph_and_the_first_with_a_figure_are_told() -> None:
    extraction = extracted(TEXT, GIVEN, COMING)
    store = stored(extraction)
    assert read_coverage(store, graph_of(store)) == coverage_of(extraction)
    at = TEXT.index(LEFT)
    assert first_not_taken(store, 9) == [("a.txt", Span(at, at + len(LEFT)), LEFT)]


def test_coverage_fact_to_be_checked_says_what_it_needs_and_what_it_lacks_most() -> None:
    extraction = extracted(TEXT, GIVEN, COMING)
    [line] = extraction.doubtful
    doubt = json.loads(line)["doubt"]
    assert doubt == {"sure": 0.3, "threshold": 0.5, "least": "type", "probability": 0.3}
    store = stored(extraction)
    [one] = read_to_check(store, "a.txt", graph_of(store))
    assert (one.type, one.modality, one.roles) == ("Visit", "planned", (("visitor", ("栖霞区",)),))
    assert one.doubt == Doubt(0.3, 0.5, "type", 0.3)
    assert one.span.of(TEXT) == one.quote == "栖霞区派人来访"


@pytest.mark.parametrize(
    "line",
    ["", "[", "[1]", '{"at": [3]}', '{"at": [5, 2], "figures": [], "names": [], "words": []}', "[" * 9999,
     '{"at": ["1", "2"], "figures": [], "names": [], "words": []}', '{"evidence": [{}], "doubt": 1}'],
    ids=range(8),
)  # fmt: skip
def test_coverage_what_no_build_wrote_is_passed_over(line: str) -> None:
    extraction = Extraction(Document("a.txt", TEXT), (), (), (), doubtful=(line,))
    store = stored(extraction)
    text = next(q for q in store.quads(graph_of(store)) if q.predicate.value.endswith("toCheck"))
    wrong = type(text)(
        text.subject,
        type(text.predicate)("https://w3id.org/tupu-kg/ontology#notTaken"),
        text.object,
        text.graph_name,
    )
    store.replace(graph_of(store), [*store.quads(graph_of(store)), wrong])
    assert read_coverage(store, graph_of(store)).not_taken == ()
    assert read_to_check(store, "a.txt", graph_of(store)) == []


def test_coverage_measures_the_facts_of_its_own_source_alone() -> None:
    extraction = Extraction(
        Document("b.txt", TEXT),
        extracted(TEXT).passages,
        (),
        extracted(TEXT, GIVEN).facts,
        signs=(Sign(SignKind.FIGURE, Span(12, 15)),),
    )
    assert coverage_of(extraction) == Coverage(
        0, 1, 0, (NotTaken(Span(0, len(GIFT)), extraction.signs),), "topic"
    )


# --- told ----------------------------------------------------------------------------------------


@pytest.fixture
def built(here: Path) -> Path:
    """A working directory with out/store of two sources."""
    plain = reading([]).extract(Document("b.txt", LEFT))
    with open_store(here / "out" / "store") as store:
        stored(extracted(TEXT, GIVEN, COMING), plain, store=store)
    return here


def test_coverage_command_lists_sources_sentences_and_doubts(
    built: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def told(*arguments: str) -> str:
        assert run(["coverage", *arguments]) == 0
        return capsysbinary.readouterr().out.decode()

    header, _, *rows = told().splitlines()
    assert header.split("  ")[0] == "source" and [row.split()[:6] for row in rows] == [
        ["a.txt", "1", "1", "3", "1", "1"],
        ["b.txt", "0", "1", "1", "0", "0"],
        ["in", "all", "1", "2", "4", "1"],
    ]
    assert "hardly any text" in rows[1]
    assert told("a.txt", "--format", "csv") == (
        "source,start,end,sentence,figures,names,words\r\n"
        f"a.txt,{len(GIFT)},{len(GIFT + LEFT)},{LEFT},7个,栖霞区,来访 (Visit?)\r\n"
    )
    [one] = map(json.loads, told("--to-check", "--format", "json").splitlines())
    assert (one["share"], one["needs"], one["least sure of"]) == (0.3, 0.5, "type")
    assert one["fillers"] == ["visitor: 栖霞区"]
    assert told("b.txt", "--to-check").startswith("source  start")


def test_coverage_command_of_a_source_there_is_not_names_one_like_it(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["coverage", "a.tx"]) == 2
    assert capsys.readouterr().err == "kg: a.tx: no such source in out/store; did you mean a.txt?\n"


def test_coverage_query_counts_as_the_command_does(
    built: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["query", "coverage", "--format", "csv"]) == 0
    assert capsysbinary.readouterr().out.decode().splitlines()[1:] == [
        "a.txt,1,1,3,1,0.33,1,",
        "b.txt,0,1,1,0,0,0,pictures",
    ]
