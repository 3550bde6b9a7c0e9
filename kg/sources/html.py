"""Saved web pages: their words as they are shown, what is no article marked, what they say of themselves.

Nothing that is shown is cut: a line of navigation stays in the text, as furniture. Scripts, styles and
what the page hides are no text.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from kg.errors import SourceError
from kg.sources.encodings import decode_as, detect, larger
from kg.sources.limits import Limits
from kg.sources.parsed import Lines, Parsed, pad_rows, squeeze
from kg.types import Span


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _names("""
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol
    optgroup option p pre section summary table tbody td tfoot th thead tr ul
""")
_UNSEEN = _names("""
    audio canvas embed head iframe input math noscript object script select style svg template textarea
    title video
""")
_FURNITURE = frozenset(("nav", "footer", "aside", "form", "button", "menu", "dialog"))
_ROLES = frozenset(("navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"))
# Names that authors of pages give such parts, as whole words of class or id.
_WORDS = _names("""
    ad ads advert bread breadcrumb breadcrumbs comment comments copyright crumb crumbs foot footer
    friendlink hot links login menu nav navbar navigation pager pagination qrcode rank recommend related
    search share sidebar toolbar topbar
""")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LINKED = 0.8  # share of a line's characters in links from which it leads elsewhere
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_SAVED = re.compile(r"saved from url=\(\d+\)\s*(\S+)")
_DEPTH = "Excessive depth"  # where libxml2 leaves out the rest
_HEAD = 4096  # bytes in which the encoding must be named (HTML, section 4.2.5.4, says 1024)
_COLUMNS = 100  # the most that a cell is taken to span, and a table to have
_CELL = 300  # characters of a cell; a table with longer ones sets out a page

# Most telling first. PubDate and the like: the metadata that Chinese government sites must have (GB/T
# 44266 and its forerunner of 2017).
_TITLES = ("articletitle", "og:title", "dc.title", "dcterms.title", "twitter:title")
_DATES = (
    *(
        "pubdate",
        "article:published_time",
        "og:published_time",
        "publishdate",
        "publish_date",
        "publish-date",
    ),
    *("datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "date", "releasedate"),
)
_PUBLISHERS = ("contentsource", "og:site_name", "sitename", "dc.publisher", "dcterms.publisher", "publisher")
_ADDRESSES = ("og:url", "url")


def read_html(data: bytes, limits: Limits, encoding: str | None = None) -> Parsed:
    """The text of a page. Raises SourceError where its encoding cannot be told or it is too long."""
    text = _decode(data, encoding)
    # libxml2 ends a page at a NUL; a form feed is white space
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    if any(_DEPTH in error.message for error in parser.error_log):
        raise SourceError("elements nested deeper than 2,048; save the page as text")
    if root is None:
        raise SourceError("a page without elements; is it complete?")
    said = _Said()
    said.read(root)
    lines = Lines(limits.text_characters)
    _Page(lines).read(root)
    return Parsed(
        lines.text,
        title=said.first(_TITLES) or said.title or said.heading,
        date=said.first(_DATES) or said.time,
        publisher=said.first(_PUBLISHERS),
        origin=said.saved or said.canonical or said.first(_ADDRESSES),
        furniture=_unless_all(lines),
    )


def read_mhtml(data: bytes, limits: Limits, encoding: str | None = None) -> Parsed:
    """The page in a web archive of one file (RFC 2557)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            charset = encoding or part.get_content_charset()
            parsed = read_html(body, limits, charset)
            address = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
            fields = parsed.as_json() | {"origin": address or parsed.origin}
            return Parsed.of_json(fields)
    raise SourceError("a web archive without a page in it")


def _decode(data: bytes, encoding: str | None) -> str:
    """As given, as a mark says, as the page says if that holds, else as the bytes say."""
    if encoding is not None:
        return decode_as(data, encoding)
    found = detect(data)
    declared = _CHARSET.search(data[:_HEAD])
    if declared and found not in ("utf-8", "utf-16", "utf-32"):
        name = larger(declared[1].decode("ascii", "replace"))
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            if found is None:  # a few bad bytes spoil no page: browsers show them as U+FFFD
                try:
                    return data.decode(name, "replace")
                except LookupError:
                    pass
    if found is None:
        raise SourceError("its encoding cannot be told; name it with --encoding")
    return decode_as(data, found)


@dataclass(slots=True)
class _Said:
    """What a page says of itself: its meta elements, link, structured data, and where it was saved from."""

    metas: dict[str, str] = field(default_factory=dict)
    title: str = ""
    heading: str = ""
    time: str = ""
    canonical: str = ""
    saved: str = ""

    def read(self, root: etree._Element) -> None:
        for comment in root.itersiblings(tag=etree.Comment, preceding=True):
            self._comment(comment)
        for node in root.iter():
            if isinstance(node, etree._Comment):
                self._comment(node)
            elif not isinstance(node, etree._ProcessingInstruction | etree._Entity):
                self._element(node)

    def first(self, names: tuple[str, ...]) -> str:
        return next((self.metas[name] for name in names if self.metas.get(name)), "")

    def _comment(self, node: etree._Element) -> None:
        if not self.saved and (found := _SAVED.search(node.text or "")):
            self.saved = found[1]

    def _element(self, node: etree._Element) -> None:
        match node.tag:
            case "meta":
                name = node.get("name") or node.get("property") or node.get("itemprop") or ""
                self.metas.setdefault(name.lower(), squeeze(node.get("content") or ""))
            case "title" if not self.title:
                self.title = squeeze(node.text or "")
            case "h1" if not self.heading:
                self.heading = squeeze(_shown(node))
            case "time" if not self.time:
                self.time = node.get("datetime") or ""
            case "link" if "canonical" in (node.get("rel") or "").lower().split():
                self.canonical = self.canonical or node.get("href") or ""
            case "script" if (node.get("type") or "").lower() == "application/ld+json":
                self._structured(node.text or "")

    def _structured(self, text: str) -> None:
        """What schema.org calls headline, datePublished and publisher."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return
        for record in data if isinstance(data, list) else [data]:
            if isinstance(record, dict):
                publisher: Any = record.get("publisher")
                name = publisher.get("name") if isinstance(publisher, dict) else publisher
                for key, value in (
                    ("og:title", record.get("headline")),
                    ("datepublished", record.get("datePublished")),
                    ("publisher", name),
                ):
                    if isinstance(value, str):
                        self.metas.setdefault(key, value)


class _Page:
    """Writes the lines of a page as a browser without style would show them."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._words: list[str] = []
        self._linked = 0  # characters of them that are in links
        self._marked = 0  # elements around that are furniture
        self._links = 0
        self._pre = 0

    def read(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        passed: etree._Element | None = None  # the element whose inside was passed over
        for event, node in walk:
            if event in ("comment", "pi"):
                self._say(node.tail)
            elif event == "start":
                if node.tag in _UNSEEN or _is_hidden(node):
                    passed = node
                    walk.skip_subtree()
                elif node.tag == "table" and (rows := _rows(node)):
                    self._break()
                    is_furniture = self._marked > 0 or _is_furniture(node) or _is_linked(node)
                    for row in rows:
                        self._lines.add_row(row, is_furniture=is_furniture)
                    passed = node
                    walk.skip_subtree()
                else:
                    self._open(node)
            else:
                if node is not passed:
                    self._close(node)
                self._say(node.tail)
        self._break()

    def _open(self, node: etree._Element) -> None:
        if node.tag in _BLOCKS or node.tag == "br":
            self._break()
        self._links += node.tag == "a"
        self._pre += node.tag == "pre"
        self._marked += _is_furniture(node)
        self._say(node.text)

    def _close(self, node: etree._Element) -> None:
        if node.tag in _BLOCKS:
            self._break()
        self._links -= node.tag == "a"
        self._pre -= node.tag == "pre"
        self._marked -= _is_furniture(node)

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._pre:
            *whole, text = re.split(r"\r\n?|\n", text)
            for line in whole:
                self._words.append(line)
                self._break()
        self._words.append(text)
        if self._links:
            self._linked += len(squeeze(text))

    def _break(self) -> None:
        line = squeeze("".join(self._words))
        if line.strip():
            is_linked = self._linked >= _LINKED * len(line)
            self._lines.add(line, is_furniture=self._marked > 0 or is_linked)
        self._words.clear()
        self._linked = 0


def _unless_all(lines: Lines) -> tuple[Span, ...]:
    """The furniture, or none where the page would have nothing else: its author's names mislead."""
    marked = sum(map(len, lines.furniture))
    total = sum(map(len, lines.parts))
    return tuple(lines.furniture) if marked < total else ()


def _is_hidden(node: etree._Element) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style") or ""))


def _is_furniture(node: etree._Element) -> bool:
    """By the element's kind, its role and the names that its author gave it."""
    if node.tag in ("html", "body", "main", "article"):
        return False
    if node.tag in _FURNITURE or (node.get("role") or "").lower() in _ROLES:
        return not (node.tag == "form" and _holds_page(node))
    if node.tag == "header":
        return next(node.iterancestors("article", "main"), None) is None and node.find(".//h1") is None
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    if names == " ":
        return False
    return any(word.lower() in _WORDS for word in _WORD.findall(names)) and not _holds_page(node)


def _is_linked(table: etree._Element) -> bool:
    """Whether a table is but a list of links."""
    linked = sum(len(squeeze(_shown(link))) for link in table.iterdescendants("a"))
    return linked >= _LINKED * len(squeeze(_shown(table)))


def _holds_page(node: etree._Element) -> bool:
    """Whether an element is around the article itself: ASP.NET puts whole pages into a form."""
    return node.find(".//h1") is not None or node.find(".//article") is not None


def _rows(table: etree._Element) -> list[list[str]]:
    """The rows of a table of data, cells that span several written once; none of one that sets out a page.

    A cell that goes over several rows stands in each: it says something of them all.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return []
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: rows that a cell above still covers, its words
    for tr in table.iterdescendants("tr"):
        row: list[str] = []
        for cell in tr.iterchildren("td", "th"):
            if len(row) >= _COLUMNS:
                break
            _fill_from_above(row, below)
            words = squeeze(_shown(cell))
            if len(words) > _CELL:
                return []
            wide, high = _spanned(cell, "colspan"), _spanned(cell, "rowspan")
            for n in range(wide):
                if high > 1:
                    below[len(row)] = (high - 1, words if n == 0 else "")
                row.append(words if n == 0 else "")
        _fill_from_above(row, below)
        rows.append(row[:_COLUMNS])
    rows = [row for row in pad_rows(rows) if any(row)]
    filled = [n for n in range(len(rows[0]) if rows else 0) if any(row[n] for row in rows)]
    rows = [[row[n] for n in filled] for row in rows]  # pictures and margins leave columns empty
    return rows if len(rows) > 1 and len(rows[0]) > 1 else []


def _fill_from_above(row: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(row) in below:
        left, words = below.pop(len(row))
        if left > 1:
            below[len(row)] = (left - 1, words)
        row.append(words)


def _spanned(cell: etree._Element, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return max(1, min(int(said), _COLUMNS)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _shown(cell: etree._Element) -> str:
    return "".join(_pieces(cell))


def _pieces(cell: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _UNSEEN or _is_hidden(node):
                walk.skip_subtree()
                continue
            if node.tag in _BLOCKS or node.tag == "br":
                yield "\n"
            yield node.text or ""
        elif node is not cell:
            yield node.tail or ""
