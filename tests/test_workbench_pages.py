"""The workbench's HTML without a browser: what it holds, what it loads, what it may."""

from __future__ import annotations

import json
import re

import pytest

from kg.iris import DEFAULT_BASE
from kg.server import pages

HOSTILE = "</script><script>alert(1)</script><!-- $name {{title}} \u2028 \ud800"


@pytest.mark.parametrize("name", pages.PAGES)
def test_pages_load_only_files_that_are_there(name: str):
    page = pages.render(name, base=DEFAULT_BASE)
    loaded = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page)
    assert loaded and all(path.startswith("/assets/") for path in loaded if path != "data:,")
    assert [
        path for path in loaded if path != "data:," and pages.asset(path.removeprefix("/assets/")) is None
    ] == []


@pytest.mark.parametrize("name", pages.PAGES)
def test_pages_hold_no_script_and_no_style_of_their_own(name: str):
    page = pages.render(name, base=DEFAULT_BASE)
    assert re.findall(r"<style|<[^>]* (?:on\w+|style)=", page) == []
    assert [
        tag
        for tag in re.findall(r"<script[^>]*>", page)
        if "src=" not in tag and "application/json" not in tag
    ] == []
    assert "unsafe" not in pages.CSP and "default-src 'none'" in pages.CSP


def test_pages_hostile_title_and_data_stay_text():
    page = pages.render("entity", base=DEFAULT_BASE, title=HOSTILE, data={"iri": HOSTILE})
    assert "<script>alert" not in page and "<!--" not in page
    given = re.search(r'id="given">(.*?)</script>', page, re.S)
    assert given and json.loads(given[1])["iri"] == HOSTILE


def test_pages_messages_say_the_same_in_both_languages():
    page = pages.render("search", base=DEFAULT_BASE)
    found = re.search(r'id="messages">(.*?)</script>', page, re.S)
    assert found
    zh, en = (json.loads(found[1])[lang] for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    places = {key: sorted(re.findall(r"\{\w+\}", zh[key])) for key in zh}
    assert places == {key: sorted(re.findall(r"\{\w+\}", en[key])) for key in en}


@pytest.mark.parametrize(
    "name", ["../pages.py", "built/../../pages.py", "/etc/passwd", "page.html", "x", "view/../x.js"]
)
def test_pages_assets_are_those_of_their_folders_alone(name: str):
    assert pages.asset(name) is None
