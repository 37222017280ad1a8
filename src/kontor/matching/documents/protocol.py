"""The payment protocol as PDF."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kontor.core.figures import format_amount, format_day
from kontor.core.typesetting import typeset
from kontor.matching.queries.protocols import Payment, Protocol

TEMPLATE = Path(__file__).with_name("protocol.typ")


def protocol_pdf(protocol: Protocol, *, tenant: str, region: str, currency: str) -> bytes:
    """Return the protocol as a tagged PDF; the same protocol gives the same bytes."""
    language = (get_language() or "de")[:2]
    unit = "€" if currency == "EUR" else currency
    values = {
        "language": language, "title": _("Payment protocol"), "tenant": tenant,
        "run": _run_words(protocol, language=language),
        "heads": [_("Day"), _("Payment"), _("Open item"), f"{_('Amount')} {unit}", _("Discount"), _("Difference"), _("Entry")],
        "rows": [row for payment in protocol.payments for row in _rows(payment, region=region, language=language)],
        "total_words": _("Total"), "total": format_amount(protocol.total, currency=currency, region=region),
        "discount": format_amount(protocol.discount, currency=currency, region=region),
        "difference": format_amount(protocol.difference, currency=currency, region=region), "page": _("Page"),
    }  # fmt: skip
    return typeset(TEMPLATE, **values)


def _run_words(protocol: Protocol, *, language: str) -> str:
    """Say what the run did, when and by whom."""
    count = len(protocol.payments)
    words = ngettext("%(n)s payment posted", "%(n)s payments posted", count) % {"n": count}
    parts = [words, format_day(protocol.at.date(), language=language), protocol.by or "Kontor"]
    return " · ".join([*parts, _("automatically")] if protocol.is_automatic else parts)


def _rows(payment: Payment, *, region: str, language: str) -> list[list[str]]:
    def figure(minor: int) -> str:
        return format_amount(minor, currency=payment.currency, region=region) if minor else "–"

    return [
        [
            format_day(payment.day, language=language) if first else "", payment.name if first else "",
            f"{line.document_number} · {line.party}" + (f" ({_('taken back')})" if line.is_undone else ""),
            figure(line.cash), figure(line.discount), figure(line.difference), payment.entry_number if first else "",
        ]
        for first, line in ((number == 0, line) for number, line in enumerate(payment.lines))
    ]  # fmt: skip
