"""Money given beforehand, and refunds that were waived."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class Advance(TenantModel):
    """Money that staff got beforehand [Vorschuss]; what is left of it is read from its open item.

    `item` is the receivable on the staff advances account (P-05), None while it is only asked for.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    year = models.IntegerField(null=True)
    sequence = models.BigIntegerField(null=True)
    purpose = models.TextField()
    currency = models.TextField()
    amount = AmountField()
    project = TenantKey("projects.Project", null=True)
    item = TenantKey("openitems.OpenItem", null=True)
    paid_on = models.DateField(null=True)
    is_declined = models.BooleanField(default=False)
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="advance_positive"),
            models.UniqueConstraint(fields=["tenant_id", "year", "sequence"], name="advance_number"),
        ]
        indexes = [models.Index(fields=["tenant_id", "user", "id"], name="advance_of_user")]


class WaivedReimbursement(TenantModel):
    """A refund given as a donation [Aufwandsspende] and the proofs the law asks for (P-04, decisions.md 35).

    While one of the four is missing no donation receipt may be written. `entry` turns the claim into income.
    Where the booking was taken back on `cancelled_on`, the record stays; booked anew, the receipt has another one.
    """

    document = TenantKey("receipts.IncomingDocument")
    party = TenantKey("contacts.Party")
    amount = AmountField()
    waived_on = models.DateField()
    entry = TenantKey("ledger.JournalEntry")
    legal_basis = models.TextField(default="")
    has_unconditional_claim = models.BooleanField(default=False)
    is_in_time = models.BooleanField(default=False)
    is_regular = models.BooleanField(default=False)
    is_solvent = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    cancelled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "document"],
                condition=models.Q(cancelled_on=None),
                name="waivedreimbursement_once",
            )
        ]
