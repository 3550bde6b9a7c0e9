"""What exporting needs of a store, and texts as XML can hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from pyoxigraph import Quad

# Characters that XML 1.0 has no way to write, section 2.2.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Readable(Protocol):
    """What exporting needs of a store."""

    def sources(self) -> Mapping[str, str]:
        """The IRI of each source's graph by the source's name, sorted by name."""
        ...

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one graph, or of all."""
        ...


def xml_text(text: str) -> str:
    """The text with U+FFFD for each character that XML forbids."""
    return _NO_XML.sub("\ufffd", text)


def keep_returns(xml: bytes) -> bytes:
    """The document with each carriage return as a reference: a reader makes a bare one a line feed."""
    return xml.replace(b"\r", b"&#13;")
