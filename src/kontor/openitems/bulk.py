"""What other contexts offer to do with chosen open items."""

from __future__ import annotations

from collections.abc import Callable

from kontor.organisations.access import TenantRequest
from kontor.ui.tables.columns import Bulk

type Offer = Callable[[TenantRequest, str], Bulk | None]

_offers: list[Offer] = []


def register_bulk(offer: Offer) -> None:
    """Show the action of `offer(request, kind)` under the list of open items, where it gives one."""
    if offer not in _offers:
        _offers.append(offer)


def offered(request: TenantRequest, kind: str) -> list[Bulk]:
    """Return the actions that other contexts offer for items of one kind."""
    return [found for offer in _offers if (found := offer(request, kind)) is not None]
