"""Payment lists and their orders."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class BatchState(models.TextChoices):
    """draft → exported | cancelled; whether it is paid is read from its items."""

    DRAFT = "draft"
    EXPORTED = "exported"
    CANCELLED = "cancelled"


class PaymentBatch(TenantModel):
    """Orders that leave one money account on one day [Zahlungsliste], number `Z-2026-000045`.

    `file` is the file as exported, never written anew: a bank that sees the same MsgId twice refuses the second.
    `is_booked_as_one` asks the bank for one line on the statement instead of one per order. `settled_at` is when it
    was last set paid by hand.
    """

    year = models.IntegerField()
    sequence = models.BigIntegerField()
    money_account = TenantKey("banking.MoneyAccount")
    currency = models.TextField()
    execution_date = models.DateField()
    is_booked_as_one = models.BooleanField(default=False, db_default=False)
    state = models.TextField(choices=BatchState.choices, default=BatchState.DRAFT)
    file = TenantKey("documents.StoredFile", null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField(null=True)
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "year", "sequence"], name="paymentbatch_number"),
            models.CheckConstraint(
                condition=~models.Q(state="exported") | models.Q(file__isnull=False, exported_at__isnull=False),
                name="paymentbatch_exported_has_file",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "state", "-id"], name="paymentbatch_by_state")]


class PaymentOrder(TenantModel):
    """The payment of one open item [Zahlungsauftrag]; amount > 0 in minor units of the list's currency.

    `discount` is what the item's early-payment discount takes off: together with `amount` it was open. `reference`
    is a structured creditor reference (RF… or a Swiss QR reference), else `remittance` is written. An order lives
    until it is removed; `rejected_on` is the day on which the bank was found to have refused it, `returned_on` that
    of the bank line which gave the money back, with the bank's `return_reason` (ISO 20022 code or "").
    Its item is in payment as long as it lives, unless its own payment holds while something else, such as another
    payment that came back, opened the item again: then it is done since `carried_out_on` and lets go of the item.
    """

    batch = TenantKey(PaymentBatch)
    position = models.IntegerField()
    item = TenantKey("openitems.OpenItem")
    payee_name = models.TextField()
    payee_iban = models.TextField()
    payee_bic = models.TextField(default="")
    amount = AmountField()
    discount = AmountField(default=0, db_default=0)
    remittance = models.TextField(default="")
    reference = models.TextField(default="")
    end_to_end_id = models.TextField()
    is_removed = models.BooleanField(default=False)
    rejected_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    return_reason = models.TextField(default="", db_default="")
    carried_out_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "end_to_end_id"], name="paymentorder_end_to_end_id"),
            models.UniqueConstraint(
                fields=["tenant_id", "item"],
                condition=models.Q(is_removed=False, carried_out_on__isnull=True),
                name="paymentorder_item_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="paymentorder_positive"),
            models.CheckConstraint(condition=models.Q(discount__gte=0), name="paymentorder_discount"),
        ]
        indexes = [models.Index(fields=["tenant_id", "batch", "position"], name="paymentorder_of_batch")]

    @property
    def is_paid(self) -> bool:
        """Tell whether nothing is left to pay by it; the item comes with the order."""
        return self.carried_out_on is not None or not self.item.amount_open

    @property
    def is_begun(self) -> bool:
        """Tell whether the item is paid in part only; the item comes with the order."""
        open_now: int = self.item.amount_open
        return not self.is_paid and open_now < self.amount + self.discount
