"""Setting receipts off against an advance (OC-41, P-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kontor.core.refusal import Refusal, gettext_noop


class AdvanceOfOther(Refusal):
    """The advance was given to somebody else."""

    sentence = gettext_noop("This advance was given to somebody else. Please choose one of your own.")


class AdvanceCurrencyDiffers(Refusal):
    """Receipt and advance have different currencies."""

    sentence = gettext_noop(
        "The advance is in %(advance)s, the receipt in %(receipt)s. Please hand it in as paid privately."
    )


class AdvanceNotPaid(Refusal):
    """Nothing has been paid out."""

    sentence = gettext_noop("This advance has not been paid out yet. Nothing can be set off against it.")
    status = 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a receipt on an advance; `amount` ≥ 0 in minor units."""

    kind: Literal["repay", "refund", "nothing", "open"]
    amount: int


def outcome(outstanding: int, *, gross: int, more_follow: bool = False) -> Outcome:
    """Return what the receipt leaves of an advance of which `outstanding` was left before it.

    A rest is repaid, or stays open while more receipts follow; what goes beyond the advance is refunded.
    """
    rest = outstanding - gross
    if rest < 0:
        return Outcome("refund", -rest)
    if rest == 0:
        return Outcome("nothing", 0)
    return Outcome("open" if more_follow else "repay", rest)


def outstanding(amount_open: int, *, waiting: Sequence[int]) -> int:
    """Return what is left of an advance when the receipts on their way (gross, not booked yet) are counted, at least 0."""
    return max(amount_open - sum(waiting), 0)


def advance_number(year: int | None, sequence: int | None) -> str:
    """Return the number as shown: `V-2026-000007`, "" before it is paid out."""
    return "" if year is None or sequence is None else f"V-{year}-{sequence:06d}"
