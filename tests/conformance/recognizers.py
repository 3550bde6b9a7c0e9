"""Measure kg.values on the public Chinese cases of Recognizers-Text: `python tests/conformance/recognizers.py`.

A case passes where exactly the expected things are found, at their offsets and with their values.
Cases about clock times, sets and durations are no part of our subject: they are counted, not scored.

Where the suite only writes the same thing another way, its answer is translated, for every case alike;
each of these conventions is described at the function that translates it and listed in docs/values.md.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

# ruff: noqa: E402 - as a script, the path above is what finds these
from kg.values.moments import Base, TimeExpr, TimeKind, TimeMention, Unit
from kg.values.numbers import find_numbers
from kg.values.periods import resolve
from kg.values.points import TimeContext
from kg.values.quantities import QuantityMention, find_quantities
from kg.values.tables import Tables, load_tables
from kg.values.times import find_times

CASES = ROOT.parent / "shared" / "data" / "recognizers-text"
Case = dict[str, Any]
Found = tuple[int, int, Any]
# The EDTF text of a time, what it says, and the day of reference.
FoundTime = tuple[str | None, TimeExpr, str]
WantedTime = tuple[int, int, list[dict[str, str]]]

# Their unit names: our unit, and how many of it one of theirs is.
UNITS = {
    "Mu": ("mu", 1), "Centimeter": ("cm", 1), "Meter": ("m", 1), "Kilometer": ("km", 1), "Jin": ("kg", 0.5),
    "Kilogram": ("kg", 1), "Gram": ("g", 1), "Kilobit": ("kbit", 1), "Kilobyte": ("kBy", 1), "Megahertz": ("MHz", 1),
    "Kilowatt": ("kW", 1), "Liang": ("kg", 0.05), "Bit": ("bit", 1), "Liter": ("L", 1), "Ton": ("t", 1),
    "Square kilometer": ("km2", 1), "Hectare": ("ha", 1), "Year": ("a", 1), "Month": ("mo", 1), "Day": ("d", 1),
    "Week": ("wk", 1), "Megawatt": ("MW", 1), "Square meter": ("m2", 1), "Millimeter": ("mm", 1),
    "Mile": ("[mi_i]", 1), "Foot": ("[ft_i]", 1), "Inch": ("[in_i]", 1), "Square foot": ("[sft_i]", 1),
    "Square mile": ("[smi_us]", 1), "Acre": ("[acr_us]", 1), "Pound": ("[lb_av]", 1), "Ounce": ("[oz_av]", 1),
    "Gallon": ("[gal_us]", 1), "Carat": ("[car_m]", 1), "Light year": ("[ly]", 1), "Milliliter": ("mL", 1),
    "Milligram": ("mg", 1), "Decimeter": ("dm", 1), "Micrometer": ("um", 1), "Nanometer": ("nm", 1),
    "Cubic meter": ("m3", 1), "Square centimeter": ("cm2", 1), "Square decimeter": ("dm2", 1),
    "Square millimeter": ("mm2", 1), "Cubic centimeter": ("cm3", 1), "Byte": ("By", 1), "Megabyte": ("MBy", 1),
    "Gigabyte": ("GBy", 1), "Terabyte": ("TBy", 1), "Megabit": ("Mbit", 1), "Hertz": ("Hz", 1),
    "Kilohertz": ("kHz", 1), "Gigahertz": ("GHz", 1), "Watt": ("W", 1), "Joule": ("J", 1), "C": ("Cel", 1),
    "F": ("[degF]", 1), "Square Mu": ("mu", 1),
}  # fmt: skip
SEASONS = {"SP": "21", "SU": "22", "FA": "23", "WI": "24"}


def close(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 * max(1.0, abs(right))


def same(found: Iterable[Found], wanted: Iterable[Found], equal: Callable[[Any, Any], bool]) -> bool:
    mine, theirs = list(found), list(wanted)
    return len(mine) == len(theirs) and all(
        a[:2] == b[:2] and equal(a[2], b[2]) for a, b in zip(mine, theirs, strict=True)
    )


def numbers(case: Case, tables: Tables) -> bool:
    mentions = find_numbers(case["Input"], tables)
    found = ((m.core.start if m.percent else m.span.start, m.span.end - 1, float(m.value)) for m in mentions)
    wanted = ((r["Start"], r["End"], float(r["Resolution"]["value"])) for r in case["Results"])
    return same(found, wanted, close)


def ordinals(case: Case, tables: Tables) -> bool:
    mentions = (m for m in find_numbers(case["Input"], tables) if m.ordinal)
    found = ((m.span.start, m.span.end - 1, float(m.value)) for m in mentions)
    wanted = ((r["Start"], r["End"], float(r["Resolution"]["value"])) for r in case["Results"])
    return same(found, wanted, close)


def quantities(case: Case, tables: Tables, kinds: set[str]) -> list[QuantityMention]:
    return [m for m in find_quantities(case["Input"], tables) if m.kind in kinds]


def percents(case: Case, tables: Tables) -> bool:
    # They take no fraction for a percentage, of a range in digits the end with the sign,
    # and no vague pair (二三十).
    shares = {m.core for m in find_numbers(case["Input"], tables) if not m.percent}
    mentions = [
        m
        for m in quantities(case, tables, {"percent", "points"})
        if (m.number_span not in shares or m.unit_word)
        and not (m.high and not m.number_span.of(case["Input"])[-1].isdigit())
    ]
    found = (
        (m.number_span.end - len(_upper(m)), m.span.end - 1, float(m.high.value))
        if m.high
        else (m.span.start, m.span.end - 1, float(m.value.value))
        for m in mentions
    )
    wanted = ((r["Start"], r["End"], float(r["Resolution"]["value"].rstrip("%"))) for r in case["Results"])
    return same(found, wanted, close)


def _upper(mention: QuantityMention) -> str:
    """The figures of the upper end of a range as written."""
    match = re.search(r"[0-9.]+$", mention.value.text[: mention.number_span.end - mention.span.start])
    return match.group() if match else mention.value.text


def money(case: Case, tables: Tables) -> bool:
    wanted = []
    for result in case["Results"]:
        resolution = result["Resolution"]
        unit = resolution.get("isoCurrency") or {"Dollar": "USD", "Bitcoin": "XBT"}.get(
            resolution["unit"], resolution["unit"]
        )
        # A currency without a number is no quantity here.
        if resolution["value"]:
            wanted.append((result["Start"], result["End"], (float(resolution["value"]), unit)))
    mentions = quantities(case, tables, {"money"})
    found = ((m.span.start, m.span.end - 1, (float(m.value.value), m.value.unit)) for m in mentions)
    return same(found, wanted, lambda a, b: close(a[0], b[0]) and a[1] == b[1])


def dimensions(case: Case, tables: Tables) -> bool:
    wanted = []
    for result in case["Results"]:
        unit, factor = UNITS.get(result["Resolution"]["unit"], (result["Resolution"]["unit"], 1))
        wanted.append((result["Start"], result["End"], (float(result["Resolution"]["value"]) * factor, unit)))
    # They take the number with its unit, without the words of a bound before it.
    mentions = quantities(case, tables, {"measure", "age"})
    found = ((_start(m), m.span.end - 1, (float(m.value.value), m.value.unit)) for m in mentions)
    return same(found, wanted, lambda a, b: close(a[0], b[0]) and a[1] == b[1])


def _start(mention: QuantityMention) -> int:
    return mention.span.start if mention.value.value < 0 else mention.number_span.start


def ranges(case: Case, tables: Tables) -> bool:
    wanted = []
    for result in case["Results"]:
        ends = [part.strip("[]() ") for part in result["Resolution"]["value"].split(",")]
        wanted.append((result["Start"], result["End"], tuple(float(end) if end else None for end in ends)))
    found = []
    shares = {m.core for m in find_numbers(case["Input"], tables) if not m.percent}
    for mention in find_quantities(case["Input"], tables):
        low = float(mention.value.value) if mention.value.bound == "min" else None
        high = float(mention.value.value) if mention.value.bound == "max" else None
        high = float(mention.high.value) if mention.high else high
        if mention.number_span in shares and mention.value.unit == "%" and not mention.unit_word:
            # A fraction is in per cent here.
            low, high = (None if end is None else end / 100 for end in (low, high))
        end = mention.number_span.end if mention.unit_word else mention.span.end
        if low is not None or high is not None:
            found.append((mention.span.start, end - 1, (low, high)))
    return same(found, wanted, lambda a, b: a == b)


def days(edtf: str) -> tuple[str, str]:
    """The first day and the day after the last of an EDTF text, empty where it is open."""
    start, _, end = edtf.rstrip("~").partition("/")
    end = end or start
    if end.endswith("X"):
        return start.replace("X", "0") + "-01-01", f"{int(end.replace('X', '9')) + 1:04d}-01-01"
    return _first(start), _next(end)


def _first(text: str) -> str:
    return "" if text == ".." else (text + "-01-01")[:10]


def _next(text: str) -> str:
    if text == "..":
        return ""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return (date(*parts) + timedelta(days=1)).isoformat()
    if len(parts) == 2 and parts[1] <= 12:
        return f"{parts[0] + parts[1] // 12:04d}-{parts[1] % 12 + 1:02d}-01"
    return f"{parts[0] + 1:04d}-01-01"


def _as_written(expr: TimeExpr) -> TimeExpr:
    """They give a lunar date with the month and day as written; here a lunar date gives its year."""
    point = expr.start
    return replace(expr, start=replace(point, lunar=False)) if point is not None and point.lunar else expr


def _is_coarse(expr: TimeExpr) -> bool:
    """5年前, 两个月后: here the year or month, there the day so many years or months away."""
    point = expr.start
    if expr.kind is not TimeKind.POINT or point is None:
        return False
    by_year = point.year is not None and point.year.base is not Base.NAMED and point.month is None
    return by_year or (point.shift is not None and point.shift.unit is Unit.MONTH)


def _accepts(found: FoundTime, values: list[dict[str, str]]) -> bool:
    """Whether a time says one of the expected values.

    Their ends may be the last unit's first day; a running year ends on the day of reference; after a
    year begins after its end; 截至 is a period without begin; seasons have a timex alone.
    """
    edtf, expr, reference = found
    if edtf is None:
        # Their date for a day that does not exist.
        return all("0001-01-01" in value.values() or "not resolved" in value.values() for value in values)
    start, after = days(edtf)
    last = _first(edtf.rstrip("~").partition("/")[2] or edtf)
    if expr.kind is TimeKind.ASOF:
        start = ""
    for value in values:
        if "timex" in value and edtf[:5] + SEASONS.get(value["timex"][5:], "?") == edtf:
            return True
        if "date" in value or "value" in value:
            wanted = value.get("date") or value["value"]
            if edtf == wanted or (_is_coarse(expr) and wanted.startswith(edtf)):
                return True
        else:
            first, end = (value.get(key) or value.get(key + "Date") or "" for key in ("start", "end"))
            if (
                (
                    (start or first) == first
                    or (value.get("Mod") == "after" and _next(edtf.partition("/")[0]) == first)
                )
                and (not end or not after or end in (after, last) or (end == reference < after))
                and (first or end)
            ):
                return True
    return False


def _wanted_dates(case: Case) -> list[WantedTime] | None:
    """What the date cases want; None where a case is about clock times, sets or durations."""
    wanted = []
    for result in case["Results"]:
        kind = (result.get("TypeName") or result.get("Type")).removeprefix("datetimeV2.")
        if kind not in ("date", "daterange"):
            return None
        end = result["Start"] + result["Length"] - 1 if "Length" in result else result["End"]
        if "Value" in result:
            values = [result["Value"][key] for key in ("FutureResolution", "PastResolution")]
            if not any(values):
                values = [{"timex": result["Value"]["Timex"]}]
        else:
            values = result["Resolution"]["values"]
        wanted.append((result["Start"], end, values))
    return wanted


def _joined(wanted: list[WantedTime], spans: set[tuple[int, int]]) -> list[WantedTime]:
    """A begin and an end that we read as one period, of which they make two with a link between."""
    whole: list[WantedTime] = []
    for start, end, values in wanted:
        first = whole[-1] if whole else None
        if first and (first[0], end) in spans and "start" in first[2][0] and "end" in values[0]:
            whole[-1] = (first[0], end, [{"start": first[2][0]["start"], "end": values[0]["end"]}])
        else:
            whole.append((start, end, values))
    return whole


def _begin(mention: TimeMention, wanted: set[int], text: str, tables: Tables) -> int:
    """The start of a mention; they leave out what opens a period without an end (从2015年开始)."""
    start = mention.span.start
    if mention.expr.kind is TimeKind.SINCE and start not in wanted:
        return start + len(tables.times.starters.first_after(text, start))
    return start


def dates(case: Case, tables: Tables) -> bool | None:
    wanted = _wanted_dates(case)
    if wanted is None:
        return None
    reference = case.get("Context", {}).get("ReferenceDateTime", "")[:10]
    context = TimeContext(dateline=date.fromisoformat(reference)) if reference else TimeContext()
    text, begins = case["Input"], {start for start, _, _ in wanted}
    mentions = [
        m
        for m in find_times(text, tables)
        if m.expr.kind not in (TimeKind.VAGUE, TimeKind.PRESENT, TimeKind.REPORTED)
    ]
    found = [
        (
            _begin(m, begins, text, tables),
            m.span.end - 1,
            (resolve(_as_written(m.expr), context), m.expr, reference),
        )
        for m in mentions
    ]
    return same(found, _joined(wanted, {(start, end) for start, end, _ in found}), _accepts)


MODELS: dict[str, Callable[[Case, Tables], bool | None]] = {
    "NumberModel": numbers,
    "OrdinalModel": ordinals,
    "PercentModel": percents,
    "CurrencyModel": money,
    "DimensionModel": dimensions,
    "AgeModel": dimensions,
    "NumberRangeModel": ranges,
    "DateParser": dates,
    "DatePeriodParser": dates,
    "DateTimeModel": dates,
}


def load_cases(model: str) -> list[Case]:
    cases: list[Case] = json.loads((CASES / f"{model}.json").read_text(encoding="utf-8-sig"))
    return cases


def measure(model: str, tables: Tables) -> tuple[list[Case], list[Case], int]:
    """The cases that pass, those that fail, and how many are no part of our subject."""
    passed, failed, outside = [], [], 0
    for case in load_cases(model):
        result = MODELS[model](case, tables)
        if result is None:
            outside += 1
        else:
            (passed if result else failed).append(case)
    return passed, failed, outside


def main(arguments: list[str]) -> None:
    tables = load_tables(ROOT / "ontology" / "lexicon")
    for model in MODELS:
        passed, failed, outside = measure(model, tables)
        total = len(passed) + len(failed)
        print(f"{model:18} {len(passed):4} of {total:4}  {len(passed) / total:6.1%}  outside {outside}")
        if "-v" in arguments:
            for case in failed:
                print(f"    {case['Input'][:70]!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
