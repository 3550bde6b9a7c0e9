"""Text to values: numbers, quantities and times, by the tables of the lexicon."""

from kg.values.moments import Base, TimeExpr, TimeKind, TimeMention
from kg.values.quantities import QuantityMention, find_quantities
from kg.values.resolution import TimeContext, new_paragraph, resolve, update
from kg.values.tables import Tables, load_tables
from kg.values.times import find_dateline, find_times

__all__ = [
    "Base",
    "QuantityMention",
    "Tables",
    "TimeContext",
    "TimeExpr",
    "TimeKind",
    "TimeMention",
    "find_dateline",
    "find_quantities",
    "find_times",
    "load_tables",
    "new_paragraph",
    "resolve",
    "update",
]
