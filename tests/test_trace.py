"""How a sentence was read: its values and names, each proposal with its fillers, and what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_samples import PAGE, VOCABULARY, extraction
from reader_samples import Chunk, Stated, chunk, reading

import kg.pipeline
from kg.cli import run
from kg.errors import QueryError
from kg.facts import Policy
from kg.graph import quads
from kg.store import open_store
from kg.trace import Trace, format_traces, trace, trace_at, traces_as_json
from kg.trace.records import ProposalTrace
from kg.types import Document, Span

GIFT = "2022年5月，江口县向白塔乡卫生院捐赠图书款8万元。"
GIVEN: Stated = (
    "Donation",
    "asserted",
    "捐赠",
    {"donor": ["江口县"], "recipient": ["白塔乡卫生院"], "amount": ["8万元"], "time": ["2022年5月"]},
)
PLAN = "青禾县拟向江口县捐赠资金8万元。"
PLANNED: Stated = (
    "Donation",
    "planned",
    "捐赠",
    {"donor": ["青禾县"], "recipient": ["江口县"], "amount": ["8万元"]},
)


@pytest.fixture
def built(here: Path) -> Path:
    """A working directory with out/store, which holds page.txt."""
    found = list(quads(extraction(), VOCABULARY))
    with open_store(here / "out" / "store") as store:
        store.replace(found[0].graph_name.value, found)
    return here


def read(text: str, *facts: Stated, policy: Policy | None = None) -> Trace:
    """The trace of the last sentence."""
    return trace(reading(facts, policy=policy), Document("a.txt", text))[-1]


def proposal(told: Trace, pivot: str) -> ProposalTrace:
    [found] = [one for one in told.proposals if one.text == pivot]
    return found


# --- proposals -----------------------------------------------------------------------------------


def test_trace_filler_tells_its_words_and_what_they_mean() -> None:
    gift = proposal(read(GIFT, GIVEN), "捐赠")
    assert {filler.role: (filler.text, filler.means, filler.why) for filler in gift.fillers} == {
        "donor": ("江口县", "江口县 (AdministrativeDivision)", ""),
        "recipient": ("白塔乡卫生院", "白塔乡卫生院 (Hospital)", ""),
        "amount": ("8万元", "80,000 CNY", ""),
        "time": ("2022年5月", "2022-05", ""),
    }
    assert all(filler.span.of(GIFT) == filler.text for filler in gift.fillers)


def test_trace_fact_says_where_it_is_in_the_graph_and_how_sure() -> None:
    [fact] = reading([GIVEN]).extract(Document("a.txt", GIFT)).facts
    gift = proposal(read(GIFT, GIVEN), "捐赠")
    assert (gift.in_graph, gift.outcome, gift.confidence) == (True, fact.iri, fact.confidence)
    assert (gift.modality, gift.extractor, gift.pivot.of(GIFT)) == ("asserted", "reader", "捐赠")


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (("Sale", "asserted", "8万元", {"amount": ["8万元"]}, 0.2), "below the threshold 0.50"),
        (
            ("Sale", "asserted", "8万元", {"amount": ["8万元"]}, 0.4),
            "below the threshold 0.50, to be checked",
        ),
        (("Sale", "asserted", "8万元", {"amount": ["图书款"]}, 0.4), "no filler has a value"),
        (("Sale", "asserted", "8万元", {"amount": [chunk("8万元", 0.4)]}), "no filler is likely enough"),
        (("Sale", "asserted", "8万元", {"amount": ["图书款"]}), "no filler has a value"),
        (("Donation", "asserted", "8万元", {"amount": ["8万元"]}, 0.9), "said twice: once at 捐赠 18-20"),
        (
            ("Pairing", "asserted", "8万元", {"kind": ["图书款"]}),
            "Pairing needs 2 of the role party and has 0",
        ),
    ],
    ids=["below", "doubtful", "doubtful-no-value", "no-filler", "no-value", "twice", "rule"],
)
def test_trace_proposal_that_is_no_fact_says_why(second: Stated, outcome: str) -> None:
    told = proposal(read(GIFT, GIVEN, second), "8万元")
    assert (told.in_graph, told.outcome, told.confidence) == (False, outcome, None)


def test_trace_doubtful_proposal_alone_is_no_fact() -> None:
    told = proposal(read(GIFT, (*GIVEN[:4], 0.4)), "捐赠")
    assert (told.in_graph, told.outcome) == (False, "below the threshold 0.50, to be checked")


def test_trace_shorter_telling_is_merged_with_the_fuller() -> None:
    text = GIFT + "白塔乡卫生院收到8万元。"
    received: Stated = (
        "Donation",
        "asserted",
        "收到",
        {"recipient": ["白塔乡卫生院#2"], "amount": ["8万元#2"]},
    )
    [fact] = reading([GIVEN, received]).extract(Document("a.txt", text)).facts
    told = proposal(read(text, GIVEN, received), "收到")
    assert (told.in_graph, told.outcome) == (True, f"merged with a fuller telling, {fact.iri}")


@pytest.mark.parametrize(
    ("role", "filler", "why"),
    [
        ("amount", chunk("8万元", 0.4), "below 0.50"),
        ("amount", chunk("图书款"), "no quantity"),
        ("time", chunk("图书款"), "no date is known"),
        ("recipient", chunk("该院"), "refers to nothing named before"),
        ("jobs", chunk("8万元"), "Donation has no such role"),
        ("donor", chunk("该县", leads=["江口县"]), "another filler is the same"),
    ],
    ids=["below", "no-quantity", "no-date", "no-referent", "no-role", "same"],
)
def test_trace_filler_that_is_left_out_says_why(role: str, filler: Chunk, why: str) -> None:
    text = "江口县向该院捐赠图书款8万元，该县很高兴。"
    roles: dict[str, list[str | Chunk]] = {"donor": ["江口县"]}
    roles.setdefault(role, []).append(filler)
    told = proposal(read(text, ("Donation", "asserted", "捐赠", roles)), "捐赠")
    assert told.in_graph
    assert [one.why for one in told.fillers if one.span != Span(0, 3)] == [why]


def test_trace_role_that_holds_one_says_so_of_the_other() -> None:
    roles = {"donor": ["江口县", chunk("白塔乡卫生院", 0.6)]}
    policy = Policy(single={"Donation": ["donor"]})
    told = proposal(read(GIFT, ("Donation", "asserted", "捐赠", roles), policy=policy), "捐赠")
    assert [filler.why for filler in told.fillers] == ["", "the role holds one that is likelier"]


def test_trace_name_of_another_class_says_which_the_role_takes() -> None:
    position: Stated = ("Position", "asserted", "赴任", {"position": ["院长"], "organization": ["李强"]})
    visits: list[Stated] = [("Position", "asserted", "李强", {"person": ["李强"]})] * 2
    told = proposal(read("院长李强赴任。", *visits, position), "赴任")
    assert [filler.why for filler in told.fillers if filler.role == "organization"] == [
        "Person; the role takes Place or Organization or Facility"
    ]


def test_trace_reference_tells_whose_name_it_was_led_to() -> None:
    text = GIFT + "该院派出医生5名。"
    sent: Stated = ("Dispatch", "asserted", "派出", {"sender": [chunk("该院", leads=["白塔乡卫生院"])]})
    [sender] = proposal(read(text, GIVEN, sent), "派出").fillers
    assert sender.means == "白塔乡卫生院 (Hospital, named at 12-18)"


# --- the sentence --------------------------------------------------------------------------------


def test_trace_values_and_names_are_those_of_the_sentence() -> None:
    text = "去年，" + PLAN
    told = read(GIFT.replace("2022年", "某年") + text, PLANNED)
    assert [(value.kind, value.text, value.means) for value in told.values] == [
        ("time", "去年", "no date is known"),
        ("money", "8万元", "80,000 CNY"),
    ]
    assert all(told.span.contains(mark.span) for mark in (*told.values, *told.names))


def test_trace_name_tells_its_class_and_what_it_was_linked_to() -> None:
    text = "青禾县人民医院（以下简称县医院）捐款，南京市栖霞区的县医院。"
    told = read(
        text, ("Donation", "asserted", "捐款", {"donor": ["青禾县人民医院", "县医院#2", "南京市栖霞区"]})
    )
    assert {(name.kind, name.text, name.means) for name in told.names} >= {
        ("Hospital", "县医院", "青禾县人民医院"),
        ("AdministrativeDivision", "南京市栖霞区", "南京市栖霞区, code 320113"),
    }


def test_trace_furniture_is_told_and_not_read() -> None:
    traces = trace(reading([]), Document("a.txt", "青禾县捐赠8万元\n责任编辑：某某"))
    assert [told.kind for told in traces] == ["heading", "furniture"]
    assert format_traces(traces) == (
        "a.txt:0-8  heading\n  青禾县捐赠8万元\nvalues\n  money  5-8  8万元  80,000 CNY\nnothing was read here\n"
        "\na.txt:9-16  furniture\n  责任编辑：某某\n  it is not read\n"
    )


SECOND = len(GIFT) + 3  # where the plan begins, behind a line break and two spaces


@pytest.mark.parametrize(
    ("offset", "start"),
    [(0, 0), (len(GIFT) - 1, 0), (SECOND - 1, SECOND), (SECOND, SECOND), (SECOND + len(PLAN), SECOND)],
    ids=["first", "last", "nearest-after", "second", "nearest-before"],
)
def test_trace_at_takes_the_sentence_around_the_offset(offset: int, start: int) -> None:
    document = Document("a.txt", f"{GIFT}\n  {PLAN}\n")
    told = trace_at(reading([]), document, offset)
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
def test_trace_at_no_sentence_says_so(text: str, offset: int, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        trace_at(reading([]), Document("a.txt", text), offset)
    assert str(raised.value) == message


# --- forms ---------------------------------------------------------------------------------------


def test_trace_text_tells_a_proposal_in_columns() -> None:
    low: Stated = ("Sale", "asserted", "8万元", {"amount": [chunk("8万元", 0.4)]}, 0.3)
    *lines, outcome, title, filler, why = format_traces([read(PLAN, PLANNED, low)]).splitlines()
    assert lines[-4:] == [
        "fact  Donation 0.95  planned 0.95, at 捐赠 8-10, by reader",
        "  donor      0.95  0-3    青禾县  青禾县 (AdministrativeDivision)",
        "  recipient  0.95  5-8    江口县  江口县 (AdministrativeDivision)",
        "  amount     0.95  12-15  8万元   80,000 CNY",
    ]
    assert outcome.startswith("  https://")
    assert outcome.endswith(
        ", share 0.95 (a Donation needs 0.50), confidence 0.95"
        " (that it is a Donation: 0.95, that it is planned: 0.95, its least sure role, amount: 0.95)"
    )
    assert (title, filler, why) == (
        "no fact  Sale 0.30  asserted 0.95, at 8万元 12-15, by reader",
        "  amount  0.40  12-15  8万元  80,000 CNY; left out: below 0.50",
        "  no filler is likely enough, share 0.30 (a Sale needs 0.50)",
    )


def test_trace_text_is_coloured_only_by_the_paint() -> None:
    shown = format_traces([read(PLAN, PLANNED)], lambda words, style: f"[{style}:{words}]")
    assert "[good:fact]  [title:Donation 0.95]  planned" in shown
    assert "  [faint:amount   ]  0.95" in shown


def test_trace_hostile_text_steers_no_terminal() -> None:
    hostile = "青禾县\x1b[31m向江口县\u202e捐赠\x9b资金\x078万元。"
    document = Document("\x1b]0;x\x07.txt", hostile)
    traces = trace(reading([("Donation", "asserted", "捐赠", {"donor": ["青禾县\x1b"]})]), document)
    shown, written = format_traces(traces), traces_as_json(traces)
    assert all(c.isprintable() or c == "\n" for c in shown + written)
    assert r"青禾县\x1b[31m向" in shown
    assert json.loads(written)[0]["text"] == hostile


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read without weights: one plan, wherever they look."""
    stub = reading([PLANNED])
    monkeypatch.setattr(kg.pipeline, "Extractor", lambda ontology: stub)


@pytest.mark.usefixtures("reads")
def test_cli_explain_sentence_gives_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--sentence", PLAN, "--format", "json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["text"], told["span"]) == (PLAN, {"start": 0, "end": 16})
    [gift] = told["proposals"]
    assert (gift["type"], gift["modality"], gift["in_graph"]) == ("Donation", "planned", True)
    assert gift["fillers"][0]["means"] == "青禾县 (AdministrativeDivision)"


def test_cli_explain_at_reads_the_text_of_the_store(
    built: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.pipeline, "Extractor", lambda ontology: reading([]))
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
