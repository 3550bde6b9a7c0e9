"""Filling: chunks to values, times, names and what stands for names."""

from __future__ import annotations

import pytest
from facts_samples import Said, said
from reader_samples import Chunk, Stated, chunk, reading

from kg.facts.clauses import Clauses
from kg.types import Document, Fact, Span


def facts_of(text: str, *facts: Stated) -> list[Fact]:
    return list(reading(facts).extract(Document("a.txt", text)).facts)


def filled(text: str, fact_type: str, pivot: str, roles: dict[str, list[str | Chunk]]) -> Said:
    """The only fact of a text, of which all is read right."""
    [fact] = facts_of(text, (fact_type, "asserted", pivot, roles))
    for evidence in fact.evidence:
        assert evidence.quote == evidence.span.of(text)
        assert all(part.span.of(text) for part in evidence.fillers)
    return said(fact)


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("青禾县捐款约60万元。", "约60万元", "600000 CNY about"),
        ("青禾县捐款约60万元。", "60万", "600000 CNY about"),
        ("青禾县捐款共60万元整。", "共60万元整", "600000 CNY"),
        ("青禾县捐款1亿2000万元。", "1亿2000万元", "120000000 CNY"),
    ],
    ids=["whole", "part", "more", "mixed"],
)
def test_filling_figure_is_the_value_under_most_of_the_chunk(text: str, words: str, value: str) -> None:
    assert filled(text, "Donation", "捐款", {"amount": [words]}).roles == {"amount": [value]}


def test_filling_chunk_without_a_figure_fills_no_quantity() -> None:
    assert facts_of("青禾县捐款若干。", ("Donation", "asserted", "捐款", {"amount": ["若干"]})) == []


@pytest.mark.parametrize(
    ("text", "goods"),
    [("青禾县捐赠图书300册。", "图书"), ("青禾县捐赠图书300册。", "300册")],
    ids=["words", "figure"],
)
def test_filling_role_of_text_and_figures_takes_what_is_there(text: str, goods: str) -> None:
    wanted = "300 item" if goods == "300册" else goods
    assert filled(text, "Donation", "捐赠", {"goods": [goods]}).roles["goods"] == [wanted]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("茶叶产量3200吨，同比下降2.3%。", "-2.3 %"),
        ("茶叶产量3200吨，同比增长2.3%。", "2.3 %"),
        ("出口额下降，产量增长2.3%。", "2.3 %"),
    ],
    ids=["fall", "rise", "other-clause"],
)
def test_filling_change_that_falls_is_negative(text: str, change: str) -> None:
    assert filled(text, "Observation", "2.3%", {"change": ["2.3%"]}).roles == {"change": [change]}


def test_filling_value_that_falls_to_a_figure_keeps_its_sign() -> None:
    found = filled("贫困发生率下降到0.8%。", "Observation", "0.8%", {"value": ["0.8%"]})
    assert found.roles == {"value": ["0.8 %"]}


@pytest.mark.parametrize(
    ("text", "words", "role", "expected"),
    [
        ("出口额负增长4.6%。", "4.6%", "change", {"change": ["-4.6 %"]}),
        ("出口额下降了4.6亿元。", "4.6亿元", "value", {"change": ["-460000000 CNY"]}),
        ("出口额增加4.6亿元。", "4.6亿元", "value", {"change": ["460000000 CNY"]}),
        ("失业率由6%降至4.6%。", "4.6%", "value", {"value": ["4.6 %"]}),
        ("增速由6%降至4.6%。", "4.6%", "change", {"change": ["4.6 %"]}),
        ("新增就业4600人。", "4600人", "value", {"value": ["4600 person"]}),
        ("利润为-4.6亿元。", "-4.6亿元", "value", {"value": ["-460000000 CNY"]}),
    ],
)
def test_filling_words_before_a_figure_tell_change_from_level(
    text: str, words: str, role: str, expected: dict[str, list[str]]
) -> None:
    assert filled(text, "Observation", words, {role: [words]}).roles == expected


def test_filling_change_of_a_figure_does_not_take_the_place_of_another() -> None:
    stated = {"value": ["4.6亿元"], "change": ["2%"]}
    found = filled("出口额下降4.6亿元，降幅2%。", "Observation", "2%", stated)  # type: ignore[arg-type]
    assert found.roles == {"change": ["-2 %"]}


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("青禾县捐款八百万。", "八百万", "8000000 CNY"),
        ("青禾县捐款三亿半。", "三亿半", "350000000 CNY"),
        ("青禾县捐款两个亿。", "两个亿", "200000000 CNY"),
        ("青禾县捐款9.5亿。", "9.5亿", "950000000 CNY"),
        ("青禾县捐款8万美元。", "8万美元", "80000 USD"),
    ],
)
def test_filling_sum_needs_no_unit_where_it_is_counted_in_magnitudes(
    text: str, words: str, value: str
) -> None:
    assert filled(text, "Donation", "捐款", {"amount": [words]}).roles == {"amount": [value]}


@pytest.mark.parametrize("words", ["8,000", "300册", "3%", "8万人"])
def test_filling_figure_that_is_no_money_is_no_sum(words: str) -> None:
    stated = ("Donation", "asserted", "捐款", {"donor": ["青禾县"], "amount": [words]})
    [fact] = facts_of(f"青禾县捐款{words}。", stated)
    assert said(fact).roles == {"donor": ["青禾县"]}


@pytest.mark.parametrize(
    ("text", "words", "edtf"),
    [
        ("2021年5月，青禾县捐款。", "2021年5月", "2021-05"),
        ("2021年5月，青禾县捐款。", "2021年", "2021-05"),
        ("2021年2月捐款。3月，青禾县捐款。", "3月", "2021-03"),
    ],
    ids=["whole", "part", "year-before"],
)
def test_filling_time_is_that_of_the_calendar(text: str, words: str, edtf: str) -> None:
    assert filled(text, "Donation", "捐款", {"donor": ["青禾县"], "time": [words]}).roles["time"] == [edtf]


def test_filling_time_without_a_date_is_left_out() -> None:
    found = filled("去年，青禾县捐款。", "Donation", "捐款", {"donor": ["青禾县"], "time": ["去年"]})
    assert found.roles == {"donor": ["青禾县"]}


# --- names ---------------------------------------------------------------------------------------

TWO = "青禾县人民医院与白塔县中医院结对。"


@pytest.mark.parametrize(
    ("behind", "sender", "wanted"),
    [
        ("该院派出医生5名。", chunk("该院", leads=["青禾县人民医院"]), "青禾县人民医院"),
        ("该院派出医生5名。", chunk("该院"), "白塔县中医院"),
        ("前者派出医生5名。", chunk("前者"), "青禾县人民医院"),
        ("后者派出医生5名。", chunk("后者"), "白塔县中医院"),
        ("县医院派出医生5名。", chunk("县医院", leads=["青禾县人民医院"]), "青禾县人民医院"),
    ],
    ids=["led", "last-of-its-kind", "former", "latter", "led-without-a-word-for-it"],
)
def test_filling_reference_is_what_it_leads_to_else_what_its_word_says(
    behind: str, sender: Chunk, wanted: str
) -> None:
    text = TWO + behind
    pairing: Stated = ("Pairing", "asserted", "结对", {"party": ["青禾县人民医院", "白塔县中医院"]})
    dispatch: Stated = ("Dispatch", "asserted", "派出", {"sender": [sender], "people": ["5名"]})
    _, fact = facts_of(text, pairing, dispatch)
    assert said(fact).roles["sender"] == [wanted]
    [part] = [part for part in fact.evidence[0].fillers if part.role == "sender"]
    assert part.span.of(text) == sender.words


@pytest.mark.parametrize(
    "leads",
    [["青禾县人民医院", "白塔县中医院"], ["青禾县人民医院"], []],
    ids=["led-to-both", "led-to-one", "not-led"],
)
def test_filling_plural_reference_is_both_that_were_named(leads: list[str]) -> None:
    text = TWO + "双方签约。"
    pairing: Stated = ("Pairing", "asserted", "结对", {"party": ["青禾县人民医院", "白塔县中医院"]})
    agreement: Stated = ("Agreement", "asserted", "签约", {"party": [chunk("双方", leads=leads)]})
    _, fact = facts_of(text, pairing, agreement)
    assert said(fact).roles == {"party": sorted(["青禾县人民医院", "白塔县中医院"])}


def test_filling_reference_to_nothing_named_before_fills_nothing() -> None:
    found = filled("该院派出医生5名。", "Dispatch", "派出", {"sender": ["该院"], "people": ["5名"]})
    assert found.roles == {"people": ["5 person"]}


def test_filling_name_of_a_division_is_led_nowhere() -> None:
    text = "南京市栖霞区捐款。商州区捐款5万元。"
    donor = chunk("商州区", leads=["栖霞区"])
    first: Stated = ("Donation", "asserted", "捐款", {"donor": ["栖霞区"]})
    facts = facts_of(text, first, ("Donation", "asserted", "捐款#2", {"donor": [donor], "amount": ["5万元"]}))
    assert said(facts[1]).roles["donor"] == ["商州区"]


def test_filling_same_filler_named_twice_is_one() -> None:
    found = filled(
        "栖霞区捐款，南京市栖霞区共捐5万元。",
        "Donation",
        "捐款",
        {"donor": ["栖霞区", "栖霞区#2"], "amount": ["5万元"]},
    )
    assert found.roles["donor"] == ["栖霞区"]


# --- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fillers", "quote"),
    [(["捐款"], "乙捐款"), (["今年", "捐款"], "今年，甲收款，乙捐款"), (["无关"], "乙捐款")],
    ids=["its-clause", "from-first-to-last", "outside-the-sentence"],
)
def test_filling_evidence_is_whole_clauses_of_one_sentence(fillers: list[str], quote: str) -> None:
    text = "无关。今年，甲收款，乙捐款，丙收款。"
    spans = [Span(text.index(words), text.index(words) + len(words)) for words in fillers]
    pivot = Span(text.index("捐款"), text.index("捐款") + 2)
    found = Clauses(text, [Span(0, 3), Span(3, len(text))], "，。").evidence(pivot, spans)
    assert found.of(text) == quote
