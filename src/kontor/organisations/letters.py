"""What Kontor writes to people about accounts and organisations, in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from kontor.core.mail import post_mail
from kontor.organisations.models import Membership, Tenant, User
from kontor.organisations.notifications import OFF, mode_of

type Letter = tuple[str, str]

NEW_REQUEST = "organisations.request"


def post_letter(user: User, *, write: Callable[[], Letter], to: str = "", key: str = "") -> None:
    """Write to a person in their language; `to` where it is not their own address."""
    with translation.override(user.language):
        subject, text = write()
    post_mail(to=to or user.email, subject=subject, text=text, language=user.language, key=key)


def tell_request_received(membership: Membership, *, url: str, is_reminder: bool = False) -> None:
    """Tell the person that the request is open."""
    facts = {"name": membership.user.name, "organisation": membership.organisation.name, "url": url}

    def write() -> Letter:
        subject = _("Your request to join %(organisation)s is open")
        if is_reminder:
            subject = _("Your request to join %(organisation)s is still open")
        return subject % facts, _(
            "Hello %(name)s,\n\nthe request to join %(organisation)s has arrived and waits for an administrator. "
            "Until it is accepted nothing can be seen or uploaded there. A mail follows as soon as it is decided.\n\n"
            "State of the request: %(url)s\n"
        ) % facts  # fmt: skip

    post_letter(membership.user, write=write)


def tell_accepted(membership: Membership, *, url: str) -> None:
    """Tell the person that they belong to the organisation."""
    facts = {"name": membership.user.name, "organisation": membership.organisation.name, "url": url}
    post_letter(membership.user, write=lambda: (
        _("Welcome to %(organisation)s") % facts,
        _(
            "Hello %(name)s,\n\nthe request to join %(organisation)s was accepted. Which books are open is decided by "
            "the administrator; they appear after signing in as soon as access is granted.\n\nTo Kontor: %(url)s\n"
        ) % facts,
    ))  # fmt: skip


def tell_access(membership: Membership, *, books: Sequence[Tenant], url: str) -> None:
    """Tell the person which books are open to them now."""
    facts = {
        "name": membership.user.name, "organisation": membership.organisation.name, "url": url,
        "books": "".join(f"– {each.name}\n" for each in books),
    }  # fmt: skip
    post_letter(membership.user, write=lambda: (
        _("Access granted: %(organisation)s") % facts,
        _("Hello %(name)s,\n\nthese books of %(organisation)s are open now:\n\n%(books)s\nTo Kontor: %(url)s\n") % facts,
    ))  # fmt: skip


def tell_declined(membership: Membership, *, url: str) -> None:
    """Tell the person that the request was declined."""
    facts = {"name": membership.user.name, "organisation": membership.organisation.name, "url": url}
    post_letter(membership.user, write=lambda: (
        _("Your request to join %(organisation)s was declined") % facts,
        _(
            "Hello %(name)s,\n\nthe request to join %(organisation)s was declined. If that is a mistake, please ask the "
            "administrator there; with the invitation code a new request is possible at any time.\n\n"
            "Enter a code: %(url)s\n"
        ) % facts,
    ))  # fmt: skip


def tell_ended(membership: Membership) -> None:
    """Tell the person that they no longer belong to the organisation."""
    facts = {"name": membership.user.name, "organisation": membership.organisation.name}
    post_letter(membership.user, write=lambda: (
        _("Your membership in %(organisation)s has ended") % facts,
        _(
            "Hello %(name)s,\n\nthe membership in %(organisation)s was ended. Its books are no longer open to this "
            "account. What was submitted stays with the organisation.\n"
        ) % facts,
    ))  # fmt: skip


def tell_administrators(membership: Membership, *, url: str) -> None:
    """Tell the administrators who want to know that somebody asks to join."""
    organisation = membership.organisation
    facts = {
        "person": membership.user.name,
        "email": membership.user.email,
        "organisation": organisation.name,
        "url": url,
    }
    admins = User.objects.filter(
        memberships__organisation=organisation, memberships__is_admin=True, memberships__state="active", is_active=True
    )
    for admin in admins:
        if mode_of(admin, NEW_REQUEST) != OFF:
            post_letter(admin, write=lambda name=admin.name: (  # type: ignore[misc]  # the loop's name
                _("%(person)s asks to join %(organisation)s") % facts,
                _(
                    "Hello %(name)s,\n\n%(person)s (%(email)s) has entered the invitation code of %(organisation)s and "
                    "waits to be accepted or declined.\n\nPending users: %(url)s\n"
                ) % (facts | {"name": name}),
            ))  # fmt: skip


def confirm_address(user: User, *, to: str, url: str) -> None:
    """Send the link that proves an address."""
    facts = {"name": user.name, "url": url}
    post_letter(user, to=to, write=lambda: (
        _("Please confirm your e-mail address"),
        _(
            "Hello %(name)s,\n\nplease confirm that this address is yours by opening the following page. "
            "The link is valid for three days.\n\n%(url)s\n\n"
            "Nothing was ordered and no account is open as long as the address is not confirmed. "
            "Whoever did not ask for this can ignore the mail.\n"
        ) % facts,
    ))  # fmt: skip


def choose_password(user: User, *, to: str, url: str) -> None:
    """Send the link by which a forgotten password is replaced."""
    facts = {"name": user.name, "url": url}
    post_letter(user, to=to, write=lambda: (
        _("Choose a new password"),
        _(
            "Hello %(name)s,\n\na new password was asked for. It is chosen on the following page; the link works once.\n\n"
            "%(url)s\n\nWhoever did not ask for this can ignore the mail: the password stays as it is.\n"
        ) % facts,
    ))  # fmt: skip


def tell_second_factor_reset(user: User) -> None:
    """Tell the person that the operator took their second factors away."""
    post_letter(user, write=lambda: (
        _("The second factor of the account was reset"),
        _(
            "Hello %(name)s,\n\nthe operator of Kontor has removed all second factors of this account: authenticator app, "
            "passkeys and recovery codes. It was signed out on all devices. Signing in needs the password only until a "
            "new second factor is set up under “Sign-in and security”.\n\nWhoever did not ask for this tells the operator "
            "at once and chooses a new password.\n"
        ) % {"name": user.name},
    ))  # fmt: skip


def account_exists(*, to: str, url: str, language: str) -> None:
    """Tell the owner of an address that somebody tried to register it again."""
    _post(to, language=language, write=lambda: (
        _("There is an account for this address already"),
        _(
            "Hello,\n\nsomebody, probably you, wanted to create an account with this address. There is one already, so "
            "nothing was created. Sign in with it; a forgotten password is replaced here:\n\n%(url)s\n"
        ) % {"url": url},
    ))  # fmt: skip


def no_account(*, to: str, language: str) -> None:
    """Tell whoever asked for a new password that the address has no account."""
    _post(to, language=language, write=lambda: (
        _("There is no account for this address"),
        _(
            "Hello,\n\nsomebody, probably you, asked for a new password. There is no account for this address; perhaps "
            "another address was used. Whoever did not ask for this can ignore the mail.\n"
        ),
    ))  # fmt: skip


def _post(to: str, *, language: str, write: Callable[[], Letter]) -> None:
    with translation.override(language):
        subject, text = write()
    post_mail(to=to, subject=subject, text=text, language=language)
