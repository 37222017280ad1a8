"""Decide at one look who names one item that the amount closes, though others would fit it too or no account tells.

A short cut like `cascade`: it answers where the full ranking could decide nothing else, with the same runners-up, and
leaves every other transaction to it.
"""

from kontor.matching.rules import text
from kontor.matching.rules.marks import Mark, ProposalRow, ShareRow
from kontor.matching.rules.payer import confirmed_name, name_points
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.tolerance import settle
from kontor.matching.rules.values import OpenItemRow, TransactionRow

type _Rival = tuple[int, int, OpenItemRow, tuple[Mark, ...], int]
"""Points (negative), position, item, marks, and how many items are equal to it."""


def sure_among(
    transaction: TransactionRow, at: int, mark: Mark, *, store: Store, ruleset: Ruleset
) -> tuple[ProposalRow, ...] | None:
    """Return the proposals of a payment that closes the one item it names, best first; `mark` is how it is named."""
    item = store.items.items[at]
    spans = store.items.spans.get(item.party_id)
    if spans is None or transaction.mandate_id or store.learned or transaction.end_to_end_id in store.orders:
        return None
    if not _is_payable(item, store.items.signed[at], transaction, ruleset):
        return None
    signed = _sign_of(item.party_id, transaction, mark, store, ruleset)
    best = None if signed is None else _best(at, mark, signed, transaction, store, ruleset)
    if signed is None or best is None:
        return None
    score, marks, share = best
    others = [other for other in spans.fitting(transaction.amount) if other != at]
    rivals = _rivals(others, mark, signed, transaction, store, ruleset) if others else []
    if rivals is None:
        return None
    second = -rivals[0][0] if rivals else 0
    lead = score - second if second > 0 else score
    if score < ruleset.points_automatic or lead < ruleset.lead_automatic:
        return None
    identity = transaction.transaction_id
    sure: ProposalRow = (identity, 1, score, lead, (share,), marks, "automatic", 0, ())
    return (sure, *_runners_up(rivals, identity, abs(transaction.amount), ruleset)) if rivals else (sure,)


def _sign_of(party_id: int, transaction: TransactionRow, mark: Mark, store: Store, ruleset: Ruleset) -> Mark | None:
    """Return the sign for the item's party if it is the only one meant: its own account, or its name without any."""
    parties, iban = store.parties, transaction.counterparty_iban
    owners = parties.ibans.get(iban) if iban else None
    if owners is None and iban:
        owners = parties.ibans.get(iban.replace(" ", "").upper())
    if owners is not None:
        is_alone = len(owners) == 1 and owners[0] == party_id
        return ("party_iban", ruleset.party_iban, "counterparty_iban", 0, len(iban), None, "") if is_alone else None
    name = transaction.counterparty_name
    if not name or mark[0] == "structured_reference" or party_id not in parties.tokens:
        return None
    if parties.emails and ("@" in transaction.text or "@" in name):
        return None
    rule = confirmed_name(text.name_tokens(name), party_id, parties=parties, ruleset=ruleset)
    return (rule, name_points(rule, ruleset), "counterparty_name", 0, len(name), None, "") if rule else None


def _is_payable(item: OpenItemRow, signed: int, transaction: TransactionRow, ruleset: Ruleset) -> bool:
    """Tell whether an item goes the transaction's way and nothing about it takes points."""
    if (signed > 0) != (transaction.amount > 0) or not _is_free(item, transaction):
        return False
    return _days_early(item, transaction) <= ruleset.early_days


def _is_free(item: OpenItemRow, transaction: TransactionRow) -> bool:
    """Tell whether an item may be paid in the transaction's currency."""
    return not (item.is_blocked or item.is_in_payment or item.currency != transaction.currency)


def _days_early(item: OpenItemRow, transaction: TransactionRow) -> int:
    """Return how many days before its document an item would be paid, 0 or less for after it."""
    return (item.document_date - transaction.booking_date).days


def _best(
    at: int, mark: Mark, signed: Mark, transaction: TransactionRow, store: Store, ruleset: Ruleset
) -> tuple[int, tuple[Mark, ...], ShareRow] | None:
    """Return points, marks and share of the named item if it is closed in full or net of a valid discount."""
    item = store.items.items[at]
    paid, identity = abs(transaction.amount), item.item_id
    rule, points, detail, cash, discount = "amount_open", ruleset.amount_open, "", item.amount_open, 0
    if item.amount_open != paid:
        if not item.discounts:
            return None
        settlement = settle(paid, item, transaction.value_date)
        if settlement.kind != "discount" or all(tier.amount != settlement.discount for tier in item.discounts):
            return None
        rule, points = "amount_discount", ruleset.amount_discount
        if settlement.is_within_grace:
            rule, points = "amount_discount_grace", ruleset.amount_discount_grace
        cash, discount = settlement.cash, settlement.discount
        detail = str(discount)
    marks: tuple[Mark, ...] = (mark, signed, (rule, points, "amount", 0, 0, identity, detail))
    score = mark[1] + signed[1] + points
    days = (transaction.booking_date - item.due_date).days
    if discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        score += ruleset.due_window
        marks = (*marks, ("due_window", ruleset.due_window, "", 0, 0, identity, str(days)))
    if signed[0] != "party_iban" and store.items.amounts.get(transaction.amount) == [at]:
        score += ruleset.sole_amount
        marks = (*marks, ("sole_amount", ruleset.sole_amount, "amount", 0, 0, None, ""))
    return score, marks, (identity, cash, discount, 0, item.document_number)


def _rivals(
    fits: list[int], mark: Mark, signed: Mark, transaction: TransactionRow, store: Store, ruleset: Ruleset
) -> list[_Rival] | None:
    """Return the other items of the payer that the payment would close in full, best first, the oldest for its equals.

    `None` where one would be closed in another way.
    """
    paid, items = abs(transaction.amount), store.items.items
    oldest: dict[tuple[object, ...], list[int]] = {}
    for at in fits:
        item = items[at]
        if item.amount_open != paid or not _is_free(item, transaction):
            return None
        likeness = item.side, item.is_credit_note, item.mandate_id, *[tier.amount for tier in item.discounts]
        oldest.setdefault(likeness, []).append(at)
    rivals = [_rival(equal, mark, signed, transaction, store, ruleset) for equal in oldest.values()]
    if len(rivals) > 1:
        rivals.sort(key=_order)
    return rivals


def _order(rival: _Rival) -> tuple[int, int]:
    return rival[0], rival[1]


def _rival(
    equal: list[int], mark: Mark, signed: Mark, transaction: TransactionRow, store: Store, ruleset: Ruleset
) -> _Rival:
    item = store.items.items[equal[0]]
    identity = item.item_id
    marks: tuple[Mark, ...] = (signed, ("amount_open", ruleset.amount_open, "amount", 0, 0, identity, ""))
    score = signed[1] + ruleset.amount_open
    if mark[0] != "structured_reference":
        marks = (("other_number", ruleset.other_number, mark[2], mark[3], mark[4], identity, ""), *marks)
        score += ruleset.other_number
    days = (transaction.booking_date - item.due_date).days
    if -ruleset.due_days_before <= days <= ruleset.due_days_after:
        marks = (*marks, ("due_window", ruleset.due_window, "", 0, 0, identity, str(days)))
        score += ruleset.due_window
    if len(equal) > 1:
        marks = (*marks, ("oldest_of_equal", ruleset.oldest_of_equal, "", 0, 0, identity, str(len(equal))))
        score += ruleset.oldest_of_equal
    early = _days_early(item, transaction)
    if early > ruleset.early_days:
        marks = (*marks, ("paid_early", ruleset.paid_early, "", 0, 0, identity, str(early)))
        score += ruleset.paid_early
    return -score, equal[0], item, marks, len(equal)


def _runners_up(rivals: list[_Rival], identity: int, paid: int, ruleset: Ruleset) -> list[ProposalRow]:
    """Return the proposals behind the first."""
    found: list[ProposalRow] = []
    for place, (negative, _, item, marks, equal) in enumerate(rivals[: ruleset.proposals_max - 1]):
        score = -negative
        if score < ruleset.points_stored:
            break
        next_score = -rivals[place + 1][0] if place + 1 < len(rivals) else 0
        lead = score - next_score if next_score > 0 else score
        notes = (f"oldest_of_equal:{equal}",) if equal > 1 else ()
        share = (item.item_id, paid, 0, 0, item.document_number)
        found.append((identity, place + 2, score, lead, (share,), marks, "proposed", 0, notes))
    return found
