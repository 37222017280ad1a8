"""What the choice fields of the bookkeeper's form offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kontor.core.figures import format_amount
from kontor.receipts.desk.words import VARIANTS
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.queries.offered import Held, Offered


@dataclass(frozen=True, slots=True)
class Choices:
    """What the head's choice fields offer."""

    currency: str
    fields: Mapping[str, Sequence[tuple[str, Any]]]


def held_by(document: IncomingDocument | None) -> Held:
    """Return what the receipt's form holds already."""
    if document is None:
        return Held()
    return Held(
        document.submitter_id,
        document.means_id,
        document.refund_route_id,
        document.repayment_route_id,
        document.advance_id,
    )


def choices_of(document: IncomingDocument, found: Offered, *, more_categories: Sequence[str], country: str) -> Choices:
    """Return what the head of this receipt offers: what is in use, and what it holds already.

    A refund given as a donation is offered in German books only (decisions.md 35).
    """
    has_donations = country == "DE" or document.variant == "donation"
    variants = [(key, words) for key, words in VARIANTS.items() if key != "donation" or has_donations]
    advances = [(key, left_words(purpose, left, currency)) for key, purpose, left, currency in found.advances]
    categories = [name for _key, name in found.categories]
    categories += [name for name in more_categories if name not in categories]
    none: tuple[str, Any] = ("", "–")
    return Choices(
        document.currency,
        {
            "variant": [("", _("Please choose")), *variants], "means": [none, *found.means],
            "refund_route": [none, *found.refund_routes], "repayment_route": [none, *found.repayment_routes],
            "advance": [none, *advances], "categories": [(name, name) for name in categories],
        },
    )  # fmt: skip


def advance_words(advance: Advance) -> str:
    """Return how an advance is named in a choice: its purpose and what is left of it."""
    left = advance.item.amount_open if advance.item is not None else advance.amount
    return left_words(advance.purpose, left, advance.currency)


def left_words(purpose: str, left: int, currency: str) -> str:
    """Return the same from what is known of an advance; `left` in minor units."""
    return f"{purpose} · {format_amount(left, currency=currency, region='DE')} {currency}"
