"""A refund from the booked receipt to the bank's line: collected, exported, found again by its id, done."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils.translation import override

from kontor.banking.actions.importing import import_statement
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.contacts.models import BankDetails
from kontor.core.invariants import proven_inside
from kontor.documents.store import store
from kontor.ledger.models.accounts import Account
from kontor.matching.actions.own_orders import settle_sent_orders
from kontor.matching.actions.running import run_match
from kontor.matching.models import Proposal
from kontor.matching.wording import detail_words
from kontor.openitems.check import violations
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.tests.office import lines_of
from kontor.payments.actions.batches import Wanted, cancel, collect, reject
from kontor.payments.actions.exporting import export
from kontor.payments.models import PaymentBatch
from kontor.payments.queries.lists import orders_of
from kontor.payments.queries.payables import payables
from kontor.payments.rules.refusals import PartlyPaid
from kontor.receipts.actions.booking import book, unbook
from kontor.receipts.actions.submitting import submit
from kontor.receipts.queries.documents import document_by_id, standing_of
from kontor.receipts.rules.tracks import Payment, Status
from tests.builders import NOW

from .office import DAY, IBAN, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")
BANK = "DE89370400440532013000"
ORDERED = NOW.replace(month=3, day=10)


@pytest.fixture
def office() -> Office:
    made = an_office()
    with made.open():
        MoneyAccount.objects.filter(id=made.bank_id).update(iban=BANK)
    return made


def booked(office: Office, gross: int = 119_00) -> int:
    """Hand a receipt in and book it; returns its id."""
    with office.open(by=office.volunteer):
        document = a_draft(office, gross)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        put_to_account(office, document)
        book(document.id, at=NOW, by=office.clerk)
    return document.id


def exported(office: Office, *document_ids: int) -> PaymentBatch:
    """Collect receipts into a list, as its page does, and write the file."""
    found = {each.item.id: each for each in payables("EUR")}
    wanted = []
    for document_id in document_ids:
        document = document_by_id(document_id)
        assert document is not None
        payable = found[document.item_id or 0]
        wanted.append(
            Wanted(
                item_id=payable.item.id, document=payable.item.document_number, payee_name=payable.payee.name,
                payee_iban=payable.payee.iban, remittance=payable.payee.remittance, reference=payable.payee.reference,
            )
        )  # fmt: skip
    batch = collect(wanted, money_account_id=office.bank_id, execution_date=DAY, at=ORDERED, by=office.clerk)
    return export(batch.id, at=NOW, by=office.clerk)


def a_statement(*lines: tuple[int, str, str], day: str = "2026-03-13") -> bytes:
    """Return a camt.053 of debits (cents, end-to-end id, text) from an opening balance of 1,000.00."""
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{cents / 100:.2f}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt>'
        f"</BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>REF{end_to_end}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>"
        f"{end_to_end}</EndToEndId></Refs><RltdPties><Cdtr><Pty><Nm>Mira Okonkwo</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>{IBAN}"
        f"</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for cents, end_to_end, text in lines
    )

    def balance(code: str, cents: int) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{cents / 100:.2f}</Amt>'
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    closing = 1_000_00 - sum(cents for cents, _, _ in lines)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>'
        "<CreDtTm>2026-03-13T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id>"
        f"<IBAN>{BANK}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', 1_000_00)}{balance('CLBD', closing)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def imported(office: Office, content: bytes) -> None:
    """Take a statement in."""
    file = store(content, name="auszug.xml", owner_type="banking.import", at=NOW, by=office.clerk)
    outcome = import_statement(file, lambda: BytesIO(content), at=NOW)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.new == content.count(b"<Ntry>")


def standing(document_id: int) -> tuple[Status, Payment]:
    found = document_by_id(document_id)
    assert found is not None
    where = standing_of(found)
    return where.status, where.payment


def nothing_is_wrong() -> bool:
    return [str(each) for each in violations()] == [] and [str(each) for each in proven_inside()] == []


def test_the_refund_is_found_again_in_the_statement_and_the_receipt_is_done_by_itself(office: Office) -> None:
    document_id = booked(office)
    with office.open():
        batch = exported(office, document_id)
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)
        order = orders_of(batch)[0]

        imported(office, a_statement((119_00, order.end_to_end_id, order.remittance)))
        outcome = run_match(at=NOW)
        assert [result.decision for result in outcome.results] == ["automatic"]
        best = outcome.results[0].proposals[0]
        assert {mark.rule for mark in best.evidence} >= {"own_order", "amount_open"}
        assert not {mark.rule for mark in best.evidence} & {"in_payment", "other_party"}
        named = [mark for mark in best.evidence if mark.rule == "own_order"]
        texts = {"end_to_end_id": order.end_to_end_id}
        with override("de"):
            assert detail_words(named, texts=texts, currency="EUR", region="DE") == "Zahlungsliste Z-2026-000001"
        assert settle_sent_orders(outcome, at=NOW) == 1

        assert standing(document_id) == (Status.DONE, Payment.SETTLED)
        row = Allocation.objects.get(item_id=order.item_id)
        bank = Account.objects.get(id=MoneyAccount.objects.get(id=office.bank_id).account_id).number
        assert sorted(lines_of(row.entry_id)) == sorted([(bank, -119_00), ("1700", 119_00)])
        assert row.is_automatic
        assert nothing_is_wrong()


@pytest.mark.parametrize(
    "text",
    ["Spesen und Gebühren der Freizeit", "Spende zurück RE-2099-1", "NOTPROVIDED", "B-2026-000001 B-2026-000002"],
)
def test_no_other_word_on_the_line_and_no_other_owner_of_the_account_keeps_our_order_from_its_item(
    office: Office, text: str
) -> None:
    first, second = booked(office), booked(office)
    with office.open():
        BankDetails.objects.create(party_id=office.card.party_id, iban=IBAN)
        batch = exported(office, first, second)
        later = orders_of(batch)[1]
        imported(office, a_statement((119_00, later.end_to_end_id, text)))

        outcome = run_match(at=NOW)

        assert [result.decision for result in outcome.results] == ["automatic"]
        assert [share.item_id for share in outcome.results[0].proposals[0].shares] == [later.item_id]
        settle_sent_orders(outcome, at=NOW)
        assert standing(first)[0] is Status.BOOKED_TO_PAY
        assert standing(second)[0] is Status.DONE


def test_another_amount_than_ordered_is_left_to_a_person(office: Office) -> None:
    document_id = booked(office)
    with office.open():
        order = orders_of(exported(office, document_id))[0]
        imported(office, a_statement((118_00, order.end_to_end_id, order.remittance)))

        outcome = run_match(at=NOW)

        assert [result.decision for result in outcome.results] == ["proposed"]
        assert settle_sent_orders(outcome, at=NOW) == 0
        assert Proposal.objects.filter(rank=1).count() == 1


def test_a_line_with_our_id_on_a_list_that_was_given_up_is_not_certain(office: Office) -> None:
    document_id = booked(office)
    with office.open():
        batch = exported(office, document_id)
        order = orders_of(batch)[0]
        cancel(batch.id, by=office.clerk)
        assert not OpenItem.objects.get(id=order.item_id).is_in_payment
        imported(office, a_statement((119_00, order.end_to_end_id, "ohne Nummer")))

        outcome = run_match(at=NOW)

        marks = {mark.rule for proposal in outcome.results[0].proposals for mark in proposal.evidence}
        assert "own_order" not in marks


def test_a_refused_order_frees_its_item_for_the_next_list(office: Office) -> None:
    first, second = booked(office), booked(office, 42_00)
    with office.open():
        batch = exported(office, first, second)
        paid, refused = orders_of(batch)
        imported(office, a_statement((119_00, paid.end_to_end_id, "")))
        settle_sent_orders(run_match(at=NOW), at=NOW)
        with pytest.raises(PartlyPaid):
            cancel(batch.id, by=office.clerk)

        reject(batch.id, refused.id, day=DAY, by=office.clerk)
        again = exported(office, second)

        assert [order.item_id for order in orders_of(again)] == [refused.item_id]
        assert orders_of(again)[0].end_to_end_id != refused.end_to_end_id
        assert nothing_is_wrong()


def test_a_receipt_on_a_list_keeps_its_booking(office: Office) -> None:
    from kontor.openitems.actions.terms import InPayment  # noqa: PLC0415  # the refusal of this story alone

    document_id = booked(office)
    with office.open():
        exported(office, document_id)
    with pytest.raises(InPayment), office.open():
        unbook(document_id, day=DAY, at=NOW, by=office.clerk)
    with office.open():
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)
        assert BankTransaction.objects.count() == 0
