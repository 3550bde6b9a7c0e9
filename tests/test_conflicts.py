"""What sources contradict each other in, on made-up sentences as the extractor reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.conflicts import Conflict, find_conflicts
from kg.conflicts.agreement import agree
from kg.errors import OntologyError
from kg.ontology.comparison import load_comparison
from kg.pipeline import Extractor
from kg.types import Document, Period, Quantity

GIFT = "2023年6月18日，六合区人民政府向丹凤县人民政府捐赠帮扶资金{}。"
CROP = "2023年，丹凤县粮食产量为{}。"

Found = Sequence[Conflict]
Find = Callable[..., Found]


@pytest.fixture(scope="module")
def find(extractor: Extractor) -> Find:
    """The conflicts of texts, each a source of its own: 0.txt, 1.txt ..."""

    def conflicts_of(*texts: str) -> Found:
        documents = [Document(f"{number}.txt", text) for number, text in enumerate(texts)]
        facts = [fact for document in documents for fact in extractor.extract(document).facts]
        found = find_conflicts(facts, documents, extractor.ontology)
        for conflict in found:
            for said in conflict.statements:
                assert said.span.of(texts[int(said.source[0])]) == said.quote
        return found

    return conflicts_of


def told(found: Found) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(c.kind.value, [(s.source, s.says) for s in c.statements]) for c in found]


@pytest.mark.parametrize(
    ("sentence", "one", "other"),
    [
        (GIFT, "500万元", "350万元"),
        (CROP, "12.35万吨", "12.8万吨"),
        (CROP, "超过13万吨", "12.1万吨"),
        ("2023年，六合区选派教师{}赴丹凤县支教。", "86名", "80名"),
        ("2023年5月8日，丹凤县人民政府任命{}为丹凤县教育局局长。", "李文华", "王建国"),
    ],
    ids=["gift", "statistic", "bound", "people", "person"],
)
def test_conflicts_two_sources_that_say_two_things_of_one_are_told(
    sentence: str, one: str, other: str, find: Find
) -> None:
    assert told(find(sentence.format(one), sentence.format(other))) == [
        ("differs", [("0.txt", one), ("1.txt", other)])
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CROP.format("12.35万吨"), CROP.format("12.4万吨")),
        (CROP.format("12.35万吨"), CROP.format("约12万吨")),
        (CROP.format("12.35万吨"), CROP.format("超过10万吨")),
        (CROP.format("12.35万吨"), CROP.format("12.35万吨") + "粮食产量比上年增加1.2万吨。"),
        (CROP.format("12.35万吨"), "2022年，丹凤县粮食产量为11.9万吨。"),
        (CROP.format("12.35万吨"), "2023年，丹凤县粮食产量力争达到14万吨。"),
        (CROP.format("12.35万吨"), "丹凤县粮食产量为14万吨。"),
        (CROP.format("12.35万吨"), "今年，丹凤县粮食产量为9万吨。"),
        (GIFT.format("500万元"), GIFT.format("500万元").replace("6月18日", "11月2日").replace("500", "80")),
        (GIFT.format("500万元"), "2023年，六合区人民政府累计向丹凤县人民政府捐赠资金2100万元。"),
        (GIFT.format("500万元"), GIFT.format("500万元") + GIFT.format("60万元")),
        (GIFT.format("500万元"), GIFT.format("70万美元")),
        ("2023年，学校有床位300张。", "2023年，学校有床位460张。"),
    ],
    ids=[
        *("rounding", "about", "bound", "another indicator", "another year", "plan", "no period"),
        *("year not over", "two gifts", "running total", "both told", "another currency", "any school"),
    ],
)
def test_conflicts_what_may_be_true_together_is_not_told(one: str, other: str, find: Find) -> None:
    assert told(find(one, other)) == []


def test_conflicts_figures_side_by_side_in_one_source_are_of_two_things(find: Find) -> None:
    far = "。".join(["大家为此做了许多工作"] * 30)
    assert told(find("2023年，丹凤县粮食产量为12万吨。2023年，丹凤县粮食产量为15万吨。")) == []
    assert told(find(f"2023年，丹凤县粮食产量为12万吨。{far}。\n2023年，丹凤县粮食产量为15万吨。")) == [
        ("differs", [("0.txt", "12万吨"), ("0.txt", "15万吨")])
    ]


@pytest.mark.parametrize(
    ("text", "kind", "total"),
    [
        ("2023年，丹凤县进出口总额8.2亿元，其中出口5.1亿元，进口2.6亿元。", "sum", "770000000"),
        ("2023年，丹凤县进出口总额8.2亿元，其中出口5.6亿元，进口2.6亿元。", "", ""),
        ("丹凤县零售总额30.5亿元，其中城镇零售额35.2亿元。", "excess", "3520000000"),
        ("丹凤县粮食产量12.6万吨，其中水稻8.1万吨、小麦5.9万吨。", "excess", "140000"),
        ("丹凤县零售总额30.5亿元，其中城镇零售额25.2亿元。", "", ""),
        ("六合区向丹凤县捐赠20万元，新乐县向丹凤县捐赠15万元，共计40万元。", "sum", "350000"),
        ("六合区向丹凤县捐赠20万元，新乐县向丹凤县捐赠15万元，共计35万元。", "", ""),
    ],
    ids=["parts", "parts right", "more than all", "row more than all", "less than all", "list", "list right"],
)
def test_conflicts_parts_must_make_their_whole(text: str, kind: str, total: str, find: Find) -> None:
    found = find(text)
    assert [(c.kind.value, c.total) for c in found] == ([(kind, Decimal(total))] if kind else [])
    assert all([s.part for s in c.statements][:2] == [False, True] for c in found)


def test_conflicts_the_row_of_sums_is_checked_column_by_column(find: Find) -> None:
    rows = "县区\t户数\t金额（万元）\t增速（%）\n商州区\t1,200\t350.5\t3.1\n洛南县\t900\t210\t2.2\n小计\t2100\t560.5\t\n"
    (found,) = find(rows + "丹凤县\t800\t190\t4.0\n合计\t2900\t760.5\t3.0\n")
    assert (found.total, found.statements[0].says, len(found.statements)) == (Decimal("750.5"), "760.5", 4)
    assert told(find(rows + "丹凤县\t800\t190\t4.0\n合计\t2900\t750.5\t3.0\n")) == []


def test_conflicts_places_within_a_place_are_no_more_than_it(find: Find) -> None:
    said = "2022年，{}常住人口{}万人。"
    assert told(find(said.format("商洛市", "40.5"), said.format("商州区", "47.6"))) == [
        ("excess", [("0.txt", "40.5万人"), ("1.txt", "47.6万人")])
    ]
    assert told(find(said.format("商洛市", "203.5"), said.format("商州区", "47.6"))) == []


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("1.2亿", "1.2345亿", True),
        ("1.2亿", "1.27亿", False),
        ("3000", "3012", True),
        ("300", "320", False),
        ("92", "93", False),
    ],
)
def test_conflicts_precision_is_that_of_the_words(one: str, other: str, is_same: bool) -> None:
    def quantity(words: str) -> Quantity:
        number = Decimal(words.rstrip("亿")) * (10**8 if words.endswith("亿") else 1)
        return Quantity(number, "CNY", "exact", words)

    assert agree(quantity(one), quantity(other)) is is_same


def test_conflicts_a_day_in_a_month_agrees_with_it() -> None:
    assert agree(Period("2020-06", "2020年6月"), Period("2020-06-14", "14日"))
    assert not agree(Period("2020-06", "2020年6月"), Period("2020-07-01", "7月1日"))


def test_conflicts_a_wrong_rule_is_named_with_its_line(tmp_path: Path, extractor: Extractor) -> None:
    file = tmp_path / "conflicts.yaml"
    file.write_text("same:\n  - {fact: Donation, same: [donnor]}\n", encoding="utf-8")
    with pytest.raises(
        OntologyError, match=r"conflicts.yaml:2: Donation has no role 'donnor'; did you mean 'donor'"
    ):
        load_comparison(file, extractor.ontology.vocabulary.fact_types)


def test_conflicts_command_lists_sentences_and_says_by_its_code_if_asked(tmp_path: Path) -> None:
    for name, amount in (("a", "500万元"), ("b", "350万元")):
        (tmp_path / f"{name}.txt").write_text(GIFT.format(amount), encoding="utf-8")
    out = tmp_path / "out"
    built = CliRunner().invoke(cli, ["build", *(str(tmp_path / f"{n}.txt") for n in "ab"), "-o", str(out)])
    assert built.exit_code == 0, built.output
    ask = ["conflicts", "--store", str(out / "store")]
    shown = CliRunner().invoke(cli, ask)
    assert shown.exit_code == 0
    assert "b.txt:11-37  六合区人民政府向丹凤县人民政府捐赠帮扶资金350万元" in shown.stdout
    record = json.loads(CliRunner().invoke(cli, [*ask, "--format", "json"]).stdout)
    assert [said["says"] for said in record["statements"]] == ["500万元", "350万元"]
    assert CliRunner().invoke(cli, [*ask, "--exit-code"]).exit_code == 1
