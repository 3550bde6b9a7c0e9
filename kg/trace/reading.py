"""A document to the traces of its sentences.

The extractor is watched at work; only what the slots of a role held is asked of the interpreter again.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.annotations import Linked
from kg.errors import QueryError
from kg.explain import show
from kg.facts import FactReader, Reading
from kg.facts.drafts import Common, Content, Draft, Filled, Refusal, When
from kg.facts.elements import Element
from kg.facts.groups import Group, Parsed
from kg.facts.interpreter import Evoked, Interpreter
from kg.ontology import Ontology
from kg.ontology.frames import Condition, Frame
from kg.pipeline import Extractor
from kg.trace.governing import governing_word
from kg.trace.records import Attempt, Candidate, ClauseTrace, Filler, Named, Phrase, Piece, Trace, Words
from kg.trace.refusing import candidates, conflicting_nouns
from kg.types import Document, Extraction, Fact, Mention, Passage, Quantity, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc
