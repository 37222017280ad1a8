"""Build small items, parties and transactions for the stories of the matching rules."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kontor.matching.rules.decide import match
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import (
    DiscountTier,
    MatchResult,
    OpenItemRow,
    OwnOrder,
    PartyRow,
    Proposal,
    TransactionRow,
)

RULES = Ruleset()
DUE = date(2026, 3, 31)
IBAN = "DE89370400440532013000"
OTHER_IBAN = "DE02120300000000202051"
QR_REFERENCE = "210000000003139471430009017"
RF_REFERENCE = "RF18539007547034"

_ITEM = OpenItemRow(
    1, "receivable", False, 1, "RE-2026-000123", (), DUE - timedelta(30), DUE, "EUR", 119_000, 119_000
)  # fmt: skip
_PARTY = PartyRow(1, "Müller Druck GmbH", ibans=(IBAN,), customer_number="K10023")
_TRANSACTION = TransactionRow(1, DUE, DUE, 119_000, "EUR", "MUELLER DRUCK GMBH", IBAN, "RE-2026-000123")


def an_item(item_id: int = 1, /, **changes: Any) -> OpenItemRow:
    """Return an invoice of 1,190.00 due on 31 March; the original amount follows the open one."""
    changes.setdefault("amount_original", changes.get("amount_open", _ITEM.amount_original))
    return replace(_ITEM, item_id=item_id, **changes)


def a_party(party_id: int = 1, /, **changes: Any) -> PartyRow:
    """Return the printers Müller with one confirmed IBAN."""
    return replace(_PARTY, party_id=party_id, **changes)


def a_transfer(transaction_id: int = 1, /, **changes: Any) -> TransactionRow:
    """Return a transfer of 1,190.00 from Müller on the due date that names RE-2026-000123."""
    if "booking_date" in changes:
        changes.setdefault("value_date", changes["booking_date"])
    return replace(_TRANSACTION, transaction_id=transaction_id, **changes)


def a_discount(amount: int = 2_380, *, until: date = DUE, grace: int = 0) -> DiscountTier:
    """Return a discount of 2 % until the due date."""
    return DiscountTier(until, until + timedelta(grace), amount)


def matched(
    transactions: list[TransactionRow],
    items: list[OpenItemRow],
    parties: list[PartyRow] | None = None,
    *,
    rules: Ruleset = RULES,
    orders: tuple[OwnOrder, ...] = (),
) -> list[MatchResult]:
    """Return the results against items of the printers Müller unless other parties are given."""
    return match(transactions, items, [a_party()] if parties is None else parties, ruleset=rules, orders=orders)


def best(transaction: TransactionRow, *items: OpenItemRow, parties: list[PartyRow] | None = None) -> Proposal:
    """Return the first proposal for one transaction."""
    return matched([transaction], list(items), parties)[0].proposals[0]


def points(proposal: Proposal) -> dict[str, int]:
    """Return the points of a proposal by rule."""
    counted: dict[str, int] = {}
    for evidence in proposal.evidence:
        counted[evidence.rule] = counted.get(evidence.rule, 0) + evidence.points
    return counted


def items_of(proposal: Proposal) -> set[int]:
    """Return the items a proposal pays."""
    return {share.item_id for share in proposal.shares}
