"""Numerals: what is read, what is none."""

from decimal import Decimal
from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.values import Tables
from kg.values.numbers import find_numbers
from kg.values.tables import read_number_tables, read_unit_tables

LEXICON = Path(__file__).parents[1] / "ontology" / "lexicon"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1亿2000万", "120000000"),
        ("3万5千", "35000"),
        ("4.78万亿", "4780000000000"),
        ("一万五千亿", "1500000000000"),
        ("二百五", "250"),
        ("两千零五十", "2050"),
        ("壹佰贰拾万", "1200000"),
        ("十二点五万", "125000"),
        ("0万", "0"),
        ("0.0亿", "0"),
        ("零点五万", "5000"),
        ("４，３７２", "4372"),
        ("12,345.6", "12345.6"),
        ("四分之三", "0.75"),
        ("负3.5", "-3.5"),
        ("2^10", "1024"),
        ("二〇二一", "2021"),
        ("一万零五", "10005"),
        ("1万零5", "10005"),
        ("三亿半", "350000000"),
        ("两个亿", "200000000"),
        ("两个半亿", "250000000"),
        ("一成半", "15"),
        ("三点四五万", "34500"),
        ("4，500，000", "4500000"),
        ("３，210，000", "3210000"),
        ("二0三五", "2035"),
    ],
)
def test_values_numeral_is_read(tables: Tables, text: str, value: str) -> None:
    found = find_numbers(text, tables)
    assert [(m.span.of(text), m.value) for m in found] == [(text, Decimal(value))]


@pytest.mark.parametrize("text", ["统一部署", "一切顺利", "唯一选择", "收拾房间", "数十", "几百", "万里"])
def test_values_word_with_a_numeral_is_no_number(tables: Tables, text: str) -> None:
    assert find_numbers(text, tables) == []


@pytest.mark.parametrize("text", ["1e99999999万", "1e300000", "2e99^100万", "9e+400的9e400"])
def test_values_exponent_beyond_all_measure_makes_no_number_of_a_million_digits(
    tables: Tables, text: str
) -> None:
    assert all(abs(number.value.adjusted()) < 10_100 for number in find_numbers(text, tables))


def test_values_vague_pair_gives_both_ends(tables: Tables) -> None:
    (mention,) = find_numbers("两三百", tables)
    assert (mention.value, mention.high) == (200, 300)


def test_values_ordinal_includes_its_mark(tables: Tables) -> None:
    text = "位列第十二"
    (mention,) = find_numbers(text, tables)
    assert (mention.span.of(text), mention.value, mention.ordinal) == ("第十二", 12, True)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("numbers.yaml", "  一: 1\n", "  一: eins\n", "expected a whole number, not 'eins'"),
        ("numbers.yaml", "  about: [来", "  roughly: [来", "unknown bound 'roughly'"),
        ("units.yaml", "rate over: [measure]", "rate over: [weight]", "no family is of kind 'weight'"),
        ("units.yaml", "default currency: CNY", "default currency: XYZ", "no family has the unit 'XYZ'"),
        ("units.yaml", "      km: [公里, ", "      km: [公里, 公里, 米, ", "is already a measure"),
    ],
)
def test_values_wrong_table_is_named_with_its_line(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    text = (LEXICON / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    reader = read_number_tables if name == "numbers.yaml" else read_unit_tables
    with pytest.raises(OntologyError, match=rf"{name}:\d+: .*{message}"):
        reader(tmp_path / name)
