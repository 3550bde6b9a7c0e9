"""What several commands share: options, where output goes, the store and the ontology."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import StoreError

if TYPE_CHECKING:
    from kg.decisions import Decisions
    from kg.ontology import Ontology
    from kg.ontology.vocabulary import Vocabulary
    from kg.store import Store

OUT = "out"
STORE = f"{OUT}/store"
STDOUT = "-"
BROKEN_PIPE = 141  # 128 + SIGPIPE, as a shell reports any tool before `head`

_Command = TypeVar("_Command", bound=Callable[..., Any])


def store_option(command: _Command) -> _Command:
    """``--store``: which graph."""
    return click.option("--store", metavar="DIR|URL", default=STORE, help="The graph's store.")(command)


def ontology_option(command: _Command) -> _Command:
    """``--ontology``: which folder instead of the one that came along."""
    text = "The ontology's folder.  [default: $KG_ONTOLOGY or the one that came with kg]"
    return click.option("--ontology", metavar="DIR", help=text)(command)


def decisions_option(command: _Command) -> _Command:
    """``--decisions``: which file instead of the one in the working directory."""
    text = "The decisions file.  [default: decisions.yaml, if there is one]"
    return click.option("--decisions", metavar="FILE", help=text)(command)


def jobs_option(command: _Command) -> _Command:
    """``--jobs``: how many processes read."""
    text = "So many processes read; 1 reads in this one.  [default: the cores there are]"
    return click.option("--jobs", metavar="N", type=click.IntRange(min=1), help=text)(command)


def cluster_option(command: _Command) -> _Command:
    """``--cluster``: who reads instead of this machine."""
    text = "Read on the machines of the Ray cluster here; needs tupu-kg[cluster], see docs/scale.md."
    return click.option("--cluster", metavar="ADDRESS", help=text)(command)


def output_option(default: str | None = None) -> Callable[[_Command], _Command]:
    """``-o``: where the data goes; stdout where there is no default."""
    text = "Write to this file, - for standard output."
    if default is None:
        text += "  [default: -]"
    return click.option("-o", "--output", metavar="FILE", default=default, help=text)


def load_ontology(folder: str | None) -> Ontology:
    """The ontology that a command works with."""
    from kg.ontology import load_ontology as load
    from kg.resources import ontology_dir

    return load(ontology_dir(folder))


def load_decisions(path: str | None, ontology: Ontology) -> Decisions:
    """What was decided: the file, or the one in the working directory, and the corrections beside it."""
    from kg.decisions import find_decisions

    return find_decisions(path, ontology)


def corrections_path(decisions: str | None) -> Path:
    """The corrections file: beside the decisions file, wherever that lies."""
    from kg.decisions import beside

    return beside(decisions)


def load_vocabulary(folder: str | None) -> Vocabulary:
    """The ontology's classes and fact types alone: what a reader of a graph needs, in half the time."""
    from kg.ontology import vocabulary_files
    from kg.ontology.vocabulary import load_vocabulary as load
    from kg.resources import ontology_dir

    return load(vocabulary_files(ontology_dir(folder)))


def open_built_store(location: str, *, whole: bool = True) -> Store:
    """The store of an earlier build, to read; raises StoreError where there is none.

    One at an address is copied into memory first, unless only a query will be asked (``whole=False``):
    what reads all of a graph looks up so much that the way to the server would take all the time.
    """
    if "://" not in location and not os.path.isdir(location):
        raise StoreError(f"{location}: no store here; run `kg build` first or name one with --store")
    if whole:
        from kg.library.stores import open_whole

        return open_whole(location)
    from kg.store import open_store

    return open_store(location, read_only=True)


def emit(content: str | bytes, output: str | None) -> None:
    """Write data to the file, whole or not at all, or to stdout."""
    from kg.files import write_whole

    data = content.encode("utf-8") if isinstance(content, str) else content
    if output is None or output == STDOUT:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the reader has seen enough
            drop_stdout()
            raise click.exceptions.Exit(BROKEN_PIPE) from None
    else:
        write_whole(Path(output), data)
        tell(f"wrote {output}")


def emit_folder(files: Mapping[str, bytes], output: str) -> None:
    """Write several files into a folder, all or none."""
    from kg.files import write_together

    write_together(output, files)
    for name in files:
        tell(f"wrote {os.path.join(output, name)}")


def tell(message: str) -> None:
    """Say something to the user, not to the next program; what could steer a terminal is spelt out."""
    from kg.table import plain

    try:
        click.echo("\n".join(map(plain, message.split("\n"))), err=True)
    except BrokenPipeError:  # the reader of both streams has seen enough
        raise click.exceptions.Exit(BROKEN_PIPE) from None


def drop_stdout() -> None:
    """Write what can still be written, and nothing more: no second error at exit."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
