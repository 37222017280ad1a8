"""Accounts and the parts they play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kontor.core.kept_statements import kept
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.rules.charts import MissingAccountRole
from kontor.ledger.rules.postings import AccountRef


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What posting needs to know of an account."""

    id: int
    number: str
    control: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class AccountBook:
    """The tenant's accounts by number and by role, loaded in two queries."""

    by_number: Mapping[str, KnownAccount]
    by_role: Mapping[tuple[str, Decimal | None], KnownAccount]

    def find(self, ref: AccountRef) -> KnownAccount:
        """Return the account meant; a role without an account for the rate falls back to the one without rate.

        Raises:
            MissingAccountRole: the chart has no such account.
        """
        if ref.number:
            found = self.by_number.get(ref.number)
        else:
            rate = None if ref.rate_percent is None else ref.rate_percent.normalize()
            found = self.by_role.get((ref.role, rate)) or self.by_role.get((ref.role, None))
        if found is None:
            raise MissingAccountRole(role=ref.number or ref.role, rate=ref.rate_percent or "–")
        return found


def account_book() -> AccountBook:
    """Return the open tenant's account book."""
    accounts = {row[0]: KnownAccount(*row) for row in _accounts.rows()}
    roles = _roles.rows()
    return AccountBook(
        by_number={account.number: account for account in accounts.values()},
        by_role={(role, None if rate is None else rate.normalize()): accounts[key] for role, rate, key in roles},
    )


@kept
def _accounts() -> QuerySet[Account, Any]:
    return Account.objects.values_list("id", "number", "control", "is_active")


@kept
def _roles() -> QuerySet[AccountRole, Any]:
    return AccountRole.objects.values_list("role", "rate_percent", "account_id")


def account_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the German and English names of accounts by id."""
    return {key: (german, english) for key, german, english in _names.rows(sorted(set(ids)))}


@kept
def _names(ids: list[int]) -> QuerySet[Account, Any]:
    return Account.objects.filter(id__among=ids).values_list("id", "name_de", "name_en")


def accounts_with_numbers(numbers: Iterable[str]) -> dict[str, Account]:
    """Return accounts by number."""
    return {account.number: account for account in Account.objects.filter(number__in=list(numbers))}
