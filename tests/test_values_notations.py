"""Numbers and dates printed in every notation that docs/values.md promises read back as themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from facts_samples import read
from facts_samples import said as shown
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.resources import ontology_dir
from kg.values import Tables, TimeContext, find_quantities, find_times, load_tables, resolve
from kg.values.numbers import find_numbers

TABLES: Tables = load_tables(ontology_dir() / "lexicon")
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
WORDS = "零一二三四五六七八九", "十百千"
FORMAL = "零壹贰叁肆伍陆柒捌玖", "拾佰仟"
TRADITIONAL = str.maketrans("万亿两", "萬億兩")
PRINTED = settings(max_examples=60, deadline=None)  # no examples of words below 11: 二元 is a word
LARGE = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))


def in_words(number: int, chars: tuple[str, str] = WORDS) -> str:
    """A whole number in words: 一万零五, 一亿零二十万; zeros inside of it are said once."""
    digits, sizes = chars
    said = ""
    for size, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = f"{number // size % 10**4:04}"
        named = (digits[int(digit)] + size for digit, size in zip(part, (*reversed(sizes), ""), strict=True))
        section = "".join(one if one[0] != digits[0] else digits[0] for one in named)
        said += section.rstrip(digits[0]) + word if int(part) else digits[0]
    return re.sub(f"{digits[0]}+", digits[0], said).strip(digits[0]) or digits[0]


def test_notations_printer_says_numbers_as_people_do() -> None:
    said = [in_words(number) for number in (10005, 10050, 1020, 100200000, 100050000, 35008, 2000, 110)]
    assert said == [
        "一万零五",
        "一万零五十",
        "一千零二十",
        "一亿零二十万",
        "一亿零五万",
        "三万五千零八",
        "二千",
        "一百一十",
    ]


def grouped(number: int, mark: str = ",") -> str:
    return f"{number:,}".replace(",", mark)


def mixed(number: int) -> str:
    """1亿2000万3456: what is left out is zero."""
    high, low = divmod(number, 10**8)
    middle, rest = divmod(low, 10**4)
    said = (f"{high}亿" if high else "") + (f"{middle}万" if middle else "")
    return said + (str(rest) if rest or not said else "")


WHOLE: dict[str, Callable[[int], str]] = {
    "digits": str,
    "wide digits": lambda number: str(number).translate(WIDE),
    "grouped": grouped,
    "grouped by wide commas": lambda number: grouped(number, "，"),
    "wide digits, grouped": lambda number: grouped(number).translate(WIDE),
    "grouped by thin blanks": lambda number: grouped(number, "\u2009"),
    "mixed": mixed,
    "words": in_words,
    "formal": lambda number: in_words(number, FORMAL),
    "traditional": lambda number: in_words(number).translate(TRADITIONAL),
}
whole = st.one_of(
    st.integers(11, 99_999), st.integers(11, 10**12 - 1), st.integers(1, 9999).map(lambda n: n * 10**4)
)


@pytest.mark.parametrize("notation", WHOLE)
@PRINTED
@given(number=whole)
def test_notations_whole_number_reads_back(notation: str, number: int) -> None:
    said = WHOLE[notation](number) + "元"
    [found] = find_quantities(f"甲县拨款{said}，", TABLES)
    assert (found.value.value, found.value.unit, found.value.text) == (number, "CNY", said)


@pytest.mark.parametrize("notation", WHOLE)
@PRINTED
@given(number=whole)
def test_notations_number_alone_reads_back(notation: str, number: int) -> None:
    said = WHOLE[notation](number)
    [found] = find_numbers(said, TABLES)
    assert (found.value, found.span.of(said)) == (number, said)


decimals = st.decimals(Decimal(0), Decimal(9999), places=2)
SIGNS = {"-": -1, "－": -1, "\u2212": -1, "负": -1, "": 1}


@PRINTED
@given(
    number=decimals,
    magnitude=st.sampled_from(["", "万", "亿", "万亿"]),
    wide=st.booleans(),
    sign=st.sampled_from([*SIGNS]),
)
def test_notations_decimal_with_magnitude_and_sign_reads_back(
    number: Decimal, magnitude: str, wide: bool, sign: str
) -> None:
    size = {"": 1, **{word: size for size, word in LARGE}}[magnitude]
    said = sign + (str(number).translate(WIDE) if wide else str(number)) + magnitude + "元"
    [found] = find_quantities(f"净利润为{said}。", TABLES)
    assert (found.value.value, found.value.unit, found.value.text) == (
        SIGNS[sign] * number * size,
        "CNY",
        said,
    )


@PRINTED
@given(number=st.integers(1, 9999), digits=st.text("123456789", min_size=1, max_size=3))
def test_notations_decimal_in_words_reads_back(number: int, digits: str) -> None:
    said = in_words(number) + "点" + "".join(WORDS[0][int(digit)] for digit in digits)
    [found] = find_quantities(f"投资{said}万元", TABLES)
    assert found.value.value == Decimal(f"{number}.{digits}") * 10000


@PRINTED
@given(number=st.integers(1, 99), magnitude=st.sampled_from(["万", "亿"]), counter=st.booleans())
def test_notations_half_and_counted_magnitudes_read_back(number: int, magnitude: str, counter: bool) -> None:
    size = {"万": 10**4, "亿": 10**8}[magnitude]
    [found] = find_numbers(f"{in_words(number)}{magnitude}半", TABLES)
    assert found.value == number * size + size // 2
    if counter:
        [found] = find_numbers(f"{number}个亿", TABLES)
        assert found.value == number * 10**8


MARKS = sorted(TABLES.units.currency_marks)
NAMES = sorted(
    word
    for word, measure in TABLES.units.measures.items()
    if word != "人民币元"
    and measure.kind in TABLES.units.money_kinds
    and measure.factor == 1
    and word in TABLES.units.currency_marks
)


@PRINTED
@given(number=st.integers(1, 10**9), mark=st.sampled_from(MARKS), after=st.sampled_from(["元", "万元", "万"]))
def test_notations_currency_before_the_sum(number: int, mark: str, after: str) -> None:
    said = f"{mark}{number}{after}"
    [found] = find_quantities(f"援助款，{said}。", TABLES)
    size = 10**4 if "万" in after else 1
    assert (found.value.value, found.value.unit, found.value.text) == (
        number * size,
        TABLES.units.currency_marks[mark],
        said,
    )


@PRINTED
@given(
    number=st.integers(1, 10**9),
    word=st.sampled_from(NAMES),
    form=st.sampled_from(["{}", "元{}", "元（{}）", "万元({})", "元整（{}）"]),
)
def test_notations_currency_behind_the_sum(number: int, word: str, form: str) -> None:
    said = str(number) + form.format(word)
    [found] = find_quantities(f"援助款{said}。", TABLES)
    size = 10**4 if "万" in form else 1
    assert (found.value.value, found.value.unit, found.value.text) == (
        number * size,
        TABLES.units.measures[word].unit,
        said,
    )


@settings(PRINTED, max_examples=15)
@given(
    number=st.integers(0, 10**7),
    header=st.sampled_from(["（元）", "（万元）", "（亿元）", ""]),
    notation=st.sampled_from(["digits", "grouped", "grouped by wide commas", "wide digits"]),
)
def test_notations_cell_of_a_table_reads_back(number: int, header: str, notation: str) -> None:
    size = {"（元）": 1, "（万元）": 10**4, "（亿元）": 10**8, "": 1}[header]
    cell = WHOLE[notation](number) + ("" if header else "元")
    text = f"| 捐赠方 | 受赠方 | 金额{header} |\n|---|---|---|\n| 青禾县 | 白塔县 | {cell} |\n"
    [fact] = read(text).facts
    assert shown(fact).roles["amount"] == [f"{number * size} CNY"]


def year_in_words(year: int, zero: str) -> str:
    return "".join(zero if digit == "0" else WORDS[0][int(digit)] for digit in str(year))


DAYS: dict[str, Callable[[date], str]] = {
    "digits": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "wide digits": lambda day: f"{day.year}年{day.month}月{day.day}日".translate(WIDE),
    "padded": lambda day: f"{day.year}年{day.month:02}月{day.day:02}日",
    "blanks": lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    "iso": lambda day: day.isoformat(),
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "slashes": lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
    "eight figures": lambda day: f"{day:%Y%m%d}",
    "hao": lambda day: f"{day.year}年{day.month}月{day.day}号",
    **{
        f"words with {zero}": lambda day, zero=zero: (
            f"{year_in_words(day.year, zero)}年{tens(day.month)}月{tens(day.day)}日"
        )  # type: ignore[misc]
        for zero in "〇零○ＯOo0０"
    },
}


def tens(number: int) -> str:
    """十一, 二十, 三十一."""
    return in_words(number).removeprefix("一") if 10 <= number < 20 else in_words(number)


days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize("notation", DAYS)
@PRINTED
@given(day=days)
def test_notations_day_reads_back(notation: str, day: date) -> None:
    said = DAYS[notation](day)
    [found] = find_times(f"{said}，甲县拨款。", TABLES)
    assert (found.span.of(f"{said}，甲县拨款。"), resolve(found.expr, TimeContext())) == (
        said,
        day.isoformat(),
    )


@PRINTED
@given(
    first=st.dates(date(1900, 1, 1), date(2090, 1, 1)),
    gap=st.integers(1, 3000),
    joint=st.sampled_from(["至", "到", "—", "-", "~", "～"]),
)
def test_notations_period_of_days_reads_back(first: date, gap: int, joint: str) -> None:
    last = first + timedelta(days=gap)
    said = f"{DAYS['digits'](first)}{joint}{DAYS['digits'](last)}"
    [found] = find_times(said, TABLES)
    assert resolve(found.expr, TimeContext()) == f"{first}/{last}"


@PRINTED
@given(
    years=st.lists(st.integers(1950, 2049), min_size=2, max_size=4, unique=True),
    joint=st.sampled_from(["、", "和", "与", "及"]),
    each=st.booleans(),
)
def test_notations_years_that_are_listed_are_each_a_time(years: list[int], joint: str, each: bool) -> None:
    said = joint.join(
        f"{year}年" if each or at == len(years) - 1 else str(year) for at, year in enumerate(years)
    )
    found = find_times(f"{said}，甲县分别拨款。", TABLES)
    assert [resolve(time.expr, TimeContext()) for time in found] == [str(year) for year in years]
