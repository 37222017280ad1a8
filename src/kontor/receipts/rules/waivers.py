"""When a reimbursement that was waived counts as a donation (BMF letters of 25 Nov 2014 and 24 Aug 2016)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from kontor.core.refusal import Refusal, gettext_noop

MONTHS, MONTHS_OF_REGULAR_WORK = 3, 12


class WaivedTooLate(Refusal):
    """The time to waive was over."""

    sentence = gettext_noop(
        "The refund was waived too late: the last day was %(day)s. It stays without a donation receipt."
    )


class LegalBasisMissing(Refusal):
    """A proof of the legal basis that names none."""

    sentence = gettext_noop("Please name the legal basis: the statute, contract or resolution from before the expense.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """The four proofs that a donation receipt for a waived refund needs (decisions.md 35)."""

    legal_basis: str = ""
    has_unconditional_claim: bool = False
    is_in_time: bool = False
    is_solvent: bool = False

    @property
    def is_complete(self) -> bool:
        """Tell whether all four are there."""
        return bool(self.legal_basis.strip()) and self.has_unconditional_claim and self.is_in_time and self.is_solvent

    @property
    def count(self) -> int:
        """Return how many are there."""
        return sum((bool(self.legal_basis.strip()), self.has_unconditional_claim, self.is_in_time, self.is_solvent))


def last_day_to_waive(claim_on: date, *, is_regular: bool) -> date:
    """Return the last day on which a claim of this day may be waived: three months, one year for regular work."""
    months = claim_on.month - 1 + (MONTHS_OF_REGULAR_WORK if is_regular else MONTHS)
    year, month = claim_on.year + months // 12, months % 12 + 1
    return date(year, month, min(claim_on.day, calendar.monthrange(year, month)[1]))


def checked(proofs: Proofs, *, claim_on: date, waived_on: date, is_regular: bool, last_day_shown: str) -> Proofs:
    """Return the proofs if they can be true.  Raises: WaivedTooLate, LegalBasisMissing."""
    if proofs.is_in_time and waived_on > last_day_to_waive(claim_on, is_regular=is_regular):
        raise WaivedTooLate(day=last_day_shown)
    if (proofs.has_unconditional_claim or proofs.is_solvent or proofs.is_in_time) and not proofs.legal_basis.strip():
        raise LegalBasisMissing
    return proofs
