"""How a receipt's way is put into words for whoever handed it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from kontor.core import clock
from kontor.core.figures import format_money
from kontor.organisations.access import TenantRequest
from kontor.payments.queries.lists import name_of as batch_name_of
from kontor.payments.wording import reason_words
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import name_of
from kontor.receipts.queries.recoveries import recovery_of
from kontor.receipts.queries.tracking import Trail
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.rules.workflow import EDITABLE_BY_SUBMITTER
from kontor.receipts.views.capture_words import VARIANT_WORDS
from kontor.receipts.views.outcome_line import either
from kontor.ui.marks import Mark


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop; state is done, now, next or ask."""

    label: str
    when: str
    who: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One receipt as a tracking card shows it."""

    trail: Trail
    title: str
    facts: tuple[str, ...]
    mark: Mark
    stops: tuple[Stop, ...]
    next_step: str
    thumb: str
    question_by: str = ""
    question_at: str = ""
    may_edit: bool = False
    may_withdraw: bool = False


def parcel_of(request: TenantRequest, trail: Trail) -> Parcel:
    """Return a receipt's card."""
    document, country = trail.document, request.tenant.country
    projects = ", ".join(dict.fromkeys(line.project.name for line in trail.lines if line.project))
    variant = str(VARIANT_WORDS[document.variant][0]) if document.variant in VARIANT_WORDS else ""
    parts = [name_of(document), projects, variant]
    thumb = ""
    if trail.attachment is not None and trail.page is not None:
        kwargs = {
            "tenant": request.tenant.code,
            "attachment_id": trail.attachment.id,
            "picture_id": trail.page.thumb_id,
        }
        thumb = reverse("receipts:own_picture", kwargs=kwargs)
    question = trail.question
    return Parcel(
        trail=trail, title=document.supplier_name or document.purpose or _("Receipt without a name"),
        facts=tuple(part for part in parts if part), mark=_mark(trail), stops=_stops(trail, country=country),
        next_step=_next_step(trail, country=country), thumb=thumb,
        question_by=question.author.name if question is not None else "",
        question_at=instant_words(question.written_at, country=country) if question is not None else "",
        may_edit=document.state in EDITABLE_BY_SUBMITTER,
        may_withdraw=document.state in {"submitted", "in_review", "query", "approved"},
    )  # fmt: skip


def day_words(day: date | None) -> str:
    """Return a day with its weekday: `Fr. 27.11.`."""
    return "" if day is None else _day_in(day, get_language() or "de")


@lru_cache(maxsize=1024)
def _day_in(day: date, language: str) -> str:
    return date_format(day, "D. d.m." if language.startswith("de") else "D j M")


def instant_words(at: datetime | None, *, country: str) -> str:
    """Return day and time in the tenant's country: `Mi. 18.11., 17:42`."""
    if at is None:
        return ""
    local = at.astimezone(clock.ZONES[country])
    return f"{day_words(local.date())}, {local:%H:%M}"


def _mark(trail: Trail) -> Mark:
    status = trail.standing.status
    plain = {
        Status.DRAFT: Mark(_("Draft")),
        Status.QUERY: Mark(_("Answer needed"), "warn", "circle-alert"),
        Status.REJECTED: Mark(_("Rejected"), "neg", "x"),
        Status.WITHDRAWN: Mark(_("Withdrawn"), "", "undo-2"),
        Status.CANCELLED: Mark(pgettext("receipts", "Cancelled"), "neg", "ban"),
    }
    if status in plain:
        return plain[status]
    if status is Status.DONE:
        word = {"private": _("refunded"), "to_pay": _("paid"), "donation": _("donated")}.get(trail.document.variant)
        return Mark(word or _("done"), "pos", "check")
    if (moved := _moved(trail)) is not None:
        return moved
    if trail.expected_on is not None:
        word = _("comes on %(day)s") if trail.document.variant == "private" else _("paid on %(day)s")
        return Mark(word % {"day": _short(trail.expected_on)}, "brand", "truck")
    return Mark(_("in progress"), "brand", "clock")


def _moved(trail: Trail) -> Mark | None:
    """Return how the money goes: back to the organisation, given back by the bank, on its way."""
    if trail.standing.payment is Payment.TO_RECOVER:
        return Mark(_("Repayment expected"), "warn", "piggy-bank")
    if trail.came_back is not None:
        return Mark(_("Came back"), "neg", "undo-2")
    if trail.order is not None and trail.order.batch.state == "exported":
        return Mark(_("on its way"), "brand", "truck")
    return None


def _short(day: date) -> str:
    return date_format(day, "d.m." if (get_language() or "de").startswith("de") else "j M")


def _stops(trail: Trail, *, country: str) -> tuple[Stop, ...]:
    document = trail.document
    handed_in = Stop(_("Handed in"), instant_words(document.submitted_at, country=country), _("by me"), "done")
    stops = [handed_in, _check(trail, country=country), _booking(trail, country=country)]
    if trail.standing.payment is Payment.TO_RECOVER or _was_repaid(trail):
        stops.append(_repayment(trail, country=country))
    elif document.variant in {"private", "to_pay", "advance"} and trail.standing.payment is not Payment.NOT_NEEDED:
        stops += [_list(trail), _arrival(trail)]
    return tuple(stops)


def _check(trail: Trail, *, country: str) -> Stop:
    document = trail.document
    match document.state:
        case "query" if trail.question is not None:
            return Stop(
                _("Question"), instant_words(trail.question.written_at, country=country), trail.question.author.name,
                "ask",
            )  # fmt: skip
        case "rejected":
            return Stop(
                _("Rejected"), instant_words(document.decided_at, country=country),
                trail.rejected_by or _("Accounting"), "ask",
            )  # fmt: skip
        case "withdrawn":
            return Stop(_("Withdrawn"), "", _("by me"), "ask")
        case "in_review" | "query":
            return Stop(_("In approval"), _("since %(when)s") % {"when": _since(document.submitted_at, country)},
                        either(trail.asked), "now")  # fmt: skip
    if trail.approved_by:
        return Stop(
            _("Approved"), instant_words(trail.approved_at, country=country), ", ".join(trail.approved_by), "done"
        )
    return Stop(_("Checked"), _("no approval needed"), "", "done")


def _since(at: datetime | None, country: str) -> str:
    return day_words(at.astimezone(clock.ZONES[country]).date()) if at is not None else ""


def _booking(trail: Trail, *, country: str) -> Stop:
    document = trail.document
    if trail.standing.is_booked:
        return Stop(pgettext("receipts", "Booked"), _since(document.booked_at, country), _("Accounting"), "done")
    if document.state == "cancelled":
        return Stop(pgettext("receipts", "Cancelled"), "", _("Accounting"), "ask")
    if document.state in {"submitted", "approved", "in_progress"}:
        since = document.decided_at or document.submitted_at
        return Stop(_("In booking"), _("since %(when)s") % {"when": _since(since, country)}, _("Accounting"), "now")
    word = _("after the answer") if document.state == "query" else ""
    return Stop(_("In booking"), word, "", "next")


def _list(trail: Trail) -> Stop:
    order = trail.order
    if (back := trail.came_back) is not None:
        return Stop(_("On the payment list"), day_words(back.batch.execution_date), batch_name_of(back.batch), "done")
    if trail.standing.payment is Payment.SETTLED:
        name = batch_name_of(order.batch) if order is not None else ""
        day = day_words(order.batch.execution_date) if order is not None else ""
        return Stop(_("On the payment list"), day, name, "done")
    if order is not None:
        state = "done" if order.batch.state == "exported" else "now"
        return Stop(_("On the payment list"), day_words(order.batch.execution_date), batch_name_of(order.batch), state)
    return Stop(_("On the payment list"), "", "", "now" if trail.standing.is_booked else "next")


def _was_repaid(trail: Trail) -> bool:
    """Tell whether the rest of an advance came back; where the receipt went beyond it, money went the other way."""
    document = trail.document
    is_through = document.variant == "advance" and trail.standing.payment is Payment.SETTLED and trail.order is None
    return is_through and document.repayment_route_id is not None


def _repayment(trail: Trail, *, country: str) -> Stop:
    if trail.standing.payment is Payment.SETTLED:
        return Stop(_("Paid back"), "", _("Accounting"), "done")
    left = recovery_of(trail.document)
    route = trail.document.repayment_route
    amount = format_money(left.amount, currency=left.currency, region=country) if left is not None else ""
    return Stop(_("Repayment"), amount, route.name if route is not None else "", "now")


def _arrival(trail: Trail) -> Stop:
    document = trail.document
    account = f"…{document.payee_iban[-4:]}" if document.payee_iban else document.payee_email
    if (back := trail.came_back) is not None:
        words = _("Came back: %(reason)s") % {"reason": reason_words(back.return_reason)}
        return Stop(words, day_words(back.returned_on), account, "ask")
    label = _("With the supplier") if document.variant == "to_pay" else _("On the account")
    if trail.standing.payment is Payment.SETTLED:
        by = _("by bank statement") if trail.is_settled_by_bank else _("Accounting")
        return Stop(label, day_words(trail.settled_on), by, "done")
    if trail.order is not None and trail.order.batch.state == "exported":
        return Stop(label, _("about %(day)s") % {"day": day_words(trail.order.batch.execution_date)}, account, "now")
    if trail.expected_on is not None and document.state != "query":
        return Stop(label, _("about %(day)s") % {"day": day_words(trail.expected_on)}, account, "next")
    return Stop(label, _("open"), "", "next")


def _next_step(trail: Trail, *, country: str) -> str:
    document = trail.document
    if document.state == "in_review" and trail.asked:
        return _("Next: %(who)s looks at it.") % {"who": either(trail.asked)}
    if document.state in {"submitted", "approved", "in_progress"}:
        return _("Next: accounting books it.")
    if trail.came_back is not None:
        return _("Next: accounting corrects the IBAN, then the transfer is sent again.")
    if document.state == "final" and trail.standing.payment in {Payment.TO_REFUND, Payment.TO_PAY}:
        return _refund_words(document, country=country)
    if trail.standing.payment is Payment.ORDERED and document.variant != "organisation":
        return _("Next: the bank carries out the transfer.")
    return _repayment_words(trail, country=country) if trail.standing.payment is Payment.TO_RECOVER else ""


def _refund_words(document: IncomingDocument, *, country: str) -> str:
    """Say what goes on the list; of a receipt set off against an advance that is less than the receipt."""
    if document.variant != "advance" or document.item is None:
        return _("Next: it goes on the next payment list.")
    amount = format_money(document.item.amount_open, currency=document.item.currency, region=country)
    return _("Next: %(amount)s go on the next payment list.") % {"amount": amount}


def _repayment_words(trail: Trail, *, country: str) -> str:
    document = trail.document
    route, left = document.repayment_route, recovery_of(document)
    more = f" {route.instruction}" if route is not None and route.instruction else ""
    if left is None:
        return _("Next: the rest of the advance is paid back.") + more
    amount = format_money(left.amount, currency=left.currency, region=country)
    return _("Next: %(amount)s are paid back to the organisation.") % {"amount": amount} + more
