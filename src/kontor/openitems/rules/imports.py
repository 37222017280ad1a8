"""Reading a CSV file of open items: every bad row is named, and a file with one is refused whole."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

from kontor.contacts.rules.numbers import checked_number
from kontor.contacts.rules.parties import check_name
from kontor.core.iban import compact_iban
from kontor.core.money import minor_units
from kontor.core.numbers import UnreadableAmount, parse_amount
from kontor.core.refusal import Refusal, gettext_noop

COLUMNS = (
    "kind", "party_number", "party_name", "party_iban", "document_number", "reference", "document_date", "due_date",
    "currency", "amount", "discount_percent", "discount_until",
)  # fmt: skip
OPTIONAL_COLUMNS = ("tax_code",)
_NEEDED = ("kind", "party_number", "document_number", "document_date", "amount")
ROWS_MAX = 500_000
FIELD_LENGTH_MAX = 140
_AMOUNT = re.compile(r"[+-]?[0-9][0-9.,'’ ]*")
AMOUNT_LIMIT = 10**15
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_GERMAN_DAY = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)


class NotUtf8(Refusal):
    """Bytes that are no UTF-8."""

    sentence = gettext_noop("The file is not in UTF-8. Please save it as “CSV UTF-8” and try again.")


class ColumnsMissing(Refusal):
    """The head line lacks columns."""

    sentence = gettext_noop("The first line of the file must name the columns. Missing: %(columns)s.")


class UnknownColumns(Refusal):
    """The head line has columns that nobody reads."""

    sentence = gettext_noop("The columns %(columns)s are not known. Known ones: %(known)s.")


class TooManyRows(Refusal):
    """More than one file may hold."""

    sentence = gettext_noop("The file has more than %(rows)s rows. Please divide it into several files.")


class EmptyFile(Refusal):
    """No row below the head line."""

    sentence = gettext_noop("The file holds no open item below its first line.")


class WrongKind(Refusal):
    """Neither receivable nor payable."""

    sentence = gettext_noop("The kind is “%(kind)s”; it must be receivable or payable.")


class CellMissing(Refusal):
    """A needed cell is empty."""

    sentence = gettext_noop("The column %(column)s is empty.")


class CellTooLong(Refusal):
    """A cell longer than any bank or document carries."""

    sentence = gettext_noop("The column %(column)s is longer than %(longest)s characters.")


class WrongDay(Refusal):
    """No date with a year of four digits."""

    sentence = gettext_noop("“%(text)s” in %(column)s is not a date of the form 2026-03-31 or 31.03.2026.")


class WrongDiscount(Refusal):
    """Half a discount, or none at all."""

    sentence = gettext_noop(
        "The discount needs both a percentage between 0 and 100 and a date on or after the document's."
    )


class DueTooEarly(Refusal):
    """Due before the document."""

    sentence = gettext_noop("The due date lies before the document date.")


class ZeroAmount(Refusal):
    """Nothing owed."""

    sentence = gettext_noop("The amount is zero. An open item needs an amount; a negative one is a credit note.")


class AmountTooLarge(Refusal):
    """More than the forms take as well."""

    sentence = gettext_noop("The amount %(amount)s is too large to be kept.")


class RepeatedRow(Refusal):
    """The same identity twice in one file."""

    sentence = gettext_noop("Kind, party number and document number are the same as in row %(row)s.")


class WrongCells(Refusal):
    """A row with more or fewer cells than columns."""

    sentence = gettext_noop("The row has %(cells)s cells, the first line names %(columns)s columns.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A row as read; `line` counts from 2 (the first line names the columns). The amount is in minor units."""

    line: int
    kind: str
    party_number: str
    party_name: str
    party_iban: str
    document_number: str
    reference: str
    document_date: date
    due_date: date | None
    currency: str
    amount: int
    discount_percent: Decimal | None
    discount_until: date | None
    tax_code: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes the item known (decisions.md 15)."""
        return self.kind, self.party_number, self.document_number


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row."""

    line: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file and all its problems."""

    rows: tuple[ImportRow, ...]
    problems: tuple[Problem, ...]


def read_items(source: bytes, *, base_currency: str) -> Reading:
    """Read a file of open items; an empty currency is that of the books.

    Raises:
        NotUtf8, ColumnsMissing, UnknownColumns, EmptyFile, TooManyRows: the file as a whole.
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise NotUtf8 from bad
    head, delimiter = _head(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    next(reader)
    rows, problems = _read_rows(reader, head, decimal_mark="," if delimiter == ";" else ".", base=base_currency)
    if not rows and not problems:
        raise EmptyFile
    return Reading(tuple(rows), tuple(sorted(problems, key=lambda problem: problem.line)))


def _head(text: str) -> tuple[list[str], str]:
    first = text.partition("\n")[0].rstrip("\r")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    head = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    missing = [column for column in COLUMNS if column not in head]
    if missing:
        raise ColumnsMissing(columns=", ".join(missing))
    unknown = [column for column in head if column not in COLUMNS + OPTIONAL_COLUMNS]
    if unknown:
        raise UnknownColumns(columns=", ".join(unknown), known=", ".join(COLUMNS + OPTIONAL_COLUMNS))
    return head, delimiter


def _read_rows(
    reader: Iterator[list[str]], head: list[str], *, decimal_mark: str, base: str
) -> tuple[list[ImportRow], list[Problem]]:
    rows: list[ImportRow] = []
    problems: list[Problem] = []
    first_line: dict[tuple[str, str, str], int] = {}
    for line, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if line > ROWS_MAX + 1:
            raise TooManyRows(rows=ROWS_MAX)
        try:
            row = _row(line, _named(cells, head), decimal_mark=decimal_mark, base=base)
            known = first_line.setdefault(row.identity, line)
            if known != line:
                raise RepeatedRow(row=known)
        except Refusal as refusal:
            problems.append(Problem(line, refusal))
        else:
            rows.append(row)
    return rows, problems


def _named(cells: list[str], head: list[str]) -> dict[str, str]:
    if len(cells) != len(head):
        raise WrongCells(cells=len(cells), columns=len(head))
    named = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    for column in _NEEDED:
        if not named[column]:
            raise CellMissing(column=column)
    for column, cell in named.items():
        if len(cell) > FIELD_LENGTH_MAX:
            raise CellTooLong(column=column, longest=FIELD_LENGTH_MAX)
    return named


def _row(line: int, cells: dict[str, str], *, decimal_mark: str, base: str) -> ImportRow:
    if cells["kind"] not in {"receivable", "payable"}:
        raise WrongKind(kind=cells["kind"])
    if cells["party_name"]:
        check_name(cells["party_name"])
    currency = (cells["currency"] or base).upper()
    amount = minor_units(_amount(cells["amount"], decimal_mark), currency)
    if not amount:
        raise ZeroAmount
    if abs(amount) >= AMOUNT_LIMIT:
        raise AmountTooLarge(amount=cells["amount"])
    document_date = _day(cells, "document_date")
    due_date = _day(cells, "due_date") if cells["due_date"] else None
    if due_date and due_date < document_date:
        raise DueTooEarly
    percent, until = _discount(cells, document_date=document_date, decimal_mark=decimal_mark)
    return ImportRow(
        line=line,
        kind=cells["kind"],
        party_number=checked_number(cells["party_number"]),
        party_name=cells["party_name"],
        party_iban=compact_iban(cells["party_iban"]) if cells["party_iban"] else "",
        document_number=cells["document_number"],
        reference=cells["reference"],
        document_date=document_date,
        due_date=due_date,
        currency=currency,
        amount=amount,
        discount_percent=percent,
        discount_until=until,
        tax_code=cells.get("tax_code", ""),
    )


def _amount(text: str, decimal_mark: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise UnreadableAmount(text=text)
    return parse_amount(text, decimal_mark=decimal_mark)


def _day(cells: dict[str, str], column: str) -> date:
    found = _ISO_DAY.fullmatch(cells[column]) or _GERMAN_DAY.fullmatch(cells[column])
    if not found:
        raise WrongDay(text=cells[column], column=column)
    try:
        return date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError as odd:
        raise WrongDay(text=cells[column], column=column) from odd


def _discount(cells: dict[str, str], *, document_date: date, decimal_mark: str) -> tuple[Decimal | None, date | None]:
    if not cells["discount_percent"] and not cells["discount_until"]:
        return None, None
    try:
        percent = _amount(cells["discount_percent"], decimal_mark) if cells["discount_percent"] else Decimal(0)
    except (Refusal, InvalidOperation) as odd:
        raise WrongDiscount from odd
    if percent == 0:
        return None, None
    if not cells["discount_until"]:
        raise WrongDiscount
    until = _day(cells, "discount_until")
    if not 0 < percent < 100 or until < document_date:
        raise WrongDiscount
    return percent, until
