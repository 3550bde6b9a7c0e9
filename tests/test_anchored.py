"""Anchored annotations: quotes found in their sentences, and made gold by the rules of facts.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.anchored import is_anchored, parse_anchored
from kg.anchoredgold import GoldMaker, annotation_files, genre_file, read_anchored_gold
from kg.errors import SourceError
from kg.gold import GoldFact, Wanted
from kg.ontology import Ontology, load_ontology
from kg.resources import ontology_dir

TEXT = "青石县第二医院昨日揭牌。\n该院向白塔乡捐款5万元，白塔乡致谢；款项用于修路。"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    """The project's ontology."""
    return load_ontology(ontology_dir())


def line(kind: str = "Donation", trig: str = "捐款", s: int = 2, /, **more: Any) -> str:
    roles = {role: more.pop(role) for role in list(more) if role not in ("m", "opt", "dup")}
    return json.dumps({"d": "a", "s": s, "t": kind, "trig": trig, "a": roles, **more}, ensure_ascii=False)


def gold(ontology: Ontology, text: str, *lines: str) -> list[GoldFact]:
    return GoldMaker(ontology).gold(text, parse_anchored(lines, {"a": text}, "a.jsonl")["a"])


def wanted(ontology: Ontology, text: str, said: str) -> Wanted:
    (fact,) = gold(ontology, text, said)
    ((filler,),) = fact.roles.values()
    return filler


@pytest.mark.parametrize(
    ("quote", "start", "words", "meant"),
    [
        pytest.param("白塔乡", 16, "白塔乡", "", id="in the sentence itself"),
        pytest.param("白塔乡#2", 25, "白塔乡", "", id="the second of two"),
        pytest.param("青石县第二医院@S1", 0, "青石县第二医院", "", id="in another sentence"),
        pytest.param("该院=青石县第二医院", 13, "该院", "青石县第二医院", id="what it stands for"),
        pytest.param("昨日@S1=2021-03-04", 7, "昨日", "2021-03-04", id="a time of another sentence"),
        pytest.param("款#2@S3=捐款", None, "", "", id="no second one there"),
        pytest.param("款@S3=捐款", 31, "款", "捐款", id="after a semicolon it is the next sentence"),
    ],
)
def test_anchored_quote_is_found_at_its_place(quote: str, start: int | None, words: str, meant: str) -> None:
    if start is None:
        with pytest.raises(SourceError, match="is not in the sentence"):
            parse_anchored([line(recipient=[quote])], {"a": TEXT}, "a.jsonl")
        return
    (fact,) = parse_anchored([line(recipient=[quote])], {"a": TEXT}, "a.jsonl")["a"]
    (filler,) = fact.fillers
    assert (filler.span.start, filler.span.of(TEXT), filler.meant) == (start, words, meant)
    assert (fact.trigger.of(TEXT), fact.sentence.of(TEXT)[-1]) == ("捐款", "；")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        pytest.param("{", "not JSON", id="no JSON"),
        pytest.param('{"type": "Donation"}', "needs a document's name", id="no document"),
        pytest.param(line("Donation", "捐款", 9), "no sentence 9", id="no such sentence"),
        pytest.param(
            line("Donation", "揭牌"), "the trigger '揭牌' is not in sentence 2", id="no such trigger"
        ),
        pytest.param(line(donor=["红岩乡"]), "donor: '红岩乡' is not in the sentence", id="no such quote"),
        pytest.param(line(donor=[""]), "donor: '' is not in the sentence", id="an empty quote"),
        pytest.param(line(donor="该院"), "must map each role to a list", id="no list"),
        pytest.param(line(m="hoped"), "unknown modality 'hoped'", id="no such modality"),
        pytest.param(line("Gift"), "unknown type 'Gift'", id="no such type"),
        pytest.param(
            line(giver=["该院"]), "Donation has no role 'giver'; known are donor,", id="no such role"
        ),
    ],
)
def test_anchored_fault_names_file_and_line(ontology: Ontology, said: str, message: str) -> None:
    with pytest.raises(SourceError, match=rf"^a\.jsonl:3: .*{message}"):
        gold(ontology, TEXT, line(donor=["该院"]), "", said)


def test_anchored_file_is_told_by_its_first_line(here: Path) -> None:
    for name, content in (
        ("yes", '\n{"d": "a", "none": 1}\n'),
        ("gold", '{"type": "Visit"}'),
        ("text", TEXT),
    ):
        Path(name).write_text(content, encoding="utf-8")
    assert [is_anchored(Path(name)) for name in ("yes", "gold", "text", "absent")] == [
        True,
        False,
        False,
        False,
    ]


def test_anchored_roles_are_read_by_their_kinds(ontology: Ontology) -> None:
    text = "2019年3月，松山县向白塔乡捐赠2.5亿元和旧书三千册，用于助学。"
    said = line(
        "Donation", "捐赠", 1, donor=["松山县"], amount=["2.5亿元"], goods=["旧书三千册"], purpose=["助学"],
        time=["2019年3月"],
    )  # fmt: skip
    (fact,) = gold(ontology, text, said)
    filled = {role: (w.names, w.values, w.unit, w.edtf, w.texts) for role, (w,) in fact.roles.items()}
    assert filled == {
        "donor": (frozenset({"松山县"}), (), None, (), ()),
        "amount": (frozenset(), (250_000_000.0,), "CNY", (), ()),
        "goods": (frozenset(), (), None, (), ("旧书三千册",)),
        "purpose": (frozenset(), (), None, (), ("助学",)),
        "time": (frozenset(), (), None, ("2019-03",), ()),
    }


@pytest.mark.parametrize(
    ("quote", "names"),
    [
        pytest.param("该院=青石县第二医院", {"青石县第二医院"}, id="a reference is no name"),
        pytest.param("医院=青石县第二医院", {"青石县第二医院"}, id="nor is a common noun"),
        pytest.param("青石二院=青石县第二医院", {"青石二院", "青石县第二医院"}, id="a short form is one"),
    ],
)
def test_anchored_entity_is_met_by_names_not_by_references(
    ontology: Ontology, quote: str, names: set[str]
) -> None:
    text = f"{quote.partition('=')[0]}捐款。"
    assert wanted(ontology, text, line("Donation", "捐款", 1, donor=[quote])).names == names


@pytest.mark.parametrize(
    ("text", "quote", "edtf"),
    [
        pytest.param("去年5月捐款。", "去年5月=2020-05", ("2020-05",), id="as annotated"),
        pytest.param("2018年5月6日捐款。", "2018年5月6日", ("2018-05-06",), id="absolute"),
        pytest.param("2021年3月2日\n去年5月捐款。", "去年5月", ("2020-05",), id="from the dateline"),
        pytest.param("建于1978年，去年5月捐款。", "去年5月", (), id="nothing tells it without a dateline"),
    ],
)
def test_anchored_time_that_nothing_tells_is_optional(
    ontology: Ontology, text: str, quote: str, edtf: tuple[str, ...]
) -> None:
    said = line("Donation", "捐款", 1 + text.count("\n"), donor=["捐"], time=[quote])
    (fact,) = gold(ontology, text, said)
    (time,) = fact.roles["time"]
    assert (time.edtf, time.optional) == (edtf, not edtf)


@pytest.mark.parametrize(
    ("text", "quote", "values"),
    [
        pytest.param("产量增长5%。", "5%", (5,), id="a rise"),
        pytest.param("产量下降5%。", "5%", (-5,), id="a fall"),
        pytest.param("产量下降5%，产值增长6%。", "6%", (6,), id="a rise after a fall"),
        pytest.param("甲、乙两厂产量分别下降5%、6%。", "6%", (6, -6), id="a fall further off"),
        pytest.param("增速下降2个百分点。", "2个百分点", (2, -2), id="both"),
    ],
)
def test_anchored_change_has_the_sign_of_the_words_before_it(
    ontology: Ontology, text: str, quote: str, values: tuple[float, ...]
) -> None:
    assert wanted(ontology, text, line("Observation", text[2:4], 1, change=[quote])).values == values


def test_anchored_quantity_is_read_from_its_sentence_or_its_meaning(ontology: Ontology) -> None:
    text = "两家各捐80、100万元。"
    eighty, hundred = (line("Donation", "捐", 1, amount=[quote]) for quote in ("80=80万元", "100万"))
    assert wanted(ontology, text, eighty).values == (800_000,)
    assert (wanted(ontology, text, hundred).values, wanted(ontology, text, hundred).unit) == ((1e6,), "CNY")


def test_anchored_optional_and_repeated_facts(ontology: Ontology) -> None:
    facts = gold(
        ontology,
        TEXT,
        line(donor=["该院"]),
        line(donor=["该院"], opt=1, m="planned"),
        line(donor=["该院"], dup=1),
        line("Observation", value=["致谢"]),
        '{"d": "a", "none": 1}',
    )
    assert [(fact.type, fact.modality, fact.optional) for fact in facts] == [
        ("Donation", "asserted", False),
        ("Donation", "planned", True),
        ("Observation", "asserted", True),  # its only filler is no number
    ]


def test_anchored_texts_and_genres_are_found_beside_the_annotations(here: Path, ontology: Ontology) -> None:
    for path, content in {
        "corpus/ann/x.jsonl": line(donor=["该院"]),
        "corpus/ann/notes.jsonl": "{}",
        "corpus/docs/a.txt": TEXT,
        "corpus/sources.tsv": "a\tnews\n",
        "own/x.jsonl": line(donor=["该院"]),
        "own/a.txt": TEXT,
        "bare/x.jsonl": "\n" + line(donor=["该院"]),
    }.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(content, encoding="utf-8")
    files = annotation_files([Path("corpus/ann")])
    assert files == [Path("corpus/ann/x.jsonl")]
    assert genre_file(files) == Path("corpus/sources.tsv")
    for folder, text in (("corpus/ann", "corpus/docs/a.txt"), ("own", "own/a.txt")):
        (document,) = read_anchored_gold([Path(folder, "x.jsonl")], ontology)
        assert (document.name, document.path, len(document.gold)) == ("a", Path(text), 1)
    bare = [Path("bare/x.jsonl")]
    with pytest.raises(
        SourceError, match=r"^bare/x\.jsonl:2: no a\.txt in docs or bare/docs or bare; .*--docs"
    ):
        read_anchored_gold(bare, ontology)
    assert read_anchored_gold(bare, ontology, texts=Path("own"))[0].path == Path("own/a.txt")
    assert read_anchored_gold(bare, ontology, only="b".__eq__) == []
