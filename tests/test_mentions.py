"""Text to a Doc: tokens that no value is cut by, names among what was proposed, declared short names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reader_samples import Stated, ontology, proposals
from spacy.tokens import Doc

from kg.annotations import Marks, marks_of
from kg.mentions import ValueTokenizer, build_language, mark_texts
from kg.mentions.declared import declared_names
from kg.mentions.values import quotations
from kg.text import split_passages
from kg.types import Document, Mention, Span
from kg.values import Tables


def read(text: str, tables: Tables, facts: Sequence[Stated] = ()) -> tuple[Doc, Marks]:
    nlp = build_language(ontology(), tables, split_passages, lambda text, marks: proposals(text, facts))
    doc = nlp(text)
    return doc, marks_of(doc)


# --- tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2021年3月捐款1亿2000万元！", ["2021年3月", "捐", "款", "1亿2000万元", "！"]),
        ("与Tandem AI合作", ["与", "Tandem", " ", "AI", "合", "作"]),
        ("\t 甲\n\n乙", ["\t ", "甲", "\n", "\n", "乙"]),
        ("《2021—2025年规划》", ["《", "2021", "—", "2025", "年", "规", "划", "》"]),
        ("", []),
    ],
    ids=["values", "letters", "blanks", "value-in-a-title", "empty"],
)
def test_mentions_token_is_a_value_a_run_of_letters_or_a_character(
    text: str, tokens: list[str], tables: Tables
) -> None:
    doc, _ = read(text, tables)
    assert [token.text for token in doc] == tokens
    assert doc.text == text


def test_mentions_tokenizer_marks_passages_values_and_quotations(tables: Tables) -> None:
    text = "2021年，甲公司为“春雨行动”印发《办法》，捐款5万元。\n来源：某网2020年"
    doc, marks = read(text, tables)
    assert [str(passage.kind) for passage in marks.passages] == ["body", "furniture"]
    assert [span.text for span in doc.spans["values"]] == ["2021年", "5万元"]
    assert [span.of(text) for span in (*marks.quoted, *marks.titled)] == ["“春雨行动”", "《办法》"]
    assert {text[at:][: len(time.span)] for at, time in marks.times.items()} == {"2021年"}


def test_mentions_texts_are_marked_one_by_one_in_order(tables: Tables) -> None:
    nlp = build_language(ontology(), tables, split_passages, lambda text, marks: [])
    assert isinstance(nlp.tokenizer, ValueTokenizer)
    documents = [Document(str(number), f"捐款{number}万元。") for number in range(1, 4)]
    docs = list(mark_texts(nlp, ((document, ()) for document in documents)))
    assert [doc.text for doc in docs] == [document.text for document in documents]
    assert [[span.text for span in doc.spans["values"]] for doc in docs] == [["1万元"], ["2万元"], ["3万元"]]


# --- names ---------------------------------------------------------------------------------------


def test_mentions_names_are_the_chunks_in_roles_of_entities(tables: Tables) -> None:
    text = "青禾县人民医院向白塔乡卫生院捐赠图书300册。该院签约。"
    roles = {
        "donor": ["青禾县人民医院"],
        "recipient": ["白塔乡卫生院"],
        "goods": ["图书"],
        "amount": ["300册"],
    }
    agreement: Stated = ("Agreement", "asserted", "签约", {"party": ["该院"]})
    doc, marks = read(text, tables, [("Donation", "asserted", "捐赠", roles), agreement])
    found = [(mention.name, mention.cls) for mention in marks.mentions]
    assert ("青禾县人民医院", "Hospital") in found and ("白塔乡卫生院", "Hospital") in found
    assert not {"该院", "300册"} & {name for name, _ in found}
    assert [(span.text, span.label_) for span in doc.spans["names"]] == found
    assert [(span.text, span.label_) for span in doc.ents] == found


def test_mentions_class_is_one_for_all_places_of_a_name(tables: Tables) -> None:
    text = "明远捐款。明远任局长。"
    facts: list[Stated] = [
        ("Donation", "asserted", "捐款", {"donor": ["明远"]}),
        ("Position", "asserted", "局长", {"person": ["明远#2"]}),
    ]
    _, marks = read(text, tables, facts)
    assert [(mention.span.start, mention.cls) for mention in marks.mentions] == [(0, "Person"), (5, "Person")]


# --- short names ---------------------------------------------------------------------------------


def declared(text: str, full: str) -> dict[str, str]:
    span = Span(0, len(full))
    return declared_names(text, [Mention(span, full, "Company")], ontology().grammar)


@pytest.mark.parametrize(
    ("full", "behind", "short"),
    [
        ("绿野农业科技有限公司", "（以下简称“绿野农科”）", "绿野农科"),
        ("白水县慈善总会", "（简称：县慈善总会）", "县慈善总会"),
        ("腾远科技有限公司", "（Tengyuan）", "Tengyuan"),
    ],
    ids=["quoted", "colon", "latin"],
)
def test_mentions_short_name_is_declared_in_brackets_behind_the_full_one(
    full: str, behind: str, short: str
) -> None:
    assert declared(f"{full}{behind}成立。", full) == {short: full}


@pytest.mark.parametrize("inner", ["位于白水县", "以下简称", "以下简称“绿野农业科技有限公司”"])
def test_mentions_other_brackets_declare_nothing(inner: str) -> None:
    assert declared(f"绿野农业科技有限公司（{inner}）成立。", "绿野农业科技有限公司") == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“甲”与“乙”", ["“甲”", "“乙”"]),
        ("“甲“乙”丙”丁", ["“甲“乙”丙”"]),
        ("“甲”乙”“丙", ["“甲”"]),
        ('"甲"和"乙', ['"甲"']),
    ],
    ids=["two", "nested", "unclosed", "same-mark"],
)
def test_mentions_quotations_are_the_outermost_pairs(text: str, wanted: list[str]) -> None:
    marks = {"“": "”", '"': '"'}
    assert [span.of(text) for span in quotations(text, Span(0, len(text)), marks)] == wanted
