"""`kg teach`: the reader taught on marked sentences."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from kg.cli.common import emit, load_ontology, ontology_option, open_built_store, store_option, tell
from kg.files import show_path

if TYPE_CHECKING:
    from kg.teaching import Lesson
    from kg.types import Document

_FELL = 1


@click.command
@click.option("--adopt", is_flag=True, help="Let the reader know it from now on, if the frozen test holds.")
@click.option("--back", is_flag=True, help="Take back what was adopted.")
@store_option
@ontology_option
@click.pass_context
def teach(context: click.Context, adopt: bool, back: bool, store: str, ontology: str | None) -> None:
    """Teach the reader a relation of your own, by sentences that you have marked.

    Reads marked/*.yaml in the ontology's folder, fits rows for the reader's last layers to them, and shows
    how well sentences are read that were left out, whether the frozen test holds, and what facts come
    and go in the sources of the store. Nothing is changed: --adopt writes taught.json and taught.npz into
    the folder, and the next build reads by them. The first time takes a minute more. Exits with 1 where
    the frozen test fell.

    \b
    Example:
      kg teach --ontology mine
      kg teach --ontology mine --adopt
      kg teach --ontology mine --back
    """
    from kg.resources import ontology_dir
    from kg.teaching import forget, teach

    if adopt and back:
        raise click.UsageError("--adopt and --back exclude each other")
    if back:
        gone = forget(ontology_dir(ontology))
        for path in gone:
            tell(f"removed {show_path(path)}")
        if not gone:
            tell("nothing was adopted")
        return
    loaded = load_ontology(ontology)
    lesson = teach(loaded, _documents(store), tell)
    emit(_shown(lesson, store), None)
    if not lesson.frozen.holds:
        tell("not adopted: the frozen test fell" if adopt else "the frozen test fell")
        context.exit(_FELL)
    if adopt:
        for path in lesson.adopt(loaded.folder):
            tell(f"wrote {show_path(path)}")
    else:
        tell("nothing is adopted yet: `kg teach --adopt`")


def _documents(store: str) -> tuple[Document, ...]:
    from kg.graph import read_documents

    if "://" not in store and not os.path.isdir(store):
        tell(f"{store}: no store here; no sources to show a difference in")
        return ()
    with open_built_store(store) as opened:
        return tuple(read_documents(opened))


def _shown(lesson: Lesson, store: str) -> str:
    from kg.diff import format_change
    from kg.table import format_table

    rows = []
    notes = []
    for each in lesson.learned:
        score = each.score
        figures = [f"{value:.2f}" for value in (score.precision, score.recall, score.f1, each.threshold)]
        rows.append([each.type.name, str(each.facts), *figures, each.type.like])
        if each.unread:
            words = ", ".join(each.unread)
            notes.append(f"{each.type.name}: the reader takes these words for no chunk: {words}")
    header = ["learned", "facts", "precision", "recall", "F1", "threshold", "seen like"]
    frozen = lesson.frozen
    kinds = [change.kind for change in lesson.changes]
    lines = [
        format_table(header, rows, numeric=range(1, 6)),
        "precision, recall and F1: of the fillers of marked sentences, each fifth read unlearned",
        *notes,
        f"frozen test, {frozen.documents} documents: F1 {frozen.before.f1:.3f} before, "
        f"{frozen.after.f1:.3f} after; facts of what was learned there: {frozen.new}",
        f"{store}, {lesson.documents} sources: {kinds.count('added')} facts more, "
        f"{kinds.count('removed')} fewer, {kinds.count('changed')} changed",
    ]
    return "\n".join(lines) + "\n" + "".join(map(format_change, lesson.changes))
