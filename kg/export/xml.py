"""Texts as XML can hold them."""

from __future__ import annotations

import re

# Characters that XML 1.0 has no way to write, section 2.2.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text with U+FFFD for each character that XML forbids."""
    return _NO_XML.sub("\ufffd", text)


def keep_returns(xml: bytes) -> bytes:
    """The document with each carriage return as a reference: a reader makes a bare one a line feed."""
    return xml.replace(b"\r", b"&#13;")
