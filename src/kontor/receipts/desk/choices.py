"""What the choice fields of the bookkeeper's form offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kontor.core.figures import format_amount
from kontor.receipts.desk.words import VARIANTS
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.queries.settings import open_advances, payment_means, refund_routes, repayment_routes


@dataclass(frozen=True, slots=True)
class Choices:
    """What the head's choice fields offer."""

    currency: str
    fields: Mapping[str, Sequence[tuple[str, Any]]]


def choices_of(document: IncomingDocument, all_categories: Sequence[str], *, country: str) -> Choices:
    """Return what the head of this receipt offers: what is in use, and what it holds already.

    A refund given as a donation is offered in German books only (decisions.md 35).
    """
    has_donations = country == "DE" or document.variant == "donation"
    variants = [(key, words) for key, words in VARIANTS.items() if key != "donation" or has_donations]
    means = [(str(row.id), row.name) for row in payment_means()]
    refunds = [(str(row.id), row.name) for row in refund_routes()]
    repayments = [(str(row.id), row.name) for row in repayment_routes()]
    advances = [(str(row.id), advance_words(row)) for row in open_advances(document.submitter_id)]
    if document.advance is not None and document.advance_id not in {int(key) for key, _words in advances}:
        advances.append((str(document.advance_id), advance_words(document.advance)))
    for chosen, offered in (
        (document.means, means), (document.refund_route, refunds), (document.repayment_route, repayments),
    ):  # fmt: skip
        if chosen is not None and str(chosen.id) not in {key for key, _words in offered}:
            offered.append((str(chosen.id), chosen.name))
    none: tuple[str, Any] = ("", "–")
    return Choices(
        document.currency,
        {
            "variant": [("", _("Please choose")), *variants], "means": [none, *means],
            "refund_route": [none, *refunds], "repayment_route": [none, *repayments], "advance": [none, *advances],
            "categories": [(name, name) for name in all_categories],
        },
    )  # fmt: skip


def advance_words(advance: Advance) -> str:
    """Return how an advance is named in a choice: its purpose and what is left of it."""
    left = advance.item.amount_open if advance.item is not None else advance.amount
    return f"{advance.purpose} · {format_amount(left, currency=advance.currency, region='DE')} {advance.currency}"
