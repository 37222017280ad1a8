"""Who stands on the other side of a camt transaction."""

from __future__ import annotations

from typing import NamedTuple

from kontor.banking.formats.camt.fields import DetailFields


class Party(NamedTuple):
    """Name, account and bank of the counterparty, and for whom it acts."""

    name: str | None
    iban: str | None
    account_other: str | None
    bic: str | None
    ultimate: str | None


def counterparty_of(detail: DetailFields, *, is_credit: bool, is_return: bool, own: str | None) -> Party:
    """Return the side that is not the account's owner.

    A credit comes from the debtor, a debit goes to the creditor. In returns and reversals the parties keep the
    roles of the first transaction, so it is the other way round. Banks differ in that, so the account number
    has the last word: a side that quotes the own IBAN is never the counterparty.
    """
    takes_debtor = is_credit
    if is_return and _is_named(detail, debtor=not is_credit):
        takes_debtor = not is_credit
    quoted = detail.debtor_iban if takes_debtor else detail.creditor_iban
    other = detail.creditor_iban if takes_debtor else detail.debtor_iban
    if own is not None and quoted == own and other != own and _is_named(detail, debtor=not takes_debtor):
        takes_debtor = not takes_debtor
    if takes_debtor:
        return Party(
            detail.debtor and " ".join(detail.debtor.split()),
            detail.debtor_iban,
            detail.debtor_account,
            detail.debtor_bic,
            detail.ultimate_debtor,
        )
    return Party(
        detail.creditor and " ".join(detail.creditor.split()),
        detail.creditor_iban,
        detail.creditor_account,
        detail.creditor_bic,
        detail.ultimate_creditor,
    )


def _is_named(detail: DetailFields, *, debtor: bool) -> bool:
    if debtor:
        return detail.debtor is not None or detail.debtor_iban is not None
    return detail.creditor is not None or detail.creditor_iban is not None
