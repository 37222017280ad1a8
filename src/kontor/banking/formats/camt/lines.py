"""Statement lines from the fields of one camt entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kontor.banking.formats.amounts import NotAnAmount, amount_or_none, iso_day, unsigned_amount
from kontor.banking.formats.camt.fields import DetailFields, EntryFields, Pairs
from kontor.banking.formats.camt.parties import counterparty_of
from kontor.banking.formats.camt.remittance import remittance_of
from kontor.banking.rules.remittance import RETURN_GVCS, gvc_of, reference_or_none, return_reason_of
from kontor.banking.rules.statements import Batch, Charge, Kind, LineStatus, StatementLine, line_from
from kontor.core.money import major_units
from kontor.core.refusal import Refusal, gettext_noop

_STATUS = {
    "BOOK": LineStatus.BOOKED,
    "PDNG": LineStatus.PENDING,
    "FUTR": LineStatus.PENDING,
    "INFO": LineStatus.INFORMATION,
}
# A report within the day without status is not yet final; a statement or notification tells what was booked.
_STATUS_ABSENT = {
    Kind.BOOKED: LineStatus.BOOKED,
    Kind.INTERIM: LineStatus.PENDING,
    Kind.NOTIFICATION: LineStatus.BOOKED,
}
_NO_DETAIL = DetailFields()
_SIGNS = {"CRDT": 1, "DBIT": -1}


class FieldFault(Exception):
    """A field of an entry is missing (`text` None) or unreadable; the reader adds the line."""

    def __init__(self, name: str, text: str | None) -> None:
        self.name = name
        self.text = text
        super().__init__(name, text)


class DetailsDiffer(Refusal):
    """The transactions of a collective booking do not add up to it."""

    sentence = gettext_noop(
        "The %(number)s transactions of the collective booking %(reference)s over %(amount)s %(currency)s do not "
        "add up to it. It was read as one line; please split it by hand."
    )


@dataclass(slots=True)
class Setting:
    """What the statement around an entry says; `fallback_date` is used where an entry has no date at all."""

    kind: Kind
    account_iban: str | None
    currency: str | None
    fallback_date: date | None
    problems: list[Refusal] = field(default_factory=list)


def lines_of(entry: EntryFields, details: Sequence[DetailFields], *, setting: Setting) -> list[StatementLine]:
    """Return the leaves of one entry; they add up to its amount.

    Details that do not add up to the entry, or of which one has no amount in the entry's currency, cannot be
    booked one by one: the entry then is one line and `setting.problems` says so.

    Raises:
        FieldFault: a field that must be right is not.
        UnknownCurrency: a currency of more than two decimals.
    """
    currency = entry.currency or setting.currency
    if not currency:
        raise FieldFault("Ntry/Amt@Ccy", None)
    amount = _signed(entry.amount, entry.direction, currency=currency)
    if len(details) < 2:
        return [_line(entry, details[0] if details else _NO_DETAIL, amount, currency, 0, len(details), setting)]
    amounts = _split(amount, details, currency=currency)
    if amounts is None:
        setting.problems.append(_differ(entry, details, amount, currency))
        return [_line(entry, _NO_DETAIL, amount, currency, 0, 1, setting)]
    return [
        _line(entry, detail, amounts[index], currency, index, len(details), setting)
        for index, detail in enumerate(details)
    ]


def _signed(text: str | None, direction: str | None, *, currency: str) -> int:
    if not text:
        raise FieldFault("Ntry/Amt", text)
    sign = _SIGNS.get(direction or "")
    if sign is None:
        raise FieldFault("Ntry/CdtDbtInd", direction)
    try:
        return sign * unsigned_amount(text, currency=currency)
    except NotAnAmount:
        raise FieldFault("Ntry/Amt", text) from None


def _split(total: int, details: Sequence[DetailFields], *, currency: str) -> list[int] | None:
    """Return the signed amounts of the details if they add up to `total`, else None.

    A detail has its own direction from version 03 on; older files, and banks that fill it wrongly, mean that
    of the entry.
    """
    sizes = [_size(detail, currency=currency) for detail in details]
    found = [size for size in sizes if size is not None]
    if len(found) < len(sizes):
        return None
    sign = -1 if total < 0 else 1
    own = [size * _SIGNS.get(detail.direction or "", sign) for size, detail in zip(found, details, strict=True)]
    if sum(own) == total:
        return own
    as_entry = [size * sign for size in found]
    return as_entry if sum(as_entry) == total else None


def _size(detail: DetailFields, *, currency: str) -> int | None:
    for text, unit in (
        (detail.amount, detail.currency),
        (detail.transacted, detail.transacted_currency),
        (detail.countered, detail.countered_currency),
        (detail.instructed, detail.instructed_currency),
    ):
        if text and unit == currency:
            return amount_or_none(text, currency=currency)
    return None


def _differ(entry: EntryFields, details: Sequence[DetailFields], amount: int, currency: str) -> DetailsDiffer:
    return DetailsDiffer(
        number=len(details),
        reference=entry.servicer_reference or entry.reference or "–",
        amount=str(major_units(amount, currency)),
        currency=currency,
    )


def _line(  # one call per line in the hot path; the arguments are the line's parts
    entry: EntryFields,
    detail: DetailFields,
    amount: int,
    currency: str,
    index: int,
    count: int,
    setting: Setting,
) -> StatementLine:
    is_reversal = entry.reversal is not None and entry.reversal in {"true", "1"}
    is_return = is_reversal or detail.return_reason is not None or detail.return_text is not None
    party = counterparty_of(detail, is_credit=amount >= 0, is_return=is_return, own=setting.account_iban)
    text = remittance_of(detail.remittance) if detail.remittance else _NO_TEXT
    gvc = _gvc(detail.proprietary or entry.proprietary)
    original, original_currency, rate = _NO_ORIGINAL
    if detail.instructed or detail.countered or entry.instructed or detail.rate or entry.rate or detail.transacted:
        original, original_currency, rate = _original(entry, detail, currency=currency)
    booked = _day(entry.booked, "Ntry/BookgDt") if entry.booked else None
    value = _day(entry.value, "Ntry/ValDt") if entry.value else None
    entry_reference = _reference(entry.servicer_reference) if entry.servicer_reference else None
    reference = _reference(detail.servicer_reference) if detail.servicer_reference else None
    charges = detail.charges or (() if index else entry.charges)
    return line_from(
        booked or value or _fallback(setting),
        value,
        amount,
        currency,
        _status(entry.status, setting.kind) if amount else LineStatus.INFORMATION,
        reference or entry_reference,
        entry_reference,
        _reference(entry.reference) if entry.reference else None,
        index,
        count or 1,
        _batch(entry, detail, currency=currency) if _quotes_batch(entry) else None,
        count == 0 and _has_pending_details(entry, setting.kind),
        party.name,
        party.iban,
        party.account_other,
        party.bic,
        party.ultimate or text.ultimate,
        _reference(detail.end_to_end) or text.end_to_end if detail.end_to_end else text.end_to_end,
        _reference(detail.mandate) or text.mandate if detail.mandate else text.mandate,
        detail.creditor_id or text.creditor_id,
        _reference(detail.instruction) if detail.instruction else None,
        _reference(detail.transaction) if detail.transaction else None,
        _reference(detail.payment_information) if detail.payment_information else None,
        text.text,
        text.lines,
        text.reference,
        text.reference_type,
        _code(detail.domain, detail.family, detail.sub_family, detail.proprietary)
        or _code(entry.domain, entry.family, entry.sub_family, entry.proprietary),
        gvc,
        detail.purpose,
        entry.booking_text,
        is_reversal,
        detail.return_reason
        or (return_reason_of(gvc, supplement=None, text=text.text) if gvc in RETURN_GVCS else None),
        detail.return_text,
        original,
        original_currency,
        rate,
        _charges(charges) if charges else (),
        detail.additional,
    )


_NO_ORIGINAL: tuple[int | None, str | None, Decimal | None] = (None, None, None)
_NO_TEXT = remittance_of(())
_gvc = lru_cache(maxsize=1024)(gvc_of)
_reference = reference_or_none


@lru_cache(maxsize=4096)
def _code(domain: str | None, family: str | None, sub_family: str | None, proprietary: str | None) -> str | None:
    if domain:
        return "/".join(part for part in (domain, family, sub_family) if part)
    return proprietary


def _day(text: str, name: str) -> date:
    try:
        return iso_day(text)
    except ValueError:
        raise FieldFault(name, text) from None


def _fallback(setting: Setting) -> date:
    if setting.fallback_date is None:
        raise FieldFault("Ntry/BookgDt", None)
    return setting.fallback_date


def _status(text: str | None, kind: Kind) -> LineStatus:
    if text is None:
        return _STATUS_ABSENT[kind]
    found = _STATUS.get(text)
    if found is None:
        raise FieldFault("Ntry/Sts", text)
    return found


def _quotes_batch(entry: EntryFields) -> bool:
    return (entry.batch_number or entry.batch_payment or entry.batch_message) is not None


def _batch(entry: EntryFields, detail: DetailFields, *, currency: str) -> Batch:
    number = entry.batch_number
    return Batch(
        message_id=_reference(entry.batch_message) or _reference(detail.message),
        payment_information_id=_reference(entry.batch_payment) or _reference(detail.payment_information),
        number=int(number) if number and number.isascii() and number.isdigit() and len(number) < 10 else None,
        sum=amount_or_none(entry.batch_sum, currency=entry.batch_currency or currency),
        is_batch_booking=number != "1",
    )


def _has_pending_details(entry: EntryFields, kind: Kind) -> bool:
    if kind is not Kind.BOOKED:
        return False
    is_announced = entry.details_in is not None and entry.details_in.startswith("camt.054")
    return is_announced or (_quotes_batch(entry) and entry.batch_number != "1")


def _original(
    entry: EntryFields, detail: DetailFields, *, currency: str
) -> tuple[int | None, str | None, Decimal | None]:
    for text, unit in (
        (detail.instructed, detail.instructed_currency),
        (detail.transacted, detail.transacted_currency),
        (detail.countered, detail.countered_currency),
        (entry.instructed, entry.instructed_currency),
    ):
        if text and unit and unit != currency:
            return amount_or_none(text, currency=unit), unit, _rate(detail.rate or entry.rate)
    return None, None, _rate(detail.rate or entry.rate)


def _rate(text: str | None) -> Decimal | None:
    if not text or len(text) > 20 or not text.isascii() or not text.replace(".", "", 1).isdigit():
        return None
    return Decimal(text)


def _charges(pairs: Pairs) -> tuple[Charge, ...]:
    """Return the charge records; a bare total counts only where no record stands (version 02 has it direct)."""
    records: list[dict[str, str]] = []
    for path, text in pairs:
        name = path.rpartition("/")[2]
        if name == "Amt@Ccy":
            records.append({name: text})
        elif records and "TtlChrgs" not in path:
            records[-1].setdefault(name, text)
    charges = [_charge(record) for record in records]
    return tuple(charge for charge in charges if charge is not None)


def _charge(record: dict[str, str]) -> Charge | None:
    currency = record["Amt@Ccy"]
    size = amount_or_none(record.get("Amt"), currency=currency)
    if not size:
        return None
    sign = -1 if record.get("CdtDbtInd") == "CRDT" else 1
    return Charge(sign * size, currency, record.get("ChrgInclInd") in {"true", "1"}, record.get("Br"))
