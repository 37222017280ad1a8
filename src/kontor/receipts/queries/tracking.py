"""Where one's own receipts are, stop by stop, like a parcel.

Who keeps a receipt on the finance team's desk, its categories and notes are never part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from kontor.approvals.models import ApprovalRequest, Decision, Message
from kontor.approvals.queries.requests import decisions_of, latest_requests, stages_of, voices
from kontor.core.kept_statements import kept
from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.openitems.models import Allocation
from kontor.organisations.queries import names_of as people_named
from kontor.payments.models import PaymentOrder
from kontor.payments.queries.lists import orders_and_returns
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine
from kontor.receipts.queries.documents import Standing, attachments_of, lines_of, standing_of
from kontor.receipts.queries.settings import submission_settings
from kontor.receipts.queries.sheets import ordered_sheets
from kontor.receipts.rules.expectation import expected_day
from kontor.receipts.rules.tracks import Payment

SUBJECT = "receipts.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is known of one receipt's way; days and instants are None while something has not happened."""

    document: IncomingDocument
    standing: Standing
    lines: Sequence[IncomingLine]
    attachment: Attachment | None
    page: PageView | None
    approved_by: tuple[str, ...] = ()
    approved_at: datetime | None = None
    asked: tuple[str, ...] = ()
    question: Message | None = None
    order: PaymentOrder | None = None
    came_back: PaymentOrder | None = None
    settled_on: date | None = None
    is_settled_by_bank: bool = False
    expected_on: date | None = None
    rejected_by: str = ""
    messages: Sequence[Message] = field(default_factory=tuple)

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody had or has to approve it."""
        return bool(self.approved_by or self.asked)


def _first_page(first: Attachment | None, pages: Mapping[int, Sequence[PageView]]) -> PageView | None:
    """Return the page by which a receipt is recognised: the first of its first file that belongs to it."""
    sheets = ordered_sheets([first], pages) if first is not None else []
    return sheets[0].view if sheets else None


def trails(documents: Sequence[IncomingDocument], *, today: date) -> list[Trail]:
    """Return the way of each document, in a fixed number of statements."""
    ids = [row.id for row in documents]
    requests = latest_requests(subject_type=SUBJECT, subject_ids=ids)
    names = people_named({user for request in requests.values() for user in _asked_now(request)})
    answers = decisions_of(request.id for request in requests.values())
    lines, attachments = lines_of(ids), attachments_of(ids)
    firsts = {document_id: rows[0] for document_id, rows in attachments.items() if rows}
    pages = pages_of_files({each.file_id for each in firsts.values()})
    items = [row.item_id for row in documents if row.item_id is not None]
    (orders, returned), settled, talks = orders_and_returns(items), _settled(items), _talks(ids)
    weekday = submission_settings().payment_weekday
    found = []
    for row in documents:
        standing = standing_of(row)
        first = firsts.get(row.id)
        request = requests.get(row.id)
        decisions = answers.get(request.id, []) if request is not None else []
        facts = _answers(row, request, decisions, names=names)
        talk = talks.get(row.id, [])
        found.append(
            Trail(
                document=row, standing=standing, lines=lines.get(row.id, []), attachment=first,
                page=_first_page(first, pages),
                question=_question(row, talk), messages=talk, order=orders.get(row.item_id or 0),
                came_back=_came_back(returned.get(row.item_id or 0), standing),
                settled_on=settled.days.get(row.item_id or 0) if standing.payment == "settled" else None,
                is_settled_by_bank=(row.item_id or 0) in settled.by_bank,
                expected_on=_expected_on(row, standing, today=today, weekday=weekday), **facts,
            )
        )  # fmt: skip
    return found


def _came_back(order: PaymentOrder | None, standing: Standing) -> PaymentOrder | None:
    """Return the transfer that the bank gave back, while nothing new is under way."""
    return order if standing.payment in {Payment.TO_REFUND, Payment.TO_PAY} else None


def _answers(
    document: IncomingDocument,
    request: ApprovalRequest | None,
    decisions: Sequence[Decision],
    *,
    names: Mapping[int, str],
) -> dict[str, Any]:
    if request is None or request.state == "withdrawn":
        return {}
    heard = {(voice.user_id, voice.stage, voice.answer) for voice in voices(decisions)}
    counted = [row for row in decisions if (row.user_id, row.stage, row.answer) in heard]
    agreed = [row for row in counted if row.answer == "approve"]
    facts: dict[str, Any] = {"asked": tuple(names[user] for user in _asked_now(request) if user in names)}
    if request.state == "approved":
        facts |= {
            "approved_by": tuple(dict.fromkeys(row.user.name for row in agreed)),
            "approved_at": request.closed_at or document.decided_at,
        }
    if request.state == "rejected":
        facts["rejected_by"] = next((row.user.name for row in reversed(counted) if row.answer == "reject"), "")
    return facts


def _asked_now(request: ApprovalRequest) -> tuple[int, ...]:
    """Return whom the stage of a request names."""
    return next((stage.users for stage in stages_of(request) if stage.number == request.stage), ())


def _question(document: IncomingDocument, talk: Sequence[Message]) -> Message | None:
    if document.state != "query":
        return None
    return next((each for each in reversed(talk) if each.author_id != document.submitter_id), None)


def _talks(ids: Sequence[int]) -> Mapping[int, list[Message]]:
    found: dict[int, list[Message]] = {}
    for row in _messages.rows(list(ids)) if ids else ():
        found.setdefault(row.subject_id, []).append(row)
    return found


@kept
def _messages(document_ids: list[int]) -> QuerySet[Message]:
    rows = Message.objects.filter(subject_type=SUBJECT, subject_id__among=document_ids)
    return rows.select_related("author").order_by("id")


@dataclass(frozen=True, slots=True)
class _Settled:
    """The day of the latest money that still counts per item, and the items to which a bank line brought it."""

    days: dict[int, date]
    by_bank: frozenset[int]


def _settled(item_ids: Sequence[int]) -> _Settled:
    rows = _allocations.rows(list(item_ids)) if item_ids else []
    undone = {row.reverses_id for row in rows if row.reverses_id is not None}
    counting = [row for row in rows if row.reverses_id is None and row.id not in undone]
    return _Settled(
        {row.item_id: row.day for row in counting if row.item_id is not None},
        frozenset(row.item_id for row in counting if row.item_id is not None and row.transaction_id is not None),
    )


@kept
def _allocations(item_ids: list[int]) -> QuerySet[Allocation]:
    return Allocation.objects.filter(item_id__among=item_ids).order_by("day", "id")


def _expected_on(document: IncomingDocument, standing: Standing, *, today: date, weekday: int) -> date | None:
    """Return when money will likely come; a payment on its way has the day of its list."""
    if document.variant not in {"private", "to_pay"} or standing.status in {
        "done",
        "rejected",
        "withdrawn",
        "cancelled",
    }:
        return None
    waits = document.state in {"submitted", "in_review", "query"}
    return expected_day(today, payment_weekday=weekday, waits_for_approval=waits)
