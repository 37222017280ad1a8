"""Books with one of everything, so that no page of the program is looked at without its object."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Model
from PIL import Image, ImageDraw

from kontor.approvals.actions.policies import add_substitute
from kontor.approvals.models import ApprovalRequest, Substitute
from kontor.approvals.tests.desk import a_policy
from kontor.banking.models import BankTransaction, CsvProfileRow, MoneyAccount, StatementImport
from kontor.contacts.models import Party, PaymentTerm
from kontor.core import clock
from kontor.core.mail import post_mail
from kontor.core.models import AuditEvent, Job, OutgoingMail
from kontor.documents.actions.intake import take_in
from kontor.documents.queries.pages import pages_of
from kontor.documents.store import store
from kontor.ledger.actions.recurring import Terms, save_recurring
from kontor.ledger.models import ExchangeRate, FiscalYear, JournalEntry, Period, RecurringEntry, TaxCode, VatRegime
from kontor.ledger.models.accounts import Account, AccountRole, DocumentType
from kontor.ledger.models.entries import EntryTemplate
from kontor.ledger.rules.loan_plans import LoanPlan
from kontor.ledger.rules.loans import LoanTerms
from kontor.matching.actions.own_orders import settle_sent_orders
from kontor.matching.actions.running import run_match
from kontor.openitems.models import Allocation, OpenItem
from kontor.organisations.models import Membership, User
from kontor.payments.actions.exporting import export
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.receipts.actions.advancing import request_advance
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.drafting import add_file
from kontor.receipts.actions.paying import collect_for_payment
from kontor.receipts.actions.processing import add_note, categorise
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import (
    Advance,
    Attachment,
    IncomingDocument,
    IntakeMailbox,
    IntakeMessage,
    WaivedReimbursement,
)
from kontor.receipts.tests.office import DAY, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_bank_line, a_member, a_party

CANARY = "Kanarienvogel GmbH"
NOTE = "Rotkehlchen: nur für die Buchhaltung"
CATEGORY = "Zaunkönig"

type Places = Mapping[tuple[str, str], object]


@dataclass(frozen=True, slots=True)
class Furnished:
    """The office, whose receipt `document_id` is the volunteer's, with what stands for each place of an address."""

    office: Office
    administrator: User
    reviewer: User
    document_id: int
    draft_id: int
    attachment_id: int
    picture_id: int
    request_id: int
    places: Places

    def value_of(self, route: str, name: str) -> object:
        """Return what stands for a place of this route.  Raises: KeyError: the route has no fixture."""
        rest = route.partition("<slug:tenant>/")[2] or route
        fitting = [key for key in self.places if key[1] == name and rest.startswith(key[0])]
        return self.places[max(fitting, key=lambda key: len(key[0]))] if fitting else _missing(route, name)


def _missing(route: str, name: str) -> object:
    raise KeyError(f"{route} has no fixture for <{name}>: add one to tests/tenancy/furnished.py")


def a_furnished_office() -> Furnished:
    """Make books in which every address of the program leads somewhere."""
    office = an_office()
    administrator = a_member(office.tenant, role="administrator", name="Ada Admin")
    reviewer = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    with office.open():
        MoneyAccount.objects.filter(id=office.bank_id).update(iban="DE89370400440532013000")
        _set_up(office)
        done = _handed_in(office)
        put_to_account(office, done)
        book(done.id, at=NOW, by=office.clerk)
        set_paid(done.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
        gift = _handed_in(office, variant="donation")
        put_to_account(office, gift)
        book(gift.id, at=NOW, by=office.clerk)
        listed = _handed_in(office)
        put_to_account(office, listed)
        book(listed.id, at=NOW, by=office.clerk)
        moment = clock.now()  # a list is paid from the day on which it is made
        batch = collect_for_payment(
            [listed.id], money_account_id=office.bank_id, execution_date=clock.today(), at=moment, by=office.clerk
        )
        export(batch.id, at=moment, by=office.clerk)
        order = PaymentOrder.objects.get()
        a_bank_line(
            -order.amount, account_id=office.bank_id, day=clock.today(), end_to_end_id=order.end_to_end_id,
            counterparty_name=CANARY,
        )  # fmt: skip
        assert settle_sent_orders(run_match(at=moment), at=moment) == 1
        request_advance(
            user_id=office.volunteer.id, amount=50_00, currency="EUR", purpose=CANARY, at=NOW, by=office.clerk
        )
    policy_id = a_policy(office, (1, (reviewer, administrator)))
    with office.open(by=reviewer):
        add_substitute(
            user_id=reviewer.id,
            substitute_id=administrator.id,
            first_day=clock.today(),
            last_day=clock.today(),
            by=reviewer,
        )
    with office.open(by=office.volunteer):
        draft = _with_photo(office, a_draft(office, supplier_name=CANARY))
        waiting = _with_photo(office, a_draft(office, supplier_name=CANARY))
        submit(waiting.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        add_note(waiting.id, NOTE, at=NOW, by=office.clerk)
        categorise(waiting.id, [CATEGORY], by=office.clerk)
        attachment = Attachment.objects.filter(document=draft).order_by("id").last()
        asked = ApprovalRequest.objects.get(subject_id=waiting.id)
        shown = Attachment.objects.filter(document=waiting).order_by("id").last()
        assert attachment is not None
        assert shown is not None
        places = _places(office) | {
            ("", "policy_id"): policy_id, ("approvals/", "request_id"): asked.id,
            ("approvals/", "file_id"): shown.file_id, ("approvals/", "picture_id"): pages_of(shown.file_id)[0].picture_id,
            ("documents/", "file_id"): shown.file_id, ("documents/", "picture_id"): pages_of(shown.file_id)[0].picture_id,
            ("receipts/", "document_id"): waiting.id, ("receipts/drafts/", "document_id"): draft.id,
            ("receipts/", "attachment_id"): attachment.id,
            ("receipts/", "picture_id"): pages_of(attachment.file_id)[0].picture_id,
        }  # fmt: skip
    return Furnished(
        office, administrator, reviewer, waiting.id, draft.id, attachment.id,
        pages_of_picture(office, attachment), asked.id, places,
    )  # fmt: skip


def pages_of_picture(office: Office, attachment: Attachment) -> int:
    """Return the first page's picture."""
    with office.open():
        return pages_of(attachment.file_id)[0].picture_id


def _handed_in(office: Office, **values: object) -> IncomingDocument:
    draft = a_draft(office, **values)  # type: ignore[arg-type]  # facts of the draft
    return submit(draft.id, today=DAY, at=NOW, by=office.volunteer)


def _with_photo(office: Office, draft: IncomingDocument) -> IncomingDocument:
    picture = Image.new("RGB", (300, 400), (draft.id % 200, 60, 40))
    ImageDraw.Draw(picture).rectangle((60, 40, 240, 360), fill="white")
    content = io.BytesIO()
    picture.save(content, "JPEG")
    file = take_in(
        content.getvalue(), name=f"{CANARY}.jpg", owner_type="receipts.document", at=NOW, by=office.volunteer
    )
    add_file(draft.id, file, by=office.volunteer)
    return draft


def _set_up(office: Office) -> None:
    """Make what no receipt brings with it."""
    a_party(name=CANARY)
    transaction = a_bank_line(119_00, account_id=office.bank_id, day=DAY, counterparty_name=CANARY)
    assert transaction
    CsvProfileRow.objects.create(name=CANARY, money_account_id=office.bank_id, profile={"name": CANARY, "amount": 1})
    file = store(
        b"Datum;Betrag;Zweck\n10.03.2026;119,00;RE 1\n",
        name="auszug.csv",
        owner_type="banking.import",
        at=NOW,
        by=office.clerk,
    )
    StatementImport.objects.create(file=file, state="failed", imported_at=NOW, imported_by=office.clerk)
    PaymentTerm.objects.get_or_create(code="canary", defaults={"name": CANARY})
    Job.objects.create(kind="matching.run", message=CANARY, created_at=NOW, started_by=office.clerk)
    post_mail(to="mira@example.org", subject=CANARY, text=CANARY, language="de", key="canary")
    OutgoingMail.objects.filter(books=office.tenant.id, subject=CANARY).update(state="failed")
    EntryTemplate.objects.create(name=CANARY, lines=[])
    RecurringEntry.objects.create(name=CANARY, lines=[], day_of_month=1, next_day=date(2027, 1, 1))
    loan = LoanPlan(
        loan_account="0630",
        interest_account="2120",
        money_account="1200",
        balance=5_000_00,
        since=DAY,
        number=1,
        terms=LoanTerms(rate_percent=Decimal(3), amount=100_00, every_months=1, day_of_month=1, count=60),
    )
    save_recurring(Terms(name=f"Darlehen {CANARY}", text=CANARY, every_months=1, next_day=date(2027, 1, 1)), loan=loan)
    ExchangeRate.objects.create(currency="CHF", day=DAY, rate=Decimal("1.05"))
    box = IntakeMailbox.objects.create(
        address="belege@example.org", host="imap.example.org", user_name="belege", secret=b"x"
    )
    IntakeMessage.objects.create(
        mailbox=box, identity="canary", sender="fremd@example.org", subject=CANARY, received_at=NOW, file=file
    )


def _places(office: Office) -> dict[tuple[str, str], object]:
    """Return one object for each place, by the beginning of the route and the place's name."""
    item = OpenItem.objects.order_by("id")[0]
    allocation = Allocation.objects.exclude(item=None).order_by("id")[0]
    return {
        ("", "user_id"): office.volunteer.id, ("", "entry_id"): _first(JournalEntry),
        ("", "party_id"): _first(Party), ("", "number"): "4980", ("", "transaction_id"): _first(BankTransaction),
        ("bank/", "account_id"): office.bank_id, ("bank/", "profile_id"): _first(CsvProfileRow),
        ("bank/", "import_id"): _first(StatementImport), ("contacts/", "term_id"): _first(PaymentTerm),
        ("items/", "item_id"): item.id, ("", "allocation_id"): allocation.id, ("", "job_id"): _first(Job),
        ("ledger/", "account_id"): _first(Account), ("ledger/", "plan_id"): RecurringEntry.objects.filter(loan__isnull=True)[0].id,
        ("ledger/loans/", "plan_id"): RecurringEntry.objects.filter(loan__isnull=False)[0].id,
        ("ledger/", "period_id"): _first(Period), ("ledger/", "rate_id"): _first(ExchangeRate),
        ("ledger/", "regime_id"): _first(VatRegime), ("ledger/", "role_id"): _first(AccountRole),
        ("ledger/", "version_id"): _first(TaxCode), ("ledger/", "type_id"): _first(DocumentType),
        ("ledger/", "template_id"): _first(EntryTemplate), ("ledger/", "year_id"): _first(FiscalYear),
        ("match/", "run_key"): Allocation.objects.exclude(run_key="").order_by("-id")[0].run_key, ("payments/", "batch_id"): _first(PaymentBatch),
        ("payments/", "order_id"): _first(PaymentOrder), ("projects/", "project_id"): office.project.id,
        ("approvals/", "substitute_id"): _first(Substitute), ("receipts/", "advance_id"): _first(Advance),
        ("receipts/", "waiver_id"): _first(WaivedReimbursement), ("receipts/", "step"): "use",
        ("receipts/", "letter_id"): _first(IntakeMessage), ("receipts/", "mailbox_id"): _first(IntakeMailbox),
        ("receipts/setup/", "kind"): "means", ("receipts/setup/", "row_id"): office.card.id,
        ("receipts/setup/", "type_id"): office.cost_type.id, ("receipts/setup/", "means_id"): office.card.id,
        ("receipts/setup/refunds/", "route_id"): office.route.id,
        ("receipts/setup/repayments/", "route_id"): office.repayment.id, ("record/", "event_id"): _first(AuditEvent),
        ("mails/", "mail_id"): OutgoingMail.objects.filter(books=office.tenant.id, subject=CANARY)[0].id,
        ("organisations/", "membership_id"): _membership(office),
        ("organisations/", "organisation_id"): office.tenant.organisation_id,
    }  # fmt: skip


def _membership(office: Office) -> int:
    return Membership.objects.get(user=office.volunteer, organisation_id=office.tenant.organisation_id).id


def _first(model: type[Model]) -> int:
    found = model._default_manager.order_by("id").values_list("id", flat=True).first()
    assert found is not None, model
    return int(found)
