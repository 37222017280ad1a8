"""What a printed or seen receipt proposes: every rule over the words of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from kontor.documents.rules.reading.accounts import iban_in
from kontor.documents.rules.reading.amounts import amounts_of
from kontor.documents.rules.reading.days import days_of, due_day, own_day
from kontor.documents.rules.reading.numbers import number_in
from kontor.documents.rules.reading.rows import PageWords, Row, rows_of
from kontor.documents.rules.reading.suppliers import supplier_in
from kontor.documents.rules.reading.totals import currency_beside, total_in
from kontor.documents.rules.reading.values import Proposals, Proposed, ReadVat
from kontor.documents.rules.reading.vat import vat_in

_PROVED = 97


def rows_of_pages(pages: Sequence[PageWords]) -> list[Row]:
    """Return the rows of all pages in reading order."""
    return [row for page in pages for row in rows_of(page)]


def propose(rows: Sequence[Row], *, origin: Literal["text", "ocr"], latest: date | None = None) -> Proposals:
    """Propose what the rows of a receipt say; `latest` is a day that no receipt can be later than."""
    amounts = amounts_of(rows, is_seen=origin == "ocr")
    total = total_in(rows, amounts, origin=origin)
    vat = vat_in(rows, amounts, total=total.value if total else None, origin=origin)
    days = days_of(rows)
    return Proposals(
        amount=_proved(total, vat),
        currency=currency_beside(rows, total, origin=origin),
        date=own_day(rows, [day for day in days if latest is None or day.on <= latest], origin=origin),
        due_date=due_day(rows, days, origin=origin),
        supplier=supplier_in(rows, origin=origin),
        number=number_in(rows, origin=origin),
        iban=iban_in(rows, origin=origin),
        vat=vat,
    )


def _proved(total: Proposed[int] | None, vat: Sequence[Proposed[ReadVat]]) -> Proposed[int] | None:
    """Trust a total more that the nets and taxes of all rates add up to."""
    if total is None or not vat:
        return total
    whole = sum((share.value.net or 0) + (share.value.vat or 0) for share in vat)
    return replace(total, confidence=_PROVED) if whole == total.value else total
