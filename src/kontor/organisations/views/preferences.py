"""A person's own settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from kontor.organisations.door import acting
from kontor.organisations.forms import PreferencesForm
from kontor.organisations.models import User
from kontor.organisations.queries import tenants_of


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Let a person choose language, appearance and single keys."""
    user = request.user
    assert isinstance(user, User)
    kept = {"name": user.name, "language": user.language, "theme": user.theme, "single_keys": user.single_keys}
    form = PreferencesForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        for name in kept:
            setattr(user, name, form.cleaned_data[name])
        with acting(by=user):
            user.save(update_fields=list(kept))
        with translation.override(user.language):
            messages.success(request, _("Settings saved"))
        return redirect("preferences")
    context = {"form": form, "books": tenants_of(user), "languages": settings.LANGUAGES}
    return render(request, "organisations/preferences.html", context, status=422 if form.is_bound else 200)
