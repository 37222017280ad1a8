"""Around registering: terms, the confirmed address, another confirmation mail."""

from __future__ import annotations

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kontor.organisations.adapter import language_here
from kontor.organisations.signing_in import take_typed

ACCOUNT_SENT = "account_email_verification_sent"


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the operator's terms of use: a file in the data folder, otherwise plain ones of ours."""
    return render(request, "organisations/terms.html", {"paragraphs": _own_terms()})


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """Say that the address is confirmed; signing in comes next."""
    if request.user.is_authenticated:
        messages.success(request, _("The e-mail address is confirmed"))
        return redirect("account_email")
    return render(request, "account/address_confirmed.html")


@never_cache
@require_safe
@login_required
def typed_before(request: HttpRequest) -> HttpResponse:
    """Offer to send the form that met an ended session."""
    typed = take_typed(request)
    if typed is None:
        return redirect("home")
    return render(request, "organisations/typed_before.html", {"typed": typed})


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send the confirmation again if there is something to confirm; the answer never tells."""
    email = request.POST.get("email", "").strip().lower()[:254]
    waiting = EmailAddress.objects.filter(email=email, verified=False).select_related("user").first()
    if waiting is not None and waiting.user.is_active:
        send_verification_email_to_address(request, waiting, signup=True)
    messages.success(
        request,
        _(
            "If this address waits for its confirmation, a mail is on its way. The next one is possible in three minutes."
        ),
    )
    return redirect(ACCOUNT_SENT)


def _own_terms() -> list[tuple[bool, str]]:
    """Return (is a heading, words) per paragraph of the operator's file; empty if there is none."""
    for name in (f"terms.{language_here()}.txt", "terms.txt"):
        file = settings.TERMS_FOLDER / name
        if file.is_file():
            blocks = [" ".join(block.split()) for block in file.read_text(encoding="utf-8").split("\n\n")]
            return [(block.startswith("#"), block.lstrip("# ")) for block in blocks if block]
    return []
