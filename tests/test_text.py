"""Documents to passages: what is furniture, heading, copy, and where sentences end."""

from __future__ import annotations

import pytest

from kg.ontology import load_ontology
from kg.ontology.lexicon import Grammar
from kg.resources import ontology_dir
from kg.text import split_passages, split_sentences
from kg.types import Document, Passage, PassageKind, Span

BODY, HEADING, FURNITURE = PassageKind.BODY, PassageKind.HEADING, PassageKind.FURNITURE


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return load_ontology(ontology_dir()).grammar


def split(text: str, grammar: Grammar) -> tuple[Passage, ...]:
    return split_passages(Document("a.txt", text), grammar)


def sentences(text: str, grammar: Grammar) -> list[str]:
    return [span.of(text) for span in split_sentences(text, Span(0, len(text)), grammar)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param("责任编辑：林小满", FURNITURE, id="byline"),
        pytest.param("【字号：大 中 小】", FURNITURE, id="cue-in-brackets"),
        pytest.param("首页 > 新闻中心 > 帮扶动态 > 正文", FURNITURE, id="breadcrumb"),
        pytest.param("本站文章未经授权不得转载", FURNITURE, id="cue-anywhere"),
        pytest.param("临江县与海宁镇结对十年", HEADING, id="short-without-stop"),
        pytest.param("临江县与海宁镇结对十年。", BODY, id="short-with-stop"),
        pytest.param("编辑部向临江县小学捐赠图书三千册，价值五万元，校方在操场上举行了简短的接收仪式，师生代表一百余人参加了当天的活动。", BODY, id="cue-opens-a-sentence"),
        pytest.param("临江县" * 14, BODY, id="long-without-stop"),
    ],
)  # fmt: skip
def test_text_line_is_body_heading_or_furniture(line: str, kind: PassageKind, grammar: Grammar) -> None:
    (passage,) = split(line, grammar)
    assert passage.kind is kind
    assert bool(passage.sentences) == (kind is not FURNITURE)


def test_text_passages_are_stripped_lines_whatever_ends_them(grammar: Grammar) -> None:
    text = "\u3000\u3000甲县捐款。\r\n\r\n  乙县受赠。 \r丙县致谢。\n"
    assert [p.span.of(text) for p in split(text, grammar)] == ["甲县捐款。", "乙县受赠。", "丙县致谢。"]


@pytest.mark.parametrize("text", ["", " \n\t\n\u3000"], ids=["empty", "blank"])
def test_text_without_words_has_no_passage(text: str, grammar: Grammar) -> None:
    assert split(text, grammar) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("甲捐款。乙受赠！丙呢？", ["甲捐款。", "乙受赠！", "丙呢？"], id="stops"),
        pytest.param("他说：“钱到了。路也通了。”大家鼓掌。", ["他说：“钱到了。路也通了。”大家鼓掌。"], id="quotation"),
        pytest.param("甲县（含乙镇。丙乡）获赠。丁县没有。", ["甲县（含乙镇。丙乡）获赠。", "丁县没有。"], id="brackets"),
        pytest.param("《问水！寻路？》出版。第二天售罄。", ["《问水！寻路？》出版。", "第二天售罄。"], id="title"),
        pytest.param("“一（二”三）。四。", ["“一（二”三）。", "四。"], id="crossed-pairs"),
        pytest.param("多了一个”。不要紧。", ["多了一个”。", "不要紧。"], id="closing-mark-alone"),
        pytest.param("捐款到账； 物资在途 ", ["捐款到账；", "物资在途"], id="white-space-trimmed"),
    ],
)  # fmt: skip
def test_text_sentence_does_not_end_inside_marks(text: str, wanted: list[str], grammar: Grammar) -> None:
    assert sentences(text, grammar) == wanted


def test_text_mark_never_closed_does_not_swallow_the_rest(grammar: Grammar) -> None:
    text = "他说：“" + "路通了。" * 100
    found = sentences(text, grammar)
    assert len(found[0]) == 304
    assert found[1:] == ["路通了。"] * 25


@pytest.mark.parametrize(
    ("first", "second", "is_copy"),
    [
        pytest.param("青山镇向白水村捐赠了八十万元。", "青山镇向白水村捐赠了八十万元。", True, id="equal"),
        pytest.param("青山镇向白水村捐赠了八十万元。", "青山镇，向白水村捐赠了“八十万元”", True, id="other-marks"),
        pytest.param("青山镇人民政府今年春天向白水村小学捐赠了课桌一百二十套。", "青山镇人民政府今年春天向白水村小学捐赠了课桌一百三十套。", True, id="one-character"),
        pytest.param("青山镇人民政府今年春天向白水村小学捐赠了课桌一百二十套。", "青山镇人民政府去年秋天向赤土村中学捐赠了课桌二百三十套。", False, id="six-characters"),
        pytest.param("青山镇捐赠八十万元", "青山镇捐赠九十万元", False, id="short-lines-must-be-equal"),
    ],
)  # fmt: skip
def test_text_copy_is_a_passage_that_says_nearly_the_same(
    first: str, second: str, is_copy: bool, grammar: Grammar
) -> None:
    original, other = split(f"{first}\n{second}", grammar)
    assert original.copy_of is None
    assert other.copy_of == (original.span if is_copy else None)


def test_text_third_telling_is_a_copy_of_the_first(grammar: Grammar) -> None:
    line = "青山镇人民政府今年春天向白水村小学捐赠了课桌一百二十套。"
    first, second, third = split("\n".join([line, line.replace("二", "三"), line]), grammar)
    assert second.copy_of == third.copy_of == first.span


def test_text_lines_of_a_list_are_no_copies_of_one_another(grammar: Grammar) -> None:
    lines = [
        f"{name}食品有限公司向白水村小学捐赠图书一批，孩子们都很高兴。"
        for name in ("青禾", "青山", "青石", "青田")
    ]
    assert [p.copy_of for p in split("\n".join(lines), grammar)] == [None] * 4
    first, *others = split("\n".join([*lines[:1], "别的事。", *lines[1:2]]), grammar)
    assert others[1].copy_of == first.span


def test_text_passage_with_other_figures_is_no_copy(grammar: Grammar) -> None:
    line = "青禾食品有限公司去冬今春向白水村小学捐款{}万元，孩子们都很高兴。"
    assert [p.copy_of for p in split(f"{line.format(20)}\n{line.format(30)}", grammar)] == [None, None]


def test_text_furniture_is_no_copy_and_has_none(grammar: Grammar) -> None:
    assert [p.copy_of for p in split("责任编辑：林小满\n责任编辑：林小满", grammar)] == [None, None]


def test_text_similar_passages_are_found_wherever_the_slips_stand(grammar: Grammar) -> None:
    line = "东江水务集团有限公司与西岭县人民政府签订了供水合作协议书"
    for at in range(len(line) - 2):
        changed = line[:at] + "某某" + line[at + 2 :]
        assert split(f"{line}\n{changed}", grammar)[1].copy_of == Span(0, len(line)), at


@pytest.mark.parametrize(
    "said",
    [
        ["甲县捐款5万元｡", "乙县捐款6.5万元｡"],
        ["甲县捐款5万元.", "2019年,乙县捐款6.5万元."],
        ["甲县捐款5万元．", "乙县捐款６．５万元．"],
        ["出口增长5.3%.", "其中机电产品增长2.1%."],
        ["甲县与乙县签约. ", "双方互访."],
        ["1.种植业发展平稳。"],
        ["一．总体情况良好。"],
        ["教师阿依古丽.买买提向学校捐款5万元."],
        ["见www.example.cn首页，J.K.罗斯到访."],
        ["甲县（含乙镇.2个村）捐款5万元."],
    ],
    ids=[
        "half-width",
        "figure",
        "wide",
        "words",
        "blank",
        "list",
        "list-in-words",
        "name",
        "latin",
        "brackets",
    ],
)
def test_text_dot_ends_a_sentence_only_between_sentences(said: list[str], grammar: Grammar) -> None:
    assert sentences("".join(said), grammar) == [one.strip() for one in said]
