"""Transfers between our own accounts, posted to transit: never by the engine alone, a person confirms each line."""

from __future__ import annotations

from datetime import datetime

from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.matching.queries.own_transfers import end_of
from kontor.openitems.actions.allocating import Done, allocate
from kontor.openitems.rules.steps import AccountShare


class NoOwnTransfer(Refusal):
    """The other end is no account of ours, or the transaction is assigned."""

    sentence = gettext_noop(
        "This transaction is no transfer between two own accounts of one currency, or it is assigned already."
    )
    status = 409


@act("matching.transfer")
def move_through_transit(transaction_id: int, *, at: datetime, by: Actor | None) -> Done:
    """Assign a transaction between two of our own accounts to transit; the line of the other account clears it.

    Raises:
        NoOwnTransfer, PeriodNotOpen, TransactionNotAllocatable
    """
    transaction = BankTransaction.objects.select_for_update(of=("self",)).select_related("money_account").get(
        id=transaction_id
    )  # fmt: skip
    account = end_of(transaction, MoneyAccount.objects.filter(is_active=True).order_by("id"))
    if account is None:
        raise NoOwnTransfer
    transit = account_book().find(by_role("transit")).number
    share = AccountShare(account=transit, amount=transaction.amount, text=account.name)
    return allocate(transaction.id, accounts=[share], evidence={"transfer": account.name}, at=at, by=by)
