"""Mails of these books that have not arrived: why, and sending them once more."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.mail import failed_mails, try_again, waiting_mails
from kontor.core.models import OutgoingMail
from kontor.organisations.access import TenantRequest, permit

SHOWN_MAX = 200


@require_safe
@permit("org.settings")
def mails(request: TenantRequest) -> HttpResponse:
    """Show mails that failed and mails that wait, each with what hinders it."""
    failed = failed_mails(request.tenant.id)
    waiting = waiting_mails().filter(books=request.tenant.id)
    context = {
        "failed": [(mail, reason_of(mail)) for mail in failed[:SHOWN_MAX]], "failed_count": failed.count(),
        "waiting": [(mail, reason_of(mail)) for mail in waiting[:SHOWN_MAX]], "waiting_count": waiting.count(),
        "lacks_address": not settings.PUBLIC_URL,
    }  # fmt: skip
    return render(request, "organisations/mails.html", context)


@require_POST
@permit("org.settings")
def send_again(request: TenantRequest, mail_id: int) -> HttpResponse:
    """Put a failed mail of these books back into the queue."""
    found = failed_mails(request.tenant.id).filter(id=mail_id).first()
    if found is None:
        raise Http404
    try_again(found.id)
    messages.success(request, _("The mail to %(to)s is sent again.") % {"to": found.to})
    return redirect("mails", tenant=request.tenant.code)


def reason_of(mail: OutgoingMail) -> str:
    """Return in words what hindered the last attempt, and what helps; "" before the first one."""
    name, _colon, said = mail.last_error.partition(":")
    match name:
        case "":
            return ""
        case "SMTPRecipientsRefused":
            return _("The recipient's mail server does not accept the address. Please check it.")
        case "SMTPAuthenticationError":
            return _("The mail server refuses our sign-in. The operator has to correct the access data.")
        case "SMTPSenderRefused":
            return _("The mail server does not accept our sender address. The operator has to correct it.")
        case "SMTPDataError" | "SMTPResponseException" | "SMTPHeloError" | "SMTPNotSupportedError":
            return _("The mail server refuses the mail: %(said)s") % {"said": said.strip()}
        case _:
            return _("The mail server could not be reached.")
