"""What will come of a receipt as it is filled in now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kontor.approvals.queries.policies import policies
from kontor.approvals.rules.policies import NobodyElse, Place, fitting, stages_for
from kontor.core.money import half_up
from kontor.organisations.models import User
from kontor.projects.queries import parents
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.advances import outcome_of
from kontor.receipts.queries.settings import submission_settings
from kontor.receipts.rules.expectation import expected_day

SUBJECT = "receipts.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What happens next, for one sentence.

    `kind` is a payment variant's outcome: refund, pay, organisation, donation, repay, open, nothing; `amount` in minor
    units of the document's currency; `account` the last four signs of the account or the address it goes to; `day` when
    money is likely to move, None if none does; `approvers` the names of who has to agree first, `is_blocked` that
    nobody could.
    """

    kind: str
    amount: int
    account: str = ""
    day: date | None = None
    approvers: tuple[str, ...] = ()
    is_blocked: bool = False


def outlook_of(document: IncomingDocument, *, today: date) -> Outlook | None:
    """Return what will come of a document, None while amount or variant are missing."""
    if document.gross is None or not document.variant:
        return None
    approvers, is_blocked = approvers_of(document)
    kind, amount = _kind(document)
    day = None
    if kind in {"refund", "pay"}:
        weekday = submission_settings().payment_weekday
        day = expected_day(today, payment_weekday=weekday, waits_for_approval=bool(approvers))
    account = document.payee_iban[-4:] if document.payee_iban else document.payee_email
    return Outlook(kind=kind, amount=amount, account=account, day=day, approvers=approvers, is_blocked=is_blocked)


def _kind(document: IncomingDocument) -> tuple[str, int]:
    gross = document.gross or 0
    if document.variant == "advance":
        if document.advance_id is None and not document.advance_typed:
            return "advance", gross
        found = outcome_of(document)
        return found.kind, found.amount
    return {"private": "refund", "to_pay": "pay"}.get(document.variant, document.variant), gross


def approvers_of(document: IncomingDocument) -> tuple[tuple[str, ...], bool]:
    """Return the names of those whom the fitting policy asks first, and whether it names nobody but the submitter."""
    amount_base = half_up(Fraction(document.gross or 0) * Fraction(document.rate))
    policy = fitting(
        policies(subject_type=SUBJECT), places=_places(document), amount_base=amount_base, parents=parents()
    )
    if policy is None:
        return (), False
    try:
        stages = stages_for(policy, amount_base=amount_base, asker_id=document.submitter_id)
    except NobodyElse:
        return (), True
    return names_of(stages[0].users if stages else ()), False


def names_of(user_ids: Sequence[int]) -> tuple[str, ...]:
    """Return people's names in the given order."""
    known = dict(User.objects.filter(id__in=user_ids).values_list("id", "name"))
    return tuple(known[each] for each in user_ids if each in known)


def _places(document: IncomingDocument) -> list[Place]:
    lines = IncomingLine.objects.filter(document=document).order_by("position")
    return [Place(project_id=line.project_id, cost_type_id=line.cost_type_id) for line in lines]
