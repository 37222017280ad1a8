"""What the set-up rooms show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from kontor.core.models import Counter
from kontor.ledger.models.accounts import Account, AccountRole, DocumentType
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import FiscalYear
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.models.taxes import ExchangeRate, TaxCode, VatRegime
from kontor.ledger.queries.balances import RESULT_KINDS
from kontor.ledger.queries.names import account_name


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account of the chart; `balance` is debit positive, of income and expenses that of the year of `on`."""

    id: int
    number: str
    name: str
    other_name: str
    kind: str
    control: str
    tax_code: str
    is_automatic: bool
    is_money: bool
    is_active: bool
    balance: int
    roles: int


def chart_rows(on: date) -> list[AccountRow]:
    """Return every account by number, those out of use as well; four queries."""
    year = FiscalYear.objects.filter(first_day__lte=on, last_day__gte=on).first()
    in_year = Q(month__gte=year.first_day.replace(day=1)) if year else Q()
    sums = {
        row["account_id"]: row
        for row in AccountMonth.objects.values("account_id").annotate(
            ever=Sum("debit") - Sum("credit"),
            this_year=Coalesce(Sum("debit", filter=in_year), 0) - Coalesce(Sum("credit", filter=in_year), 0),
        )
    }
    roles = dict(AccountRole.objects.values_list("account_id").annotate(count=Count("id")))
    return [
        AccountRow(
            id=row.id, number=row.number, name=account_name(row), other_name=f"{row.name_de} {row.name_en}", kind=row.kind,
            control=row.control, tax_code=row.tax_code, is_automatic=row.is_automatic, is_money=row.is_money,
            is_active=row.is_active, roles=roles.get(row.id, 0),
            balance=_balance(sums.get(row.id), row.kind),
        )
        for row in Account.objects.order_by("number")
    ]  # fmt: skip


def _balance(sums: Mapping[str, Any] | None, kind: str) -> int:
    return 0 if sums is None else int(sums["this_year" if kind in RESULT_KINDS else "ever"])


def balance_of(account_id: int) -> int:
    """Return all debits less all credits that an account ever had."""
    found = AccountMonth.objects.filter(account_id=account_id).aggregate(
        debit=Coalesce(Sum("debit"), 0), credit=Coalesce(Sum("credit"), 0)
    )
    return int(found["debit"]) - int(found["credit"])


def has_entries(account_id: int) -> bool:
    """Tell whether an account has lines, drafts included."""
    return JournalLine.objects.filter(account_id=account_id).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A numbering series and what its next number is."""

    series: str
    year: int
    taken: int

    @property
    def next_number(self) -> str:
        """Return the next number as it will be written."""
        return f"{self.year}-{self.taken + 1:06d}" if self.year else f"{self.taken + 1}"


def numbering() -> list[Series]:
    """Return every series that has given a number, newest year first."""
    rows = Counter.objects.order_by("series", "-year").values_list("series", "year", "next")
    return [Series(series=series, year=year, taken=following - 1) for series, year, following in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The state of the rooms, for their overview."""

    accounts: int
    accounts_off: int
    roles: int
    tax_codes: int
    regime: VatRegime | None
    currencies: int
    last_rate: date | None
    document_types: int
    series: int


def set_up(on: date) -> SetUp:
    """Return the state of the rooms; a constant number of queries."""
    accounts = Account.objects.aggregate(
        on=Count("id", filter=Q(is_active=True)), off=Count("id", filter=Q(is_active=False))
    )
    valid = TaxCode.objects.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))
    latest = ExchangeRate.objects.order_by("-day").values_list("day", flat=True).first()
    return SetUp(
        accounts=accounts["on"], accounts_off=accounts["off"], roles=AccountRole.objects.count(), tax_codes=valid.count(),
        regime=VatRegime.objects.filter(valid_from__lte=on).order_by("-valid_from").first(),
        currencies=ExchangeRate.objects.aggregate(n=Count("currency", distinct=True))["n"], last_rate=latest,
        document_types=DocumentType.objects.count(), series=Counter.objects.aggregate(n=Count("series", distinct=True))["n"],
    )  # fmt: skip
