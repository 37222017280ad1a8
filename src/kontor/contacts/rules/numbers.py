"""Debtor and creditor numbers."""

from __future__ import annotations

import re

from kontor.core.refusal import Refusal, gettext_noop

DEBTOR, CREDITOR = "debtor", "creditor"
# One digit longer than the accounts of the chart, first digit as DATEV has it: 1–6 debtors, 7–9 creditors.
RANGES = {DEBTOR: (10_000, 69_999), CREDITOR: (70_000, 99_999)}
_SHAPE = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,19}")


class WrongNumber(Refusal):
    """The number has a shape that exports and banks do not take."""

    sentence = gettext_noop(
        "“%(number)s” cannot be a debtor or creditor number. It has up to 20 letters, digits, dots, dashes and slashes."
    )


class NumberTaken(Refusal):
    """Another party has the number."""

    sentence = gettext_noop("The number %(number)s belongs to another contact already. Please choose another one.")
    status = 409


class NumbersUsedUp(Refusal):
    """The range is full."""

    sentence = gettext_noop(
        "All numbers from %(first)s to %(last)s are taken. Please enter a number of your own for this contact."
    )


def checked_number(text: str) -> str:
    """Return the number without surrounding blanks.  Raises: WrongNumber."""
    number = text.strip()
    if not _SHAPE.fullmatch(number):
        raise WrongNumber(number=number)
    return number


def next_number(side: str, *, highest: int | None) -> str:
    """Return the number after the `highest` one of the side's range.

    Raises:
        NumbersUsedUp: the range ends here.
    """
    first, last = RANGES[side]
    following = first if highest is None else highest + 1
    if following > last:
        raise NumbersUsedUp(first=first, last=last)
    return str(following)
