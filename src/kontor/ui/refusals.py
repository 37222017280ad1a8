"""Refusals in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from kontor.core.refusal import Refusal


def translated(refusal: Refusal) -> str:
    """Return the refusal's sentence in the active language, with its facts filled in."""
    return gettext(refusal.sentence) % refusal.facts
