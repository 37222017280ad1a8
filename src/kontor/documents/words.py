"""Words for the readable version of electronic invoices, which is made by a process that knows no languages."""

from __future__ import annotations

from functools import cache

from django.utils import translation
from django.utils.translation import gettext

from kontor.documents.rules.intake import FileKind
from kontor.documents.rules.invoice_sheet import SHEET_LANGUAGE, WORDS


@cache
def sheet_words() -> dict[str, str]:
    """Return each text of the sheet in the language of the records."""
    with translation.override(SHEET_LANGUAGE):
        return {word: gettext(word) for word in sorted(WORDS)}


def words_for(kind: FileKind) -> dict[str, dict[str, str]]:
    """Return what the reading process needs beside the file to draw it: words for invoices, nothing for pictures."""
    return {"words": sheet_words()} if kind is FileKind.XML else {}
