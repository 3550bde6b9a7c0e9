"""A headless Chromium for the tests that look at pages as a reader does; they are skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")
_FLAGS = ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", "window-size=1300,850")

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not (_CHROMIUM and _DRIVER), reason="needs chromium and chromedriver on the path"),
]


def start() -> Iterator[Any]:
    """The driver of a browser that keeps its console and its requests; it ends with the iterator."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = _CHROMIUM or ""
    for flag in _FLAGS:
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_DRIVER))
    yield driver
    driver.quit()
