"""Drafts, reversals and texts of entries."""

from __future__ import annotations

from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.posting import ControlAccount, NewEntry, WrittenEntry, post, read_period
from kontor.ledger.models.entries import EntryState, JournalEntry, JournalLine
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number, mirrored
from kontor.ledger.uses import is_undone_elsewhere


class NotADraft(Refusal):
    """Only drafts are changed or deleted."""

    sentence = gettext_noop(
        "Entry %(number)s is posted and stays as it is. A correction is a reversal and a new entry."
    )
    status = 409


class AlreadyReversed(Refusal):
    """An entry is reversed once."""

    sentence = gettext_noop("Entry %(number)s is reversed already.")
    status = 409


class BelongsElsewhere(Refusal):
    """An entry that settles open items is undone where it was made."""

    sentence = gettext_noop(
        "This entry belongs to open items. Please cancel the assignment or the document there; the entry is reversed with it."
    )


@act("ledger.save_draft")
def save_draft(posting: Posting, *, on: date, at: datetime) -> WrittenEntry:
    """Keep an entry as a draft: balanced, without a number and without effect.  Raises: as `post`."""
    return post([NewEntry(posting=posting, entry_date=on)], at=at, draft=True)[0]


@act("ledger.delete_draft")
def delete_draft(entry_id: int) -> None:
    """Delete a draft.  Raises: NotADraft."""
    entry = _locked(entry_id)
    _check_draft(entry)
    JournalLine.objects.filter(entry_id=entry_id).delete()
    JournalEntry.objects.filter(id=entry_id).delete()


@act("ledger.change_draft")
def change_draft(entry_id: int, posting: Posting, *, on: date, at: datetime) -> WrittenEntry:
    """Put a new draft in the place of an old one; the record shows both.  Raises: NotADraft, as `post`."""
    delete_draft(entry_id)
    return save_draft(posting, on=on, at=at)


@act("ledger.post_draft")
def post_draft(entry_id: int) -> int:
    """Post a draft and return its number within the year.  Raises: NotADraft, NoPeriod; the database checks the rest."""
    entry = _locked(entry_id)
    _check_draft(entry)
    _, year = read_period(entry.entry_date)
    number = take_numbers(entry.series, year=year)
    JournalEntry.objects.filter(id=entry_id).update(state=EntryState.POSTED, year=year, sequence=number)
    return number


@act("ledger.reverse")
def reverse_entry(
    entry_id: int, *, on: date, at: datetime, text: str = "", by_open_items: bool = False
) -> WrittenEntry:
    """Mirror a posted entry on the day `on`; both stay and name each other.

    Raises:
        NotADraft: it is a draft; delete it.
        AlreadyReversed: once is enough.
        BelongsElsewhere: it moves a control account or a bank transaction, which openitems answers for.
    """
    entry = _locked(entry_id)
    number = f"{entry.year}-{entry.sequence or 0:06d}"
    if entry.state != EntryState.POSTED:
        raise NotADraft(number=number)
    if JournalEntry.objects.filter(reverses_id=entry_id).exists():
        raise AlreadyReversed(number=number)
    if is_undone_elsewhere(entry.source_type) and not by_open_items:
        raise BelongsElsewhere
    memo = Memo(
        text=text or entry.text, document_number=entry.document_number, document_date=entry.document_date,
        service_from=entry.service_from, service_to=entry.service_to, vat_date=entry.vat_date,
    )  # fmt: skip
    mirror = mirrored(posting_of(entry), memo=memo)
    new = NewEntry(
        posting=mirror, entry_date=on, kind="reversal", source_type=entry.source_type, source_id=entry.source_id,
        reverses_id=entry_id,
    )  # fmt: skip
    try:
        return post([new], at=at, by_open_items=by_open_items)[0]
    except ControlAccount as control:
        raise BelongsElsewhere from control


@act("ledger.rebook")
def rebook_entry(entry_id: int, posting: Posting, *, on: date, at: datetime) -> WrittenEntry:
    """Put a new entry in the place of a posted one [umbuchen]: its mirror and the new one, both on the day `on`.

    Raises:
        NotADraft, AlreadyReversed, BelongsElsewhere: as `reverse_entry`; whatever `post` refuses.
    """
    reverse_entry(entry_id, on=on, at=at)
    return post([NewEntry(posting=posting, entry_date=on)], at=at)[0]


@act("ledger.change_text")
def change_text(entry_id: int, text: str) -> None:
    """Change the text of an entry whose period is not committed; the database refuses otherwise."""
    JournalEntry.objects.filter(id=entry_id).update(text=text.strip())


def posting_of(entry: JournalEntry) -> Posting:
    """Return what an entry posted, line by line."""
    rows = JournalLine.objects.filter(entry_id=entry.id).select_related("account").order_by("position")
    lines = tuple(
        PostingLine(
            by_number(row.account.number), row.amount_base, row.amount, row.currency, party_id=row.party_id,
            tax_code=row.tax_code or None, tax_base=row.tax_base, tax_amount=row.tax_amount, project_id=row.project_id,
            sphere=row.sphere or None, text=row.text,
        )
        for row in rows
    )  # fmt: skip
    memo = Memo(text=entry.text, document_number=entry.document_number, document_date=entry.document_date)
    return Posting(lines=lines, memo=memo)


def _locked(entry_id: int) -> JournalEntry:
    return JournalEntry.objects.select_for_update().get(id=entry_id)


def _check_draft(entry: JournalEntry) -> None:
    if entry.state != EntryState.DRAFT:
        raise NotADraft(number=f"{entry.year}-{entry.sequence or 0:06d}")
