"""The names of a store's entities in one SQLite file: found by any part, in milliseconds, best first.

SQLite's own tokenizers find nothing in Chinese for fewer than three characters, so the index is given
pieces made here: single characters and pairs of Chinese, triples of other scripts, beginnings of words
and of names. What has all the pieces of the words asked for is looked at once more as a whole. Rows lie
in order of degree, so that the first rows found are the best ones and the search can stop.
"""

from __future__ import annotations

import os
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import mkstemp

from kg.errors import StoreError
from kg.ontology.vocabulary import Vocabulary
from kg.queries.values import rows
from kg.store import Store

_FORM = "1"  # changes with the file's layout: an index of another form is made again
_LONGEST = 200  # characters of a name or of a search that are looked at
_CJK = "\u2e80"  # from here on, a character is a word or nearly one
_RUN = re.compile(f"[{_CJK}-\U0010ffff]+|[^\\s{_CJK}-\U0010ffff]+")
_MARKS = re.compile(r"[^\w]|_", re.ASCII)
_SCHEMA = """
    CREATE TABLE meta (form TEXT, stamp TEXT);
    CREATE TABLE entities (id INTEGER PRIMARY KEY, iri TEXT, label TEXT, english TEXT, cls TEXT, degree INT);
    CREATE TABLE names (id INTEGER PRIMARY KEY, entity INT, name TEXT, key TEXT);
    CREATE VIRTUAL TABLE pieces USING fts5(
        piece, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '^~_'"
    );
"""
_FIND = """
    SELECT n.entity, n.name FROM pieces JOIN names n ON n.id = pieces.rowid
    WHERE pieces MATCH ? AND {} ORDER BY pieces.rowid LIMIT ?
"""
_EXACT = "SELECT entity, name FROM names WHERE key = ? ORDER BY id LIMIT ?"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found, by the name ``matched``; ``degree`` is how many facts name it."""

    iri: str
    label: str
    english: str | None
    cls: str
    degree: int
    matched: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entity as the index takes it."""

    iri: str
    label: str
    english: str | None
    cls: str
    degree: int
    aliases: tuple[str, ...] = ()


class NameIndex:
    """An index that was built; for one thread."""

    def __init__(self, path: Path) -> None:
        """Open it; raises StoreError where it is none."""
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            self.form, self.stamp = self._db.execute("SELECT form, stamp FROM meta").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(f"{path}: no index of names: {error}") from error

    def is_of(self, stamp: str) -> bool:
        """Whether it was made by this version of a store that had this stamp."""
        return (self.form, self.stamp) == (_FORM, stamp)

    def search(self, said: str, limit: int = 12) -> list[Hit]:
        """Entities with a name that is ``said``, then that begins with it, then that holds it; best first."""
        key = normalize(said)
        runs = [match.group() for match in _RUN.finditer(key)]
        if not runs:
            return []
        inside = " AND ".join(["instr(n.key, ?) > 0"] * len(runs))
        begin = f'"^{_whole(key[:3])}"'
        pieces = " AND ".join(f'"{piece}"' for run in runs for piece in _asked(run))
        found: dict[int, str] = {}
        for sql, values in (
            (_EXACT, [key]),
            (_FIND.format("substr(n.key, 1, ?) = ?"), [f"{begin} AND {pieces}", len(key), key]),
            (_FIND.format(inside), [pieces, *runs]),
        ):
            # Several names of one entity take several rows.
            for entity, name in self._db.execute(sql, [*values, 4 * limit]):
                found.setdefault(entity, name)
            if len(found) >= limit:
                break
        return [self._hit(entity, name) for entity, name in list(found.items())[:limit]]

    def _hit(self, entity: int, name: str) -> Hit:
        sql = "SELECT iri, label, english, cls, degree FROM entities WHERE id = ?"
        iri, label, english, cls, degree = self._db.execute(sql, [entity]).fetchone()
        return Hit(iri, label, english, cls, degree, name)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def index_path(store: str | os.PathLike[str]) -> Path:
    """Where a store's index lies: beside it.

    >>> index_path("out/store").as_posix()
    'out/store.names.sqlite'
    """
    path = Path(store)
    return path.with_name(f"{path.name}.names.sqlite")


def build_index(store: Store, vocabulary: Vocabulary, path: Path, stamp: str) -> None:
    """Make the index of a store's entities; the file is there whole or not at all."""
    write_index(read_names(store, vocabulary), path, stamp)


def read_names(store: Store, vocabulary: Vocabulary) -> Iterator[Named]:
    """Every entity of a store with its names; the longest label is its label, as for readers of the graph."""
    names = {term.iri: name for name, term in vocabulary.classes.items()}
    classes: dict[str, list[str]] = defaultdict(list)
    for iri, cls in rows(store, "SELECT DISTINCT ?e ?t { ?e a kg:Entity , ?t }"):
        if cls in names:
            classes[iri].append(names[cls])
    degrees = dict(rows(store, _DEGREES))
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind in ("rdfs:label", "skos:altLabel"):
        query = f"SELECT DISTINCT ?e (LANG(?n) AS ?l) (STR(?n) AS ?s) {{ ?e a kg:Entity ; {kind} ?n }}"
        for iri, language, name in rows(store, query):
            said[iri][language if kind == "rdfs:label" else "alias"].append(name)
    for iri, found in classes.items():
        labels = sorted(said[iri]["zh"] or [iri.rsplit("/", 1)[-1]], key=lambda name: (-len(name), name))
        english = min(said[iri]["en"], default=None)
        others = tuple(sorted({*labels[1:], *said[iri]["en"], *said[iri]["alias"]} - {english}))
        cls = found[0] if len(found) == 1 else vocabulary.most_specific(found) or min(found)
        yield Named(iri, labels[0], english, cls, int(degrees.get(iri, 0)), others)


# Every fact has a confidence, be it a plan, and nothing else has.
_DEGREES = """
    SELECT ?e (COUNT(DISTINCT ?f) AS ?n) { ?e a kg:Entity . ?f ?role ?e ; kg:confidence ?c } GROUP BY ?e
"""


def write_index(entities: Iterable[Named], path: Path, stamp: str) -> None:
    """Write an index of these entities; raises StoreError where the file cannot be written."""
    ordered = sorted(entities, key=lambda e: (-e.degree, len(e.label), e.label, e.iri))
    try:
        descriptor, temporary = mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    os.close(descriptor)
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = OFF")  # it is made anew where it is not finished
            db.execute("PRAGMA synchronous = OFF")
            db.executescript(_SCHEMA)
            db.execute("BEGIN")
            _fill(db, ordered)
            db.execute("INSERT INTO meta VALUES (?, ?)", (_FORM, stamp))
            db.execute("COMMIT")
        os.chmod(temporary, 0o600 | path.parent.stat().st_mode & 0o066)  # as open as the folder
        os.replace(temporary, path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: cannot be written: {error}") from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, ordered: Sequence[Named]) -> None:
    rows = ((i, e.iri, e.label, e.english, e.cls, e.degree) for i, e in enumerate(ordered))
    db.executemany("INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)", rows)
    names = list(_names(ordered))
    db.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", ((i, *name) for i, name in enumerate(names)))
    pieces = ((i, " ".join(split(key))) for i, (_, _, key) in enumerate(names))
    db.executemany("INSERT INTO pieces (rowid, piece) VALUES (?, ?)", pieces)
    db.execute("CREATE INDEX keys ON names (key)")


def _names(ordered: Sequence[Named]) -> Iterator[tuple[int, str, str]]:
    for i, entity in enumerate(ordered):
        keys: Mapping[str, str] = {
            normalize(name): name
            for name in (*reversed(entity.aliases), entity.english, entity.label)
            if name
        }
        for key, name in keys.items():
            if key:
                yield i, name, key


def normalize(name: str) -> str:
    """A name as it is compared: width, case and ASCII marks do not count.

    >>> normalize("  ＡＢＣ（中国）Co., Ltd ")
    'abc 中国 co ltd'
    """
    text = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold()
    return " ".join("".join(" " if c.isascii() and _MARKS.match(c) else c for c in text).split())


def split(key: str) -> list[str]:
    """The pieces that a normalized name is found by, each once.

    >>> split("商州ab")
    ['^商', '^商州', '^商州a', '商', '州', '商州', '~a', '~ab']
    """
    pieces = [f"^{_whole(key[:size])}" for size in (1, 2, 3) if len(key) >= size]
    for match in _RUN.finditer(key):
        run = match.group()
        if run[0] >= _CJK:
            pieces += [*run, *_pairs(run)]
        else:
            pieces += [f"~{run[:1]}", f"~{run[:2]}", *_triples(run)]
    return list(dict.fromkeys(pieces))


def _asked(run: str) -> Iterable[str]:
    """The pieces that a name with this run of one script has."""
    if run[0] >= _CJK:
        return _pairs(run) if len(run) > 1 else [run]
    return _triples(run) if len(run) > 2 else [f"~{run}"]


def _pairs(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)]


def _triples(run: str) -> list[str]:
    return [run[i : i + 3] for i in range(len(run) - 2)]


def _whole(text: str) -> str:
    return text.replace(" ", "_")
