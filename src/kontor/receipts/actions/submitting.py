"""Handing in, drawing back, answering."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from kontor.approvals.actions.requests import Asked, request_approval, write_message
from kontor.approvals.actions.requests import withdraw as withdraw_approval
from kontor.approvals.rules.policies import Place
from kontor.core.audit import act
from kontor.core.figures import format_money
from kontor.core.iban import compact_iban
from kontor.core.money import half_up
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.queries.years import year_on
from kontor.openitems.queries.loading import Rates
from kontor.organisations.metering import check_room
from kontor.organisations.models import Tenant
from kontor.organisations.rules.plans import Kind
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import locked, locked_own
from kontor.receipts.models import Advance, Attachment, IncomingDocument, IncomingLine, RememberedPayee, Workflow
from kontor.receipts.queries.advances import outcome_of
from kontor.receipts.queries.documents import is_iban_known, name_of
from kontor.receipts.queries.doubles import Double, doubles_of
from kontor.receipts.queries.habits import habits
from kontor.receipts.queries.settings import offer
from kontor.receipts.rules.advances import AdvanceCurrencyDiffers, AdvanceNotPaid, AdvanceOfOther
from kontor.receipts.rules.completeness import differing
from kontor.receipts.rules.lines import check_parts
from kontor.receipts.rules.pages import left_out_pages
from kontor.receipts.rules.submission import PartFacts, Submission, missing
from kontor.receipts.rules.workflow import check_move

SUBJECT = "receipts.document"
SERIES = "receipt"


class NotComplete(Refusal):
    """Something is missing; `problems` are (field, refusal) in the order of the steps."""

    sentence = gettext_noop("Something is still missing: see the marked fields. Everything typed is kept as a draft.")

    def __init__(self, problems: Sequence[tuple[str, Refusal]]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@act("receipts.submit")
def submit(document_id: int, *, today: date, at: datetime, by: Actor) -> IncomingDocument:
    """Hand a receipt in, or again after a question, a rejection or a withdrawal; it keeps its number.

    Handing in what is handed in already changes nothing. A policy that fits asks for approval; else the receipt
    waits for the bookkeeper at once.

    Raises:
        NotComplete: with every problem; NoRoom: the plan's receipts are used up; NobodyElse: nobody could approve.
    """
    document = locked_own(document_id, by=by)
    if document.state in {Workflow.IN_REVIEW, Workflow.APPROVED, Workflow.SUBMITTED}:
        return document
    check_move("submit", state=document.state, number=name_of(document))
    tenant = Tenant.objects.select_related("organisation").get(id=current_tenant_id())
    parts = _parts(document)
    problems = problems_of(document, today=today, region=tenant.country)
    if problems:
        raise NotComplete(problems)
    if document.sequence is None:
        check_room(Kind.RECEIPTS, tenant=tenant)
        document.year = year_on(today)
        document.sequence = take_numbers(SERIES, year=document.year)
    _remember_payee(document, at=at, by=by)
    _propose_accounts(document, parts)
    document.state = Workflow.SUBMITTED
    document.submitted_at = at
    document.reject_reason = ""
    document.decided_at = None
    document.queried_from = ""
    document.rate = Rates(tenant.base_currency).on(document.currency, document.document_date or today)
    if document.payee_iban:
        document.payee_iban = compact_iban(document.payee_iban)
    withdraw_approval(subject_type=SUBJECT, subject_id=document.id, at=at, by=by)
    request = request_approval(_asked(document, parts), at=at, by=by)
    document.state = Workflow.APPROVED if request is None else Workflow.IN_REVIEW
    document.save(
        update_fields=[
            "year", "sequence", "state", "submitted_at", "reject_reason", "decided_at", "queried_from", "rate",
            "payee_iban",
        ]
    )  # fmt: skip
    index_document(document.id)
    return document


@act("receipts.withdraw")
def withdraw(document_id: int, *, at: datetime, by: Actor) -> IncomingDocument:
    """Draw one's receipt back before it is booked; it can be corrected and handed in again.

    Raises:
        NotOwn, WrongState
    """
    document = locked_own(document_id, by=by)
    check_move("withdraw", state=document.state, number=name_of(document))
    withdraw_approval(subject_type=SUBJECT, subject_id=document.id, at=at, by=by)
    document.state = Workflow.WITHDRAWN
    document.save(update_fields=["state"])
    return document


@act("receipts.write_message")
def write(document_id: int, text: str, *, at: datetime, by: Actor) -> IncomingDocument:
    """Write into the conversation; the submitter's reply to a question sends the receipt back to who asked.

    Raises:
        NoSuchDocument, ReasonMissing
    """
    document = locked(document_id)
    write_message(subject_type=SUBJECT, subject_id=document.id, text=text, at=at, by=by)
    index_document(document.id)
    document.refresh_from_db()
    if document.state != Workflow.QUERY or document.submitter_id != by.pk:
        return document
    if document.queried_from == Workflow.IN_REVIEW:
        return _ask_again(document, at=at, by=by)
    document.state, document.queried_from = document.queried_from or Workflow.APPROVED, ""
    document.save(update_fields=["state", "queried_from"])
    return document


def _ask_again(document: IncomingDocument, *, at: datetime, by: Actor) -> IncomingDocument:
    """Hand in anew what was changed since the question: nobody has seen it; what is incomplete stays where it is."""
    day, country = at.date(), Tenant.objects.values_list("country", flat=True).get(id=current_tenant_id())
    if problems_of(document, today=day, region=country):
        return document
    return submit(document.id, today=day, at=at, by=by)


def problems_of(document: IncomingDocument, *, today: date, region: str) -> list[tuple[str, Refusal]]:
    """Return everything that stands against handing in."""
    parts = list(IncomingLine.objects.filter(document=document).order_by("position"))
    refund, repay, problems = _of_advance(document, region=region)
    route = document.refund_route
    sub = Submission(
        has_file=Attachment.objects.filter(document=document).exists(),
        is_own_voucher=document.is_own_voucher,
        own_voucher_reason=document.own_voucher_reason,
        gross=document.gross,
        document_date=document.document_date,
        purpose=document.purpose,
        variant=document.variant,
        parts=[PartFacts(project_id=p.project_id, cost_type_id=p.cost_type_id, gross=p.gross) for p in parts],
        route_input=route.input if route is not None else "",
        has_means=document.means_id is not None,
        payee_name=document.payee_name,
        payee_iban=document.payee_iban,
        payee_email=document.payee_email,
        supplier_name=document.supplier_name,
        has_advance=document.advance_id is not None or bool(document.advance_typed),
        advance_refund=refund,
        advance_repay=repay,
        has_repayment=document.repayment_route_id is not None,
    )
    found = [*missing(sub, offer=offer(), today=today), *problems]
    if document.gross is not None and len(parts) > 1:
        found += _of_parts(document, parts, region=region)
    return found


def fingerprint(document: IncomingDocument) -> str:
    """Return the hash of everything that somebody approves."""
    parts = IncomingLine.objects.filter(document=document).order_by("position")
    files = Attachment.objects.filter(document=document).order_by("position", "id").values_list("file__sha256", "shape")
    facts = [
        document.gross, document.currency, str(document.document_date), document.supplier_name, document.document_number,
        document.purpose, document.variant, document.payee_iban, document.payee_email, document.advance_id,
        [[part.gross, part.project_id, part.cost_type_id] for part in parts], [_shown_of(sha256, shape) for sha256, shape in files],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _shown_of(sha256: str, shape: Mapping[str, Any]) -> str:
    """Return what stands for a file in the fingerprint: its content, and the pages that are left out of it."""
    out = sorted(left_out_pages(shape))
    return f"{sha256} {out}" if out else sha256


def _parts(document: IncomingDocument) -> list[IncomingLine]:
    """Return the parts; a single one always carries the whole amount."""
    parts = list(IncomingLine.objects.filter(document=document).order_by("position"))
    if not parts:
        parts = [IncomingLine.objects.create(document=document, position=1, gross=document.gross or 0)]
    if len(parts) == 1 and document.gross is not None and parts[0].gross != document.gross:
        parts[0].gross = document.gross
        parts[0].save(update_fields=["gross"])
    return parts


def _propose_accounts(document: IncomingDocument, parts: Sequence[IncomingLine]) -> None:
    """Give every part without an account what usually is the one, so that booking is one click."""
    known = habits(document, {part.cost_type_id for part in parts if part.account_id is None})
    for part in parts:
        habit = known.get(part.cost_type_id)
        if habit is not None and part.account_id is None:
            choice = habit.choice
            part.account_id, part.tax_code, part.sphere = choice.account_id, choice.tax_code, choice.sphere
            part.save(update_fields=["account", "tax_code", "sphere"])


def _of_parts(document: IncomingDocument, parts: Sequence[IncomingLine], *, region: str) -> list[tuple[str, Refusal]]:
    total = sum(part.gross for part in parts)
    shown = (
        format_money(total, currency=document.currency, region=region),
        format_money(document.gross or 0, currency=document.currency, region=region),
    )
    try:
        check_parts([part.gross for part in parts], gross=document.gross or 0, shown=shown)
    except Refusal as differs:
        return [("parts", differs)]
    return []


def _of_advance(document: IncomingDocument, *, region: str) -> tuple[int, str, list[tuple[str, Refusal]]]:
    """Return refund, repayment as shown, and what stands against the chosen advance."""
    if document.variant != "advance" or document.gross is None:
        return 0, "", []
    problems: list[tuple[str, Refusal]] = []
    if document.advance_id is not None:
        advance = Advance.objects.get(id=document.advance_id)
        if advance.user_id != document.submitter_id:
            problems.append(("advance", AdvanceOfOther()))
        if advance.item_id is None:
            problems.append(("advance", AdvanceNotPaid()))
        if advance.currency != document.currency:
            problems.append(("advance", AdvanceCurrencyDiffers(advance=advance.currency, receipt=document.currency)))
    found = outcome_of(document)
    repay = format_money(found.amount, currency=document.currency, region=region) if found.kind == "repay" else ""
    return (found.amount if found.kind == "refund" else 0), repay, problems


def _asked(document: IncomingDocument, parts: Sequence[IncomingLine]) -> Asked:
    gross = document.gross or 0
    return Asked(
        subject_type=SUBJECT,
        subject_id=document.id,
        title=document.supplier_name or document.purpose,
        amount=gross,
        currency=document.currency,
        amount_base=half_up(Fraction(gross) * Fraction(document.rate)),
        places=[Place(project_id=part.project_id, cost_type_id=part.cost_type_id) for part in parts],
        fingerprint=fingerprint(document),
        signs=signs_of(document),
    )


def signs_of(document: IncomingDocument, *, doubles: Sequence[Double] | None = None) -> list[dict[str, object]]:
    """Return what the checks of the page found: `{"code", "is_warning", …}`; a new IBAN, a double, a difference.

    `doubles` are its look-alikes, where they are known already.
    """
    signs: list[dict[str, object]] = []
    read = {name: each.get("value") for name, each in document.proposals.items()}
    if read.get("amount") is not None or read.get("date") is not None:
        differs = differing(
            read_amount=read.get("amount"), read_date=read.get("date"), gross=document.gross,
            document_date=document.document_date,
        )  # fmt: skip
        signs.append({"code": "differs" if differs else "agrees", "is_warning": bool(differs), "fields": list(differs)})
    alike = doubles_of(document) if doubles is None else doubles
    signs.append(
        {"code": "double", "is_warning": True, "of": [each.name for each in alike]}
        if alike
        else {"code": "no_double", "is_warning": False}
    )
    if document.payee_iban:
        iban = "".join(document.payee_iban.split()).upper()
        is_new = not is_iban_known(iban, besides=document.id)
        signs.append({"code": "new_iban" if is_new else "known_iban", "is_warning": is_new, "iban": iban})
    if document.is_own_voucher:
        signs.append({"code": "own_voucher", "is_warning": True})
    return signs


def _remember_payee(document: IncomingDocument, *, at: datetime, by: Actor) -> None:
    route = document.refund_route
    if route is None or document.variant not in {"private", "advance"}:
        return
    value = compact_iban(document.payee_iban) if route.input == "iban" and document.payee_iban else document.payee_email
    if value.strip() and route.input != "none":
        RememberedPayee.objects.update_or_create(
            user_id=by.pk,
            input=route.input,
            value=value.strip(),
            defaults={"holder": document.payee_name, "used_at": at},
        )
