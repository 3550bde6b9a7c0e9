"""Text to a Doc with names, titles and values: what is a name, of what class, and where it ends."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from kg.annotations import OTHER, QUOTED, Marks, Word, marks_of
from kg.mentions import build_language
from kg.mentions.declared import declared_names
from kg.mentions.places import PlaceFinder
from kg.mentions.tokens import quotations
from kg.ontology import Ontology, load_ontology
from kg.resources import ontology_dir
from kg.text import split_passages
from kg.types import Span
from kg.values import load_tables


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ontology_dir())


@pytest.fixture(scope="module")
def nlp(ontology: Ontology) -> Language:
    return build_language(ontology, load_tables(ontology.lexicon), split_passages)


def read(nlp: Language, text: str) -> tuple[Doc, Marks]:
    doc = nlp(text)
    marks = marks_of(doc)
    for mention in marks.mentions:
        assert mention.span.of(text) == mention.name
    return doc, marks


def names(marks: Marks) -> list[tuple[str, str]]:
    return [(mention.name, mention.cls) for mention in marks.mentions]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("绿野农业科技有限公司向青山镇人民政府捐赠电脑。", [("绿野农业科技有限公司", "Company"), ("青山镇人民政府", "Government")], id="marker-between"),
        pytest.param("临江市第二人民医院与白水县中医院结对。", [("临江市第二人民医院", "Hospital"), ("白水县中医院", "Hospital")], id="hospitals"),
        pytest.param("河海大学附属中学与海宁市慈善总会签约。", [("河海大学附属中学", "School"), ("海宁市慈善总会", "SocialOrganization")], id="longest-ending"),
        pytest.param("白水县卫生健康局局长赵海涛出席。", [("白水县卫生健康局", "Government"), ("赵海涛", "Person")], id="title-is-not-the-name"),
        pytest.param("丰田汽车（中国）投资有限公司捐赠车辆。", [("丰田汽车（中国）投资有限公司", "Company")], id="place-in-brackets"),
        pytest.param("第三届中国绿色食品博览会在义乌举行。", [("第三届中国绿色食品博览会", "Project"), ("义乌", "AdministrativeDivision")], id="event-with-ordinal"),
        pytest.param("某企业与一家医院合作，学校和公司都受益。", [], id="common-nouns"),
    ],
)  # fmt: skip
def test_mentions_name_ends_with_its_ending(text: str, wanted: list[tuple[str, str]], nlp: Language) -> None:
    assert names(read(nlp, text)[1]) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("他们印发了《乡村振兴三年行动方案》和《结对帮扶办法》。", [("乡村振兴三年行动方案", "Document"), ("结对帮扶办法", "Document")], id="titles"),
        pytest.param("“春雨行动”公益项目启动。", [("“春雨行动”公益项目", "Project")], id="head-noun"),
        pytest.param("“百校联百村”活动帮助了“空心村”。", [("“百校联百村”活动", "Project")], id="activity-not-slogan"),
        pytest.param("大家要有“等不起”的紧迫感。", [], id="figure-of-speech"),
        pytest.param("他说：“我们一定要把钱用好。”", [], id="speech"),
    ],
)  # fmt: skip
def test_mentions_quotation_is_a_name_by_its_marks_or_head_noun(
    text: str, wanted: list[tuple[str, str]], nlp: Language
) -> None:
    assert names(read(nlp, text)[1]) == wanted


@pytest.mark.parametrize(
    ("text", "persons", "titles"),
    [
        pytest.param("义乌市委书记周明远会见了客人。", ["周明远"], ["市委书记"], id="title-before"),
        pytest.param("院长欧阳清到任，副院长陈思雨离任。", ["欧阳清", "陈思雨"], ["院长", "副院长"], id="compound-surname"),
        pytest.param("卡洛斯·戈麦斯教授来到义乌。", ["卡洛斯·戈麦斯"], ["教授"], id="foreign-name"),
        pytest.param("副市长古丽娜尔走访了企业。", ["古丽娜尔"], ["副市长"], id="name-without-surname"),
    ],
)  # fmt: skip
def test_mentions_person_has_no_title_in_the_name(
    text: str, persons: list[str], titles: list[str], nlp: Language
) -> None:
    marks = read(nlp, text)[1]
    assert [name for name, cls in names(marks) if cls == "Person"] == persons
    assert [title.of(text) for title in marks.titles] == titles


def test_mentions_chain_of_places_is_one_mention_a_division(nlp: Language) -> None:
    marks = read(nlp, "浙江省杭州市余杭区的企业家来访。")[1]
    assert [(m.name, m.codes) for m in marks.mentions] == [
        ("浙江省", ("330000",)), ("杭州市", ("330100",)), ("余杭区", ("330110",)),
    ]  # fmt: skip


def test_mentions_pair_of_abbreviations_is_two_provinces(nlp: Language) -> None:
    marks = read(nlp, "苏陕协作持续深化。")[1]
    assert [(m.name, m.codes) for m in marks.mentions] == [("苏", ("320000",)), ("陕", ("610000",))]


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("绿野农业科技有限公司（以下简称“绿野农科”）成立。", "绿野农科", "绿野农业科技有限公司"),
        ("白水县慈善总会（简称：县慈善总会）募捐。", "县慈善总会", "白水县慈善总会"),
        ("腾远科技有限公司（Tengyuan）成立。", "Tengyuan", "腾远科技有限公司"),
    ],
    ids=["quoted", "colon", "latin"],
)
def test_mentions_declared_short_name_is_found_wherever_it_stands(
    text: str, short: str, full: str, nlp: Language
) -> None:
    again = f"{text}\n大家认为{short}很好。"
    marks = read(nlp, again)[1]
    assert dict(marks.declared) == {short: full}
    classes = {cls for name, cls in names(marks) if name in (short, full)}
    assert len([name for name, _ in names(marks) if name == short]) == 2
    assert len(classes) == 1


@pytest.mark.parametrize("inner", ["位于白水县", "以下简称", "以下简称“绿野农业科技有限公司”"])
def test_mentions_other_brackets_declare_nothing(inner: str, nlp: Language, ontology: Ontology) -> None:
    text = f"绿野农业科技有限公司（{inner}）成立。"
    assert declared_names(text, read(nlp, text)[1].mentions, ontology.grammar) == {}


def test_mentions_furniture_is_one_word_and_names_nobody(nlp: Language) -> None:
    text = "绿野农业科技有限公司捐款。\n来源：绿野农业科技有限公司"
    doc, marks = read(nlp, text)
    assert names(marks) == [("绿野农业科技有限公司", "Company")]
    assert marks.words[-1] == Word(14, len(text), OTHER)
    assert doc[-1].text == "来源：绿野农业科技有限公司"


def test_mentions_words_are_whole_and_cut_at_values_and_quotations(nlp: Language) -> None:
    text = "  2021年3月，甲乙公司为“春雨行动”捐款1亿2000万元！\n\n完 "
    doc, marks = read(nlp, text)
    assert "".join(token.text for token in doc) == doc.text == text
    assert [word.end for word in marks.words[:-1]] == [word.start for word in marks.words[1:]]
    assert [text[w.start : w.end] for w in marks.words if w.tag == QUOTED] == ["“春雨行动”"]
    assert [span.text for span in doc.spans["values"]] == ["2021年3月", "1亿2000万元"]


def test_mentions_ents_and_spans_are_the_mentions(nlp: Language) -> None:
    doc, marks = read(nlp, "白水县人民医院院长周明远来到浙江省杭州市。")
    assert [(e.text, e.label_) for e in doc.ents] == names(marks)
    assert [(s.start_char, s.end_char) for s in doc.spans["names"]] == [
        (m.span.start, m.span.end) for m in marks.mentions
    ]
    assert [s.text for s in doc.spans["titles"]] == ["院长"]


@pytest.mark.parametrize(
    "text", ["", "\n \n", "。", "来源：某网"], ids=["empty", "blank", "stop", "furniture"]
)
def test_mentions_text_without_names_gives_a_whole_doc(text: str, nlp: Language) -> None:
    doc, marks = read(nlp, text)
    assert doc.text == text and names(marks) == []


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("威海市对口支援青海省海北藏族自治州刚察县。", "刚察县", id="cut-into-words"),
        pytest.param("2024年，刚察县农牧民人均收入18460元。", "刚察县", id="its-type-word-apart"),
        pytest.param("刚察县高级中学本科上线率提高。", "刚察县高级中学", id="begins-a-name"),
    ],
)
def test_mentions_place_that_the_tagger_took_apart_is_whole(text: str, wanted: str, nlp: Language) -> None:
    assert wanted in [mention.name for mention in read(nlp, text)[1].mentions]


def test_mentions_place_before_its_committee_is_left_short(nlp: Language) -> None:
    _, marks = read(nlp, "刚察县委书记陪同。")
    assert next((m.name, m.codes) for m in marks.mentions) == ("刚察", ("632224",))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([Word(0, 1, "a"), Word(1, 3, "n")], id="common"),
        pytest.param([Word(0, 2, "LOC"), Word(2, 3, "n")], id="known"),
        pytest.param([Word(0, 3, QUOTED)], id="quoted"),
    ],
)
def test_mentions_words_that_are_common_or_names_already_stay(words: list[Word], ontology: Ontology) -> None:
    assert PlaceFinder(ontology.divisions, ontology.names).mend("新城区", words) == words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("青山市人大常委会副主任丛培兴率代表团到访。", "丛培兴", id="last-letter-apart"),
        pytest.param("县委常委、副县长楼孟舟说，项目已开工。", "楼孟舟", id="surname-apart"),
        pytest.param("市长李明赴北京考察。", "李明", id="verb-behind"),
        pytest.param("县长王强率队到访。", "王强", id="verb-of-two"),
    ],
)
def test_mentions_person_behind_a_title_has_all_letters(text: str, wanted: str, nlp: Language) -> None:
    assert [name for name, cls in names(read(nlp, text)[1]) if cls == "Person"] == [wanted]
