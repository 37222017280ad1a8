"""Contacts as CSV: one row a contact, columns in any order, German or English heads.

| column | German head | meaning |
|---|---|---|
| name | Name, Firma | required |
| debtor_number | Debitor, Kundennummer | empty: no customer |
| creditor_number | Kreditor, Lieferantennummer | empty: no supplier |
| kind | Art | organisation or person (Organisation, Person) |
| contact_person | Ansprechpartner | |
| email | E-Mail | several with commas |
| phone | Telefon | |
| street, building_number, extra | Straße, Hausnummer, Adresszusatz | |
| postcode, town, country | PLZ, Ort, Land | country as ISO 3166 code, default DE |
| iban, bic | IBAN, BIC | the IBAN's check digits must fit |
| vat_number | USt-IdNr. | |
| language | Sprache | de, en, fr, it |
| note | Notiz | |

UTF-8 (or Windows-1252 as Excel writes it), separated by semicolon or comma, at most 20,000 rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kontor.contacts.rules.numbers import checked_number
from kontor.contacts.rules.parties import PartyFacts, PostalAddress, check_party
from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal, gettext_noop

ROWS_MAX = 20_000
FIELD_LENGTH_MAX = 1_000
_HEADS = {
    "name": "name", "firma": "name", "nameoderfirma": "name",
    "debtornumber": "debtor_number", "debitor": "debtor_number", "debitorennummer": "debtor_number", "kundennummer": "debtor_number",
    "creditornumber": "creditor_number", "kreditor": "creditor_number", "kreditorennummer": "creditor_number",
    "lieferantennummer": "creditor_number",
    "kind": "kind", "art": "kind", "contactperson": "contact_person", "ansprechpartner": "contact_person",
    "ansprechperson": "contact_person", "email": "email", "phone": "phone", "telefon": "phone",
    "street": "street", "strasse": "street", "straße": "street", "buildingnumber": "building_number", "hausnummer": "building_number",
    "extra": "extra", "adresszusatz": "extra", "postcode": "postcode", "plz": "postcode", "postleitzahl": "postcode",
    "town": "town", "ort": "town", "stadt": "town", "country": "country", "land": "country", "iban": "iban", "bic": "bic",
    "vatnumber": "vat_number", "ustidnr": "vat_number", "ustid": "vat_number", "language": "language", "sprache": "language",
    "note": "note", "notiz": "note", "bemerkung": "note",
}  # fmt: skip
_KINDS = {
    "": "organisation",
    "organisation": "organisation",
    "firma": "organisation",
    "person": "person",
    "privatperson": "person",
}


class UnreadableFile(Refusal):
    """No table of text."""

    sentence = gettext_noop(
        "This is not a CSV file of contacts: it has no text with a line of column names. Nothing was taken over."
    )


class MissingColumn(Refusal):
    """No column of names."""

    sentence = gettext_noop("The column “%(column)s” is missing. Found columns: %(found)s. Nothing was taken over.")


class TooManyRows(Refusal):
    """More rows than one import takes."""

    sentence = gettext_noop("The file has more than %(rows)s rows. Please split it; nothing was taken over.")


class UnknownKind(Refusal):
    """Neither organisation nor person."""

    sentence = gettext_noop("“%(kind)s” is not a kind of contact. Known are organisation and person.")


class NumberTwice(Refusal):
    """A number stands in two rows."""

    sentence = gettext_noop(
        "The number %(number)s stands in line %(line)s already. Every contact has a number of its own."
    )


class FieldTooLong(Refusal):
    """A cell beyond reason."""

    sentence = gettext_noop("A field of this row is longer than %(longest)s characters.")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One contact of the file."""

    line: int
    facts: PartyFacts
    numbers: tuple[tuple[str, str], ...]
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be taken over, and why."""

    line: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds; with one bad row nothing is taken over."""

    rows: tuple[ReadRow, ...]
    bad: tuple[BadRow, ...]
    unknown_columns: tuple[str, ...]


def read_parties(content: bytes) -> ReadFile:
    """Read all rows; bad ones are named, not skipped.

    Raises:
        UnreadableFile, MissingColumn, TooManyRows
    """
    lines = _lines(content)
    heads = next(lines, [])
    columns = [_HEADS.get(_plain(head), "") for head in heads]
    if not any(head.strip() for head in heads):
        raise UnreadableFile
    if "name" not in columns:
        raise MissingColumn(column="name", found=", ".join(head.strip() for head in heads)[:200])
    rows, bad = _read_rows(lines, columns)
    unknown = tuple(head.strip() for head, column in zip(heads, columns, strict=True) if not column and head.strip())
    return ReadFile(tuple(rows), tuple(bad), unknown)


class _Lines(Protocol):
    """A csv reader, whose class has no public name."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


def _lines(content: bytes) -> _Lines:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UnreadableFile
    first = text.split("\n", 1)[0]
    return csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") >= first.count(",") else ",")


def _plain(head: str) -> str:
    return re.sub(r"[\s._/-]", "", head).lower()


def _read_rows(lines: _Lines, columns: list[str]) -> tuple[list[ReadRow], list[BadRow]]:
    rows: list[ReadRow] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(bad) >= ROWS_MAX:
                raise TooManyRows(rows=ROWS_MAX)
            try:
                rows.append(_row(lines.line_num, dict(zip(columns, cells, strict=False)), seen))
            except Refusal as refusal:
                bad.append(BadRow(lines.line_num, refusal))
    except csv.Error as broken:
        raise UnreadableFile from broken
    return rows, bad


def _row(line: int, cells: dict[str, str], seen: dict[tuple[str, str], int]) -> ReadRow:
    if any(len(cell) > FIELD_LENGTH_MAX for cell in cells.values()):
        raise FieldTooLong(longest=FIELD_LENGTH_MAX)
    value = {name: _unguarded(cell) for name, cell in cells.items() if name}
    facts = _facts(value)
    check_party(facts)
    numbers = tuple(
        (side, checked_number(value[f"{side}_number"]))
        for side in ("debtor", "creditor")
        if value.get(f"{side}_number")
    )
    for key in numbers:
        if key in seen:
            raise NumberTwice(number=key[1], line=seen[key])
    iban = compact_iban(value["iban"]) if value.get("iban") else ""
    seen.update(dict.fromkeys(numbers, line))
    return ReadRow(line, facts, numbers, iban, value.get("bic", ""))


def _unguarded(cell: str) -> str:
    """Take away the apostrophe by which our own exports keep spreadsheets from reading a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") else text


def _facts(value: dict[str, str]) -> PartyFacts:
    kind = value.get("kind", "").lower()
    if kind not in _KINDS:
        raise UnknownKind(kind=value["kind"])
    address = PostalAddress(
        **{name: value.get(name, "") for name in ("street", "building_number", "extra", "postcode", "town")},
        country=value.get("country", "").upper() or "DE",
    )
    return PartyFacts(
        name=value.get("name", ""), kind=_KINDS[kind], email=value.get("email", ""), phone=value.get("phone", ""),
        contact_person=value.get("contact_person", ""), vat_number=value.get("vat_number", ""),
        language=value.get("language", "").lower() or "de", note=value.get("note", ""), address=address,
    )  # fmt: skip
