"""Charts of accounts that come with Kontor, and which account plays which part in a posting."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from kontor.core.refusal import Refusal, gettext_noop

CHARTS: Final = ("SKR03", "SKR04", "SKR42", "KMU", "EKR")
COUNTRY_OF_CHART: Final = {"SKR03": "DE", "SKR04": "DE", "SKR42": "DE", "KMU": "CH", "EKR": "AT"}
DEBIT_KINDS: Final = frozenset({"asset", "expense"})


class UnknownChart(Refusal):
    """No chart of that name comes with Kontor."""

    sentence = gettext_noop("There is no chart of accounts “%(chart)s”. Choose SKR03, SKR04, SKR42, KMU or EKR.")


class MissingAccountRole(Refusal):
    """The books have no account for a part that a posting needs."""

    sentence = gettext_noop(
        "No account is assigned to the role “%(role)s” (tax rate: %(rate)s). Assign one in the ledger settings."
    )


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of a chart; `kind` is asset, liability, equity, income or expense."""

    number: str
    name_de: str
    name_en: str
    kind: str
    tax_code: str
    is_automatic: bool
    is_control: bool
    is_money: bool
    is_donation: bool
    report_group: str

    @property
    def control(self) -> str:
        """Whose sub-ledger it sums up: `receivables`, `payables` or the empty string."""
        if not self.is_control:
            return ""
        return "receivables" if self.kind == "asset" else "payables"

    @property
    def is_normally_debit(self) -> bool:
        """Whether its balance normally stands on the debit side."""
        return self.kind in DEBIT_KINDS


@dataclass(frozen=True, slots=True)
class ChartRole:
    """The account that plays `role`; `rate_percent` None serves every rate that has no row of its own."""

    role: str
    rate_percent: Decimal | None
    account: str


type RoleAccounts = Mapping[tuple[str, Decimal | None], str]


@cache
def chart_accounts(chart: str) -> tuple[ChartAccount, ...]:
    """Return the accounts of `chart`, by number.

    Raises:
        UnknownChart: the name is not one of `CHARTS`.
    """
    return tuple(_account(row) for row in _rows(_file_of(chart)))


@cache
def chart_roles(chart: str) -> tuple[ChartRole, ...]:
    """Return who plays which part in `chart`.

    Raises:
        UnknownChart: the name is not one of `CHARTS`.
    """
    return tuple(
        ChartRole(row["role"], Decimal(row["tax_rate"]) if row["tax_rate"] else None, row["account"])
        for row in _rows(_file_of(chart) + "_roles")
    )


def country_of_chart(chart: str) -> str:
    """Return DE, AT or CH.

    Raises:
        UnknownChart: the name is not one of `CHARTS`.
    """
    _file_of(chart)
    return COUNTRY_OF_CHART[chart]


def role_accounts(roles: Iterable[ChartRole]) -> RoleAccounts:
    """Return `roles` as a table for `account_number`."""
    return {(role.role, role.rate_percent): role.account for role in roles}


def account_number(accounts: RoleAccounts, role: str, *, rate_percent: Decimal | None = None) -> str:
    """Return the account of `role` at `rate_percent`, else the one that serves every rate.

    Raises:
        MissingAccountRole: neither is assigned.
    """
    number = accounts.get((role, rate_percent)) or accounts.get((role, None))
    if number is None:
        raise MissingAccountRole(role=role, rate="–" if rate_percent is None else f"{rate_percent.normalize():f} %")
    return number


def _file_of(chart: str) -> str:
    if chart not in CHARTS:
        raise UnknownChart(chart=chart)
    return chart.lower()


def _rows(name: str) -> list[dict[str, str]]:
    text = files("kontor.ledger").joinpath("charts", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _account(row: Mapping[str, str]) -> ChartAccount:
    return ChartAccount(
        number=row["number"],
        name_de=row["name_de"],
        name_en=row["name_en"],
        kind=row["kind"],
        tax_code=row["tax_code"],
        is_automatic=row["is_automatic"] == "1",
        is_control=row["is_control"] == "1",
        is_money=row["is_money"] == "1",
        is_donation=row["is_donation"] == "1",
        report_group=row["report_group"],
    )
