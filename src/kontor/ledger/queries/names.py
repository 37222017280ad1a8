"""Choices of the ledger in the reader's language: accounts, tax codes, projects, spans of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.periods import FiscalYear, Period
from kontor.ledger.models.taxes import TaxCode as TaxCodeRow
from kontor.ledger.models.taxes import VatRegime, VatStatus
from kontor.ledger.rules.taxes import TaxCode, TaxKind, without_deduction
from kontor.projects.models import Project

FOUND_MAX = 12
PROJECTS_MAX = 500


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


def account_meant(text: str) -> Account | None:
    """Return the account that was typed: its number, "1200 Bank", its name, or the only one found."""
    words = text.strip()
    if not words:
        return None
    first = words.split()[0]
    exact = Account.objects.filter(Q(number__in=[words, first]) | Q(name_de__iexact=words) | Q(name_en__iexact=words))
    ranked = sorted(exact, key=lambda row: (row.number != words, row.number != first, row.number))
    if ranked:
        return ranked[0]
    found = list(find_accounts(words)[:2])
    return found[0] if len(found) == 1 else None


def dated_tax_codes() -> list[TaxCode]:
    """Return the tenant's dated tax codes as rule values."""
    return [
        TaxCode(
            code=row.code, name_de=row.name_de, name_en=row.name_en, kind=TaxKind(row.kind), rate_percent=row.rate_percent,
            valid_from=row.valid_from, valid_to=row.valid_to, deductible_percent=row.deductible_percent,
            tax_role=row.tax_role, contra_role=row.contra_role, undue_role=row.undue_role, base_box=row.base_box,
            tax_box=row.tax_box, einvoice_category=row.category, reason_de=row.reason,
        )
        for row in TaxCodeRow.objects.order_by("code", "valid_from")
    ]  # fmt: skip


def deductible_tax_codes(on: date) -> list[TaxCode]:
    """Return the dated tax codes as the VAT regime of day `on` lets them deduct input VAT."""
    regime = VatRegime.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    codes = dated_tax_codes()
    if regime is None or regime.status == VatStatus.REGULAR:
        return codes
    return [without_deduction(code) for code in codes]


def tax_choices(on: date) -> list[tuple[str, str]]:
    """Return (code, name) of the tax codes valid on day `on`."""
    return [
        (row.code, row.name_de if is_german() else row.name_en)
        for row in dated_tax_codes()
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
    ]


def project_choices() -> list[tuple[str, str]]:
    """Return (id, code and name) of the projects in use."""
    rows = Project.objects.filter(is_active=True).order_by("code").values_list("id", "code", "name")[:PROJECTS_MAX]
    return [(str(key), f"{code} {name}") for key, code, name in rows]


def spans() -> list[Span]:
    """Return every fiscal year and its months, latest first, each year before its months."""
    found: list[Span] = []
    months = list(Period.objects.filter(tenant_id=current_tenant_id()).order_by("-first_day"))
    for year in FiscalYear.objects.order_by("-first_day"):
        found.append(Span(str(year.label), year.first_day, year.last_day, is_year=True, year_first_day=year.first_day))
        found += [
            Span(
                f"{month.first_day:%Y-%m}",
                month.first_day,
                month.last_day,
                is_year=False,
                year_first_day=year.first_day,
            )
            for month in months
            if month.fiscal_year_id == year.id
        ]
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
