"""The charts of accounts, their roles and the tax codes that come with Kontor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from kontor.ledger.rules.charts import (
    CHARTS,
    MissingAccountRole,
    UnknownChart,
    account_number,
    chart_accounts,
    chart_roles,
    country_of_chart,
    role_accounts,
)
from kontor.ledger.rules.taxes import (
    TaxKind,
    UnknownTaxCode,
    UnknownTaxCountry,
    country_tax_codes,
    tax_code_on,
    tax_in_gross,
    tax_on_net,
)

ROLES = [
    "receivables",
    "payables",
    "staff_payables",
    "staff_advances",
    "bank",
    "cash",
    "transit",
    "psp",
    "psp_fees",
    "card_clearing",
    "output_vat",
    "input_vat",
    "output_vat_undue",
    "input_vat_undue",
    "import_vat",
    "reverse_charge_input",
    "reverse_charge_output",
    "acquisition_input",
    "acquisition_output",
    "deposits_requested",
    "deposits_received",
    "discount_granted",
    "discount_received",
    "under_difference",
    "over_difference",
    "debtor_clearing",
    "carry_forward_pass_through",
    "pass_through",
    "interest_income",
    "interest_expense",
    "bank_charges",
    "fx_gain",
    "fx_loss",
    "cash_over_short",
    "donation_income",
    "membership_income",
    "bad_debts",
    "opening_balance",
    "opening_receivables",
    "opening_payables",
    "suspense",
    "result_carry_forward",
    "revenue",
    "expense_default",
    "vat_prepayment",
    "fee_income",
]

PUBLISHED = {
    "SKR03": """receivables=1400 payables=1600 bank=1200 cash=1000 transit=1360 bank_charges=4970 fx_gain=2660 fx_loss=2150
        deposits_requested=1593 pass_through=1590 opening_balance=9000 opening_receivables=9008 opening_payables=9009
        output_vat:19=1776 output_vat:7=1771 input_vat:19=1576 input_vat:7=1571 output_vat_undue:19=1766
        output_vat_undue:7=1761 deposits_received:19=1718 deposits_received:7=1711 reverse_charge_input:19=1577
        reverse_charge_output:19=1787 bad_debts:19=2406 discount_granted:19=8736 discount_granted:7=8731
        discount_received:19=3736 revenue:19=8400 revenue:7=8300 interest_income=2650""",
    "SKR04": """receivables=1200 payables=3300 bank=1800 cash=1600 transit=1460 bank_charges=6855 fx_gain=4840 fx_loss=6880
        deposits_requested=1495 pass_through=1370 opening_balance=9000 opening_receivables=9008 opening_payables=9009
        output_vat:19=3806 output_vat:7=3801 input_vat:19=1406 input_vat:7=1401 output_vat_undue:19=3816
        output_vat_undue:7=3811 deposits_received:19=3272 deposits_received:7=3260 reverse_charge_input:19=1407
        reverse_charge_output:19=3837 bad_debts:19=6936 discount_granted:19=4736 discount_granted:7=4731
        discount_received:19=5736 revenue:19=4400 revenue:7=4300 interest_income=7100""",
    "SKR42": "receivables=12000 payables=33000 bank=18000 cash=16000 output_vat:19=38060 revenue:19=44000",
    "KMU": """receivables=1100 payables=2000 bank=1020 cash=1000 transit=1090 debtor_clearing=1098 fx_gain=3806
        fx_loss=4906 output_vat:8.1=2200 input_vat:8.1=1170 input_vat_investment:8.1=1171 deposits_received=2030
        bad_debts=3805 discount_granted=3800 discount_received=4900 bank_charges=6940 interest_income=6950""",
    "EKR": """receivables=2000 payables=3300 input_vat:20=2500 output_vat:20=3500 bank=2800 cash=2700 transit=2880
        deposits_received:20=3200 deposits_requested=3210 fx_gain=4860 fx_loss=7860 revenue:20=4000 bank_charges=7790""",
}


@pytest.mark.parametrize("chart", CHARTS)
def test_every_account_number_stands_once_and_is_named_in_both_languages(chart: str) -> None:
    accounts = chart_accounts(chart)

    assert len(accounts) >= 120
    assert len({account.number for account in accounts}) == len(accounts)
    assert {len(account.number) for account in accounts} == {5 if chart == "SKR42" else 4}
    assert all(account.name_de and account.name_en and account.report_group for account in accounts)
    assert {account.kind for account in accounts} == {"asset", "liability", "equity", "income", "expense"}


@pytest.mark.parametrize("chart", CHARTS)
def test_every_role_has_an_account_of_the_chart(chart: str) -> None:
    numbers = {account.number for account in chart_accounts(chart)}
    roles = role_accounts(chart_roles(chart))

    assert set(roles.values()) <= numbers
    assert all(account_number(roles, role, rate_percent=Decimal("3.3")) in numbers for role in ROLES)


@pytest.mark.parametrize("chart", CHARTS)
def test_roles_point_at_the_published_numbers(chart: str) -> None:
    roles = role_accounts(chart_roles(chart))

    for fact in PUBLISHED[chart].split():
        part, number = fact.split("=")
        role, _, rate = part.partition(":")
        assert account_number(roles, role, rate_percent=Decimal(rate) if rate else None) == number, fact


@pytest.mark.parametrize("chart", CHARTS)
def test_only_the_four_sub_ledgers_are_control_accounts(chart: str) -> None:
    roles = role_accounts(chart_roles(chart))

    control = {account.number: account.control for account in chart_accounts(chart) if account.is_control}

    assert control == {
        account_number(roles, "receivables"): "receivables",
        account_number(roles, "staff_advances"): "receivables",
        account_number(roles, "payables"): "payables",
        account_number(roles, "staff_payables"): "payables",
    }


@pytest.mark.parametrize("chart", CHARTS)
def test_default_tax_codes_exist_and_their_tax_accounts_too(chart: str) -> None:
    codes = country_tax_codes(country_of_chart(chart))
    roles = role_accounts(chart_roles(chart))

    assert {account.tax_code for account in chart_accounts(chart)} - {""} <= {code.code for code in codes}
    for code in codes:
        for role in (code.tax_role, code.contra_role, code.undue_role):
            assert not role or account_number(roles, role, rate_percent=code.rate_percent)


@pytest.mark.parametrize("chart", ["SKR03", "SKR04"])
def test_automatic_accounts_are_flagged_for_the_export(chart: str) -> None:
    flagged = {account.number for account in chart_accounts(chart) if account.is_automatic}

    wanted = {"SKR03": {"8400", "8300", "3400", "3300", "1718", "8736", "3736", "2406"},
              "SKR04": {"4400", "4300", "5400", "5300", "3272", "4736", "5736", "6936"}}  # fmt: skip
    assert wanted[chart] <= flagged


@pytest.mark.parametrize("country", ["DE", "AT", "CH"])
def test_rows_of_a_tax_code_never_overlap_and_leave_no_gap(country: str) -> None:
    codes = country_tax_codes(country)

    for name in {code.code for code in codes}:
        rows = sorted((code for code in codes if code.code == name), key=lambda code: code.valid_from)
        assert rows[-1].valid_to is None
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert (later.valid_from - earlier.valid_to).days == 1


@pytest.mark.parametrize(
    ("country", "code", "on", "rate", "box"),
    [
        ("DE", "sale-standard", date(2020, 6, 30), "19", "81"),
        ("DE", "sale-standard", date(2020, 7, 1), "16", "35"),
        ("DE", "sale-reduced", date(2020, 12, 31), "5", "35"),
        ("DE", "sale-standard", date(2021, 1, 1), "19", "81"),
        ("DE", "sale-reduced", date(2026, 3, 1), "7", "86"),
        ("AT", "sale-standard", date(2026, 3, 1), "20", "022"),
        ("AT", "sale-food", date(2026, 7, 1), "4.9", ""),
        ("CH", "sale-standard", date(2023, 12, 31), "7.7", "200 302"),
        ("CH", "sale-standard", date(2024, 1, 1), "8.1", "200 303"),
        ("CH", "sale-lodging", date(2024, 1, 1), "3.8", "200 343"),
    ],
)
def test_the_day_of_the_service_chooses_the_rate(country: str, code: str, on: date, rate: str, box: str) -> None:
    row = tax_code_on(country_tax_codes(country), code, on=on)

    assert (row.rate_percent, row.base_box) == (Decimal(rate), box)


def test_a_reverse_charge_code_names_both_sides_and_their_boxes() -> None:
    row = tax_code_on(country_tax_codes("DE"), "reverse-charge-standard", on=date(2026, 1, 1))

    assert row.kind is TaxKind.REVERSE_CHARGE
    assert row.is_owed_by_recipient
    assert (row.base_box, row.tax_box, row.contra_box) == ("46", "47", "67")


def test_a_code_before_its_first_day_is_refused() -> None:
    with pytest.raises(UnknownTaxCode, match="sale-food"):
        tax_code_on(country_tax_codes("AT"), "sale-food", on=date(2026, 6, 30))


def test_unknown_names_are_refused_with_a_sentence() -> None:
    with pytest.raises(UnknownChart, match="SKR99"):
        chart_accounts("SKR99")
    with pytest.raises(UnknownTaxCountry, match="FR"):
        country_tax_codes("FR")
    with pytest.raises(MissingAccountRole, match="19 %"):
        account_number({}, "output_vat", rate_percent=Decimal("19.000"))


def test_tax_is_rounded_half_up() -> None:
    assert tax_on_net(50, rate_percent=Decimal(7)) == 4
    assert tax_on_net(-50, rate_percent=Decimal(7)) == -4
    assert tax_in_gross(119_00, rate_percent=Decimal(19)) == 19_00
    assert tax_in_gross(108_10, rate_percent=Decimal("8.1")) == 8_10
