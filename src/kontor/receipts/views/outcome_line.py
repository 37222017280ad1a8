"""The line under the form: what will come of the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core import clock
from kontor.core.figures import format_money
from kontor.organisations.access import TenantRequest
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.outlook import Outlook, outlook_of
from kontor.receipts.views.capture_words import VARIANT_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The line under the form: what will come of the receipt."""

    head: str
    tail: str = ""
    small: str = ""
    icon: str = "hand-coins"
    kind: str = ""
    is_warning: bool = False


def outcome_line(request: TenantRequest, document: IncomingDocument | None) -> Sentence | None:
    found = outlook_of(document, today=clock.today(request.tenant.country)) if document is not None else None
    if document is None or found is None:
        return None
    amount = format_money(found.amount, currency=document.currency, region=request.tenant.country)
    account = _("to the account …%(account)s") % {"account": found.account} if document.payee_iban else found.account
    words = {
        "refund": (_("%(amount)s are refunded"), account),
        "pay": (_("%(amount)s are transferred"), _("to the supplier")),
        "organisation": (_("Nothing is refunded."), _("The organisation has paid.")),
        "donation": (_("%(amount)s are donated."), _("Nothing is refunded.")),
        "repay": (_("%(amount)s are left of the advance"), _("and are paid back.")),
        "open": (_("%(amount)s are left of the advance"), _("for further receipts.")),
        "nothing": (_("The advance is used up exactly."), _("Nobody owes anything.")),
        "advance": (_("Set off against an advance."), _("Please say which one.")),
    }  # fmt: skip
    head, tail = words[found.kind]
    icon = VARIANT_WORDS[document.variant][2] if document.variant in VARIANT_WORDS else "hand-coins"
    return Sentence(
        head=head % {"amount": amount}, tail=tail, small=_small(found), icon=icon, kind=found.kind, is_warning=found.is_blocked
    )  # fmt: skip


def _small(found: Outlook) -> str:
    if found.is_blocked:
        return _("Nobody but the person handing in could approve this. Accounting has to name a second person.")
    parts = []
    if found.day is not None:
        parts.append(_("Probably on %(day)s") % {"day": date_format(found.day, "d.m." if _is_german() else "j M")})
    if found.approvers:
        parts.append(_("%(names)s checks first") % {"names": either(found.approvers)})
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def either(names: Sequence[str]) -> str:
    """Return "Ruth or David", of more than two only the first by name."""
    if len(names) > 2:
        return _("%(name)s or another") % {"name": names[0]}
    return _(" or ").join(names)


def _is_german() -> bool:
    """Tell whether the reader reads German."""
    return (get_language() or "de").startswith("de")
