"""`{% load payments %}`: how accounts are written."""

from __future__ import annotations

from django import template

from kontor.core.iban import format_iban

register = template.Library()


@register.filter
def iban(compact: str) -> str:
    """Write an IBAN in groups of four."""
    return format_iban(str(compact))
