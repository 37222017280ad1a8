"""The usual booking of a German bank in one go: field 61 on one line, and field 86 in the usual order behind it.

Two expressions take both fields apart; whatever they do not fit is left to the readers of single fields, which
understand every dialect. Both give the same line, and the tests hold them against each other.
"""

from __future__ import annotations

import re
from operator import itemgetter

from kontor.banking.formats.mt940.booking import SIGNS, days_of
from kontor.banking.rules.remittance import RETURN_GVCS, reference_or_none, return_reason_of, split_keys, squash
from kontor.banking.rules.statements import LineStatus, StatementLine

# What stands for the line feed and tag of a field 86 right behind a field 61.
JOINT = "\n\x1d"
_WIDTH = 27
# Field 86 holds no joint, as the caller makes sure: to look for one sign less makes the expression a third quicker.
_USUAL = re.compile(
    r"(\d{6})(\d{4})?(R?[CD])[A-Z]?(\d{1,15}),(\d\d)[A-Z][A-Z0-9 ]{3}([^/\x1d]{0,16}+)(?://([^\x1d]*+))?\x1d"
    r"(\d{3})(?:\?00([^?]*+))?(?:\?10[^?]*+)?("
    + "".join(rf"(?:\?2{digit}[^?]*+)?" for digit in range(10))
    + r")(?:\?30([^?]*+))?"
    r"(?:\?31([A-Z]{2}\d{2}[A-Z0-9]{11,30}+)?)?(?:\?32([^?]*+))?(?:\?33([^?]*+))?(?:\?34([^?]*+))?",
    re.ASCII,
)
_behind_digit = itemgetter(slice(1, None))
_KEYS = re.compile(r"(?:EREF\+([^+]*))?(?:KREF\+([^+]*))?(?:MREF\+([^+]*))?(?:CRED\+([^+]*))?SVWZ\+([^+]*)", re.DOTALL)


def usual_line(content: str, *, currency: str, status: LineStatus) -> StatementLine | None:
    """Return the line of a field 61 joined to its field 86, None if either is unusual.

    `content` is what stands behind the tag 61; `currency` has two decimals.
    """
    if content.count("\x1d") != 1 or content.find("\n") != content.find(JOINT):
        return None
    found = _USUAL.fullmatch(content.replace("\n", ""))
    if found is None:
        return None
    (
        value, booking, mark, whole, cents, customer, bank, gvc, kind, texts, bic, iban, name, more, supplement,
    ) = found.groups()  # fmt: skip
    lines = tuple(map(_behind_digit, texts.split("?2")[1:]))
    text = squash("".join([line if len(line) >= _WIDTH else line + " " for line in lines]))
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
        elif len(known := split_keys(text)) > 1 or "" not in known:
            return None
    try:
        value_date, booking_date = days_of(value, booking)
    except ValueError:
        return None
    amount = SIGNS[mark] * int(whole + cents)
    if bank:
        bank = reference_or_none(bank)
    # The fields in their order, as `line_from` takes them, without the call.
    return tuple.__new__(StatementLine, (
        booking_date, value_date, amount, currency, status if amount else LineStatus.INFORMATION, bank, bank,
        None if customer == "NONREF" else reference_or_none(customer), 0, 1, None, False,
        (squash(name + more if more else name) or None) if name else None, iban, None, bic or None, None,
        end_to_end, mandate, creditor, own, None, None, text, lines, None, None, None, gvc, None, kind,
        mark[0] == "R", return_reason_of(gvc, supplement=supplement, text=text) if gvc in RETURN_GVCS else None,
        None, None, None, None, (), None,
    ))  # fmt: skip
