"""Lists that go together member by member: 甲县和乙县分别于2014年和2016年捐款3万元和4万元 is two gifts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from kg.annotations import PATTERN, Marks, Proposal, ProposedFiller
from kg.ontology import Ontology
from kg.ontology.vocabulary import TIME
from kg.types import Span

_LONGEST = 300  # characters of a sentence
_WORD = 4  # characters in which a joining word beside a list is looked for
_TIMES, _NAMES = "<times>", "<names>"  # kinds of members beside those of figures and roles


class _List(NamedTuple):
    """Members that are joined; ``kind`` is what they are: times, names, a kind of figures, or a role."""

    kind: str
    members: tuple[Span, ...]

    def place(self, span: Span) -> int | None:
        """Which member shares characters with a span."""
        return next((place for place, member in enumerate(self.members) if member.overlaps(span)), None)


@dataclass(frozen=True)
class Pairing:
    """Deals out the members of lists in the sentences of one document that say they go one by one."""

    ontology: Ontology
    text: str
    marks: Marks

    def dealt(self, proposals: Collection[Proposal]) -> Iterator[Proposal]:
        """The proposals, each with its own members of such lists; one that has them all is several."""
        sentences = self._sentences
        ordered = sorted(proposals, key=lambda one: one.pivot) if sentences else proposals
        for sentence, group in groupby(ordered, lambda one: _around(one.pivot, sentences)):
            inside = list(group)
            lists = self._lists(sentence, inside) if sentence is not None else []
            for proposal in inside:
                if len(lists) < 2 or proposal.extractor.startswith(PATTERN):
                    yield proposal
                else:
                    yield from self._deal(proposal, lists, inside)

    @cached_property
    def _sentences(self) -> list[Span]:
        """The sentences that say so; what is longer than a sentence is dealt out by nobody."""
        words = self.ontology.grammar.one_by_one
        return [
            sentence
            for passage in self.marks.passages
            for sentence in passage.sentences
            if len(sentence) <= _LONGEST and any(word in sentence.of(self.text) for word in words)
        ]

    @cached_property
    def _known(self) -> list[tuple[Span, str]]:
        """Times, figures and names in their order, each with what it is; no name has a value in it."""
        marks = self.marks
        found = [(Span(start, start + len(value.span)), _TIMES) for start, value in marks.times.items()]
        found += [
            (Span(start, start + len(value.span)), value.kind) for start, value in marks.quantities.items()
        ]
        values = sorted(span for span, _ in found)
        names = {mention.span for mention in marks.mentions}
        return sorted(found + [(span, _NAMES) for span in names if _around(span, values) is None])

    def _lists(self, sentence: Span, proposals: Iterable[Proposal]) -> list[_List]:
        """The lists of a sentence that are equally long, of the length that most have."""
        begin, end = (bisect_left(self._known, (Span(at, at), "")) for at in (sentence.start, sentence.end))
        found = [(kind, span) for span, kind in self._known[begin:end]]
        known = [span for _, span in found]
        for proposal in proposals:
            for filler in proposal.fillers:
                if not any(filler.span.overlaps(span) for span in known):
                    found.append((filler.role, filler.span))
        lists = [one for one in self._runs(sorted(set(found))) if self._is_whole(one)]
        sizes = Counter(len(one.members) for one in lists)
        size = max(sizes, key=lambda one: (sizes[one], one), default=0)
        return [one for one in lists if len(one.members) == size]

    def _runs(self, found: Iterable[tuple[str, Span]]) -> Iterator[_List]:
        """What is of one kind and has nothing but a joining word between it."""
        for kind, group in groupby(found, lambda one: one[0]):
            run: list[Span] = []
            for _, span in group:
                if run and self.text[run[-1].end : span.start].strip() not in self.ontology.grammar.joins:
                    yield _List(kind, tuple(run))
                    run = []
                run.append(span)
            yield _List(kind, tuple(run))

    def _is_whole(self, one: _List) -> bool:
        """Whether it is a list, beside which no joining word leads on to a member that was not seen."""
        grammar = self.ontology.grammar
        first, last = one.members[0].start, one.members[-1].end
        before, behind = self.text[max(0, first - _WORD) : first], self.text[last : last + _WORD]
        joined = [before.removesuffix(word) for word in grammar.joins if before.endswith(word)]
        # 分别与甲县、乙县: there it joins what stands before the lists.
        leads = any(not rest.endswith(tuple(grammar.one_by_one)) for rest in joined)
        return len(one.members) > 1 and not leads and not behind.startswith(tuple(grammar.joins))

    def _deal(
        self, proposal: Proposal, lists: Collection[_List], proposals: Collection[Proposal]
    ) -> Iterator[Proposal]:
        """The proposal for each place of the lists that it is about: that of its pivot, else those it has."""
        roles = {one: self._role(one, proposal.type, proposals) for one in lists}
        lists = [one for one in lists if roles[one]]
        own = [place for one in lists if (place := one.place(proposal.pivot)) is not None]
        held = [
            place
            for one in lists
            for filler in proposal.fillers
            if (place := one.place(filler.span)) is not None
        ]
        if len(lists) < 2 or not held:
            yield proposal
            return
        for place in sorted({*own[:1]} or {*held}):
            fillers = [
                filler for filler in proposal.fillers if all(one.place(filler.span) is None for one in lists)
            ]
            fillers += [self._filler(one.members[place], roles[one], proposal, proposals) for one in lists]
            last = max(one.members[place] for one in lists)
            fillers.sort(key=lambda filler: filler.span)
            yield replace(proposal, pivot=proposal.pivot if own else last, fillers=tuple(fillers))

    def _role(self, one: _List, fact_type: str, proposals: Iterable[Proposal]) -> str:
        """The role that the members of a list fill in facts of a type, or an empty text."""
        weights: Counter[str] = Counter()
        for other in proposals:
            for filler in other.fillers if other.type == fact_type else ():
                if one.place(filler.span) is not None:
                    weights[filler.role] += int(1000 * filler.probability)
        if not weights and one.kind == _TIMES:
            roles = self.ontology.vocabulary.fact_types[fact_type].roles
            return next((name for name, role in roles.items() if TIME in role.kinds), "")
        return max(weights, key=lambda role: (weights[role], role), default="")

    def _filler(
        self, member: Span, role: str, proposal: Proposal, proposals: Iterable[Proposal]
    ) -> ProposedFiller:
        """The member in its role, as the likeliest proposal has it; it is as sure as the fact at least."""
        known = [
            filler
            for other in proposals
            for filler in other.fillers
            if other.type == proposal.type and filler.role == role and filler.span.overlaps(member)
        ]
        best = max(known, key=lambda filler: filler.probability, default=ProposedFiller(role, member, 0.0))
        return replace(best, probability=max(best.probability, proposal.probability))


def _around(span: Span, others: Sequence[Span]) -> Span | None:
    """Which of some spans, in their order and apart from one another, a span lies in."""
    at = bisect_right(others, span.start, key=lambda other: other.start)
    return others[at - 1] if at and others[at - 1].contains(span) else None
