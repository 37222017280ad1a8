"""Opening the books and carrying a year's result forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, balanced, by_number, by_role


class ControlAccountOpened(Refusal):
    """Receivables and payables open by their items, not by a sum."""

    sentence = gettext_noop(
        "Account %(account)s sums up open items. Please open its items one by one; the account then holds their sum."
    )


class ResultAccountOpened(Refusal):
    """Income and expenses start every year at zero."""

    sentence = gettext_noop("Account %(account)s is an income or expense account and starts the year at zero.")


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """The balance of an account, debit positive; `kind` as in the chart."""

    number: str
    kind: str
    amount_base: int
    amount: int
    currency: str
    is_control: bool = False


def opening_balances(balances: Sequence[AccountBalance], *, base_currency: str, memo: Memo) -> Posting:
    """Open the books: each balance against the opening-balance account, which nets to zero with the open items' ones.

    Raises:
        ControlAccountOpened: a control account is among them.
        ResultAccountOpened: an income or expense account is.
    """
    for balance in balances:
        if balance.is_control:
            raise ControlAccountOpened(account=balance.number)
        if balance.kind in ("income", "expense"):
            raise ResultAccountOpened(account=balance.number)
    total = sum(balance.amount_base for balance in balances)
    lines = [
        PostingLine(by_number(balance.number), balance.amount_base, balance.amount, balance.currency)
        for balance in balances
    ]
    return balanced([*lines, PostingLine(by_role("opening_balance"), -total, -total, base_currency)], memo=memo)


def result_carry_forward(balances: Sequence[AccountBalance], *, base_currency: str, memo: Memo) -> Posting | None:
    """Close the year's income and expense accounts into the result carried forward; None if all are at zero.

    Balance-sheet accounts run on by themselves, since the journal is continuous. Reports of the closed year leave
    this entry out.
    """
    results = [balance for balance in balances if balance.kind in ("income", "expense") and balance.amount_base]
    if not results:
        return None
    total = sum(balance.amount_base for balance in results)
    lines = [
        PostingLine(by_number(balance.number), -balance.amount_base, -balance.amount_base, base_currency)
        for balance in results
    ]
    return balanced([*lines, PostingLine(by_role("result_carry_forward"), total, total, base_currency)], memo=memo)
