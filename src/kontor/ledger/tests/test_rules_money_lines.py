"""What money posts that no item waits for, and what no entry may be."""

from __future__ import annotations

import pytest

from kontor.ledger.rules.money_lines import money_posting
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    PostingLine,
    TooFewLines,
    UnbalancedEntry,
    by_number,
    by_role,
    cash_count_difference,
    check_balanced,
    donation,
    waived_reimbursement,
)
from kontor.ledger.tests.postings import BANK, MEMO, code, facts


def test_p04_a_waived_reimbursement_becomes_a_donation() -> None:
    posting = waived_reimbursement(amount=119_00, currency="EUR", party_id=9, memo=MEMO)

    assert facts(posting) == [("staff_payables", "119.00"), ("donation_income", "-119.00")]


def test_p14_a_provider_fee_under_reverse_charge_owes_and_deducts() -> None:
    posting = money_posting(
        [Part(by_role("psp_fees"), -35_00, code("reverse-charge-standard"))],
        money=by_role("psp"), amount=-35_00, amount_base=-35_00, currency="EUR", base_currency="EUR", memo=MEMO,
    )  # fmt: skip

    assert facts(posting) == [
        ("psp", "-35.00"),
        ("psp_fees", "35.00"),
        ("reverse_charge_input:19", "6.65"),
        ("reverse_charge_output:19", "-6.65"),
    ]


def test_a_bank_fee_with_vat_is_split_from_its_gross() -> None:
    posting = money_posting(
        [Part(by_role("bank_charges"), -11_90, code("purchase-standard")), Part(by_number("4910"), -85)],
        money=BANK, amount=-12_75, amount_base=-12_75, currency="EUR", base_currency="EUR", memo=MEMO,
    )  # fmt: skip

    assert facts(posting) == [("bank", "-12.75"), ("bank_charges", "10.00"), ("4910", "0.85"), ("input_vat:19", "1.90")]


def test_parts_that_do_not_add_up_to_the_bank_line_are_refused() -> None:
    with pytest.raises(UnbalancedEntry, match=r"debits 10\.00, credits 12\.00"):
        money_posting(
            [Part(by_role("bank_charges"), -10_00)],
            money=BANK, amount=-12_00, amount_base=-12_00, currency="EUR", base_currency="EUR", memo=MEMO,
        )  # fmt: skip


def test_p15_a_cash_shortage_and_a_surplus() -> None:
    short = cash_count_difference(difference=-5_00, currency="EUR", cash=by_role("cash"), memo=MEMO)
    over = cash_count_difference(difference=5_00, currency="EUR", cash=by_role("cash"), memo=MEMO)

    assert facts(short) == [("cash", "-5.00"), ("cash_over_short", "5.00")]
    assert facts(over) == [("cash", "5.00"), ("cash_over_short", "-5.00")]


def test_p23_a_donation_names_donor_and_project() -> None:
    posting = donation(
        money=BANK, income=by_role("donation_income"), amount=50_00, amount_base=50_00, currency="EUR",
        memo=MEMO, party_id=4, project_id=2, sphere="1",
    )  # fmt: skip

    assert facts(posting) == [("bank", "50.00"), ("donation_income", "-50.00")]
    assert (posting.lines[1].party_id, posting.lines[1].project_id, posting.lines[1].sphere) == (4, 2, "1")


def test_an_entry_of_one_line_is_refused() -> None:
    with pytest.raises(TooFewLines):
        check_balanced([PostingLine(BANK, 1, 1, "EUR")])
