"""What whoever handed a receipt in is told when it was booked and when the money has moved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kontor.approvals.links import absolute, site
from kontor.core import clock
from kontor.core.audit import act
from kontor.core.figures import format_money
from kontor.core.jobs import DEFAULT_QUEUE, closed_connections
from kontor.core.mail import BadMailAddress
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import current_tenant_id, tenant
from kontor.organisations.letters import Letter, post_letter
from kontor.organisations.models import Tenant, User
from kontor.organisations.notifications import EACH, OFF, mode_of, register_notification
from kontor.receipts.models import IncomingDocument, Workflow
from kontor.receipts.models.settings import PaymentVariant
from kontor.receipts.queries.documents import DONE, documents, name_of

PROGRESS = "receipts.progress"
# Whatever was booked longer ago (books taken over from elsewhere) is finished without a word.
NEWS_FOR = timedelta(days=60)
AT_ONCE_MAX = 200

logger = logging.getLogger("kontor.receipts")


def offer_notification() -> None:
    """Let people choose whether they are told; called when the application is ready."""
    register_notification(PROGRESS, label=gettext_noop("My receipt was booked or paid"), modes=(EACH, OFF))


def tell_booked(document: IncomingDocument, *, by: int | None) -> None:
    """Tell the submitter that the receipt is booked and what comes next; not about one's own work."""
    person = User.objects.filter(id=document.submitter_id, is_active=True).first()
    if person is None or person.id == by or mode_of(person, PROGRESS) == OFF:
        return
    facts = _facts(document, person)

    def write() -> Letter:
        if document.variant == PaymentVariant.PRIVATE:
            comes = _(
                "The refund of %(paid)s follows with one of the next payments; a further mail tells when it is paid."
            )
        elif document.variant == PaymentVariant.TO_PAY:
            comes = _("The invoice is paid by the organisation; a further mail tells when that is done.")
        else:
            comes = _("Nothing more has to be done.")
        return _("Booked: %(title)s, %(amount)s") % facts, _(
            "Hello %(name)s,\n\n%(title)s, %(amount)s (%(number)s) was booked. %(comes)s\n\nWhere it stands: %(url)s\n"
        ) % (facts | {"comes": comes % facts})  # fmt: skip

    _post(person, write, key=f"receipts.booked:{document.id}:{document.entry_id}")


@act("receipts.finish")
def finish_settled(*, at: datetime) -> int:
    """Note which receipts are through, whoever paid them (bank line, payment run, by hand), and tell; returns how many."""
    rows = documents().filter(DONE, state=Workflow.FINAL, finished_at=None).order_by("id")
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE_MAX])
    for document in found:
        document.finished_at = at
        document.save(update_fields=["finished_at"])
        if document.booked_at is not None and document.booked_at >= at - NEWS_FOR:
            _tell_paid(document)
    return len(found)


def _tell_paid(document: IncomingDocument) -> None:
    person = User.objects.filter(id=document.submitter_id, is_active=True).first()
    if person is None or mode_of(person, PROGRESS) == OFF:
        return
    facts = _facts(document, person)

    def refunded() -> Letter:
        return _("Paid: your refund for %(title)s") % facts, _(
            "Hello %(name)s,\n\nthe refund of %(paid)s for %(title)s (%(number)s) has been paid. The receipt is through.\n\n"
            "All of it: %(url)s\n"
        ) % facts  # fmt: skip

    def paid() -> Letter:
        return _("Paid: %(title)s, %(amount)s") % facts, _(
            "Hello %(name)s,\n\nthe invoice of %(title)s, %(amount)s (%(number)s), has been paid. The receipt is through.\n\n"
            "All of it: %(url)s\n"
        ) % facts  # fmt: skip

    letters = {PaymentVariant.PRIVATE: refunded, PaymentVariant.TO_PAY: paid}
    if document.variant in letters:
        _post(person, letters[PaymentVariant(document.variant)], key=f"receipts.paid:{document.id}:{document.entry_id}")


def _facts(document: IncomingDocument, person: User) -> dict[str, object]:
    books = Tenant.objects.get(id=current_tenant_id())
    due = document.item.amount if document.item is not None else document.gross or 0

    def money(amount: int) -> str:
        return format_money(amount, currency=document.currency, region=books.country)

    return {
        "name": person.name, "title": document.supplier_name or document.purpose, "number": name_of(document),
        "amount": money(document.gross or 0), "paid": money(abs(due)), "url": absolute(_path(document, books), base=site()),
    }  # fmt: skip


def _path(document: IncomingDocument, books: Tenant) -> str:
    try:
        return reverse("receipts:own", kwargs={"tenant": books.code, "document_id": document.id})
    except NoReverseMatch:
        return reverse("overview", kwargs={"tenant": books.code})


def _post(person: User, write: Callable[[], Letter], *, key: str) -> None:
    with suppress(BadMailAddress):
        post_letter(person, write=write, key=key)


@app.periodic(cron="*/10 * * * *")
@app.task(name="receipts.finish_settled", queue=DEFAULT_QUEUE, queueing_lock="receipts.finish_settled")
def finish_everywhere(timestamp: int) -> int:
    """Look in every set of books for receipts that are through; what fails in one does not keep the others."""
    finished = 0
    with closed_connections():
        for books in Tenant.objects.order_by("id"):
            try:
                with tenant(books.id):
                    finished += finish_settled(at=clock.now())
            except Exception:
                logger.exception("finishing receipts failed for tenant %s", books.id)
    return finished
