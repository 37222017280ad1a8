"""`{% load receipts_desk %}`: fields with their origin, and words of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.iban import format_iban
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.queries.names import account_name, is_german
from kontor.receipts.desk.choices import advance_words as words_of_advance
from kontor.receipts.desk.detail import Detail
from kontor.receipts.desk.forms import PartForm
from kontor.receipts.desk.listed import exchange as exchanged
from kontor.receipts.desk.marks import ReadValue
from kontor.receipts.desk.viewed import choices_of, found_of, pages_of, thumbs_of
from kontor.receipts.desk.words import VARIANTS
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.rules.habits import Habit
from kontor.ui.renderer import render_field

register = template.Library()


class DebitAndCredit(Protocol):
    """A line of a posting."""

    @property
    def debit(self) -> int:
        """Return the amount on the debit side, 0 for a credit."""
        ...


@register.simple_tag(takes_context=True)
def desk_field(context: Context, bound: BoundField, width: int, detail: Detail) -> SafeString:
    """Render a field; what agrees with what was read says where it stands, what differs can be taken over."""
    name = "supplier_name" if bound.name == "supplier" else bound.name
    value = detail.read_for(name)
    if value is None:
        return render_field(bound, width=width)
    note = read_note(value, save_url=context["save_url"])
    return render_field(bound, width=width, origin=value.agreement if value.agrees else "", note=note)


def read_note(value: ReadValue, *, save_url: str) -> SafeString:
    """Return what was read, with a button that takes it over; hidden while the field says the same."""
    shown, origin = escape(value.shown), escape(value.origin)
    words = escape(_("On the receipt: %(value)s")) % {"value": f"<b>{shown}</b>"}
    label = escape(_("Take over: %(field)s %(value)s") % {"field": value.label, "value": value.shown})
    return SafeString(
        f'<p class="k-hint k-read" data-read="{escape(value.typed)}"{" hidden" if value.agrees else ""}>'
        f'<span>{words}<span class="k-vh"> ({origin})</span></span> '
        f'<button class="k-link k-link-b" type="submit" name="take" value="{value.input}" formnovalidate '
        f'hx-post="{save_url}" hx-sync="this:drop" {exchanged()} aria-label="{label}">{escape(_("Take it over"))}</button></p>'
    )


@register.simple_tag
def account_field(part: PartForm, document: IncomingDocument) -> SafeString:
    """Render the account of a part; the usual one says why it is proposed."""
    origin = habit_words(part.usual, document) if part.usual is not None and part.is_usual else ""
    return render_field(part["account"], width=6, origin=origin)


@register.simple_tag
def exchange() -> SafeString:
    """Say what a form or link of the workbench exchanges (`hx.html`)."""
    return exchanged()


@register.simple_tag
def filter_fields(choices: Iterable[tuple[str, str, Iterable[tuple[str, object]], str]]) -> SafeString:
    """Write the choices of the filter bar."""
    return choices_of(choices)


@register.simple_tag
def read_bar(detail: Detail) -> SafeString:
    """Write the bar of what was read from a receipt's files."""
    return found_of(detail.read)


@register.simple_tag(takes_context=True)
def pages_shown(context: Context, detail: Detail, title: str) -> SafeString:
    """Write a receipt's pages with the places of what was read."""
    return pages_of(detail.pages, code=context["request"].tenant.code, title=title)


@register.simple_tag(takes_context=True)
def thumbs_shown(context: Context, detail: Detail) -> SafeString:
    """Write a receipt's pages as small links."""
    return thumbs_of(detail.pages, code=context["request"].tenant.code)


@register.filter
def habit_words(habit: Habit, document: IncomingDocument) -> str:
    """Return why an account is proposed."""
    if habit.why == "cost_type":
        return _("as set up for the kind of expense")
    facts = {"count": habit.count, "of": habit.of, "supplier": document.supplier_name[:40]}
    if habit.of == 1:
        return _("as last time at %(supplier)s") % facts
    return _("as %(count)s of the last %(of)s at %(supplier)s") % facts


@register.filter
def variant_words(variant: str) -> str:
    """Return how a payment variant is called."""
    return str(VARIANTS.get(variant, "–"))


@register.filter
def debits_first(lines: Iterable[DebitAndCredit]) -> list[DebitAndCredit]:
    """Return the lines of a posting as bookkeepers write them."""
    return sorted(lines, key=lambda line: not line.debit)


@register.filter
def named(account: Account) -> str:
    """Return the account's name in the reader's language."""
    return account_name(account)


@register.filter
def tax_words(code: str) -> Any:
    """Return the name of a tax code."""
    row = TaxCode.objects.filter(code=code).order_by("-valid_from").first()
    return code if row is None else row.name_de if is_german() else row.name_en


@register.filter
def iban(value: str) -> str:
    """Return an IBAN in groups of four."""
    return format_iban(value)


@register.filter
def advance_words(advance: Advance) -> str:
    """Return how an advance is named in a choice."""
    return words_of_advance(advance)


@register.filter
def pay_dialog(advance_id: int) -> str:
    """Return the id of the dialog that pays an advance out."""
    return f"pay-{advance_id}"
