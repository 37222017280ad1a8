"""How allauth signs people in and up here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import get_language

from kontor.core.clock import now
from kontor.core.mail import post_mail
from kontor.organisations import letters
from kontor.organisations.models import User

REGISTRATION_MODES = ("anyone", "admin", "code")


class KontorAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-up as the installation wants it; mails in the person's language through our own outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """Tell whether people may register: not where the operator creates all accounts."""
        return bool(settings.REGISTRATION != "admin")

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:  # noqa: FBT001, FBT002  # allauth's signature
        """Write down who registers, in the language they read, with the moment they accepted the terms."""
        facts = form.cleaned_data
        user.name = f"{facts['first_name']} {facts['last_name']}"
        user.language = language_here()
        user.terms_accepted_at = now()
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:  # noqa: ARG002
        """Lead to the page that says that the address is confirmed."""
        from django.urls import reverse  # noqa: PLC0415  # read while addresses are loaded

        return reverse("address_confirmed")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post the mail that allauth wants sent."""
        match template_prefix.rpartition("/")[2]:
            case "email_confirmation" | "email_confirmation_signup":
                letters.confirm_address(context["user"], to=email, url=context["activate_url"])
            case "password_reset_key":
                letters.choose_password(context["user"], to=email, url=context["password_reset_url"])
            case "account_already_exists":
                letters.account_exists(to=email, url=context["password_reset_url"], language=language_here())
            case "unknown_account":
                letters.no_account(to=email, language=language_here())
            case _:
                message = self.render_mail(template_prefix, email, context)
                post_mail(to=email, subject=message.subject, text=str(message.body), language=language_here())


def language_here() -> str:
    """Return the language of the page, "de" or "en"."""
    return "en" if (get_language() or "de").startswith("en") else "de"
