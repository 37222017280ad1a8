"""Tags of the ledger's templates."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString

from kontor.ledger.listed import sheet_rows_of
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.queries.sheet import Sheet
from kontor.ui.context import region_of
from kontor.ui.tags.parts import errorsummary

register = template.Library()


@register.simple_tag(takes_context=True)
def errorsummary_of(context: Context, forms: Sequence[BaseForm]) -> SafeString:
    """List the errors of any number of forms on top."""
    return errorsummary(context, *forms)


@register.simple_tag(takes_context=True)
def sheet_rows(context: Context, sheet: Sheet, page: str, entry: JournalEntry | str) -> SafeString:
    """Write the rows of an account sheet; `entry` is the one that is open beside them, if any."""
    request = context["request"]
    current = entry.id if isinstance(entry, JournalEntry) else None
    return sheet_rows_of(
        sheet, page=page, current=current, currency=request.tenant.base_currency, region=region_of(request)
    )
