"""Recording what a donation receipt for a waived refund needs (P-04, decisions.md 35)."""

from __future__ import annotations

from datetime import datetime

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.receipts.models import WaivedReimbursement
from kontor.receipts.rules.waivers import Proofs, checked


class NoSuchWaiver(Refusal):
    """No such record here."""

    sentence = gettext_noop("This waived reimbursement does not exist in these books.")
    status = 404


class WaiverCancelled(Refusal):
    """The booking of the receipt was taken back."""

    sentence = gettext_noop(
        "The booking of this receipt was taken back, and the donation with it. There is nothing to prove any more."
    )
    status = 409


@act("receipts.prove_waiver")
def prove_waiver(
    waiver_id: int, proofs: Proofs, *, is_regular: bool, last_day_shown: str, at: datetime, by: Actor
) -> WaivedReimbursement:
    """Record the proofs; complete ones are confirmed by whoever saves them, incomplete ones lose the confirmation.

    Raises:
        NoSuchWaiver, WaiverCancelled, WaivedTooLate, LegalBasisMissing
    """
    waiver = WaivedReimbursement.objects.filter(id=waiver_id).select_for_update().first()
    if waiver is None:
        raise NoSuchWaiver
    if waiver.cancelled_on is not None:
        raise WaiverCancelled
    claim_on = waiver.document.document_date or waiver.waived_on
    checked(proofs, claim_on=claim_on, waived_on=waiver.waived_on, is_regular=is_regular, last_day_shown=last_day_shown)
    waiver.legal_basis = proofs.legal_basis.strip()
    waiver.has_unconditional_claim, waiver.is_in_time = proofs.has_unconditional_claim, proofs.is_in_time
    waiver.is_regular, waiver.is_solvent = is_regular, proofs.is_solvent
    waiver.confirmed_by_id, waiver.confirmed_at = (by.pk, at) if proofs.is_complete else (None, None)
    waiver.save(
        update_fields=[
            "legal_basis", "has_unconditional_claim", "is_in_time", "is_regular", "is_solvent", "confirmed_by",
            "confirmed_at",
        ]
    )  # fmt: skip
    return waiver
