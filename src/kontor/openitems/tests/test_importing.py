"""Importing open items by file: whole or not at all, and twice changes nothing (issue, section 3)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from kontor.contacts.models import BankDetails, Party
from kontor.openitems.commands import run_import
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.imports import COLUMNS, ColumnsMissing, read_items

from .office import Office, an_office, assert_books_hold, balance_of

HEAD = ",".join(COLUMNS)
GOOD = "receivable,10001,Nordlicht Verlag GmbH,DE89370400440532013000,RE-1,RF18539007547034,2026-03-01,2026-03-15,EUR,1190.00,2,2026-03-11"
NOTE = "receivable,10001,Nordlicht Verlag GmbH,,GS-1,,2026-03-02,2026-03-02,EUR,-119.00,,"
BILL = "payable,70001,Papier Kraus,,4711,,2024-11-30,2024-12-30,EUR,238.00,,"


def test_separators_go_with_their_decimal_marks() -> None:
    with_comma = read_items(f"{HEAD}\n{GOOD}\n".encode(), base_currency="EUR").rows
    semicolons = GOOD.replace(",", ";").replace("1190.00", "1.190,00")
    with_semicolon = read_items(
        f"{HEAD.replace(',', ';')}\r\n{semicolons}\r\n".encode("utf-8-sig"), base_currency="EUR"
    ).rows

    assert with_comma == with_semicolon
    assert with_comma[0].amount == 119000


def test_days_may_be_written_as_in_german_spreadsheets() -> None:
    german = (
        GOOD.replace("2026-03-01", "01.03.2026").replace("2026-03-15", "15.3.2026").replace("2026-03-11", "11.03.2026")
    )

    assert (
        read_items(f"{HEAD}\n{german}\n".encode(), base_currency="EUR").rows
        == read_items(f"{HEAD}\n{GOOD}\n".encode(), base_currency="EUR").rows
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("receivable", "debt", "receivable or payable"),
        ("1190.00", "", "amount is empty"),
        ("1190.00", "12+3", "not an amount"),
        ("1190.00", "1.005", "more decimals"),
        ("1190.00", "0", "zero"),
        ("1190.00", "99999999999999999", "too large"),
        ("2026-03-01", "01/03/2026", "not a date"),
        ("2026-03-01", "01.03.26", "not a date"),
        ("2026-03-01", "31.02.2026", "not a date"),
        ("2026-03-15", "2026-02-15", "before the document date"),
        ("2026-03-11", "", "needs both"),
        ("EUR", "KWD", "cannot be kept"),
        ("DE89370400440532013000", "DE89370400440532013001", "check digits"),
        ("RE-1", "", "document_number is empty"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_reason(old: str, new: str, words: str) -> None:
    reading = read_items(f"{HEAD}\n{NOTE}\n{GOOD.replace(old, new, 1)}\n".encode(), base_currency="EUR")

    assert [problem.line for problem in reading.problems] == [3]
    assert words in str(reading.problems[0].refusal)


def test_the_same_document_twice_in_a_file_is_refused() -> None:
    reading = read_items(f"{HEAD}\n{GOOD}\n{GOOD}\n".encode(), base_currency="EUR")

    assert "row 2" in str(reading.problems[0].refusal)


def test_missing_columns_are_named() -> None:
    with pytest.raises(ColumnsMissing, match="discount_until"):
        read_items(HEAD.replace(",discount_until", "").encode() + b"\n", base_currency="EUR")


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


def run(office: Office, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    status = run_import(argparse.Namespace(file=path, tenant=office.tenant.code, json=True))
    return status, json.loads(capsys.readouterr().out)


def test_an_import_opens_items_and_a_second_one_changes_nothing(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "items.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n{NOTE}\n{BILL}\n", encoding="utf-8")

    first, second = run(office, path, capsys), run(office, path, capsys)

    assert first == (0, {"file": str(path), "rows": 3, "new": 3, "known": 0, "problems": []})
    assert second == (0, {"file": str(path), "rows": 3, "new": 0, "known": 3, "problems": []})
    with office.open():
        invoice, note, bill = OpenItem.objects.order_by("id").select_related("journal_line")
        assert (invoice.side, note.side, bill.side) == ("debit", "credit", "credit")
        assert invoice.discounts == [
            {"until": "2026-03-11", "grace_until": "2026-03-11", "amount": 2380, "percent": "2"}
        ]
        assert bill.journal_line.entry_date.isoformat() == "2025-01-01"
        assert (balance_of("1400"), balance_of("9008"), balance_of("9009")) == (107100, -107100, 23800)
        assert Party.objects.filter(name="Nordlicht Verlag GmbH", id=invoice.party_id).exists()
        assert BankDetails.objects.get(party_id=invoice.party_id).iban == "DE89370400440532013000"
        assert_books_hold()


def test_a_file_that_is_not_there_is_a_problem_like_any_other(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, answer = run(office, tmp_path / "missing.csv", capsys)

    assert (status, answer["new"]) == (1, 0)
    assert "cannot be opened" in str(answer["problems"])


def test_a_file_with_bad_rows_is_refused_whole_and_names_them_all(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "items.csv"
    unnamed = GOOD.replace("10001", "10777").replace("Nordlicht Verlag GmbH", "").replace("RE-1", "RE-7")
    late = BILL.replace("2024-11-30", "2031-11-30").replace("2024-12-30", "2031-12-30")
    path.write_text("\n".join([HEAD, GOOD, unnamed, late, NOTE.replace("-119.00", "x")]) + "\n", encoding="utf-8")

    status, answer = run(office, path, capsys)

    assert status == 1
    assert [problem["row"] for problem in answer["problems"]] == [3, 4, 5]  # type: ignore[attr-defined]
    with office.open():
        assert not OpenItem.objects.exists()
