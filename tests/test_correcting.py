"""Corrections over `kg serve`: what the pages send, who may send it, and the page itself in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import httpx
import pytest
from server_samples import serving
from test_workbench_browser import CONTROL, ENTER
from test_workbench_browser import Pages as Workbench

from kg.building import build
from kg.cli import run
from kg.corrections import read
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.types import Document

GIFT = "2023年5月，远山集团有限公司向长河县人民医院捐赠50万元。"
TEXT = f"𠮷祥新闻。\n{GIFT}\n该院院长<b>李明</b>表示，明年将新建门诊楼。\n"
LEFT = "\ue012"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Path:
    """A graph of one page, read by the reader that ships."""
    folder = tmp_path_factory.mktemp("correcting")
    build([Document("a.txt", TEXT)], folder / "out", ontology, extractor=Extractor(ontology))
    (folder / "decisions.yaml").touch()
    return folder


@pytest.fixture
def client(graph: Path) -> Iterator[httpx.Client]:
    (graph / "corrections.jsonl").unlink(missing_ok=True)
    with serving(graph / "out" / "store", f"--decisions={graph / 'decisions.yaml'}") as served:
        yield served
    (graph / "corrections.jsonl").unlink(missing_ok=True)


class Pages(Workbench):
    """The page of a source: a decision is answered when the source has been read again."""

    def wait_long(self, condition: str) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 60, poll_frequency=0.1).until(lambda _: self.run(f"return {condition}"))


def span(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


WAS = {
    "type": "Donation",
    "modality": "asserted",
    "roles": {
        "donor": [span("远山集团有限公司")],
        "recipient": [span("长河县人民医院")],
        "amount": [span("50万元")],
        "time": [span("2023年5月")],
    },
}
WRONG = {"source": "a.txt", "verdict": "wrong", "was": WAS}


def token(client: httpx.Client) -> str:
    found = re.search(r'"token":"([\w-]+)"', client.get("/source?name=a.txt").text)
    assert found
    return found[1]


def test_correcting_takes_nothing_from_other_sites_or_without_the_token(
    client: httpx.Client, graph: Path
) -> None:
    good = {"x-kg-token": token(client), "content-type": "application/json"}
    said = json.dumps(WRONG)
    for headers, status in (
        ({**good, "x-kg-token": "x"}, 403),
        ({"content-type": "application/json"}, 403),
        ({**good, "origin": "https://evil.example"}, 403),
        ({**good, "sec-fetch-site": "cross-site"}, 403),
        ({**good, "host": "evil.example"}, 421),
        ({**good, "content-type": "text/plain"}, 415),
    ):
        assert client.post("/api/correct", content=said, headers=headers).status_code == status
    assert client.post("/api/correct", content="{", headers=good).status_code == 400
    answer = client.post("/api/correct", json={**WRONG, "was": {**WAS, "roles": {}}}, headers=good)
    assert (answer.status_code, answer.json()) == (400, {"error": "a fact needs words in one of its roles"})
    assert not (graph / "corrections.jsonl").exists()


def test_correcting_is_off_where_others_can_ask_unless_it_is_said(graph: Path) -> None:
    with serving(graph / "out" / "store", "--host=0.0.0.0") as client:
        own = f"http://127.0.0.1:{client.base_url.port}"
        assert '"token":""' in client.get(f"{own}/source?name=a.txt").text
        answer = client.post(f"{own}/api/correct", json=WRONG, headers={"x-kg-token": ""})
        assert answer.status_code == 403 and "--corrections" in answer.json()["error"]


def test_correcting_by_the_page_and_by_command_leave_the_same_file_and_undo_leaves_none(
    client: httpx.Client, graph: Path, tmp_path: Path
) -> None:
    headers = {"x-kg-token": token(client)}
    corrected = {**WAS, "modality": "planned", "roles": {**WAS["roles"], "recipient": [span("该院")]}}  # type: ignore[dict-item]
    added = {"type": "Donation", "roles": {"donor": [span("李明")], "amount": [span("50万元")]}}
    asked = [
        {"source": "a.txt", "verdict": "corrected", **corrected, "was": WAS},
        {"source": "a.txt", "verdict": "added", **added},
    ]
    answers = [client.post("/api/correct", json=one, headers=headers, timeout=60).json() for one in asked]
    kinds = [sorted(change["change"] for change in answer["changes"]) for answer in answers]
    assert kinds == [["added", "removed"], ["added"]]
    facts = client.get("/api/source", params={"name": "a.txt"}).json()["facts"]
    assert sum(fact["by"] == "person" for fact in facts) == 2

    page = (graph / "corrections.jsonl").read_bytes()
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (tmp_path / "decisions.yaml").touch()
    typed = ["correct", "--places", str(tmp_path / "asked.json"), "--later", "-o", str(graph / "out")]
    assert run([*typed, "--decisions", str(tmp_path / "decisions.yaml")]) == 0
    assert (tmp_path / "corrections.jsonl").read_bytes() == page
    assert [one.line for one in read(tmp_path / "corrections.jsonl")] == page.decode().splitlines()

    for answer in answers:
        key = {"key": answer["corrections"][0]["key"]}
        assert client.post("/api/uncorrect", json=key, headers=headers, timeout=60).status_code == 200
    assert (graph / "corrections.jsonl").read_bytes() == b""
    facts = client.get("/api/source", params={"name": "a.txt"}).json()["facts"]
    assert {fact["by"] for fact in facts} == {"reader"}


@chromium.MARKS[0]
@chromium.MARKS[1]
def test_correcting_page_corrects_adds_and_undoes_by_keys_and_by_mouse(
    client: httpx.Client, graph: Path, browser: Any
) -> None:
    pages = Pages(browser, str(client.base_url).rstrip("/"))
    pages.open("/source?name=a.txt")
    done = "document.querySelector('.outcome [data-decide=undo]') !== null"
    undone = "document.querySelector('.outcome:not(:has([data-decide=undo]))') !== null"
    known = len(pages.all("[data-fact]"))
    # Wrong and undo, with no mouse: next card, w, u.
    pages.press("n")
    pages.press("w")
    pages.wait_long(done)
    (wrong,) = read(graph / "corrections.jsonl")
    assert (wrong.verdict, wrong.sentence, wrong.source) == ("wrong", GIFT, "a.txt")
    assert len(pages.all("[data-fact]")) == known - 1
    pages.press("u")
    pages.wait_long(undone)
    assert len(pages.all("[data-fact]")) == known
    assert read(graph / "corrections.jsonl") == ()
    # Corrected by keys: the amount, by its end; saved.
    pages.press("n")
    pages.press("c")
    pages.wait("document.querySelector('.editor-panel [data-role]') !== null")
    assert "<b>" not in pages.run("return document.querySelector('.editor-panel blockquote').innerHTML")
    pages.run("document.querySelector('[data-role=amount][data-index=\"0\"]').focus()")
    pages.press(LEFT)
    assert pages.texts('[data-role=amount][data-index="0"]') == ["50万"]
    pages.press_together(CONTROL, ENTER)
    pages.wait_long(done)
    (corrected,) = read(graph / "corrections.jsonl")
    assert dict(corrected.fact.roles)["amount"][0].text == "50万" and corrected.verdict == "corrected"
    pages.press("u")
    pages.wait_long(undone)
    # Added by the mouse: words of the text, behind a character beyond U+FFFF, are marked.
    pages.run(
        """const text = document.querySelector("#text"), words = arguments[0];
        const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          const at = node.data.indexOf(words);
          if (at < 0) continue;
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        "李明",
    )
    pages.press("a")
    pages.wait("document.querySelector('.editor-panel mark') !== null")
    assert pages.texts(".editor-panel mark") == ["李明"]
    pages.one("[data-decide=save]").click()
    pages.wait_long(done)
    (added,) = read(graph / "corrections.jsonl")
    assert added.verdict == "added" and added.fact.roles[0][1][0].text == "李明"
