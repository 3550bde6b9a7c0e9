"""Why what stands in a slot does not fill its role, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kg.facts.drafts import Filled
from kg.facts.elements import Element, Kind
from kg.facts.filling import bare, has_form
from kg.facts.groups import Group
from kg.facts.interpreter import Interpreter
from kg.facts.slots import Predicate
from kg.ontology.frames import Condition, FrameRole, Sense
from kg.trace.records import Candidate, Words
from kg.types import Span

_FITS = "would fit"
_UNSEEN = frozenset({"self", "before-self", "counted", "modifier", "owner", "none"})  # no phrases
_FORMS = {
    "name": "a proper name",
    "named": "a proper name, or a noun that begins with one,",
    "noun": "a common noun",
}
_MOST_WORDS = 8  # endings or classes named in one reason

Taken = Mapping[str, Sequence[Filled]]


def candidates(
    interpreter: Interpreter, text: str, predicate: Predicate, sense: Sense, taken: Taken
) -> Iterator[Candidate]:
    """What stands in the roles' slots and is no filler in ``taken``, once a role and place."""
    seen: set[tuple[str, Span]] = set()
    for role in sense.roles:
        if role.takes == "time":
            continue
        empty = True
        for slot, found, fits in interpreter.offers(text, predicate, role):
            empty = False
            is_filler = any(filled.span.overlaps(found.span) for filled in taken.get(role.name, ()))
            if is_filler or (role.name, found.span) in seen:
                continue
            seen.add((role.name, found.span))
            why = _unused(role, found.span, taken) if fits else why_not(interpreter, role, found)
            yield Candidate(role.name, slot, Words(found.span, found.span.of(text)), why)
        if empty and role.name not in taken:
            slots = [slot for slot in role.slots if slot not in _UNSEEN]
            if slots:
                yield Candidate(role.name, ", ".join(slots), None, "nothing stands there")


def _unused(role: FrameRole, span: Span, taken: Taken) -> str:
    other = next(
        (name for name, fillers in taken.items() for f in fillers if f.span.overlaps(span)),
        None,
    )
    if other is not None:
        return f"already fills {other}"
    if role.name in taken:
        return "another phrase fills the role"
    return f"the role needs {role.min} of them" if role.min > 1 else _FITS


def why_not(interpreter: Interpreter, role: FrameRole, found: Element | Group) -> str:
    """The reason why an element, or the last member of a phrase, does not fill the role."""
    if role.takes == "quantity":
        assert isinstance(found, Element)
        return _why_not_measured(role, found)
    element = found.items[-1] if isinstance(found, Group) else found
    if not has_form(element, role):
        return f"the role takes {_FORMS[role.form or '']} only"
    if element.kind is Kind.REFERENCE and not element.referents:
        return "refers to nothing that was named before"
    classes = _classes(interpreter, element)
    wanted = role.classes
    fits = any(interpreter.is_a(cls, want) for cls in classes for want in wanted)
    if wanted and not classes and role.default is None:
        return f"a common noun without a class; the role takes {_or(wanted)}"
    if wanted and classes and not fits:
        return f"{_or(classes)}; the role takes {_or(wanted)}"
    if not role.allows(bare(element.text)):
        return _why_not_allowed(role)
    refused = [cls for cls in classes if any(interpreter.is_a(cls, other) for other in role.not_classes)]
    if role.takes == "text" and refused:
        return f"{_or(refused)}; the role takes none"
    return "another phrase stands nearer"


def _classes(interpreter: Interpreter, element: Element) -> list[str]:
    if element.mention is not None:
        return [interpreter.class_of(element.mention)]
    if element.referents:
        return sorted({interpreter.class_of(mention) for mention in element.referents})
    ending = interpreter.names.ending_of(element.text)
    return [ending[1]] if ending is not None else []


def _why_not_measured(role: FrameRole, element: Element) -> str:
    quantity = element.quantity
    if quantity is None:
        return "no quantity"
    if quantity.rank:
        return "a rank, not a count"
    if quantity.indefinite:
        return "its digits are missing"
    if not {quantity.kind, quantity.value.unit} & role.units:
        return f"{quantity.kind} in {quantity.value.unit}; the role takes {_or(sorted(role.units))}"
    return f"of the noun it counts, {_why_not_allowed(role)}"


def _why_not_allowed(role: FrameRole) -> str:
    parts = []
    if role.ends:
        parts.append(f"the ending must be {_or(role.ends)}")
    if role.not_ends:
        parts.append(f"the ending must not be {_or(role.not_ends)}")
    return " and ".join(parts)


def conditions(predicate: Predicate, sense: Sense, text: str) -> Iterator[Candidate]:
    """The nouns for which ``requires`` or ``excludes`` of a sense refuses."""
    if sense.requires is not None:
        looked_at = list(_nouns(predicate, sense.requires.slots))
        if not any(_ends(item, sense.requires) for _, item in looked_at):
            for slot, item in looked_at:
                words = Words(item.span, item.span.of(text))
                yield Candidate("requires", slot, words, "has none of the endings")
            return
    if sense.excludes is not None:
        for slot, item in _nouns(predicate, sense.excludes.slots):
            ending = _ends(item, sense.excludes)
            if ending:
                words = Words(item.span, item.span.of(text))
                yield Candidate("excludes", slot, words, f"ends in {ending}")


def _nouns(predicate: Predicate, slots: Collection[str]) -> Iterator[tuple[str, Element]]:
    seen: set[int] = set()
    for slot in slots:
        items = [item for group in predicate.nouns(slot) for item in group.items]
        for item in [predicate.trigger] if slot == "self" else items:
            if id(item) not in seen:
                seen.add(id(item))
                yield slot, item


def _ends(element: Element, condition: Condition) -> str:
    return max((end for end in condition.ends if bare(element.text).endswith(end)), key=len, default="")


def _or(words: Sequence[str]) -> str:
    shown = [*words[:_MOST_WORDS], *(["..."] if len(words) > _MOST_WORDS else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
