"""What a person chose on the workbench, as shares for openitems: pure, shared by preview and confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kontor.core.refusal import Refusal, gettext_noop
from kontor.matching.rules.tolerance import discount_on
from kontor.matching.rules.values import OpenItemRow
from kontor.openitems.rules.steps import Remainder, Share

SHORTFALLS = ("discount", "leave", "write_off")
SURPLUSES = ("leave", "credit", "keep")


class WriteOffNotAllowed(Refusal):
    """The difference is beyond the tolerance and the person may not write off."""

    sentence = gettext_noop(
        "The difference of document %(document)s is beyond its tolerance. "
        "Writing it off needs the right to write off; leave it open or ask somebody who holds it."
    )
    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An item that was ticked; `cash` is the part of the payment for it in the item's own direction, None as it fits."""

    row: OpenItemRow
    cash: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is to be done: shares, what becomes of the payment's rest, and the figures that the screen shows."""

    shares: tuple[Share, ...]
    remainder: Remainder
    missing: int
    surplus: int


def chosen(
    picked: Sequence[Picked], *, rest: int, on: date, shortfall: str, surplus: str, may_write_off: bool
) -> Chosen:
    """Return the shares of what was ticked.

    `rest` is what the transaction still holds, with its sign; `on` decides which discount is valid. `missing` is what
    the items keep open before the difference is dealt with, `surplus` what the payment holds beyond them.

    Raises:
        WriteOffNotAllowed: a difference beyond the tolerance without the right for it.
    """
    direction = 1 if rest > 0 else -1
    filled = _filled(picked, abs(rest), direction)
    shares = [
        _share(
            row, cash, on=on, shortfall=shortfall, may_write_off=may_write_off, is_reducing=row.direction != direction
        )
        for row, cash in filled
    ]
    used = sum(cash if row.direction == direction else -cash for row, cash in filled)
    excess = abs(rest) - used
    missing = sum(max(row.amount_open - cash, 0) for row, cash in filled if row.direction == direction)
    if excess > 0 and surplus == "keep" and shares:
        shares = _kept(shares, filled, excess, direction=direction, may_write_off=may_write_off)
    return Chosen(
        shares=tuple(shares), remainder="credit" if excess > 0 and surplus == "credit" and shares else "leave",
        missing=missing, surplus=max(excess, 0),
    )  # fmt: skip


def shortfall_of(discount: int, difference: int) -> str:
    """Return the choice that a proposal's share means."""
    return "write_off" if difference > 0 and not discount else "discount"


def _filled(picked: Sequence[Picked], amount: int, direction: int) -> list[tuple[OpenItemRow, int]]:
    """Give each ticked item its cash: as typed, at most what is open; where nothing was typed what is left."""
    typed = {each.row.item_id: min(each.cash, each.row.amount_open) for each in picked if each.cash is not None}
    signs = {each.row.item_id: 1 if each.row.direction == direction else -1 for each in picked}
    left = amount - sum(signs[key] * cash for key, cash in typed.items())
    filled = []
    for each in picked:
        key = each.row.item_id
        if key not in typed:
            typed[key] = each.row.amount_open if signs[key] < 0 else max(min(each.row.amount_open, left), 0)
            left -= signs[key] * typed[key]
        filled.append((each.row, typed[key]))
    return filled


def _share(row: OpenItemRow, cash: int, *, on: date, shortfall: str, may_write_off: bool, is_reducing: bool) -> Share:
    missing = row.amount_open - cash
    share = Share(item_id=row.item_id, cash=cash)
    if is_reducing or missing <= 0 or shortfall == "leave":
        return share
    if shortfall == "write_off":
        if missing + row.earlier_differences > row.tolerance_under and not may_write_off:
            raise WriteOffNotAllowed(document=row.document_number)
        return replace(share, difference=missing)
    tier = discount_on(row, on)
    discount = min(missing, tier.amount) if tier else 0
    left = missing - discount
    if left and left + row.earlier_differences > row.tolerance_under:
        return share
    return replace(share, discount=discount, difference=left)


def _kept(
    shares: Sequence[Share],
    filled: Sequence[tuple[OpenItemRow, int]],
    excess: int,
    *,
    direction: int,
    may_write_off: bool,
) -> list[Share]:
    """Let the last item that is paid in full take what was paid too much."""
    places = [at for at, (row, cash) in enumerate(filled) if row.direction == direction and cash == row.amount_open]
    if not places:
        return list(shares)
    at = places[-1]
    row = filled[at][0]
    if excess + row.earlier_differences > row.tolerance_over and not may_write_off:
        raise WriteOffNotAllowed(document=row.document_number)
    changed = replace(shares[at], cash=shares[at].cash + excess, difference=-excess)
    return [*shares[:at], changed, *shares[at + 1 :]]
