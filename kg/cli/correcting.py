"""`kg correct`, `kg corrections`: what a person says of single facts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import (
    OUT,
    corrections_path,
    decisions_option,
    emit,
    load_decisions,
    load_ontology,
    ontology_option,
    open_built_store,
    output_option,
    store_option,
    tell,
)
from kg.errors import DecisionError, QueryError, StoreError

if TYPE_CHECKING:
    from kg.corrections import Correction, Marked, Marker
    from kg.diff import Change
    from kg.ontology import Ontology
    from kg.store import Store
    from kg.types import Fact

_CELLS = 60  # of a terminal, for one cell of a table
_MODALITIES = ("asserted", "planned", "negated")


@click.command
@click.argument("fact", metavar="[FACT]", required=False)
@click.option("--right", "verdict", flag_value="right", help="The fact is as the sentence says.")
@click.option("--wrong", "verdict", flag_value="wrong", help="The sentence does not say so.")
@click.option(
    "--role", "roles", metavar="ROLE=WORDS", multiple=True, help="What fills a role; none: nothing."
)
@click.option("--type", "fact_type", metavar="TYPE", help="The fact is of this type.")
@click.option("--modality", type=click.Choice(_MODALITIES), help="Whether it holds, is planned or denied.")
@click.option("--source", metavar="NAME", help="Add a fact to this source; with --sentence and --type.")
@click.option("--sentence", metavar="WORDS", help="The sentence that states it, or words of it.")
@click.option("--trigger", metavar="WORDS", help="The words that carry it.")
@click.option(
    "--places", metavar="FILE", help="Corrections by their places in the text, as JSON; - for stdin."
)
@click.option("--undo", "keys", metavar="KEY", multiple=True, help="Take a correction back.")
@click.option(
    "--later", is_flag=True, help="Write it down alone; the next `kg build` reads the source again."
)
@click.option("-o", "--output", metavar="DIR", default=OUT, help="The folder of the graph.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@decisions_option
@ontology_option
def correct(
    fact: str | None,
    verdict: str | None,
    roles: tuple[str, ...],
    fact_type: str | None,
    modality: str | None,
    source: str | None,
    sentence: str | None,
    trigger: str | None,
    places: str | None,
    keys: tuple[str, ...],
    later: bool,
    output: str,
    format_: str,
    decisions: str | None,
    ontology: str | None,
) -> None:
    """Say that a fact is right or wrong, correct it, or add one.

    FACT is an IRI, or its end, as `kg explain` shows it. What you say stands in corrections.jsonl beside the
    decisions file, made where there is none, and every build goes by it. The source is read again at once;
    what changed in its facts is told. WORDS are words of the sentence, WORDS#2 their second occurrence; else
    the nearest sentence that has them is meant. `kg corrections` lists the keys that --undo takes.

    \b
    Example:
      kg correct fact/f11c1337415302832edc --wrong
      kg correct fact/c99b18d4befb7ba0bd8b --role amount=300万元 --modality planned
      kg correct --source a.txt --sentence 捐资助学 --type Donation --role donor=远山集团
      kg correct --undo 1f2e3d4c
    """
    from kg.building.rereading import reread
    from kg.corrections import append, take_out

    loaded = load_ontology(ontology)
    known = load_decisions(decisions, loaded)
    path = corrections_path(decisions)
    if keys:
        said = [_of_key(key, known.corrections) for key in keys]
        take_out(path, tuple(said))
    else:
        asked = _Asked(fact, verdict, roles, fact_type, modality, source, sentence, trigger, places)
        with open_built_store(str(Path(output, "store"))) as store:
            said = list(asked.corrections(store, loaded))
        _check(said, loaded)
        append(path, tuple(said))
    changes: list[Change] = []
    why = ""
    if not later:
        sources = list(dict.fromkeys(one.source for one in said))
        try:
            now = load_decisions(decisions, loaded)
            changes = reread(sources, output, loaded, decisions=now, waiting=tell)
        except StoreError as error:  # it is written down, and holds from the next build on
            why = str(error)
    _report(said, changes, path, why, later=later, as_json=format_ == "json", undone=bool(keys))


@click.command
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="How to say it."
)
@decisions_option
@store_option
@ontology_option
@output_option()
@click.pass_context
def corrections(
    context: click.Context,
    format_: str,
    decisions: str | None,
    store: str,
    ontology: str | None,
    output: str | None,
) -> None:
    """List the corrections and what has become of each.

    One holds, or waits for the next build, or is without a place: its source is not in the graph, or its
    sentence not in the source any more. Exits with 1 where one is without a place.

    \b
    Example:
      kg corrections
      kg corrections --format json | jq -r 'select(.state != "holds") | .why'
    """
    from kg.corrections import shortened
    from kg.table import format_table

    loaded = load_ontology(ontology)
    known = load_decisions(decisions, loaded).corrections
    with open_built_store(store) as opened:
        states = list(_states(known, opened, loaded))
    if format_ == "json":
        records = (
            {"key": c.key, "state": state, "why": why, **json.loads(c.line)} for c, state, why in states
        )
        emit("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), output)
    elif states:
        rows = [
            (c.key, f"{state}: {why}" if why else state, c.source, shortened(c)) for c, state, why in states
        ]
        cells = _CELLS if output is None and sys.stdout.isatty() else None
        emit(format_table(("key", "state", "source", "correction"), rows, max_width=cells), output)
    else:
        tell("no corrections")
    if any(state == _HOMELESS for _, state, _ in states):
        context.exit(1)


_HOMELESS = "without a place"


def _states(known: Any, store: Store, ontology: Ontology) -> Iterator[tuple[Correction, str, str]]:
    """Each correction, its state, and why it is without a place."""
    from kg.building.decided import corrections_made
    from kg.corrections import Homeless, place
    from kg.graph import read_document

    made, there = corrections_made(store), store.sources()
    texts: dict[str, str] = {}
    for one in known:
        if one.source not in there:
            yield one, _HOMELESS, "its source is not there"
            continue
        if one.source not in texts:
            texts[one.source] = read_document(store, one.source, there[one.source]).text
        try:
            place(one, texts[one.source], ontology.vocabulary)
        except Homeless as error:
            yield one, _HOMELESS, str(error)
        else:
            yield one, "holds" if one.line in made.get(one.source, ()) else "waits for a build", ""


def _of_key(key: str, known: Any) -> Correction:
    for one in known:
        if one.key == key:
            found: Correction = one
            return found
    raise DecisionError(f"{key}: no correction has this key; `kg corrections` lists them")


def _check(said: Sequence[Correction], ontology: Ontology) -> None:
    """Raises DecisionError where a type or a role is none of the ontology's."""
    from kg.queries.suggestions import suggest

    types = ontology.vocabulary.fact_types
    for one in said:
        if one.stated is not None:
            if one.stated.type not in types:
                raise DecisionError(f"unknown fact type {one.stated.type!r}{suggest(one.stated.type, types)}")
            known = types[one.stated.type].roles
            for role, _ in one.stated.roles:
                if role not in known:
                    raise DecisionError(f"{one.stated.type} has no role {role!r}{suggest(role, known)}")


class _Asked:
    """What the command line asks for."""

    def __init__(
        self,
        fact: str | None,
        verdict: str | None,
        roles: tuple[str, ...],
        fact_type: str | None,
        modality: str | None,
        source: str | None,
        sentence: str | None,
        trigger: str | None,
        places: str | None,
    ) -> None:
        changes = bool(roles or fact_type or modality or trigger)
        if sum((fact is not None, source is not None, places is not None)) != 1:
            raise click.UsageError("name a FACT, or --source with --sentence and --type, or --places")
        if fact is not None and (bool(verdict) == changes or sentence is not None):
            raise click.UsageError(
                "say of the FACT --right or --wrong, or what it is: --role, --type, --modality"
            )
        if source is not None and (verdict or sentence is None or fact_type is None or not roles):
            raise click.UsageError("a new fact needs --source, --sentence, --type and --role")
        if places is not None and (verdict or changes or sentence is not None):
            raise click.UsageError("--places says all that there is to say")
        self._fact, self._verdict, self._type, self._modality = fact, verdict, fact_type, modality
        self._source, self._sentence, self._trigger, self._places = source, sentence, trigger, places
        self._roles: dict[str, list[str]] = {}
        for said in roles:
            role, is_set, words = said.partition("=")
            if not is_set or not role:
                raise click.UsageError(f"--role {said!r}: write ROLE=WORDS")
            self._roles.setdefault(role, []).extend([words] if words else [])

    def corrections(self, store: Store, ontology: Ontology) -> Iterator[Correction]:
        """The records that it comes to."""
        from kg.corrections import read_marked

        if self._places is not None:
            try:
                with click.open_file(self._places, encoding="utf-8") as file:
                    said = json.load(file)
            except (ValueError, RecursionError) as error:
                raise DecisionError(f"{self._places}: not JSON: {error}") from None
            for one in said if isinstance(said, list) else [said]:
                source, verdict, stated, was = read_marked(one)
                yield _marker(store, source, ontology).correction(verdict, stated, was)
        elif self._fact is not None:
            yield from self._of_fact(self._fact, store, ontology)
        else:
            yield self._added(_marker(store, self._source or "", ontology))

    def _of_fact(self, name: str, store: Store, ontology: Ontology) -> Iterator[Correction]:
        """Right and wrong are said of every sentence of a fact, a correction of its first."""
        from kg.corrections import Marked, Verdict

        fact = _find_fact(store, name, ontology)
        for evidence in fact.evidence if self._verdict else fact.evidence[:1]:
            marker, was = _marker(store, evidence.source, ontology), Marked.of(fact, evidence)
            if self._verdict == Verdict.RIGHT:
                yield marker.correction(Verdict.RIGHT, was)
            elif self._verdict == Verdict.WRONG:
                yield marker.correction(Verdict.WRONG, was=was)
            else:
                stated = self._stated(marker, was, was.place)
                yield marker.correction(Verdict.CORRECTED, stated, was)

    def _added(self, marker: Marker) -> Correction:
        from kg.corrections import Marked, Verdict
        from kg.types import Modality, Span

        place = marker.find(self._sentence or "", Span(0, 0))
        nothing = Marked(self._type or "", Modality.ASSERTED)
        return marker.correction(Verdict.ADDED, self._stated(marker, nothing, place))

    def _stated(self, marker: Marker, was: Marked, place: Any) -> Marked:
        from kg.corrections import Marked
        from kg.types import Modality

        sentence = marker.sentence(place)
        roles: dict[str, Sequence[Any]] = dict(was.roles)
        for role, words in self._roles.items():
            roles[role] = [marker.find(said, sentence) for said in words]
        trigger = marker.find(self._trigger, sentence) if self._trigger else was.trigger
        modality = Modality(self._modality) if self._modality else was.modality
        return Marked(self._type or was.type, modality, {r: s for r, s in roles.items() if s}, trigger)


def _find_fact(store: Store, name: str, ontology: Ontology) -> Fact:
    from kg.graph import read_facts

    found = [f for f in read_facts(store, ontology.vocabulary) if f.iri == name or f.iri.endswith(f"/{name}")]
    if len(found) != 1:
        raise QueryError(f"{name}: no fact has this IRI; `kg explain NAME` and facts.jsonl have them")
    return found[0]


def _marker(store: Store, source: str, ontology: Ontology) -> Marker:
    from kg.corrections import Marker
    from kg.graph import read_document
    from kg.text import own_passages

    there: Mapping[str, str] = store.sources()
    if source not in there:
        raise DecisionError(f"{source}: no such source in the graph; see `kg sources` for those there are")
    document = read_document(store, source, there[source])
    passages = own_passages(document, ontology.grammar, ontology.divisions)
    return Marker(document, (sentence for passage in passages for sentence in passage.sentences))


def _report(
    said: Sequence[Correction],
    changes: Sequence[Change],
    path: Path,
    why: str,
    *,
    later: bool,
    as_json: bool,
    undone: bool,
) -> None:
    from kg.corrections import shortened
    from kg.diff import change_line, format_change

    if as_json:
        records = [{"key": one.key, **json.loads(one.line)} for one in said]
        answer = {
            "corrections": records,
            "changes": [json.loads(change_line(c)) for c in changes],
            "why": why,
        }
        emit(json.dumps(answer, ensure_ascii=False) + "\n", None)
        return
    for one in said:
        tell(f"{path}: {'took back' if undone else one.key} {shortened(one)}")
    if why:
        tell(f"not read again: {why}")
    elif later:
        tell("run `kg build` to put it to work")
    else:
        emit("".join(map(format_change, changes)), None)
        if not changes:
            tell("nothing changed in the facts of its source")
