"""The facts as lines and tables: JSONL, CSV for machines, CSV for spreadsheets, Parquet."""

from __future__ import annotations

import csv as csvfile
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from kg.errors import QueryError
from kg.graph import Readable, read_facts
from kg.ontology.vocabulary import Vocabulary
from kg.types import Doubt, Entity, Fact, Period, Quantity, Value

# The table's columns and their types, by the names that Arrow gives them.
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("fact", "type", "modality", "role"), "string"),
    "index": "int64",
    **dict.fromkeys(("kind", "label", "class", "iri"), "string"),
    "value": "float64",
    **dict.fromkeys(("unit", "bound", "edtf", "text", "source"), "string"),
    **dict.fromkeys(("start", "end"), "int64"),
    "quote": "string",
    "confidence": "float64",
    "extractor": "string",
}
# What a spreadsheet takes for a formula at the beginning of a cell, its full-width twins too, and the
# white space that it may skip before: https://owasp.org/www-community/attacks/CSV_Injection.
_FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_BOM = "\ufeff"  # without it Excel does not take the file for UTF-8


def facts_line(fact: Fact, doubt: Doubt | None = None) -> str:
    """The fact as one line of facts.jsonl, with its newline; of to-check.jsonl, where there is a doubt."""
    record = {
        "id": fact.iri,
        "type": fact.type,
        "modality": fact.modality.value,
        "roles": {role: [_filler_record(value) for value in values] for role, values in fact.roles.items()},
        "evidence": [
            {"source": e.source, "start": e.span.start, "end": e.span.end, "quote": e.quote}
            | ({"page": e.page} if e.page is not None else {})
            for e in fact.evidence
        ],
        "confidence": fact.confidence,
        "extractor": fact.extractor,
    }
    if doubt is not None:
        record["doubt"] = asdict(doubt)
    return _line(record)


def line_with(record: Mapping[str, Any], entities: Mapping[str, Entity]) -> str:
    """The line of a fact that was read from one; fillers that are among the entities, by IRI, are these."""
    roles = {
        role: [_filler_record(entities[f["iri"]]) if f.get("iri") in entities else f for f in fillers]
        for role, fillers in record["roles"].items()
    }
    return _line({**record, "roles": roles})


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def facts_lines(facts: Iterable[Fact]) -> str:
    """facts.jsonl of facts that come in its order, that of ``read_facts``."""
    return "".join(map(facts_line, facts))


def _filler_record(value: Value) -> dict[str, Any]:
    if isinstance(value, Entity):
        return {
            "entity": value.label,
            "class": value.cls,
            "iri": value.iri,
            "aliases": list(value.aliases),
        }
    if isinstance(value, Quantity):
        number = _number(value.value)
        return {"value": number, "unit": value.unit, "bound": value.bound, "text": value.text}
    if isinstance(value, Period):
        return {"edtf": value.edtf, "text": value.text}
    return {"text": value.text}


def _number(value: Decimal) -> int | float:
    """An int where the value is whole; else the float that prints with the same digits, up to 15 of them."""
    return int(value) if value == value.to_integral_value() else float(value)


def jsonl(store: Readable, vocabulary: Vocabulary) -> bytes:
    """facts.jsonl."""
    return facts_lines(read_facts(store, vocabulary)).encode("utf-8", "replace")


def csv(store: Readable, vocabulary: Vocabulary) -> bytes:
    """A row for each filler, as RFC 4180 has it, every value as it is: for programs."""
    return _csv(table_rows(store, vocabulary)).encode("utf-8", "replace")


def spreadsheet(store: Readable, vocabulary: Vocabulary) -> bytes:
    """The same rows for Excel and LibreOffice, where no text is a formula: before one stands a '."""
    guarded = ({name: _guarded(cell) for name, cell in row.items()} for row in table_rows(store, vocabulary))
    return (_BOM + _csv(guarded)).encode("utf-8", "replace")


def parquet(store: Readable, vocabulary: Vocabulary) -> bytes:
    """The same rows, with types; what a kind of filler has not is null. Raises QueryError without pyarrow."""
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError as error:
        raise QueryError("parquet needs pyarrow: `pip install pyarrow`, or tupu-kg[parquet]") from error
    schema = pyarrow.schema([(name, getattr(pyarrow, kind)()) for name, kind in COLUMNS.items()])
    out = io.BytesIO()
    table = pyarrow.Table.from_pylist(list(table_rows(store, vocabulary)), schema)
    write_table(table, out, compression="zstd")
    return out.getvalue()


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csvfile.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def table_rows(store: Readable, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """A row for each filler, by the names of ``COLUMNS``; a column that its kind has not is left out.

    The columns of evidence are those of the fact's first evidence.
    """
    for fact in read_facts(store, vocabulary):
        first = fact.evidence[0]
        for role, index, value in fact.fillers():
            record = _filler_record(value)
            kind = next(iter(record))
            row = {
                "fact": fact.iri,
                "type": fact.type,
                "modality": fact.modality.value,
                "role": role,
                "index": index,
                "kind": {"edtf": "time", "value": "quantity"}.get(kind, kind),
                "source": first.source,
                "start": first.span.start,
                "end": first.span.end,
                "quote": first.quote,
                "confidence": fact.confidence,
                "extractor": fact.extractor,
            }
            if "entity" in record:
                row["label"] = record.pop("entity")
                del record["aliases"]
            yield row | record
