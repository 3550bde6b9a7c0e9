"""The page of conflicts over `kg serve`, and what it asks for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import chromium
import httpx
import pytest
from graph_samples import COUNTY, TOWNSHIP, VOCABULARY, extraction, fact
from server_samples import serving

from kg.graph import quads, vocabulary_quads
from kg.store import open_store
from kg.types import Document, Entity, Extraction, Period, Quantity

HOSTILE = "<img src=x onerror=alert(1)>集团"
PATIENCE = 20.0  # seconds until conflicts must have been found in a page of two sentences
GIVER = Entity("https://w3id.org/tupu-kg/id/hostile", HOSTILE, "Company")


def gift(source: str, said: str) -> Extraction:
    text = f"2021年3月5日{HOSTILE}向白塔乡捐款{said}万元"
    roles = {
        "donor": [GIVER],
        "recipient": [TOWNSHIP],
        "amount": [Quantity(Decimal(said) * 10_000, "CNY", "exact", f"{said}万元")],
        "time": [Period("2021-03-05", "2021年3月5日")],
    }
    made = fact("Donation", roles, text, text=text, source=source)
    return Extraction(Document(source, text), (), (GIVER, TOWNSHIP, COUNTY), (made,))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    place = tmp_path_factory.mktemp("conflicts") / "store"
    with open_store(place) as store:
        store.replace((rows := list(vocabulary_quads(VOCABULARY)))[0].graph_name.value, rows)
        for one in (gift("<b>一.txt", "30"), gift("二.txt", "45"), extraction()):
            rows = list(quads(one, VOCABULARY))
            store.replace(rows[0].graph_name.value, rows)
    with serving(place) as client:
        ends = time.monotonic() + PATIENCE
        while client.get("/api/conflicts").json()["pending"] and time.monotonic() < ends:
            time.sleep(0.1)
        yield client


def test_conflicts_page_is_asked_for_in_parts(server: httpx.Client) -> None:
    said = server.get("/api/conflicts").json()
    assert (said["total"], said["pending"]) == (1, False)
    (found,) = said["conflicts"]
    assert {(s["source"], s["says"]) for s in found["statements"]} == {
        ("<b>一.txt", "30万元"),
        ("二.txt", "45万元"),
    }
    assert [name["en"] for name in found["names"]] == ["Donation", "amount"]
    assert server.get("/api/conflicts", params={"offset": 1}).json()["conflicts"] == []
    assert server.get("/api/conflicts", params={"limit": "x"}).status_code == 400


@chromium.MARKS[0]
@chromium.MARKS[1]
def test_conflicts_page_shows_hostile_words_as_text(server: httpx.Client, browser: Any) -> None:
    browser.get(f"{server.base_url}conflicts")
    ends = time.monotonic() + PATIENCE
    while not browser.find_elements("css selector", "article q") and time.monotonic() < ends:
        time.sleep(0.05)
    quotes = [q.text.strip('“”"「」') for q in browser.find_elements("css selector", "article q")]
    assert sorted(quotes) == sorted(f"2021年3月5日{HOSTILE}向白塔乡捐款{n}万元" for n in (30, 45))
    assert browser.find_elements("css selector", "main img, main script, blockquote bdi b") == []
    links = [a.get_attribute("href") for a in browser.find_elements("css selector", ".where a")]
    end = len(f"2021年3月5日{HOSTILE}向白塔乡捐款30万元")
    assert all("/source?name=" in link and link.endswith(f"#0-{end}") for link in links) and len(links) == 2
