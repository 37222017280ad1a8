"""Stored refusals in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence(message: str, facts: Mapping[str, Any]) -> str:
    """Return a stored sentence with its facts."""
    return _(message) % facts
