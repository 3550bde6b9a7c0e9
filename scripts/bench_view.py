#!/usr/bin/env python3
"""How large the page gets, how soon it is drawn and how fluently it moves: `make bench-view`.

Made-up graphs of 200, 2,000 and 20,000 entities: circles of some forty that give, found and sign among
themselves, a tenth of the facts across. Each page is made once and opened in a headless Chromium (software
drawing, no graphics card) in a window of 1400 by 860. First picture: from the start of the navigation to
the first drawing. Frames a second: drawings while the picture is moved for two seconds, as at first and,
where there are groups, with the largest open.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.iris import DEFAULT_BASE, entity_iri, fact_iri
from kg.ontology import vocabulary_files
from kg.ontology.vocabulary import load_vocabulary
from kg.resources import ontology_dir
from kg.table import format_table
from kg.types import Entity, Evidence, Fact, Modality, Period, Quantity, RoleSpan, Span, Value
from kg.view import render

SIZES = (200, 2_000, 20_000)
CIRCLE = 40  # entities that mostly deal with one another
ACROSS = 0.1  # share of the facts that lead out of a circle
FACTS = 1.3  # an entity
CLASSES = {
    "Government": "区人民政府",
    "Company": "茶业有限公司",
    "Hospital": "中心医院",
    "School": "第一小学",
}
SENTENCES = 2_000  # a source

_READY = "return document.documentElement.dataset.ready === 'true'"
_FRAMES = """
const done = arguments[arguments.length - 1], { network } = kgView, { x, y } = network.getViewPosition();
let frames = 0;
network.on("afterDrawing", () => { frames += 1; });
const start = performance.now();
(function move() {
  const t = performance.now() - start;
  if (t > 2000) return done((1000 * frames) / t);
  network.moveTo({ position: { x: x + 100 * Math.sin(t / 200), y: y + 60 * Math.cos(t / 200) } });
  requestAnimationFrame(move);
})();
"""
_OPEN = """
const groups = [...kgView.scene().nodes.values()].filter((n) => n.group && !n.group.rest);
if (!groups.length) return false;
const most = groups.reduce((a, b) => (b.count > a.count ? b : a));
location.hash = `open=${encodeURIComponent(most.id)}`;
return true;
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="entities (200 2000 20000)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the pages here, to look at")
    arguments = parser.parse_args()
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        sys.exit("bench_view: needs chromium and chromedriver on the path")
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(size, arguments.keep or Path(folder), chromium, driver) for size in arguments.sizes]
    head = ("entities", "facts", "made in s", "MB", "first picture s", "frames/s", "group open")
    print(format_table(head, rows, numeric=range(len(head))))


def measure(size: int, folder: Path, chromium: str, driver: str) -> tuple[str, ...]:
    """One line of the table."""
    facts, entities, texts = make_graph(size)
    vocabulary = load_vocabulary(vocabulary_files(ontology_dir(None)))
    start = time.perf_counter()
    html = render(facts, entities, vocabulary, texts, title=f"{size:,}").encode()
    made = time.perf_counter() - start
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{size}.html"
    path.write_bytes(html)
    browser = _browser(chromium, driver)
    try:
        first, frames, opened = _look(browser, path)
    finally:
        browser.quit()
    return (
        f"{size:,}",
        f"{len(facts):,}",
        f"{made:.1f}",
        f"{len(html) / 1e6:.1f}",
        f"{first:.2f}",
        f"{frames:.0f}",
        opened,
    )


def _browser(chromium: str, driver: str) -> Any:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "disable-gpu",
        "window-size=1400,860",
    ):
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    browser.set_script_timeout(60)
    return browser


def _look(browser: Any, path: Path) -> tuple[float, float, str]:
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(path.as_uri())
    WebDriverWait(browser, 120, poll_frequency=0.05).until(lambda b: b.execute_script(_READY))
    first = browser.execute_script("return performance.getEntriesByName('drawn')[0].startTime / 1000")
    frames = browser.execute_async_script(_FRAMES)
    if not browser.execute_script(_OPEN):
        return first, frames, ""
    time.sleep(1)
    return first, frames, f"{browser.execute_async_script(_FRAMES):.0f}"


def make_graph(size: int) -> tuple[list[Fact], list[Entity], dict[str, str]]:
    """Entities, facts and the sentences that state them; the same every time."""
    dice = random.Random(size)
    entities = list(_entities(size))
    facts: list[Fact] = []
    texts: dict[str, list[str]] = {}
    ends: dict[str, int] = {}
    for number in range(round(size * FACTS)):
        source = f"made-up/{number // SENTENCES:03}.txt"
        circle = CIRCLE * dice.randrange(max(1, size // CIRCLE))
        one = entities[min(size - 1, circle + int(CIRCLE * dice.random() ** 3))]
        other = entities[
            dice.randrange(size) if dice.random() < ACROSS else min(size - 1, circle + dice.randrange(CIRCLE))
        ]
        if one is other:
            continue
        fact, sentence = _donation(one, other, dice, source, ends.get(source, 0))
        facts.append(fact)
        texts.setdefault(source, []).append(sentence)
        ends[source] = ends.get(source, 0) + len(sentence)
    return facts, entities, {source: "".join(told) for source, told in texts.items()}


def _entities(size: int) -> Iterator[Entity]:
    kinds = list(CLASSES.items())
    for number in range(size):
        cls, ending = kinds[number % len(kinds)]
        label = f"{chr(0x4E00 + number * 37 % 5000)}{chr(0x4E00 + number * 101 % 4999)}{ending}"
        yield Entity(entity_iri(DEFAULT_BASE, f"{label}{number}"), label, cls)


def _donation(one: Entity, other: Entity, dice: random.Random, source: str, start: int) -> tuple[Fact, str]:
    year, sum_ = dice.randrange(2008, 2026), dice.randrange(1, 900)
    time_, amount = (
        Period(str(year), f"{year}年"),
        Quantity(Decimal(sum_ * 10_000), "CNY", "exact", f"{sum_}万元"),
    )
    sentence, spans = "", []
    for role, words in (
        ("time", time_.text),
        ("", "，"),
        ("donor", one.label),
        ("", "向"),
        ("recipient", other.label),
        ("", "捐赠"),
        ("amount", amount.text),
        ("", "。\n"),
    ):
        if role:
            at = start + len(sentence)
            spans.append(RoleSpan(role, 0, Span(at, at + len(words))))
        sentence += words
    values: dict[str, tuple[Value, ...]] = {
        "donor": (one,),
        "recipient": (other,),
        "amount": (amount,),
        "time": (time_,),
    }
    modality = Modality.PLANNED if dice.random() < 0.1 else Modality.ASSERTED
    quote = sentence.rstrip("\n")
    evidence = Evidence(source, Span(start, start + len(quote)), quote, None, tuple(spans))
    iri = fact_iri(DEFAULT_BASE, "Donation", modality, values)
    confidence = round(0.6 + 0.4 * dice.random(), 2)
    return Fact(iri, "Donation", modality, values, (evidence,), confidence, "reader"), sentence


if __name__ == "__main__":
    main()
