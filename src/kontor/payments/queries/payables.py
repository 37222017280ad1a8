"""What can be paid, and from where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.contacts.models import BankDetails
from kontor.openitems.models import ItemKind, ItemSide, OpenItem
from kontor.payments.models import BatchState, PaymentOrder
from kontor.payments.payees import Payee, payees_of

PAYABLE_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An open item that may be paid, and where the money would go; `is_new_iban`: nobody was paid there before."""

    item: OpenItem
    payee: Payee
    is_new_iban: bool


def payables(currency: str, *, ids: Iterable[int] | None = None) -> list[Payable]:
    """Return what waits for a transfer in this currency, first due first: not blocked, not in payment, not paid otherwise."""
    rows = OpenItem.objects.filter(
        kind=ItemKind.PAYABLE, side=ItemSide.CREDIT, amount_open__gt=0, currency=currency, is_blocked=False,
        is_in_payment=False,
    )  # fmt: skip
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    items = list(rows.select_related("party").order_by("due_date", "id")[:PAYABLE_MAX])
    payees, known = payees_of(items), _known_ibans({item.party_id for item in items})
    return [
        Payable(
            item=item, payee=payees[item.id],
            is_new_iban=bool(payees[item.id].iban) and (item.party_id, payees[item.id].iban) not in known,
        )
        for item in items
        if not payees[item.id].is_paid_otherwise
    ]  # fmt: skip


def accounts_to_pay_from() -> list[MoneyAccount]:
    """Return the bank accounts that transfers can leave."""
    rows = MoneyAccount.objects.filter(is_active=True, kind=MoneyAccountKind.BANK, currency__in=["EUR", "CHF"])
    return list(rows.order_by("-iban", "id"))


def _known_ibans(party_ids: set[int]) -> set[tuple[int, str]]:
    """Return the accounts that the parties gave us, and those to which an earlier order of theirs was carried out."""
    known = set(BankDetails.objects.filter(party_id__in=party_ids).values_list("party_id", "iban"))
    is_paid = Q(item__amount_open=0) | Q(carried_out_on__isnull=False)
    paid = PaymentOrder.objects.filter(is_paid, is_removed=False, batch__state=BatchState.EXPORTED)
    return known | set(paid.filter(item__party_id__in=party_ids).values_list("item__party_id", "payee_iban"))
