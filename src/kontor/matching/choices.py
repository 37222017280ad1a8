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
    """An item that was ticked; `cash` is what it is settled by in its own direction and currency, None as it fits.

    `paid` is the part of the payment for it where that is in another currency, None what is left.
    """

    row: OpenItemRow
    cash: int | None
    paid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is to be done: shares, what becomes of the payment's rest, and the figures that the screen shows.

    `missing_elsewhere` are the rests of items in other currencies: currency and minor units. `may_discount` tells
    whether an item that keeps something open has a discount left on the day of the payment.
    """

    shares: tuple[Share, ...]
    remainder: Remainder
    missing: int
    surplus: int
    missing_elsewhere: tuple[tuple[str, int], ...] = ()
    may_discount: bool = False

    @property
    def difference(self) -> str:
        """Return what becomes of the items' rest, by what the shares really do: "discount", "write_off" or "leave"."""
        if any(share.discount for share in self.shares):
            return "discount"
        return "write_off" if any(share.difference > 0 for share in self.shares) else "leave"


@dataclass(frozen=True, slots=True)
class _Filled:
    """An item with its cash, and with its part of the payment where that is in another currency."""

    row: OpenItemRow
    cash: int
    paid: int | None
    is_foreign: bool

    @property
    def used(self) -> int:
        """What the payment gives for it, in the item's own direction."""
        return (self.paid or 0) if self.is_foreign else self.cash


def chosen(
    picked: Sequence[Picked],
    *,
    rest: int,
    currency: str,
    on: date,
    shortfall: str,
    surplus: str,
    may_write_off: bool,
) -> Chosen:
    """Return the shares of what was ticked.

    `rest` is what the transaction still holds, with its sign, in `currency`; `on` decides which discount is valid.
    `missing` is what the items keep open before the difference is dealt with, `surplus` what the payment holds beyond
    them.

    Raises:
        WriteOffNotAllowed: a difference beyond the tolerance without the right for it.
    """
    direction = 1 if rest > 0 else -1
    filled = _filled(picked, abs(rest), direction, currency)
    shares = [
        _share(
            each, on=on, shortfall=shortfall, may_write_off=may_write_off, is_reducing=each.row.direction != direction
        )
        for each in filled
    ]
    used = sum(each.used if each.row.direction == direction else -each.used for each in filled)
    excess = abs(rest) - used
    missing: dict[str, int] = {}
    may_discount = False
    for each in filled:
        if each.row.direction == direction and each.row.amount_open > each.cash:
            missing[each.row.currency] = missing.get(each.row.currency, 0) + each.row.amount_open - each.cash
            may_discount = may_discount or discount_on(each.row, on) is not None
    if excess > 0 and surplus == "keep" and shares:
        shares = _kept(shares, filled, excess, direction=direction, may_write_off=may_write_off)
    return Chosen(
        shares=tuple(shares), remainder="credit" if excess > 0 and surplus == "credit" and shares else "leave",
        missing=missing.pop(currency, 0), surplus=max(excess, 0), missing_elsewhere=tuple(sorted(missing.items())), may_discount=may_discount,
    )  # fmt: skip


def shortfall_of(discount: int, difference: int) -> str:
    """Return the choice that a proposal's share means."""
    return "write_off" if difference > 0 and not discount else "discount"


def _filled(picked: Sequence[Picked], amount: int, direction: int, currency: str) -> list[_Filled]:
    """Give each ticked item its cash: as typed, at most what is open; where nothing was typed what is left."""
    left = amount - sum(_sign(each, direction) * (_typed_use(each, currency) or 0) for each in picked)
    filled = []
    for each in picked:
        found = _fill(each, left, direction=direction, currency=currency)
        if _typed_use(each, currency) is None:
            left -= _sign(each, direction) * found.used
        filled.append(found)
    return filled


def _fill(each: Picked, left: int, *, direction: int, currency: str) -> _Filled:
    is_open = each.row.amount_open
    typed = None if each.cash is None else min(each.cash, is_open)
    if each.row.currency == currency:
        fitting = is_open if _sign(each, direction) < 0 else max(min(is_open, left), 0)
        return _Filled(each.row, fitting if typed is None else typed, None, is_foreign=False)
    paid = each.paid if each.paid is not None else (left if left > 0 and _sign(each, direction) > 0 else None)
    return _Filled(each.row, is_open if typed is None else typed, paid, is_foreign=True)


def _typed_use(each: Picked, currency: str) -> int | None:
    """Return what was typed as the item's part of the payment."""
    if each.row.currency != currency:
        return each.paid
    return None if each.cash is None else min(each.cash, each.row.amount_open)


def _sign(each: Picked, direction: int) -> int:
    return 1 if each.row.direction == direction else -1


def _share(filled: _Filled, *, on: date, shortfall: str, may_write_off: bool, is_reducing: bool) -> Share:
    row, cash = filled.row, filled.cash
    missing = row.amount_open - cash
    share = Share(item_id=row.item_id, cash=cash, paid=filled.paid)
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
    filled: Sequence[_Filled],
    excess: int,
    *,
    direction: int,
    may_write_off: bool,
) -> list[Share]:
    """Let the last item that is paid in full take what was paid too much."""
    places = [
        at
        for at, each in enumerate(filled)
        if not each.is_foreign and each.row.direction == direction and each.cash == each.row.amount_open
    ]
    if not places:
        return list(shares)
    at = places[-1]
    row = filled[at].row
    if excess + row.earlier_differences > row.tolerance_over and not may_write_off:
        raise WriteOffNotAllowed(document=row.document_number)
    changed = replace(shares[at], cash=shares[at].cash + excess, difference=-excess)
    return [*shares[:at], changed, *shares[at + 1 :]]
