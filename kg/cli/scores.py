"""A score as tables for people, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.table import format_table

if TYPE_CHECKING:
    from kg.evaluate import Difference, Score, Tally, WholeTally

_PLACES = 4  # decimals of a share in JSON


def format_score(
    score: Score, *, genres: Mapping[str, str] | None = None, roles: bool = False, detail: bool = False
) -> str:
    """The tables of a score, the total last; ``genres`` are those of the documents, where they are shown."""
    parts: list[str] = []
    if detail:
        parts.extend(map(_difference, score.differences))
        confusion = [(*types, str(count)) for types, count in sorted(score.confusion.items())]
        if confusion:
            parts.append(format_table(("gold type", "found as", "facts"), confusion, numeric=[2]))
    if len(score.by_document) > 1:
        parts.append(format_figures("page", score.by_document, score.whole_by_document))
    if genres is not None:
        parts.append(format_figures("genre", *by_genre(score, genres)))
    if roles:
        parts.append(
            format_figures("role", {f"{name}.{role}": t for (name, role), t in score.by_role.items()})
        )
    total = (score.total, score.whole)
    parts.append(format_figures("type", score.by_type, score.whole_by_type, total=total))
    return "\n".join(part for part in parts if part)


def by_genre(score: Score, genres: Mapping[str, str]) -> tuple[dict[str, Tally], dict[str, WholeTally]]:
    """The tallies of the documents added up by genre."""
    from kg.evaluate import sums
    from kg.gold import genre_of

    def group(document: str) -> str:
        return genre_of(document, genres)

    return sums(score.by_document, group), sums(score.whole_by_document, group)


def format_figures(
    title: str,
    tallies: Mapping[str, Tally],
    wholes: Mapping[str, WholeTally] | None = None,
    *,
    total: tuple[Tally, WholeTally] | None = None,
) -> str:
    """A line for each name, and for the total: shares and counts of fillers, and of whole facts if given."""
    header = [title, "P", "R", "F1", "agreeing", "found", "gold"]
    header += ["clean", "whole", "facts", "gold facts"] if wholes is not None else []
    rows: list[tuple[str, Tally, WholeTally | None]] = [
        (name, tally, wholes[name] if wholes is not None else None) for name, tally in sorted(tallies.items())
    ]
    if total is not None:
        rows.append(("total", *total))
    cells = [(name, *_filler_cells(tally), *_fact_cells(whole)) for name, tally, whole in rows]
    return format_table(header, cells, numeric=range(1, len(header)))


def _filler_cells(tally: Tally) -> tuple[str, ...]:
    shares = (f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1))
    return (*shares, str(tally.agreeing), str(tally.predicted), str(tally.gold))


def _fact_cells(whole: WholeTally | None) -> tuple[str, ...]:
    if whole is None:
        return ()
    return f"{whole.clean_share:.3f}", f"{whole.found_share:.3f}", str(whole.predicted), str(whole.gold)


def _difference(difference: Difference) -> str:
    sides = (("gold ", difference.gold), ("found", difference.predicted))
    title = f"{difference.kind} in {difference.document}\n"
    return title + "".join(f"  {side}  {fact}\n" for side, fact in sides if fact is not None)


def score_json(score: Score, *, genres: Mapping[str, str] | None = None, detail: bool = False) -> str:
    """All figures as one JSON object, the differences with ``detail`` alone."""
    roles: dict[str, dict[str, Any]] = {}
    for (name, role), tally in sorted(score.by_role.items()):
        roles.setdefault(name, {})[role] = _fillers(tally)
    data: dict[str, Any] = {
        "total": _figures(score.total, score.whole),
        "types": _table(score.by_type, score.whole_by_type),
        "roles": roles,
        "documents": _table(score.by_document, score.whole_by_document),
    }
    if genres is not None:
        data["genres"] = _table(*by_genre(score, genres))
    data["confusion"] = [
        {"gold": gold, "found": found, "facts": count}
        for (gold, found), count in sorted(score.confusion.items())
    ]
    if detail:
        data["differences"] = [
            {
                "what": difference.kind,
                "page": difference.document,
                "gold": str(difference.gold) if difference.gold is not None else None,
                "found": str(difference.predicted) if difference.predicted is not None else None,
            }
            for difference in score.differences
        ]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _table(tallies: Mapping[str, Tally], wholes: Mapping[str, WholeTally]) -> dict[str, Any]:
    return {name: _figures(tally, wholes[name]) for name, tally in sorted(tallies.items())}


def _figures(tally: Tally, whole: WholeTally) -> dict[str, Any]:
    return {"fillers": _fillers(tally), "facts": _facts(whole)}


def _fillers(tally: Tally) -> dict[str, Any]:
    return {
        "precision": round(tally.precision, _PLACES),
        "recall": round(tally.recall, _PLACES),
        "f1": round(tally.f1, _PLACES),
        "agreeing": tally.agreeing,
        "found": tally.predicted,
        "gold": tally.gold,
    }


def _facts(whole: WholeTally) -> dict[str, Any]:
    return {
        "clean": round(whole.clean_share, _PLACES),
        "whole": round(whole.found_share, _PLACES),
        "found": whole.predicted,
        "found_clean": whole.clean,
        "found_whole": whole.whole,
        "gold": whole.gold,
    }
