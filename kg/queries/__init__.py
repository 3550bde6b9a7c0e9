"""Questions to a store in SPARQL: the catalogue, parameters bound as terms, answers as text.

A query never changes the graph and never opens a connection: what could is refused before it is
asked (see ``scanning``). It can take any time and memory, though: a query from outside belongs in a
process that can be ended.
"""

from kg.queries.answers import Result, run, serialize
from kg.queries.catalogue import Param, Query, load_catalogue, parse_query

__all__ = ["Param", "Query", "Result", "load_catalogue", "parse_query", "run", "serialize"]
