"""The line of a statement, from a booking and its details in whatever dialect."""

from __future__ import annotations

from kontor.banking.formats.amounts import NotAnAmount, unsigned_amount
from kontor.banking.formats.mt940.booking import Booking
from kontor.banking.formats.mt940.details import Details, account_of
from kontor.banking.formats.unreadable import UnreadableValue
from kontor.banking.rules.references import compact_reference, type_of
from kontor.banking.rules.remittance import RETURN_GVCS, reference_or_none, return_reason_of, squash
from kontor.banking.rules.statements import LineStatus, StatementLine, line_from


def line_of(booking: Booking, details: Details, *, currency: str, status: LineStatus, number: int) -> StatementLine:
    """Return the line of field 61 and its details; `number` is the field's line in the file.

    Raises:
        UnreadableValue: the amount cannot be read.
    """
    value_date, booking_date, sign, is_reversal, written, customer, bank, extra = booking
    try:
        amount = sign * unsigned_amount(written, currency=currency)
    except NotAnAmount:
        raise UnreadableValue(field=":61:", value=written, line=number) from None
    (
        text, lines, gvc, booking_text, _, name, iban, other, bic, ultimate, end_to_end, mandate, creditor_id,
        purpose, quoted, return_reason, instruction,
    ) = details  # fmt: skip
    reference = reference_or_none(bank) if bank else None
    structured = compact_reference(quoted) if quoted else None
    if extra and not iban:
        iban = account_of(extra.strip())[0]
    if name is None and len(customer) > 16:
        # Rabobank puts the counterparty's name behind the 16 characters of the reference.
        name = squash(customer[16:]) or None
    return line_from(
        booking_date,
        value_date,
        amount,
        currency,
        status if amount else LineStatus.INFORMATION,
        reference,
        reference,
        None if customer == "NONREF" else reference_or_none(customer[:16]),
        0,
        1,
        None,
        False,
        name,
        iban,
        other,
        bic,
        ultimate,
        end_to_end,
        mandate,
        creditor_id,
        instruction,
        None,
        None,
        text,
        lines,
        structured,
        type_of(structured, named=None) if structured else None,
        None,
        gvc,
        purpose,
        booking_text,
        is_reversal,
        return_reason or (_return_reason(details) if gvc in RETURN_GVCS else None),
        None,
        None,
        None,
        None,
        (),
        squash(extra) or None if extra else None,
    )


def _return_reason(details: Details) -> str | None:
    return return_reason_of(details.gvc, supplement=details.supplement, text=details.text)
