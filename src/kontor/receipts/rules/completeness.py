"""Whether a receipt can be booked as it stands, and where it says something else than its picture."""

from __future__ import annotations

from datetime import date

from kontor.receipts.rules.workflow import TO_PROCESS


def is_complete(
    *, state: str, variant: str, has_means: bool, gross: int | None, parts_gross: int, has_accounts: bool
) -> bool:
    """Tell whether everything is there: an account for each part, and parts that make the whole (minor units)."""
    return (
        state in TO_PROCESS and has_accounts and parts_gross == gross
        and bool(variant) and (variant != "organisation" or has_means)
    )  # fmt: skip


def differing(
    *, read_amount: object, read_date: object, gross: int | None, document_date: date | None
) -> tuple[str, ...]:
    """Return what was typed otherwise than it was read: "amount", "date"; what was not read (None) agrees.

    As stored: the amount in minor units, the day as ISO text.
    """
    pairs = (("amount", read_amount, gross), ("date", read_date, document_date))
    return tuple(name for name, read, typed in pairs if read is not None and str(read) != str(typed))
