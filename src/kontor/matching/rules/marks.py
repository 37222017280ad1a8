"""Hold an explanation of a transaction with the points for and against it."""

from dataclasses import dataclass, field

from kontor.matching.rules.values import Decision

type Share = tuple[int, int, int, int]
"""Position, cash, discount and difference."""

type Mark = tuple[str, int, str, int, int, int | None, str]
"""The fields of an Evidence, in its order."""

type ShareRow = tuple[int, int, int, int, str]
"""The fields of an ItemShare, in its order."""

type ProposalRow = tuple[int, int, int, int, tuple[ShareRow, ...], tuple[Mark, ...], Decision, int, tuple[str, ...]]
"""The fields of a Proposal for a payment, in its order."""

NOWHERE = ("", 0, 0)
AMOUNT = ("amount", 0, 0)


@dataclass(slots=True)
class Candidate:
    """An explanation: what each item takes, its points with their evidence, and whether it may be posted unattended.

    `is_exact` means that the amount is explained by open amounts and valid discounts alone, `is_ordered` that the
    transaction is a payment order of our own: then it counts neither that its item is in payment nor whose account
    the money went to, since both were our will.
    """

    shares: tuple[Share, ...]
    score: int = 0
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remainder: int = 0
    is_explained: bool = False
    is_exact: bool = False
    is_flagged: bool = False
    is_named: bool = False
    is_ordered: bool = False

    def count(
        self, rule: str, points: int, place: tuple[str, int, int] = NOWHERE, item: int | None = None, detail: str = ""
    ) -> None:
        """Count points with their evidence."""
        self.score += points
        self.marks.append((rule, points, *place, item, detail))
