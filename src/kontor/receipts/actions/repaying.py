"""Money that comes back to the organisation: the rest of an advance (P-05)."""

from __future__ import annotations

from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.figures import format_money
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.models import OpenItem
from kontor.organisations.models import Tenant
from kontor.receipts.actions.advancing import advance_name
from kontor.receipts.actions.money import place_of
from kontor.receipts.models import Advance


class NothingToRecover(Refusal):
    """The advance is used up, given back, or was never paid out."""

    sentence = gettext_noop("Nothing is left of this advance that could be paid back. Reload the page.")
    status = 409


class MoreThanLeft(Refusal):
    """More came back than is open."""

    sentence = gettext_noop("Only %(left)s are left of this advance. Please correct the amount.")


@act("receipts.receive_repayment")
def receive_repayment(
    advance_id: int, money_account_id: int, *, amount: int | None = None, day: date, at: datetime, by: Actor
) -> int:
    """Record that somebody gave back what was left of an advance, or `amount` of it; returns the entry.

    Dr cash, or transit where a statement will show it (decisions.md 32), Cr staff advances.

    Raises:
        NothingToRecover, MoreThanLeft, CashInOtherCurrency, PeriodNotOpen
    """
    advance = Advance.objects.filter(id=advance_id).select_for_update().first()
    item = None if advance is None else OpenItem.objects.filter(id=advance.item_id or 0).first()
    if advance is None or item is None or not item.amount_open:
        raise NothingToRecover
    wanted = item.amount_open if amount is None else amount
    if not 0 < wanted <= item.amount_open:
        region = Tenant.objects.values_list("country", flat=True).get(id=current_tenant_id())
        raise MoreThanLeft(left=format_money(item.amount_open, currency=item.currency, region=region))
    through = place_of(money_account_id, currency=item.currency)
    text = f"{advance_name(advance)} {advance.purpose}"[:140]
    return settle_through(item.id, through, amount=wanted, text=text, day=day, at=at, by=by)
