"""Short names that a document declares: (以下简称“某某”), and other letters in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ontology.lexicon import Grammar
from kg.types import Mention

_BEFORE_SHORT = ":\uff1a "  # between the cue and the short name
_REACH = 40  # characters from a name to the bracket that closes behind it
_MAX_SHORT = 12  # characters of a short name in brackets


def declared_names(text: str, mentions: Sequence[Mention], grammar: Grammar) -> dict[str, str]:
    """Short name to full name, from the brackets right behind a mention.

    With a cue (简称) any short text counts; without one, only a name in other letters (某某（ABC）).
    """
    found: dict[str, str] = {}
    cues = sorted(grammar.alias_cues, key=len, reverse=True)
    quotes = "".join([*grammar.quotes, *grammar.quotes.values()])
    for mention in mentions:
        open_ = text[mention.span.end : mention.span.end + 1]
        close = grammar.brackets.get(open_)
        if close is None:
            continue
        end = text.find(close, mention.span.end, mention.span.end + _REACH + len(close))
        if end < 0:
            continue
        inner = text[mention.span.end + 1 : end].strip()
        cue = next((cue for cue in cues if inner.startswith(cue)), None)
        if cue is not None:
            short = inner[len(cue) :].lstrip(_BEFORE_SHORT).strip(quotes + " ")
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9 .&-]*", inner):
            short = inner
        else:
            continue
        if 1 < len(short) <= _MAX_SHORT and short != mention.name:
            found[short] = mention.name
    return found
