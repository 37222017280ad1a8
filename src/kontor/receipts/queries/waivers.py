"""Waived reimbursements and how far their proofs are."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.receipts.models import WaivedReimbursement
from kontor.receipts.rules.waivers import Proofs


def waivers_of_year(year: int) -> Sequence[WaivedReimbursement]:
    """Return what was waived in a year, latest first; also what was taken back."""
    rows = WaivedReimbursement.objects.filter(waived_on__year=year).order_by("-waived_on", "-id")
    return list(rows.select_related("document", "document__submitter", "party", "confirmed_by"))


def waiver_years() -> list[int]:
    """Return the years in which something was waived, latest first."""
    return sorted({day.year for day in WaivedReimbursement.objects.dates("waived_on", "year")}, reverse=True)


def proofs_of(row: WaivedReimbursement) -> Proofs:
    """Return the recorded proofs."""
    return Proofs(
        legal_basis=row.legal_basis, has_unconditional_claim=row.has_unconditional_claim, is_in_time=row.is_in_time,
        is_solvent=row.is_solvent,
    )  # fmt: skip


def may_write_donation_receipt(document_id: int) -> bool:
    """Tell whether a donation receipt may be written for a waived refund: all four proofs are there."""
    row = WaivedReimbursement.objects.filter(document_id=document_id, cancelled_on=None).first()
    return row is not None and proofs_of(row).is_complete
