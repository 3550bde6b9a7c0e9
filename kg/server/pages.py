"""The workbench's pages: one HTML shell, filled by a script of its own for each page.

A page holds its texts and what it is about as JSON, and nothing else of the store: the scripts ask the
API and put what they get into the page as text. The content security policy allows our own files alone,
no inline script and no inline style.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Any

from kg.iris import DEFAULT_BASE
from kg.view import SCRIPTS
from kg.view.page import vis_script

PAGES = (
    *("search", "query", "explore", "sources", "source", "conflicts", "review", "ontology", "entity"),
    "missing",
)

CSP = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'"
)

_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".txt": "text/plain"}
_EDITOR = "built/editor.js"
# The graph page's own scripts; before the last, which begins, ours puts the server behind their data.
_EXPLORER = (
    "vis-network.js",
    *(f"view/{name}.js" for name in SCRIPTS[:-1]),
    "explore.js",
    f"view/{SCRIPTS[-1]}.js",
)
_NOTHING = {
    "base": DEFAULT_BASE,
    **{key: [] for key in ("classes", "types", "sources", "places", "entities", "facts")},
}
_NAME = re.compile(r"(?:(?:built|view)/)?[\w-]+\.\w+")


def render(name: str, *, base: str, title: str = "", data: Mapping[str, Any] | None = None) -> str:
    """One of PAGES as HTML, to be sent with CSP.

    ``base`` begins the IRIs that have a page under ``/id/``; ``title`` stands in the browser's tab before
    the product's name; ``data`` is what the page is about: an entity's ``iri``, a source's ``name``.
    """
    if name not in PAGES:
        raise ValueError(f"no page {name!r}; there are {', '.join(PAGES)}")
    values = {"name": name, "title": html.escape(f"{title} · tupu-kg" if title else "tupu-kg")}
    navigation = _text("navigation.html").replace(f'data-page="{name}"', 'aria-current="page"')
    if name == "explore":
        return Template(_text("explore.html")).substitute(
            values,
            body=_explorer_body(navigation),
            messages=_json(json.loads(_view().joinpath("messages.json").read_text(encoding="utf-8"))),
            words=_json(json.loads(_text("messages.json"))),
            data=_json(_NOTHING),
            scripts="\n".join(f'<script src="/assets/{path}"></script>' for path in _EXPLORER),
        )
    given = {"page": name, "base": base, "editor": asset(_EDITOR) is not None, **(data or {})}
    return Template(_text("page.html")).substitute(
        values, navigation=navigation, messages=_json(json.loads(_text("messages.json"))), given=_json(given)
    )


def asset(name: str) -> tuple[bytes, str] | None:
    """The bytes and the media type of a file that pages load; None where there is none of this name.

    ``view/NAME`` is a file of the graph page, ``vis-network.js`` the library that pyvis brings.
    """
    suffix = name[name.rfind(".") :]
    if not _NAME.fullmatch(name) or suffix not in _TYPES:
        return None
    media_type = f"{_TYPES[suffix]}; charset=utf-8"
    if name == "vis-network.js":
        return vis_script().encode(), media_type
    folder, _, file = name.rpartition("/")
    place = _view() if folder == "view" else _folder().joinpath(folder)
    found = place.joinpath(file)
    return (found.read_bytes(), media_type) if found.is_file() else None


def _folder() -> Traversable:
    return files("kg.server").joinpath("assets")


def _view() -> Traversable:
    return files("kg.view").joinpath("assets")


def _text(name: str) -> str:
    return _folder().joinpath(name).read_text(encoding="utf-8")


def _explorer_body(navigation: str) -> str:
    """The graph page's elements, with the way to the other pages where its heading is."""
    page = _view().joinpath("page.html").read_text(encoding="utf-8")
    body = page.partition("<body>\n")[2].partition('<script type="application/json"')[0]
    return re.sub("<h1>.*?</h1>\n", lambda _: navigation, body, count=1)


def _json(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return re.sub("[<>&\u2028\u2029\ufeff\ud800-\udfff]", lambda c: f"\\u{ord(c[0]):04x}", text)
