"""Opening items: invoices, receipts, credit notes and items of earlier books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kontor.core.audit import act
from kontor.ledger.actions.posting import NewEntry, post
from kontor.openitems.actions.rows import ItemToWrite, write_items
from kontor.openitems.queries.loading import books, first_day_of_books
from kontor.openitems.rules.news import NewItem, opened


@act("openitems.open")
def open_items(news: Sequence[NewItem], *, at: datetime) -> list[int]:
    """Post and open items, at most 1,000, and return their ids in order (P-03, P-06, opening items, credit notes).

    An item older than the books opens on their first day (decisions.md 16); entry and item are written together.

    Raises:
        whatever `rules.news.opened` and `ledger.post` refuse; nothing is written then.
    """
    known = books()
    first_day = first_day_of_books()
    found = [opened(new, books=known) for new in news]
    entries = [
        NewEntry(
            posting=each.posting,
            entry_date=_entry_date(new, first_day),
            kind="invoice" if new.parts else "opening_item",
            source_type=new.source_type,
            source_id=new.source_id,
        )
        for new, each in zip(news, found, strict=True)
    ]
    written = post(entries, at=at, by_open_items=True)
    return write_items(
        [
            ItemToWrite(item=each.item, news=new, line_id=entry.line_ids[0])
            for new, each, entry in zip(news, found, written, strict=True)
        ],
        at=at,
    )


def _entry_date(new: NewItem, first_day: date | None) -> date:
    day = new.entry_date or new.document_date
    return max(day, first_day) if first_day else day
