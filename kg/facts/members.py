"""One predicate, several facts (分别, members with figures of their own), and several that tell one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.facts.drafts import Common, Draft, Filled, Said
from kg.facts.elements import NOMINAL, Element, Kind
from kg.facts.groups import Group
from kg.facts.slots import SUBJECT, Predicate
from kg.types import Mention, Quantity


def apart(draft: Draft, predicate: Predicate) -> list[Draft]:
    """分别 gives each member its own; members with figures of their own are facts of their own."""
    if _distributes(predicate):
        for role, lists in draft.lists.items():
            size = len(lists[0])
            if size > 1 and all(len(members) == size for members in lists):
                return [
                    copy_draft(draft, {role: [members[i] for members in lists]}, set()) for i in range(size)
                ]
        by_size = _by_size(draft)
        if len(by_size) > 1:
            return by_size
        if any(e.text in predicate.grammar.each for e in predicate.elements):
            return _each(draft)
    by_member = _by_member(draft, predicate)
    return by_member if len(by_member) > 1 else _by_pair(draft, predicate)


def _distributes(predicate: Predicate) -> bool:
    return any(e.text in predicate.grammar.distribute for e in predicate.elements)


def _each(draft: Draft) -> list[Draft]:
    """甲和乙各捐款30万元: the figure is that of each."""
    for role, fillers in draft.roles.items():
        if len(fillers) > 1 and all(f.slot == SUBJECT and isinstance(f.content, Mention) for f in fillers):
            return [
                copy_draft(draft, {role: [filled]}, set() if number else draft.elements)
                for number, filled in enumerate(fillers)
            ]
    return [draft]


def _by_size(draft: Draft) -> list[Draft]:
    """Lists of one length, one of them of figures: the first with the first, and so on."""
    figures = [fillers for fillers in draft.roles.values() if len(fillers) > 1 and is_figure(fillers[0])]
    if not figures:
        return [draft]
    size = len(figures[0])
    listed = {role: fillers for role, fillers in draft.roles.items() if len(fillers) == size}
    if len(listed) < 2:
        return [draft]
    return [
        copy_draft(
            draft,
            {role: [fillers[i]] for role, fillers in listed.items()},
            draft.elements if not i else set(),
        )
        for i in range(size)
    ]


def _by_member(draft: Draft, predicate: Predicate) -> list[Draft]:
    """31名干部和1966名教师被选派: each member of the list has a figure."""
    for parsed in predicate.sentence:
        for group in parsed.groups:
            counts = [item.counted_by for item in group.items]
            if len(counts) < 2 or not all(c is not None and c.quantity is not None for c in counts):
                continue
            owner = next((i for i, c in enumerate(counts) if id(c) in draft.elements), None)
            if owner is None:
                continue
            return list(_members(draft, group, owner))
    return [draft]


def _by_pair(draft: Draft, predicate: Predicate) -> list[Draft]:
    """党组会议24次、专题会议9次: a noun with its figures, and again one."""
    pairs = _pairs(predicate)
    first = next((i for i, (_, figures) in enumerate(pairs) if id(figures[0]) in draft.elements), None)
    if first is None or len(pairs) - first < 2:
        return [draft]
    noun, _ = pairs[first]
    drafts = [draft]
    for other, others in pairs[first + 1 :]:
        changed: dict[str, list[Filled]] = {}
        for role, fillers in draft.roles.items():
            filled = fillers[0]
            if isinstance(filled.content, Quantity):
                like = next(
                    (e for e in others if e.quantity and e.quantity.value.unit == filled.content.unit), None
                )
                if like is None or like.quantity is None:
                    return drafts
                changed[role] = [Filled(like.quantity.value, like.span, filled.slot)]
            elif noun.span.contains(filled.span) and isinstance(filled.content, Said):
                changed[role] = [Filled(Said(other.text), other.span, filled.slot)]
            elif noun.span.contains(filled.span) and isinstance(filled.content, Common):
                changed[role] = [Filled(Common(other.text, filled.content.cls), other.span, filled.slot)]
        if draft.frame.gathers:
            for role, fillers in changed.items():
                for filled in fillers:
                    draft.add(role, filled)
            draft.elements |= {id(e) for e in others}
        else:
            drafts.append(copy_draft(draft, changed, {id(e) for e in others}))
    return drafts


def _pairs(predicate: Predicate) -> list[tuple[Element, list[Element]]]:
    """The nouns behind the trigger that figures follow directly, each after the first behind a join."""
    elements = predicate.elements
    pairs: list[tuple[Element, list[Element]]] = []
    index = predicate.index + 1
    while index < len(elements):
        element = elements[index]
        if element.kind is Kind.TRIGGER:
            break
        figures: list[Element] = []
        while (
            index + 1 + len(figures) < len(elements)
            and elements[index + 1 + len(figures)].kind is Kind.QUANTITY
        ):
            figures.append(elements[index + 1 + len(figures)])
        if element.kind in NOMINAL and figures and (not pairs or elements[index - 1].kind is Kind.JOIN):
            pairs.append((element, figures))
        elif pairs and element.kind is not Kind.JOIN:
            break
        index += 1 + len(figures)
    return pairs


def _members(draft: Draft, group: Group, owner: int) -> Iterator[Draft]:
    whole, own = group.span, group.items[owner]
    for item in group.items:
        count = item.counted_by
        assert count is not None and count.quantity is not None
        changed: dict[str, list[Filled]] = {}
        for role, fillers in draft.roles.items():
            if any(
                f.span in (own.counted_by.span if own.counted_by else whole, whole, own.span) for f in fillers
            ):
                first = fillers[0].content
                if is_figure(fillers[0]):
                    changed[role] = [Filled(count.quantity.value, count.span, fillers[0].slot)]
                elif isinstance(first, Said):
                    changed[role] = [Filled(Said(item.text), item.span, fillers[0].slot)]
                elif isinstance(first, Common):
                    changed[role] = [Filled(Common(item.text, first.cls), item.span, fillers[0].slot)]
        yield copy_draft(draft, changed, {id(count)})


def is_figure(filled: Filled) -> bool:
    """Whether a filler is a quantity."""
    return isinstance(filled.content, Quantity)


def copy_draft(draft: Draft, changed: dict[str, list[Filled]], elements: set[int]) -> Draft:
    """The draft with some roles filled otherwise, taking the given quantities."""
    roles = {role: list(changed.get(role, fillers)) for role, fillers in draft.roles.items()}
    return replace(draft, roles=roles, elements=set(elements), lists={})


def merge_parts(drafts: Sequence[Draft]) -> list[Draft]:
    """Join the facts that neighbouring clauses give of one event: 支持资金2.5亿元,共支持项目188个."""
    result: list[Draft] = []
    for draft in drafts:
        last = result[-1] if result else None
        if last is not None and _continues(last, draft):
            for role, fillers in draft.roles.items():
                for filled in fillers:
                    if role not in last.roles or filled.content in [f.content for f in last.roles[role]]:
                        last.add(role, filled)
            last.elements |= draft.elements
            last.joined = [*last.joined, draft.trigger, *draft.joined]
            last.last_clause = max(last.last_clause, draft.last_clause)
            continue
        result.append(draft)
    return result


def _continues(last: Draft, draft: Draft) -> bool:
    if last.frame is not draft.frame or last.modality is not draft.modality or not draft.frame.joins:
        return False
    if not 0 <= draft.clause - last.last_clause <= 1 or draft.again:
        return False
    if not draft.elements and draft.clause == last.clause:
        return _agree(last, draft)
    own = {role for role in draft.roles if role in last.roles}
    return (
        _agree(last, draft)
        and bool(own or draft.elements)
        and (draft.carried or draft.clause == last.clause or not _has_entities(draft))
    )


def _agree(last: Draft, draft: Draft) -> bool:
    return all(
        {f.content for f in last.roles[role]} & {f.content for f in fillers}
        for role, fillers in draft.roles.items()
        if role in last.roles
    )


def _has_entities(draft: Draft) -> bool:
    return any(isinstance(f.content, Mention | Common) for fillers in draft.roles.values() for f in fillers)
