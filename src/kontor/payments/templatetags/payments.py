"""`{% load payments %}`: how accounts and reasons are written."""

from __future__ import annotations

from django import template

from kontor.core.iban import format_iban
from kontor.payments.wording import reason_words

register = template.Library()


@register.filter
def iban(compact: str) -> str:
    """Write an IBAN in groups of four."""
    return format_iban(str(compact))


@register.filter
def return_reason(code: str) -> str:
    """Say why a bank gave a transfer back."""
    return reason_words(str(code))
