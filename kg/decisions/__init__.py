"""Decisions of people about the graph: these are one, this is another, it is called so, that is wrong.

They stand in a file that people read and keep under version control, and are replayed on every build: a
line that is taken out is undone. See docs/review.md.
"""

from kg.decisions.applying import apply
from kg.decisions.file import DECISIONS, append_decision, beside, find_decisions, load_decisions
from kg.decisions.types import NONE, Decision, Decisions, Kind, Thing

__all__ = [
    "DECISIONS",
    "NONE",
    "Decision",
    "Decisions",
    "Kind",
    "Thing",
    "append_decision",
    "apply",
    "beside",
    "find_decisions",
    "load_decisions",
]
