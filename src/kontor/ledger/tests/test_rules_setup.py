"""Rules of setting up: numbers of accounts, rates and opening balances from files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.ledger.rules.account_numbers import NoSuchClass, WrongClass, WrongLength, check_account_number
from kontor.ledger.rules.charts import CHARTS, chart_accounts
from kontor.ledger.rules.opening_files import OpenableAccount, read_openings
from kontor.ledger.rules.rate_files import NoRate, rate_of, read_rates, turned
from kontor.ledger.rules.tables_of_text import ColumnsNotNamed, NothingToRead, NotText, decoded

ACCOUNTS = {
    "1200": OpenableAccount("1200", "asset", is_control=False),
    "0860": OpenableAccount("0860", "equity", is_control=False),
}


@pytest.mark.parametrize("chart", CHARTS)
def test_every_account_that_comes_with_a_chart_has_a_number_it_allows(chart: str) -> None:
    for account in chart_accounts(chart):
        check_account_number(account.number, chart=chart, kind=account.kind)


@pytest.mark.parametrize(
    ("number", "chart", "kind", "refusal"),
    [
        ("10000", "SKR03", "asset", WrongLength),
        ("1200", "SKR42", "asset", WrongLength),
        ("5000", "SKR03", "expense", NoSuchClass),
        ("4400", "SKR04", "asset", WrongClass),
        ("3000", "EKR", "income", WrongClass),
    ],
)
def test_a_number_that_a_chart_does_not_have_is_refused(
    number: str, chart: str, kind: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_account_number(number, chart=chart, kind=kind)


def test_german_and_english_rates_are_read_alike() -> None:
    german = read_rates(
        "Datum;Währung;Kurs\n02.03.2026;usd;1,25\n".encode("cp1252"), base_currency="EUR", is_per_base=True
    )
    english = read_rates(b"date,currency,rate\n2026-03-02,USD,1.25\n", base_currency="EUR", is_per_base=True)

    assert german.problems == english.problems == ()
    assert [(row.currency, row.day, row.rate) for row in german.rows] == [("USD", date(2026, 3, 2), Decimal("0.8"))]
    assert german.rows == english.rows


def test_every_bad_line_of_a_file_of_rates_is_named() -> None:
    text = (
        b"date,currency,rate\n2026-03-02,USD,1.25\n2026-03-02,USD,1.26\n2026-03-02,EUR,1\nx,USD,1\n2026-03-03,USD,0\n"
    )

    reading = read_rates(text, base_currency="EUR", is_per_base=False)

    assert [problem.line for problem in reading.problems] == [3, 4, 5, 6]
    assert [row.line for row in reading.rows] == [2]


@given(st.decimals(min_value="0.001", max_value="9999", places=4))
def test_a_rate_turned_twice_is_nearly_itself(rate: Decimal) -> None:
    assert abs(turned(turned(rate)) - rate) <= rate * rate / 10**8


@pytest.mark.parametrize("text", ["", "0", "-1", "abc", "1,1234567891"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(NoRate):
        rate_of(text, decimal_mark=",")


@pytest.mark.parametrize(
    "text",
    [
        "account;debit;credit\n1200;1.500,50;\n0860;;1500,5",
        "Konto\tSoll\tHaben\r\n1200\t1.500,50\t\r\n0860\t\t1500,5\r\n",
        "account,debit,credit\n1200,1500.50,\n0860,,1500.5\n",
        "\ufeffNummer;Bezeichnung;Soll;Haben\n1200;Bank;1500,50;0,00\n0860;Vortrag;;1.500,50\n;;;\n",
    ],
)
def test_a_table_is_read_however_it_was_copied(text: str) -> None:
    reading = read_openings(text, accounts=ACCOUNTS, currency="EUR")

    assert reading.problems == ()
    assert dict(reading.balances) == {"1200": 1500_50, "0860": -1500_50}


def test_an_account_stands_once_in_a_table() -> None:
    reading = read_openings("account;debit;credit\n1200;1;\n1200;2;\n", accounts=ACCOUNTS, currency="EUR")

    assert [problem.line for problem in reading.problems] == [3]


def test_a_table_names_its_columns_and_has_rows() -> None:
    with pytest.raises(ColumnsNotNamed, match="credit"):
        read_openings("account;debit\n1200;1\n", accounts=ACCOUNTS, currency="EUR")
    with pytest.raises(NothingToRead):
        read_openings("account;debit;credit\n", accounts=ACCOUNTS, currency="EUR")


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(NotText):
        decoded(b"PK\x03\x04\x00\x00")
