"""Choices of the ledger in the reader's language: accounts, tax codes, projects, spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from kontor.core.kept_statements import kept
from kontor.core.reading import columns_of, selected
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.taxes import VatRegime, VatStatus
from kontor.ledger.rules.taxes import TaxCode, TaxKind, without_deduction
from kontor.projects.models import Project

FOUND_MAX = 12
PROJECTS_MAX = 500
_NUMBERED = f"SELECT {columns_of(Account, 'a')} FROM ledger_account a WHERE a.tenant_id = %s AND a.number = %s"

_TAX_CODES = """
SELECT t.code, t.name_de, t.name_en, t.kind, t.rate_percent, t.valid_from, t.valid_to, t.deductible_percent, t.tax_role,
  t.contra_role, t.undue_role, t.base_box, t.tax_box, t.category, t.reason
FROM ledger_taxcode t WHERE t.tenant_id = %s ORDER BY t.code, t.valid_from
"""
_SPANS = """
SELECT y.id, y.label, y.first_day, y.last_day, p.first_day, p.last_day
FROM ledger_fiscalyear y LEFT JOIN ledger_period p ON p.tenant_id = y.tenant_id AND p.fiscal_year_id = y.id
WHERE y.tenant_id = %s ORDER BY y.first_day DESC, y.id, p.first_day DESC
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A month, a fiscal year or any days to look at; `key` stands in the address ("2026-11", "2026", "2026-03-05_2026-03-20")."""

    key: str
    first_day: date
    last_day: date
    is_year: bool
    year_first_day: date

    @property
    def is_range(self) -> bool:
        """Tell whether it is neither a month nor a year."""
        return "_" in self.key


def is_german() -> bool:
    """Tell whether the reader's language is German."""
    return (get_language() or "de").startswith("de")


def account_name(account: Account) -> str:
    """Return an account's name in the reader's language."""
    return account.name_de if is_german() else account.name_en


def find_accounts(text: str, *, postable: bool = True) -> QuerySet[Account]:
    """Return the accounts in use that a number or name means, by number; `postable` leaves out control accounts."""
    words = text.strip()
    rows = Account.objects.filter(is_active=True).order_by("number")
    if postable:
        rows = rows.filter(control="")
    if words:
        rows = rows.filter(Q(number__startswith=words) | Q(name_de__icontains=words) | Q(name_en__icontains=words))
    return rows


def account_numbered(number: str) -> Account | None:
    """Return the account of that number."""
    found = selected(_NUMBERED, [current_tenant_id(), number], Account)
    return found[0][0] if found else None


def account_meant(text: str) -> Account | None:
    """Return the account that was typed: its number, "1200 Bank", its name, or the only one found."""
    words = text.strip()
    if not words:
        return None
    if (known := account_numbered(words)) is not None:
        return known
    first = words.split()[0]
    exact = Account.objects.filter(Q(number__in=[words, first]) | Q(name_de__iexact=words) | Q(name_en__iexact=words))
    ranked = sorted(exact, key=lambda row: (row.number != words, row.number != first, row.number))
    if ranked:
        return ranked[0]
    found = list(find_accounts(words)[:2])
    return found[0] if len(found) == 1 else None


def dated_tax_codes() -> list[TaxCode]:
    """Return the tenant's dated tax codes as rule values."""
    with connection.cursor() as cursor:
        cursor.execute(_TAX_CODES, [current_tenant_id()])
        return [_tax_code(row) for row in cursor.fetchall()]


def _tax_code(row: Sequence[Any]) -> TaxCode:
    (code, name_de, name_en, kind, rate_percent, valid_from, valid_to, deductible_percent, tax_role, contra_role,
     undue_role, base_box, tax_box, category, reason) = row  # fmt: skip
    return TaxCode(
        code=code, name_de=name_de, name_en=name_en, kind=TaxKind(kind), rate_percent=rate_percent, valid_from=valid_from,
        valid_to=valid_to, deductible_percent=deductible_percent, tax_role=tax_role, contra_role=contra_role,
        undue_role=undue_role, base_box=base_box, tax_box=tax_box, einvoice_category=category, reason_de=reason,
    )  # fmt: skip


def deductible_tax_codes(on: date) -> list[TaxCode]:
    """Return the dated tax codes as the VAT regime of day `on` lets them deduct input VAT."""
    regime = VatRegime.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    codes = dated_tax_codes()
    if regime is None or regime.status == VatStatus.REGULAR:
        return codes
    return [without_deduction(code) for code in codes]


def tax_choices(on: date) -> list[tuple[str, str]]:
    """Return (code, name) of the tax codes valid on day `on`."""
    return [(row.code, row.name_de if is_german() else row.name_en) for row in tax_codes_on(on)]


def tax_codes_on(on: date) -> list[TaxCode]:
    """Return the tax codes valid on day `on` as rule values."""
    return [row for row in dated_tax_codes() if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]


def project_choices() -> list[tuple[str, str]]:
    """Return (id, code and name) of the projects in use."""
    return [(str(key), f"{code} {name}") for key, code, name in _active_projects.rows()]


@kept
def _active_projects() -> QuerySet[Project, Any]:
    return Project.objects.filter(is_active=True).order_by("code").values_list("id", "code", "name")[:PROJECTS_MAX]


def spans() -> list[Span]:
    """Return every fiscal year and its months, latest first, each year before its months."""
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, [current_tenant_id()])
        rows = cursor.fetchall()
    found: list[Span] = []
    year = None
    for year_id, label, year_first_day, year_last_day, first_day, last_day in rows:
        if year_id != year:
            year = year_id
            found.append(Span(str(label), year_first_day, year_last_day, is_year=True, year_first_day=year_first_day))
        if first_day is not None:
            key = first_day.isoformat()[:7]
            found.append(Span(key, first_day, last_day, is_year=False, year_first_day=year_first_day))
    return found


def span_meant(key: str, *, on: date, choices: list[Span]) -> Span | None:
    """Return the chosen span; without a choice the month of `on`, else the latest month."""
    wanted = next((span for span in choices if span.key == key), None)
    now = next((span for span in choices if not span.is_year and span.first_day <= on <= span.last_day), None)
    return wanted or now or next((span for span in choices if not span.is_year), None)


def range_of_days(first_day: date, last_day: date, *, choices: list[Span]) -> Span | None:
    """Return the span of any days, None if it ends before it starts or starts outside of the fiscal years."""
    year = next((span for span in choices if span.is_year and span.first_day <= first_day <= span.last_day), None)
    if year is None or last_day < first_day:
        return None
    key = f"{first_day.isoformat()}_{last_day.isoformat()}"
    return Span(key, first_day, last_day, is_year=False, year_first_day=year.first_day)


def range_meant(key: str, *, choices: list[Span]) -> Span | None:
    """Return the span of any days that `key` names, None if it names none."""
    first, _, last = key.partition("_")
    try:
        return range_of_days(date.fromisoformat(first), date.fromisoformat(last), choices=choices)
    except ValueError:
        return None
