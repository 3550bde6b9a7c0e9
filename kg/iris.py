"""IRIs made of content: the same thing gets the same IRI on every machine and in every order."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from kg.script import to_simplified
from kg.types import Entity, Period, Quantity, Text, Value

DEFAULT_BASE = "https://w3id.org/tupu-kg/id/"

# What a segment of an IRI may have as it is: ASCII's letters, digits and -._~, and of other scripts what RFC
# 3987 allows (ucschar, section 2.2) and is no white space. All else is escaped: marks that have a meaning in
# an IRI, what no IRI may have (U+FFFD, private use, tags of the planes above), and what cannot be seen.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ALLOWED = ((0xA0, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFEF))  # of the first plane
_PLANE = 0x10000
_LAST_PLANE, _TAGS = 0xE, 0x1000  # ucschar has planes 1 to 14, the last but for its beginning


def escape_segment(name: str) -> str:
    r"""A name as one path segment of an IRI; letters of all scripts stay readable.

    A full stop at the end is escaped too: ``..`` would be a way up, and rdflib reads no local name in
    Turtle that ends in one.

    >>> escape_segment("商州区 a/b"), escape_segment("2018/.."), escape_segment("甲\ufffd公司")
    ('商州区%20a%2Fb', '2018%2F%2E%2E', '甲%EF%BF%BD公司')
    """
    escaped = "".join(c if _stays(c) else quote(c, safe="", errors="replace") for c in name)
    stem = escaped.rstrip(".")
    return stem + "%2E" * (len(escaped) - len(stem))


def _stays(character: str) -> bool:
    if character.isascii():
        return character in _PLAIN
    code = ord(character)
    if code < _PLANE:
        is_allowed = any(first <= code <= last for first, last in _ALLOWED)
    else:
        plane, rest = divmod(code, _PLANE)
        is_allowed = rest < 0xFFFE and (plane < _LAST_PLANE or (plane == _LAST_PLANE and rest >= _TAGS))
    return is_allowed and character.isprintable() and not character.isspace()


def is_iri(text: str) -> bool:
    """Whether a text can stand as an absolute IRI in any format of RDF.

    >>> is_iri("https://w3id.org/tupu-kg/id/Person/甲"), is_iri("https://example.org/a b"), is_iri("甲")
    (True, False, False)
    """
    scheme, colon, rest = text.partition(":")
    return (
        bool(colon and rest and _SCHEME.fullmatch(scheme))
        and all(c in _MARKS if c.isascii() and c not in _PLAIN else c.isascii() or _stays(c) for c in rest)
        and not _BROKEN_ESCAPE.search(rest)
    )


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_MARKS = frozenset(":/?#@!$&'()*+,;=%")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def name_key(name: str) -> str:
    """A name as IRIs and comparisons have it: simplified characters, letters and digits of one width.

    >>> name_key("臺灣ＡＢ(集團)")
    '台湾AB（集团）'
    """
    wide = {"(": "\uff08", ")": "\uff09"}
    folded = ((c, unicodedata.normalize("NFKC", c)) for c in to_simplified(name))
    return "".join(n if n.isascii() and n.isalnum() else wide.get(c, c) for c, n in folded)


def entity_iri(base: str, name: str, root: str = "", within: str = "") -> str:
    """The IRI of a named thing: its class below the root of all, its name, and what tells it from namesakes.

    >>> entity_iri("x:", "甲", "Person", "division/990101")
    'x:Person/甲@division/990101'
    """
    head = f"{base}{root}/" if root else base
    tail = "@" + "/".join(map(escape_segment, within.split("/"))) if within else ""
    return f"{head}{escape_segment(name_key(name))}{tail}"


def division_iri(base: str, code: str) -> str:
    """The IRI of an administrative division, by its GB/T 2260 code: homonyms stay apart."""
    return f"{base}division/{code}"


def source_iri(base: str, source: str) -> str:
    """The IRI of a source, which is also the name of its graph."""
    return f"{base}source/" + "/".join(escape_segment(part) for part in source.split("/"))


def value_key(value: Value) -> str:
    """A text that is equal for two fillers that say the same."""
    if isinstance(value, Entity):
        return f"e {value.iri}"
    if isinstance(value, Quantity):
        return f"q {value.value.normalize():f} {value.unit} {value.bound}"
    if isinstance(value, Period):
        return f"t {value.edtf}"
    assert isinstance(value, Text)
    return f"s {value.text}"


def fact_iri(base: str, fact_type: str, modality: str, roles: Mapping[str, tuple[Value, ...]]) -> str:
    """The IRI of a fact: a hash of its type, its modality and its fillers, whatever their order."""
    said = {role: sorted(map(value_key, values)) for role, values in sorted(roles.items())}
    text = json.dumps([fact_type, modality, said], ensure_ascii=False, separators=(",", ":"))
    return f"{base}fact/{hashlib.sha256(text.encode()).hexdigest()[:20]}"
