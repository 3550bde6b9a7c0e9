"""IRIs made of content: the same thing gets the same IRI on every machine and in every order."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from kg.script import to_simplified
from kg.types import Entity, Period, Quantity, Text, Value

DEFAULT_BASE = "https://w3id.org/tupu-kg/id/"

# RFC 3987 allows Chinese characters in an IRI; what has a meaning there, or none, is escaped. U+FFFC and
# U+FFFD, which stand for what could not be read, are printable and yet no characters of an IRI.
_RESERVED = frozenset("<>\"{}|\\^`%/?#[]@!$&'()*+,;=: \ufffc\ufffd")


def escape_segment(name: str) -> str:
    r"""A name as one path segment of an IRI; letters of all scripts stay readable.

    A full stop at the end is escaped too: ``..`` would be a way up, and rdflib reads no local name in
    Turtle that ends in one.

    >>> escape_segment("商州区 a/b"), escape_segment("2018/.."), escape_segment("甲\ufffd公司")
    ('商州区%20a%2Fb', '2018%2F%2E%2E', '甲%EF%BF%BD公司')
    """
    escaped = "".join(
        quote(c, safe="") if c in _RESERVED or not c.isprintable() or c.isspace() else c for c in name
    )
    stem = escaped.rstrip(".")
    return stem + "%2E" * (len(escaped) - len(stem))


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
