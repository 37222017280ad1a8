"""The rows of the table of items that a transaction may be assigned to."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from kontor.banking.models import BankTransaction
from kontor.core.audit import page_of
from kontor.matching.detail import ItemLine
from kontor.matching.written.frame import Frame, hidden
from kontor.openitems.models import OpenItem
from kontor.ui.addresses import address_or_none
from kontor.ui.quick_html import quoted
from kontor.ui.tags.figures import day


def found_of(frame: Frame, lines: Iterable[ItemLine], *, row: BankTransaction, asked: str) -> str:
    """Return the rows of a search for `asked`."""
    rows = "".join([item_row_of(frame, line, row=row) for line in lines])
    if not rows and asked:
        nothing = frame.words[_("No open item was found for “%(asked)s”.")] % {"asked": quoted(asked)}
        rows = f'<tr><td></td><td colspan="5"><small>{nothing}</small></td></tr>'
    return f'<tbody id="found" data-asked="{quoted(asked)}">{rows}</tbody>'


def item_row_of(frame: Frame, line: ItemLine, *, row: BankTransaction, is_shown: bool = False) -> str:
    """Return a row; `is_shown` among those that stand there before anybody searches."""
    item, words = line.item, frame.words
    off = "" if line.is_ticked else ' class="is-off"'
    shown = hidden("shown", item.id) if is_shown else ""
    label = words[_("Assign %(number)s")] % {"number": quoted(item.document_number)}
    return (
        f'<tr{off}><td>{shown}<input class="k-cb" type="checkbox" name="items" value="{item.id}" id="item-{row.id}-{item.id}"'
        f'{" checked" if line.is_ticked else ""} aria-label="{label}"></td>'
        f"<td>{_link(frame, item)}<small>{_said(item, is_shown=is_shown)}</small></td>"
        f'<td class="k-hide-m">{day(item.due_date)}</td>'
        f'<td class="k-num k-hide-m">{_open(frame, line, row)}</td>'
        f'<td class="k-num k-hide-m">{_discount(frame, line)}</td>'
        f'<td class="k-num">{_foreign(frame, line, row) if line.is_foreign else _input(frame, line, row)}</td></tr>'
    )


def _link(frame: Frame, item: OpenItem) -> str:
    """Link an open item's number to its page."""
    page, number = page_of("openitems.item", item.id), quoted(item.document_number)
    url = address_or_none(page[0], tenant=frame.tenant, **page[1]) if page else ""
    return f'<a class="k-a" href="{quoted(url)}">{number}</a>' if url else f"<b>{number}</b>"


def _said(item: OpenItem, *, is_shown: bool) -> str:
    """Return what an item is for; one that was searched for also says whose it is."""
    if is_shown and item.text:
        return quoted(item.text)
    return quoted(f"{item.party.name} · {item.text}" if item.text else item.party.name)


def _open(frame: Frame, line: ItemLine, row: BankTransaction) -> str:
    currency = line.item.currency
    return frame.amount(line.open, currency) + (f" {quoted(currency)}" if currency != row.currency else "")


def _discount(frame: Frame, line: ItemLine) -> str:
    if not line.discount:
        return "–"
    percent = f"{quoted(line.discount_percent.replace('.', ','))} % " if line.discount_percent else ""
    return (
        f"{frame.amount(line.discount, line.item.currency)}<small>{percent}{frame.words[_('until')]} "
        f"{day(line.discount_until, 'short')}</small>"
    )


def _input(frame: Frame, line: ItemLine, row: BankTransaction) -> str:
    """Return the field for what the item gets of the payment."""
    label = frame.words[_("Amount for %(number)s")] % {"number": quoted(line.item.document_number)}
    more = f' data-open="{line.open}"{"" if line.is_ticked else " disabled"}'
    return _field("amount", line, row, line.typed, placeholder="0,00", more=more, is_error=line.is_error, label=label)


def _foreign(frame: Frame, line: ItemLine, row: BankTransaction) -> str:
    """Return both fields of an item in another currency: its part of the payment, and what that settles."""
    item, number = line.item, quoted(line.item.document_number)
    paid = frame.words[_("Part of the payment for %(number)s in %(currency)s")] % {
        "number": number, "currency": quoted(row.currency),
    }  # fmt: skip
    settles = frame.words[_("What it settles of %(number)s in %(currency)s")] % {
        "number": number, "currency": quoted(item.currency),
    }  # fmt: skip
    rest = abs(row.amount - row.allocated)
    more = f' data-open="{rest}"{"" if line.is_ticked else " disabled"}'
    part = _field("paid", line, row, line.paid, placeholder="0,00", more=more, is_error=line.is_paid_error, label=paid)
    amount = _field("amount", line, row, line.typed, placeholder=frame.amount(line.open, item.currency),
                    is_error=line.is_error, label=settles)  # fmt: skip
    return (
        f'<span class="k-fx">{part} {frame.unit(row.currency)}</span>'
        f'<span class="k-fx">{amount} {frame.unit(item.currency)}</span>'
    )


def _field(
    name: str, line: ItemLine, row: BankTransaction, value: str, *, placeholder: str, is_error: bool, label: str, more: str = ""
) -> str:  # fmt: skip
    key = line.item.id
    invalid = ' aria-invalid="true"' if is_error else ""
    return (
        f'<input class="k-amount-input" name="{name}-{key}" id="{name}-{row.id}-{key}" value="{quoted(value)}" '
        f'inputmode="decimal" autocomplete="off" placeholder="{placeholder}"{more}{invalid} aria-label="{label}">'
    )
