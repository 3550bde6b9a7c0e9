"""PDF with text: lines put together to paragraphs, page heads and numbers marked, page starts kept.

A PDF has no paragraphs, only characters with places. A line goes on in the next where it reaches the
right edge of its column and the next begins at the left one; a paragraph that is set with an indent, a
gap or another size of type begins anew. What lines are joined with is nothing in Chinese, else a space.
A row of a table is a line, its cells parted by tabs.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from kg.characters import IDEOGRAPHS
from kg.errors import SourceError
from kg.sources.limits import Limits
from kg.sources.parsed import Lines, Parsed, is_wide
from kg.sources.rulings import Grid, grids, rows_of

# In sizes of type (em).
_REACHES = 1.6  # from the right edge, for a line that goes on: one sign may have no place there
_INDENT = 1.2  # from the left edge, for a line that begins a paragraph
_APART = 2.6  # between two lines' feet, for lines of two paragraphs
_LETTER_GAP = 0.9  # between two letters that only justifying sets apart
_CELL_GAP = 1.15  # between two cells of a table
_LONGEST_CELL = 200  # characters; a grid with longer ones sets out a page
_SIZES = 0.15  # by which sizes of type differ, as a share

_AT_EDGE = 2  # lines at the head and the foot of a page that can be its furniture
_NUMBERED = 30  # characters of one that may have the page's number in it
_REPEATED = 3  # pages that show the same line there
_PICTURE = 10  # characters of a page with a picture, from which it is one with text
_LOST = 0.3  # share of characters without meaning from which a text is lost
_LISTED = 20  # page numbers that a note shows
_NUMBER = re.compile(r"[\W_]*\d+(?:\s*/\s*\d+)?[\W_]*")
_HYPHENS = "\x02\ufffe\xad"


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float = 0
    right: float = 0
    foot: float = 0
    size: float = 0
    first: float = 0  # left and right edge of its column
    last: float = 0
    is_furniture: bool = False


@dataclass(slots=True)
class _Page:
    lines: list[_Line] = field(default_factory=list)
    is_picture: bool = False


def read_pdf(data: bytes, limits: Limits) -> Parsed:
    """The text of all pages. Raises SourceError where it is encrypted, broken, scanned or too long."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError("encrypted; save it without a password") from error
        raise SourceError("a broken PDF; open it in a viewer and save it again") from error
    if len(document) > limits.pages:
        raise SourceError(f"has {len(document):,} pages, more than {limits.pages:,}; split it")
    pages: list[_Page] = []
    characters = 0
    broken: list[int] = []
    for number in range(len(document)):
        try:
            page = _read_page(document[number])
        except pdfium.PdfiumError:
            broken.append(number + 1)
            page = _Page()
        characters += sum(len(line.text) for line in page.lines)
        if characters > limits.text_characters:
            raise SourceError(f"its text is longer than {limits.text_characters:,} characters; split it")
        pages.append(page)
    pictures = [number for number, page in enumerate(pages, 1) if page.is_picture]
    _check(pages, pictures, broken)
    notes = (
        (pictures, "pictures without text, which were not read; OCR makes them text"),
        (broken, "broken and were not read"),
    )
    metadata = document.get_metadata_dict()
    return _written(
        _marked(pages),
        limits,
        title=_title(str(metadata.get("Title") or "")),
        notes=tuple(f"pages {_listed(numbers)} are {what}" for numbers, what in notes if numbers),
    )


def _check(pages: Sequence[_Page], pictures: Sequence[int], broken: Sequence[int]) -> None:
    text = "".join(line.text for page in pages for line in page.lines)
    if pictures and len(pictures) + len(broken) == len(pages):
        raise SourceError("scanned: its pages are pictures without text; OCR makes them text")
    if not text.strip():
        raise SourceError("holds no text")
    lost = sum(unicodedata.category(c) in ("Co", "Cc", "Cn") or ord(c) == 0xFFFD for c in text)
    if lost > _LOST * len(text):
        raise SourceError(
            "its fonts do not tell which characters they show; print it to a new PDF or use OCR"
        )


def _title(said: str) -> str:
    """The title, if it is one: many programs put the name of the file they made it from."""
    return "" if re.search(r"\.\w{2,4}$|^untitled|^microsoft ", said.strip(), re.IGNORECASE) else said


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{shown} and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else shown


# --- A page's lines --------------------------------------------------------------------------------


def _read_page(page: pdfium.PdfPage) -> _Page:
    text = page.get_textpage()
    try:
        lines = list(_lines(text.raw))
        for grid in grids(page):
            lines = _with_rows(lines, grid, text)
        characters = sum(len(line.text.strip()) for line in lines)
        is_picture = characters < _PICTURE and any(
            True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
        )
        return _Page(lines, is_picture)
    finally:
        text.close()
        page.close()


def _with_rows(lines: list[_Line], grid: Grid, text: pdfium.PdfTextPage) -> list[_Line]:
    """The lines with those in a grid put together to its rows, where it is a table of data."""
    inside = [n for n, line in enumerate(lines) if grid.box.holds((line.left + line.right) / 2, line.foot)]
    if not inside:
        return lines
    words = [
        _shown(text.get_text_bounded(c.box.left, c.box.foot, c.box.right, c.box.top)) for c in grid.cells
    ]
    if max(map(len, words)) > _LONGEST_CELL or sum(map(bool, words)) < 2:
        return lines
    box, size = grid.box, lines[inside[0]].size
    found: list[_Line] = []
    for number, row in enumerate(rows_of(grid, words)):
        foot = min((cell.box.foot for cell in grid.cells if number in cell.rows), default=box.foot)
        if any(row):
            found.append(_Line("\t".join(row), box.left, box.right, foot, size))
    taken = set(inside)
    behind = (line for n, line in enumerate(lines) if n > inside[0] and n not in taken)
    return [*lines[: inside[0]], *found, *behind]


def _shown(words: str) -> str:
    """The words of a cell in one line."""
    joined = ""
    for line in words.translate(IDEOGRAPHS).splitlines():
        more = " ".join(line.split())
        joined = _join(joined, more) if joined and more else joined or more
    return joined


def _lines(text: raw.FPDF_TEXTPAGE) -> Iterator[_Line]:
    """The lines as PDFium finds them, in the order of the file."""
    start = 0
    count = raw.FPDFText_CountChars(text)
    codes = [raw.FPDFText_GetUnicode(text, at) for at in range(count)]
    for at in range(count + 1):
        if at == count or codes[at] in (10, 13):
            if at > start and (line := _line(text, codes, start, at)) is not None:
                yield line
            start = at + 1


def _line(text: raw.FPDF_TEXTPAGE, codes: Sequence[int], start: int, end: int) -> _Line | None:
    shown = [at for at in range(start, end) if codes[at] not in (0, 9, 32, 160, 0x3000)]
    if not shown:
        return None
    words = "".join(_characters(text, codes, shown))
    # some fonts give radicals for the ideographs that look the same;
    # of what stands outside the plane of 16 bits PDFium may give the halves
    words = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(IDEOGRAPHS)
    left, foot, _ = _box(text, shown[0])
    right = _box(text, shown[-1])[2]
    return _Line(words, left, right, foot, _size(text, shown[0]))


def _characters(text: raw.FPDF_TEXTPAGE, codes: Sequence[int], shown: Sequence[int]) -> Iterator[str]:
    """The characters of a line; a space that is only a gap goes or, where it is wide, becomes a tab."""
    before = -1
    for at in shown:
        if before >= 0 and at > before + 1:
            between = range(before + 1, at)
            gap = (_box(text, at)[0] - _box(text, before)[2]) / _size(text, at)
            is_gap = all(raw.FPDFText_IsGenerated(text, n) == 1 for n in between)
            if gap > _CELL_GAP:
                yield "\t"
            elif (
                not is_gap
                or gap > _LETTER_GAP
                or not (is_wide(chr(codes[before])) and is_wide(chr(codes[at])))
            ):
                yield "".join(chr(codes[n]) for n in between if codes[n])
        yield chr(codes[at])
        before = at


def _box(text: raw.FPDF_TEXTPAGE, at: int) -> tuple[float, float, float]:
    """Left, foot and right edge of a character, in points."""
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box))  # the place it takes, not its ink
    return box.left, box.bottom, box.right


def _size(text: raw.FPDF_TEXTPAGE, at: int) -> float:
    """The height of type at a character, in points as they are shown."""
    matrix = raw.FS_MATRIX()
    size = float(raw.FPDFText_GetFontSize(text, at))
    if raw.FPDFText_GetMatrix(text, at, ctypes.byref(matrix)):
        size *= abs(matrix.d) or abs(matrix.b) or 1
    return size or 1.0


def _in_columns(page: _Page) -> _Page:
    """The lines with the edges of the columns they stand in: of all lines they share some width with."""
    lines = [line for line in page.lines if not line.is_furniture]
    edges: dict[tuple[int, int], list[float]] = {}  # by rounded place: most lines of a column are alike
    for line in lines:
        edge = edges.setdefault((round(line.left / 5), round(line.right / 5)), [line.left, line.right])
        edge[0], edge[1] = min(edge[0], line.left), max(edge[1], line.right)
    found = []
    for line in page.lines:
        near = [e for e in edges.values() if e[0] < line.right and line.left < e[1]]
        first = min((e[0] for e in near), default=line.left)
        found.append(replace(line, first=first, last=max((e[1] for e in near), default=line.right)))
    return _Page(found, page.is_picture)


# --- Pages to text -----------------------------------------------------------------------------------


def _marked(pages: list[_Page]) -> list[_Page]:
    """The pages with their heads, feet and numbers marked as furniture."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _edge_lines(page)})
    least = min(_REPEATED, max(2, len(pages)))
    for page in pages:
        for line in _edge_lines(page):
            if seen[_key(line)] >= least or (
                _NUMBER.fullmatch(line.text) and line in (page.lines[0], page.lines[-1])
            ):
                page.lines[page.lines.index(line)] = replace(line, is_furniture=True)
    return pages


def _edge_lines(page: _Page) -> list[_Line]:
    lines = page.lines
    return lines[:_AT_EDGE] + lines[max(_AT_EDGE, len(lines) - _AT_EDGE) :]


def _key(line: _Line) -> str:
    """What a page's head or foot has in common with those of other pages: all but numbers."""
    words = " ".join(line.text.split())
    return re.sub(r"\d+", "#", words) if len(words) <= _NUMBERED else words


def _written(pages: Sequence[_Page], limits: Limits, *, title: str, notes: tuple[str, ...]) -> Parsed:
    """The text, a paragraph a line. Furniture between two parts of a paragraph comes behind it."""
    lines = Lines(limits.text_characters)
    starts: list[int] = []
    words, last = "", _Line("")  # the paragraph as it grows, and its last line
    held: list[str] = []

    def end_paragraph() -> None:
        if words:
            lines.add(words)
        for line in held:
            lines.add(line, is_furniture=True)
        held.clear()

    for page in map(_in_columns, pages):
        is_first = True
        for line in page.lines:
            if line.is_furniture:
                held.append(line.text)
                continue
            joined = bool(words) and _goes_on(last, line, is_page=is_first)
            if not joined:
                end_paragraph()
                words = ""
            if is_first:
                starts.append(lines.length + len(words))
                is_first = False
            words = _join(words, line.text) if joined else line.text
            last = line
        if is_first:  # nothing but furniture, or nothing
            starts.append(lines.length + len(words) + (1 if words else 0))
    end_paragraph()
    return Parsed(lines.text, title=title, pages=tuple(starts), furniture=tuple(lines.furniture), notes=notes)


def _goes_on(line: _Line, following: _Line, *, is_page: bool) -> bool:
    """Whether the following line, maybe on the next page, belongs to the paragraph of this one."""
    size = max(line.size, 1)
    apart = line.foot - following.foot
    return (
        "\t" not in line.text + following.text
        and line.right > line.last - _REACHES * size
        and following.left < following.first + _INDENT * size
        and abs(line.size - following.size) <= _SIZES * size
        and (is_page or apart < _APART * size)
    )


def _join(words: str, more: str) -> str:
    if words[-1] in _HYPHENS:
        return words[:-1] + more
    return words + ("" if is_wide(words[-1]) or is_wide(more[0]) else " ") + more
