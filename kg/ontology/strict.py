"""Strict reading of what users write in YAML: words, choices, names that must be known."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.ontology.yamlfile import YamlFile, read_yaml
from kg.script import to_simplified


def suggest(word: object, known: Iterable[str]) -> str:
    """What may have been meant, else what there is: behind the words "unknown ...".

    >>> suggest("befor", ["before", "after"]), suggest("left", ["before", "after"])
    ("; did you mean 'before'?", '; known are before, after')
    """
    names = list(known)
    near = difflib.get_close_matches(str(word), names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(names)}"


def known_units(path: Path) -> tuple[str, ...]:
    """The units and kinds of units of the lexicon, whose own loader checks the file."""
    file = read_yaml(path)
    data = file.data if isinstance(file.data, dict) else {}
    tables = [data.get(key) or {} for key in ("bare", "percent", "rank", "age")]
    tables += [*(data.get("senses") or {}).values()]
    found = [table[key] for table in tables for key in ("kind", "unit") if key in table]
    for family in data.get("families") or ():
        found += [family.get("kind"), *(family.get("units") or ())]
    return tuple(dict.fromkeys(str(name) for name in (*found, data.get("rate kind")) if name))


def words_at(file: YamlFile, *keys: str) -> tuple[str, ...]:
    """The words at a place, in simplified characters as texts are read; none where it is not there."""
    node = file.data
    for key in keys:
        node = node.get(key)
        if node is None:
            return ()
    words = node if isinstance(node, list) else [node]
    for index, word in enumerate(words):
        if not isinstance(word, str) or not word.strip():
            raise file.error(f"expected a word, not {word!r}; quote it", *keys, index)
    return tuple(to_simplified(word.strip()) for word in words)


def one_of(file: YamlFile, value: Any, known: Collection[str], what: str, *keys: str) -> str:
    """The value, which must be one of those known."""
    if value not in known:
        raise file.error(f"unknown {what} {value!r}{suggest(value, known)}", *keys)
    return str(value)


def check_known(
    file: YamlFile, data: Mapping[str, Any], known: Collection[str], what: str, *at: str | int
) -> None:
    """Raise an error at the first key of a mapping that is not known."""
    for key in data:
        if key not in known:
            raise file.error(f"unknown {what} {key!r}{suggest(key, known)}", *at, str(key))
