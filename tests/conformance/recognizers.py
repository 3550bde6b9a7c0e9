"""Measure kg.values on the public Chinese cases of Recognizers-Text: `python tests/conformance/recognizers.py`.

A case passes where exactly the expected things are found, at their offsets and with their values.
Cases about clock times, sets and durations are no part of our subject: they are counted, not scored.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

# ruff: noqa: E402 - as a script, the path above is what finds these
from kg.values.moments import TimeKind
from kg.values.numbers import find_numbers
from kg.values.quantities import QuantityMention, find_quantities
from kg.values.resolution import TimeContext, resolve
from kg.values.tables import Tables, load_tables
from kg.values.times import find_times

CASES = ROOT.parent / "shared" / "data" / "recognizers-text"
Case = dict[str, Any]
Found = tuple[int, int, Any]

# Their unit names: our unit, and how many of it one of theirs is.
UNITS = {
    "Mu": ("mu", 1), "Centimeter": ("cm", 1), "Meter": ("m", 1), "Kilometer": ("km", 1), "Jin": ("kg", 0.5),
    "Kilogram": ("kg", 1), "Gram": ("g", 1), "Kilobit": ("kbit", 1), "Kilobyte": ("kBy", 1), "Megahertz": ("MHz", 1),
    "Kilowatt": ("kW", 1), "Liang": ("kg", 0.05), "Bit": ("bit", 1), "Liter": ("L", 1), "Ton": ("t", 1),
    "Square kilometer": ("km2", 1), "Hectare": ("ha", 1), "Year": ("a", 1), "Month": ("mo", 1), "Day": ("d", 1),
    "Week": ("wk", 1), "Megawatt": ("MW", 1), "Square meter": ("m2", 1), "Millimeter": ("mm", 1),
}  # fmt: skip
OPEN = {"before", "since", "after", "until"}


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
    mentions = quantities(case, tables, {"percent", "points"})
    found = ((m.span.start, m.span.end - 1, float(m.value.value)) for m in mentions)
    wanted = ((r["Start"], r["End"], float(r["Resolution"]["value"].rstrip("%"))) for r in case["Results"])
    return same(found, wanted, close)


def money(case: Case, tables: Tables) -> bool:
    wanted = []
    for result in case["Results"]:
        resolution = result["Resolution"]
        unit = resolution.get("isoCurrency") or {"Dollar": "USD", "Bitcoin": "XBT"}.get(
            resolution["unit"], resolution["unit"]
        )
        value = float(resolution["value"]) if resolution["value"] else None
        wanted.append((result["Start"], result["End"], (value, unit)))
    mentions = quantities(case, tables, {"money"})
    found = ((m.span.start, m.span.end - 1, (float(m.value.value), m.value.unit)) for m in mentions)
    return same(found, wanted, lambda a, b: b[0] is not None and close(a[0], b[0]) and a[1] == b[1])


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
    for mention in find_quantities(case["Input"], tables):
        low = float(mention.value.value) if mention.value.bound == "min" else None
        high = float(mention.value.value) if mention.value.bound == "max" else None
        high = float(mention.high.value) if mention.high else high
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


def _accepts(edtf: str | None, values: list[dict[str, str]]) -> bool:
    """Whether an EDTF text says one of the expected values; their ends may be the last unit's first day."""
    if edtf is None:
        # Their date for a day that does not exist.
        return all(value.get("date") == "0001-01-01" for value in values)
    start, after = days(edtf)
    last = _first(edtf.rstrip("~").partition("/")[2] or edtf)
    for value in values:
        if "date" in value or "value" in value:
            if edtf == (value.get("date") or value.get("value")):
                return True
        else:
            first, end = (value.get(key) or value.get(key + "Date") or "" for key in ("start", "end"))
            if (
                (start or first) == first
                and (not end or not after or end in (after, last))
                and (first or end)
            ):
                return True
    return False


def _wanted_dates(case: Case) -> list[tuple[int, int, list[dict[str, str]]]] | None:
    """What the date cases want; None where a case is about clock times, sets or durations."""
    wanted = []
    for result in case["Results"]:
        kind = (result.get("TypeName") or result.get("Type")).removeprefix("datetimeV2.")
        if kind not in ("date", "daterange"):
            return None
        end = result["Start"] + result["Length"] - 1 if "Length" in result else result["End"]
        if "Value" in result:
            values = [result["Value"][key] for key in ("FutureResolution", "PastResolution")]
        else:
            values = result["Resolution"]["values"]
        wanted.append((result["Start"], end, values))
    return wanted


def dates(case: Case, tables: Tables) -> bool | None:
    wanted = _wanted_dates(case)
    if wanted is None:
        return None
    reference = case.get("Context", {}).get("ReferenceDateTime", "")[:10]
    context = TimeContext(dateline=date.fromisoformat(reference)) if reference else TimeContext()
    mentions = [m for m in find_times(case["Input"], tables) if m.expr.kind is not TimeKind.VAGUE]
    found = ((m.span.start, m.span.end - 1, resolve(m.expr, context)) for m in mentions)
    return same(found, wanted, _accepts)


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
