"""The page in a real browser, as its reader uses it; skipped where no Chromium is installed."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import chromium
import pytest
import rdflib
from graph_samples import COMPANY as BLUE
from graph_samples import COUNTY, GOVERNMENT, PAGE, TOWNSHIP, donation, fact, filled_store, refusal
from graph_samples import VOCABULARY as KG
from test_view import (
    CITY_GOV,
    CLINIC,
    COMPANY,
    COUNTY_GOV,
    HOSPITAL,
    HOSTILE,
    LONELY,
    PERSON,
    SCHOOLS,
    VOCABULARY,
    Story,
    large,
    money,
    page,
    sample,
)

from kg.export import export
from kg.iris import DEFAULT_BASE
from kg.types import Document, Entity, Extraction, Fact, Modality, Passage, PassageKind, Span, Text
from kg.view import render
from kg.view.model import build_model, merge_entities
from kg.view.records import graph_records

ENTER, ESCAPE, LEFT, CONTROL = "\ue007", "\ue00c", "\ue012", "\ue009"


pytestmark = chromium.MARKS


class Page:
    """The page as a reader sees it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    @property
    def panel(self) -> str:
        return self.one("#panel").text

    @property
    def status(self) -> str:
        return self.one("#status").text

    def node(self, label: str) -> str:
        found = self.run(
            "return [...kgView.graph.entities.values()].find(e => e.label === arguments[0])?.id", label
        )
        assert found
        return str(found)

    def show(self, label: str) -> None:
        self.run("kgView.showEntity(arguments[0])", self.node(label))

    def drawn(self) -> set[str]:
        """The labels of the entities that are drawn."""
        return set(self.run("return kgView.scene().entities.map(e => e.label)"))

    def labels(self) -> set[str]:
        """What stands on the lines."""
        return set(self.run("return kgView.network.body.data.edges.get().map(e => e.label)"))

    def click_at(self, script: str, *values: object) -> None:
        """A real click on the canvas, at a place in the network's coordinates."""
        from selenium.webdriver import ActionChains

        at = self.run(f"return kgView.network.canvasToDOM({script})", *values)
        size = self.run("const g = document.getElementById('graph'); return [g.clientWidth, g.clientHeight]")
        offset = round(at["x"] - size[0] / 2), round(at["y"] - size[1] / 2)
        # vis-network waits a moment to tell a click from a double click.
        ActionChains(self.driver).move_to_element_with_offset(self.one("#graph"), *offset).click().perform()

    def click_node(self, label: str) -> None:
        self.click_at("kgView.network.getPosition(arguments[0])", self.node(label))

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def undo(self) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).key_down(CONTROL).send_keys("z").key_up(CONTROL).perform()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Page]:
    """The sample page, from the disk; afterwards nothing was asked of any host and nothing went wrong."""
    path = tmp_path / "graph.html"
    path.write_text(page(), encoding="utf-8")
    yield from open_page(browser, path)


def open_page(browser: Any, path: Path) -> Iterator[Page]:
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(path.as_uri())
    yield Page(browser)
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"]
    own = ("data:", f"blob:{path.as_uri()[:7]}", path.as_uri())
    assert [url for url in urls if not url.startswith(own)] == []


def wait_for(page: Page, condition: str, *values: object) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(page.driver, 5, poll_frequency=0.05).until(
        lambda _: page.run(f"return {condition}", *values)
    )


def test_browser_draws_at_once_and_says_what_is_where(opened: Page):
    assert opened.run("return document.documentElement.dataset.ready") == "true"
    assert "35 个实体，20 条事实" in opened.panel
    assert "17 条事实画作" in opened.panel and "1 条事实未提到具名实体" in opened.panel
    assert "2.1亿元" in opened.panel
    assert opened.run("return kgView.network.body.nodeIndices.length") == 36
    assert opened.status == "实体 35/35 · 事实 20/20"
    assert {"捐赠 ×2", "捐赠 20万元", "✗ 任职", "结对", "捐赠 · 地点"} <= opened.labels()


def test_browser_click_on_a_node_shows_its_facts_with_marked_sentences(opened: Page):
    opened.click_node(COUNTY_GOV.label)
    wait_for(opened, "document.querySelector('#panel h2').textContent === arguments[0]", COUNTY_GOV.label)
    assert "石桥县 ‹ 青岚市 ‹ 云河省" in opened.panel
    assert "4 条事实" in opened.panel
    quotes = [q.text for q in opened.all("#panel blockquote q")]
    assert "2021年5月，青岚市人民政府向石桥县人民政府捐赠300万元。" in quotes
    first = "#panel article:first-of-type"
    assert opened.one(f"{first} .sentence").text == "青岚市人民政府 捐赠 300万元 → 石桥县人民政府 (2021年5月)"
    marks = [(m.text, m.get_attribute("title")) for m in opened.all(f"{first} mark")]
    assert marks == [
        ("2021年5月", "时间"),
        ("青岚市人民政府", "捐赠方"),
        ("石桥县人民政府", "受赠方"),
        ("300万元", "金额"),
    ]
    opened.all("#panel article:first-of-type mark")[1].click()
    assert opened.one("#panel h2").text == CITY_GOV.label


def test_browser_click_on_a_line_shows_its_fact_with_one_evidence_after_the_other(opened: Page):
    a, b = opened.node(HOSPITAL.label), opened.node(CLINIC.label)
    opened.run("kgView.network.fit({nodes: [arguments[0], arguments[1]]})", a, b)
    opened.click_at(
        "(([p, q]) => ({x: (p.x + q.x) / 2, y: (p.y + q.y) / 2}))"
        "([arguments[0], arguments[1]].map(n => kgView.network.getPosition(n)))",
        a,
        b,
    )
    wait_for(opened, "document.querySelectorAll('#panel article').length === 1")
    assert opened.one("#panel article .type").text == "结对"
    assert opened.run("return kgView.network.getSelectedEdges().length") == 1
    assert opened.one("#panel q").text == "石桥县中医院与青岚市第一人民医院继续结对。"
    opened.one("#panel .next").click()
    assert opened.one("#panel q").text == "青岚市第一人民医院与石桥县中医院结对。"
    opened.press(ESCAPE)
    assert opened.one("#panel h2").text == "概览"


def test_browser_search_finds_by_alias_with_the_keyboard_alone(opened: Page):
    opened.press("/")
    opened.press("市一院")
    assert [li.text.split("\n")[0] for li in opened.all("#suggestions li")] == [HOSPITAL.label]
    opened.press(ENTER)
    assert opened.one("#panel h2").text == HOSPITAL.label
    assert opened.run("return kgView.network.getSelectedNodes()") == [opened.node(HOSPITAL.label)]
    opened.run("kgView.network.moveTo({scale: 1})")
    opened.press("+")
    assert opened.run("return kgView.network.getScale()") == pytest.approx(1.25)


def test_browser_legend_filters_classes_facts_plans_and_years(opened: Page):
    opened.one("#classes input[value=Hospital]").click()
    assert HOSPITAL.label not in opened.drawn() and COUNTY_GOV.label in opened.drawn()
    opened.one("#classes input[value=Hospital]").click()
    opened.one("#joined").click()
    assert HOSPITAL.label in opened.drawn() and LONELY.label not in opened.drawn()
    opened.one("#types [data-key=types-none]").click()
    opened.one("#types input[value=Donation]").click()
    assert HOSPITAL.label not in opened.drawn() and COUNTY_GOV.label in opened.drawn()
    assert "捐赠 20万元" in opened.labels()
    opened.one("#modes input[value=planned]").click()
    assert "捐赠 20万元" not in opened.labels()
    opened.one("#dated").click()
    assert opened.labels() == {"捐赠 ×2"}
    opened.run("document.querySelector('[data-key=year-1]').focus()")
    opened.press(LEFT)
    assert opened.labels() == {"捐赠 300万元"} and "2021" in opened.one("#years output").text
    for _ in range(8):
        opened.undo()
    assert "实体 35/35 · 事实 20/20" in opened.status


def test_browser_events_as_nodes_show_every_role_and_the_switch_goes_back(opened: Page):
    opened.press("e")
    nodes = opened.run("return kgView.network.body.data.nodes.get().map(n => n.label)")
    assert "捐赠 300万元" in nodes and "✗ 任职" in nodes
    assert {"捐赠方", "受赠方", "地点", "人物"} <= opened.labels()
    opened.press("e")
    assert "捐赠 ×2" in opened.labels()


def test_browser_focus_depth_expand_hide_and_undo(opened: Page):
    opened.show(HOSPITAL.label)
    opened.press("f")
    assert opened.drawn() == {HOSPITAL.label, CLINIC.label, PERSON.label}
    opened.show(COMPANY.label)
    opened.one("#focus").click()
    near = opened.drawn()
    assert CITY_GOV.label in near and HOSPITAL.label not in near
    opened.one("#relations [data-relation='Donation|recipient'] button").click()  # collapses
    assert SCHOOLS[1].label not in opened.drawn()
    opened.one("#relations [data-relation='Donation|recipient'] button").click()  # expands
    assert opened.drawn() == near
    opened.press("u")
    assert SCHOOLS[1].label not in opened.drawn()
    opened.press("u")
    opened.press("h")
    assert COMPANY.label not in opened.drawn()
    opened.press("u")
    assert opened.drawn() == near


def test_browser_path_between_two_entities(opened: Page):
    opened.show(SCHOOLS[1].label)
    opened.press("p")
    opened.press(CITY_GOV.label)
    opened.press(ENTER)
    assert opened.drawn() == {SCHOOLS[1].label, COMPANY.label, CITY_GOV.label}
    assert "相隔 2 条事实" in opened.one("#path-length").text
    opened.press(ESCAPE)
    assert len(opened.drawn()) == 35


def test_browser_address_holds_the_view_and_a_reload_gives_it_back(opened: Page):
    opened.show(COMPANY.label)
    opened.press("f2el")
    opened.one("#pin").click()
    opened.one("#zoom-in").click()
    seen = (
        "const { network } = kgView, { x, y } = network.getViewPosition();"
        "return [kgView.state(), location.hash, network.getPositions(), Math.round(x), Math.round(y),"
        " network.getScale().toPrecision(3)]"
    )
    before = opened.run(seen)
    assert before[0]["focus"] == opened.node(COMPANY.label) and before[0]["pinned"] and before[0]["view"]
    opened.driver.refresh()
    assert opened.run(seen) == before
    opened.run("location.hash = '#depth=9&years=x&lang=fr&path=1&nonsense=1&focus=nobody'")
    wait_for(opened, "kgView.state().focus === 'nobody'")
    assert len(opened.drawn()) == 35
    state = opened.run("return kgView.state()")
    assert (state["depth"], state["years"], state["lang"], state["path"]) == (3, [], "zh", [])


def test_browser_text_view_is_linked_with_the_graph_both_ways(opened: Page):
    opened.show(COUNTY_GOV.label)
    opened.one("#panel .read").click()
    text = opened.one("#reading .text")
    assert text.text.startswith("2021年5月，青岚市人民政府向石桥县人民政府捐赠300万元。")
    assert opened.all("#reading .chosen")[0].get_attribute("data-at") == "0"
    marks = [m for m in opened.all("#reading mark") if m.text == PERSON.label]
    marks[0].click()
    assert opened.one("#panel h2").text == PERSON.label
    spans = [m for m in opened.all("#reading span.t-fact") if "不再担任" in m.text]
    spans[0].click()
    assert opened.one("#panel article .type").text == "✗ 任职"
    opened.press("t")
    assert not opened.one("#reading").is_displayed()


def test_browser_text_view_cuts_characters_beyond_the_basic_plane_and_greys_furniture(
    browser: Any, tmp_path: Path
):
    told = Story("𠮷.txt")
    told.tell("Sale", "𠮷祥😀", ("seller", COMPANY), "销售", ("amount", money("20万元", 200000)), "。")
    told.text += "上一篇"
    start = len(told.text) - 3
    marked = {told.source: (Passage(Span(start, start + 3), PassageKind.FURNITURE),)}
    path = tmp_path / "astral.html"
    texts = {told.source: told.text}
    html = render(told.facts, [COMPANY], VOCABULARY, texts, title="", passages=marked)
    path.write_text(html, encoding="utf-8")
    for opened in open_page(browser, path):
        opened.show(COMPANY.label)
        assert [m.text for m in opened.all("#panel mark")] == [COMPANY.label, "20万元"]
        opened.one("#panel .read").click()
        assert [m.text for m in opened.all("#reading mark")] == [COMPANY.label]
        assert opened.run("return document.querySelector('#reading .text').textContent") == told.text
        assert opened.one("#reading .t-furniture").text == "上一篇"


def test_browser_saves_what_is_seen(browser: Any, tmp_path: Path):
    facts, entities, documents = seed()
    folder = tmp_path / "saved"
    folder.mkdir()
    path = tmp_path / "graph.html"
    path.write_text(render(facts, entities, KG, documents, title=""), encoding="utf-8")
    behavior = {"behavior": "allow", "downloadPath": str(folder)}
    for opened in open_page(browser, path):
        browser.execute_cdp_cmd("Browser.setDownloadBehavior", behavior)
        names = {"png": "graph.png", "svg": "graph.svg", "csv": "facts.csv", "ttl": "facts.ttl"}
        for kind in names:
            opened.one("#save summary").click()
            opened.one(f"[data-save={kind}]").click()
        saved = {kind: wait_for_file(folder / name) for kind, name in names.items()}
    assert saved["png"].startswith(b"\x89PNG")
    texts = [t.text for t in ElementTree.fromstring(saved["svg"]).iter("{http://www.w3.org/2000/svg}text")]
    assert "青禾县人民政府" in texts and "<b>" in texts
    table = list(csv.DictReader(saved["csv"].decode("utf-8-sig").splitlines()))
    assert {(r["type"], r["role"], r["value"], r["unit"]) for r in table if r["role"] == "amount"} == {
        ("Donation", "amount", "2505000", "CNY")
    }
    assert {r["text"] for r in table if r["role"] == "kind"} == {"'=1+1"}
    parsed = rdflib.Graph().parse(data=saved["ttl"], format="turtle")
    whole = rdflib.Graph()
    store = filled_store(
        Extraction(Document("page.txt", documents["page.txt"]), (), tuple(entities), tuple(facts))
    )
    whole.parse(data=export(store, "turtle", KG), format="turtle")
    assert set(parsed) - set(whole) == set()
    kg = rdflib.Namespace("https://w3id.org/tupu-kg/ontology#")
    names = ("donor", "recipient", "amount", "value", "time", "start", "end", "planned")
    for predicate in (rdflib.RDF.type, *(kg[name] for name in names)):
        there = {t for t in whole.triples((None, predicate, None)) if told_by_facts(t, whole, kg)}
        assert there and there <= set(parsed), predicate


def told_by_facts(triple: Any, whole: Any, kg: Any) -> bool:
    """Whether a triple tells of a fact, what it names, or a value of it."""
    kinds = set(whole.objects(triple[0], rdflib.RDF.type))
    return bool(kinds & {kg.Fact, kg.Entity, kg.Quantity}) or (triple[0], kg.confidence, None) in whole


def seed() -> tuple[list[Fact], list[Entity], dict[str, str]]:
    """The made-up page of the graph's own tests, with names that a table and a drawing must not believe."""
    odd = Entity(f"{DEFAULT_BASE}odd", "<b>", "Company", ('\\"\n', "甲\u202e乙"))
    text = f"{PAGE}=1+1"
    roles = {"party": [TOWNSHIP, COUNTY], "kind": [Text("=1+1")]}
    pairing = fact("Pairing", roles, "青禾县拟与白塔乡结对", text=text, modality=Modality.PLANNED)
    facts = [donation(), pairing, refusal()]
    return facts, [COUNTY, TOWNSHIP, GOVERNMENT, BLUE, odd], {"page.txt": text}


def wait_for_file(path: Path) -> bytes:
    for _ in range(100):
        if path.exists() and path.stat().st_size:
            return path.read_bytes()
        time.sleep(0.03)
    raise AssertionError(f"{path.name} was not saved")


def test_browser_language_switch_changes_every_label(opened: Page):
    opened.show(CITY_GOV.label)
    opened.one("#language").click()
    assert opened.one("#panel h2").text == "Qinglan City People's Government"
    assert "3,000,000 CNY" in opened.panel and "≥ 5,000,000 CNY" in opened.panel
    assert opened.one("#classes legend").text.startswith("Classes")
    assert "Donation ×2" in opened.labels() and "捐赠 ×2" not in opened.labels()
    opened.one("#language").click()
    assert opened.one("#panel h2").text == CITY_GOV.label


def test_browser_large_graph_opens_group_by_group_and_search_finds_what_is_not_drawn(
    browser: Any, tmp_path: Path
):
    path = tmp_path / "large.html"
    path.write_text(render(*large()[:2], VOCABULARY, large()[2], title="大"), encoding="utf-8")
    for opened in open_page(browser, path):
        assert opened.drawn() == set() and "实体 0/450" in opened.status
        groups = opened.run("return [...kgView.scene().nodes.values()].map(n => [n.id, n.count])")
        assert sum(count for _, count in groups) == 450 and len(groups) <= 41
        opened.click_at("kgView.network.getPosition(arguments[0])", groups[0][0])
        wait_for(opened, "document.getElementById('open') !== null")
        opened.one("#open").click()
        assert 3 < len(opened.drawn()) <= 120
        left_out = opened.run(
            "return [...kgView.graph.entities.values()].find(e => e.near.size && !kgView.scene().nodes.has(e.id)).label"
        )
        opened.press("/" + left_out + ENTER)
        assert left_out in opened.drawn() and opened.one("#panel h2").text == left_out
        assert opened.run(
            "return kgView.network.getConnectedEdges(arguments[0]).length", opened.node(left_out)
        )
        opened.press("f")
        assert 1 < len(opened.drawn()) < 100 and left_out in opened.drawn()
        opened.press("uu")
        assert left_out not in opened.drawn()


def test_browser_records_of_a_server_are_added_to_what_is_there(browser: Any, tmp_path: Path):
    facts, entities, documents = sample()
    path = tmp_path / "part.html"
    html = render(facts, entities, VOCABULARY, documents, title="", focus=HOSPITAL.label)
    path.write_text(html, encoding="utf-8")
    more = graph_records(
        build_model(facts, entities, VOCABULARY, focus=CITY_GOV.label),
        VOCABULARY,
        documents,
        merge_entities(entities, ()),
        whole_texts=False,
    )
    for opened in open_page(browser, path):
        opened.run("const [more] = arguments; kgView.graph.expand = async () => kgView.graph.add(more)", more)
        assert opened.drawn() == {HOSPITAL.label, CLINIC.label, PERSON.label}
        opened.click_node(HOSPITAL.label)
        wait_for(opened, "document.querySelector('#panel h2') !== null && kgView.state().pick !== ''")
        opened.press(ENTER)
        wait_for(opened, "kgView.scene().entities.length === 6")
        assert {CITY_GOV.label, COUNTY_GOV.label, COMPANY.label} < opened.drawn()
        assert {"捐赠 ×2", "结对"} <= opened.labels()
        opened.show(COUNTY_GOV.label)
        assert "2021年5月，青岚市人民政府向石桥县人民政府捐赠300万元。" in [
            q.text for q in opened.all("#panel q")
        ]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_browser_hostile_names_are_text(opened: Page, name: str):
    opened.show(name)
    assert opened.run("return document.querySelector('#panel h2 bdi').textContent") == name
    opened.press("t")
    assert name in opened.run("return document.querySelector('#reading .text').textContent")
    assert opened.all("#panel img, #panel script, #panel b, #reading img, #reading script, #reading b") == []
    opened.run(
        "const q = document.getElementById('query'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))",
        name,
    )
    assert opened.run("return document.querySelector('#suggestions bdi').textContent") == name
    svg = ElementTree.fromstring(opened.run("return kgView.svgText()"))
    assert not list(svg.iter("{http://www.w3.org/2000/svg}script")) and "script" not in {
        e.tag for e in svg.iter()
    }


def test_browser_help_lists_the_keys_and_closes(opened: Page):
    opened.press("?")
    assert opened.one("#keys").is_displayed() and "撤销" in opened.one("#keys").text
    opened.press(ESCAPE)
    assert not opened.one("#keys").is_displayed()


def test_browser_everything_to_press_has_a_name(opened: Page):
    opened.show(COMPANY.label)
    opened.press("t")
    nameless = opened.run(
        "return [...document.querySelectorAll('button, input, summary')].filter(e => e.offsetParent"
        " && !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label')?.textContent.trim()))"
        ".map(e => e.outerHTML)"
    )
    assert nameless == []


def test_browser_narrow_screen_has_the_panel_below_and_nothing_too_wide(opened: Page):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    opened.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        places = opened.run(
            "const r = id => document.getElementById(id).getBoundingClientRect();"
            "return [r('graph').bottom, r('panel').top, document.documentElement.scrollWidth]"
        )
    finally:
        opened.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert places[1] >= places[0] - 1 and places[2] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_browser_text_has_contrast_in_light_and_dark(opened: Page, scheme: str):
    feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    opened.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    try:
        colors = opened.run(
            "const s = getComputedStyle(document.documentElement);"
            "return Object.fromEntries(arguments[0].map(n => [n, s.getPropertyValue('--' + n).trim()]))",
            ["paper", "raised", "ink", "faint", "accent", "line-label", "denied", "line"],
        )
        wait_for(opened, "kgView.network.body.data.nodes.get()[0].font.color === arguments[0]", colors["ink"])
    finally:
        opened.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    for ground in ("paper", "raised"):
        for name in ("ink", "faint", "accent", "line-label", "denied"):
            assert contrast(colors[name], colors[ground]) >= 4.5, (name, ground)  # WCAG 2.2, 1.4.3
    assert contrast(colors["line"], colors["paper"]) >= 3  # 1.4.11


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
