"""What an entry by hand posts in the open books: taxes by the regime of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kontor.ledger.queries.names import deductible_tax_codes
from kontor.ledger.queries.rates import NoRate, rate_on
from kontor.ledger.queries.regimes import money_numbers, timing_on
from kontor.ledger.rules.manual import TypedLine, manual_posting, undue_kinds
from kontor.ledger.rules.postings import Memo, Posting
from kontor.ledger.rules.stored_lines import typed_lines


def typed_posting(lines: Sequence[TypedLine], *, on: date, base_currency: str, memo: Memo, wish: str = "") -> Posting:
    """Return the posting of typed lines by the VAT regime of day `on`; `wish` is "due", "undue" or "" (by the money).

    Raises:
        TooFewLines, UnbalancedEntry: the lines are no entry.
    """
    timing = timing_on(on)
    undue = frozenset[Any]()
    if timing.is_received and any(line.tax for line in lines):
        undue = undue_kinds(
            output_received=timing.output_received, input_received=timing.input_received,
            moves_money=any(line.account in money_numbers() for line in lines), wish=wish,
        )  # fmt: skip
    return manual_posting(lines, currency=base_currency, memo=memo, undue=undue)


def posting_of_lines(stored: Sequence[Mapping[str, Any]], *, on: date, base_currency: str, memo: Memo) -> Posting:
    """Return the posting of kept lines on the day `on`: taxes and exchange rates of that day.

    Raises:
        UnknownTaxCode, NoRate, TooFewLines, UnbalancedEntry
    """

    def rate_of(currency: str) -> Decimal:
        rate = rate_on(currency, day=on)
        if rate is None:
            raise NoRate(currency=currency, day=on.isoformat())
        return rate

    lines = typed_lines(
        stored, taxes=deductible_tax_codes(on), on=on, base_currency=base_currency, rate_of=rate_of
    )  # fmt: skip
    return typed_posting(lines, on=on, base_currency=base_currency, memo=memo)
