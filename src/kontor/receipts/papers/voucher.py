"""The own voucher as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.figures import format_day, format_money
from kontor.core.typesetting import typeset
from kontor.organisations.models import Tenant
from kontor.receipts.models import IncomingDocument, IncomingLine

TEMPLATE = Path(__file__).with_name("voucher.typ")


def voucher_pdf(document: IncomingDocument, lines: Sequence[IncomingLine], *, tenant: Tenant, on: date) -> bytes:
    """Return the own voucher as a tagged PDF with everything that makes it valid; the same facts give the same bytes."""
    language = (get_language() or "de")[:2]

    def money(amount: int) -> str:
        return format_money(amount, currency=document.currency, region=tenant.country)

    values = {
        "language": language, "title": _("Own voucher"), "tenant": tenant.name,
        "facts": [
            [_("Amount"), money(document.gross or 0)],
            [_("Day of the expense"), format_day(document.document_date or on, language=language)],
            [_("Paid to"), document.supplier_name or "–"],
            [_("What for"), document.purpose],
            [_("Reason why there is no receipt"), document.own_voucher_reason],
        ],
        "heads": [_("Project"), _("Kind of expense"), _("Amount")],
        "rows": [
            [line.project.name if line.project else "–", line.cost_type.name if line.cost_type else "–",
             money(line.gross if len(lines) > 1 else document.gross or 0)]
            for line in lines
        ],
        "declaration": _("The expense was incurred as stated; a receipt could not be obtained or was lost."),
        "signed": _("Declared electronically by %(name)s on %(day)s.") % {
            "name": document.submitter.name, "day": format_day(on, language=language),
        },
    }  # fmt: skip
    return typeset(TEMPLATE, **values)
