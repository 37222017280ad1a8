"""Statement files that overlap, announce, book as one and give back; matched twice, and by two people at once."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from datetime import date
from functools import partial

import pytest

from kontor.banking.actions.importing import import_statement
from kontor.banking.actions.outcomes import Outcome
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.banking.queries.transactions import open_transactions
from kontor.contacts.models import BankDetails
from kontor.documents.store import open_file, store
from kontor.ledger.models import JournalEntry
from kontor.matching.actions.confirming import give_back
from kontor.matching.commands import run_match_command
from kontor.matching.models import Proposal
from kontor.matching.queries.returns import returnable
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, OpenItem
from tests.builders import NOW, a_bank_line, a_party
from tests.flows.right_books import Story, a_story, balances, posted
from tests.races.together import Lost, at_once

pytestmark = pytest.mark.usefixtures("database")
BANK = "DE89370400440532013000"
IBANS = ("DE02120300000000202051", "DE02500105170137075030", "DE02100500000054540402", "DE02300209000106531065")
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt"
TENTH, TWENTIETH = "2026-03-10", "2026-03-20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays what under which end-to-end id."""

    iban: str
    text: str
    amount: str
    end_to_end: str = ""


CLUB = tuple(
    Payer(iban=iban, text=f"Beitrag RE-2026-000{number}", amount="100.00", end_to_end=f"E{number}")
    for number, iban in enumerate(IBANS[:3], 1)
)
FIRM = Payer(iban=IBANS[3], text="Rechnung RE-2026-0009", amount="1190.00")


def details(*payers: Payer, side: str = "CRDT", reason: str = "") -> str:
    """Return the single transactions of an entry; money that comes has debtors."""
    other = "Dbtr" if side == "CRDT" else "Cdtr"
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return "".join(
        f'<TxDtls><Refs><EndToEndId>{each.end_to_end or "NOTPROVIDED"}</EndToEndId></Refs><Amt Ccy="EUR">{each.amount}'
        f"</Amt><CdtDbtInd>{side}</CdtDbtInd><RltdPties><{other}><Pty><Nm>Zahlende</Nm></Pty></{other}><{other}Acct><Id>"
        f"<IBAN>{each.iban}</IBAN></Id></{other}Acct></RltdPties><RmtInf><Ustrd>{each.text}</Ustrd></RmtInf>{returned}"
        "</TxDtls>"
        for each in payers
    )


def entry(amount: str, inner: str, *, ref: str, day: str, status: str = "BOOK", batch: int = 0, more: str = "") -> str:
    """Return an entry; a negative amount is a debit."""
    side = "DBIT" if amount.startswith("-") else "CRDT"
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    collected = f"<Btch><NbOfTxs>{batch}</NbOfTxs></Btch>" if batch else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{reference}<NtryDtls>{collected}{inner}</NtryDtls></Ntry>"
    )


def file(*entries: str, number: int, opening: str, closing: str, day: str, kind: str = "053") -> bytes:
    """Return a statement (053) with its balances, or an interim report (052) without."""
    outer, inner = ("BkToCstmrAcctRpt", "Rpt") if kind == "052" else ("BkToCstmrStmt", "Stmt")
    found = "" if kind == "052" else "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )  # fmt: skip
    return (
        f'<Document xmlns="{SPACE}.{kind}.001.08"><{outer}><GrpHdr><MsgId>m{number}</MsgId><CreDtTm>{day}T20:00:00</CreDtTm>'
        f"</GrpHdr><{inner}><Id>s-{kind}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{BANK}</IBAN></Id><Ccy>EUR</Ccy></Acct>{found}{''.join(entries)}</{inner}></{outer}></Document>"
    ).encode()


FIRM_BOOKED = entry("1190.00", details(FIRM), ref="A1", day=TENTH)
COLLECTED = entry("300.00", details(*CLUB), ref="B1", day=TENTH, batch=3)
ANNOUNCED = file(entry("1190.00", details(FIRM), ref="", day=TENTH, status="PDNG"), number=1, opening="", closing="",
                 day=TENTH, kind="052")  # fmt: skip
FIRST = file(FIRM_BOOKED, number=1, opening="0.00", closing="1190.00", day=TENTH)
OVERLAPPING = file(FIRM_BOOKED, COLLECTED, number=2, opening="0.00", closing="1490.00", day=TENTH)
GIVEN_BACK = file(
    entry("-103.00", details(Payer(iban=IBANS[1], text="Ruecklastschrift", amount="103.00", end_to_end="E2"), side="DBIT",
                             reason="AC04"), ref="R1", day=TWENTIETH),
    number=3, opening="1490.00", closing="1387.00", day=TWENTIETH,
)  # fmt: skip
FILES = (ANNOUNCED, FIRST, OVERLAPPING, GIVEN_BACK)


def bring(story: Story, content: bytes) -> Outcome:
    kept = store(content, name="auszug.xml", owner_type="banking.import", at=NOW, by=story.clerk)
    outcome = import_statement(kept, partial(open_file, kept), at=NOW)
    assert outcome.refusal is None
    return outcome


@pytest.fixture
def club() -> Story:
    """Three members who owe 100.00 each, and a firm that owes 1,190.00; every account is known."""
    story = a_story()
    with story.open():
        MoneyAccount.objects.filter(id=story.bank_id).update(iban=BANK)
        for number, iban in enumerate(IBANS[:3], 1):
            member = a_party(name=f"Mitglied {number}")
            BankDetails.objects.create(party_id=member, iban=iban)
            replace_customer(story, member).invoice(
                f"RE-2026-000{number}", 100_00, on=date(2026, 3, 1), account="8200", code=""
            )
        BankDetails.objects.create(party_id=story.customer_id, iban=IBANS[3])
        story.invoice("RE-2026-0009", 1_000_00, on=date(2026, 3, 1))
    return story


def replace_customer(story: Story, party_id: int) -> Story:
    return Story(story.tenant, story.clerk, story.bank_id, party_id, story.supplier_id)


def match(story: Story) -> None:
    words = Namespace(tenant=story.tenant.code, auto=True, out=None, json=True)
    assert run_match_command(words) == 0


def amounts() -> list[int]:
    return sorted(open_transactions().values_list("amount", flat=True))


OWED = {"1400": 1_490_00, "8200": -300_00, "8400": -1_000_00, "1776": -190_00}
PAID = {"1200": 1_490_00, "8200": -300_00, "8400": -1_000_00, "1776": -190_00}
BACK = {"1200": 1_387_00, "1400": 100_00, "4970": 3_00, "8200": -300_00, "8400": -1_000_00, "1776": -190_00}


def test_overlapping_statements_a_collective_booking_and_a_return_end_as_the_bank_says(club: Story) -> None:
    with club.open():
        bring(club, ANNOUNCED)
        assert amounts() == []
        bring(club, FIRST)
        assert amounts() == [1_190_00]
        assert bring(club, OVERLAPPING).new == 3
        assert amounts() == [100_00, 100_00, 100_00, 1_190_00]
        assert balances() == OWED
        club.prove()
    match(club)
    with club.open():
        assert balances() == PAID
        club.prove()
        bring(club, GIVEN_BACK)
        returned = BankTransaction.objects.get(bank_reference="R1")
        (payment,) = returnable(returned)
        assert payment.item is not None
        assert payment.item.document_number == "RE-2026-0002"

        (entry_id,) = give_back(returned.id, [payment.id], at=NOW, by=club.clerk).entry_ids

        assert posted(entry_id) == [("1200", -103_00), ("1400", 100_00), ("4970", 3_00)]
        assert balances() == BACK
        assert OpenItem.objects.get(document_number="RE-2026-0002").is_returned
        club.prove()
        for content in FILES:
            assert bring(club, content).new == 0
        assert BankTransaction.objects.filter(status="booked", is_deleted=False).count() == 5
        club.prove()


def test_matching_twice_changes_nothing_the_second_time(club: Story) -> None:
    with club.open():
        bring(club, OVERLAPPING)
    match(club)
    with club.open():
        before = (balances(), JournalEntry.objects.count(), Allocation.objects.count())
        assert before[0] == PAID

    match(club)

    with club.open():
        assert (balances(), JournalEntry.objects.count(), Allocation.objects.count()) == before
        club.prove()


def test_two_who_match_at_the_same_time_pay_everything_once(club: Story) -> None:
    with club.open():
        bring(club, OVERLAPPING)

    outcomes = at_once(partial(match, club), partial(match, club))

    assert not all(isinstance(each, Lost) for each in outcomes)
    with club.open():
        assert balances() == PAID
        assert Allocation.objects.count() == 4
        assert not BankTransaction.objects.filter(allocated=0).exists()
        club.prove()


def test_what_a_person_has_taken_back_the_next_run_only_proposes(club: Story) -> None:
    with club.open():
        line = a_bank_line(
            1_190_00, account_id=club.bank_id, day=date(2026, 3, 10), counterparty_iban=IBANS[3],
            remittance="RE-2026-0009", counterparty_name="Zahlende",
        )  # fmt: skip
    match(club)
    with club.open():
        done = Allocation.objects.get(transaction_id=line)
        assert done.is_automatic
        cancel_entry(done.entry_id, day=date(2026, 3, 11), at=NOW, by=club.clerk)

    match(club)

    with club.open():
        assert BankTransaction.objects.get(id=line).allocated == 0
        assert Proposal.objects.get(transaction_id=line, rank=1).decision == "automatic"
        assert balances() == OWED
        club.prove()
