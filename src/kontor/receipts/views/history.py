"""The history of a receipt as its submitter may see it: from its own facts, never from the record of the desk."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.approvals.queries.requests import decisions_of, latest_requests
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.outlook import SUBJECT
from kontor.receipts.queries.tracking import Trail
from kontor.receipts.views.tracking import day_words, instant_words
from kontor.ui.marks import Moment


def moments_of(document: IncomingDocument, *, trail: Trail, country: str) -> list[Moment]:
    """Return what happened, newest first."""
    desk = _("Accounting")
    found: list[tuple[datetime, str, str]] = [(document.created_at, document.submitter.name, _("Receipt begun"))]
    if document.submitted_at is not None:
        found.append((document.submitted_at, document.submitter.name, _("Handed in")))
    found += _answers(document)
    found += [
        (each.written_at, each.author.name, _("Question asked") if each.is_question else _("Message written"))
        for each in trail.messages
    ]
    if document.state == "rejected" and document.decided_at is not None and not trail.rejected_by:
        found.append((document.decided_at, desk, _("Rejected")))
    if document.entry_id is not None and document.booked_at is not None:
        found.append((document.booked_at, desk, pgettext("receipts", "Booked")))
    if trail.order is not None and trail.order.batch.exported_at is not None:
        found.append((trail.order.batch.exported_at, desk, _("Sent to the bank with a payment list")))
    moments = [
        Moment(who=who, what=what, when=instant_words(at, country=country))
        for at, who, what in sorted(found, key=lambda each: each[0], reverse=True)
    ]
    if trail.settled_on is not None:
        who = _("Bank statement") if trail.is_settled_by_bank else desk
        when = day_words(trail.settled_on)
        moments.insert(0, Moment(who=who, what=_("Paid"), when=when, by_machine=trail.is_settled_by_bank))
    return moments


def _answers(document: IncomingDocument) -> list[tuple[datetime, str, str]]:
    request = latest_requests(subject_type=SUBJECT, subject_ids=[document.id]).get(document.id)
    if request is None:
        return []
    words = {
        "approve": _("Approved"), "reject": _("Rejected"), "query": _("Asked back"), "revoke": _("Answer taken back"),
    }  # fmt: skip
    return [
        (row.decided_at, row.user.name, words[row.answer]) for row in decisions_of([request.id]).get(request.id, [])
    ]
