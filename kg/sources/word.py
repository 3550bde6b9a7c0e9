"""DOCX: paragraphs and tables in their order, as the document shows them with its changes accepted."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx import Document as open_docx
from docx.oxml.ns import qn
from lxml import etree

from kg.sources.limits import Limits
from kg.sources.parsed import Lines, Parsed, pad_rows

_TEXT, _TAB, _HYPHEN = qn("w:t"), qn("w:tab"), qn("w:noBreakHyphen")
_BREAKS = frozenset((qn("w:br"), qn("w:cr")))
_PARAGRAPH, _BODY_TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# What was struck out or is there twice: python-docx's own .text leaves out what was inserted as well.
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PASSED = frozenset(
    (*map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText")), f"{{{_COMPATIBILITY}}}Fallback")
)
_SPAN, _VALUE, _MERGED = qn("w:gridSpan"), qn("w:val"), qn("w:vMerge")
_COLUMNS = 100


def read_docx(data: bytes, limits: Limits) -> Parsed:
    """The text of the body; comments, footnotes, page heads and numbers that Word counts are not read."""
    document = open_docx(io.BytesIO(data))
    lines = Lines(limits.text_characters)
    for node in _blocks(document.element.body):
        if node.tag == _PARAGRAPH:
            for line in _text(node).split("\n"):
                lines.add(line)
        else:
            for table in node.iter(_BODY_TABLE):  # those in its cells come behind it
                for row in pad_rows(_rows(table)):
                    if any(row):
                        lines.add_row(row)
                lines.add("")
    return Parsed(lines.text, title=document.core_properties.title or "")


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables in order, those in content controls and text boxes' own included."""
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        if node.tag in (_PARAGRAPH, _BODY_TABLE):
            yield node
        elif node.tag not in _PASSED:
            stack.extend(reversed(node))


def _text(node: etree._Element) -> str:
    return "".join(_pieces(node)).strip("\n")


def _pieces(node: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, part in walk:
        if event == "end":
            if part.tag == _PARAGRAPH and part is not node:  # of a text box
                yield "\n"
        elif part.tag in _PASSED or (part.tag == _BODY_TABLE and node.tag == _CELL):
            walk.skip_subtree()  # a table in a cell has rows of its own
        elif part.tag == _TEXT:
            yield part.text or ""
        elif part.tag == _TAB:
            yield "\t"
        elif part.tag in _BREAKS:
            yield "\n"
        elif part.tag == _HYPHEN:
            yield "\u2011"


def _rows(table: etree._Element) -> Iterator[list[str]]:
    """The cells of each row; one that goes on from the row above has its words again."""
    above: dict[int, str] = {}
    for tr in table.iterchildren(_ROW):
        row: list[str] = []
        for cell in tr.iter(_CELL):
            if next(cell.iterancestors(_BODY_TABLE)) is not table or len(row) >= _COLUMNS:
                continue
            words = _text(cell)
            merged = cell.find(f"./{qn('w:tcPr')}/{_MERGED}")
            if merged is not None and merged.get(_VALUE) != "restart":
                words = above.get(len(row), "")
            above[len(row)] = words
            span = cell.find(f"./{qn('w:tcPr')}/{_SPAN}")
            wide = (span.get(_VALUE) or "1") if span is not None else "1"
            row += [words] + [""] * (min(int(wide), _COLUMNS) - 1 if wide.isascii() and wide.isdigit() else 0)
        yield row
