"""Receipts in any order: whatever people do with them, the books stay provable and nothing posted ever changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import psycopg
from django.db import Error
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

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
from kontor.matching.actions.own_orders import settle_sent_orders
from kontor.matching.actions.running import run_match
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, OpenItem
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
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.queries.documents import document_by_id, standing_of
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.tests.office import DAY, IBAN, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_bank_line, a_member, a_tenant

AMOUNTS = st.integers(1, 30_000_00)
PLACES = st.integers(0, 100)
VARIANTS = st.sampled_from(["private", "organisation", "to_pay", "donation", "advance"])
CHECKED_FROM = 100_00


class Receipts(RuleBasedStateMachine):
    """One office: a volunteer, a reviewer from 100.00 on, a bookkeeper, a bank."""

    proof: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = an_office()
        self.reviewer = a_member(self.office.tenant, role="reviewer")
        self.stranger = a_tenant()
        a_policy(self.office, (1, (self.reviewer,)), amount_from=CHECKED_FROM)
        with self.office.open():
            MoneyAccount.objects.filter(id=self.office.bank_id).update(iban="DE89370400440532013000")
        self.posted: dict[int, list[tuple[int, int]]] = {}

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

    def one_of(self, place: int, *states: str) -> int | None:
        """Return a receipt that stands in one of these states."""
        with self.office.open():
            found = IncomingDocument.objects.filter(state__in=states).order_by("id").values_list("id", flat=True)
            return found[place % len(found)] if found else None

    @rule(gross=AMOUNTS, variant=VARIANTS, follows=st.booleans(), place=PLACES)
    def the_volunteer_hands_in(self, gross: int, variant: str, place: int, *, follows: bool) -> None:
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

        def hand_in() -> str:
            draft = a_draft(self.office, gross, variant=variant, **values)
            return str(submit(draft.id, today=DAY, at=NOW, by=self.office.volunteer).state)

        state = self.attempt(hand_in, door=self.office.open(by=self.office.volunteer))
        assert state == ("in_review" if gross >= CHECKED_FROM else "approved")

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
            return book(document_id, at=NOW, by=self.office.clerk)

        assert self.attempt(give_account_and_book) is not None

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
        self.attempt(acts[how])

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
        if advance_id is not None:
            self.attempt(
                lambda: receive_repayment(
                    advance_id, self.office.bank_id, amount=amount, day=DAY, at=NOW, by=self.office.clerk
                )
            )

    @rule(count=st.integers(1, 3), goes_out=st.booleans())
    def refunds_are_collected(self, count: int, *, goes_out: bool) -> None:
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
            return export(batch.id, at=NOW, by=by) if goes_out else batch

        assert self.attempt(collect) is not None

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
        self.attempt(acts[how])

    @rule(place=PLACES, off=st.sampled_from([0, 0, 0, 1, -1]))
    def the_bank_carries_an_order_out(self, place: int, off: int) -> None:
        with self.office.open():
            orders = list(PaymentOrder.objects.filter(batch__state="exported").order_by("id"))
            if not orders:
                return
            order = orders[place % len(orders)]
            seen = BankTransaction.objects.filter(end_to_end_id=order.end_to_end_id).exists()
            if not seen:
                a_bank_line(
                    -order.amount - off, account_id=self.office.bank_id, day=NOW.date(), remittance="",
                    counterparty_name="Mira Okonkwo", end_to_end_id=order.end_to_end_id,
                )  # fmt: skip
        self.attempt(lambda: settle_sent_orders(run_match(at=NOW), at=NOW))

    @rule(place=PLACES)
    def an_assignment_is_taken_back(self, place: int) -> None:
        with self.office.open():
            entries = Allocation.objects.filter(reverses=None).order_by("id").values_list("entry_id", flat=True)
            entry_id = entries[place % len(entries)] if entries else None
        if entry_id is not None:
            self.attempt(lambda: cancel_entry(entry_id, day=NOW.date(), at=NOW, by=self.office.clerk))

    @invariant()
    def nothing_posted_has_changed(self) -> None:
        with self.office.open():
            now: dict[int, list[tuple[int, int]]] = {}
            for entry, account, amount in (
                JournalLine.objects.filter(entry__sequence__isnull=False)
                .order_by("entry_id", "id").values_list("entry_id", "account_id", "amount")
            ):  # fmt: skip
                now.setdefault(entry, []).append((account, amount))
        assert {entry: now.get(entry) for entry in self.posted} == self.posted
        assert all(sum(amount for _account, amount in lines) == 0 for lines in now.values())
        self.posted = now

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
        with tenant(self.stranger.id):
            for model in (IncomingDocument, ApprovalRequest, PaymentOrder, OpenItem, JournalEntry):
                assert not model.objects.exists()


def test_the_books_hold_whatever_is_done_with_receipts_in_whatever_order(
    database: None, superuser_connection: psycopg.Connection
) -> None:
    assert date(2026, 3, 10) == DAY
    machine = type("ReceiptsHere", (Receipts,), {"proof": superuser_connection})
    bounds = settings(
        max_examples=4,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(machine, settings=bounds)
