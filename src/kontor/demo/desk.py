"""Bringing every receipt of the demo as far as its story says, by the actions that people use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from kontor.approvals.actions.requests import answer
from kontor.approvals.queries.requests import latest_requests
from kontor.banking.models import MoneyAccount
from kontor.core.tenancy import tenant
from kontor.demo.desk_setup import set_up_desk
from kontor.demo.ibans import german_iban
from kontor.demo.pictures import Printed, invoice, till_receipt
from kontor.demo.slips import Desk, Lent, Shop, Slip
from kontor.demo.story import Movement
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.reading import request_reading
from kontor.documents.models import StoredFile
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.organisations.models import Tenant, User
from kontor.payments.actions.exporting import export
from kontor.payments.models import PaymentBatch
from kontor.payments.queries.lists import name_of as list_name
from kontor.payments.queries.lists import orders_of
from kontor.projects.models import CostType, Project
from kontor.receipts.actions.advancing import advance_name, pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, cancel
from kontor.receipts.actions.drafting import Part, add_file, create_draft, save_draft
from kontor.receipts.actions.paying import collect_for_payment
from kontor.receipts.actions.processing import add_note, categorise, save, take
from kontor.receipts.actions.submitting import SUBJECT, submit, withdraw, write
from kontor.receipts.actions.vouchers import attach_own_voucher
from kontor.receipts.models import Advance, IncomingDocument, PaymentMeans, RefundRoute, RepaymentRoute
from kontor.receipts.queries.documents import name_of

READ_WITHIN_DAYS = 12  # older receipts have been read and done with long ago
_READ = frozenset({"draft", "review", "query", "answered", "new", "progress", "card"})
_APPROVED_ENDS = frozenset({"new", "progress", "card", "booked", "collected", "listed", "paid", "done", "cancelled"})
_BOOKED_ENDS = frozenset({"booked", "collected", "listed", "paid", "done"})
_LISTED = {"collected": False, "listed": True, "paid": True}
_ANSWER = "Das war das Teamertreffen am Samstag, wir waren zu elft."


class DeskTeller:
    """Tells the receipts of one story, day by day, as volunteers, leaders and the bookkeeper would."""

    def __init__(
        self, desk: Desk, *, tenant_id: int, people: dict[str, User], clerk: User, account: str, today: date
    ) -> None:
        self.desk, self.tenant_id, self.people, self.clerk = desk, tenant_id, people, clerk
        self.account, self.today = account, today
        self.ids: dict[int, int] = {}
        self.advances: dict[str, int] = {}
        self.references = 0

    def set_up(self) -> None:
        """Release projects and types of expense, open clearing accounts, say who approves."""
        with self._open(self.clerk):
            set_up_desk(self.desk, people=self.people, account=self.account, year=self.today.year, by=self.clerk)

    def month(self, first: date, last: date) -> list[Movement]:
        """Tell what happens from `first` to `last`; return the bank lines that follow from it, some of them later."""
        made: list[Movement] = []
        for lent in self.desk.advances:
            if first <= self._day(lent.days) <= last:
                made += self._lend(lent)
        waiting = [slip for slip in self.desk.slips if first <= self._day(slip.days) <= last]
        for slip in sorted(waiting, key=lambda slip: -slip.days):
            made += self._tell(slip)
        for paid in sorted({slip.paid for slip in self.desk.slips if slip.paid}, reverse=True):
            if first <= self._day(paid) <= last:
                made += self._pay([slip for slip in self.desk.slips if slip.paid == paid], paid)
        unpaid = [slip for slip in self.desk.slips if slip.end == "collected"]
        if last >= self.today and unpaid:
            self._collect(unpaid, on=self.today)
        return made

    def _tell(self, slip: Slip) -> Iterator[Movement]:
        day, who = self._day(slip.days), self.people[slip.who]
        with self._open(who):
            document = self._draft(slip, who, day)
            self.ids[id(slip)] = document.id
            if slip.end == "draft":
                return
            submit(document.id, today=day, at=_at(day, 18), by=who)
            if slip.end == "withdrawn":
                withdraw(document.id, at=_at(day, 19), by=who)
        if slip.end in {"query", "answered", "rejected"}:
            self._answer(document.id, {"rejected": "reject"}.get(slip.end, "query"), day, reason=slip.words)
        if slip.end == "answered":
            with self._open(who):
                write(document.id, _ANSWER, at=_at(day, 21), by=who)
        if slip.end in _APPROVED_ENDS:
            self._approve(document.id, day)
            yield from self._process(slip, document.id, day)

    def _draft(self, slip: Slip, who: User, day: date) -> IncomingDocument:
        printed = self._printed(slip)
        document = create_draft(at=_at(day, 17), by=who)
        values: dict[str, object] = {
            "supplier_name": printed.shop, "document_date": printed.on, "gross": slip.typed or printed.gross, "purpose": slip.purpose,
            "variant": slip.variant, "document_number": printed.number, **self._way(slip, who),
        }  # fmt: skip
        parts = slip.parts or ((slip.project, slip.type, slip.typed or printed.gross),)
        save_draft(document.id, values, parts=[_part(*each) for each in parts], by=who)
        if slip.voucher:
            reason = {"is_own_voucher": True, "own_voucher_reason": slip.voucher, "document_number": ""}
            save_draft(document.id, reason, by=who)
            books = Tenant.objects.get(id=self.tenant_id)
            attach_own_voucher(document.id, tenant=books, today=day, at=_at(day, 17), by=who)
            return document
        file = self._file(slip, printed, who, day)
        add_file(document.id, file, by=who)
        if slip.days <= READ_WITHIN_DAYS and slip.end in _READ:
            request_reading(file, at=_at(day, 17), by=who)
        return document

    def _way(self, slip: Slip, who: User) -> dict[str, object]:
        """Return what the variant asks for."""
        shop, own = self.desk.shops[slip.shop], german_iban(self.desk.bank_code, 780_000 + sum(map(ord, slip.who)))
        refund = {
            "refund_route_id": RefundRoute.objects.get(input="iban").id,
            "payee_iban": own,
            "payee_name": who.name,
        }
        match slip.variant:
            case "organisation":
                return {"means_id": PaymentMeans.objects.get(name=slip.means).id}
            case "to_pay":
                return {"payee_iban": german_iban(self.desk.bank_code, shop.account), "payee_name": shop.name}
            case "advance":
                back = RepaymentRoute.objects.values_list("id", flat=True).get()
                known = {"advance_id": self.advances[slip.advance], "more_receipts_follow": slip.more_follow}
                return {**refund, **known, "repayment_route_id": back}
            case "donation":
                return {}
            case _:
                return dict(refund)

    def _file(self, slip: Slip, printed: Printed, who: User, day: date) -> StoredFile:
        seed = printed.gross + len(printed.shop)
        if slip.variant == "to_pay":
            content, name = invoice(printed), f"Rechnung-{printed.number}.pdf"
        else:
            content = till_receipt(printed, is_photo=not slip.is_flat, seed=seed)
            name = f"IMG_{seed:05d}.jpg"
        return take_in(content, name=name, owner_type="receipts", at=_at(day, 17), by=who)

    def _printed(self, slip: Slip) -> Printed:
        shop: Shop = self.desk.shops[slip.shop]
        first = next(each for each in self.desk.slips if (each.shop, each.items) == (slip.shop, slip.items))
        on = self._day(first.days) - timedelta(days=1)
        number = slip.number or f"{first.days * 37 + 1000}/{len(shop.name):02d}"
        return Printed(
            shop=shop.name, street=shop.street, town=shop.town, on=on, number=number, items=slip.items, rate=shop.rate,
            iban=german_iban(self.desk.bank_code, shop.account), to=Tenant.objects.get(id=self.tenant_id).name,
        )  # fmt: skip

    def _answer(self, document_id: int, given: str, day: date, *, reason: str = "") -> bool:
        """Let the first person who is asked answer; returns whether more are asked."""
        with self._open(self.clerk):
            request = latest_requests(subject_type=SUBJECT, subject_ids=[document_id]).get(document_id)
        if request is None or request.state != "pending":
            return False
        asked = next(each for each in request.stages if each["number"] == request.stage)["users"]
        person = next(user for user in self.people.values() if user.pk in asked and user.pk != request.asked_by_id)
        with self._open(person):
            done = answer(request.id, given, reason=reason, on=day, at=_at(day, 20), by=person)  # type: ignore[arg-type]
        return bool(done.state == "pending")

    def _approve(self, document_id: int, day: date) -> None:
        while self._answer(document_id, "approve", day):
            pass

    def _process(self, slip: Slip, document_id: int, day: date) -> Iterator[Movement]:
        at = _at(min(day + timedelta(days=1), self.today), 9)
        with self._open(self.clerk):
            if slip.note:
                add_note(document_id, slip.note, at=at, by=self.clerk)
            if slip.categories:
                categorise(document_id, slip.categories, by=self.clerk)
            if slip.end in {"progress", "card"}:
                take(document_id, at=at, by=self.clerk)
            if slip.end == "card":
                save(document_id, {}, version=None, keep=False, at=at, by=self.clerk)
            if slip.end == "cancelled":
                cancel(document_id, slip.words, day=day, at=at, by=self.clerk)
            if slip.end not in _BOOKED_ENDS:
                return
            booked = book(document_id, at=at, by=self.clerk)
            if slip.variant == "organisation":
                yield self._moved(
                    day + timedelta(days=1), -(booked.gross or 0), booked.supplier_name,
                    f"KARTENZAHLUNG {booked.supplier_name}", settles=name_of(booked),
                )  # fmt: skip

    def _pay(self, slips: Sequence[Slip], paid: int) -> Iterator[Movement]:
        """Put booked receipts on a list and export it; the bank's lines come with the ids of the orders."""
        day = self._day(paid)
        with self._open(self.clerk):
            batch = self._collect_open(slips, on=day)
            if not _LISTED[slips[0].end]:
                return
            batch = export(batch.id, at=_at(day - timedelta(days=1), 10), by=self.clerk)
            numbers = self._numbers(slips)
            for order in orders_of(batch):
                yield self._moved(
                    day, -order.amount, order.payee_name, order.remittance or list_name(batch), iban=order.payee_iban,
                    end_to_end=order.end_to_end_id, settles=numbers[order.item_id] if slips[0].end == "paid" else "",
                )  # fmt: skip

    def _collect(self, slips: Sequence[Slip], *, on: date) -> None:
        with self._open(self.clerk):
            self._collect_open(slips, on=on)

    def _collect_open(self, slips: Sequence[Slip], *, on: date) -> PaymentBatch:
        account = MoneyAccount.objects.get(code=self.account)
        return collect_for_payment(
            [self.ids[id(slip)] for slip in slips], money_account_id=account.id, execution_date=on,
            at=_at(on - timedelta(days=1), 10), by=self.clerk,
        )  # fmt: skip

    def _numbers(self, slips: Sequence[Slip]) -> dict[int, str]:
        """Return the number under which the open item of each receipt is known."""
        rows = IncomingDocument.objects.filter(id__in=[self.ids[id(slip)] for slip in slips]).select_related("item")
        return {row.item_id or 0: row.item.document_number for row in rows if row.item is not None}

    def _lend(self, lent: Lent) -> Iterator[Movement]:
        day, who = self._day(lent.days), self.people[lent.who]
        with self._open(who):
            project = Project.objects.get(code=lent.project)
            asked = request_advance(
                user_id=who.pk, amount=lent.amount, currency="EUR", purpose=lent.purpose, project_id=project.id,
                at=_at(day, 12), by=who,
            )  # fmt: skip
            self.advances[lent.key] = asked.id
        if not lent.days:
            return
        with self._open(self.clerk):
            account = MoneyAccount.objects.get(code=self.account)
            paid: Advance = pay_out_advance(asked.id, account.id, day=day, at=_at(day, 15), by=self.clerk)
            transit = account_book().find(by_role("transit")).number
        yield self._moved(
            day + timedelta(days=1), -lent.amount, who.name, f"{advance_name(paid)} {lent.purpose}",
            iban=german_iban(self.desk.bank_code, 780_000 + sum(map(ord, lent.who))), posts=(transit, ""),
        )  # fmt: skip

    def _moved(
        self, on: date, amount: int, name: str, text: str, *, iban: str = "", end_to_end: str = "NOTPROVIDED",
        settles: str = "", posts: tuple[str, str] | None = None,
    ) -> Movement:  # fmt: skip
        self.references += 1
        return Movement(
            account=self.account, on=min(on, self.today), amount=amount, name=name, text=text, iban=iban,
            reference=f"BE{self.tenant_id:03d}{self.references:05d}", end_to_end=end_to_end, posts=posts,
            settles=((settles, -amount, 0, 0),) if settles else (),
        )  # fmt: skip

    @contextmanager
    def _open(self, who: User) -> Iterator[None]:
        with tenant(self.tenant_id, by=who):
            yield

    def _day(self, days: int) -> date:
        return self.today - timedelta(days=days)


def _part(project: str, cost_type: str, amount: int) -> Part:
    return Part(
        gross=amount,
        project_id=Project.objects.get(code=project).id,
        cost_type_id=CostType.objects.get(name=cost_type).id,
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
