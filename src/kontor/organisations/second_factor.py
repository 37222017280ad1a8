"""How allauth's second factors look and what they are called here."""

from __future__ import annotations

import base64
import secrets

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kontor.core.sealing import SealBroken, seal, unseal
from kontor.organisations.models import User

_PURPOSE = "second factor"
_SEALED = "sealed:"


class KontorMfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Seals the secrets in the database, draws the QR code without any style, and names passkeys."""

    def build_totp_svg(self, url: str) -> SafeString:
        """Draw the otpauth address as a QR code (ISO/IEC 18004) that stands in the page itself."""
        code = segno.make(url, error="m", micro=False)
        image = code.svg_inline(
            scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
        )
        label = _("QR code for the authenticator app")
        return mark_safe(image.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S308  # digits and our own word

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return _SEALED + seal(text, purpose=_PURPOSE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; one stored before sealing is returned as it is.

        Where the installation's key was lost, the answer is a fresh random secret: no code of anybody fits it.
        """
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        try:
            return unseal(bytes.fromhex(encrypted_text.removeprefix(_SEALED)), purpose=_PURPOSE)
        except SealBroken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's signature
        """Propose a name for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A new passkey: its name, and whether it takes the place of the password."""

    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=80,
        help_text=gettext_lazy("To tell the devices apart later, for example “Laptop in the office”."),
    )  # fmt: skip
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in without a password"), required=False, initial=True,
        help_text=gettext_lazy("Switched off, the passkey is only asked for beside the password."),
    )  # fmt: skip
