"""The page of a source in a real browser: what no fact took, and what is to be checked; hostile words there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import chromium
import pytest
from graph_samples import VOCABULARY
from reader_samples import Stated, chunk, reading
from server_samples import serving

from kg.graph import quads
from kg.store import open_store
from kg.types import Document

pytestmark = chromium.MARKS

GIVEN: Stated = ("Donation", "asserted", "捐款", {"donor": ["江口县"], "amount": ["8万元"]})
DOUBTED: Stated = (
    *("Activity", "planned", "大会"),
    {"name": ["<img src=x onerror=alert(1)>大会"], "place": [chunk("栖霞区", 0.6)]},
    0.3,
)
# A character beyond U+FFFF comes first: offsets count code points, a browser's strings do not.
TEXT = "𠮷祥：江口县捐款8万元。全县有7个乡镇。拟在栖霞区开<img src=x onerror=alert(1)>大会。"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("coverage") / "store"
    texts = {"a.txt": (TEXT, [GIVEN, DOUBTED]), "b.txt": ("图一", [])}
    with open_store(place) as store:
        for name, (text, facts) in texts.items():
            found = list(quads(reading(facts).extract(Document(name, text)), VOCABULARY))
            store.replace(found[0].graph_name.value, found)
    with serving(place) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    yield from chromium.start()


def show(driver: Any, url: str) -> None:
    driver.get("about:blank")
    driver.get(url)
    for _ in range(400):
        if driver.execute_script("return document.documentElement.dataset.ready === 'true'"):
            return
        time.sleep(0.025)
    raise AssertionError("the page is not ready")


def texts(driver: Any, selector: str) -> list[str]:
    found = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)"
    return list(driver.execute_script(found, selector))


def test_coverage_page_marks_what_was_not_taken_and_what_is_to_be_checked(driver: Any, address: str) -> None:
    show(driver, f"{address}/source?name=a.txt")
    assert "".join(texts(driver, "#text")) == TEXT
    assert texts(driver, ".said") == ["江口县捐款8万元"]
    left, doubted = texts(driver, ".nottaken:not(.doubt)"), texts(driver, ".doubt")
    assert left[0] == "全县有7个乡镇。" and doubted == ["拟在栖霞区开<img src=x onerror=alert(1)>大会"]
    assert texts(driver, "#coverage") == [
        "1 句读出事实，另有 2 句有内容而未读出。数字 2 个，取用 1 个。待核 1 条。"
    ]
    assert "数字 1 个" in driver.find_element("css selector", ".nottaken").get_attribute("title")
    [card] = texts(driver, ".fact.doubtful")
    assert card.startswith("活动计划") and "<img src=x" in card
    assert "把握 0.3，须达 0.5；最不确定：活动（0.3）" in card
    assert driver.execute_script("return document.querySelectorAll('#side img, #text img').length") == 0


def test_coverage_page_click_on_a_doubtful_sentence_shows_it_alone(driver: Any, address: str) -> None:
    show(driver, f"{address}/source?name=a.txt")
    driver.find_element("css selector", ".doubt").click()
    assert len(texts(driver, "#side .fact")) == len(texts(driver, "#doubts .fact")) == 1
    assert len(texts(driver, ".doubt.chosen")) == 1 and not texts(driver, ".said.chosen")
    driver.find_element("css selector", "#side > button.plain").click()
    driver.find_element("css selector", ".said").click()
    assert len(texts(driver, "#side .fact")) == 1 and not texts(driver, "#doubts")


def test_coverage_page_switch_hides_the_marks_and_is_remembered(driver: Any, address: str) -> None:
    def line() -> str:
        style = "return getComputedStyle(document.querySelector('.nottaken')).borderBottomStyle"
        return str(driver.execute_script(style))

    show(driver, f"{address}/source?name=a.txt")
    assert line() == "dotted"
    driver.find_element("css selector", "#gaps").click()
    assert line() == "none"
    show(driver, f"{address}/source?name=a.txt")
    assert line() == "none"
    driver.find_element("css selector", "#gaps").click()


def test_coverage_page_of_a_source_without_facts_says_why_in_both_languages(
    driver: Any, address: str
) -> None:
    show(driver, f"{address}/source?name=b.txt")
    assert texts(driver, "#why") == ["未读出任何事实：几乎没有文字，可能只有图片。"]
    driver.find_element("css selector", "#language").click()
    assert texts(driver, "#why") == ["Nothing was read. There is hardly any text: only pictures, perhaps."]
    driver.find_element("css selector", "#language").click()
