"""The readable version of an electronic invoice, set as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from kontor.core.typesetting import typeset
from kontor.documents.formats.invoice_reading import sheet_of

TEMPLATE = Path(__file__).with_name("invoice.typ")
NOTE = "Readable version of the electronic invoice “%(name)s”; the file itself is the original."


def printed_invoice(content: bytes, *, name: str, words: Mapping[str, str], language: str) -> bytes:
    """Return a tagged PDF with everything the invoice says; the same invoice gives the same bytes.

    `words` maps the texts of `rules.invoice_sheet.WORDS` to those of the language; what is missing stays English.

    Raises:
        BrokenXml, NoInvoiceXml
    """
    sheet = sheet_of(content, name=name, words=words, language=language)
    note = words.get(NOTE, NOTE) % {"name": name}
    return typeset(TEMPLATE, sheet=asdict(sheet), language=language, note=note)
