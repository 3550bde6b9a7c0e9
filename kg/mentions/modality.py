"""Whether what a pattern finds is a fact, a plan or denied: by the words before its trigger."""

from __future__ import annotations

from collections.abc import Iterable

from kg.ontology.lexicon import Grammar
from kg.ontology.patterns import Pattern
from kg.spans import Spans
from kg.types import Modality, Span

_NEUTRAL, _REALIZED = "neutral", "realized"


class ModalityWords:
    """The lexicon's words of planning and denial with those of one pattern."""

    def __init__(self, pattern: Pattern, grammar: Grammar) -> None:
        self._kinds: dict[str, str] = {}
        for kind, words in (
            (_REALIZED, grammar.realized),
            (Modality.PLANNED, grammar.planned | pattern.planned),
            (Modality.NEGATED, grammar.negated | pattern.negated),
            (_NEUTRAL, grammar.neutral | pattern.asserted),
        ):
            self._kinds.update(dict.fromkeys(words, str(kind)))
        self._longest = max(map(len, self._kinds), default=0)

    def of(self, text: str, span: Span, taken: Iterable[Span]) -> Modality:
        """The modality that the words of a span give to what follows; nothing ``taken`` is such a word.

        The longest word wins. One that denies is stronger than one that plans; one that says that it has
        happened (已, 了) takes the force of the planning words before it.
        """
        result = Modality.ASSERTED
        at = span.start
        closed = Spans(taken)
        while at < span.end:
            over = closed.at(at)
            if over is not None:
                at = over.end
                continue
            behind = closed.after(at)
            limit = min(span.end, behind.start) if behind is not None else span.end
            size, kind = self._longest_at(text, at, limit)
            if kind == Modality.NEGATED:
                return Modality.NEGATED
            if kind == Modality.PLANNED:
                result = Modality.PLANNED
            elif kind == _REALIZED:
                result = Modality.ASSERTED
            at += size
        return result

    def _longest_at(self, text: str, at: int, limit: int) -> tuple[int, str]:
        for size in range(min(self._longest, limit - at), 0, -1):
            kind = self._kinds.get(text[at : at + size])
            if kind is not None:
                return size, kind
        return 1, ""
