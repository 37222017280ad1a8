"""Building the demo organisations through the same actions that people use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.db import connections

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.actions.importing import import_statement
from kontor.banking.models import BankTransaction
from kontor.contacts.actions.parties import add_bank_details, create_party
from kontor.contacts.rules.parties import PartyFacts, PostalAddress
from kontor.core import clock
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.demo import agency, agency_slips, church, church_slips
from kontor.demo.calendar import last_of, months
from kontor.demo.desk import DeskTeller
from kontor.demo.statements import statement_file
from kontor.demo.story import Bill, Movement, Story, Wallet
from kontor.documents.store import open_file, store
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.rules.postings import Memo, PostingLine, balanced, by_number, by_role
from kontor.matching.actions.running import run_match
from kontor.openitems.actions.allocating import Step, bulk_allocate
from kontor.openitems.actions.opening import open_items
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.news import Discount, NewItem, NewPart
from kontor.openitems.rules.steps import AccountShare, Share
from kontor.organisations.actions import create_organisation, create_tenant, grant_access, reserve_tenant_id
from kontor.organisations.models import Tenant, User

PASSWORD = "demo-kontor-2026"  # noqa: S105  # the demo's public password
PEOPLE = (
    ("admin@demo.kontor", "Jonas Lenz", "administrator"),
    ("buchhaltung@demo.kontor", "Sabine Brandt", "bookkeeper"),
    ("kasse@demo.kontor", "David Okafor", "treasurer"),
    ("lesen@demo.kontor", "Mira Okonkwo", "reader"),
    ("leitung@demo.kontor", "Ruth Albrecht", "reviewer"),
    ("ehrenamt@demo.kontor", "Lena Hartmann", "submitter"),
    ("jugend@demo.kontor", "Emre Yıldız", "submitter"),
)
DESKS = {"gemeinde": church_slips.DESK, "agentur": agency_slips.DESK}
DESK_ACCOUNT = "hauptkonto"
DAYS_BY_HAND = 7
BATCH = 500


class RealBooksInside(Refusal):
    """Somebody keeps real books in this data."""

    sentence = gettext_noop("This data holds the books “%(name)s”, which are no demo. Nothing was thrown away.")


def logins() -> list[str]:
    """Return one line per login of the demo."""
    return [f"{email}  {PASSWORD}  ({name}, {role})" for email, name, role in PEOPLE]


def reset_refusal() -> Refusal | None:
    """Return why the data may not be thrown away, None if it may."""
    real = Tenant.objects.filter(is_demo=False).first()
    return RealBooksInside(name=real.name) if real else None


def build_demo(*, side_by_side: bool = False) -> None:
    """Build what is missing of the demo; a story that stands is left as it is.

    `side_by_side` tells every story in a process of its own: they share nothing but the database. It forks, so no other
    thread may run.
    """
    today = clock.today()
    users = [_user(email, name) for email, name, _ in PEOPLE]
    stories = [story for story in (church.tell(today), agency.tell(today)) if not _stands(story)]
    builders = [_Builder(story, users, today) for story in stories]
    for builder in builders:
        builder.open_books()
    if side_by_side:
        _tell_side_by_side(builders)
    else:
        for builder in builders:
            builder.tell()


def _stands(story: Story) -> bool:
    return Tenant.objects.filter(code=story.code).exists()


def _tell_side_by_side(builders: Sequence[_Builder]) -> None:
    connections.close_all()
    processes = [get_context("fork").Process(target=builder.tell, daemon=True) for builder in builders[1:]]
    for process in processes:
        process.start()
    for builder in builders[:1]:
        builder.tell()
    for process in processes:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"a part of the demo was not built (status {process.exitcode})")


def _user(email: str, name: str) -> User:
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, name=name, password=PASSWORD)


@dataclass(frozen=True, slots=True)
class _Month:
    """What happens in one month of a story."""

    first: date
    last: date
    bills: list[Bill]
    movements: list[Movement]


class _Builder:
    """Builds one story, month by month, as the clerk would."""

    def __init__(self, story: Story, users: list[User], today: date) -> None:
        self.story, self.users, self.today = story, users, today
        self.clerk = users[1]
        self.tenant_id = 0
        self.parties: dict[str, int] = {}
        self.at = clock.now()
        self.balances = {wallet.code: wallet.opening for wallet in story.wallets}
        self.numbers = {wallet.code: 0 for wallet in story.wallets}

    def tell(self) -> None:
        """Tell every month in the open books, leave the newest statement files to be imported by hand."""
        people = {email: user for user, (email, _, _) in zip(self.users, PEOPLE, strict=True)}
        desk = DeskTeller(DESKS[self.story.code], tenant_id=self.tenant_id, people=people, clerk=self.clerk,
                          account=DESK_ACCOUNT, today=self.today)  # fmt: skip
        desk.set_up()
        for month in self._months(desk):
            self._bills(month)
            taken = [m for m in month.movements if m.on <= self._by_hand_after()]
            self._statements(month, taken)
            self._settle(taken)
        with tenant(self.tenant_id, by=self.clerk):
            run_match(at=self.at)
        self._files_by_hand()

    def _by_hand_after(self) -> date:
        return self.today - timedelta(days=DAYS_BY_HAND)

    def _months(self, desk: DeskTeller) -> Iterator[_Month]:
        """Yield month by month; the receipts of a month are told first, for their payments stand in its statements."""
        for first in months(date(self.today.year - 1, 1, 1), self.today):
            last = last_of(first)
            self.story.movements = sorted([*self.story.movements, *desk.month(first, last)], key=lambda m: m.on)
            yield _Month(
                first, last, [b for b in self.story.bills if first <= b.on <= last],
                [m for m in self.story.movements if first <= m.on <= last],
            )  # fmt: skip

    def open_books(self) -> None:
        """Make the organisation, its people and its money accounts, with what was on them in the beginning."""
        organisation = create_organisation(self.story.organisation, demands_second_factor=False)
        self.tenant_id = reserve_tenant_id()
        with tenant(self.tenant_id, by=self.users[0]):
            opened = create_tenant(
                self.story.code, name=self.story.tenant, country="DE", chart=self.story.chart,
                first_year=self.today.year - 1, organisation=organisation, is_demo=True, by=self.users[0],
            )  # fmt: skip
            for user, (_, _, role) in zip(self.users, PEOPLE, strict=True):
                grant_access(user, tenant=opened, role=role, by=self.users[0])
            self._people()
            for wallet in self.story.wallets:
                self._wallet(wallet)

    def _people(self) -> None:
        for person in self.story.people:
            address = PostalAddress(street=person.street, postcode=person.postcode, town=person.town)
            facts = PartyFacts(name=person.name, kind=person.kind, aliases=person.aliases, address=address)
            party = create_party(facts, numbers={person.side: person.number}, by=self.clerk)
            if person.iban:
                add_bank_details(party, iban=person.iban, by=self.clerk)
            self.parties[person.key] = party.id

    def _wallet(self, wallet: Wallet) -> None:
        account = open_money_account(
            code=wallet.code,
            name=wallet.name,
            kind=wallet.kind,
            iban=wallet.iban,
            currency="EUR",
            bank_name=wallet.bank,
        )
        first = date(self.today.year - 1, 1, 1)
        lines = [
            PostingLine(by_number(account.account.number), wallet.opening, wallet.opening, "EUR"),
            PostingLine(by_role("opening_balance"), -wallet.opening, -wallet.opening, "EUR"),
        ]
        memo = Memo(text=f"Anfangsbestand {wallet.name}", document_number="EB", document_date=first)
        post([NewEntry(posting=balanced(lines, memo=memo), entry_date=first, kind="opening")], at=self.at)

    def _bills(self, month: _Month) -> None:
        for start in range(0, len(month.bills), BATCH):
            with tenant(self.tenant_id, by=self.clerk):
                open_items([self._item(bill) for bill in month.bills[start : start + BATCH]], at=self.at)

    def _item(self, bill: Bill) -> NewItem:
        return NewItem(
            kind=bill.kind, party_id=self.parties[bill.party], document_number=bill.number, document_date=bill.on,
            due_date=bill.due, currency="EUR", text=bill.text, references=bill.references,
            parts=[NewPart(number=account, amount=net, tax_code=code) for account, net, code in bill.parts],
            discounts=_discounts(bill), under_limit=100 if bill.kind == "receivable" else 0, over_limit=100,
        )  # fmt: skip

    def _statements(self, month: _Month, movements: list[Movement]) -> None:
        for wallet in self.story.wallets:
            mine = [m for m in movements if m.account == wallet.code]
            if not mine:
                continue
            last = min(month.last, self._by_hand_after())
            data = self._file(wallet, mine, first=month.first, last=last)
            with tenant(self.tenant_id, by=self.clerk):
                file = store(data, name=f"{wallet.code}-{month.first:%Y-%m}.xml", media_type="application/xml",
                             owner_type="banking.import", at=self.at, by=self.clerk)  # fmt: skip
                outcome = import_statement(file, partial(open_file, file), at=self.at)
                if outcome.refusal is not None:
                    raise outcome.refusal

    def _file(self, wallet: Wallet, movements: list[Movement], *, first: date, last: date) -> bytes:
        self.numbers[wallet.code] += 1
        opening = self.balances[wallet.code]
        self.balances[wallet.code] += sum(m.amount for m in movements)
        return statement_file(
            wallet, movements, opening=opening, number=self.numbers[wallet.code], first=first, last=last
        )

    def _settle(self, movements: list[Movement]) -> None:
        known = [m for m in movements if m.settles or m.posts]
        for start in range(0, len(known), BATCH):
            batch = known[start : start + BATCH]
            with tenant(self.tenant_id, by=self.clerk):
                rows = dict(
                    BankTransaction.objects.filter(bank_reference__in=[m.reference for m in batch]).values_list(
                        "bank_reference", "id"
                    )
                )
                items = self._items_of(batch)
                steps = [_step(m, rows[m.reference], items) for m in batch]
                done = bulk_allocate(steps, at=self.at, by=self.clerk)
            refused = next((each.refusal for each in done if each.refusal is not None), None)
            if refused is not None:
                raise refused

    def _items_of(self, batch: list[Movement]) -> dict[str, int]:
        numbers = [number for movement in batch for number, *_ in movement.settles]
        return dict(OpenItem.objects.filter(document_number__in=numbers).values_list("document_number", "id"))

    def _files_by_hand(self) -> None:
        folder = Path(settings.DATA.root) / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        after = self._by_hand_after()
        for wallet in self.story.wallets:
            mine = [m for m in self.story.movements if m.account == wallet.code and m.on > after]
            if mine:
                name = f"{self.story.code}-{wallet.code}-{self.today:%Y-%m-%d}.xml"
                first = after + timedelta(days=1)
                (folder / name).write_bytes(self._file(wallet, mine, first=first, last=self.today))


def _step(movement: Movement, transaction_id: int, items: dict[str, int]) -> Step:
    if movement.posts:
        account, code = movement.posts
        share = AccountShare(account=account, amount=movement.amount, tax_code=code, text=movement.text)
        return Step(transaction_id=transaction_id, accounts=(share,))
    shares = tuple(
        Share(item_id=items[number], cash=cash, discount=discount, difference=difference)
        for number, cash, discount, difference in movement.settles
    )
    return Step(transaction_id=transaction_id, shares=shares)


def _discounts(bill: Bill) -> tuple[Discount, ...]:
    if not bill.discount_percent:
        return ()
    gross = sum(net + ((net * 19 + 50) // 100 if code.endswith("standard") else 0) for _, net, code in bill.parts)
    until = bill.on + timedelta(days=bill.discount_days)
    amount = (gross * bill.discount_percent + 50) // 100
    return (Discount(until=until, grace_until=until, amount=amount, percent=Decimal(bill.discount_percent)),)
