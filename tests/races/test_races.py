"""Races between people, jobs and machines (trust.md §6): what must happen once happens once, whoever is quicker.

More races stand with their contexts: two allocations of one item, of one bank line and under one key
(`openitems/tests/test_races.py`), one file imported four times at once (`banking/tests/test_import.py`).
"""

from __future__ import annotations

import re
import secrets
from contextlib import AbstractContextManager, suppress
from datetime import date
from functools import partial
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from kontor.banking.actions.importing import import_statement
from kontor.banking.models import BankTransaction
from kontor.core import idempotency
from kontor.core.anchors import anchors, anchors_hold, take_anchor
from kontor.core.chain import chain_status
from kontor.core.invariants import violations
from kontor.core.mail import deliver_mail, post_mail
from kontor.core.models import MailState, OutgoingMail
from kontor.core.numbering import take_numbers
from kontor.core.search import index_text, search_text
from kontor.core.tenancy import TenantContext, tenant
from kontor.documents.models import StoredFile
from kontor.documents.store import open_file, read_file, store
from kontor.ledger.actions.entries import reverse_entry
from kontor.ledger.actions.periods import close_period, commit_period
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.actions.recurring import Terms, post_recurring, save_recurring
from kontor.ledger.models import JournalEntry, Period
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from kontor.matching.actions.running import run_match
from kontor.matching.models import Proposal
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.closing import cancel_item
from kontor.openitems.actions.undoing import cancel_allocation
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.rules.steps import Share
from kontor.organisations.models import Membership, Tenant, User
from tests.builders import NOW, a_bank_account, a_bank_line, a_day, a_member, a_party, a_tenant, an_invoice
from tests.races.together import Lost, at_once, won

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ROUNDS = 10
DAY = a_day()
GROSS = 1_190_00


class Office:
    """Books with a clerk, a customer and a bank."""

    def __init__(self) -> None:
        self.books: Tenant = a_tenant()
        self.clerk: User = a_member(self.books)
        with self.open():
            self.party_id, self.bank_id = a_party(), a_bank_account()

    def open(self) -> AbstractContextManager[TenantContext]:
        """Open the books as the clerk."""
        return tenant(self.books.id, by=self.clerk)

    def invoice_and_line(self) -> tuple[int, int]:
        """Make an open item and a payment that would settle it."""
        with self.open():
            item_id = an_invoice(GROSS, party_id=self.party_id, on=DAY)
            return item_id, a_bank_line(GROSS, account_id=self.bank_id, day=DAY)

    def allocate(self, line_id: int, item_id: int) -> int:
        """Assign the payment to the item; returns the entry."""
        with self.open():
            entry_id = allocate(line_id, [Share(item_id=item_id, cash=GROSS)], at=NOW, by=self.clerk).entry_id
            assert entry_id is not None
            return entry_id

    def post(self) -> int:
        """Post an entry of two lines; returns its id."""
        lines = (PostingLine(by_number("1200"), 5, 5, "EUR"), PostingLine(by_number("8200"), -5, -5, "EUR"))
        with self.open():
            return post([NewEntry(posting=Posting(lines=lines, memo=Memo(text="Lauf")), entry_date=DAY)], at=NOW)[0].id

    def client(self) -> Client:
        """Return the clerk's browser."""
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(self.clerk)
        return client


@pytest.fixture
def office(database: None) -> Office:
    return Office()


@pytest.fixture(autouse=True)
def books_hold(office: Office, ops_connection: psycopg.Connection) -> object:
    """Prove the books after every race."""
    yield
    with ops_connection.transaction(), ops_connection.cursor() as cursor:
        found = list(violations(office.books.id, cursor=cursor))
    with office.open():
        assert [str(each) for each in [*found, *anchors_hold()]] == []
        assert chain_status().broken == 0


def test_a_form_sent_twice_posts_once_and_answers_the_same(office: Office) -> None:
    for _ in range(ROUNDS // 2):
        with office.open():
            name = f"RE-{secrets.token_hex(4)}"
            item_id = an_invoice(GROSS, party_id=office.party_id, number=name, on=DAY)
            line = a_bank_line(GROSS, account_id=office.bank_id, day=DAY, remittance=name)
            run_match(at=NOW)
            proposal = Proposal.objects.get(transaction_id=line, rank=1)
        address = reverse("match_safe_post", kwargs={"tenant": office.books.code})
        form = {"ids": [proposal.id], "key": secrets.token_hex(8), "sure": "1", "points": "20"}

        answers = at_once(*[partial(office.client().post, address, form)] * 3)

        assert {answer.status_code for answer in won(answers)} == {302}
        assert len({answer["Location"] for answer in won(answers)}) == 1
        with office.open():
            assert Allocation.objects.filter(item_id=item_id).count() == 1


def test_one_file_brought_by_four_people_is_kept_once(office: Office) -> None:
    for _ in range(ROUNDS):
        content = secrets.token_bytes(2000)

        def bring(content: bytes = content) -> int:
            with office.open():
                return store(content, name="beleg.bin", owner_type="test", at=NOW, by=office.clerk).id

        ids = won(at_once(*[bring] * 4))

        assert len(set(ids)) == 1
        assert len(ids) == 4
        with office.open():
            assert read_file(StoredFile.objects.get(id=ids[0])) == content


def test_a_document_is_cancelled_or_paid_and_never_both(office: Office) -> None:
    for _ in range(ROUNDS):
        item_id, line_id = office.invoice_and_line()

        def cancel(item_id: int = item_id) -> int:
            with office.open():
                return cancel_item(item_id, day=DAY, at=NOW, by=office.clerk)

        outcomes = at_once(partial(office.allocate, line_id, item_id), cancel)

        assert len(won(outcomes)) == 1
        with office.open():
            paid = not isinstance(outcomes[0], Lost)
            assert OpenItem.objects.get(id=item_id).amount_open == 0
            assert BankTransaction.objects.get(id=line_id).allocated == (GROSS if paid else 0)


def test_an_assignment_is_taken_back_once(office: Office) -> None:
    for _ in range(ROUNDS):
        item_id, line_id = office.invoice_and_line()
        office.allocate(line_id, item_id)
        with office.open():
            allocation_id = Allocation.objects.get(item_id=item_id).id

        def undo(allocation_id: int = allocation_id) -> object:
            with office.open():
                return cancel_allocation(allocation_id, day=DAY, at=NOW, by=office.clerk)

        assert len(won(at_once(*[undo] * 3))) == 1
        with office.open():
            assert OpenItem.objects.get(id=item_id).amount_open == GROSS


def test_an_entry_is_reversed_once(office: Office) -> None:
    for _ in range(ROUNDS):
        entry_id = office.post()

        def reverse_it(entry_id: int = entry_id) -> object:
            with office.open():
                return reverse_entry(entry_id, on=DAY, at=NOW)

        assert len(won(at_once(*[reverse_it] * 3))) == 1
        with office.open():
            assert JournalEntry.objects.filter(reverses_id=entry_id).count() == 1


def test_nothing_is_posted_into_a_month_behind_its_close(office: Office) -> None:
    with office.open():
        march = Period.objects.get(first_day=date(2026, 3, 1)).id

    def close() -> None:
        for _ in range(20):  # a busy book may refuse the close for a moment, as the page says: try again
            with suppress(psycopg.Error, Exception), office.open():
                close_period(march)
                return

    def clerk() -> int:
        posted = 0
        for _ in range(ROUNDS):
            with suppress(Exception):
                office.post()
                posted += 1
        return posted

    at_once(clerk, clerk, close, clerk)

    with office.open():
        period = Period.objects.get(id=march)
        assert period.state == "closed"
        assert not JournalEntry.objects.filter(posted_at__gt=period.state_at).exists()


def test_a_month_is_committed_once_and_only_after_the_earlier_ones(office: Office) -> None:
    with office.open():
        months = list(Period.objects.order_by("first_day")[:6])

    def commit(period_id: int) -> None:
        with office.open():
            commit_period(period_id)

    for _ in range(3):
        at_once(*(partial(commit, month.id) for month in months))

    with office.open():
        states = list(Period.objects.order_by("first_day").values_list("state", flat=True)[:6])
    assert states == sorted(states, key=lambda state: state != "committed")
    assert states[0] == "committed"


def test_numbers_have_no_gap_although_some_give_up(office: Office) -> None:
    def take(turn: int) -> int | None:
        with suppress(ZeroDivisionError), office.open():
            number = take_numbers("race", year=2026)
            if turn % 3 == 0:
                raise ZeroDivisionError
            return number
        return None

    taken = [
        number
        for _ in range(ROUNDS)
        for number in won(at_once(*(partial(take, turn) for turn in range(4))))
        if number is not None
    ]

    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) == ROUNDS * 2


def test_an_act_under_one_key_is_done_once(office: Office) -> None:
    for turn in range(ROUNDS):

        def act(body: str, turn: int = turn) -> object:
            with office.open():
                known = idempotency.claim(f"race-{turn}", action="test.race", body=body, at=NOW)
                if known is None:
                    idempotency.answer(f"race-{turn}", result={"body": body})
                    return body
                return known

        same = at_once(*(partial(act, "a") for _ in range(3)), partial(act, "b"))

        done = [each for each in won(same) if isinstance(each, str)]
        assert len(done) == 1
        assert all(each == {"body": done[0]} for each in won(same) if not isinstance(each, str))
        assert all(type(each.reason).__name__ == "KeyReused" for each in same if isinstance(each, Lost))


def test_whoever_has_lost_access_does_nothing_more(office: Office) -> None:
    address = reverse("contacts:list", kwargs={"tenant": office.books.code})

    for _ in range(ROUNDS // 2):
        person = a_member(office.books)
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(person)
        assert client.get(address).status_code == 200

        def end(person: User = person) -> None:
            Membership.objects.filter(user=person).update(state="ended")

        at_once(end, partial(client.get, address), partial(client.get, address))

        assert client.get(address).status_code == 404


def test_a_recurring_entry_is_posted_once_per_day_however_many_workers_come(office: Office) -> None:
    lines = [{"account": "4210", "amount": 50_000}, {"account": "1200", "amount": -50_000}]
    for turn in range(ROUNDS // 3):
        with office.open():
            terms = Terms(name=f"Miete {turn}", text="Miete", every_months=1, next_day=date(2026, 1, 31), until=DAY)
            plan = save_recurring(terms, lines=lines)

        def work() -> object:
            with office.open():
                return post_recurring(on=DAY, currency="EUR", at=NOW)

        at_once(*[work] * 3)
        work()

        with office.open():
            days = list(
                JournalEntry.objects.filter(source_type="ledger.recurring", source_id=plan.id)
                .order_by("entry_date").values_list("entry_date", flat=True)
            )  # fmt: skip
        assert days == [date(2026, 1, 31), date(2026, 2, 28)]


def test_two_matching_runs_leave_the_proposals_of_one(office: Office) -> None:
    for _ in range(3):
        with office.open():
            for _ in range(3):
                name = f"RE-{secrets.token_hex(4)}"
                an_invoice(GROSS, party_id=office.party_id, number=name, on=DAY)
                a_bank_line(GROSS, account_id=office.bank_id, day=DAY, remittance=name)

        def match() -> int:
            with office.open():
                return run_match(at=NOW).run.id

        runs = won(at_once(*[match] * 3))

        assert runs
        with office.open():
            ranks = list(Proposal.objects.values_list("transaction_id", "rank"))
            assert len(ranks) == len(set(ranks))
            assert Proposal.objects.values("run_id").distinct().count() == 1


def test_a_day_gets_one_anchor_of_two_workers(office: Office) -> None:
    for turn in range(ROUNDS):
        with office.open():
            a_party(name=f"Tag {turn}")
        day = date(2027, 1, 1 + turn)

        def anchor(day: date = day) -> object:
            with office.open():
                return take_anchor(tenant_code=office.books.code, on=day, at=NOW)

        taken = won(at_once(*[anchor] * 3))

        assert sum(each is not None for each in taken) == 1
        with office.open():
            assert anchors().filter(day=day).count() == 1


class _Context:
    """What the queue tells a task."""

    def __init__(self) -> None:
        self.job = type("QueueJob", (), {"attempts": 0})()


def test_a_mail_leaves_once_although_two_workers_hold_its_job(office: Office) -> None:
    for turn in range(ROUNDS):
        key = f"{secrets.token_hex(4)}-{turn}"
        post_mail(to="a@example.org", subject=key, text="x", language="de", key=key)
        mail_id = OutgoingMail.objects.get(subject=key).id

        context: Any = _Context()
        at_once(*[partial(deliver_mail, context, mail_id=mail_id)] * 3)

        assert sum(message.subject == key for message in mail.outbox) == 1
        assert OutgoingMail.objects.get(id=mail_id).state == MailState.SENT


def test_one_occasion_makes_one_mail_although_two_say_it(office: Office) -> None:
    for turn in range(ROUNDS):

        def say(turn: int = turn) -> None:
            with office.open():
                post_mail(to="a@example.org", subject="x", text="x", language="de", key=f"occasion-{turn}")

        assert len(won(at_once(*[say] * 3))) == 3
        assert OutgoingMail.objects.filter(books=office.books.id, key__endswith=f":occasion-{turn}").count() == 1


def test_the_words_of_an_object_stand_once_in_the_index(office: Office) -> None:
    for turn in range(ROUNDS):

        def index(word: str, turn: int = turn) -> None:
            with office.open():
                index_text("test.race", turn, word)

        at_once(*(partial(index, word) for word in ("anton", "berta", "caesar")))

        with office.open():
            found = [word for word in ("anton", "berta", "caesar") if any(
                hit.object_id == turn for hit in search_text(["test.race"], word)
            )]  # fmt: skip
        assert len(found) == 1


_STATEMENT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>m</MsgId>
<CreDtTm>2026-03-10T20:00:00</CreDtTm></GrpHdr><Stmt><Id>s-{n}</Id><CreDtTm>2026-03-10T20:00:00</CreDtTm><Acct><Id>
<IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"""
_ENTRY = """<Ntry><Amt Ccy="EUR">{n}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-10</Dt>
</BookgDt><ValDt><Dt>2026-03-10</Dt></ValDt><AcctSvcrRef>R{ref}</AcctSvcrRef></Ntry>"""


def test_overlapping_files_brought_at_once_give_each_movement_once(office: Office) -> None:
    def bring(turn: int, first: int) -> int:
        entries = "".join(_ENTRY.format(n=n, ref=f"{turn}-{n}") for n in range(first, first + 6))
        data = _STATEMENT.format(n=f"{turn}-{first}", entries=re.sub(r"\s*\n", "", entries)).encode()
        with office.open():
            file = store(data, name="auszug.xml", owner_type="banking.import", at=NOW, by=None)
            outcome = import_statement(file, partial(open_file, file), at=NOW, account=None, create_account=True)
            assert outcome.is_taken, outcome.refusal
            return outcome.new

    bring(99, 1)
    for turn in range(ROUNDS // 2):
        new = won(at_once(*(partial(bring, turn, first) for first in (1, 4, 1))))

        with office.open():
            found = list(BankTransaction.objects.filter(bank_reference__startswith=f"R{turn}-").values_list("amount"))
        assert len(found) == len(set(found)) == sum(new)
