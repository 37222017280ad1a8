"""Recognise the CSV exports of common banks by the titles of their columns."""

from __future__ import annotations

import csv
import re
from datetime import datetime

from kontor.banking.formats.csvfile import CsvProfile

_HEAD_LINES = 30
_OWN_IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)\b")
_DATE_FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%Y%m%d")

# Titles of Sparkasse (CAMT and MT940 export), VR banks, DKB, ING, comdirect, Commerzbank, Deutsche Bank, N26, GLS,
# HypoVereinsbank, PostFinance, Raiffeisen, Erste, and their English forms; compared in lower case, signs ignored.
_TITLES: dict[str, tuple[str, ...]] = {
    "booking_date": ("buchungstag", "buchungsdatum", "buchung", "datum", "bookingdate", "date", "buchungstagdatum"),
    "value_date": (
        "valutadatum",
        "valuta",
        "wertstellung",
        "wert",
        "valutawertstellung",
        "valuedate",
        "wertstellungstag",
    ),
    "amount": ("betrag", "betrageur", "betragchf", "umsatz", "umsatzineur", "amount", "amounteur", "betragineur"),
    "debit": ("soll", "lastschrift", "lastschriftinchf", "belastung", "debit", "ausgang", "lastschriftineur"),
    "credit": ("haben", "gutschrift", "gutschriftinchf", "credit", "eingang", "gutschriftineur"),
    "currency": ("währung", "waehrung", "currency", "whg"),
    "counterparty_name": (
        "beguenstigterzahlungspflichtiger",
        "begünstigterauftraggeber",
        "auftraggeberbegünstigter",
        "namezahlungsbeteiligter",
        "auftraggeberempfänger",
        "empfängerauftraggeber",
        "auftraggeberempfaenger",
        "zahlungsempfängerin",
        "zahlungsempfängerzahlungspflichtiger",
        "partnername",
        "partnerbezeichnung",
        "payee",
        "name",
        "counterparty",
    ),
    "counterparty_iban": (
        "kontonummeriban",
        "ibanzahlungsbeteiligter",
        "kontonummer",
        "iban",
        "partneriban",
        "accountnumber",
        "gläubigeriban",
        "ibankontonummer",
    ),
    "counterparty_bic": ("bicswiftcode", "biczahlungsbeteiligter", "bic", "blz", "bicblz"),
    "texts": (
        "verwendungszweck",
        "buchungsdetails",
        "paymentreference",
        "buchungstextverwendungszweck",
        "avisierungstext",
        "mitteilung",
        "description",
        "zahlungsreferenz",
        "vwz1",
        "vwz2",
    ),
    "booking_text": ("buchungstext", "umsatzart", "vorgang", "transaktionstyp", "umsatztyp", "bewegungstyp"),
    "reference": ("referenznummer", "bankreferenz", "buchungsreferenz"),
    "end_to_end_id": ("kundenreferenzendtoend", "kundenreferenz", "endtoendreferenz", "endtoendid"),
    "mandate_id": ("mandatsreferenz", "mandatereference", "mandat"),
    "creditor_id": ("gläubigerid", "glaeubigerid", "creditorid"),
    "status": ("info", "status"),
    "own_account": ("auftragskonto", "ibanauftragskonto"),
}


def sniff_csv(content: bytes) -> CsvProfile | None:
    """Return the profile of a CSV export (whole file or its first 64 KB), None if its titles are unknown.

    Asked for are a line of titles with a booking day and an amount (or debit and credit), and a line below it
    whose day can be read.
    """
    text, encoding = _decoded(content[:65_536])
    lines = text.splitlines()[: _HEAD_LINES + 1]
    for number, line in enumerate(lines[:_HEAD_LINES]):
        for delimiter in (";", "\t", ",", "|"):
            titles = [_key(title) for title in next(csv.reader([line], delimiter=delimiter), [])]
            columns = _columns(titles)
            if columns is not None and number + 1 < len(lines):
                return _profile(columns, lines, number=number, delimiter=delimiter, encoding=encoding)
    return None


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        # The cut at 64 KB may fall into a sign; up to three bytes of it are left out.
        return content[: len(content) - _partial(content)].decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def _partial(content: bytes) -> int:
    for size in (1, 2, 3):
        lead = content[-size : len(content) - size + 1 or None][:1]
        if lead >= b"\xc0":
            return size
        if lead < b"\x80":
            return 0
    return 0


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold()).replace("innen", "in")


def _columns(titles: list[str]) -> dict[str, int | tuple[int, ...]] | None:
    columns: dict[str, int | tuple[int, ...]] = {}
    for field, names in _TITLES.items():
        found = [titles.index(name) for name in names if name in titles]
        if found:
            columns[field] = tuple(sorted(found)) if field == "texts" else found[0]
    has_amount = "amount" in columns or {"debit", "credit"} <= columns.keys()
    return columns if "booking_date" in columns and has_amount else None


def _profile(
    columns: dict[str, int | tuple[int, ...]], lines: list[str], *, number: int, delimiter: str, encoding: str
) -> CsvProfile | None:
    if "amount" in columns:
        columns = {name: column for name, column in columns.items() if name not in {"debit", "credit"}}
    rows = [row for row in csv.reader(lines[number + 1 :], delimiter=delimiter) if row]
    booked = columns["booking_date"]
    assert isinstance(booked, int)
    days = [row[booked].strip() for row in rows if booked < len(row) and row[booked].strip()]
    date_format = next((one for one in _DATE_FORMATS if days and all(_fits(day, one) for day in days[:5])), None)
    if date_format is None:
        return None
    own = _OWN_IBAN.search("\n".join(lines[:number]))
    titles = [_key(title) for title in next(csv.reader([lines[number]], delimiter=delimiter))]
    return CsvProfile(
        name=delimiter.join(titles)[:200],
        delimiter=delimiter,
        encoding=encoding,
        skip_rows=number + 1,
        date_format=date_format,
        decimal=_decimal(columns, rows),
        default_currency="CHF" if any("chf" in title for title in titles) else "EUR",
        account=own[1].replace(" ", "") if own else None,
        **columns,  # type: ignore[arg-type]  # the keys are fields of the profile, see _TITLES
    )


def _fits(text: str, date_format: str) -> bool:
    try:
        datetime.strptime(text[:10], date_format)  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return False
    return True


def _decimal(columns: dict[str, int | tuple[int, ...]], rows: list[list[str]]) -> str:
    """Return the decimal sign: the last one of comma and dot that stands before one or two digits."""
    for row in rows:
        for name in ("amount", "credit", "debit"):
            column = columns.get(name)
            if isinstance(column, int) and column < len(row):
                found = re.search(r"([.,])\d{1,2}(?!\d)(?![.,])", row[column])
                if found:
                    return found[1]
    return ","
