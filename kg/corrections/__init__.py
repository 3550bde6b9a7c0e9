"""What people say of the facts that were read: right, wrong, otherwise, or missed; see docs/correcting.md.

One JSON object a line, by words alone, so that a correction finds its place again whatever else changes:

    {"source": ..., "sentence": the sentence's own text, "verdict": "right" | "wrong" | "corrected" | "added",
     "type": ..., "modality": ..., "trigger": words, "roles": {role: [filler, ...]},
     "was": {"type": ..., "modality": ..., "trigger": words, "roles": {role: [filler, ...]}}}

A filler is its words as they stand in the sentence, ``words#2`` their second occurrence there, or
``{"text": words, "sentence": ...}`` where they stand in another sentence. ``trigger`` are the words of the
sentence that carry the fact, and may be left out. Of a wrong fact there is ``was`` alone; right and added
ones have none.
"""

from kg.corrections.file import CORRECTIONS, append, parse, read, take_out
from kg.corrections.marking import Marked, Marker, read_marked
from kg.corrections.placing import Homeless, moved, place, place_all, shortened
from kg.corrections.types import NONE, Correction, Corrections, Statement, Verdict, Words

__all__ = [
    "CORRECTIONS", "NONE", "Correction", "Corrections", "Homeless", "Marked", "Marker", "Statement",
    "Verdict", "Words", "append", "moved", "parse", "place", "place_all", "read", "read_marked",
    "shortened", "take_out",
]  # fmt: skip
