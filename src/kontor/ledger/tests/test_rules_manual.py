"""Entries by hand: gross lines become net and tax, and can be typed again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.ledger.rules.manual import TypedLine, as_typed, manual_posting
from kontor.ledger.rules.postings import Memo, UnbalancedEntry
from kontor.ledger.rules.taxes import TaxCode, country_tax_codes, tax_code_on, without_deduction


def _code(code: str) -> TaxCode:
    return tax_code_on(country_tax_codes("DE"), code, on=date(2026, 3, 10))


def _bank(amount: int) -> TypedLine:
    return TypedLine(account="1200", amount=amount)


def test_input_tax_is_taken_out_of_the_gross_and_names_its_base() -> None:
    posting = manual_posting(
        [TypedLine(account="4930", amount=119_00, tax=_code("purchase-standard")), _bank(-119_00)],
        currency="EUR",
        memo=Memo(),
    )

    shown = [
        (line.account.number or line.account.role, line.amount_base, line.tax_base, line.tax_amount)
        for line in posting.lines
    ]
    assert shown == [
        ("1200", -119_00, None, None),
        ("4930", 100_00, None, None),
        (_code("purchase-standard").tax_role, 19_00, 100_00, 19_00),
    ]


def test_output_tax_stands_in_credit() -> None:
    posting = manual_posting(
        [_bank(119_00), TypedLine(account="8400", amount=-119_00, tax=_code("sale-standard"))],
        currency="EUR",
        memo=Memo(),
    )

    assert [line.amount_base for line in posting.lines] == [119_00, -100_00, -19_00]
    assert posting.lines[-1].account.rate_percent == Decimal(19)


def test_books_without_deduction_post_the_gross_to_the_expense() -> None:
    tax = without_deduction(_code("purchase-standard"))

    posting = manual_posting(
        [TypedLine(account="4930", amount=119_00, tax=tax), _bank(-119_00)], currency="EUR", memo=Memo()
    )

    assert {line.account.number: line.amount_base for line in posting.lines if line.amount_base} == {
        "1200": -119_00,
        "4930": 119_00,
    }


def test_lines_that_differ_are_refused() -> None:
    with pytest.raises(UnbalancedEntry):
        manual_posting([TypedLine(account="4930", amount=119_00), _bank(-118_00)], currency="EUR", memo=Memo())


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**9),
            st.sampled_from(["", "purchase-standard", "purchase-reduced", "reverse-charge-standard"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_was_typed_can_be_typed_again_to_the_cent(parts: list[tuple[int, str]]) -> None:
    lines = [
        TypedLine(account=f"49{index:02d}", amount=amount, tax=_code(code) if code else None)
        for index, (amount, code) in enumerate(parts)
    ]
    posting = manual_posting([*lines, _bank(-sum(line.amount for line in lines))], currency="EUR", memo=Memo())

    again = as_typed(posting.lines)

    gross = {code: sum(amount for amount, each in parts if each == code) for _, code in parts if code}
    assert {code: sum(line.amount_base for line in again if line.tax_code == code) for code in gross} == gross
    assert sum(line.amount_base for line in again) == 0
    assert len(again) == len(parts) + 1
