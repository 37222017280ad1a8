"""Decide the sure cases in one look: one number or reference, the payer's own account, the exact amount.

A short cut only: it answers where the full ranking could give nothing else, and leaves every other transaction to it.
"""

from kontor.matching.rules.points import Candidate, Mark
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import TransactionRow


def sure_candidate(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> Candidate | None:
    """Return the only explanation of a transaction that names one item of its payer and pays exactly that."""
    owners = store.parties.ibans.get(transaction.counterparty_iban)
    if owners is None or len(owners) > 1 or transaction.mandate_id or store.learned:
        return None
    named = _by_number(transaction, store, ruleset) or _by_reference(transaction, store, ruleset)
    if named is None:
        return None
    at, mark = named
    if not _is_plain(at, owners[0], transaction, store, ruleset):
        return None
    return _sure(at, mark, transaction, store, ruleset)


def _by_number(transaction: TransactionRow, store: Store, ruleset: Ruleset) -> tuple[int, Mark] | None:
    """Return the item whose full number is all the digits a plain text has."""
    index = store.items
    shown = transaction.text
    if transaction.structured_reference or transaction.end_to_end_id not in ("", "NOTPROVIDED"):
        return None
    found = index.plain_number.fullmatch(shown.upper()) if index.plain_number and shown.isascii() else None
    if found is None:
        return None
    prefix, first, second, *written = found.groups()
    if written[0] and _may_be_customer(written, store):
        return None
    key = prefix + first + (second or "")
    positions = index.numbers.get(key)
    is_one = positions is not None and len(positions) == 1 and index.full[positions[0]] == key
    if positions is None or not is_one or not 4 <= len(key) <= 20 or (second and prefix + first in index.numbers):
        return None
    at = positions[0]
    end = found.end(3) if second else found.end(2)
    item_id = index.items[at].item_id
    return at, ("number_full", ruleset.number_full, "text", found.start(1), end, item_id, key)


def _may_be_customer(written: list[str], store: Store) -> bool:
    """Tell whether the digits of a date could also be read as a customer or order number."""
    day, month, year = written
    customers, orders = store.parties.customers, store.items.order_numbers
    readings = (day + month + year, day + month, month + year, year)
    if any(reading in customers for reading in readings):
        return True
    return any(f"VOM{reading}" in customers or f"VOM{reading}" in orders for reading in (*readings, day))


def _by_reference(transaction: TransactionRow, store: Store, ruleset: Ruleset) -> tuple[int, Mark] | None:
    """Return the item of a structured reference that stands in its field while the text is empty."""
    reference = transaction.structured_reference
    if not reference or transaction.text or transaction.end_to_end_id not in ("", "NOTPROVIDED"):
        return None
    positions = store.items.references.get(reference)
    if positions is None or len(positions) > 1 or reference in store.items.numbers:
        return None
    item_id = store.items.items[positions[0]].item_id
    points = ruleset.structured_reference
    return positions[0], ("structured_reference", points, "structured_reference", 0, len(reference), item_id, "")


def _is_plain(at: int, payer: int, transaction: TransactionRow, store: Store, ruleset: Ruleset) -> bool:
    """Tell whether nothing speaks against an item and no other item of the payer fits the amount."""
    index = store.items
    item = index.items[at]
    wanted = transaction.amount
    if index.signed[at] != wanted or item.party_id != payer or item.is_blocked or item.is_in_payment:
        return False
    if item.currency != transaction.currency or transaction.end_to_end_id in store.orders:
        return False
    if (item.document_date - transaction.booking_date).days > ruleset.early_days:
        return False
    pool = index.party_items[payer]
    if len(pool) > ruleset.list_length_max:
        return False
    amount = abs(wanted)
    low, high, signed = index.low, index.high, index.signed
    for other in pool:
        if low[other] <= amount <= high[other] and other != at and (signed[other] > 0) == (wanted > 0):
            return False
    return True


def _sure(at: int, mark: Mark, transaction: TransactionRow, store: Store, ruleset: Ruleset) -> Candidate:
    item = store.items.items[at]
    amount, iban = item.amount_open, ruleset.party_iban
    marks: list[Mark] = [
        mark,
        ("party_iban", iban, "counterparty_iban", 0, len(transaction.counterparty_iban), None, ""),
        ("amount_open", ruleset.amount_open, "amount", 0, 0, item.item_id, ""),
    ]
    score = mark[1] + iban + ruleset.amount_open
    days = (transaction.booking_date - item.due_date).days
    if -ruleset.due_days_before <= days <= ruleset.due_days_after:
        marks.append(("due_window", ruleset.due_window, "", 0, 0, item.item_id, str(days)))
        score += ruleset.due_window
    return Candidate(((at, amount, 0, 0),), score, marks, [], 0, True, True, False, True)
