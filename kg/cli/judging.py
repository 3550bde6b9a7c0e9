"""`kg check`, `kg validate` and `kg evaluate`: commands whose answer can be no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import emit, load_ontology, ontology_option, open_built_store, store_option, tell
from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.evaluate import Difference, Score, Tally
    from kg.gold import GoldFact, PredictedFact

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
    emit(f"patterns: {len(loaded.patterns)}; examples: {count}, all right\n", None)


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
@click.argument("gold", required=False, metavar="[GOLD", type=click.Path(path_type=Path))
@click.argument("facts", required=False, metavar="FACTS]", type=click.Path(path_type=Path))
@click.option("--dir", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Documents with gold.")
@click.option("--roles", is_flag=True, help="Add a line for each role of each type.")
@click.option("--detail", is_flag=True, help="List the facts that differ, are missed or spurious.")
@click.option("--floor", type=click.FloatRange(0, 1), help="Exit with 1 where F1 in all is below.")
@ontology_option
@click.pass_context
def evaluate(
    context: click.Context,
    gold: Path | None,
    facts: Path | None,
    folder: Path | None,
    roles: bool,
    detail: bool,
    floor: float | None,
    ontology: str | None,
) -> None:
    """Score facts against gold.

    Prints precision, recall and F1 of the fillers. GOLD and FACTS are files of one JSON fact a line.
    With --dir the facts are made here, of every document NAME.txt in the folder that has its gold beside
    it in NAME.gold.jsonl.

    \b
    Example:
      kg evaluate tests/gold/seed.jsonl out/facts.jsonl --detail
      kg evaluate --dir pages/ --floor 0.7
    """
    from kg.evaluate import evaluate as score_of
    from kg.gold import read_gold, read_predicted

    if folder is not None and gold is None:
        score = score_of(_extracted(folder, ontology))
    elif folder is None and gold is not None and facts is not None:
        score = score_of([(gold.name, read_gold(gold), read_predicted(facts))])
    else:
        raise click.UsageError("give GOLD and FACTS, or --dir", context)
    emit(format_score(score, roles=roles, detail=detail), None)
    if floor is not None and score.total.f1 < floor:
        context.exit(ANSWER_IS_NO)


def format_score(score: Score, *, roles: bool = False, detail: bool = False) -> str:
    """The tables of a score, the total last."""
    from kg.table import format_table

    parts: list[str] = []
    if detail:
        parts.extend(map(_difference, score.differences))
        confusion = [(*types, str(count)) for types, count in sorted(score.confusion.items())]
        if confusion:
            parts.append(format_table(("gold type", "found as", "facts"), confusion, numeric=[2]))
    if len(score.by_document) > 1:
        parts.append(_figures("page", score.by_document))
    if roles:
        parts.append(_figures("role", {f"{name}.{role}": t for (name, role), t in score.by_role.items()}))
    parts.append(_figures("type", score.by_type, total=score.total))
    return "\n".join(part for part in parts if part)


def _figures(title: str, tallies: Mapping[str, Tally], total: Tally | None = None) -> str:
    from kg.table import format_table

    rows = [*sorted(tallies.items()), *([("total", total)] if total else [])]
    header = (title, "P", "R", "F1", "agreeing", "found", "gold")
    cells = [(name, *_shares(tally), *_counts(tally)) for name, tally in rows]
    return format_table(header, cells, numeric=range(1, len(header)))


def _shares(tally: Tally) -> tuple[str, ...]:
    return tuple(f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1))


def _counts(tally: Tally) -> tuple[str, ...]:
    return tuple(map(str, (tally.agreeing, tally.predicted, tally.gold)))


def _difference(difference: Difference) -> str:
    sides = (("gold ", difference.gold), ("found", difference.predicted))
    title = f"{difference.kind} in {difference.document}\n"
    return title + "".join(f"  {side}  {fact}\n" for side, fact in sides if fact is not None)


def _extracted(
    folder: Path, ontology: str | None
) -> Iterator[tuple[str, list[GoldFact], list[PredictedFact]]]:
    """Each document of the folder that has its gold, and what the pipeline makes of it."""
    texts = [path for path in sorted(folder.glob(f"*{_TEXT}")) if _gold_of(path).exists()]
    if not texts:
        raise SourceError(f"{folder}: no NAME{_TEXT} with a NAME{_GOLD} beside it")

    from kg.gold import predicted_from_fact, read_gold
    from kg.pipeline import Extractor
    from kg.sources import read_sources
    from kg.types import Problem

    extractor = Extractor(load_ontology(ontology))
    for path in texts:
        document = next(read_sources([str(path)]))
        if isinstance(document, Problem):
            raise SourceError(f"{document.source}: {document.message}")
        facts = extractor.extract(document).facts
        yield path.stem, read_gold(_gold_of(path)), [predicted_from_fact(fact) for fact in facts]


def _gold_of(text: Path) -> Path:
    return text.with_name(text.stem + _GOLD)
