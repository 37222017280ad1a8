"""Bank statements as CSV, read by a profile that names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from kontor.banking.formats.amounts import NotAnAmount, unsigned_amount
from kontor.banking.formats.csvprofile import CsvProfile, looks_like_day
from kontor.banking.formats.mt940.details import account_of
from kontor.banking.formats.unreadable import EmptyCsv, NoSuchColumn, TooLongText, UnreadableValue
from kontor.banking.rules.remittance import reference_or_none, split_keys, squash
from kontor.banking.rules.statements import Balance, Kind, LineStatus, StatementEvent, StatementHead, StatementLine
from kontor.banking.rules.tally import Tally

LINE_MAX = 100_000
_PENDING = re.compile(r"vorgemerkt|pending|offen|ausstehend|umsatz vorgemerkt", re.IGNORECASE)
_MEMO = re.compile(r"memo", re.IGNORECASE)
_FEE = "PayPal-Gebühr"


def read_csv(stream: BinaryIO, *, profile: CsvProfile) -> Iterator[StatementEvent]:
    """Yield head, lines in file order, and foot.

    Lines without a day are remarks of the bank (sums, balances) and skipped if they hold no amount either.

    Raises:
        UnreadableValue, NoSuchColumn: a line cannot be understood.
        EmptyCsv: no transaction at all.
    """
    rows = _rows(stream, profile)
    first = next(rows, None)
    if first is None:
        raise EmptyCsv(skipped=profile.skip_rows)
    account = profile.account or _cell(first[1], profile.own_account, line=first[0])
    iban, other = account_of(account) if account else (None, None)
    head = StatementHead("CSV", Kind.BOOKED, account_iban=iban, account_other=other, currency=profile.default_currency)
    yield head
    tally, course = Tally(), _Course()
    for number, row in _with(first, rows):
        line = line_of(row, profile, number=number)
        if line is not None:
            found = [line, *_fee_of(line, row, profile, number=number)]
            moved = sum(one.amount for one in found)
            course.note(line, moved, _balance(row, profile, currency=line.currency, line=number))
            tally.add_all(found)
            yield from found
    if not tally.count:
        raise EmptyCsv(skipped=profile.skip_rows)
    opening, closing = course.ends()
    yield tally.foot(head, balances=(), opening=opening, closing=closing)


def _with(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _rows(stream: BinaryIO, profile: CsvProfile) -> Iterator[tuple[int, list[str]]]:
    # "replace" rather than a refusal: a wrong sign in a name must not keep a statement out.
    encoding = "utf-8-sig" if profile.encoding == "utf-8" else profile.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    reader = csv.reader(_lines(text), delimiter=profile.delimiter)
    try:
        for row in reader:
            if reader.line_num > profile.skip_rows and any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableValue(field="CSV", value=str(error), line=reader.line_num) from None
    finally:
        # A reader that was left halfway ends when its stream may be gone already.
        if not stream.closed:
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines, none longer than any bank writes: a file without line ends must not fill the memory."""
    number = 0
    while line := text.readline(LINE_MAX):
        number += 1
        if len(line) == LINE_MAX:
            raise TooLongText(line=number)
        yield line.replace("\0", "") if "\0" in line else line


class _Stop(NamedTuple):
    """A line that moved `amount`, and the balance behind it, if it is told."""

    on: date
    amount: int
    balance: int | None
    currency: str


class _Course:
    """The balances behind the lines, whichever end of the period comes first."""

    def __init__(self) -> None:
        self._stops: list[_Stop] = []
        self._currencies: set[str] = set()

    def note(self, line: StatementLine, amount: int, balance: int | None) -> None:
        """Take note of a line, of what it moved with its fee, and of the balance behind it."""
        if line.status is LineStatus.BOOKED:
            self._currencies.add(line.currency)
            # The first two and the last one tell all.
            self._stops[2:] = [_Stop(line.booking_date, amount, balance, line.currency)]

    def ends(self) -> tuple[Balance | None, Balance | None]:
        """Return opening and closing balance; none where the outermost lines tell none, or of several currencies."""
        if not self._stops or len(self._currencies) != 1:
            return None, None
        first, last = self._stops[0], self._stops[-1]
        oldest, newest = (first, last) if self._is_ascending() else (last, first)
        opening = closing = None
        if oldest.balance is not None:
            opening = Balance("OPBD", oldest.balance - oldest.amount, oldest.currency, oldest.on)
        if newest.balance is not None:
            closing = Balance("CLBD", newest.balance, newest.currency, newest.on)
        return opening, closing

    def _is_ascending(self) -> bool:
        first, second, last = self._stops[0], self._stops[min(1, len(self._stops) - 1)], self._stops[-1]
        if first.on != last.on or first.balance is None or second.balance is None or first is second:
            return first.on <= last.on
        return first.balance + second.amount == second.balance


def line_of(row: list[str], profile: CsvProfile, *, number: int) -> StatementLine | None:
    """Return the transaction in line `number`, None for a remark.  Raises: UnreadableValue, NoSuchColumn."""
    booked = row[profile.booking_date].strip() if profile.booking_date < len(row) else ""
    if not (booked and looks_like_day(booked)) and not _has_amount(row, profile):
        return None
    currency = _cell(row, profile.currency, line=number) or profile.default_currency
    lines = tuple(text for column in profile.texts if (text := _cell(row, column, line=number)))
    text = squash(" ".join(lines))
    keys = split_keys(text) if "+" in text else {}
    if keys.keys() - {""}:
        text = " ".join(part for part in (keys.get(""), keys.get("SVWZ")) if part)
    account = _cell(row, profile.counterparty_iban, line=number)
    iban, other = account_of(account) if account else (None, None)
    value = _cell(row, profile.value_date, line=number)
    amount = _amount(row, profile, currency=currency, line=number)
    return StatementLine(
        booking_date=_day(booked, profile, line=number),
        value_date=_day(value, profile, line=number) if value else None,
        amount=amount,
        currency=currency,
        status=_status(row, profile, amount=amount, line=number),
        servicer_reference=reference_or_none(_cell(row, profile.reference, line=number)),
        counterparty_name=squash(_cell(row, _name_column(profile, amount), line=number)) or None,
        counterparty_iban=iban,
        counterparty_account_other=other,
        counterparty_bic=_cell(row, profile.counterparty_bic, line=number) or None,
        ultimate_name=keys.get("ABWA") or keys.get("ABWE") or None,
        end_to_end_id=reference_or_none(_cell(row, profile.end_to_end_id, line=number) or keys.get("EREF")),
        mandate_id=reference_or_none(_cell(row, profile.mandate_id, line=number) or keys.get("MREF")),
        creditor_id=reference_or_none(_cell(row, profile.creditor_id, line=number) or keys.get("CRED")),
        remittance=text,
        remittance_lines=lines,
        booking_text=_cell(row, profile.booking_text, line=number) or None,
    )


def _name_column(profile: CsvProfile, amount: int) -> int | None:
    if profile.payer is None or profile.payee is None:
        return profile.counterparty_name
    return profile.payee if amount < 0 else profile.payer


def _fee_of(line: StatementLine, row: list[str], profile: CsvProfile, *, number: int) -> list[StatementLine]:
    """Return the fee beside a gross amount as a transaction of its own, so that the gross fits the invoice."""
    text = _cell(row, profile.fee, line=number)
    amount = _signed(text, profile, currency=line.currency, line=number) if text and text.strip("-–.") else 0
    if not amount:
        return []
    return [
        line._replace(
            amount=amount, leaf_index=1, leaf_count=2, booking_text=_FEE, end_to_end_id=None, mandate_id=None,
            creditor_id=None, remittance=f"{_FEE} {line.servicer_reference or line.remittance}".strip(), remittance_lines=(),
            counterparty_name=None, counterparty_iban=None, counterparty_account_other=None, counterparty_bic=None,
        )
    ]  # fmt: skip


def _balance(row: list[str], profile: CsvProfile, *, currency: str, line: int) -> int | None:
    if profile.balance is None or profile.balance >= len(row) or not row[profile.balance].strip():
        return None
    return _signed(row[profile.balance], profile, currency=currency, line=line)


def _has_amount(row: list[str], profile: CsvProfile) -> bool:
    columns = (profile.amount, profile.debit, profile.credit)
    return any(row[column].strip() for column in columns if column is not None and column < len(row))


def _cell(row: list[str], column: int | None, *, line: int) -> str:
    if column is None:
        return ""
    if column >= len(row):
        raise NoSuchColumn(line=line, found=len(row), column=column + 1)
    return row[column].strip()


def _status(row: list[str], profile: CsvProfile, *, amount: int, line: int) -> LineStatus:
    if not amount or _MEMO.search(_cell(row, profile.impact, line=line)):
        return LineStatus.INFORMATION
    text = _cell(row, profile.status, line=line)
    return LineStatus.PENDING if text and _PENDING.search(text) else LineStatus.BOOKED


def _day(text: str, profile: CsvProfile, *, line: int) -> date:
    try:
        return _read_day(text.split(" ", maxsplit=1)[0][:10], profile.date_format)
    except ValueError:
        raise UnreadableValue(field="date", value=text[:60], line=line) from None


@lru_cache(maxsize=4096)
def _read_day(text: str, date_format: str) -> date:
    try:
        return datetime.strptime(text, date_format).date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return datetime.strptime(text, date_format.replace("%Y", "%y")).date()  # noqa: DTZ007


def _amount(row: list[str], profile: CsvProfile, *, currency: str, line: int) -> int:
    if profile.amount is not None:
        amount = _signed(_cell(row, profile.amount, line=line), profile, currency=currency, line=line)
        is_debit = _cell(row, profile.indicator, line=line).casefold()[:1] in {"s", "d", "-"}
        return -abs(amount) if is_debit else amount
    debit = _cell(row, profile.debit, line=line)
    credit = _cell(row, profile.credit, line=line)
    size = _signed(credit, profile, currency=currency, line=line) if credit else 0
    return size - abs(_signed(debit, profile, currency=currency, line=line)) if debit else size


def _signed(text: str, profile: CsvProfile, *, currency: str, line: int) -> int:
    """Read "-1.234,56", "1.234,56 S", "+12,00 EUR" or "1'234.56"."""
    compact = re.sub(r"[\s'’\u00a0\u202f]", "", text).replace("−", "-")
    compact = re.sub(r"(?:EUR|CHF|€|USD|GBP)$", "", compact)
    sign = -1 if compact.startswith("-") or compact.endswith(("-", "S")) else 1
    digits = compact.strip("+-SH")
    grouping = "." if profile.decimal == "," else ","
    whole, _, fraction = digits.partition(profile.decimal)
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole):
        whole = whole.replace(grouping, "")
    try:
        return sign * unsigned_amount(f"{whole}.{fraction}" if fraction else whole, currency=currency)
    except NotAnAmount:
        raise UnreadableValue(field="amount", value=text[:60], line=line) from None
