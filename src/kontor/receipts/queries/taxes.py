"""The tax codes that a receipt can have: those of purchases, never those of our own sales."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from kontor.ledger.queries.names import dated_tax_codes, is_german
from kontor.ledger.rules.taxes import TaxCode
from kontor.receipts.rules.lines import is_of_purchases


def purchase_tax_choices(
    on: date, *, codes: Sequence[TaxCode] | None = None, held: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return (code, name) of the codes of purchases valid on a day, and of those `held` already; `codes` where known."""
    return [
        (row.code, row.name_de if is_german() else row.name_en)
        for row in (dated_tax_codes() if codes is None else codes)
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
        and (is_of_purchases(row) or row.code in held)
    ]  # fmt: skip
