"""Whether a graph keeps its promises: the ontology's SHACL shapes, and the quotes against the text."""

from kg.checks.conforming import conforming
from kg.checks.shapes import Breach, Shapes
from kg.checks.stored import Violation, validate

__all__ = ["Breach", "Shapes", "Violation", "conforming", "validate"]
