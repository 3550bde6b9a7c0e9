"""The page in a real browser, as its reader uses it; skipped where no Chromium is installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_view import CITY_GOV, CLINIC, COUNTY_GOV, HOSPITAL, HOSTILE, VOCABULARY, large, page

from kg.view import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on the path"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "disable-gpu",
        "window-size=1300,850",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


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

    def node(self, label: str) -> str:
        found = self.run("return kgView.data.entities.findIndex(e => e.label === arguments[0])", label)
        assert found >= 0
        return f"e{found}"

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

    def hidden(self, node: str) -> bool:
        return bool(self.run("return kgView.network.body.data.nodes.get(arguments[0]).hidden", node))

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Page]:
    """The sample page, from the disk; afterwards nothing was asked of any host and nothing went wrong."""
    path = tmp_path / "graph.html"
    path.write_text(page(), encoding="utf-8")
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(path.as_uri())
    yield Page(browser)
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in urls if not url.startswith("data:")] == [path.as_uri()]


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


def test_browser_click_on_a_node_shows_its_facts_with_marked_sentences(opened: Page):
    opened.click_node(COUNTY_GOV.label)
    wait_for(opened, "document.querySelector('#panel h2').textContent === arguments[0]", COUNTY_GOV.label)
    assert "石桥县 ‹ 青岚市 ‹ 云河省" in opened.panel
    assert "4 条事实" in opened.panel
    quotes = [q.text for q in opened.all("#panel blockquote q")]
    assert "2021年5月，青岚市人民政府向石桥县人民政府捐赠300万元。" in quotes
    marks = [(m.text, m.get_attribute("title")) for m in opened.all("#panel article:first-of-type mark")]
    assert marks == [
        ("2021年5月", "时间"),
        ("青岚市人民政府", "捐赠方"),
        ("石桥县人民政府", "受赠方"),
        ("300万元", "金额"),
    ]
    opened.all("#panel article:first-of-type mark")[1].click()
    assert opened.one("#panel h2").text == CITY_GOV.label


def test_browser_click_on_a_line_shows_its_fact(opened: Page):
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
    opened.one("#panel details summary").click()
    assert [q.text for q in opened.all("#panel q")] == [
        "石桥县中医院与青岚市第一人民医院继续结对。",
        "青岚市第一人民医院与石桥县中医院结对。",
    ]
    opened.press("\ue00c")  # Escape
    assert opened.one("#panel h2").text == "概览"


def test_browser_search_finds_by_alias_with_the_keyboard_alone(opened: Page):
    opened.press("/")
    opened.press("市一院")
    assert [li.text.split("\n")[0] for li in opened.all("#suggestions li")] == [HOSPITAL.label]
    opened.press("\ue007")  # Enter
    assert opened.one("#panel h2").text == HOSPITAL.label
    assert opened.run("return kgView.network.getSelectedNodes()") == [opened.node(HOSPITAL.label)]
    opened.run("kgView.network.moveTo({scale: 1})")
    opened.press("+")
    assert opened.run("return kgView.network.getScale()") == pytest.approx(1.25)


def test_browser_legend_filters_classes_and_facts(opened: Page):
    hospital = opened.node(HOSPITAL.label)
    opened.one("#classes input[value=Hospital]").click()
    assert opened.hidden(hospital) and not opened.hidden(opened.node(COUNTY_GOV.label))
    opened.one("#classes input[value=Hospital]").click()
    opened.one("#connected").click()
    assert not opened.hidden(hospital)
    for box in opened.all("#types input:not([value=Donation])"):
        box.click()
    assert opened.hidden(hospital) and not opened.hidden(opened.node(COUNTY_GOV.label))


def test_browser_language_switch_changes_every_label(opened: Page):
    opened.run("kgView.showEntity(arguments[0])", int(opened.node(CITY_GOV.label)[1:]))
    opened.one("#language").click()
    assert opened.one("#panel h2").text == "Qinglan City People's Government"
    assert "3,000,000 CNY" in opened.panel and "≥ 5,000,000 CNY" in opened.panel
    assert opened.one("#classes legend").text.startswith("Classes")
    labels = opened.run("return kgView.network.body.data.edges.get().map(e => e.label)")
    assert "Donation ×2" in labels and "捐赠 ×2" not in labels
    opened.one("#language").click()
    assert opened.one("#panel h2").text == CITY_GOV.label


def test_browser_search_adds_what_a_large_picture_left_out(browser: Any, tmp_path: Path):
    path = tmp_path / "large.html"
    path.write_text(render(*large()[:2], VOCABULARY, large()[2], title="大"), encoding="utf-8")
    browser.get(path.as_uri())
    opened = Page(browser)
    assert "450 个节点里连线最多的 300 个" in opened.panel
    left_out = opened.run(
        "return kgView.data.rest.nodes.find(n => kgView.data.rest.edges.some(e => e.from === n.id)).label"
    )
    opened.press("/" + left_out + "\ue007")
    assert opened.one("#panel h2").text == left_out
    node = opened.node(left_out)
    assert opened.run("return kgView.network.getConnectedEdges(arguments[0]).length", node) > 0
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_browser_hostile_names_are_text(opened: Page, name: str):
    opened.run("kgView.showEntity(arguments[0])", int(opened.node(name)[1:]))
    assert opened.run("return document.querySelector('#panel h2').textContent") == name
    assert opened.all("#panel img, #panel script, #panel b") == []
    opened.run(
        "const q = document.getElementById('query'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))",
        name,
    )
    assert opened.run("return document.querySelector('#suggestions bdi').textContent") == name


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
