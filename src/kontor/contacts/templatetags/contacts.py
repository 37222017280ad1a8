"""`{% load contacts %}`: how contacts' figures are printed."""

from __future__ import annotations

from django import template

from kontor.core.iban import format_iban

register = template.Library()


@register.filter
def iban(compact: str) -> str:
    """Return an IBAN in groups of four."""
    return format_iban(compact)
