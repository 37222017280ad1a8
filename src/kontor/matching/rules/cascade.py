"""Decide the sure cases in one look: one number or reference, the payer's own account, the exact amount or net amount.

A short cut only: it answers where the full ranking could give nothing else, and leaves every other transaction to it.
"""

from kontor.matching.rules.marks import Mark, ProposalRow
from kontor.matching.rules.named import NumberHit, NumberKind
from kontor.matching.rules.question import Question, question_naming
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.shapes import Plain
from kontor.matching.rules.store import Store
from kontor.matching.rules.tolerance import settle
from kontor.matching.rules.values import OpenItemRow, TransactionRow


def named_item(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> tuple[int, Mark] | None:
    """Return the one item that a plain text or a lone structured reference names, and nothing else with it."""
    return _by_number(transaction, store, ruleset) or _by_reference(transaction, store, ruleset)


def sure_payment(
    transaction: TransactionRow, at: int, mark: Mark | None, *, store: Store, ruleset: Ruleset
) -> ProposalRow | None:
    """Return the explanation by one item, if it is all that its payer's money can mean; `mark` is how it is named.

    Its lead is its score, since no other explanation has a point.
    """
    owners = store.parties.ibans.get(transaction.counterparty_iban)
    if owners is None or len(owners) > 1 or transaction.mandate_id or store.learned:
        return None
    if not _is_plain(at, owners[0], transaction, store, ruleset):
        return None
    item, paid = store.items.items[at], transaction.amount
    if store.items.signed[at] == paid:
        return _sure(mark, ("amount_open", ruleset.amount_open, ""), item, item.amount_open, transaction, ruleset)
    settlement = settle(abs(paid), item, transaction.value_date)
    if settlement.kind != "discount" or all(tier.amount != settlement.discount for tier in item.discounts):
        return None
    rule, points = "amount_discount", ruleset.amount_discount
    if settlement.is_within_grace:
        rule, points = "amount_discount_grace", ruleset.amount_discount_grace
    kind = rule, points, str(settlement.discount)
    return _sure(mark, kind, item, settlement.cash, transaction, ruleset, discount=settlement.discount)


def sure_unnamed(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> tuple[int, ProposalRow] | None:
    """Return the only open item of the payer that the amount fits, of a text known to name nothing, and the proposal."""
    speech = store.silent.get(transaction.text)
    if speech is None or speech.flag is not None or transaction.structured_reference:
        return None
    owners = store.parties.ibans.get(transaction.counterparty_iban)
    if owners is None or len(owners) > 1 or transaction.end_to_end_id not in ("", "NOTPROVIDED"):
        return None
    spans = store.items.spans.get(owners[0])
    fitting = spans.fitting(transaction.amount) if spans else ()
    if len(fitting) != 1:
        return None
    sure = sure_payment(transaction, fitting[0], None, store=store, ruleset=ruleset)
    return None if sure is None else (fitting[0], sure)


def only_question(
    transaction: TransactionRow, at: int, mark: Mark, *, store: Store, ruleset: Ruleset
) -> Question | None:
    """Return the question of a text that names one item by its number alone, without reading the text again."""
    rule, points, field, start, end, _, key = mark
    if rule not in ("number_full", "number_squeezed") or field != "text":
        return None
    kind: NumberKind = "number_full" if rule == "number_full" else "number_squeezed"
    hit = NumberHit(kind, points, start, end, key)
    return question_naming(transaction, at, hit, store=store, ruleset=ruleset)


def _by_number(transaction: TransactionRow, store: Store, ruleset: Ruleset) -> tuple[int, Mark] | None:
    """Return the item whose number is all the digits a plain text has but for a date or a short strange number."""
    index, said = store.items, transaction.text
    if transaction.structured_reference or transaction.end_to_end_id not in ("", "NOTPROVIDED"):
        return None
    plain = index.shapes.plain_of(said)
    if plain is None:
        return None
    prefix, runs, start, end, dated, letters, _ = plain
    numbers, key = index.numbers, prefix
    for first, until in runs:
        if key in numbers and key != prefix:
            return None
        key += said[first:until]
    positions = numbers.get(key)
    if positions is None or len(positions) > 1 or ((dated or letters) and _may_be_more(said, plain, store)):
        return None
    (at,) = positions
    kind: NumberKind = "number_full"
    points = ruleset.number_full
    if index.full[at] != key:
        if index.squeezed[at] != key:
            return None
        kind, points = "number_squeezed", ruleset.number_squeezed
    return at, (kind, points, "text", start, end, index.items[at].item_id, key)


def _may_be_more(said: str, plain: Plain, store: Store) -> bool:
    """Tell whether the date or the short number beside a plain text's number could name something as well."""
    if plain.dated is not None:
        day, month, year = [said[start:end] for start, end in plain.dated]
        if not year.startswith("20") or _may_be_customer(day, month, year, store):
            return True
    start, end = plain.other
    return plain.letters != "" and _may_be_named(plain.letters, said[start:end], store)


def _may_be_named(letters: str, digits: str, store: Store) -> bool:
    """Tell whether a short number and the letters before it could name an item or a customer."""
    keys = (letters + digits, digits, digits.lstrip("0"))
    customers, numbers, orders = store.parties.customers, store.items.numbers, store.items.order_numbers
    return any(key in customers or key in numbers or key in orders for key in keys)


def _may_be_customer(day: str, month: str, year: str, store: Store) -> bool:
    """Tell whether the digits of a date could also be read as a customer or order number."""
    customers, orders = store.parties.customers, store.items.order_numbers
    readings = (day + month + year, day + month, month + year, year)
    if any(reading in customers for reading in readings):
        return True
    leads = store.items.leads
    if any((len(digits), digits[:4]) in leads for digits in (day + month + year, month + year)):
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
    if item.party_id != payer or item.is_blocked or item.is_in_payment:
        return False
    if index.signed[at] != wanted and (not item.discounts or (index.signed[at] > 0) != (wanted > 0)):
        return False
    is_ordered = transaction.end_to_end_id in store.orders
    is_early = (item.document_date - transaction.booking_date).days > ruleset.early_days
    if item.currency != transaction.currency or is_ordered or is_early:
        return False
    spans = index.spans.get(payer)
    if spans is None:
        return False
    fitting = spans.fitting(wanted)
    return not fitting or fitting == [at]


def _sure(
    mark: Mark | None, kind: tuple[str, int, str], item: OpenItemRow, cash: int, transaction: TransactionRow,
    ruleset: Ruleset, *, discount: int = 0,
) -> ProposalRow:  # fmt: skip
    """Return the proposal of an item paid in full or net; the end of a discount is a due date of its own."""
    (rule, points, detail), iban, identity = kind, ruleset.party_iban, item.item_id
    days = (transaction.booking_date - item.due_date).days
    marks: tuple[Mark, ...] = (
        ("party_iban", iban, "counterparty_iban", 0, len(transaction.counterparty_iban), None, ""),
        (rule, points, "amount", 0, 0, identity, detail),
    )
    score = iban + points
    if discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        marks += (("due_window", ruleset.due_window, "", 0, 0, identity, str(days)),)
        score += ruleset.due_window
    if mark is None:
        marks += (("sole_payer_amount", ruleset.sole_payer_amount, "amount", 0, 0, None, ""),)
        score += ruleset.sole_payer_amount
    else:
        marks = (mark, *marks)
        score += mark[1]
    shares = ((identity, cash, discount, 0, item.document_number),)
    return transaction.transaction_id, 1, score, score, shares, marks, "automatic", 0, ()
