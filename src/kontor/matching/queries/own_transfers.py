"""Money that only moves between two of our own accounts: it goes through transit, where both lines meet (P-15, P-21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from kontor.banking.models import BankTransaction, MoneyAccount, TransactionStatus

DAYS_MAX = 10


class Moving(Protocol):
    """What of a transaction tells a transfer; a row of the list knows it, too."""

    @property
    def counterparty_iban(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def allocated(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def money_account_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class OwnTransfer:
    """The own account at the other end, and its line on that account's statement where it is here already."""

    account: MoneyAccount
    other_line: BankTransaction | None = None

    @property
    def is_met(self) -> bool:
        """Tell whether the other line stands in transit already, so that this one clears it."""
        return self.other_line is not None and self.other_line.allocated == self.other_line.amount


def own_transfer(transaction: BankTransaction, accounts: Iterable[MoneyAccount]) -> OwnTransfer | None:
    """Return where an untouched transaction's money went to or came from, if that is another of our own `accounts`.

    Only between accounts of one currency: what is changed on the way has a price of its own. The transaction comes with
    its account. One statement, none where it is no transfer.
    """
    account = end_of(transaction, accounts)
    if account is None:
        return None
    around = timedelta(DAYS_MAX)
    other = BankTransaction.objects.filter(
        money_account_id=account.id, amount=-transaction.amount, currency=transaction.currency, is_deleted=False,
        status=TransactionStatus.BOOKED, counterparty_iban=transaction.money_account.iban,
        booking_date__range=(transaction.booking_date - around, transaction.booking_date + around),
    )  # fmt: skip
    return OwnTransfer(account, other.order_by("booking_date", "id").first())


def end_of(transaction: Moving, accounts: Iterable[MoneyAccount]) -> MoneyAccount | None:
    """Return the other one of our own accounts that an untouched transaction names, if there is one; no statement."""
    return ends_among(accounts)(transaction)


def ends_among(accounts: Iterable[MoneyAccount]) -> Callable[[Moving], MoneyAccount | None]:
    """Return what says of many transactions as `end_of` does."""
    ours: dict[str, list[MoneyAccount]] = {}
    for account in accounts:
        ours.setdefault(_squeezed(account.iban), []).append(account)
    ours.pop("", None)

    def end(transaction: Moving) -> MoneyAccount | None:
        if not transaction.counterparty_iban or not transaction.amount or transaction.allocated:
            return None
        named = ours.get(_squeezed(transaction.counterparty_iban), ())
        here, currency = transaction.money_account_id, transaction.currency
        return next((each for each in named if each.id != here and each.currency == currency), None)

    return end


def _squeezed(iban: str) -> str:
    """Return an account as it is compared; banks also name accounts that are no IBAN."""
    return "".join(iban.split()).upper()
