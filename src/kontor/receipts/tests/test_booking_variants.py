"""P-01 … P-05 as an accountant would check them: every kind of tax, three countries, other currencies, returns, undoing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kontor.banking.models import MoneyAccount
from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.taxes import ExchangeRate, TaxCode, VatRegime, VatStatus
from kontor.openitems.actions.closing import HasAllocations
from kontor.openitems.actions.terms import InPayment
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.check import violations
from kontor.openitems.models import OpenItem
from kontor.openitems.tests.office import lines_of
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, cancel, set_paid, unbook
from kontor.receipts.actions.composing import NothingToGive, NoWaiverHere
from kontor.receipts.actions.money import CashInOtherCurrency
from kontor.receipts.actions.paying import MoneyComesBack, check_payable, collect_for_payment
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.actions.repaying import MoreThanLeft, NothingToRecover, receive_repayment
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, IncomingDocument, WaivedReimbursement
from kontor.receipts.queries.documents import document_by_id, standing_of
from kontor.receipts.queries.inbox import STATUSES, TO_PAY
from kontor.receipts.rules.advances import AdvanceCurrencyDiffers
from kontor.receipts.rules.lines import SalesTaxOnPurchase
from kontor.receipts.rules.tracks import Payment, Status
from tests.builders import NOW, a_day

from .office import DAY, IBAN, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")

type Lines = list[tuple[str, int]]


@pytest.fixture
def office() -> Office:
    return an_office()


def handed_in(office: Office, gross: int = 119_00, *, variant: str = "private", **values: object) -> int:
    with office.open(by=office.volunteer):
        document = a_draft(office, gross, variant=variant, **values)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
        return document.id


def booked(office: Office, document_id: int, *, number: str = "4980", tax_code: str = "purchase-standard") -> Lines:
    """Put every part to an account and book; returns the entry's lines."""
    document = document_by_id(document_id)
    assert document is not None
    put_to_account(office, document, number=number, tax_code=tax_code)
    done = book(document_id, at=NOW, by=office.clerk)
    assert list(violations()) == []
    return lines_of(done.entry_id or 0)


def standing(document_id: int) -> tuple[Status, Payment]:
    found = document_by_id(document_id)
    assert found is not None
    where = standing_of(found)
    return where.status, where.payment


def an_advance(office: Office, amount: int = 200_00) -> Advance:
    asked = request_advance(
        user_id=office.volunteer.id, amount=amount, currency=office.tenant.base_currency, purpose="Freizeit", at=NOW,
        by=office.clerk,
    )  # fmt: skip
    return pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


@pytest.mark.parametrize(
    ("tax_code", "expected"),
    [
        ("purchase-standard", [("1700", -119_00), ("4980", 100_00), ("1576", 19_00)]),
        ("purchase-reduced", [("1700", -119_00), ("4980", 111_21), ("1571", 7_79)]),
        ("none", [("1700", -119_00), ("4980", 119_00)]),
        ("", [("1700", -119_00), ("4980", 119_00)]),
        ("reverse-charge-standard", [("1700", -119_00), ("4980", 119_00), ("1577", 22_61), ("1787", -22_61)]),
        ("reverse-charge-domestic", [("1700", -119_00), ("4980", 119_00), ("1577", 22_61), ("1787", -22_61)]),
        ("eu-acquisition-standard", [("1700", -119_00), ("4980", 119_00), ("1574", 22_61), ("1774", -22_61)]),
        ("import-vat", [("1700", -119_00), ("1588", 119_00)]),
    ],
)
def test_each_tax_code_of_purchases_posts_its_lines(office: Office, tax_code: str, expected: Lines) -> None:
    document_id = handed_in(office)
    with office.open():
        assert booked(office, document_id, tax_code=tax_code) == expected


def test_the_tax_as_the_receipt_states_it_wins_over_the_computed_one(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        account_id = Account.objects.get(number="4980").id
        part = ProcessedPart(gross=119_00, account_id=account_id, tax_code="purchase-standard", tax_amount=18_98)
        save(document_id, {}, parts=[part], version=None, keep=False, at=NOW, by=office.clerk)
        done = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(done.entry_id or 0) == [("1700", -119_00), ("4980", 100_02), ("1576", 18_98)]


def test_a_code_of_our_own_sales_is_refused_on_a_receipt(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        document = IncomingDocument.objects.get(id=document_id)
        put_to_account(office, document, tax_code="sale-standard")
    with pytest.raises(SalesTaxOnPurchase), office.open():
        book(document_id, at=NOW, by=office.clerk)


@pytest.mark.parametrize("status", [VatStatus.SMALL, VatStatus.NOT_ENTREPRENEUR])
@pytest.mark.parametrize(
    ("tax_code", "expected"),
    [
        ("purchase-standard", [("1700", -119_00), ("4980", 119_00)]),
        ("reverse-charge-standard", [("1700", -119_00), ("4980", 141_61), ("1787", -22_61)]),
    ],
)
def test_who_may_deduct_nothing_has_all_the_tax_in_the_expense(
    office: Office, status: str, tax_code: str, expected: Lines
) -> None:
    document_id = handed_in(office)
    with office.open():
        VatRegime.objects.create(valid_from=a_day(1, 1), status=status)

        assert booked(office, document_id, tax_code=tax_code) == expected


def test_a_deductible_share_splits_the_tax_between_account_and_expense(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        whole = TaxCode.objects.get(code="purchase-standard", valid_to=None)
        whole.pk, whole.code, whole.deductible_percent = None, "purchase-mixed", Decimal(40)
        whole.save(force_insert=True)

        assert booked(office, document_id, tax_code="purchase-mixed") == [
            ("1700", -119_00),
            ("4980", 111_40),
            ("1576", 7_60),
        ]


def test_two_parts_keep_their_own_tax_project_and_sphere() -> None:
    office = an_office(chart="SKR42")
    document_id = handed_in(office)
    with office.open():
        VatRegime.objects.create(valid_from=a_day(1, 1), status=VatStatus.REGULAR)
        tools = Account.objects.get(number="68450").id
        parts = [
            ProcessedPart(gross=59_50, account_id=tools, project_id=office.project.id, tax_code="purchase-standard",
                          sphere="business"),
            ProcessedPart(gross=59_50, account_id=tools, tax_code="", sphere="ideal"),
        ]  # fmt: skip
        save(document_id, {}, parts=parts, version=None, keep=False, at=NOW, by=office.clerk)
        done = book(document_id, at=NOW, by=office.clerk)

        rows = JournalLine.objects.filter(entry_id=done.entry_id).order_by("position")
        found = [
            (row.account.number, row.amount_base, row.sphere, row.project_id) for row in rows.select_related("account")
        ]
        assert found[:3] == [
            ("35000", -119_00, found[0][2], found[0][3]),
            ("68450", 50_00, "business", office.project.id),
            ("68450", 59_50, "ideal", None),
        ]
        assert (found[3][0], found[3][1]) == ("14060", 9_50)


@pytest.mark.parametrize(
    ("country", "chart", "account", "tax_code", "expected"),
    [
        ("AT", "EKR", "7600", "purchase-standard", [("3710", -120_00), ("7600", 100_00), ("2500", 20_00)]),
        ("AT", "EKR", "7600", "reverse-charge-standard", [("3710", -120_00), ("7600", 120_00), ("2515", 24_00), ("3515", -24_00)]),
        ("CH", "KMU", "6500", "operating-standard", [("2210", -120_00), ("6500", 111_01), ("1171", 8_99)]),
        ("CH", "KMU", "6500", "reverse-charge-standard", [("2210", -120_00), ("6500", 120_00), ("1172", 9_72), ("2204", -9_72)]),
    ],
)  # fmt: skip
def test_austrian_and_swiss_books_post_their_own_rates(
    country: str, chart: str, account: str, tax_code: str, expected: Lines
) -> None:
    office = an_office(chart=chart, country=country)
    document_id = handed_in(office, 120_00, currency=office.tenant.base_currency)
    with office.open():
        assert booked(office, document_id, number=account, tax_code=tax_code) == expected


def test_a_receipt_in_dollars_is_booked_at_its_day_and_settles_without_a_difference(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9"))
    document_id = handed_in(office, 100_00, currency="USD")
    with office.open():
        assert booked(office, document_id, tax_code="") == [("1700", -90_00), ("4980", 90_00)]
        item = OpenItem.objects.get(id=IncomingDocument.objects.get(id=document_id).item_id or 0)
        assert (item.currency, item.amount, item.amount_base) == ("USD", 100_00, 90_00)

        entry_id = set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

        assert sorted(lines_of(entry_id)) == [("1360", -90_00), ("1700", 90_00)]
        assert standing(document_id) == (Status.DONE, Payment.SETTLED)


def test_the_tax_of_a_foreign_invoice_is_taken_over_at_the_same_rate(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="CHF", day=a_day(3, 1), rate=Decimal("1.05"))
    document_id = handed_in(office, 119_00, variant="to_pay", currency="CHF", payee_iban=IBAN, document_number="R 1")
    with office.open():
        assert booked(office, document_id) == [("1600", -124_95), ("4980", 105_00), ("1576", 19_95)]


def test_francs_are_not_taken_out_of_the_till_of_euros(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="CHF", day=a_day(3, 1), rate=Decimal("1.05"))
        till = MoneyAccount.objects.create(
            code="kasse", name="Kasse", currency="EUR", kind="cash", account_id=Account.objects.get(number="1000").id
        )
    document_id = handed_in(office, 50_00, currency="CHF")
    with office.open():
        booked(office, document_id, tax_code="")
    with pytest.raises(CashInOtherCurrency, match="Kasse"), office.open():
        set_paid(document_id, till.id, day=DAY, at=NOW, by=office.clerk)


def a_return(office: Office, *, variant: str = "private", **values: object) -> int:
    """Hand in a receipt that the bookkeeper finds to be a return, of 59.50."""
    document_id = handed_in(office, 59_50, variant=variant, **values)
    with office.open():
        account_id = Account.objects.get(number="4980").id
        part = ProcessedPart(gross=-59_50, account_id=account_id, tax_code="purchase-standard")
        save(document_id, {"gross": -59_50}, parts=[part], version=None, keep=False, at=NOW, by=office.clerk)
    return document_id


def test_a_return_is_owed_by_whoever_got_the_money_and_no_list_pays_it(office: Office) -> None:
    document_id = a_return(office)
    with office.open():
        done = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(done.entry_id or 0) == [("1700", 59_50), ("4980", -50_00), ("1576", -9_50)]
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_RECOVER)
        assert not IncomingDocument.objects.filter(TO_PAY, id=document_id).exists()
        assert IncomingDocument.objects.filter(STATUSES["to_recover"], id=document_id).exists()
        found = document_by_id(document_id)
        assert found is not None
        with pytest.raises(MoneyComesBack):
            check_payable(found)

        entry_id = set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

        assert sorted(lines_of(entry_id)) == [("1360", 59_50), ("1700", -59_50)]
        assert standing(document_id)[0] is Status.DONE
        assert list(violations()) == []


def test_a_suppliers_credit_note_is_a_debit_with_the_supplier(office: Office) -> None:
    document_id = a_return(office, variant="to_pay", document_number="GS 7", payee_iban=IBAN)
    with office.open():
        done = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(done.entry_id or 0) == [("1600", 59_50), ("4980", -50_00), ("1576", -9_50)]
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_RECOVER)


def test_a_return_on_an_advance_is_given_back_beside_it(office: Office) -> None:
    with office.open():
        advance = an_advance(office)
    document_id = a_return(office, variant="advance", advance_id=advance.id, repayment_route_id=office.repayment.id)
    with office.open():
        book(document_id, at=NOW, by=office.clerk)

        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 200_00
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_RECOVER)
        assert list(violations()) == []


def test_the_rest_of_an_advance_comes_back_in_two_steps_and_never_more_than_is_left(office: Office) -> None:
    with office.open():
        advance = an_advance(office)
    document_id = handed_in(
        office, 150_00, variant="advance", advance_id=advance.id, repayment_route_id=office.repayment.id
    )
    with office.open():
        booked(office, document_id)
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_RECOVER)

        first = receive_repayment(advance.id, office.bank_id, amount=20_00, day=DAY, at=NOW, by=office.clerk)

        assert sorted(lines_of(first)) == [("1360", 20_00), ("1530", -20_00)]
        assert standing(document_id)[1] is Payment.TO_RECOVER
    with pytest.raises(MoreThanLeft, match="30,00"), office.open():
        receive_repayment(advance.id, office.bank_id, amount=30_01, day=DAY, at=NOW, by=office.clerk)
    with office.open():
        receive_repayment(advance.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
        assert standing(document_id) == (Status.DONE, Payment.SETTLED)
        assert list(violations()) == []
    with pytest.raises(NothingToRecover), office.open():
        receive_repayment(advance.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


def test_an_advance_that_nobody_used_comes_back_whole(office: Office) -> None:
    with office.open():
        advance = an_advance(office)

        receive_repayment(advance.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 0
        assert list(violations()) == []


def test_a_waiver_in_another_currency_is_a_donation_in_our_own(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9"))
    document_id = handed_in(office, 100_00, variant="donation", currency="USD")
    with office.open():
        booked(office, document_id, tax_code="")

        record = WaivedReimbursement.objects.get(document_id=document_id)
        assert sorted(lines_of(record.entry_id)) == [("1700", 90_00), ("8050", -90_00)]
        assert record.amount == 90_00


@pytest.mark.parametrize("variant", ["private", "organisation", "to_pay", "donation", "advance"])
def test_cancelling_a_booked_receipt_leaves_every_account_as_before(office: Office, variant: str) -> None:
    with office.open():
        advance = an_advance(office)
    more: dict[str, object] = {"advance_id": advance.id, "more_receipts_follow": True} if variant == "advance" else {}
    document_id = handed_in(office, variant=variant, **more)  # type: ignore[arg-type]  # facts of the draft
    with office.open():
        before = balances()
        booked(office, document_id)
        assert balances() != before

        cancel(document_id, "Doppelt eingereicht", day=DAY, at=NOW, by=office.clerk)

        assert balances() == before
        assert standing(document_id)[0] is Status.CANCELLED
        assert not WaivedReimbursement.objects.filter(cancelled_on=None).exists()
        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 200_00
        assert list(violations()) == []


def balances() -> dict[str, int]:
    """Return what stands on each account, without those at zero."""
    found: dict[str, int] = {}
    for number, amount in JournalLine.objects.filter(is_posted=True).values_list("account__number", "amount_base"):
        found[number] = found.get(number, 0) + amount
    return {number: amount for number, amount in found.items() if amount}


def test_what_a_payment_list_holds_is_neither_cancelled_nor_taken_back(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        MoneyAccount.objects.filter(id=office.bank_id).update(iban=IBAN)
        booked(office, document_id)
        collect_for_payment(
            [document_id], money_account_id=office.bank_id, execution_date=NOW.date(), at=NOW, by=office.clerk
        )
    for act in (cancel, unbook):
        reason = ("doppelt",) if act is cancel else ()
        with pytest.raises(InPayment), tenant(office.tenant.id, by=office.clerk):
            act(document_id, *reason, day=DAY, at=NOW, by=office.clerk)
    with office.open():
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)


def test_after_the_payment_is_taken_back_the_receipt_can_be_cancelled(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        before = balances()
        booked(office, document_id)
        entry_id = set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    with pytest.raises(HasAllocations), office.open():
        cancel(document_id, "doppelt", day=DAY, at=NOW, by=office.clerk)
    with office.open():
        cancel_entry(entry_id, day=DAY, at=NOW, by=office.clerk)
        cancel(document_id, "doppelt", day=DAY, at=NOW, by=office.clerk)

        assert balances() == before
        assert list(violations()) == []


def test_swiss_books_know_no_donation_of_expenses() -> None:
    office = an_office(chart="KMU", country="CH")
    document_id = handed_in(office, 120_00, currency="CHF")
    with office.open():
        document = IncomingDocument.objects.get(id=document_id)
        put_to_account(office, document, number="6500", tax_code="")
        save(document_id, {"variant": "donation"}, version=None, keep=False, at=NOW, by=office.clerk)
    with pytest.raises(NoWaiverHere), office.open():
        book(document_id, at=NOW, by=office.clerk)


def test_a_return_cannot_be_given_as_a_donation(office: Office) -> None:
    document_id = handed_in(office, variant="donation")
    with office.open():
        part = ProcessedPart(gross=-119_00, account_id=Account.objects.get(number="4980").id)
        save(document_id, {"gross": -119_00}, parts=[part], version=None, keep=False, at=NOW, by=office.clerk)

    with pytest.raises(NothingToGive), office.open():
        book(document_id, at=NOW, by=office.clerk)

    with office.open():
        assert not WaivedReimbursement.objects.exists()
        assert not OpenItem.objects.exists()


def test_a_donated_refund_is_income_of_its_project_with_its_donor(office: Office) -> None:
    document_id = handed_in(office, variant="donation")
    with office.open():
        booked(office, document_id)

        record = WaivedReimbursement.objects.get()
        income = JournalLine.objects.get(entry_id=record.entry_id, account__number="8050")
        assert (income.amount_base, income.project_id, income.party_id) == (-119_00, office.project.id, record.party_id)


def test_a_receipt_in_another_currency_than_its_advance_says_so(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9"))
        advance = an_advance(office)
    document_id = handed_in(office, variant="advance", advance_id=advance.id, more_receipts_follow=True)
    with office.open():
        changes = {"currency": "USD", "rate": Decimal("0.9")}
        save(document_id, changes, version=None, keep=False, at=NOW, by=office.clerk)

    with pytest.raises(AdvanceCurrencyDiffers), office.open():
        booked(office, document_id)


def test_an_advance_that_is_free_again_takes_the_refunds_of_its_other_receipts(office: Office) -> None:
    with office.open():
        advance = an_advance(office, 200_00)
    more: dict[str, object] = {
        "advance_id": advance.id, "more_receipts_follow": True, "refund_route_id": office.route.id, "payee_iban": IBAN,
        "payee_name": "Mira Okonkwo",
    }  # fmt: skip
    first, second, third = (handed_in(office, gross, variant="advance", **more) for gross in (120_00, 60_00, 50_00))
    with office.open():
        for document_id in (first, second, third):
            booked(office, document_id)
        left = IncomingDocument.objects.get(id=third).item
        assert left is not None
        assert left.amount_open == 30_00

        cancel(first, "Doppelt eingereicht", day=DAY, at=NOW, by=office.clerk)

        assert OpenItem.objects.get(id=left.id).amount_open == 0
        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 90_00
        assert list(violations()) == []

        cancel(third, "Auch doppelt", day=DAY, at=NOW, by=office.clerk)

        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 140_00
        assert list(violations()) == []
