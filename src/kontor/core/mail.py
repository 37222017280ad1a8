"""Mails [Postausgang]: posted in the transaction of what they tell of, delivered afterwards by the worker.

A mail has one Message-ID for all attempts: where a crash between the server's "accepted" and our
commit sends it again, servers and readers see the same mail. Two deliverers never send at once.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import connection
from django.db.models import QuerySet
from django_subatomic import db
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from kontor.core.clock import now
from kontor.core.jobs import MAIL_QUEUE, closed_connections
from kontor.core.models import MailState, OutgoingMail
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id, tenant_is_open

# Greylisting servers want five minutes; whoever is down over a weekend still gets the mail.
PAUSES_MINUTES = (1, 5, 15, 60, 240, 480, 960, 1440)
SENT_KEPT = timedelta(days=90)
_TALK_MAX = "300s"
_PERMANENT = 500

logger = logging.getLogger("kontor.mail")


class BadMailAddress(Refusal):
    """The address cannot receive mail."""

    sentence = gettext_noop("“%(address)s” is not an e-mail address. Correct it and try again.")


class NotDelivered(Exception):
    """The mail server could not be reached or put us off: the queue tries again later."""


class _Later(BaseRetryStrategy):
    """Tries again with growing pauses."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when; None after the last attempt."""
        if isinstance(exception, NotDelivered) and job.attempts < len(PAUSES_MINUTES):
            return RetryDecision(retry_in={"minutes": PAUSES_MINUTES[job.attempts]})
        return None


def post_mail(*, to: str, subject: str, text: str, language: str, key: str = "", html: str = "") -> None:
    """Write a mail down; it leaves after the commit of the surrounding transaction and not without it.

    `key` names the occasion ("invitation:17"): a second mail of the same key (and the same tenant) is not made.
    `language` is that of the words, such as "de". Works inside `with tenant(…)`, in a plain transaction and without one.

    Raises:
        BadMailAddress: nobody can be reached under `to`.
    """
    try:
        validate_email(to)
    except ValidationError as fault:
        raise BadMailAddress(address=to) from fault
    books = current_tenant_id() if tenant_is_open() else None
    full_key = f"{books or 0}:{key or uuid.uuid4().hex}"
    with db.transaction_if_not_already():
        mail, is_new = OutgoingMail.objects.get_or_create(
            key=full_key,
            defaults={
                "books": books, "message_id": _message_id(full_key), "to": to, "subject": " ".join(subject.split()),
                "text": text, "html": html, "language": language, "created_at": now(),
            },
        )  # fmt: skip
        if is_new:
            deliver_mail.defer(mail_id=mail.id)


def failed_mails(books: int | None = None) -> QuerySet[OutgoingMail]:
    """Return the mails that could not be delivered and will not be tried again, of one tenant or of all, latest first."""
    failed = OutgoingMail.objects.filter(state=MailState.FAILED)
    return (failed if books is None else failed.filter(books=books)).order_by("-id")


def waiting_mails() -> QuerySet[OutgoingMail]:
    """Return the mails that are still to be delivered, oldest first."""
    return OutgoingMail.objects.filter(state=MailState.WAITING).order_by("id")


def try_again(mail_id: int) -> bool:
    """Put a failed mail back into the queue; False if there is none of this id."""
    with db.transaction_if_not_already():
        changed = OutgoingMail.objects.filter(id=mail_id, state=MailState.FAILED).update(
            state=MailState.WAITING, attempts=0, ended_at=None
        )
        if changed:
            deliver_mail.defer(mail_id=mail_id)
    return bool(changed)


def forget_old_mails(*, at: datetime) -> int:
    """Delete what was delivered long ago, with the addresses in it; returns how many."""
    return OutgoingMail.objects.filter(state=MailState.SENT, ended_at__lt=at - SENT_KEPT).delete()[0]


@app.task(name="deliver_mail", queue=MAIL_QUEUE, pass_context=True, retry=_Later())
def deliver_mail(context: JobContext, *, mail_id: int) -> None:
    """Deliver one mail; whatever is no longer waiting is left alone.

    Raises:
        NotDelivered: not now; it is noted in the row.
    """
    with closed_connections():
        is_last = context.job.attempts >= len(PAUSES_MINUTES)
        fault = _attempt(mail_id, is_last=is_last)
        if fault and not is_last:
            raise NotDelivered(fault)


def _attempt(mail_id: int, *, is_last: bool) -> str:
    """Send under the row's lock, so that nobody else does; returns what hinders it, if that may pass."""
    with db.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [_TALK_MAX])
        mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(id=mail_id).first()
        if mail is None or mail.state != MailState.WAITING:
            return ""
        mail.attempts += 1
        try:
            _as_message(mail).send()
        except (smtplib.SMTPException, OSError) as fault:
            mail.last_error = f"{type(fault).__name__}: {fault}"
            if not (is_last or _is_permanent(fault)):
                mail.save(update_fields=["attempts", "last_error"])
                return type(fault).__name__
            _end(mail, MailState.FAILED)
            logger.warning("mail %s cannot be delivered: %s", mail.id, type(fault).__name__)
        else:
            mail.text = mail.html = mail.last_error = ""
            _end(mail, MailState.SENT)
    return ""


def _end(mail: OutgoingMail, state: MailState) -> None:
    mail.state, mail.ended_at = state, now()
    mail.save(update_fields=["attempts", "last_error", "text", "html", "state", "ended_at"])


def _is_permanent(fault: Exception) -> bool:
    """Tell whether the server refused this mail for good (5xx); a refused sign-in is a setting to be mended."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return False
    return isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= _PERMANENT


def _as_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Content-Language": mail.language, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _message_id(key: str) -> str:
    """Return the Message-ID (RFC 5322 §3.6.4) of a key: hard to guess, the same for every attempt."""
    mark = hashlib.sha256(f"{settings.SECRET_KEY}:mail:{key}".encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{mark}@{domain}>"
