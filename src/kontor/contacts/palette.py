"""What the palette's search finds here."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from kontor.contacts.models import Party
from kontor.contacts.queries import find_parties
from kontor.ui.navigation import Hit


def party_hits(request: HttpRequest, text: str) -> Iterable[Hit]:
    """Yield the contacts that `text` finds, with number and town."""
    for party in find_parties(text):
        yield Hit(label=party.name, url=_url(request, party), icon="contact", sub=_sub(party))


def _url(request: HttpRequest, party: Party) -> str:
    return reverse("contacts:party", kwargs={"tenant": request.tenant.code, "party_id": party.id})  # type: ignore[attr-defined]


def _sub(party: Party) -> str:
    known = (getattr(party, name) for name in ("debtor_number", "creditor_number", "town"))
    return " · ".join(str(part) for part in known if part)
