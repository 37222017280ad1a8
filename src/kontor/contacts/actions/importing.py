"""Taking contacts over from a file."""

from __future__ import annotations

from kontor.contacts.actions.parties import add_bank_details, create_party
from kontor.contacts.formats.party_csv import ReadFile
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor


class BadRows(Refusal):
    """Rows of the file are wrong."""

    sentence = gettext_noop(
        "%(count)s rows cannot be taken over, so nothing was. Please correct the file and send it again."
    )


@act("contacts.import_parties")
def import_parties(read: ReadFile, *, by: Actor | None) -> int:
    """Create every contact of the file, or none; return how many.

    Raises:
        BadRows: at least one row is bad.
        NumberTaken: a number belongs to another contact already.
    """
    if read.bad:
        raise BadRows(count=len(read.bad))
    for row in read.rows:
        party = create_party(row.facts, numbers=dict(row.numbers), by=by)
        if row.iban:
            add_bank_details(party, iban=row.iban, bic=row.bic, by=by)
    return len(read.rows)
