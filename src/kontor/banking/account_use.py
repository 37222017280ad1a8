"""A money account keeps its ledger account in use."""

from __future__ import annotations

from kontor.banking.models import MoneyAccount
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.uses import object_to_disuse


class HoldsMoneyAccount(Refusal):
    """Every movement of the money account is posted there."""

    sentence = gettext_noop(
        "Account %(number)s is the ledger account of the money account “%(name)s”: its payments are posted there. "
        "It stays in use."
    )
    status = 409


@object_to_disuse
def money_account_of(account_id: int) -> Refusal | None:
    """Object, if a money account is kept on the account."""
    row = MoneyAccount.objects.filter(account_id=account_id).values_list("account__number", "name").first()
    return None if row is None else HoldsMoneyAccount(number=row[0], name=row[1])
