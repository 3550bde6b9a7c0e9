"""The errors of `kg`: one tree, split by who can act.

Every message says where, what and what to do, in one line:
``mine/patterns/gift.yaml:3: unknown role 'donnor' of Gift; did you mean 'donor'?``
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent


class KgError(Exception):
    """The root of all errors a user can act on; the command line prints it as one line, exit code 2."""


class SourceError(KgError):
    """A document cannot be read."""


class OntologyError(KgError):
    """A file of the ontology folder is wrong or contradicts another; the text begins ``file:line:``."""


class StoreError(KgError):
    """A graph store cannot be opened, read or written."""


class QueryError(KgError):
    """A query is unknown, cannot be parsed, or was given the wrong parameters."""


class UnknownNameError(QueryError, KeyError):
    """Nothing is called so, or more than one thing is; a KeyError too, for what is looked up by name."""

    __str__ = Exception.__str__


class DecisionError(KgError):
    """An entry of the decisions file is wrong; the text begins ``file:line:``."""


class ClusterError(KgError):
    """The machines of a cluster cannot be used."""


@contextmanager
def one_source() -> Iterator[None]:
    """Turn whatever goes wrong with one source into a SourceError: it ends the reading of no other.

    The text says where in the program it was, for whoever mends it. Errors of ours that are not the source's
    own, such as a full disk's, go through; so does everything under ``KG_DEBUG``.
    """
    try:
        yield
    except (KgError, OSError):
        raise
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        said = " ".join(repr(error).split())[:_LONGEST]
        raise SourceError(f"not read: internal error {said} at {_place(error)}; please report it") from error


_LONGEST = 200  # characters of an error's own words, which may hold those of the source


def _place(error: BaseException) -> str:
    """The innermost line of ours on the way to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[1:] if Path(frame.filename).is_relative_to(_HERE)] or frames
    frame = ours[-1]
    path = Path(frame.filename)
    shown = path.relative_to(_HERE.parent) if path.is_relative_to(_HERE) else Path(path.name)
    return f"{shown.as_posix()}:{frame.lineno}"
