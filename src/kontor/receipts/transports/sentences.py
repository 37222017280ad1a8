"""Refusals written into a row, so that they can be shown later in the reader's language."""

from __future__ import annotations

import json

from django.utils.translation import gettext

from kontor.core.refusal import Refusal


def packed(refusal: Refusal | None) -> str:
    """Return the message id and facts as text, "" for none."""
    if refusal is None:
        return ""
    return json.dumps([refusal.sentence, {name: str(fact) for name, fact in refusal.facts.items()}], ensure_ascii=False)


def unpacked(text: str) -> str:
    """Return the sentence in the active language, "" for none."""
    if not text:
        return ""
    sentence, facts = json.loads(text)
    shown: str = gettext(sentence) % facts
    return shown
