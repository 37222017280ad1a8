"""Reading opening balances that were pasted or sent as CSV: account, debit, credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.tables_of_text import RowProblem, TextRow, read_table
from kontor.ledger.rules.year_end import ControlAccountOpened, ResultAccountOpened

ROWS_MAX = 2_000
COLUMNS = {
    "account": ("konto", "kontonummer", "number", "nummer"),
    "debit": ("soll", "soll-saldo"),
    "credit": ("haben", "haben-saldo"),
}


class AccountUnknown(Refusal):
    """The chart has no such account in use."""

    sentence = gettext_noop("There is no account %(number)s in use. Please create it in the chart of accounts first.")


class OpeningAccountItself(Refusal):
    """The opening account takes the rest."""

    sentence = gettext_noop("Account %(account)s takes the rest of the opening balances and has no amount of its own.")


class BothSides(Refusal):
    """A balance stands on one side."""

    sentence = gettext_noop("A balance stands on one side: either debit or credit.")


class NegativeBalance(Refusal):
    """A negative debit is a credit."""

    sentence = gettext_noop("A balance is not negative: a negative debit belongs to the credit side.")


class AccountTwice(Refusal):
    """One account has one balance."""

    sentence = gettext_noop("Account %(number)s stands in line %(line)s already.")


@dataclass(frozen=True, slots=True)
class OpenableAccount:
    """What reading needs to know of an account; `is_opening` marks those that the opening itself uses."""

    number: str
    kind: str
    is_control: bool
    is_opening: bool = False


@dataclass(frozen=True, slots=True)
class OpeningReading:
    """Balances by account number, minor units and debit positive, with everything that is wrong."""

    balances: Mapping[str, int]
    problems: tuple[RowProblem, ...]


def read_openings(
    text: str, *, accounts: Mapping[str, OpenableAccount], currency: str, decimal_mark: str = ","
) -> OpeningReading:
    """Read a pasted table of opening balances.

    Raises:
        ColumnsNotNamed, NothingToRead, RowsTooMany: the table as a whole.
    """
    table = read_table(text, columns=COLUMNS, needed=tuple(COLUMNS), rows_max=ROWS_MAX, decimal_mark=decimal_mark)
    balances: dict[str, int] = {}
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        try:
            number = row.cells.get("account", "")
            amount = _amount(row, currency=currency, decimal_mark=table.decimal_mark)
            if seen.setdefault(number, row.line) != row.line:
                raise AccountTwice(number=number, line=seen[number])
            if amount:
                check_openable(accounts.get(number), number=number)
                balances[number] = amount
        except Refusal as refusal:
            problems.append(RowProblem(row.line, refusal))
    return OpeningReading(balances, tuple(problems))


def check_openable(account: OpenableAccount | None, *, number: str) -> None:
    """Refuse an account that does not open by a sum.

    Raises:
        AccountUnknown, ControlAccountOpened, ResultAccountOpened, OpeningAccountItself
    """
    if account is None:
        raise AccountUnknown(number=number)
    if account.is_control:
        raise ControlAccountOpened(account=number)
    if account.is_opening:
        raise OpeningAccountItself(account=number)
    if account.kind in ("income", "expense"):
        raise ResultAccountOpened(account=number)


def _amount(row: TextRow, *, currency: str, decimal_mark: str) -> int:
    debit, credit = (
        minor_units(parse_amount(cell, decimal_mark=decimal_mark), currency) if cell else 0
        for cell in (row.cells.get("debit", ""), row.cells.get("credit", ""))
    )
    if debit < 0 or credit < 0:
        raise NegativeBalance
    if debit and credit:
        raise BothSides
    return debit - credit
