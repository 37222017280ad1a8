"""Opening balances by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.entries import reverse_entry
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.periods import FiscalYear
from kontor.ledger.queries.opening import BY_HAND, KIND, openable_accounts, standing_entries
from kontor.ledger.rules.opening_files import check_openable
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.year_end import AccountBalance, opening_balances


class NoYear(Refusal):
    """Nothing to open."""

    sentence = gettext_noop("There is no fiscal year yet, so there is nothing to open.")


@act("ledger.open_balances")
def open_balances(
    balances: Mapping[str, int], *, base_currency: str, at: datetime, text: str
) -> WrittenEntry | None:  # fmt: skip
    """Post opening balances by account number, debit positive, on the first day of the books; the rest goes to the
    opening account.

    What was opened by hand before is reversed first, so that the balances given are all there is. Without any
    balance nothing new is posted.

    Raises:
        NoYear, AccountUnknown, ControlAccountOpened, ResultAccountOpened, OpeningAccountItself, MissingAccountRole,
        PeriodClosed
    """
    year = FiscalYear.objects.select_for_update().order_by("first_day").first()
    if year is None:
        raise NoYear
    known = openable_accounts()
    wanted = {number: amount for number, amount in sorted(balances.items()) if amount}
    for number in wanted:
        check_openable(known.get(number), number=number)
    for earlier in standing_entries().filter(source_type=BY_HAND):
        reverse_entry(earlier.id, on=year.first_day, at=at)
    if not wanted:
        return None
    kinds = dict(Account.objects.filter(number__in=wanted).values_list("number", "kind"))
    posting = opening_balances(
        [AccountBalance(number, kinds[number], amount, amount, base_currency) for number, amount in wanted.items()],
        base_currency=base_currency,
        memo=Memo(text=text, document_number=f"EB-{year.label}", document_date=year.first_day),
    )
    entry = NewEntry(
        posting=posting, entry_date=year.first_day, kind=KIND, source_type=BY_HAND, source_id=year.id
    )  # fmt: skip
    return post([entry], at=at)[0]
