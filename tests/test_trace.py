"""How a sentence was read: clauses and names, fillers with their slots, refusals with their reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_samples import PAGE, VOCABULARY, extraction

from kg.cli import run
from kg.errors import QueryError
from kg.graph import quads
from kg.pipeline import Extractor
from kg.store import open_store
from kg.trace import Trace, format_traces, trace, trace_at, traces_as_json
from kg.trace.records import Attempt
from kg.types import Document, Span

GIFT = "2022年5月，江口县向白塔乡卫生院捐赠图书款8万元。"
PLAN = "青禾县拟向江口县捐赠资金8万元。"
DENIAL = "青禾县未向江口县捐赠资金8万元。"


@pytest.fixture
def built(here: Path) -> Path:
    """A working directory with out/store, which holds page.txt."""
    found = list(quads(extraction(), VOCABULARY))
    with open_store(here / "out" / "store") as store:
        store.replace(found[0].graph_name.value, found)
    return here


def read(extractor: Extractor, text: str) -> Trace:
    [only] = trace(extractor, Document("a.txt", text))
    return only


def attempt(read: Trace, frame: str, *, made: bool = True) -> Attempt:
    return next(a for a in read.attempts if (a.frame, a.made) == (frame, made))


# --- facts ---------------------------------------------------------------------------------------


def test_trace_filler_tells_its_slot_and_its_words(extractor: Extractor) -> None:
    gift = attempt(read(extractor, GIFT), "Donation")
    fillers = {filler.role: (filler.slot, filler.text) for filler in gift.fillers}
    assert fillers == {
        "donor": ("subject", "江口县"),
        "recipient": ("to", "白塔乡卫生院"),
        "amount": ("after", "8万元"),
        "time": ("sentence", "2022年5月"),
    }
    assert all(filler.span.of(GIFT) == filler.text for filler in gift.fillers)


def test_trace_fact_says_where_it_is_stored(extractor: Extractor) -> None:
    [fact] = extractor.extract(Document("a.txt", GIFT)).facts
    gift = attempt(read(extractor, GIFT), "Donation")
    assert (gift.fate, gift.confidence) == (f"stored as {fact.iri}", fact.confidence)


@pytest.mark.parametrize(
    ("text", "modality", "word"),
    [(PLAN, "planned", "拟"), (DENIAL, "negated", "未"), (GIFT, "asserted", None)],
    ids=["plan", "denial", "assertion"],
)
def test_trace_modality_names_the_word_that_made_it_so(
    extractor: Extractor, text: str, modality: str, word: str | None
) -> None:
    gift = attempt(read(extractor, text), "Donation")
    governed_by = gift.governed_by.text if gift.governed_by else None
    assert (gift.modality, governed_by) == (modality, word)


def test_trace_plan_of_an_earlier_clause_governs_too(extractor: Extractor) -> None:
    text = "青禾县拟改善条件，向江口县捐赠资金8万元。"
    gift = attempt(read(extractor, text), "Donation")
    assert gift.modality == "planned"
    assert gift.governed_by is not None and gift.governed_by.span == Span(3, 4)


def test_trace_second_telling_is_joined_with_the_first(extractor: Extractor) -> None:
    gift = attempt(read(extractor, "青禾县向江口县捐赠资金8万元，累计捐赠8万元。"), "Donation")
    assert [words.span for words in gift.joined] == [Span(17, 19)]


# --- refusals ------------------------------------------------------------------------------------


def test_trace_refusal_tells_what_nothing_fills(extractor: Extractor) -> None:
    refused = attempt(read(extractor, "青禾县捐资。"), "Donation", made=False)
    assert refused.why == "nothing fills amount or goods or recipient"
    candidates = {(c.role, c.words.text if c.words else None): c.why for c in refused.candidates}
    assert candidates["donor", "青禾县"] == "would fit"
    assert candidates["amount", None] == "nothing stands there"


def test_trace_refusal_names_the_noun_that_excludes(extractor: Extractor) -> None:
    refused = attempt(read(extractor, "江口县捐赠的仪式在白塔乡举行。"), "Donation", made=False)
    assert refused.why.startswith("must not have a noun (object, head) that ends in ")
    assert [(c.role, c.words and c.words.text, c.why) for c in refused.candidates] == [
        ("excludes", "仪式", "ends in 仪式")
    ]


def test_trace_name_of_another_class_is_refused_for_its_class(extractor: Extractor) -> None:
    refused = attempt(read(extractor, "李强与王伟结对帮扶。"), "Pairing", made=False)
    assert [c.why.partition(";")[0] for c in refused.candidates if c.words] == ["Person", "Person"]


def test_trace_figure_of_another_unit_is_passed_over_with_the_reason(extractor: Extractor) -> None:
    gift = attempt(read(extractor, "青禾县向江口县捐赠图书300册、资金8万元。"), "Donation")
    passed = {(c.role, c.words.text): c.why for c in gift.candidates if c.words}
    assert passed["goods", "8万元"].startswith("money in CNY; the role takes ")


def test_trace_fact_that_lost_its_figure_names_the_one_that_has_it(extractor: Extractor) -> None:
    refused = [a for a in read(extractor, "青禾县派出教师20名到白塔乡支教。").attempts if not a.made]
    assert any(
        a.why.startswith("its figure belongs to another fact: ") and " at 派出, priority " in a.why
        for a in refused
    )


# --- clauses and names ---------------------------------------------------------------------------


def test_trace_clause_shows_names_phrases_and_what_figures_count(extractor: Extractor) -> None:
    clauses = read(extractor, "青禾县财政局对白塔乡卫生院派出医生5名。").clauses
    [clause] = clauses
    names = {name.text: name.cls for piece in clause.pieces for name in piece.names}
    assert names["白塔乡卫生院"] == "Hospital"
    assert [piece.counts for piece in clause.pieces if piece.kind == "quantity"] == ["医生"]
    slots = {phrase.text: phrase.slot for phrase in clause.phrases}
    assert slots == {"青禾县财政局": "the subject", "白塔乡卫生院": "to", "医生": ""}


def test_trace_reference_tells_what_it_stands_for(extractor: Extractor) -> None:
    traces = trace(extractor, Document("a.txt", "白塔乡卫生院派出医生5名。该院捐赠药品300箱。"))
    pieces = [piece for clause in traces[1].clauses for piece in clause.pieces if piece.kind == "reference"]
    assert [(piece.text, piece.refers_to) for piece in pieces] == [("该院", ("白塔乡卫生院",))]


def test_trace_name_in_brackets_is_shown_with_its_entity(extractor: Extractor) -> None:
    told = read(extractor, "青禾县人民医院（以下简称县医院）捐赠药品300箱。")
    assert {name.text: name.entity for name in told.names}["县医院"] == "青禾县人民医院"
    assert "县医院  Hospital = 青禾县人民医院" in format_traces([told])


def test_trace_heading_and_furniture_say_why_they_state_nothing(extractor: Extractor) -> None:
    traces = trace(extractor, Document("a.txt", "青禾县捐赠8万元\n责任编辑：某某"))
    assert [told.kind for told in traces] == ["heading", "furniture"]
    shown = format_traces(traces)
    assert "a heading: it sets topic and year, and states no facts" in shown
    assert "page furniture: it is not read" in shown


# --- places --------------------------------------------------------------------------------------


SECOND = len(GIFT) + 3  # where the plan begins, behind a line break and two spaces


@pytest.mark.parametrize(
    ("offset", "start"),
    [(0, 0), (len(GIFT) - 1, 0), (SECOND - 1, SECOND), (SECOND, SECOND), (SECOND + len(PLAN), SECOND)],
    ids=["first", "last", "nearest-after", "second", "nearest-before"],
)
def test_trace_at_takes_the_sentence_around_the_offset(extractor: Extractor, offset: int, start: int) -> None:
    document = Document("a.txt", f"{GIFT}\n  {PLAN}\n")
    told = trace_at(extractor, document, offset)
    assert told.span.start == start
    assert told.text == told.span.of(document.text)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        (PLAN, 16, "a.txt:16: no such offset; the last character is 15"),
        ("", 0, "a.txt:0: no such offset; it holds no text"),
        ("\n\n", 1, "a.txt:1: no sentence there; the text is blank"),
    ],
)
def test_trace_at_no_sentence_says_so(extractor: Extractor, text: str, offset: int, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        trace_at(extractor, Document("a.txt", text), offset)
    assert str(raised.value) == message


def test_trace_figure_that_no_fact_took_is_left_over(extractor: Extractor) -> None:
    told = read(extractor, "青禾县向江口县捐赠资金8万元，路上走了8小时。")
    assert [words.text for words in told.left_over] == ["8小时"]


def test_trace_leaves_the_extractor_as_it_was(extractor: Extractor) -> None:
    before = vars(extractor).copy()
    read(extractor, GIFT)
    assert vars(extractor) == before


# --- forms ---------------------------------------------------------------------------------------


def test_trace_hostile_text_steers_no_terminal(extractor: Extractor) -> None:
    hostile = "青禾县\x1b[31m向江口县\u202e捐赠\x9b资金\x078万元。"
    document = Document("\x1b]0;x\x07.txt", hostile)
    shown, written = format_traces(trace(extractor, document)), traces_as_json(trace(extractor, document))
    assert all(c.isprintable() or c == "\n" for c in shown + written)
    assert r"青禾县\x1b[31m向" in shown
    assert json.loads(written)[0]["text"] == hostile


def test_trace_text_is_coloured_only_by_the_paint(extractor: Extractor) -> None:
    told = read(extractor, GIFT)
    assert "[title:Donation/give]" in format_traces([told], lambda words, style: f"[{style}:{words}]")
    assert "fact  Donation/give  at 捐赠 18-20, clause frame of priority " in format_traces([told])


def test_trace_text_columns_line_up(extractor: Extractor) -> None:
    lines = format_traces([read(extractor, PLAN)]).splitlines()
    assert "  0-3    name      青禾县  AdministrativeDivision" in lines
    assert "  3-4    verb      拟" in lines
    assert "  12-15  quantity  8万元   80,000 CNY (8万元); counts 资金" in lines


def test_trace_docs_show_what_is_said(extractor: Extractor) -> None:
    page = (Path(__file__).parents[1] / "docs" / "frames.md").read_text(encoding="utf-8")
    question, *shown = [
        line[4:] for line in page.partition("## Mending a frame")[2].splitlines() if line[:4] == "    "
    ]
    sentence = question.removeprefix("$ kg explain --sentence ")
    said = format_traces([read(extractor, sentence)]).splitlines()
    assert [line for line in shown if line not in said] == []


# --- the command ---------------------------------------------------------------------------------


def test_cli_explain_sentence_gives_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--sentence", PLAN, "--format", "json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["text"], told["span"]) == (PLAN, {"start": 0, "end": 16})
    [gift] = [a for a in told["attempts"] if a["made"]]
    assert (gift["frame"], gift["governed_by"]["text"]) == ("Donation", "拟")


def test_cli_explain_at_reads_the_text_of_the_store(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--at", "page.txt:3-9"]) == 0
    lines = capsys.readouterr().out.splitlines()
    end = PAGE.index("。") + 1
    assert lines[:2] == [f"page.txt:0-{end}", f"  {PAGE[:end]}"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sentence", " \n"], "--sentence: no words to explain"),
        (["--sentence", ""], "--sentence: no words to explain"),
        ([], "give one of NAME|IRI, --sentence and --at"),
        (["甲", "--sentence", "乙。"], "give one of NAME|IRI, --sentence and --at"),
        (["甲", "--format", "json"], "--format json goes with --sentence or --at"),
        (["--at", "page.txt"], "--at page.txt: no SOURCE:OFFSET, as in page.txt:12"),
        (["--at", "page.txt:x"], "--at page.txt:x: no SOURCE:OFFSET, as in page.txt:12"),
    ],
)
def test_cli_explain_wrong_question_is_one_line_and_exit_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["explain", *arguments]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"kg: {message} (see `kg explain --help`)\n")


def test_cli_explain_at_unknown_source_gets_the_nearest(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "--at", "pag.txt:0"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "kg: pag.txt: no such source in out/store; did you mean page.txt?\n"
