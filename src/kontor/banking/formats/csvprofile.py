"""What the columns of a CSV statement mean: a profile, and how one that was saved is found again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from kontor.banking.formats.unreadable import UnreadableStatement
from kontor.core.refusal import gettext_noop

ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "utf-16", "cp850")
DELIMITERS = (";", ",", "\t", "|")
DATE_FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d")
# Every meaning that a column can have; only texts may be several columns.
ROLES = (
    "booking_date", "value_date", "amount", "debit", "credit", "indicator", "fee", "currency", "counterparty_name",
    "payer", "payee", "counterparty_iban", "counterparty_bic", "texts", "booking_text", "reference", "end_to_end_id",
    "mandate_id", "creditor_id", "status", "impact", "balance", "own_account",
)  # fmt: skip


class ColumnMissing(UnreadableStatement):
    """The mapping lacks what every transaction needs."""

    sentence = gettext_noop(
        "The columns are not complete: a statement needs a booking day, and either an amount or a debit and a "
        "credit. Please choose these columns."
    )


class ColumnTwice(UnreadableStatement):
    """Two columns were given one meaning."""

    sentence = gettext_noop(
        "Column %(first)s and column %(second)s were given the same meaning. Only the text may be several columns; "
        "please change one of them."
    )


class AmountTwice(UnreadableStatement):
    """A signed amount and debit or credit were chosen at once."""

    sentence = gettext_noop(
        "Both a signed amount and a debit or credit were chosen. Please choose either the amount or the other two."
    )


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """Where a CSV export keeps what; columns count from 0.

    Either `amount` holds signed amounts (credit positive), or `debit` and `credit` hold unsigned ones (a sign
    in `debit` is ignored). `indicator` holds S or H (debit or credit) where the amount has no sign. `payer` and
    `payee` are two names of which the one that is not the office counts, by the sign of the amount. A `fee` is
    a transaction of its own beside its gross amount. Lines whose `impact` is a memo move nothing.
    `balance` is the balance behind each line. `date_format` is that of `datetime.strptime`. `skip_rows` counts
    the lines up to and with the column titles. `account` is the own IBAN if the file names it above the titles.
    `titles` are the compact titles that a saved profile is known by; a file without titles is known by the
    `shape` of its first line.
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
    indicator: int | None = None
    fee: int | None = None
    currency: int | None = None
    counterparty_name: int | None = None
    payer: int | None = None
    payee: int | None = None
    counterparty_iban: int | None = None
    counterparty_bic: int | None = None
    texts: tuple[int, ...] = ()
    booking_text: int | None = None
    reference: int | None = None
    end_to_end_id: int | None = None
    mandate_id: int | None = None
    creditor_id: int | None = None
    status: int | None = None
    impact: int | None = None
    balance: int | None = None
    date_format: str = "%d.%m.%Y"
    decimal: str = ","
    default_currency: str = "EUR"
    account: str | None = None
    own_account: int | None = None
    titles: tuple[str, ...] = ()
    shape: str = ""

    @property
    def roles(self) -> dict[int, str]:
        """Return the meaning of each column that has one."""
        found = dict.fromkeys(self.texts, "texts")
        for role in ROLES:
            column = getattr(self, role)
            if isinstance(column, int) and not (role == "booking_date" and column < 0):
                found.setdefault(column, role)
        return found

    @property
    def fingerprint(self) -> str:
        """Return what the next file of this layout is recognised by."""
        return (
            f"{self.delimiter}{self.delimiter.join(self.titles)}" if self.titles else f"{self.delimiter}#{self.shape}"
        )


def profile_of(roles: Sequence[str], **settings: Any) -> CsvProfile:
    """Return the profile of one role per column ("" for none) and the other fields by name.

    Raises:
        ColumnMissing, ColumnTwice, AmountTwice: the roles make no statement.
    """
    columns: dict[str, int | tuple[int, ...]] = {}
    for index, role in enumerate(roles):
        if role == "texts":
            before = columns.get("texts", ())
            columns["texts"] = (*(before if isinstance(before, tuple) else ()), index)
        elif role in columns:
            raise ColumnTwice(first=int(str(columns[role])) + 1, second=index + 1)
        elif role in ROLES:
            columns[role] = index
    if "booking_date" not in columns or not (columns.keys() & {"amount", "debit", "credit"}):
        raise ColumnMissing
    if "amount" in columns and columns.keys() & {"debit", "credit"}:
        raise AmountTwice
    return CsvProfile(**settings, **columns)  # type: ignore[arg-type]  # the keys are its fields, see ROLES


def facts_of(profile: CsvProfile) -> dict[str, Any]:
    """Return a profile as JSON can hold it."""
    return asdict(profile)


def profile_from(facts: Mapping[str, Any]) -> CsvProfile:
    """Return the profile that was stored; fields of other versions are left out."""
    known = {one.name for one in fields(CsvProfile)}
    kept = {name: value for name, value in facts.items() if name in known}
    return CsvProfile(**{**kept, "texts": tuple(kept.get("texts", ())), "titles": tuple(kept.get("titles", ()))})


def compact_title(title: str) -> str:
    """Return a column's title as titles are compared: letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", title.casefold()).replace("innen", "in")


def shape_of(row: Sequence[str]) -> str:
    """Return one letter per cell: d for a day, n for a figure, t for anything else."""
    return "".join("d" if looks_like_day(cell) else "n" if looks_like_amount(cell) else "t" for cell in row)


_DAY = re.compile(
    r"\s*(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d{6})(?:[T ].*)?\s*"
)
_AMOUNT = re.compile(r"\s*[-+−]?\s*\d[\d.,'’ \u00a0\u202f]*[.,]\d{1,2}\s*(?:[-+SHCD]|EUR|CHF|USD|GBP|€)?\s*")
_FIGURE = re.compile(r"\s*[-+−]?\d{1,15}\s*")


def looks_like_day(cell: str) -> bool:
    """Tell whether a cell is written like a day."""
    return len(cell) < 40 and _DAY.fullmatch(cell) is not None


def looks_like_amount(cell: str) -> bool:
    """Tell whether a cell is written like an amount with cents."""
    return len(cell) < 40 and _AMOUNT.fullmatch(cell) is not None and not looks_like_day(cell)


def looks_like_figure(cell: str) -> bool:
    """Tell whether a cell is an amount, with cents or without."""
    return looks_like_amount(cell) or (len(cell) < 40 and _FIGURE.fullmatch(cell) is not None)
