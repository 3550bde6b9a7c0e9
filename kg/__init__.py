"""Chinese prose in, a knowledge graph out: every fact knows its characters in the source.

``import kg`` loads nothing else: each of the names below is loaded when it is first used (PEP 562). What they
do says docs/python.md; modules of the package that have no name here may change with any version.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import (
        DecisionError,
        KgError,
        OntologyError,
        QueryError,
        SourceError,
        StoreError,
        UnknownNameError,
    )
    from kg.library.graph import Graph
    from kg.library.graph import open_graph as open
    from kg.library.language import load, read
    from kg.library.making import build
    from kg.library.page import Page
    from kg.library.rows import Rows
    from kg.library.things import Entities, Node
    from kg.types import (
        Document,
        Entity,
        Evidence,
        Extraction,
        Fact,
        Modality,
        Period,
        Problem,
        Quantity,
        Report,
        RoleSpan,
        Span,
        Text,
    )

__version__ = "0.1.0"

__all__ = [
    "DecisionError",
    "Document",
    "Entities",
    "Entity",
    "Evidence",
    "Extraction",
    "Fact",
    "Graph",
    "KgError",
    "Modality",
    "Node",
    "OntologyError",
    "Page",
    "Period",
    "Problem",
    "Quantity",
    "QueryError",
    "Report",
    "RoleSpan",
    "Rows",
    "SourceError",
    "Span",
    "StoreError",
    "Text",
    "UnknownNameError",
    "__version__",
    "build",
    "load",
    "open",
    "read",
]

_ELSEWHERE = {
    "Entities": "kg.library.things",
    "Graph": "kg.library.graph",
    "Node": "kg.library.things",
    "Page": "kg.library.page",
    "Rows": "kg.library.rows",
    "build": "kg.library.making",
    "load": "kg.library.language",
    "open": "kg.library.graph",
    "read": "kg.library.language",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _ELSEWHERE.get(name) or ("kg.errors" if name.endswith("Error") else "kg.types")
    return getattr(import_module(module), _CALLED.get(name, name))


_CALLED = {"open": "open_graph"}  # in its module, where `open` is Python's


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
