"""The reader's parts by hand-made numbers, and the shipped weights on sentences of this test."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.reader import Reader
from kg.reader.chunks import candidates, kinds, labelled, mark_counts, marked, places, steps
from kg.reader.features import Features, Gazetteer, character_codes
from kg.reader.model import load_model, packed, unpacked
from kg.reader.windows import Windows
from kg.text import split_passages
from kg.types import Document, Span

REPORT = """2026年重点工作
新开县要办好三件事。修建图书馆一座。
二、2025年工作回顾
""" + "".join(f"第{n}项工程投资{n}万元，已经完工，群众满意。\n" for n in range(1, 90))


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> Reader:
    return Reader(ontology.reader, ontology.divisions)


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> Extractor:
    return Extractor(ontology)


def test_windows_cover_every_sentence_once_in_order(reader: Reader, ontology: Ontology) -> None:
    passages = split_passages(Document("a", REPORT), ontology.grammar)
    windows = Windows(reader.model.tokenizer).of(REPORT, passages)
    cores = [int(at) for window in windows for at in window.at[window.core :] if at >= 0]
    read = [at for p in passages for s in p.sentences for at in range(s.start, s.end)]
    assert len(windows) > 3
    assert cores == read


def test_windows_have_the_first_line_and_the_last_heading_above(reader: Reader, ontology: Ontology) -> None:
    passages = split_passages(Document("a", REPORT), ontology.grammar)
    last = Windows(reader.model.tokenizer).of(REPORT, passages)[-1]
    assert last.text.startswith("2026年重点工作\n二、2025年工作回顾\n")
    for place, at in enumerate(last.at):
        assert at < 0 or REPORT[at] == last.text[place]


def test_windows_hold_what_the_encoder_takes(reader: Reader, ontology: Ontology) -> None:
    text = "甲" * 3000
    passages = split_passages(Document("a", text), ontology.grammar)
    windows = Windows(reader.model.tokenizer).of(text, passages)
    assert all(len(window.pieces) <= 512 for window in windows)
    assert [int(at) for w in windows for at in w.at[w.core :] if at >= 0] == list(range(3000))


def test_windows_leave_the_furniture_of_pages_out(reader: Reader, ontology: Ontology) -> None:
    text = "首页\n甲县向乙县捐款。\n甲县与丙县结对。\n"
    document = Document("a", text, furniture=(Span(3, 11),))
    windows = Windows(reader.model.tokenizer).of(text, split_passages(document, ontology.grammar))
    assert "捐款" not in "".join(window.text for window in windows)
    assert "结对" in windows[-1].text


def test_labelled_begins_goes_on_and_heals_a_missing_beginning() -> None:
    assert labelled(np.array([1, 2, 1, 0, 2, 2, 0])) == [(0, 2), (2, 3), (4, 6)]


def test_marked_parts_neighbours_at_odd_numbers() -> None:
    assert marked(np.array([1, 2, 1, 2, 0, 3, 4])) == [(0, 2), (2, 4), (5, 7)]


def test_candidates_give_values_their_own_borders(reader: Reader, ontology: Ontology) -> None:
    text = "捐款300万元。"
    window = Windows(reader.model.tokenizer).of(text, split_passages(Document("a", text), ontology.grammar))[
        0
    ]
    values = np.array([0, 0, 1, 2, 2, 2, 2, 0])
    features = Features(values, np.zeros(8, np.int64))
    assert candidates(window, features, [(0, 2), (2, 6)]) == [(0, 2), (2, 7)]
    assert kinds(features, [(0, 2), (2, 7)]).tolist() == [0, 21]


def test_places_and_steps_tell_order_sentence_and_marks_apart() -> None:
    starts, sentences = np.array([0, 4, 9, 19]), np.array([0, 0, 0, 1])
    near = places(starts, sentences, np.array([1]))[0]
    assert len(set(near.tolist())) == 4
    marks = mark_counts("一二，四五六七八，十一二三四五六七八。廿")
    assert steps(starts, marks, np.array([1]))[0].tolist() == [7, 8, 9, 10]


def test_gazetteer_finds_the_longest_division(ontology: Ontology) -> None:
    text = "南京市栖霞区与商州区结对"
    found = [span.of(text) for span in Gazetteer(ontology.divisions).find(text)]
    assert found == ["南京市", "栖霞区", "商州区"]


def test_character_codes_are_of_the_character_alone() -> None:
    assert character_codes("甲乙甲")[0] == character_codes("丙甲")[1]


def test_packed_weights_come_back_within_a_hundredth_of_their_block() -> None:
    numbers = np.random.default_rng(1).normal(size=(64, 96)).astype(np.float32)
    restored = dict(unpacked(packed({"a": numbers})))["a"]
    blocks = np.abs(numbers).reshape(-1, 32).max(1)
    assert (np.abs(restored - numbers).reshape(-1, 32).max(1) <= blocks / 100).all()


def test_model_knows_the_ontology_and_fits_in_thirty_megabytes(ontology: Ontology) -> None:
    model = load_model(ontology.reader)
    for name in model.types:
        assert name in ontology.vocabulary.fact_types
    assert set(model.roles) >= {r for t in model.types for r in ontology.vocabulary.fact_types[t].roles}
    files = [path for path in ontology.reader.iterdir() if path.suffix in (".onnx", ".npz", ".json")]
    assert sum(path.stat().st_size for path in files) < 30_000_000
    assert 0 < json.loads((ontology.reader / "reader.json").read_text(encoding="utf-8"))["threshold"] < 1


@pytest.mark.parametrize(
    ("text", "kind", "modality"),
    [
        ("2023年5月，宁海县慈善总会向青田县第二小学捐赠图书2000册。", "Donation", "asserted"),
        ("周建国任云岭县教育局局长。", "Position", "asserted"),
        ("2023年，云岭县实现地区生产总值86.5亿元，增长6.2%。", "Observation", "asserted"),
        ("2023年3月，云岭县人民政府印发《云岭县茶产业发展规划》。", "Issuance", "asserted"),
        ("明年计划新建村卫生室12所。", "Establishment", "planned"),
    ],
)
def test_reader_is_surest_of_what_a_plain_sentence_says(
    extractor: Extractor, text: str, kind: str, modality: str
) -> None:
    judged = extractor.steps(Document("a", text)).reading.judged
    surest = max((one.decided for one in judged), key=lambda decided: decided.sure).proposal
    assert (surest.type, surest.modality) == (kind, modality)


def test_reader_says_the_same_of_a_text_alone_and_among_others(extractor: Extractor) -> None:
    texts = [REPORT, "温州商会向秭归县捐款50万元。", "王芳任校长。"]
    together = [e.facts for e in extractor.extract_all(Document(str(n), t) for n, t in enumerate(texts))]
    alone = [extractor.extract(Document(str(n), t)).facts for n, t in enumerate(texts)]
    assert together == alone
