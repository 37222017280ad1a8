"""A person's account: notifications, and its end."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kontor.core.clock import now
from kontor.organisations.door import PersonalRequest, acting, personal
from kontor.organisations.farewells import AccountIsHeld, delete_account, reasons_to_stay
from kontor.organisations.forms import DeleteAccountForm, NotificationsForm


@personal
def notifications(request: PersonalRequest) -> HttpResponse:
    """Let a person choose by which mails they are told what."""
    form = NotificationsForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        request.user.notifications = {**request.user.notifications, **form.chosen()}
        with acting(by=request.user):
            request.user.save(update_fields=["notifications"])
        messages.success(request, _("Settings saved"))
        return redirect("notifications")
    return render(request, "organisations/notifications.html", {"form": form}, status=422 if form.is_bound else 200)


@personal
def delete(request: PersonalRequest) -> HttpResponse:
    """Delete the account, unless something holds it: then the reasons are named."""
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="")
    reasons = reasons_to_stay(request.user)
    form = DeleteAccountForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid() and not reasons:
        try:
            delete_account(request.user, at=now())
        except AccountIsHeld:
            return redirect("delete_account")
        logout(request)
        return render(request, "organisations/account_deleted.html")
    if request.method == "POST":
        status = 409 if reasons else 422
    context = {"form": form, "reasons": reasons}
    return render(request, "organisations/delete_account.html", context, status=status)
