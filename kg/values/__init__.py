"""Text to values: numbers, quantities and times, by the tables of the lexicon."""

from kg.values.datelines import Dateline, find_dateline, infer_dateline
from kg.values.moments import Base, TimeExpr, TimeKind, TimeMention, Unit
from kg.values.periods import resolve, update
from kg.values.points import TimeContext, new_paragraph, new_sentence
from kg.values.quantities import QuantityMention, find_quantities
from kg.values.tables import Tables, load_tables
from kg.values.times import find_times

__all__ = [
    "Base",
    "Dateline",
    "QuantityMention",
    "Tables",
    "TimeContext",
    "TimeExpr",
    "TimeKind",
    "TimeMention",
    "Unit",
    "find_dateline",
    "find_quantities",
    "find_times",
    "infer_dateline",
    "load_tables",
    "new_paragraph",
    "new_sentence",
    "resolve",
    "update",
]
