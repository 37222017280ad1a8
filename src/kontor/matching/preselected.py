"""Open items that were chosen in their list and are to be assigned: with which payment, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kontor.banking.models import BankTransaction
from kontor.core.refusal import Refusal
from kontor.matching.detail import RULESET, Typed, choice_of
from kontor.matching.queries.bench import Scope, in_scope
from kontor.matching.queries.loading import items_by_id
from kontor.matching.queries.proposals import transactions_proposed_for
from kontor.matching.rules.values import OpenItemRow

PLACES_LOOKED_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Preselection:
    """Items chosen beforehand that are still open; `sums` are what they want to be paid, by currency, ours positive."""

    items: tuple[OpenItemRow, ...]

    @property
    def sums(self) -> tuple[tuple[int, str], ...]:
        """Return the open amounts by currency."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.currency] = found.get(item.currency, 0) + item.direction * item.amount_open
        return tuple((amount, currency) for currency, amount in sorted(found.items()))


def preselection_of(ids: Sequence[int]) -> Preselection | None:
    """Return what of the chosen items is still open, in the order chosen; None if nothing is."""
    rows = items_by_id(ids) if ids else {}
    items = tuple(rows[key] for key in ids if key in rows and rows[key].amount_open > 0)
    return Preselection(items=items) if items else None


def payment_for(chosen: Preselection, scope: Scope) -> BankTransaction | None:
    """Return the payment of the list that pays all of the items by its proposal, is their sum, pays some of them or goes their way."""
    rows = in_scope(scope)
    proposed = transactions_proposed_for(
        [item.item_id for item in chosen.items], points_min=RULESET.points_show, most=PLACES_LOOKED_AT
    )
    known = {row.id: row for row in rows.filter(id__in=[key for key, _count in proposed])}
    there = [(known[key], count) for key, count in proposed if key in known]
    whole = next((row for row, count in there if count == len(chosen.items)), None)
    return whole or _of_their_sum(rows, chosen) or (there[0][0] if there else _of_their_direction(rows, chosen))


def _of_their_sum(rows: QuerySet[BankTransaction], chosen: Preselection) -> BankTransaction | None:
    if len(chosen.sums) > 1:
        return None
    amount, currency = chosen.sums[0]
    return rows.filter(amount=amount, allocated=0, currency=currency).first()


def _of_their_direction(rows: QuerySet[BankTransaction], chosen: Preselection) -> BankTransaction | None:
    is_claim = sum(item.direction for item in chosen.items) >= 0
    return (rows.filter(amount__gt=0) if is_claim else rows.filter(amount__lt=0)).first()


def filled_with(chosen: Preselection, row: BankTransaction) -> Typed | None:
    """Return the form with the payment shared out and the items ticked that get some; None where none goes its way."""
    rest = row.amount - row.allocated
    direction = 1 if rest > 0 else -1
    if not rest or not any(item.direction == direction for item in chosen.items):
        return None
    form = Typed(items=tuple(item.item_id for item in chosen.items))
    try:
        shares = choice_of(row, form, may_write_off=False).shares
    except Refusal:
        return form
    signs = {item.item_id: 1 if item.direction == direction else -1 for item in chosen.items}
    return Typed(
        items=tuple(share.item_id for share in shares if share.cash), amounts={share.item_id: share.cash * signs[share.item_id] for share in shares},
        paid={share.item_id: share.paid * signs[share.item_id] for share in shares if share.paid is not None},
    )  # fmt: skip
