"""Bank statements as CSV, read by a profile that names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from kontor.banking.formats.amounts import NotAnAmount, unsigned_amount
from kontor.banking.formats.mt940.details import account_of
from kontor.banking.formats.unreadable import EmptyCsv, NoSuchColumn, UnreadableValue
from kontor.banking.rules.remittance import reference_or_none, split_keys, squash
from kontor.banking.rules.statements import Kind, LineStatus, StatementEvent, StatementHead, StatementLine
from kontor.banking.rules.tally import Tally

LINE_MAX = 100_000
_PENDING = re.compile(r"vorgemerkt|pending|offen|umsatz vorgemerkt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """Where a CSV export keeps what; columns count from 0.

    Either `amount` holds signed amounts (credit positive), or `debit` and `credit` hold unsigned ones (a sign
    in `debit` is ignored). `date_format` is that of `datetime.strptime`. `skip_rows` counts the lines up to and
    with the column titles. `account` is the own IBAN if the file names it above the titles.
    """

    name: str
    delimiter: str = ";"
    encoding: str = "utf-8"
    skip_rows: int = 1
    booking_date: int = 0
    value_date: int | None = None
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    currency: int | None = None
    counterparty_name: int | None = None
    counterparty_iban: int | None = None
    counterparty_bic: int | None = None
    texts: tuple[int, ...] = ()
    booking_text: int | None = None
    reference: int | None = None
    end_to_end_id: int | None = None
    mandate_id: int | None = None
    creditor_id: int | None = None
    status: int | None = None
    date_format: str = "%d.%m.%Y"
    decimal: str = ","
    default_currency: str = "EUR"
    account: str | None = None
    own_account: int | None = None


def read_csv(stream: BinaryIO, *, profile: CsvProfile) -> Iterator[StatementEvent]:
    """Yield head, lines in file order, and foot.

    Lines without a date are remarks of the bank (sums, balances) and skipped if they hold no amount either.

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
    tally = Tally()
    for number, row in _with(first, rows):
        line = _line(row, profile, number=number)
        if line is not None:
            tally.add_all([line])
            yield line
    if not tally.count:
        raise EmptyCsv(skipped=profile.skip_rows)
    yield tally.foot(head, balances=())


def preview_csv(content: bytes, *, profile: CsvProfile, rows: int = 10) -> list[list[str]]:
    """Return the first `rows` lines below the titles as cells, without reading them as transactions."""
    found: list[list[str]] = []
    for _number, row in _rows(io.BytesIO(content), profile):
        found.append(row)
        if len(found) == rows:
            break
    return found


def _with(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _rows(stream: BinaryIO, profile: CsvProfile) -> Iterator[tuple[int, list[str]]]:
    # "replace" rather than a refusal: a wrong sign in a name must not keep a statement out.
    encoding = "utf-8-sig" if profile.encoding == "utf-8" else profile.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    reader = csv.reader(_without_nul(text), delimiter=profile.delimiter)
    try:
        for row in reader:
            if reader.line_num > profile.skip_rows and any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableValue(field="CSV", value=str(error), line=reader.line_num) from None
    finally:
        text.detach()


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "")


def _line(row: list[str], profile: CsvProfile, *, number: int) -> StatementLine | None:
    booked = _cell(row, profile.booking_date, line=number)
    if not booked and not _has_amount(row, profile):
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
    return StatementLine(
        booking_date=_day(booked, profile, line=number),
        value_date=_day(value, profile, line=number) if value else None,
        amount=_amount(row, profile, currency=currency, line=number),
        currency=currency,
        status=_status(_cell(row, profile.status, line=number)),
        servicer_reference=reference_or_none(_cell(row, profile.reference, line=number)),
        counterparty_name=squash(_cell(row, profile.counterparty_name, line=number)) or None,
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


def _has_amount(row: list[str], profile: CsvProfile) -> bool:
    columns = (profile.amount, profile.debit, profile.credit)
    return any(row[column].strip() for column in columns if column is not None and column < len(row))


def _cell(row: list[str], column: int | None, *, line: int) -> str:
    if column is None:
        return ""
    if column >= len(row):
        raise NoSuchColumn(line=line, found=len(row), column=column + 1)
    return row[column].strip()


def _status(text: str) -> LineStatus:
    return LineStatus.PENDING if text and _PENDING.search(text) else LineStatus.BOOKED


def _day(text: str, profile: CsvProfile, *, line: int) -> date:
    for pattern in (profile.date_format, profile.date_format.replace("%Y", "%y")):
        try:
            return datetime.strptime(text[:10], pattern).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise UnreadableValue(field="date", value=text[:60], line=line)


def _amount(row: list[str], profile: CsvProfile, *, currency: str, line: int) -> int:
    if profile.amount is not None:
        return _signed(_cell(row, profile.amount, line=line), profile, currency=currency, line=line)
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
