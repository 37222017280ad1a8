"""Weigh how a transaction names the items of an explanation: references, orders, mandates and document numbers."""

from kontor.matching.rules.marks import NOWHERE, Candidate, Share
from kontor.matching.rules.named import NumberHit
from kontor.matching.rules.numbers import mistyped_number, number_in_pool
from kontor.matching.rules.question import Question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Place, Store
from kontor.matching.rules.values import OpenItemRow


def weigh_naming(
    at: int, item: OpenItemRow, candidate: Candidate, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count references, orders, mandates and document numbers."""
    named = question.named
    if at in question.references:
        candidate.count("structured_reference", ruleset.structured_reference, question.references[at], item.item_id)
        candidate.is_named = True
    if at in question.orders:
        name = _list_name(item.item_id, question=question, store=store)
        candidate.count("own_order", ruleset.own_order, question.orders[at], item.item_id, name)
        candidate.is_named = candidate.is_ordered = True
    if at in question.mandates:
        candidate.count("mandate_debit", ruleset.mandate_debit, question.mandates[at], item.item_id)
    hit = named.items.get(at)
    if hit is None and named.hot and item.party_id in question.payer.signs:
        hit = number_in_pool(at, named=named, index=store.items, ruleset=ruleset)
    if hit is not None:
        candidate.score += hit.points
        candidate.marks.append((hit.kind, hit.points, hit.field, hit.start, hit.end, item.item_id, hit.key))
        candidate.is_named = True
    if question.names_document:
        _weigh_others(at, item, candidate, question, store, ruleset)


def _weigh_others(
    at: int, item: OpenItemRow, candidate: Candidate, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count that the text names another document, or the item's with a typing error."""
    named, strong = question.named, question.strong
    other = None if len(strong) == 1 and at in strong else _other_than(at, question)
    if candidate.is_named and other is None:
        return
    if not candidate.is_named and named.foreign and item.party_id in question.payer.signs:
        foreign = mistyped_number(at, named=named, index=store.items)
        if foreign is not None:
            place = ("text", foreign.start, foreign.end)
            candidate.count("number_mistyped", ruleset.number_mistyped, place, item.item_id, foreign.digits)
            candidate.is_named = True
            return
    candidate.count("other_number", ruleset.other_number, _place_of(other, question), item.item_id)


def _list_name(item_id: int, *, question: Question, store: Store) -> str:
    lines = store.orders.get(question.transaction.end_to_end_id, ())
    return next((line.name for line in lines if line.item_id == item_id), "")


def weigh_set_naming(
    shares: tuple[Share, ...], candidate: Candidate, *, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count a set's numbers by the share of its items that are named."""
    positions = tuple(share[0] for share in shares)
    points = 0
    for at in positions:
        identity = store.items.items[at].item_id
        hit = question.named.items.get(at)
        if at in question.references:
            counted = ruleset.structured_reference
            rule, place, detail = "structured_reference", question.references[at], ""
        elif hit is not None:
            counted = hit.points
            rule, place, detail = hit.kind, (hit.field, hit.start, hit.end), hit.key
        else:
            continue
        before = points // len(positions)
        points += counted
        candidate.count(rule, points // len(positions) - before, place, identity, detail)
    references = question.references
    candidate.is_named = any(at in question.strong or at in references for at in positions)
    is_all_named = all(at in question.named.items or at in references for at in positions)
    if question.names_document:
        other = _other_hit(positions, question)
        if other is not None or not candidate.is_named:
            candidate.count("other_number", ruleset.other_number, _place_of(other, question))
    if candidate.is_named and not is_all_named:
        candidate.notes.append("not_all_named")


def _other_than(at: int, question: Question) -> NumberHit | None:
    """Return a document that the text names elsewhere than where it names the item."""
    strong, own = question.strong, question.named.items.get(at)
    for other in sorted(strong) if len(strong) > 1 else strong:
        if other == at:
            continue
        hit = strong[other]
        if own is None or (hit.field == own.field and (hit.start >= own.end or own.start >= hit.end)):
            return hit
    return None


def _other_hit(positions: tuple[int, ...], question: Question) -> NumberHit | None:
    """Return a document that the text names elsewhere in it and the explanation leaves out."""
    strong = question.strong
    left = strong.keys() - positions
    if not left:
        return None
    items = question.named.items
    own = [hit for at in positions if (hit := items.get(at)) is not None]
    for at in sorted(left) if len(left) > 1 else left:
        hit = strong[at]
        for mine in own:
            if hit.field != mine.field or (hit.start < mine.end and mine.start < hit.end):
                break
        else:
            return hit
    return None


def _place_of(hit: NumberHit | None, question: Question) -> Place:
    """Return where another document is named, or a number of the tenant's ranges that is no open item's."""
    if hit is not None:
        return hit.field, hit.start, hit.end
    for foreign in question.named.foreign[:1]:
        return "text", foreign.start, foreign.end
    return NOWHERE
