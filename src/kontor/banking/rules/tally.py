"""The running count and sum of a statement while it is read."""

from __future__ import annotations

from kontor.banking.rules.statements import (
    Balance,
    ClosingBalanceDiffers,
    Kind,
    LineStatus,
    StatementFoot,
    StatementHead,
    StatementLine,
    closing_of,
    opening_of,
)
from kontor.core.money import major_units
from kontor.core.refusal import Refusal


class Tally:
    """Counts the lines of one statement and closes it with a foot."""

    __slots__ = ("_sums", "count", "problems")

    def __init__(self) -> None:
        self.count = 0
        self.problems: list[Refusal] = []
        self._sums: dict[str, int] = {}

    def add_all(self, lines: list[StatementLine]) -> None:
        """Count `lines`; pending and informational ones do not enter the sums."""
        self.count += len(lines)
        sums, booked = self._sums, LineStatus.BOOKED
        for line in lines:
            if line.status is booked:
                sums[line.currency] = sums.get(line.currency, 0) + line.amount

    def foot(
        self,
        head: StatementHead,
        *,
        balances: tuple[Balance, ...],
        opening: Balance | None = None,
        closing: Balance | None = None,
    ) -> StatementFoot:
        """Return the foot, with a problem where opening balance and lines miss the closing balance.

        `opening` and `closing` override what `balances` would give (MT940 tells them apart by field). A page of
        a statement is checked by its own balances; an interim or a notification is never checked, because it
        need not be complete.
        """
        opening, closing = opening or opening_of(balances), closing or closing_of(balances)
        if opening and closing and head.kind is Kind.BOOKED and opening.currency == closing.currency:
            computed = opening.amount + self._sums.get(opening.currency, 0)
            if computed != closing.amount:
                self.problems.append(_differs(head, computed=computed, closing=closing))
        return StatementFoot(
            opening=opening,
            closing=closing,
            balances=balances,
            count=self.count,
            sums=tuple(sorted(self._sums.items())),
            problems=tuple(self.problems),
        )


def _differs(head: StatementHead, *, computed: int, closing: Balance) -> ClosingBalanceDiffers:
    return ClosingBalanceDiffers(
        statement=head.number or head.statement_id or "–",
        computed=str(major_units(computed, closing.currency)),
        stated=str(major_units(closing.amount, closing.currency)),
        currency=closing.currency,
    )
