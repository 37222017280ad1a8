"""Cells of a table."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kontor.core.figures import format_amount, format_day
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Column
from kontor.ui.tables.table import Table
from kontor.ui.tags.signs import chip, status

register = template.Library()


@register.simple_tag
def cell(table: Table[Any], column: Column[Any], row: Any) -> SafeString:
    """Write one cell: value, link, second line."""
    value = column.read(row)
    if column.template:
        return render_to_string(column.template, {"row": row, "value": value, "request": table.request})
    shown: Any = _shown(table, column, row, value)
    if column.href is not None and (url := column.href(row)):
        shown = format_html('<a class="k-a" href="{}">{}</a>', url, shown)
    if column.is_strong:
        shown = format_html("<b>{}</b>", shown)
    below = (
        format_html("<small{}>{}</small>", SafeString(' class="k-desk"') if column.phone_sub else "", column.sub(row))
        if column.sub
        else ""
    )
    on_phones = format_html('<small class="k-only-mb">{}</small>', column.phone_sub(row)) if column.phone_sub else ""
    return format_html("{}{}{}", shown, below, on_phones)


def _shown(table: Table[Any], column: Column[Any], row: Any, value: Any) -> Any:
    if value is None or value == "":
        return "–"
    if column.kind == "amount":
        currency = column.currency(row) if column.currency else table.currency
        return format_amount(value, currency=currency, region=table.region)
    if column.kind == "day":
        return format_day(value, language=get_language() or "de")
    if column.kind == "status" and isinstance(value, Mark):
        return status(value)
    if column.kind == "chip" and isinstance(value, Mark):
        return chip(value) if value.word else "–"
    return value


@register.simple_tag
def total(table: Table[Any], column: Column[Any]) -> str:
    """Write the sum of one column over the whole filter."""
    if column.key not in table.totals:
        return ""
    value = table.totals[column.key]
    return format_amount(value, currency=table.currency, region=table.region) if column.kind == "amount" else str(value)


@register.filter
def row_id(table: Table[Any], row: Any) -> object:
    """Return what identifies the row in a selection."""
    return table.row_id(row)


@register.filter
def row_label(table: Table[Any], row: Any) -> str:
    """Return the row's name for screen readers."""
    return table.row_label(row)
