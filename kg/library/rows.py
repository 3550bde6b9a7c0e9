"""Answers to SPARQL as rows of Python values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, overload

from pyoxigraph import Literal, NamedNode

from kg import terms
from kg.errors import QueryError
from kg.library.page import html_table
from kg.queries import Result, serialize
from kg.queries.answers import Term, cells, columns, shown_cells

Row = Mapping[str, Any]

_READ: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": lambda text: text in ("true", "1"),
}
_MOST = 200  # rows of a table in a notebook


class Rows(Sequence[Row]):
    """The rows of an answer, each a mapping by the names of its variables; of a graph, by a triple's parts.

    IRIs and texts are str, numbers int, Decimal or float, a yes or no bool, dates and EDTF times str; what is
    not bound is None. It prints as a table, in which IRIs are shown by their names.
    """

    def __init__(self, result: Result, *, lang: str) -> None:
        self.columns = columns(result)
        self._result, self._lang = result, lang
        self._rows = [dict(zip(self.columns, map(python_value, row), strict=True)) for row in cells(result)]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return serialize(self._result, "table", lang=self._lang).rstrip("\n")

    def _repr_html_(self) -> str:
        more = len(self) - _MOST
        note = f"{more:,} more rows" if more > 0 else ""
        return html_table(self.columns, shown_cells(self._result, self._lang)[:_MOST], note=note)

    def to_pandas(self) -> Any:
        """The rows as a pandas.DataFrame; raises QueryError without pandas."""
        return data_frame(self._rows, self.columns)


def python_value(term: Term | None) -> Any:
    """A term of RDF as Python has it; a literal that is not as its datatype says is its text.

    >>> from pyoxigraph import Literal
    >>> python_value(Literal(3)), python_value(NamedNode("x:a")), python_value(None)
    (3, 'x:a', None)
    """
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return term if term is None else str(term)
    read = _READ.get(term.datatype.value.removeprefix(terms.XSD), str)
    try:
        return read(term.value)
    except (ValueError, ArithmeticError):
        return term.value


def data_frame(rows: Sequence[Row], names: Sequence[str]) -> Any:
    """The rows as a pandas.DataFrame with these columns; raises QueryError without pandas."""
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise QueryError("to_pandas needs pandas: `pip install pandas`, or tupu-kg[pandas]") from error
    return DataFrame(list(rows), columns=list(names))
