"""Opening a set of books: chart, roles, taxes, years."""

from __future__ import annotations

from datetime import date

from kontor.core.audit import act
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.accounts import Account, AccountRole, ControlKind, DocumentType
from kontor.ledger.models.periods import FiscalYear, Period
from kontor.ledger.models.taxes import TaxCode, VatRegime, VatStatus, VatTiming
from kontor.ledger.rules.charts import chart_accounts, chart_roles, country_of_chart
from kontor.ledger.rules.periods import periods_of_year
from kontor.ledger.rules.taxes import country_tax_codes

DIFFERENCES = (
    ("underpayment", "under_difference", "Unterzahlungsdifferenz", "Underpayment difference"),
    ("overpayment", "over_difference", "Überzahlungsdifferenz", "Overpayment difference"),
)


@act("ledger.open_books")
def open_books(
    chart: str, *, first_day: date, through: date, status: str = VatStatus.REGULAR, timing: str = VatTiming.AGREED
) -> None:
    """Fill an empty tenant: accounts, roles, tax codes, VAT regime and fiscal years from `first_day` through `through`."""
    accounts = _create_accounts(chart)
    AccountRole.objects.bulk_create(
        AccountRole(role=row.role, rate_percent=row.rate_percent, account_id=accounts[row.account])
        for row in chart_roles(chart)
    )
    _create_tax_codes(country_of_chart(chart))
    VatRegime.objects.create(valid_from=first_day, status=status, output_timing=timing, input_timing=VatTiming.AGREED)
    roles = dict(AccountRole.objects.filter(rate_percent=None).values_list("role", "account_id"))
    DocumentType.objects.bulk_create(
        DocumentType(code=code, movement=code, name_de=german, name_en=english, account_id=roles.get(role))
        for code, role, german, english in DIFFERENCES
    )
    day = first_day
    while day <= through:
        day = open_fiscal_year(first_day=day)


@act("ledger.open_year")
def open_fiscal_year(*, first_day: date, months: int = 12, label: int | None = None) -> date:
    """Add a fiscal year of monthly periods; return the first day after it.  `label` is the year that numbers carry."""
    spans = periods_of_year(first_day, months=months)
    last_day = spans[-1].last_day
    year = FiscalYear.objects.create(label=label or last_day.year, first_day=first_day, last_day=last_day)
    Period.objects.bulk_create(
        Period(fiscal_year=year, number=number, first_day=span.first_day, last_day=span.last_day)
        for number, span in enumerate(spans, start=1)
    )
    return date.fromordinal(last_day.toordinal() + 1)


def _create_accounts(chart: str) -> dict[str, int]:
    controls = {
        row.account: ControlKind.PAYABLES if row.role.endswith("payables") else ControlKind.RECEIVABLES
        for row in chart_roles(chart)
        if row.role in {"receivables", "payables", "staff_payables", "staff_advances"}
    }
    Account.objects.bulk_create(
        Account(
            number=row.number, name_de=row.name_de, name_en=row.name_en, kind=row.kind,
            control=controls.get(row.number, ControlKind.NONE), tax_code=row.tax_code, is_automatic=row.is_automatic,
            is_money=row.is_money, is_donation=row.is_donation, report_group=row.report_group,
        )
        for row in chart_accounts(chart)
    )  # fmt: skip
    return dict(Account.objects.filter(tenant_id=current_tenant_id()).values_list("number", "id"))


def _create_tax_codes(country: str) -> None:
    TaxCode.objects.bulk_create(
        TaxCode(
            code=row.code, name_de=row.name_de, name_en=row.name_en, kind=row.kind, rate_percent=row.rate_percent,
            deductible_percent=row.deductible_percent, valid_from=row.valid_from, valid_to=row.valid_to,
            tax_role=row.tax_role, contra_role=row.contra_role, undue_role=row.undue_role, base_box=row.base_box,
            tax_box=row.tax_box, category=row.einvoice_category, reason=row.reason_de, reason_en=row.reason_en, contra_box=row.contra_box,
        )
        for row in country_tax_codes(country)
    )  # fmt: skip
