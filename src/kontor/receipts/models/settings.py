"""What the finance team sets up: variants, means of payment, routes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class PaymentVariant(models.TextChoices):
    """Who has paid, and what shall happen (OC-37 … OC-41)."""

    PRIVATE = "private"
    ORGANISATION = "organisation"
    TO_PAY = "to_pay"
    DONATION = "donation"
    ADVANCE = "advance"


class SubmissionSettings(TenantModel):
    """How receipts are handed in [Belegeinreichung]; one row, made when first needed.

    `payment_weekday` (0 Monday … 6) is when refunds are usually paid, for the expected date of a receipt.
    """

    variants = ArrayField(models.TextField(choices=PaymentVariant.choices), default=list)
    takes_own_vouchers = models.BooleanField(default=True)
    payment_weekday = models.IntegerField(default=4)
    hint = models.TextField(default="")
    waiver_legal_basis = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="submissionsettings_one"),
            models.CheckConstraint(
                condition=models.Q(payment_weekday__gte=0, payment_weekday__lte=6), name="submissionsettings_weekday"
            ),
        ]


class MeansKind(models.TextChoices):
    """What kind of own means it is."""

    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    PAYPAL = "paypal"
    CASH = "cash"


class PaymentMeans(TenantModel):
    """A means of payment of the organisation [Zahlungsmittel der Organisation] (OC-60).

    `account` is its clearing account, which collects open items until the bank line comes (P-02); `party` stands
    for the means in the sub-ledger. `is_debited_later` tells an expected debit from one that has happened.
    """

    name = models.TextField()
    kind = models.TextField(choices=MeansKind.choices)
    account = TenantKey("ledger.Account")
    party = TenantKey("contacts.Party")
    is_debited_later = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="paymentmeans_name")]


class PayeeInput(models.TextChoices):
    """What a route asks of the submitter (OC-61, column “Eingabe”)."""

    IBAN = "iban"
    EMAIL = "email"
    NONE = "none"


class RefundRoute(TenantModel):
    """A way to give money back [Zahlungsweg für Erstattung]; `money_account` is where it will leave."""

    name = models.TextField()
    input = models.TextField(choices=PayeeInput.choices)
    money_account = TenantKey("banking.MoneyAccount", null=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="refundroute_name")]


class RepaymentRoute(TenantModel):
    """A way in which staff give money back to the organisation [Zahlungsweg für Rückzahlung] (OC-62)."""

    name = models.TextField()
    instruction = models.TextField(default="")
    money_account = TenantKey("banking.MoneyAccount", null=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="repaymentroute_name")]


class StaffParty(TenantModel):
    """Which contact of the books a user is; made when their first receipt is booked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    party = TenantKey("contacts.Party")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "user"], name="staffparty_once")]


class RememberedPayee(TenantModel):
    """Where a submitter had their money sent before; the latest is proposed next time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    input = models.TextField(choices=PayeeInput.choices)
    value = models.TextField()
    holder = models.TextField(default="")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "user", "input", "value"], name="rememberedpayee_once")
        ]
