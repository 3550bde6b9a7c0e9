"""`kg check`, `kg validate` and `kg evaluate`: commands whose answer can be no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from kg.cli.common import (
    emit,
    load_ontology,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
    tell,
)
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.gold import GoldFact, PredictedFact
    from kg.ontology import Ontology
    from kg.types import Document

ANSWER_IS_NO = 1
_TEXT, _GOLD = ".txt", ".gold.jsonl"


@click.command
@ontology_option
@click.pass_context
def check(context: click.Context, ontology: str | None) -> None:
    """Check the ontology's files, and its patterns by their own examples.

    Lists the examples that give too little or too much, with file and line, and exits with 1 where any does;
    with 2 where a file is malformed. The patterns alone are tried: what the trained reader would find of a
    sentence does not count.

    \b
    Example:
      kg check --ontology mine
    """
    from kg.trial import failures

    loaded = load_ontology(ontology)
    wrong = list(failures(loaded))
    count = sum(len(pattern.examples) for pattern in loaded.patterns)
    if wrong:
        emit("".join(f"{failure}\n" for failure in wrong), None)
        tell(f"{len(wrong)} of {count} examples are wrong")
        context.exit(ANSWER_IS_NO)
    marked = sum(len(each.examples) for each in loaded.marked)
    learned = f"; marked sentences, for kg teach: {marked}" if marked else ""
    emit(f"patterns: {len(loaded.patterns)}; examples: {count}, all right{learned}\n", None)


@click.command
@store_option
@ontology_option
@click.pass_context
def validate(context: click.Context, store: str, ontology: str | None) -> None:
    """Check the graph against its SHACL shapes.

    Lists what breaks the ontology's shapes, and exits with 1 where anything does.

    \b
    Example:
      kg validate --store out/store
    """
    with open_built_store(store) as opened:
        from kg.checks import validate as violations_of

        loaded = load_ontology(ontology)
        violations = violations_of(opened, loaded.shapes, loaded.vocabulary_files)
    emit("".join(f"{violation}\n" for violation in violations) or "the graph conforms\n", None)
    if violations:
        context.exit(ANSWER_IS_NO)


@click.command
@click.argument("paths", nargs=-1, metavar="[GOLD... [FACTS]]", type=click.Path(path_type=Path))
@click.option("--dir", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Documents with gold.")
@click.option(
    "--docs",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The texts, ID.txt, of annotations.  [default: docs/ beside their folder, or beside them]",
)
@click.option(
    "--genre",
    "genre",
    metavar="FILE.tsv",
    type=click.Path(path_type=Path),
    help="Documents and their genres, by which to score.  [default: sources.tsv beside the annotations]",
)
@click.option("--roles", is_flag=True, help="Add a line for each role of each type.")
@click.option("--detail", is_flag=True, help="List the facts that differ, are missed or spurious.")
@click.option("--floor", type=click.FloatRange(0, 1), help="Exit with 1 where F1 in all is below.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@ontology_option
@output_option()
@click.pass_context
def evaluate(
    context: click.Context,
    paths: tuple[Path, ...],
    folder: Path | None,
    docs: Path | None,
    genre: Path | None,
    roles: bool,
    detail: bool,
    floor: float | None,
    format_: str,
    ontology: str | None,
    output: str | None,
) -> None:
    """Score facts against gold.

    Prints precision, recall and F1 of the fillers; the share of the facts found that have nothing wrong
    (clean), and of the gold facts that were found whole. GOLD and FACTS are files of one JSON fact a line.
    With --dir the facts are made here, of every document NAME.txt in the folder that has its gold beside
    it in NAME.gold.jsonl. GOLD may also be files, or folders of files, whose facts are anchored in the
    sentences of texts: then the facts are made here too, unless the FACTS of a build of the texts are given,
    and scored by genre as well; a document that the genre file has not goes by the first two letters
    of its name.

    \b
    Example:
      kg evaluate tests/gold/seed.jsonl out/facts.jsonl --detail
      kg evaluate --dir pages/ --floor 0.7
      kg evaluate corpus/ann --docs corpus/docs --format json
    """
    from kg.anchoredgold import annotation_files, genre_file
    from kg.cli.scores import format_score, score_json
    from kg.evaluate import evaluate as score_of
    from kg.gold import read_genres, read_gold, read_predicted

    annotations = annotation_files(paths)
    others = [path for path in paths if not path.is_dir() and path not in annotations]
    if folder is not None and not paths:
        judged = _with_gold(folder, load_ontology(ontology))
    elif annotations and folder is None and len(others) <= 1:
        judged = _annotated(annotations, docs, others[0] if others else None, load_ontology(ontology))
    elif len(paths) == len(others) == 2 and folder is None:
        judged = iter([Judged(paths[0].name, read_gold(paths[0]), read_predicted(paths[1]))])
    elif len(paths) == 1 and paths[0].is_dir() and folder is None:
        raise SourceError(f"{paths[0]}: no annotations here; documents with gold beside them go with --dir")
    else:
        raise click.UsageError("give GOLD and FACTS, annotations, or --dir", context)
    genre = genre or genre_file(annotations)
    genres = read_genres(genre) if genre is not None else {} if annotations else None
    score = score_of(judged)
    if format_ == "json":
        emit(score_json(score, genres=genres, detail=detail), output)
    else:
        emit(format_score(score, genres=genres, roles=roles, detail=detail), output)
    if floor is not None and score.total.f1 < floor:
        context.exit(ANSWER_IS_NO)


class Judged(NamedTuple):
    """A document with the facts that it has and those that were found."""

    name: str
    gold: Sequence[GoldFact]
    found: Sequence[PredictedFact]


def _with_gold(folder: Path, ontology: Ontology) -> Iterator[Judged]:
    """Each document of the folder that has its gold, and what the pipeline makes of it."""
    from kg.gold import read_gold

    texts = [path for path in sorted(folder.glob(f"*{_TEXT}")) if _gold_of(path).exists()]
    if not texts:
        raise SourceError(f"{folder}: no NAME{_TEXT} with a NAME{_GOLD} beside it")
    for path, found in zip(texts, _extracted(texts, ontology), strict=True):
        yield Judged(path.stem, read_gold(_gold_of(path)), found)


def _gold_of(text: Path) -> Path:
    return text.with_name(text.stem + _GOLD)


def _annotated(
    annotations: Sequence[Path], docs: Path | None, facts: Path | None, ontology: Ontology
) -> Iterator[Judged]:
    """Each annotated document, and what a build or the pipeline makes of it."""
    from kg.anchoredgold import read_anchored_gold
    from kg.gold import read_predicted_by_document

    documents = read_anchored_gold(annotations, ontology, texts=docs)
    if facts is None:
        found = _extracted([document.path for document in documents], ontology)
    else:
        by_document = read_predicted_by_document(facts)
        unjudged = by_document.keys() - {document.name for document in documents}
        if unjudged:
            tell(f"{facts}: facts of {len(unjudged)} documents without annotations are not scored")
        found = (by_document.get(document.name, []) for document in documents)
    for document, predicted in zip(documents, found, strict=True):
        yield Judged(document.name, document.gold, predicted)


def _extracted(texts: Sequence[Path], ontology: Ontology) -> Iterator[list[PredictedFact]]:
    """What the pipeline makes of each text, in their order."""
    from kg.gold import predicted_from_fact
    from kg.pipeline import Extractor

    for extraction in Extractor(ontology).extract_all(_documents(texts)):
        yield [predicted_from_fact(fact) for fact in extraction.facts]


def _documents(texts: Sequence[Path]) -> Iterator[Document]:
    from kg.sources import read_sources
    from kg.types import Problem

    for document in read_sources([str(path) for path in texts]):
        if isinstance(document, Problem):
            raise SourceError(f"{document.source}: {document.message}")
        yield document
