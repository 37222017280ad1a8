"""What the acts load before they decide: items and transactions under row locks, and the tenant's conventions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kontor.core.kept_statements import kept
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.accounts import DocumentType
from kontor.ledger.models.periods import FiscalYear, Period, PeriodState
from kontor.ledger.models.taxes import ExchangeRate, VatRegime, VatStatus, VatTiming
from kontor.ledger.queries.names import dated_tax_codes
from kontor.ledger.rules.periods import PeriodNotOpen
from kontor.ledger.rules.postings import by_number
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.shares import shares_after, shares_from
from kontor.openitems.models import ItemKind
from kontor.openitems.rules.news import Books
from kontor.openitems.rules.steps import Conventions, KnownItem, Movement, TypeOfDifference
from kontor.organisations.models import Tenant

TEXT_LENGTH_MAX = 140


class NoSuchItem(Refusal):
    """The item does not exist here."""

    sentence = gettext_noop("This open item does not exist in these books.")
    status = 404


class NoSuchTransaction(Refusal):
    """The transaction does not exist here."""

    sentence = gettext_noop("This bank transaction does not exist in these books.")
    status = 404


class TransactionNotAllocatable(Refusal):
    """Deleted, only announced, or replaced by its details."""

    sentence = gettext_noop(
        "This bank transaction cannot be assigned: it is only announced, was removed, or its single payments are known."
    )
    status = 409


class NoExchangeRate(Refusal):
    """No rate for the currency."""

    sentence = gettext_noop(
        "There is no exchange rate for %(currency)s on %(day)s. Please enter one under “Exchange rates”."
    )


def base_currency() -> str:
    """Return the currency of the open tenant's books."""
    return _base_currency.rows(current_tenant_id())[0]


@kept
def _base_currency(tenant_id: int) -> QuerySet[Tenant, str]:
    return Tenant.objects.filter(id=tenant_id).values_list("base_currency", flat=True)


def conventions(*, is_taxed: bool = True) -> Conventions:
    """Return what the tenant has agreed on differences and taxes; the regime is asked for only where a tax code counts."""
    types = _types_of_differences.rows()
    has_own_tax = any(row.tax_code and not row.takes_tax_of_item for row in types)
    return Conventions(
        base_currency=base_currency(),
        tax_codes=dated_tax_codes(),
        document_types={
            row.code: TypeOfDifference(
                account=row.account.number, tax_code=row.tax_code, takes_tax_of_item=row.takes_tax_of_item
            )
            for row in types
        },
        deductions=_deductions(VatRegime.objects.order_by("valid_from")) if is_taxed or has_own_tax else (),
    )


@kept
def _types_of_differences() -> QuerySet[DocumentType]:
    return DocumentType.objects.filter(account__isnull=False).select_related("account")


def books() -> Books:
    """Return what opening items needs: tax codes and when tax falls due."""
    regimes = list(VatRegime.objects.order_by("valid_from"))
    return Books(
        base_currency=base_currency(),
        tax_codes=dated_tax_codes(),
        received_timings={
            ItemKind.RECEIVABLE: [(row.valid_from, row.output_timing == VatTiming.RECEIVED) for row in regimes],
            ItemKind.PAYABLE: [(row.valid_from, row.input_timing == VatTiming.RECEIVED) for row in regimes],
        },
        deductions=_deductions(regimes),
    )


def _deductions(regimes: Iterable[VatRegime]) -> list[tuple[date, bool]]:
    return [(row.valid_from, row.status == VatStatus.REGULAR) for row in regimes]


def first_day_of_books() -> date | None:
    """Return the first day of the first fiscal year."""
    return FiscalYear.objects.order_by("first_day").values_list("first_day", flat=True).first()


class Rates:
    """Exchange rates, asked for once per currency."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._known: dict[str, list[tuple[date, Decimal]]] = {}

    def on(self, currency: str, day: date) -> Decimal:
        """Return the last rate of `currency` known on `day`.  Raises: NoExchangeRate."""
        if currency == self._base:
            return Decimal(1)
        if currency not in self._known:
            rows = ExchangeRate.objects.filter(currency=currency).order_by("-day").values_list("day", "rate")
            self._known[currency] = list(rows)
        for known, rate in self._known[currency]:
            if known <= day:
                return rate
        raise NoExchangeRate(currency=currency, day=day.isoformat())


class OpenPeriods:
    """The states of the periods, so that one closed month refuses one step and not a whole batch."""

    def __init__(self) -> None:
        self._rows = _periods.rows()

    def check(self, day: date) -> None:
        """Refuse a day in a closed period.  Raises: PeriodNotOpen."""
        for first, last, state in self._rows:
            if first <= day <= last and state != PeriodState.OPEN:
                raise PeriodNotOpen(day=day.isoformat(), state=state)


@kept
def _periods() -> QuerySet[Period, Any]:
    return Period.objects.order_by("first_day").values_list("first_day", "last_day", "state")


_ITEMS = """
SELECT i.id, i.kind, i.side, a.number, i.currency, i.amount, i.amount_base, i.amount_open, i.base_open, i.tax_split::text,
  i.undue_moved, i.party_id, i.project_id, l.sphere, i.document_number
FROM openitems_openitem i
JOIN ledger_journalline l ON l.tenant_id = %s AND l.id = i.journal_line_id
JOIN ledger_account a ON a.tenant_id = %s AND a.id = l.account_id
WHERE i.tenant_id = %s AND i.id = ANY(%s) ORDER BY i.id
"""
_MOVEMENTS = """
SELECT t.id, t.amount, t.allocated, t.currency, a.number, t.booking_date, t.value_date,
  t.is_deleted OR t.status <> 'booked'
    OR EXISTS (SELECT 1 FROM banking_banktransaction c WHERE c.tenant_id = %s AND c.parent_id = t.id),
  t.counterparty_name, t.remittance
FROM banking_banktransaction t
JOIN banking_moneyaccount m ON m.tenant_id = %s AND m.id = t.money_account_id
JOIN ledger_account a ON a.tenant_id = %s AND a.id = m.account_id
WHERE t.tenant_id = %s AND t.id = ANY(%s) ORDER BY t.id
"""


def items_by_id(ids: Iterable[int], *, base: str, lock: bool = True) -> dict[int, KnownItem]:
    """Return items as rules see them; with `lock` their rows are held, ascending, until commit.

    Raises:
        NoSuchItem: one of them is not there.
    """
    wanted = sorted(set(ids))
    here = current_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS + ("FOR UPDATE OF i" if lock else ""), [here, here, here, wanted])
        found = {row[0]: _known_item(row, base=base) for row in cursor.fetchall()}
    if len(found) != len(wanted):
        raise NoSuchItem
    return found


def movements_by_id(ids: Iterable[int], *, rates: Rates, lock: bool = True) -> dict[int, Movement | Refusal]:
    """Return bank transactions as rules see them, or why one cannot be assigned; locked ascending.

    Raises:
        NoSuchTransaction: one of them is not there.
    """
    wanted = sorted(set(ids))
    here = current_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS + ("FOR UPDATE OF t" if lock else ""), [here, here, here, here, wanted])
        found = {row[0]: _movement(row, rates) for row in cursor.fetchall()}
    if len(found) != len(wanted):
        raise NoSuchTransaction
    return found


def _known_item(row: Sequence[Any], *, base: str) -> KnownItem:
    (item_id, kind, side, control, currency, amount, amount_base, amount_open, base_open, split, moved, party_id,
     project_id, sphere, number) = row  # fmt: skip
    shares = shares_from(json.loads(split))
    return KnownItem(
        id=item_id,
        kind=kind,
        item=Item(
            side, by_number(control), currency, base, amount, amount_base, amount_open, base_open,
            shares=shares_after(shares, moved) if shares else (),
            party_id=party_id, project_id=project_id, sphere=sphere or None, document_number=number,
            kind=kind,
        ),
    )  # fmt: skip


def _movement(row: Sequence[Any], rates: Rates) -> Movement | Refusal:
    (transaction_id, amount, allocated, currency, account, booked, valued, is_out, name, remittance) = row
    if is_out:
        return TransactionNotAllocatable()
    try:
        rate = rates.on(currency, valued)
    except NoExchangeRate as missing:
        return missing
    text = " · ".join(part for part in (name.strip(), remittance.strip()) if part)
    return Movement(
        id=transaction_id, amount=amount, allocated=allocated, currency=currency, money=by_number(account), day=booked,
        rate=rate, text=text[:TEXT_LENGTH_MAX],
    )  # fmt: skip
