"""Whether a receipt can be booked as it stands."""

from __future__ import annotations

from kontor.receipts.rules.workflow import TO_PROCESS


def is_complete(
    *, state: str, variant: str, has_means: bool, gross: int | None, parts_gross: int, has_accounts: bool
) -> bool:
    """Tell whether everything is there: an account for each part, and parts that make the whole (minor units)."""
    return (
        state in TO_PROCESS and has_accounts and parts_gross == gross
        and bool(variant) and (variant != "organisation" or has_means)
    )  # fmt: skip
