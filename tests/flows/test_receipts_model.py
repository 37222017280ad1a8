"""Receipts in any order: whatever people do with them, the books stay provable and nothing posted ever changes.

Check 28. What must hold is asked here in words of its own, beside what `check-books` proves: a fault in both would
have to be the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import psycopg
import pytest
from django.db import Error, connection
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kontor.approvals.actions.requests import answer, revoke
from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.answers import Given
from kontor.approvals.tests.desk import a_policy
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.core.invariants import proven_inside, violations
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.ledger.models import JournalEntry, JournalLine
from kontor.ledger.models.accounts import Account
from kontor.matching.actions.own_orders import settle_sent_orders, take_returned_orders
from kontor.matching.actions.running import run_match
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.rules.steps import Share
from kontor.payments.actions.batches import cancel as give_up
from kontor.payments.actions.batches import reject
from kontor.payments.actions.exporting import export
from kontor.payments.actions.settling import settle_by_hand
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, cancel, set_paid, unbook
from kontor.receipts.actions.paying import collect_for_payment
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.actions.processing import reject as turn_down
from kontor.receipts.actions.repaying import receive_repayment
from kontor.receipts.actions.submitting import submit, withdraw, write
from kontor.receipts.models import Advance, IncomingDocument, WaivedReimbursement
from kontor.receipts.queries.documents import document_by_id, standing_of
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.tests.office import DAY, IBAN, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_bank_line, a_member, a_tenant

AMOUNTS = st.integers(1, 99_00) | st.integers(1, 30_000_00)
PLACES = st.integers(0, 100)
VARIANTS = st.sampled_from(["private", "organisation", "to_pay", "donation", "advance"])
CHECKED_FROM = 100_00
FACTS_OF_ENTRY = ("entry_date", "document_number", "text", "kind", "state", "reverses_id")
FACTS_OF_LINE = (
    "position", "account_id", "party_id", "project_id", "sphere", "tax_code", "tax_base", "tax_amount", "currency", "amount",
    "amount_base", "text", "entry_date", "is_posted",
)  # fmt: skip

type Entry = tuple[tuple[object, ...], tuple[tuple[object, ...], ...]]


ITEMS_AND_LEDGER = """
SELECT account.number, books.party_id, coalesce(books.balance, 0), coalesce(open.rest, 0) FROM ledger_account account
JOIN (SELECT account_id, party_id, sum(amount_base)::bigint AS balance FROM ledger_journalline
  WHERE tenant_id = %(tenant)s AND is_posted GROUP BY 1, 2) books ON books.account_id = account.id
LEFT JOIN (SELECT line.account_id, item.party_id,
    sum(CASE item.side WHEN 'debit' THEN item.base_open ELSE -item.base_open END)::bigint AS rest
  FROM openitems_openitem item JOIN ledger_journalline line ON line.tenant_id = item.tenant_id
    AND line.id = item.journal_line_id
  WHERE item.tenant_id = %(tenant)s GROUP BY 1, 2) open
ON open.account_id = books.account_id AND open.party_id = books.party_id
WHERE account.tenant_id = %(tenant)s AND account.control IN ('receivables', 'payables')"""
"""Every balance of a party on a control account beside what is open of its items."""
HAPPENED = {
    "booked private", "booked organisation", "booked to_pay", "booked donation", "booked advance", "unbook", "paid", "repaid",
    "list export", "list settle", "list reject", "carried out", "returned", "by hand", "taken back",
}  # fmt: skip
"""What the stories together must have done, or they prove too little."""
ROUNDS_MIN, ROUNDS_MAX = 2, 8
"""How often four stories are told: until all of it has happened, which differs with versions of hypothesis."""
FIRST_SEED = 10


class Receipts(RuleBasedStateMachine):
    """One office: a volunteer, a reviewer from 100.00 on, a bookkeeper, a bank."""

    proof: psycopg.Connection
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = an_office()
        self.reviewer = a_member(self.office.tenant, role="reviewer")
        self.stranger = a_tenant()
        a_policy(self.office, (1, (self.reviewer,)), amount_from=CHECKED_FROM)
        with self.office.open():
            MoneyAccount.objects.filter(id=self.office.bank_id).update(iban="DE89370400440532013000")
        self.posted: dict[int, Entry] = {}
        self.rows_of_stranger = self.rows_of(self.stranger.id)

    def attempt[T](self, act: Callable[[], T], *, door: AbstractContextManager[object] | None = None) -> T | None:
        """Do one act in the door's transaction; None if it was refused in our words."""
        try:
            with door or self.office.open():
                return act()
        except Refusal:
            return None
        except Error as error:
            if refined(error) is None:
                raise
            return None

    def rows_of(self, tenant_id: int) -> dict[str, int]:
        """Count the rows of somebody's books in every table of the database, past all walls."""
        tables = self.proof.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        found = {}
        for (table,) in tables:
            counted = self.proof.execute(f'SELECT count(*) FROM "{table}" WHERE tenant_id = %s'.encode(), [tenant_id])
            found[table] = (counted.fetchone() or (0,))[0]
        return found

    def one_of(self, place: int, *states: str) -> int | None:
        """Return a receipt that stands in one of these states."""
        with self.office.open():
            found = IncomingDocument.objects.filter(state__in=states).order_by("id").values_list("id", flat=True)
            return found[place % len(found)] if found else None

    @initialize(
        grosses=st.lists(AMOUNTS, min_size=5, max_size=5),
        amount=AMOUNTS,
        goes=st.sampled_from(["out", "out", "there and back"]),
        then=st.sampled_from(["nothing", "settle", "reject"]),
    )
    def something_waits_for_its_money(self, grosses: list[int], amount: int, goes: str, then: str) -> None:
        for gross, variant in zip(grosses, ("private", "to_pay", "donation", "organisation", "private"), strict=True):
            self.the_volunteer_hands_in(gross=gross, variant=variant, place=0, follows=False, at_once=True)
        self.refunds_are_collected(count=2, goes=goes)
        if then != "nothing":
            self.a_list_goes_on(place=1, how=then)
        self.an_advance_is_paid_out(amount=amount)

    @rule(gross=AMOUNTS, variant=VARIANTS, follows=st.booleans(), place=PLACES, at_once=st.booleans())
    def the_volunteer_hands_in(self, gross: int, variant: str, place: int, *, follows: bool, at_once: bool) -> None:
        values: dict[str, object] = {}
        if variant == "to_pay":
            values = {"payee_iban": IBAN, "payee_name": "Baumarkt Lindner"}
        if variant == "advance":
            with self.office.open():
                advances = Advance.objects.order_by("id").values_list("id", flat=True)
                if not advances:
                    return
                values = {
                    "advance_id": advances[place % len(advances)], "more_receipts_follow": follows,
                    "repayment_route_id": self.office.repayment.id, "refund_route_id": self.office.route.id,
                    "payee_iban": IBAN, "payee_name": "Mira Okonkwo",
                }  # fmt: skip

        def hand_in() -> IncomingDocument:
            draft = a_draft(self.office, gross, variant=variant, **values)
            return submit(draft.id, today=DAY, at=NOW, by=self.office.volunteer)

        handed_in = self.attempt(hand_in, door=self.office.open(by=self.office.volunteer))
        assert handed_in is not None
        assert handed_in.state == ("in_review" if gross >= CHECKED_FROM else "approved")
        if at_once:
            self.it_is_approved_and_booked(handed_in)

    def it_is_approved_and_booked(self, handed_in: IncomingDocument) -> None:
        """Take a receipt to the books without anything between."""
        if handed_in.state == "in_review":
            with tenant(self.office.tenant.id, by=self.reviewer):
                asked = ApprovalRequest.objects.get(subject_id=handed_in.id, state="pending")
                answer(asked.id, "approve", reason="", on=DAY, at=NOW, by=self.reviewer)
        with self.office.open():
            put_to_account(self.office, handed_in)
            self.is_booked_right(book(handed_in.id, at=NOW, by=self.office.clerk))

    def is_booked_right(self, booked: IncomingDocument) -> None:
        """Fail unless booking left open exactly what the way of payment says; inside the books."""
        item = OpenItem.objects.get(id=booked.item_id or 0)
        waivers = WaivedReimbursement.objects.filter(document=booked, cancelled_on=None).count()
        gross = booked.gross or 0
        assert waivers == (booked.variant == "donation")
        assert (item.amount, item.side) == (abs(gross), "credit" if gross > 0 else "debit")
        match booked.variant:
            case "donation":
                assert item.amount_open == 0
            case "advance" if gross > 0:
                advance = OpenItem.objects.get(id=Advance.objects.get(id=booked.advance_id or 0).item_id or 0)
                assert min(item.amount_open, advance.amount_open) == 0
            case _:
                assert item.amount_open == abs(gross)
        self.note(f"booked {booked.variant}")

    def note(self, what: str) -> None:
        """Remember that it has really happened in this run."""
        self.seen[what] += 1

    @rule(place=PLACES, given=st.sampled_from(["approve", "reject", "query"]), takes_back=st.booleans())
    def the_reviewer_answers(self, place: int, given: Given, *, takes_back: bool) -> None:
        with self.office.open():
            waiting = ApprovalRequest.objects.filter(state="pending").order_by("id").values_list("id", flat=True)
            request_id = waiting[place % len(waiting)] if waiting else None
        if request_id is None:
            return

        def reply() -> str:
            return str(answer(request_id, given, reason="Bitte", on=DAY, at=NOW, by=self.reviewer).state)

        assert self.attempt(reply, door=tenant(self.office.tenant.id, by=self.reviewer)) is not None
        if takes_back:
            self.attempt(
                lambda: revoke(request_id, at=NOW + timedelta(seconds=5), by=self.reviewer),
                door=tenant(self.office.tenant.id, by=self.reviewer),
            )

    @rule(place=PLACES, how=st.sampled_from(["answer", "again", "withdraw"]))
    def the_volunteer_reacts(self, place: int, how: str) -> None:
        document_id = self.one_of(place, "query", "rejected", "withdrawn", "approved", "in_review")
        if document_id is None:
            return
        by = self.office.volunteer
        acts: dict[str, Callable[[], object]] = {
            "answer": lambda: write(document_id, "Das war für die Bühne", at=NOW, by=by),
            "again": lambda: submit(document_id, today=DAY, at=NOW, by=by),
            "withdraw": lambda: withdraw(document_id, at=NOW, by=by),
        }
        self.attempt(acts[how], door=self.office.open(by=by))

    @rule(place=PLACES, is_return=st.sampled_from([False, False, True]))
    def the_bookkeeper_books(self, place: int, *, is_return: bool) -> None:
        document_id = self.one_of(place, "approved", "in_progress")
        if document_id is None:
            return

        with self.office.open():
            is_gift_of_nothing = is_return and IncomingDocument.objects.get(id=document_id).variant == "donation"

        def give_account_and_book() -> IncomingDocument:
            document = IncomingDocument.objects.get(id=document_id)
            put_to_account(self.office, document)
            if is_return and (document.gross or 0) > 0:
                gross = -(document.gross or 0)
                account_id = Account.objects.get(number="4980").id
                part = ProcessedPart(gross=gross, account_id=account_id, tax_code="purchase-standard")
                save(
                    document_id, {"gross": gross}, parts=[part], version=None, keep=False, at=NOW, by=self.office.clerk
                )
            booked = book(document_id, at=NOW, by=self.office.clerk)
            self.is_booked_right(booked)
            return booked

        assert (self.attempt(give_account_and_book) is None) == is_gift_of_nothing

    @rule(place=PLACES, how=st.sampled_from(["unbook", "cancel", "paid", "turn_down"]))
    def the_bookkeeper_changes_course(self, place: int, how: str) -> None:
        document_id = self.one_of(place, "final", "final", "in_progress", "approved")
        if document_id is None:
            return
        by = self.office.clerk
        acts: dict[str, Callable[[], object]] = {
            "unbook": lambda: unbook(document_id, day=DAY, at=NOW, by=by),
            "cancel": lambda: cancel(document_id, "doppelt", day=DAY, at=NOW, by=by),
            "paid": lambda: set_paid(document_id, self.office.bank_id, day=DAY, at=NOW, by=by),
            "turn_down": lambda: turn_down(document_id, "unleserlich", at=NOW, by=by),
        }
        if self.attempt(acts[how]) is not None:
            self.note(how)

    @rule(amount=AMOUNTS)
    def an_advance_is_paid_out(self, amount: int) -> None:
        by = self.office.clerk

        def pay() -> Advance:
            asked = request_advance(
                user_id=self.office.volunteer.id, amount=amount, currency="EUR", purpose="Freizeit", at=NOW, by=by
            )
            return pay_out_advance(asked.id, self.office.bank_id, day=DAY, at=NOW, by=by)

        assert self.attempt(pay) is not None

    @rule(place=PLACES, amount=st.none() | AMOUNTS)
    def the_rest_of_an_advance_comes_back(self, place: int, amount: int | None) -> None:
        with self.office.open():
            advances = Advance.objects.order_by("id").values_list("id", flat=True)
            advance_id = advances[place % len(advances)] if advances else None
        if advance_id is not None and (
            self.attempt(
                lambda: receive_repayment(
                    advance_id, self.office.bank_id, amount=amount, day=DAY, at=NOW, by=self.office.clerk
                )
            )
            is not None
        ):
            self.note("repaid")

    @rule(count=st.integers(1, 3), goes=st.sampled_from(["", "out", "to the payee", "there and back"]))
    def refunds_are_collected(self, count: int, goes: str) -> None:
        with self.office.open():
            ids = list(
                IncomingDocument.objects.filter(
                    state="final", variant__in=["private", "to_pay", "advance"], item__amount_open__gt=0,
                    item__is_in_payment=False, item__side="credit",
                ).order_by("id").values_list("id", flat=True)[:count]
            )  # fmt: skip
        if not ids:
            return
        by = self.office.clerk

        def collect() -> PaymentBatch:
            batch = collect_for_payment(
                ids, money_account_id=self.office.bank_id, execution_date=NOW.date(), at=NOW, by=by
            )
            return export(batch.id, at=NOW, by=by) if goes else batch

        batch = self.attempt(collect)
        assert batch is not None
        with self.office.open():
            order = PaymentOrder.objects.filter(batch=batch).order_by("id")[0]
        if goes in {"to the payee", "there and back"}:
            self.bank_carries_out(order, off=0)
        if goes == "there and back":
            self.bank_gives_back(order.end_to_end_id, amount=order.amount)

    @rule(place=PLACES, how=st.sampled_from(["export", "settle", "cancel", "reject"]))
    def a_list_goes_on(self, place: int, how: str) -> None:
        with self.office.open():
            orders = PaymentOrder.objects.order_by("id").values_list("batch_id", "id")
            found = orders[place % len(orders)] if orders else None
        if found is None:
            return
        batch_id, order_id = found
        by = self.office.clerk
        acts: dict[str, Callable[[], object]] = {
            "export": lambda: export(batch_id, at=NOW, by=by),
            "settle": lambda: settle_by_hand(batch_id, day=NOW.date(), at=NOW, by=by),
            "cancel": lambda: give_up(batch_id, by=by),
            "reject": lambda: reject(batch_id, order_id, day=NOW.date(), by=by),
        }
        if self.attempt(acts[how]) is not None or how == "cancel":
            self.note(f"list {how}")

    @rule(place=PLACES, off=st.sampled_from([0, 0, 0, 1, -1]))
    def the_bank_carries_an_order_out(self, place: int, off: int) -> None:
        with self.office.open():
            orders = list(PaymentOrder.objects.filter(batch__state="exported").order_by("id"))
            if not orders:
                return
        self.bank_carries_out(orders[place % len(orders)], off=off)

    def bank_carries_out(self, order: PaymentOrder, *, off: int) -> None:
        """Let the order stand in the statement, once, and match it."""
        with self.office.open():
            if not BankTransaction.objects.filter(end_to_end_id=order.end_to_end_id).exists():
                a_bank_line(
                    -order.amount - off, account_id=self.office.bank_id, day=NOW.date(), remittance="",
                    counterparty_name="Mira Okonkwo", end_to_end_id=order.end_to_end_id,
                )  # fmt: skip
        if self.attempt(lambda: settle_sent_orders(run_match(at=NOW), at=NOW)):
            self.note("carried out")

    @rule(place=PLACES, less=st.sampled_from([0, 0, 0, 3_50]))
    def the_bank_gives_an_order_back(self, place: int, less: int) -> None:
        with self.office.open():
            paid = Allocation.objects.filter(transaction__amount__lt=0, item__side="credit", reverses=None)
            named = paid.exclude(transaction__end_to_end_id="").order_by("id")
            rows = list(named.values_list("transaction__end_to_end_id", "transaction__amount"))
            if not rows:
                return
        end_to_end, amount = rows[place % len(rows)]
        self.bank_gives_back(end_to_end, amount=-amount - less if -amount > less else -amount)

    def bank_gives_back(self, end_to_end: str, *, amount: int) -> None:
        """Let the money of an order come back, whole or less a fee, and match it."""
        with self.office.open():
            line = a_bank_line(
                amount, account_id=self.office.bank_id, day=NOW.date(), remittance="", counterparty_name="Mira Okonkwo",
                end_to_end_id=end_to_end, return_reason="AC04",
            )  # fmt: skip

        def match() -> int:
            outcome = run_match(at=NOW)
            settle_sent_orders(outcome, at=NOW)
            return take_returned_orders(outcome, at=NOW)

        if self.attempt(match):
            with self.office.open():
                opened = Allocation.objects.filter(transaction_id=line, reverses__isnull=False)
                assert opened.aggregate(sum=Sum("amount"))["sum"] == -amount
            self.note("returned")

    @rule(place=PLACES, amount=AMOUNTS, more=st.sampled_from([0, 0, 0, 1, 50_00]))
    def a_bank_line_is_assigned_by_hand(self, place: int, amount: int, more: int) -> None:
        """Assign money that left the house to a refund: all of it, a part of it, or more than it holds."""
        with self.office.open():
            items = list(OpenItem.objects.filter(side="credit", amount_open__gt=0).order_by("id"))
            if not items:
                return
            item = items[place % len(items)]
            cash = min(amount, item.amount_open)
            line = a_bank_line(-cash, account_id=self.office.bank_id, day=NOW.date(), counterparty_name="Mira Okonkwo")
        share = Share(item_id=item.id, cash=cash + more)
        done = self.attempt(lambda: allocate(line, [share], at=NOW, by=self.office.clerk))
        assert done is None or not more, "more was assigned than the line holds"
        if done is not None:
            self.note("by hand")

    @rule(place=PLACES)
    def an_assignment_is_taken_back(self, place: int) -> None:
        with self.office.open():
            entries = Allocation.objects.filter(reverses=None).order_by("id").values_list("entry_id", flat=True)
            entry_id = entries[place % len(entries)] if entries else None
        if entry_id is not None and (
            self.attempt(lambda: cancel_entry(entry_id, day=NOW.date(), at=NOW, by=self.office.clerk)) is not None
        ):
            self.note("taken back")

    @invariant()
    def nothing_posted_has_changed_and_a_reversal_is_the_mirror(self) -> None:
        with self.office.open():
            heads = {
                row[0]: row[1:]
                for row in JournalEntry.objects.filter(state="posted").values_list("id", *FACTS_OF_ENTRY)
            }  # fmt: skip
            lines: dict[int, list[tuple[object, ...]]] = {entry: [] for entry in heads}
            found = JournalLine.objects.filter(entry__state="posted").order_by("entry_id", "position")
            for row in found.values_list("entry_id", *FACTS_OF_LINE):
                lines[row[0]].append(row[1:])
            amounts: dict[int, list[tuple[int, int]]] = {}
            for entry, account, base in found.values_list("entry_id", "account_id", "amount_base"):
                amounts.setdefault(entry, []).append((account, base))
            taken_back = JournalEntry.objects.filter(state="posted", reverses__isnull=False)
            mirrors = {entry: original for entry, original in taken_back.values_list("id", "reverses_id") if original}
            sums = (
                found.values("entry_id", "currency").order_by().annotate(total=Sum("amount"), base=Sum("amount_base"))
            )
            assert [row for row in sums if row["total"] or row["base"]] == []
        now: dict[int, Entry] = {entry: (heads[entry], tuple(lines[entry])) for entry in heads}
        assert {entry: now.get(entry) for entry in self.posted} == self.posted
        for entry, original in mirrors.items():
            assert sorted(amounts[original]) == sorted((account, -base) for account, base in amounts[entry])
        self.posted = now

    @invariant()
    def open_items_are_the_ledger_and_no_line_gives_more_than_it_holds(self) -> None:
        with self.office.open(), connection.cursor() as cursor:
            cursor.execute(ITEMS_AND_LEDGER, {"tenant": self.office.tenant.id})
            assert [row for row in cursor.fetchall() if row[2] != row[3]] == []
            assigned = Allocation.objects.exclude(transaction=None).values("transaction_id").annotate(sum=Sum("cash"))
            lines = dict(BankTransaction.objects.values_list("id", "amount"))
            for row in assigned:
                held, used = lines[row["transaction_id"]], row["sum"] or 0
                assert min(held, 0) <= used <= max(held, 0), (held, used)
            refunds = WaivedReimbursement.objects.filter(entry__state="posted").values_list("document_id", flat=True)
            assert len(set(refunds)) == len(refunds)

    @invariant()
    def what_is_done_is_paid_and_what_is_open_is_not(self) -> None:
        with self.office.open():
            for row in IncomingDocument.objects.filter(state="final").values_list("id", flat=True):
                found = document_by_id(row)
                assert found is not None
                where, item = standing_of(found), OpenItem.objects.get(id=found.item_id or 0)
                if where.payment in {Payment.TO_PAY, Payment.TO_REFUND}:
                    assert item.side == "credit"
                if where.status is Status.DONE and found.variant in {"private", "to_pay", "donation"}:
                    assert item.amount_open == 0
                if where.payment is Payment.ORDERED and found.variant != "organisation":
                    assert PaymentOrder.objects.filter(item_id=item.id).exists()

    def teardown(self) -> None:
        with self.proof.cursor() as cursor:
            assert [str(each) for each in violations(self.office.tenant.id, cursor=cursor)] == []
        with self.office.open():
            assert [str(each) for each in proven_inside()] == []
        assert self.rows_of(self.stranger.id) == self.rows_of_stranger
        with tenant(self.stranger.id):
            for model in (IncomingDocument, ApprovalRequest, PaymentOrder, OpenItem, JournalEntry):
                assert not model.objects.exists()


@pytest.mark.slow
def test_the_books_hold_whatever_is_done_with_receipts_in_whatever_order(
    database: None, superuser_connection: psycopg.Connection
) -> None:
    assert date(2026, 3, 10) == DAY
    seen = Counter[str]()
    machine = type("ReceiptsHere", (Receipts,), {"proof": superuser_connection, "seen": seen})
    bounds = settings(
        max_examples=4,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
    )
    for round_ in range(ROUNDS_MAX):
        if round_ < ROUNDS_MIN or not set(seen) >= HAPPENED:
            run_state_machine_as_test(seed(FIRST_SEED + round_)(machine), settings=bounds)
    assert set(seen) >= HAPPENED, (HAPPENED - set(seen), seen)
