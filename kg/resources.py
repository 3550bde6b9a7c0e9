"""Where the ontology and the queries are: as the user says, in the checkout, or in the installed copy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


def ontology_dir(override: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the ontology: ``override``, else ``$KG_ONTOLOGY``, else the one that came with `kg`.

    Raises KgError where the folder named, or any folder at all, is not there.
    """
    return _find("ontology", override, os.environ)


def own_ontology_dir() -> Path:
    """The folder of the ontology that came with `kg`, whatever is set."""
    return _find("ontology", None, {})


def queries_dir(override: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the query catalogue, found like the ontology's; the variable is ``$KG_QUERIES``."""
    return _find("queries", override, os.environ)


def _find(name: str, override: str | os.PathLike[str] | None, environ: Mapping[str, str]) -> Path:
    variable = f"KG_{name.upper()}"
    for origin, said in ((f"--{name}", override), (f"${variable}", environ.get(variable))):
        if said:
            if not Path(said).is_dir():
                raise KgError(f"{os.fspath(said)}: no such folder; {origin} must name the folder {name}/")
            return Path(said)
    return _own(name)


def builtin_ontology() -> Path:
    """The folder of the ontology that came with `kg`, whatever the user says."""
    return _own("ontology")


def _own(name: str) -> Path:
    for folder in (_PACKAGE.parent / name, _PACKAGE / "data" / name):
        if folder.is_dir():
            return folder
    raise KgError(
        f"{_PACKAGE / 'data' / name}: no such folder; install tupu-kg again or set $KG_{name.upper()}"
    )
