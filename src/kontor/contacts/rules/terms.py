"""Payment terms: due days, discount tiers, tolerated differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import floor
from typing import Protocol

from kontor.core.refusal import Refusal, gettext_noop

TIERS_MAX = 3
DAYS_MAX = 730


@dataclass(frozen=True, slots=True)
class DiscountTier:
    """A discount [Skonto] of `percent` when paid within `days` of the document's date."""

    days: int
    percent: Decimal


class Tolerances(Protocol):
    """The limits of a payment term; None does not limit. Fixed limits in minor units, percent of the original gross."""

    @property
    def under_fixed(self) -> int | None: ...
    @property
    def under_percent(self) -> Decimal | None: ...
    @property
    def over_fixed(self) -> int | None: ...
    @property
    def over_percent(self) -> Decimal | None: ...


class WrongTiers(Refusal):
    """The discount tiers contradict each other."""

    sentence = gettext_noop(
        "The discount tiers do not fit: every later tier needs more days and a smaller percentage, "
        "between 0 and 100, and none is longer than the net term."
    )


class TooManyTiers(Refusal):
    """More tiers than a document can show."""

    sentence = gettext_noop("A payment term has at most %(tiers)s discount tiers. Please leave the others out.")


def effective_limits(amount: int, term: Tolerances) -> tuple[int, int]:
    """Return what may be paid too little and too much on an item of `amount` gross, both ≥ 0 (decisions.md 31).

    The smaller of the filled limits counts; with none filled nothing is tolerated.
    """
    under = _smaller(amount, fixed=term.under_fixed, percent=term.under_percent)
    return under, _smaller(amount, fixed=term.over_fixed, percent=term.over_percent)


def _smaller(amount: int, *, fixed: int | None, percent: Decimal | None) -> int:
    limits = [] if fixed is None else [fixed]
    if percent is not None:
        limits.append(floor(abs(amount) * percent / 100))
    return min(limits, default=0)


def due_date(document_date: date, *, net_days: int) -> date:
    """Return the last day to pay in full."""
    return document_date + timedelta(days=net_days)


def discount_on(document_date: date, *, paid_on: date, tiers: Iterable[DiscountTier], grace_days: int = 0) -> Decimal:
    """Return the percentage that a payment on `paid_on` may take, 0 for none; `grace_days` are tolerated on top."""
    elapsed = (paid_on - document_date).days - grace_days
    return max((tier.percent for tier in tiers if elapsed <= tier.days), default=Decimal(0))


def checked_tiers(tiers: Iterable[DiscountTier], *, net_days: int) -> tuple[DiscountTier, ...]:
    """Return the tiers, shortest first.

    Raises:
        TooManyTiers: more than three.
        WrongTiers: a longer tier grants as much as a shorter one, or more days than the net term has.
    """
    ordered = tuple(sorted(tiers, key=lambda tier: tier.days))
    if len(ordered) > TIERS_MAX:
        raise TooManyTiers(tiers=TIERS_MAX)
    if any(not (0 <= tier.days <= net_days and 0 < tier.percent < 100) for tier in ordered):
        raise WrongTiers
    if any(later.days == tier.days or later.percent >= tier.percent for tier, later in pairwise(ordered)):
        raise WrongTiers
    return ordered


def tiers_of(stored: Sequence[Mapping[str, object]]) -> tuple[DiscountTier, ...]:
    """Read tiers as they are stored: `[{"days": 10, "percent": "2.0"}]`.

    Raises:
        WrongTiers: no such shape.
    """
    try:
        return tuple(DiscountTier(int(str(tier["days"])), Decimal(str(tier["percent"]))) for tier in stored)
    except (KeyError, ValueError, InvalidOperation) as odd:
        raise WrongTiers from odd


def stored_tiers(tiers: Iterable[DiscountTier]) -> list[dict[str, object]]:
    """Return tiers as they are stored."""
    return [{"days": tier.days, "percent": str(tier.percent)} for tier in tiers]
