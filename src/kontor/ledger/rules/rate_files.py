"""Reading a file of exchange rates: "date,currency,rate", or the table that the ECB's data portal gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kontor.core.money import decimals_of
from kontor.core.numbers import UnreadableAmount, parse_amount
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.tables_of_text import RowProblem, decoded, read_table

ROWS_MAX = 5_000
RATE_PLACES = 9
RATE_DIGITS = 9
COLUMNS = {
    "date": ("datum", "tag", "day", "time_period"),
    "currency": ("währung", "waehrung", "whg", "wkz"),
    "rate": ("kurs", "obs_value"),
}
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class NoRateDay(Refusal):
    """The cell holds no day."""

    sentence = gettext_noop("“%(text)s” is not a date of the form 2026-03-31 or 31.03.2026.")


class OwnCurrency(Refusal):
    """The base currency has no rate."""

    sentence = gettext_noop("%(currency)s is the currency of these books and needs no rate.")


class NoRate(Refusal):
    """A rate is a number above zero."""

    sentence = gettext_noop("“%(text)s” is not a rate. A rate is a number above zero with at most nine decimals.")


class RateTwice(Refusal):
    """One currency has two rates on one day."""

    sentence = gettext_noop("%(currency)s has a second rate for the same day; the first one stands in line %(line)s.")


@dataclass(frozen=True, slots=True)
class RateRow:
    """What one unit of `currency` is worth in base currency from `day` on."""

    line: int
    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class RateReading:
    """The rates of a file, and everything that is wrong with it."""

    rows: tuple[RateRow, ...]
    problems: tuple[RowProblem, ...]


def read_rates(source: bytes, *, base_currency: str, is_per_base: bool, decimal_mark: str = ",") -> RateReading:
    """Read rates; `is_per_base` means that they say how much one unit of the base currency buys, as the ECB's do.

    Raises:
        NotText, ColumnsNotNamed, NothingToRead, RowsTooMany: the file as a whole.
    """
    table = read_table(
        decoded(source), columns=COLUMNS, needed=tuple(COLUMNS), rows_max=ROWS_MAX, decimal_mark=decimal_mark
    )
    rows: list[RateRow] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[str, date], int] = {}
    for row in table.rows:
        try:
            read = _row(
                row.line, row.cells.get("date", ""), row.cells.get("currency", "").upper(), row.cells.get("rate", ""),
                base=base_currency, is_per_base=is_per_base, decimal_mark=table.decimal_mark,
            )  # fmt: skip
            first = seen.setdefault((read.currency, read.day), row.line)
            if first != row.line:
                raise RateTwice(currency=read.currency, line=first)
        except Refusal as refusal:
            problems.append(RowProblem(row.line, refusal))
        else:
            rows.append(read)
    return RateReading(tuple(rows), tuple(problems))


def rate_of(text: str, *, decimal_mark: str) -> Decimal:
    """Return a typed rate.  Raises: NoRate."""
    try:
        rate = parse_amount(text, decimal_mark=decimal_mark)
    except UnreadableAmount as odd:
        raise NoRate(text=text) from odd
    if rate <= 0 or rate >= 10**RATE_DIGITS or rate != round(rate, RATE_PLACES):
        raise NoRate(text=text)
    return rate


def turned(rate: Decimal) -> Decimal:
    """Return the rate seen from the other currency, with nine decimals.  Raises: NoRate."""
    found = round(1 / rate, RATE_PLACES)
    if not 0 < found < 10**RATE_DIGITS:
        raise NoRate(text=str(rate))
    return found


def day_of(text: str) -> date:
    """Return the day that a cell holds.  Raises: NoRateDay."""
    iso, german = _ISO_DAY.fullmatch(text), _GERMAN_DAY.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
    except ValueError:
        pass
    raise NoRateDay(text=text)


def _row(
    line: int, day: str, currency: str, text: str, *, base: str, is_per_base: bool, decimal_mark: str
) -> RateRow:  # fmt: skip
    decimals_of(currency)
    if currency == base:
        raise OwnCurrency(currency=currency)
    rate = rate_of(text, decimal_mark=decimal_mark)
    return RateRow(line, currency, day_of(day), turned(rate) if is_per_base else rate)
