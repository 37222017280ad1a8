"""Tags of the ledger's templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.ledger.listed import sheet_rows_of
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.queries.sheet import Sheet
from kontor.ledger.wording import SPHERES
from kontor.ui.context import region_of
from kontor.ui.quick_html import escaped
from kontor.ui.tags.parts import errorsummary

register = template.Library()

CURRENT = ' aria-current="true"'


@register.simple_tag(takes_context=True)
def errorsummary_of(context: Context, forms: Sequence[BaseForm]) -> SafeString:
    """List the errors of any number of forms on top."""
    return errorsummary(context, *forms)


@register.filter
def sphere(code: str) -> str:
    """Return the words of a sphere."""
    return _(SPHERES[code])


@register.simple_tag
def menu_of_spans(spans: Iterable[tuple[str, bool, str, bool]]) -> SafeString:
    """Write the menu of spans: (words, is a year, address, is current)."""
    year = escaped(_("Year"))
    return SafeString(
        "".join(
            [
                f'<li><a href="{escaped(url)}"{CURRENT if is_current else ""}>'
                f"{f'<b>{year} {escaped(words)}</b>' if is_year else escaped(words)}</a></li>"
                for words, is_year, url, is_current in spans
            ]
        )
    )


@register.simple_tag
def menu_of_accounts(accounts: Iterable[tuple[str, str, str, bool]]) -> SafeString:
    """Write the menu of accounts: (number, name, address, is current)."""
    return SafeString(
        "".join(
            [
                f'<li><a href="{escaped(url)}"{CURRENT if is_current else ""}>{escaped(number)} {escaped(name)}</a></li>'
                for number, name, url, is_current in accounts
            ]
        )
    )


@register.simple_tag(takes_context=True)
def sheet_rows(context: Context, sheet: Sheet, page: str, entry: JournalEntry | str) -> SafeString:
    """Write the rows of an account sheet; `entry` is the one that is open beside them, if any."""
    request = context["request"]
    current = entry.id if isinstance(entry, JournalEntry) else None
    return sheet_rows_of(
        sheet, page=page, current=current, currency=request.tenant.base_currency, region=region_of(request)
    )
