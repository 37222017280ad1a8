"""Payment lists that were paid: set so by hand, or found on the statement as one line."""

from __future__ import annotations

from datetime import date, datetime

from kontor.banking.models import BankTransaction, MoneyAccount, MoneyAccountKind
from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_number, by_role
from kontor.openitems.actions.allocating import Done, allocate
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.rules.steps import AccountShare, Share
from kontor.payments.actions.batches import locked
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.queries.lists import name_of, orders_of
from kontor.payments.queries.statement import CLEARS, Fitting, fitting_lists
from kontor.payments.queries.transit import CLEARS_SETTLING, paid_by_hand
from kontor.payments.rules.refusals import NoListFits, NotAwaited, NotDraft, NothingToPay


@act("payments.settle")
def settle_by_hand(batch_id: int, *, day: date, at: datetime, by: Actor) -> int:
    """Record that a list was paid, less its discounts; returns how many orders.

    Its statement lines clear transit (decisions.md 32).

    Raises:
        NotDraft: cancelled; NothingToPay: everything is settled; PeriodNotOpen
    """
    batch = locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        raise NotDraft(number=name_of(batch))
    waiting = [order for order in orders_of(batch) if not order.is_paid]
    if not waiting:
        raise NothingToPay
    account = MoneyAccount.objects.select_related("account").get(id=batch.money_account_id)
    through = by_number(account.account.number) if account.kind == MoneyAccountKind.CASH else by_role("transit")
    for order in sorted(waiting, key=lambda order: order.item_id):
        is_whole = order.item.amount_open == order.amount + order.discount
        settle_through(
            order.item_id, through, discount=order.discount if is_whole else 0,
            text=f"{name_of(batch)} {order.payee_name}", is_order=True, day=day, at=at, by=by,
        )  # fmt: skip
    batch.settled_at = at
    batch.save(update_fields=["settled_at"])
    return len(waiting)


@act("payments.pay_list")
def pay_list(
    transaction_id: int,
    batch_id: int,
    *,
    order_id: int | None = None,
    run_key: str = "",
    key: str = "",
    is_automatic: bool = False,
    at: datetime,
    by: Actor | None,
) -> Done:
    """Assign a debit to the list that it pays to the cent: to all its open items, or to transit where it was set paid.

    With `order_id` the debit is one order of a list that was set paid by hand.

    Raises:
        NoListFits: it does not fit, or not any more.
    """  # fmt: skip
    transaction = BankTransaction.objects.select_for_update().get(id=transaction_id)
    found = [
        each for each in fitting_lists(transaction)
        if each.batch.id == batch_id and (order_id is None or [order.id for order in each.orders] == [order_id])
    ]  # fmt: skip
    if not found:
        batch = PaymentBatch.objects.filter(id=batch_id).first()
        raise NoListFits(number=name_of(batch) if batch else "–")
    fitting = found[0]
    evidence: dict[str, object] = {"list": fitting.number}
    if fitting.is_in_transit:
        evidence[CLEARS] = [order.id for order in fitting.orders]
    shares, accounts = _shares(fitting), _accounts(fitting)
    return allocate(
        transaction_id, shares, accounts=accounts, evidence=evidence, run_key=run_key, key=key,
        is_automatic=is_automatic, at=at, by=by,
    )  # fmt: skip


@act("payments.clear_transit")
def clear_transit(transaction_id: int, settling_id: int, *, key: str = "", at: datetime, by: Actor | None) -> Done:
    """Assign a transaction to transit as the money of an item that was set paid by hand (decisions.md 32).

    Raises:
        NotAwaited: it does not fit, or not any more.
    """
    transaction = BankTransaction.objects.select_for_update().get(id=transaction_id)
    found = next((row for row in paid_by_hand(transaction) if row.id == settling_id), None)
    if found is None or found.item is None:
        raise NotAwaited
    number = found.item.document_number
    share = AccountShare(account=_transit(), amount=transaction.amount, text=number)
    evidence = {"document": number, CLEARS_SETTLING: found.id}
    return allocate(transaction_id, accounts=[share], evidence=evidence, key=key, at=at, by=by)


def _transit() -> str:
    return account_book().find(by_role("transit")).number


def _shares(fitting: Fitting) -> list[Share]:
    if fitting.is_in_transit:
        return []
    orders = sorted(fitting.orders, key=lambda order: order.item_id)
    return [Share(item_id=order.item_id, cash=order.amount, discount=order.discount) for order in orders]


def _accounts(fitting: Fitting) -> list[AccountShare]:
    if not fitting.is_in_transit:
        return []
    total = sum(order.amount for order in fitting.orders)
    return [AccountShare(account=_transit(), amount=-total, text=fitting.number)]
