"""What rows and parts of every page are written with."""

from __future__ import annotations

import html
import re
from typing import Any

from django.utils.functional import Promise

_has_signs = re.compile("[&<>\"']").search


def quoted(text: str) -> str:
    """Return a text as HTML, as `html.escape` does; most hold nothing to escape."""
    return html.escape(text) if _has_signs(text) else text


def escaped(value: Any) -> str:
    """Return the value as HTML; what is safe already stays."""
    if type(value) is str:
        return html.escape(value) if _has_signs(value) else value
    if isinstance(value, Promise):
        value = str(value)
    return str(value.__html__()) if hasattr(value, "__html__") else quoted(str(value))


def form_key_field(key: object) -> str:
    """Return the hidden field that `{% csrf_token %}` writes."""
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{quoted(str(key))}">'
