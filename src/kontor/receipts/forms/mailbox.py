"""The form of a mailbox."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kontor.receipts.models import IntakeMailbox
from kontor.ui.forms.base import LocalForm

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class MailboxForm(LocalForm):
    """Where the letters are fetched; the password is never shown again."""

    address = forms.EmailField(
        label=_("Mail address"), max_length=254, help_text=_("Receipts are sent to this address.")
    )
    host = forms.CharField(label=_("Mail server (IMAP)"), max_length=253, help_text=_("Such as imap.example.org"))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    uses_tls = forms.BooleanField(
        label=_("Encrypted connection (TLS)"),
        required=False,
        initial=True,
        help_text=_("Port 143 begins with STARTTLS."),
    )
    user_name = forms.CharField(label=_("User name"), max_length=254)
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_("Stored encrypted and never shown again. Empty keeps the one that is stored."),
    )  # fmt: skip
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    archive_folder = forms.CharField(
        label=_("Move to folder"), max_length=200, required=False,
        help_text=_("Letters that were archived here go there. Empty: they stay and are marked as read."),
    )  # fmt: skip

    def clean_host(self) -> str:
        """Return the server's name without anything around it."""
        host: str = self.cleaned_data["host"].strip().lower()
        if not _HOST.fullmatch(host):
            raise ValidationError(_("This is not the name of a server."))
        return host

    def clean(self) -> dict[str, Any]:
        """Refuse line breaks and control characters, which the wire would take for commands."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("user_name", "password", "folder", "archive_folder"):
            if _CONTROLS.search(str(cleaned.get(name, ""))):
                self.add_error(name, _("Control characters and line breaks cannot be used here."))
        return cleaned


def initial_of(box: IntakeMailbox) -> dict[str, Any]:
    """Return the values of the form; the password is not among them."""
    names = ("address", "host", "port", "uses_tls", "user_name", "folder", "archive_folder")
    return {name: getattr(box, name) for name in names}
