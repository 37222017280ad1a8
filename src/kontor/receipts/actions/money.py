"""Where money goes in the books when somebody says that it moved."""

from __future__ import annotations

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.postings import AccountRef, by_number, by_role


class CashInOtherCurrency(Refusal):
    """Euros out of the till of francs."""

    sentence = gettext_noop(
        "%(name)s is kept in %(account)s, but %(amount)s is to be paid. Please choose a cash box in this currency."
    )


def place_of(money_account_id: int, *, currency: str) -> AccountRef:
    """Return a cash box's own account; else transit, which the line of the statement clears (decisions.md 32).

    Raises:
        CashInOtherCurrency
    """
    account = MoneyAccount.objects.select_related("account").get(id=money_account_id)
    if account.kind != MoneyAccountKind.CASH:
        return by_role("transit")
    if account.currency != currency:
        raise CashInOtherCurrency(name=account.name, account=account.currency, amount=currency)
    return by_number(account.account.number)
