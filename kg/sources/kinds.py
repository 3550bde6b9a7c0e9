"""Which kind a source is: by its first bytes where these tell, else by the end of its name."""

from __future__ import annotations

import re
from enum import StrEnum

from kg.errors import SourceError


class Kind(StrEnum):
    """A kind of source, by its media type."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    HTML = "text/html"
    MHTML = "multipart/related"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "text/csv"
    JSONL = "application/jsonl"
    ZIP = "application/zip"
    TAR = "application/x-tar"


CORPORA = frozenset((Kind.CSV, Kind.JSONL))
ARCHIVES = frozenset((Kind.ZIP, Kind.TAR))
PARSED = frozenset((Kind.HTML, Kind.MHTML, Kind.PDF, Kind.DOCX, Kind.XLSX))

_SUFFIXES = {
    Kind.TEXT: (".txt", ".text"),
    Kind.MARKDOWN: (".md", ".markdown"),
    Kind.HTML: (".html", ".htm", ".xhtml", ".shtml"),
    Kind.MHTML: (".mhtml", ".mht"),
    Kind.PDF: (".pdf",),
    Kind.DOCX: (".docx", ".docm"),
    Kind.XLSX: (".xlsx", ".xlsm"),
    Kind.CSV: (".csv", ".tsv"),
    Kind.JSONL: (".jsonl", ".ndjson"),
    Kind.ZIP: (".zip",),
    Kind.TAR: (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE2: Office up to 2003, and OOXML with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SQUEEZED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_HEAD = 4096  # bytes in which a page begins


def kind_of_name(name: str) -> Kind | None:
    """The kind that the end of a name tells.

    >>> kind_of_name("a/b.Tar.GZ").name
    'TAR'
    """
    lower = name.lower()
    return next((kind for suffix, kind in _BY_SUFFIX.items() if lower.endswith(suffix)), None)


def kind_of(data: bytes, named: Kind | None) -> Kind:
    """The kind of a whole file, of which its name says ``named``; unknown bytes are taken for text.

    Raises SourceError for the kinds that are known and not read.
    """
    if data.startswith(b"%PDF-") or named is Kind.PDF:
        return Kind.PDF
    if data.startswith(_OFFICE):
        if _ENCRYPTED in data:
            raise SourceError("encrypted; save it without a password")
        raise SourceError("an Office file of the old format; save it as .docx or .xlsx")
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _kind_of_zip(data, named)
    if data.startswith(_SQUEEZED) or data[257:262] == b"ustar":
        return Kind.TAR
    if named in (None, Kind.TEXT) and _MARKUP.match(data[:_HEAD]):
        return Kind.HTML
    if data.startswith(b"{\\rtf"):
        raise SourceError("RTF is not read; save it as .docx or .txt")
    return named or Kind.TEXT


def _kind_of_zip(data: bytes, named: Kind | None) -> Kind:
    """Names stand in the directory at the end, uncompressed."""
    if named in (Kind.DOCX, Kind.XLSX):
        return named
    if b"word/document.xml" in data:
        return Kind.DOCX
    if b"xl/workbook.xml" in data:
        return Kind.XLSX
    if b"content.xml" in data and b"mimetype" in data[:100]:
        raise SourceError("OpenDocument is not read; save it as .docx or .xlsx")
    return Kind.ZIP
