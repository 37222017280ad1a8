"""The usual bookings of German banks, all of a text at once: field 61 on one line, field 86 in the usual order behind.

One expression takes both fields of every booking apart; whatever does not fit it is left to the readers of single
fields, which understand every dialect. Both give the same lines, and the tests hold them against each other.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from itertools import islice

from kontor.banking.formats.mt940.booking import SIGNS, days_of
from kontor.banking.rules.remittance import RETURN_GVCS, reference_or_none, return_reason_of, split_keys, squash
from kontor.banking.rules.statements import LineStatus, StatementLine

BOOKING = "\n:61:"
# The parts of a booking as written, in the order of the expression and empty where absent; the last is the tag of
# the field of the statement behind it. All are empty where the booking is not usual.
type Parts = tuple[str, ...]
_NOT_USUAL: Parts = ("",) * 14
_WIDTH = 27


def _maybe(expression: str) -> str:
    # Matched in two thirds of the time that "(…)?" takes.
    return f"(?:{expression}|)"


# A field 61 of several lines, or one without a field 86 behind it.
_UNUSUAL_61 = re.compile(r"\n:61:(?=[^\n]*+\n(?!:86:))")
# In the text as it is prepared below, "?" ends every part: to look for one sign only makes the expression quick.
_USUAL = re.compile(
    r"\?\x0061:(?:"
    rf"([0-9]{{6}}{_maybe('[0-9]{4}')}R?[CD])[A-Z]?([0-9]{{1,15}}),([0-9][0-9])[A-Z][A-Z0-9 ]{{3}}"
    rf"([^/?]{{0,16}}+){_maybe('//([^?]*+)')}"
    rf"\?\x0086:([0-9]{{3}}){_maybe(r'\?00([^?]++)')}{_maybe(r'\?10[^?]*+')}"
    rf"({''.join(_maybe(rf'\?2{digit}[^?]*+') for digit in range(10))})"
    rf"{_maybe(r'\?30([^?]*+)')}{_maybe(r'\?31' + _maybe('([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}+)'))}"
    rf"{_maybe(r'\?32([^?]*+)')}{_maybe(r'\?33([^?]*+)')}{_maybe(r'\?34([^?]++)')}"
    r"(?<!\s)(?=\?\x0061:|\Z|\?\0(2[01]|25P?|28C?|6[02][FM]?|6[45]):)|)"
)
# The line that ends a statement, as the reader of single fields has it; and a line that would become a tag together
# with the one below it.
_NO_TEXT = re.compile(r"\n(?=-(?:\}[^\n]*|XXX)?[ ]*(?:\n|\Z)|:[^\n:]{0,3}\n)")
_KEYS = re.compile(r"(?:EREF\+([^+]*))?(?:KREF\+([^+]*))?(?:MREF\+([^+]*))?(?:CRED\+([^+]*))?SVWZ\+([^+]*)", re.DOTALL)
_pieces = re.compile(r"\?2[0-9]([^?]*+)").findall


def usual_bookings(text: str) -> list[Parts]:
    """Return the parts of each booking in a text of whole fields; the first stand for all that is before them.

    The text holds no NUL, by which its fields are told apart here.
    """
    text = _NO_TEXT.sub("?\0", _UNUSUAL_61.sub(f"{BOOKING}?", text))
    return [_NOT_USUAL, *_USUAL.findall(text.replace("\n:", "?\0").replace("\n", ""))]


def usual_lines(bookings: list[Parts], start: int, *, currency: str, status: LineStatus) -> list[StatementLine]:
    """Return the lines of the usual bookings in a row from `start` on, at most up to a field of the statement.

    `currency` has two decimals.
    """
    lines: list[StatementLine] = []
    for (
        dated, whole, cents, customer, bank, gvc, kind, texts, bic, iban, name, more, supplement, tag,
    ) in islice(bookings, start, None):  # fmt: skip
        known = _days_and_sign(dated) if dated else None
        if known is None:
            break
        booking_date, value_date, sign, is_reversal = known
        amount = sign * int(whole + cents)
        pieces = tuple(_pieces(texts))
        text = squash("".join([piece if len(piece) >= _WIDTH else piece + " " for piece in pieces]))
        end_to_end = own = mandate = creditor = None
        if "+" in text:
            parts = text.split("+")
            if len(parts) == 3 and parts[0] == "EREF" and parts[1][-4:] == "SVWZ":
                end_to_end, text = reference_or_none(parts[1][:-4]), parts[2].strip()
            elif len(parts) == 2 and parts[0] == "SVWZ":
                text = parts[1].strip()
            elif (keys := _KEYS.fullmatch(text)) is not None:
                end_to_end, own, mandate, creditor, text = keys.groups()
                end_to_end, own, mandate, creditor = map(reference_or_none, (end_to_end, own, mandate, creditor))
                text = text.strip()
            elif len(by_key := split_keys(text)) > 1 or "" not in by_key:
                break
        reference = reference_or_none(bank) if bank else None
        # The fields in their order, as `line_from` takes them, without the call.
        lines.append(tuple.__new__(StatementLine, (
            booking_date, value_date, amount, currency, status if amount else LineStatus.INFORMATION, reference,
            reference, None if customer == "NONREF" else reference_or_none(customer), 0, 1, None, False,
            (squash(name + more if more else name) or None) if name else None, iban or None, None, bic or None, None,
            end_to_end, mandate, creditor, own, None, None, text, pieces, None, None, None, gvc, None, kind or None,
            is_reversal,
            return_reason_of(gvc, supplement=supplement or None, text=text) if gvc in RETURN_GVCS else None,
            None, None, None, None, (), None,
        )))  # fmt: skip
        if tag:
            break
    return lines


@lru_cache(maxsize=1024)
def _days_and_sign(dated: str) -> tuple[date, date, int, bool] | None:
    """Return booking day, value day, sign and whether it takes back of "2601010101RC"; None if there is no such day."""
    days = dated.rstrip("RCD")
    mark = dated[len(days) :]
    try:
        value_date, booking_date = days_of(days[:6], days[6:] or None)
    except ValueError:
        return None
    return booking_date, value_date, SIGNS[mark], mark[0] == "R"
