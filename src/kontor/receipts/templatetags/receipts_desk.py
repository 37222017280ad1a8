"""`{% load receipts_desk %}`: the fields of the desk, and its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString

from kontor.core.iban import format_iban
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import account_name, is_german
from kontor.receipts.desk.choices import advance_words as words_of_advance
from kontor.receipts.desk.detail import Detail
from kontor.receipts.desk.fields import categories_of, head_of, parts_of, payment_of
from kontor.receipts.desk.forms import HeadForm
from kontor.receipts.desk.listed import exchange as exchanged
from kontor.receipts.desk.viewed import choices_of, found_of, pages_of, thumbs_of
from kontor.receipts.desk.words import VARIANTS
from kontor.receipts.models import Advance
from kontor.ui.context import region_of
from kontor.ui.forms.frames import framed_field

register = template.Library()


class DebitAndCredit(Protocol):
    """A line of a posting."""

    @property
    def debit(self) -> int:
        """Return the amount on the debit side, 0 for a credit."""
        ...


@register.simple_tag(takes_context=True)
def head_fields(context: Context) -> SafeString:
    """Write what the receipt says as a whole."""
    return head_of(
        context["forms"].head, context["detail"], base_currency=context["request"].tenant.base_currency,
        save_url=context["save_url"],
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def part_fields(context: Context) -> SafeString:
    """Write the parts of the receipt."""
    return parts_of(
        context["forms"], context["document"], splits=context["splits"], region=region_of(context["request"]),
        save_url=context["save_url"],
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def payment_fields(context: Context) -> SafeString:
    """Write who paid, and how the money moves."""
    return payment_of(context["forms"].head, context["detail"], save_url=context["save_url"])


@register.simple_tag
def category_fields(head: HeadForm) -> SafeString:
    """Write the keywords."""
    return categories_of(head)


@register.simple_tag
def framed(bound: BoundField, width: int = 6) -> SafeString:
    """Write a field."""
    return framed_field(bound, width=width)


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
def variant_words(variant: str) -> str:
    """Return how a payment variant is called."""
    return str(VARIANTS.get(variant, "–"))


@register.filter
def debits_first(lines: Iterable[DebitAndCredit]) -> list[DebitAndCredit]:
    """Return the lines of a posting as bookkeepers write them."""
    return sorted(lines, key=lambda line: not line.debit)


@register.filter
def entry_number(entry: JournalEntry) -> str:
    """Return the number of an entry."""
    return number_of(entry)


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
