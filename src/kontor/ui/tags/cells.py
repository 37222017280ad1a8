"""Cells of a table."""

from __future__ import annotations

from typing import Any

from django import template

from kontor.core.figures import format_amount
from kontor.ui.tables.columns import Column
from kontor.ui.tables.table import Table

register = template.Library()


@register.simple_tag
def total(table: Table[Any], column: Column[Any]) -> str:
    """Write the sum of one column over the whole filter."""
    if column.key not in table.totals:
        return ""
    value = table.totals[column.key]
    return format_amount(value, currency=table.currency, region=table.region) if column.kind == "amount" else str(value)
