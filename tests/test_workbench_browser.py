"""The workbench's pages in a real browser, over `kg serve`; skipped where no Chromium is installed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import chromium
import pytest
from graph_samples import COMPANY, TOWNSHIP, VOCABULARY, add_derived, extraction, fact
from server_samples import serving

from kg.graph import quads
from kg.iris import DEFAULT_BASE, entity_iri
from kg.server import pages
from kg.store import open_store
from kg.types import Document, Entity, Extraction

BUNDLED = pages.asset("built/editor.js") is not None

pytestmark = chromium.MARKS

ENTER, DOWN, CONTROL = "\ue007", "\ue015", "\ue009"

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</script><script>alert(3)</script>",
    "\"引号'&amp;<b>粗</b>{{title}}$name",
    "\u202eهندسة\u202c公司",
]
VICTIMS = tuple(Entity(entity_iri(DEFAULT_BASE, name), name, "Company") for name in HOSTILE)
# A character beyond U+FFFF comes first: offsets count code points, a browser's strings do not.
WICKED = "𠮷祥：" + "。".join(f"{name}向白塔乡捐款" for name in HOSTILE) + "。\n相关阅读\n"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the sample page and a page of hostile names."""
    place = tmp_path_factory.mktemp("workbench") / "store"
    gifts = tuple(
        fact(
            "Donation",
            {"donor": [victim], "recipient": [TOWNSHIP]},
            f"{name}向白塔乡捐款",
            text=WICKED,
            source="wicked.txt",
        )
        for victim, name in zip(VICTIMS, HOSTILE, strict=True)
    )
    told = [
        extraction(),
        Extraction(Document("wicked.txt", WICKED), (), (TOWNSHIP, *VICTIMS), gifts),
    ]
    with open_store(place) as store:
        for found in [list(quads(one, VOCABULARY)) for one in told]:
            store.replace(found[0].graph_name.value, found)
        add_derived(store)
    with serving(place) as client:
        yield str(client.base_url).rstrip("/")


class Pages:
    """The workbench as its reader sees it."""

    def __init__(self, driver: Any, address: str) -> None:
        self.driver, self.address = driver, address
        self.expected_errors = 0  # answers that say no, which a browser puts on its console

    def open(self, path: str) -> None:
        self.driver.get("about:blank")  # or a change of the fragment alone would not load the page
        self.driver.get(self.address + path)
        self.wait("document.documentElement.dataset.ready === 'true'")

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """What is written in the elements, read at one moment: a table may be drawn anew meanwhile."""
        found = "Array.from(document.querySelectorAll(arguments[0]), e => e.innerText.trim())"
        return [str(text) for text in self.run(f"return {found}", selector)]

    def wait(self, condition: str, *values: object) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10, poll_frequency=0.05).until(
            lambda _: self.run(f"return {condition}", *values)
        )

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def press_together(self, held: str, key: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def write(self, text: str) -> None:
        """Puts a query into the editor."""
        self.run("kgQuery.editor.text = arguments[0]", text)

    def ask(self, text: str) -> None:
        """Runs a query and waits for its answer."""
        self.write(text)
        self.one("#run").click()
        self.wait(
            "document.getElementById('cancel').disabled && document.querySelector('#answer').childElementCount > 0"
        )

    def column(self, i: int) -> list[str]:
        return self.texts(f"#answer tbody td:nth-child({i})")


@pytest.fixture
def workbench(browser: Any, address: str) -> Iterator[Pages]:
    """A browser that remembers nothing; afterwards nothing went wrong and no other host was asked."""
    browser.get(f"{address}/version")
    browser.execute_script("localStorage.clear()")
    browser.get_log("performance")
    browser.get_log("browser")
    shown = Pages(browser, address)
    yield shown
    assert len(browser.get_log("browser")) == shown.expected_errors
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in urls if not url.startswith((f"{address}/", "data:", "about:", "blob:"))] == []


def test_workbench_search_leads_to_the_page_of_a_thing_with_its_quotes(workbench: Pages):
    workbench.open("/")
    assert workbench.texts(".tally b")[:3] == ["9", "8", "2"]
    workbench.press("县政府")
    workbench.wait("document.querySelectorAll('.suggestions li[role=option]').length === 1")
    workbench.press(DOWN + ENTER)
    workbench.wait("location.pathname.startsWith('/id/') && document.querySelector('.fact')")
    assert workbench.one("h1").text == "青禾县人民政府"
    assert "Qinghe County People's Government" in workbench.one("dl.about").text
    assert workbench.texts(".fact dl dd")[:2] == ["青禾县人民政府", "白塔乡"]
    assert workbench.one(".fact q").text == "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元"
    assert workbench.one(".fact .where a").text == "page.txt"
    workbench.all(".fact a.marked")[1].click()
    workbench.wait("document.querySelector('h1')?.textContent === '白塔乡'")


def test_workbench_language_switch_stays_from_page_to_page(workbench: Pages):
    workbench.open("/sources")
    assert workbench.one("h1").text == "来源"
    workbench.one("#language").click()
    assert workbench.one("h1").text == "Sources"
    workbench.open("/query")
    assert workbench.one("#run").text == "Run"
    assert "Who gave what to whom" in workbench.texts(".question")
    workbench.one("#language").click()
    assert "谁向谁捐赠了什么" in workbench.texts(".question")


def test_workbench_question_of_the_catalogue_takes_a_parameter(workbench: Pages):
    workbench.open("/query")
    workbench.one("[data-query=donations]").click()
    workbench.one(".params input[name=donor]").send_keys("县政府")
    workbench.wait("document.querySelectorAll('.params li[role=option]').length === 1")
    workbench.press(DOWN + ENTER)
    workbench.one(".params [type=submit]").click()
    workbench.wait("document.querySelectorAll('#answer tbody tr').length === 1")
    workbench.wait("document.querySelector('#answer tbody a')?.textContent === '青禾县人民政府'")
    assert workbench.column(3) == ["2,505,000"]
    assert (
        workbench.run("return new URLSearchParams(location.hash.slice(1)).get('donor')") == "青禾县人民政府"
    )
    assert workbench.one("#answer tbody a").get_attribute("href").startswith(f"{workbench.address}/id/")


@pytest.mark.skipif(not BUNDLED, reason="needs the bundled editor: make editor")
def test_workbench_editor_completes_a_class_by_its_chinese_label(workbench: Pages):
    inner = "document.querySelector('.editor').shadowRoot"
    workbench.open("/query")
    workbench.write("")
    workbench.run("kgQuery.editor.focus()")
    workbench.press("SELECT ?gift { ?gift a 捐")
    workbench.wait(
        f"{inner}.querySelector('.cm-tooltip-autocomplete li[aria-selected]')?.textContent.includes('捐赠')"
    )
    time.sleep(0.1)  # a list that has just come up does not take Enter: it may be meant for the text
    workbench.press(ENTER)
    workbench.wait("kgQuery.editor.text.includes('kg:Donation')")
    workbench.press(" ; kg:rec")
    workbench.wait(
        f"{inner}.querySelector('.cm-tooltip-autocomplete li[aria-selected]')?.textContent.includes('recipient')"
    )
    time.sleep(0.1)
    workbench.press(ENTER + " ?who ")
    workbench.press_together(CONTROL, ENTER)
    workbench.wait("document.querySelectorAll('#answer tbody tr').length === 6")
    assert (
        workbench.run("return kgQuery.editor.text")
        == "SELECT ?gift { ?gift a kg:Donation ; kg:recipient ?who }"
    )


def test_workbench_error_is_told_in_words(workbench: Pages):
    workbench.open("/query")
    workbench.ask("SELECT ?a {\n ?a kg:donor }")
    assert "line 2" in workbench.one("#answer .problem").text
    workbench.expected_errors = 1


def test_workbench_slow_query_is_cancelled_and_the_next_one_runs(workbench: Pages):
    workbench.open("/query")
    workbench.write(SLOW)
    workbench.one("#run").click()
    workbench.wait("document.getElementById('clock').textContent !== ''")
    workbench.one("#cancel").click()
    workbench.wait("document.getElementById('cancelled')")
    workbench.ask("SELECT (1 AS ?one) {}")
    assert workbench.column(1) == ["1"]


def test_workbench_table_is_sorted_filtered_and_told_as_a_chart(workbench: Pages):
    values = " ".join(
        f'("{name}" {n})' for name, n in zip("甲乙丙丁戊己庚辛壬", (9, 10, 2, 30, 4, 5, 6, 7, 8), strict=True)
    )
    workbench.open("/query")
    workbench.ask(f"SELECT ?name ?n {{ VALUES (?name ?n) {{ {values} }} }} ORDER BY ?name")
    head = "#answer th:nth-child(2) button"
    workbench.one(head).click()
    assert workbench.column(2) == ["2", "4", "5", "6", "7", "8", "9", "10", "30"]
    workbench.one(head).click()
    assert workbench.column(1)[0] == "丁"
    assert workbench.one("#answer th:nth-child(2)").get_attribute("aria-sort") == "descending"
    workbench.one(".rowfilter").send_keys("丙")
    assert workbench.column(2) == ["2"]
    workbench.one("[data-tab=chart]").click()
    assert workbench.texts(".barlabel")[:2] == ["丁", "乙"]


def test_workbench_construct_is_drawn_and_is_a_table_too(workbench: Pages):
    workbench.open("/query")
    workbench.ask("CONSTRUCT { ?a kg:donatesTo ?b ; rdfs:label ?l } { ?a kg:donatesTo ?b ; rdfs:label ?l }")
    workbench.wait("document.querySelector('.canvas canvas')")
    workbench.one("[data-tab=table]").click()
    assert workbench.texts("#answer thead th") == ["subject", "predicate", "object"]
    assert "青禾县人民政府" in workbench.column(1)


def test_workbench_link_carries_the_query_and_the_past_keeps_it(workbench: Pages):
    workbench.open("/query#q=SELECT%20%28%22%E9%9D%92%22%20AS%20%3Fx%29%20%7B%7D")
    workbench.wait("document.querySelector('#answer td')")
    assert workbench.column(1) == ["青"]
    workbench.open("/query")
    workbench.one("#past summary").click()
    workbench.one(".pastquery").click()
    assert workbench.run("return kgQuery.editor.text") == 'SELECT ("青" AS ?x) {}'


def test_workbench_source_marks_what_was_read_and_shows_its_facts(workbench: Pages):
    workbench.open("/source?name=wicked.txt")
    assert workbench.run("return document.getElementById('text').textContent") == WICKED
    assert workbench.run("return [...document.querySelectorAll('.said')].map(e => e.textContent)") == [
        f"{name}向白塔乡捐款" for name in HOSTILE
    ]
    assert (
        workbench.texts("#text .skippedtext") == ["相关阅读"]
        and "页面附属文字" in workbench.one("#problems").text
    )
    workbench.all(".said")[1].click()
    assert (
        workbench.run("return document.querySelector('#side q').textContent") == f"{HOSTILE[1]}向白塔乡捐款"
    )
    assert len(workbench.all("#side .fact")) == 1


def test_workbench_ontology_tells_a_type_its_roles_and_how_often_it_is_said(workbench: Pages):
    workbench.open("/ontology")
    gift = workbench.one("#Donation")
    assert gift.find_element("css selector", "h3").text.split() == ["捐赠", "kg:Donation", "7"]
    assert "捐赠方" in gift.text and "kg:recipient" in gift.text


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_workbench_hostile_names_are_text(workbench: Pages, name: str):
    workbench.open("/")
    workbench.run(
        "const q = document.getElementById('q'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))",
        name,
    )
    workbench.wait("document.querySelector('.suggestions bdi')?.textContent === arguments[0]", name)
    iri = entity_iri(DEFAULT_BASE, name)
    workbench.run("sessionStorage.clear()")
    workbench.open("/query")
    workbench.ask(f"SELECT ?x {{ VALUES ?x {{ <{iri}> }} }}")
    workbench.wait("document.querySelector('#answer td bdi')?.textContent === arguments[0]", name)
    workbench.one("#answer td a").click()
    workbench.wait("document.querySelector('h1 bdi')?.textContent === arguments[0]", name)
    assert workbench.all("main img, main script, main b") == []


def test_workbench_unknown_thing_says_so(workbench: Pages):
    workbench.open("/id/没有")
    assert workbench.one("h1").text == "此处没有内容"
    workbench.expected_errors = 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/query",
        "/sources",
        "/source?name=page.txt",
        "/conflicts",
        "/review",
        "/ontology",
        "/id/division/990101",
        "/explore",
    ],
)
def test_workbench_narrow_screen_is_not_too_wide(workbench: Pages, path: str):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    workbench.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        workbench.open(path)
        assert workbench.run("return document.documentElement.scrollWidth") <= 390
    finally:
        workbench.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_workbench_explorer_fetches_what_is_looked_at(workbench: Pages):
    workbench.open(f"/explore#iri={quote(COMPANY.iri)}")
    workbench.wait("document.documentElement.dataset.begun === 'true'")
    assert workbench.one("#panel h2").text == COMPANY.label
    assert workbench.run("return [...kgView.graph.entities.values()].map(e => e.label)") == [COMPANY.label]
    workbench.press("/县政府")
    workbench.wait("document.querySelector('#suggestions li bdi')?.textContent === '青禾县人民政府'")
    workbench.press(ENTER)
    workbench.wait("[...kgView.scene().nodes.values()].some(n => n.entity?.label === '白塔乡')")
    assert workbench.one("#panel h2").text == "青禾县人民政府"
    said = "return document.querySelector('#panel q').textContent"
    assert workbench.run(said) == "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元"
    before = workbench.run("return kgView.scene().nodes.size")
    workbench.one("#depth button:nth-child(2)").click()
    workbench.wait("kgView.scene().nodes.size > arguments[0]", before)
    labels = workbench.run("return [...kgView.scene().nodes.values()].map(n => n.entity?.label)")
    assert {"青禾县", *HOSTILE} <= set(labels)
    assert workbench.all("#panel img, #panel script, #panel b") == []


def test_workbench_explorer_finds_the_way_between_two_things(workbench: Pages):
    workbench.open(f"/explore#iri={quote(VICTIMS[0].iri)}")
    workbench.wait("document.documentElement.dataset.begun === 'true'")
    workbench.one("#path").click()
    workbench.press("青禾县人民政府")
    workbench.wait("document.querySelector('#suggestions li bdi')?.textContent === '青禾县人民政府'")
    workbench.press(ENTER)
    workbench.wait("document.querySelectorAll('#panel .fact').length === 2")
    labels = workbench.run("return [...kgView.scene().nodes.values()].map(n => n.entity?.label)")
    assert sorted(labels) == sorted([HOSTILE[0], "白塔乡", "青禾县人民政府"])
