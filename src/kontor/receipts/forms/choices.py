"""What may be chosen when a receipt is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kontor.projects.models import CostType, Project
from kontor.receipts.models import Advance, PaymentMeans, RefundRoute, RememberedPayee, RepaymentRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What may be chosen, in the order it is shown; `variants` are codes."""

    variants: Sequence[str]
    projects: Sequence[Project]
    cost_types: Sequence[CostType]
    means: Sequence[PaymentMeans] = ()
    refund_routes: Sequence[RefundRoute] = ()
    repayment_routes: Sequence[RepaymentRoute] = ()
    payees: Sequence[RememberedPayee] = ()
    advances: Sequence[Advance] = field(default_factory=tuple)


def one_of(chosen: object, rows: Sequence[Any]) -> int | None:
    """Return the id that was chosen if it is on offer."""
    return next((int(row.id) for row in rows if str(row.id) == str(chosen)), None)
