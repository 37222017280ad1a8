"""What holds for every posting, whatever the figures: it balances and no cent is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kontor.ledger.rules.carry_forward import carry_forward
from kontor.ledger.rules.documents import OpenedItem, customer_invoice, supplier_invoice
from kontor.ledger.rules.money_lines import money_posting
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import Memo, Posting, by_number, by_role, check_balanced
from kontor.ledger.rules.settlements import Cash, Difference, Item, Settlement, return_settlement, settle, write_off
from kontor.ledger.rules.shares import reductions, share_of_gross, shares_from, stored_shares
from kontor.ledger.rules.taxes import TaxCode, country_tax_codes, tax_code_on

MEMO = Memo()
DE = country_tax_codes("DE")
CODES = [tax_code_on(DE, name, on=date(2026, 1, 1)) for name in ("sale-standard", "sale-reduced", "export")]
BUYING = [
    replace(tax_code_on(DE, name, on=date(2026, 1, 1)), deductible_percent=Decimal(percent))
    for name, percent in (("purchase-standard", 100), ("purchase-reduced", 37), ("reverse-charge-standard", 50))
]

amounts = st.integers(20, 10_000_000)
sales = st.lists(
    st.builds(Part, st.just(by_number("8400")), amounts, st.sampled_from([*CODES, None])), min_size=1, max_size=5
)
purchases = st.lists(
    st.builds(Part, st.just(by_number("4930")), amounts, st.sampled_from([*BUYING, None])), min_size=1, max_size=5
)
rates = st.decimals("0.05", "3", places=4)
cuts = st.lists(st.integers(1, 999), min_size=1, max_size=6)


def an_invoice(parts: Sequence[Part], *, received: bool = False, rate: Decimal = Decimal(1)) -> OpenedItem:
    currency = "EUR" if rate == 1 else "USD"
    return customer_invoice(
        parts, currency=currency, base_currency="EUR", memo=MEMO, rate=rate, is_received_timing=received
    )


def pay_in_parts(item: Item, weights: Sequence[int], *, base_each: int | None = None) -> list[Settlement]:
    """Pay `item` in parts of thousandths of what is open, the last with all that is left."""
    steps: list[Settlement] = []
    for weight in [*weights, 1000]:
        part = item.amount_open * weight // 1000
        if part:
            base = part if base_each is None else base_each
            steps.append(settle(item, memo=MEMO, cash=Cash(by_role("bank"), part, base, "EUR", base)))
            item = steps[-1].item
    return steps


def total(postings: Sequence[Posting], role: str) -> int:
    return sum(line.amount_base for posting in postings for line in posting.lines if line.account.role == role)


@given(parts=sales, received=st.booleans(), rate=rates)
def test_every_invoice_balances_and_its_shares_are_its_gross(
    *, parts: list[Part], received: bool, rate: Decimal
) -> None:
    opened = an_invoice(parts, received=received, rate=rate)

    check_balanced(opened.posting.lines)
    assert sum(share.gross for share in opened.item.shares) == opened.item.amount_base
    assert opened.posting.lines[0].amount_base == opened.item.amount_base


@given(parts=purchases, received=st.booleans())
def test_every_bill_balances_and_undeducted_tax_is_expense(*, parts: list[Part], received: bool) -> None:
    opened = supplier_invoice(parts, currency="EUR", base_currency="EUR", memo=MEMO, is_received_timing=received)

    check_balanced(opened.posting.lines)
    assert sum(share.gross for share in opened.item.shares) == opened.item.amount
    assert opened.posting.lines[0].amount_base == -opened.item.amount


@given(sales, cuts)
def test_payments_in_any_number_of_parts_move_exactly_the_whole_vat(parts: list[Part], weights: list[int]) -> None:
    opened = an_invoice(parts, received=True)
    tax = sum(share.tax for share in opened.item.shares)

    steps = pay_in_parts(opened.item, weights)

    assert total([step.posting for step in steps], "output_vat") == -tax
    assert total([opened.posting, *(step.posting for step in steps)], "output_vat_undue") == 0
    assert total([opened.posting, *(step.posting for step in steps)], "receivables") == 0


@given(sales, cuts, st.data())
def test_returns_in_any_order_lose_no_vat(parts: list[Part], weights: list[int], data: st.DataObject) -> None:
    opened = an_invoice(parts, received=True)
    steps = pay_in_parts(opened.item, weights)
    item, postings = steps[-1].item, [opened.posting, *(step.posting for step in steps)]

    for step in data.draw(st.permutations(steps)):
        back = return_settlement(step, item=item, memo=MEMO)
        item = back.item
        postings.append(back.posting)
    postings += [step.posting for step in pay_in_parts(item, [])]

    assert total(postings, "output_vat_undue") == 0
    assert total(postings, "output_vat") == -sum(share.tax for share in opened.item.shares)


@given(parts=sales, thousandths=st.integers(1, 1000), received=st.booleans())
def test_a_reduction_is_split_to_the_cent(*, parts: list[Part], thousandths: int, received: bool) -> None:
    opened = an_invoice(parts, received=received)
    cut = opened.item.amount * thousandths // 1000

    split = reductions(opened.item.shares, cut) if cut else []

    assert sum(one.net + one.tax for one in split) == cut


@given(parts=sales, received=st.booleans())
def test_writing_off_the_whole_gives_back_exactly_the_vat(*, parts: list[Part], received: bool) -> None:
    opened = an_invoice(parts, received=received)

    done = write_off(opened.item, amount=opened.item.amount, memo=MEMO)

    for role in ("output_vat", "output_vat_undue", "receivables"):
        assert total([opened.posting, done.posting], role) == 0


@given(parts=sales, received=st.booleans(), weights=cuts)
def test_writing_off_in_any_number_of_parts_gives_back_exactly_the_vat(
    *, parts: list[Part], received: bool, weights: list[int]
) -> None:
    opened = an_invoice(parts, received=received)
    item, postings = opened.item, [opened.posting]

    for weight in [*weights, 1000]:
        part = item.amount_open * weight // 1000
        if part:
            done = write_off(item, amount=part, memo=MEMO)
            item = done.item
            postings.append(done.posting)

    for role in ("output_vat", "output_vat_undue", "receivables"):
        assert total(postings, role) == 0


@given(st.sampled_from([*CODES, *BUYING]), amounts, st.booleans())
def test_a_split_is_kept_and_read_back_as_it_was(code: TaxCode, gross: int, is_undue: bool) -> None:  # noqa: FBT001
    share = share_of_gross(code, gross, is_undue=is_undue)

    assert share.gross == gross
    assert shares_from(stored_shares([share])) == (share,)


@given(parts=sales, received=st.booleans(), data=st.data())
def test_cash_discount_and_differences_balance_and_leave_nothing_undue(
    *, parts: list[Part], received: bool, data: st.DataObject
) -> None:
    opened = an_invoice(parts, received=received)
    discount = data.draw(st.integers(0, opened.item.amount // 4))
    under = data.draw(st.integers(-opened.item.amount // 4, opened.item.amount // 4))
    cash = opened.item.amount - discount - under

    done = settle(
        opened.item,
        memo=MEMO,
        cash=Cash(by_role("bank"), cash, cash, "EUR", cash) if cash else None,
        discount=discount,
        differences=[Difference(under, by_role("under_difference"))],
    )

    assert done.item.amount_open == 0
    assert done.fx_base == 0
    assert total([opened.posting, done.posting], "output_vat_undue") == 0
    assert total([opened.posting, done.posting], "receivables") == 0


@given(sales, rates, cuts)
def test_partial_payments_in_dollars_sum_to_the_full_one(parts: list[Part], rate: Decimal, weights: list[int]) -> None:
    opened = an_invoice(parts, rate=rate, received=True)

    steps = pay_in_parts(opened.item, weights, base_each=10_00)
    paid = 10_00 * len(steps)
    whole = settle(opened.item, memo=MEMO, cash=Cash(by_role("bank"), opened.item.amount, paid, "EUR", paid))

    assert sum(step.amount_base for step in steps) == whole.amount_base == opened.item.amount_base
    assert sum(step.fx_base for step in steps) == whole.fx_base
    for role in ("receivables", "output_vat", "output_vat_undue", "bank"):
        assert total([step.posting for step in steps], role) == total([whole.posting], role)


@given(purchases)
def test_a_returned_payment_leaves_the_item_as_it_was(parts: list[Part]) -> None:
    item = supplier_invoice(parts, currency="EUR", base_currency="EUR", memo=MEMO, is_received_timing=True).item
    done = settle(item, memo=MEMO, cash=Cash(by_role("bank"), item.amount, item.amount, "EUR", item.amount))

    back = return_settlement(done, item=done.item, memo=MEMO)

    assert back.item == item


@given(
    st.lists(
        st.builds(
            Part, st.just(by_number("4930")), amounts.map(lambda cents: -cents), st.sampled_from([*BUYING, None])
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_bank_line_split_over_accounts_balances(parts: list[Part]) -> None:
    amount = sum(part.amount for part in parts)

    posting = money_posting(
        parts, money=by_role("bank"), amount=amount, amount_base=amount, currency="EUR", base_currency="EUR", memo=MEMO
    )

    check_balanced(posting.lines)
    assert posting.lines[0].amount_base == amount


@given(sales, sales, st.integers(1, 999))
def test_a_carried_balance_pays_the_vat_that_stood_open(first: list[Part], second: list[Part], weight: int) -> None:
    invoices = [an_invoice(first, received=True), an_invoice(second, received=True)]
    paid = pay_in_parts(invoices[0].item, [weight])[0]
    items = [paid.item, invoices[1].item]
    if not paid.item.amount_open:
        return

    carried = carry_forward(items, memo=MEMO)
    assert carried.item is not None
    steps = pay_in_parts(carried.item, [500])

    postings = [
        paid.posting,
        carried.posting,
        *(opened.posting for opened in invoices),
        *(step.posting for step in steps),
    ]
    assert total(postings, "receivables") == 0
    assert total(postings, "carry_forward_pass_through") == 0
    assert total(postings, "output_vat_undue") == 0


@given(parts=sales, received=st.booleans(), weights=cuts)
def test_acceptance_34_the_figures_of_the_return_are_the_vat_accounts(
    *, parts: list[Part], received: bool, weights: list[int]
) -> None:
    opened = an_invoice(parts, received=received)
    postings = [opened.posting, *(step.posting for step in pay_in_parts(opened.item, weights))]

    lines = [line for posting in postings for line in posting.lines]
    taxed = [line for line in lines if line.account.role == "output_vat"]

    assert all(line.tax_amount == line.amount_base for line in taxed)
    assert all(line.tax_base is None for line in lines if line.account.role == "output_vat_undue")
    for code in CODES[:2]:
        of_code = [line for line in taxed if line.tax_code == code.code]
        bases = sum(line.tax_base or 0 for line in of_code)
        net = sum(part.amount for part in parts if part.tax == code)
        assert abs(-bases - net) <= len(of_code)
