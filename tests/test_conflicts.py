"""What sources contradict each other in, on made-up sentences whose facts are marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_samples import ontology, tell, told

from kg.cli import cli
from kg.conflicts import Conflict, find_conflicts
from kg.conflicts.agreement import agree
from kg.errors import OntologyError
from kg.ontology.comparison import load_comparison
from kg.types import Document, Period, Quantity

GIFT = "Donation <time 2023年6月18日>，<donor 六合区人民政府>向<recipient 丹凤县人民政府>捐赠帮扶资金<amount {}>。"
CROP = "Observation <time 2023年>，<subject 丹凤县><indicator 粮食产量>为<value {}>。"
SENT = "Dispatch <time 2023年>，<sender 六合区>选派<group 教师><people {}>赴<receiver 丹凤县>支教。"
HEAD = "Position <time 2023年5月8日>，丹凤县人民政府任命<person {}>为<organization 丹凤县教育局><position 局长>。"
BEDS = "Observation <time 2023年>，<subject 学校>有<indicator 床位><value {}>。"
LIVING = "Observation <time 2022年>，<subject {}><indicator 常住人口><value {}万人>。"

Found = Sequence[Conflict]
Told = str | Sequence[str]  # the pieces of a text


def find(*texts: Told) -> Found:
    """The conflicts of texts, each a source of its own: 0.txt, 1.txt ..."""
    every = [tell(*([text] if isinstance(text, str) else text)) for text in texts]
    documents = [Document(f"{number}.txt", text) for number, text in enumerate(every)]
    facts = [fact for document in documents for fact in told().extract(document).facts]
    found = find_conflicts(facts, documents, ontology())
    for conflict in found:
        for said in conflict.statements:
            assert said.span.of(every[int(said.source[0])]) == said.quote
    return found


def say(found: Found) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(c.kind.value, [(s.source, s.says) for s in c.statements]) for c in found]


@pytest.mark.parametrize(
    ("sentence", "one", "other"),
    [
        (GIFT, "500万元", "350万元"),
        (CROP, "12.35万吨", "12.8万吨"),
        (CROP, "超过13万吨", "12.1万吨"),
        (SENT, "86名", "80名"),
        (HEAD, "李文华", "王建国"),
    ],
    ids=["gift", "statistic", "bound", "people", "person"],
)
def test_conflicts_two_sources_that_say_two_things_of_one_are_told(
    sentence: str, one: str, other: str
) -> None:
    assert say(find(sentence.format(one), sentence.format(other))) == [
        ("differs", [("0.txt", one), ("1.txt", other)])
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CROP.format("12.35万吨"), CROP.format("12.4万吨")),
        (CROP.format("12.35万吨"), CROP.format("约12万吨")),
        (CROP.format("12.35万吨"), CROP.format("超过10万吨")),
        (CROP.format("12.35万吨"), [CROP.format("12.35万吨"), "Observation <subject 丹凤县><indicator 粮食产量>比上年增加<value 1.2万吨>。"]),
        (CROP.format("12.35万吨"), CROP.format("11.9万吨").replace("2023年", "2022年")),
        (CROP.format("12.35万吨"), CROP.format("14万吨").replace("Observation", "Observation/planned")),
        (CROP.format("12.35万吨"), CROP.format("14万吨").replace("<time 2023年>，", "")),
        (CROP.format("12.35万吨"), CROP.format("9万吨").replace("2023年", "今年")),
        (GIFT.format("500万元"), GIFT.format("80万元").replace("6月18日", "11月2日")),
        (GIFT.format("500万元"), GIFT.format("2100万元").replace("2023年6月18日", "2023年").replace("向", "累计向")),
        (GIFT.format("500万元"), [GIFT.format("500万元"), GIFT.format("60万元")]),
        (GIFT.format("500万元"), GIFT.format("70万美元")),
        (BEDS.format("300张"), BEDS.format("460张")),
    ],
    ids=[
        *("rounding", "about", "bound", "another indicator", "another year", "plan", "no period"),
        *("year not over", "two gifts", "running total", "both told", "another currency", "any school"),
    ],
)  # fmt: skip
def test_conflicts_what_may_be_true_together_is_not_told(one: str, other: Told) -> None:
    assert say(find(one, other)) == []


def test_conflicts_figures_side_by_side_in_one_source_are_of_two_things() -> None:
    far = "。".join(["大家为此做了许多工作"] * 30)
    one, other = CROP.format("12万吨"), CROP.format("15万吨")
    assert say(find([one, other])) == []
    assert say(find([one, f"{far}。\n", other])) == [("differs", [("0.txt", "12万吨"), ("0.txt", "15万吨")])]


TRADE = ("Observation <time* 2023年>，<subject* 丹凤县><indicator 进出口总额><value 8.2亿元>，其中",
         "Observation <indicator 出口><value {}>，", "Observation <indicator 进口><value 2.6亿元>。")  # fmt: skip
SHOPS = ("Observation <subject* 丹凤县><indicator 零售总额><value 30.5亿元>，其中",
         "Observation <indicator 城镇零售额><value {}>。")  # fmt: skip
GRAIN = ("Observation <subject* 丹凤县><indicator 粮食产量><value 12.6万吨>，其中",
         "Observation <indicator 水稻><value 8.1万吨>、", "Observation <indicator 小麦><value {}>。")  # fmt: skip
GIFTS = ("Donation <donor 六合区>向<recipient 丹凤县>捐赠<amount 20万元>，",
         "Donation <donor 新乐县>向<recipient 丹凤县>捐赠<amount 15万元>，", "共计{}。")  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "figure", "kind", "total"),
    [
        (TRADE, "5.1亿元", "sum", "770000000"),
        (TRADE, "5.6亿元", "", ""),
        (SHOPS, "35.2亿元", "excess", "3520000000"),
        (GRAIN, "5.9万吨", "excess", "140000"),
        (SHOPS, "25.2亿元", "", ""),
        (GIFTS, "40万元", "sum", "350000"),
        (GIFTS, "35万元", "", ""),
    ],
    ids=["parts", "parts right", "more than all", "row more than all", "less than all", "list", "list right"],
)
def test_conflicts_parts_must_make_their_whole(
    pieces: Sequence[str], figure: str, kind: str, total: str
) -> None:
    found = find([piece.format(figure) for piece in pieces])
    assert [(c.kind.value, c.total) for c in found] == ([(kind, Decimal(total))] if kind else [])
    assert all([s.part for s in c.statements][:2] == [False, True] for c in found)


def test_conflicts_the_row_of_sums_is_checked_column_by_column() -> None:
    rows = "县区\t户数\t金额（万元）\t增速（%）\n商州区\t1,200\t350.5\t3.1\n洛南县\t900\t210\t2.2\n小计\t2100\t560.5\t\n"
    (found,) = find(rows + "丹凤县\t800\t190\t4.0\n合计\t2900\t760.5\t3.0\n")
    assert (found.total, found.statements[0].says, len(found.statements)) == (Decimal("750.5"), "760.5", 4)
    assert say(find(rows + "丹凤县\t800\t190\t4.0\n合计\t2900\t750.5\t3.0\n")) == []


def test_conflicts_places_within_a_place_are_no_more_than_it() -> None:
    part = LIVING.format("商州区", "47.6")
    assert say(find(LIVING.format("商洛市", "40.5"), part)) == [
        ("excess", [("0.txt", "40.5万人"), ("1.txt", "47.6万人")])
    ]
    assert say(find(LIVING.format("商洛市", "203.5"), part)) == []


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


def test_conflicts_a_wrong_rule_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "conflicts.yaml"
    file.write_text("same:\n  - {fact: Donation, same: [donnor]}\n", encoding="utf-8")
    with pytest.raises(
        OntologyError, match=r"conflicts.yaml:2: Donation has no role 'donnor'; did you mean 'donor'"
    ):
        load_comparison(file, ontology().vocabulary.fact_types)


@pytest.mark.usefixtures("told")
def test_conflicts_command_lists_sentences_and_says_by_its_code_if_asked(here: Path) -> None:
    for name, amount in (("a", "500万元"), ("b", "350万元")):
        Path(f"{name}.txt").write_text(tell(GIFT.format(amount)), encoding="utf-8")
    built = CliRunner().invoke(cli, ["build", "a.txt", "b.txt", "-o", "out"])
    assert built.exit_code == 0, built.output
    ask = ["conflicts", "--store", "out/store"]
    shown = CliRunner().invoke(cli, ask)
    assert shown.exit_code == 0
    assert "b.txt:0-37  2023年6月18日，六合区人民政府向丹凤县人民政府捐赠帮扶资金350万元" in shown.stdout
    record = json.loads(CliRunner().invoke(cli, [*ask, "--format", "json"]).stdout)
    assert [said["says"] for said in record["statements"]] == ["500万元", "350万元"]
    assert CliRunner().invoke(cli, [*ask, "--exit-code"]).exit_code == 1
