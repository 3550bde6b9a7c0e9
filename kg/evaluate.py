"""Facts against gold: the score that ends facts.md, by type, by role and by document, and whole facts.

Facts of one type and modality are aligned one to one so that the most fillers agree; a pair must agree on
at least one. An aligned fact counts as one agreeing filler itself; what is left over on either side counts
with all its fillers. Alignment is greedy, best pair first, ties in the order of the files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kg.gold import GoldFact, PredictedFact, Said, Wanted


@dataclass(slots=True)
class Tally:
    """Fillers that agree, that were predicted, and that the gold has."""

    agreeing: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, agreeing: int, predicted: int, gold: int) -> None:
        """Count some more."""
        self.agreeing += agreeing
        self.predicted += predicted
        self.gold += gold

    def __iadd__(self, other: Tally) -> Tally:
        self.add(other.agreeing, other.predicted, other.gold)
        return self

    @property
    def precision(self) -> float:
        """The share of what was predicted that agrees; 0 where nothing was."""
        return self.agreeing / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found; 0 where there is none."""
        return self.agreeing / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class WholeTally:
    """Facts that were predicted, of these with nothing wrong and whole; and facts that the gold has.

    A predicted fact is ``clean`` where every filler of it agrees, ``whole`` where it lacks none besides.
    Optional gold facts, and predicted ones that are aligned with them, do not count.
    """

    predicted: int = 0
    clean: int = 0
    whole: int = 0
    gold: int = 0

    def add(self, predicted: int, clean: int, whole: int, gold: int) -> None:
        """Count some more."""
        self.predicted += predicted
        self.clean += clean
        self.whole += whole
        self.gold += gold

    def __iadd__(self, other: WholeTally) -> WholeTally:
        self.add(other.predicted, other.clean, other.whole, other.gold)
        return self

    @property
    def clean_share(self) -> float:
        """The share of the predicted facts with nothing wrong; 0 where there are none."""
        return self.clean / self.predicted if self.predicted else 0.0

    @property
    def found_share(self) -> float:
        """The share of the gold facts that were found whole; 0 where there are none."""
        return self.whole / self.gold if self.gold else 0.0


_AnyTally = TypeVar("_AnyTally", Tally, WholeTally)


def sums(tallies: Mapping[str, _AnyTally], group: Callable[[str], str]) -> dict[str, _AnyTally]:
    """Tallies added up by the group of each name: those of documents by genre."""
    found: dict[str, _AnyTally] = {}
    for name, tally in tallies.items():
        total = found.setdefault(group(name), type(tally)())
        total += tally
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """An aligned pair that differs, a gold fact that was missed, or a predicted one that is spurious."""

    document: str
    gold: GoldFact | None
    predicted: PredictedFact | None

    @property
    def kind(self) -> str:
        """One word for it."""
        if self.gold is None:
            return "spurious"
        return "missed" if self.predicted is None else "differs"


def _tallies() -> defaultdict[Any, Tally]:
    return defaultdict(Tally)


def _wholes() -> defaultdict[str, WholeTally]:
    return defaultdict(WholeTally)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures; ``by_role`` is keyed by type and role, ``confusion`` by gold type and predicted type.

    Roles are counted without the fact's own filler, so they do not add up to the type. A confusion is a
    missed fact whose fillers agree most with a spurious one of another type.
    """

    by_type: Mapping[str, Tally] = field(default_factory=_tallies)
    by_role: Mapping[tuple[str, str], Tally] = field(default_factory=_tallies)
    by_document: Mapping[str, Tally] = field(default_factory=_tallies)
    whole_by_type: Mapping[str, WholeTally] = field(default_factory=_wholes)
    whole_by_document: Mapping[str, WholeTally] = field(default_factory=_wholes)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        """Everything in one."""
        return sums(self.by_type, lambda _: "").get("", Tally())

    @property
    def whole(self) -> WholeTally:
        """All facts in one."""
        return sums(self.whole_by_type, lambda _: "").get("", WholeTally())


@dataclass(frozen=True, slots=True)
class _Pair:
    """A gold and a predicted fact that could be one; ``roles`` says what each role brings."""

    gold_index: int
    predicted_index: int
    roles: Mapping[str, Tally]
    optional: bool

    @property
    def counts(self) -> tuple[int, int, int]:
        roles = self.roles.values()
        return sum(t.agreeing for t in roles), sum(t.predicted for t in roles), sum(t.gold for t in roles)

    @property
    def order(self) -> tuple[bool, int, int, int, int]:
        agreeing, predicted, gold = self.counts
        wrong = predicted + gold - 2 * agreeing
        return self.optional, -agreeing, wrong, self.gold_index, self.predicted_index


def evaluate(pairs: Iterable[tuple[str, Sequence[GoldFact], Sequence[PredictedFact]]]) -> Score:
    """The score over documents, each given by its name, its gold facts and its predicted ones."""
    score = Score()
    for document, gold, predicted in pairs:
        _judge(score, document, gold, predicted)
    return score


def _judge(score: Score, document: str, gold: Sequence[GoldFact], predicted: Sequence[PredictedFact]) -> None:
    def count(fact_type: str, roles: Mapping[str, Tally], own: tuple[int, int, int]) -> None:
        for tally in (score.by_type[fact_type], score.by_document[document]):
            tally.add(*own)
            for part in roles.values():
                tally.add(part.agreeing, part.predicted, part.gold)
        for role, part in roles.items():
            score.by_role[fact_type, role].add(part.agreeing, part.predicted, part.gold)

    score.by_document[document]  # a document without any fact has its line too
    pairs = list(_pairs(gold, predicted))
    _count_whole(score, document, gold, predicted, pairs)
    aligned = list(_align(pairs))
    for pair in aligned:
        if pair.optional:
            continue
        fact = gold[pair.gold_index]
        count(fact.type, pair.roles, (1, 1, 1))
        agreeing, n_predicted, n_gold = pair.counts
        if agreeing < n_predicted or agreeing < n_gold:
            score.differences.append(Difference(document, fact, predicted[pair.predicted_index]))

    found = {pair.gold_index for pair in aligned}
    missed = [fact for index, fact in enumerate(gold) if index not in found and not fact.optional]
    for fact in missed:
        count(fact.type, {role: Tally(0, 0, n) for role, n in _wanted(fact).items()}, (0, 0, 1))
        score.differences.append(Difference(document, fact, None))
    taken = {pair.predicted_index for pair in aligned}
    spurious = [fact for index, fact in enumerate(predicted) if index not in taken]
    for said in spurious:
        count(said.type, {role: Tally(0, len(x), 0) for role, x in said.roles.items()}, (0, 1, 0))
        score.differences.append(Difference(document, None, said))
    score.confusion.update(_confusions(missed, spurious))


def verdicts(gold: Sequence[GoldFact], predicted: Sequence[PredictedFact]) -> list[tuple[int, int]]:
    """For each predicted fact of a document its agreeing and its predicted fillers, the fact itself counted.

    Both are 0 for a fact that is aligned with an optional one; a spurious fact has none that agree.
    """
    found = [(0, 1 + sum(map(len, fact.roles.values()))) for fact in predicted]
    for pair in _align(_pairs(gold, predicted)):
        agreeing, said, _ = pair.counts
        found[pair.predicted_index] = (0, 0) if pair.optional else (1 + agreeing, 1 + said)
    return found


def _wanted(fact: GoldFact) -> dict[str, int]:
    """How many fillers each role of a gold fact must have."""
    return {
        role: sum(not filler.optional for filler in fillers)
        for role, fillers in fact.roles.items()
        if role not in fact.optional_roles
    }


def _count_whole(
    score: Score,
    document: str,
    gold: Sequence[GoldFact],
    predicted: Sequence[PredictedFact],
    pairs: Iterable[_Pair],
) -> None:
    """Count whole facts, aligned without pairs that agree on optional roles alone."""

    def count(fact_type: str, *figures: int) -> None:
        for tally in (score.whole_by_type[fact_type], score.whole_by_document[document]):
            tally.add(*figures)

    score.whole_by_document[document]
    aligned = list(_align(pair for pair in pairs if pair.counts[0]))
    optional = {pair.predicted_index for pair in aligned if pair.optional}
    for index, said in enumerate(predicted):
        if index not in optional:
            count(said.type, 1, 0, 0, 0)
    for fact in gold:
        if not fact.optional:
            count(fact.type, 0, 0, 0, 1)
    for pair in aligned:
        agreeing, n_predicted, n_gold = pair.counts
        if not pair.optional and agreeing == n_predicted:
            count(gold[pair.gold_index].type, 0, 1, agreeing == n_gold, 0)


def _pairs(gold: Sequence[GoldFact], predicted: Sequence[PredictedFact]) -> Iterator[_Pair]:
    for i, fact in enumerate(gold):
        for j, said in enumerate(predicted):
            if (fact.type, fact.modality) == (said.type, said.modality):
                roles = _compare(fact, said)
                if roles is not None:
                    yield _Pair(i, j, roles, fact.optional)


def _align(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    """The best pairs, none of which shares a fact with another; optional gold facts choose last."""
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    for pair in sorted(pairs, key=lambda pair: pair.order):
        if pair.gold_index in used_gold or pair.predicted_index in used_predicted:
            continue
        used_gold.add(pair.gold_index)
        used_predicted.add(pair.predicted_index)
        yield pair


def _compare(gold: GoldFact, predicted: PredictedFact) -> dict[str, Tally] | None:
    """What each counted role brings; None where not even an uncounted role has an agreeing filler."""
    roles = {
        role: _compare_role(gold.roles.get(role, ()), predicted.roles.get(role, ()))
        for role in dict.fromkeys((*gold.roles, *predicted.roles))
    }
    counted = {role: tally for role, tally in roles.items() if role not in gold.optional_roles}
    if any(tally.agreeing for tally in counted.values()):
        return counted
    return counted if gold.optional_roles and any(tally.agreeing for tally in roles.values()) else None


def _compare_role(wanted: Sequence[Wanted], said: Sequence[Said]) -> Tally:
    left = list(said)
    tally = Tally(predicted=len(left))
    for filler in sorted(wanted, key=lambda filler: filler.optional):
        index = next((i for i, candidate in enumerate(left) if filler.is_met(candidate)), None)
        if index is not None:
            del left[index]
        if filler.optional:
            tally.predicted -= index is not None
        else:
            tally.add(index is not None, 0, 1)
    return tally


def _confusions(missed: Sequence[GoldFact], spurious: Sequence[PredictedFact]) -> Iterator[tuple[str, str]]:
    left = list(spurious)
    for gold in missed:
        wanted = [filler for fillers in gold.roles.values() for filler in fillers]
        best, agreeing = None, 0
        for fact in left:
            said = [filler for fillers in fact.roles.values() for filler in fillers]
            common = _compare_role(wanted, said).agreeing if fact.type != gold.type else 0
            if common > agreeing:
                best, agreeing = fact, common
        if best is not None:
            left.remove(best)
            yield gold.type, best.type
