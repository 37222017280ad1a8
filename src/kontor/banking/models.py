"""Money accounts, statements and bank transactions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class MoneyAccountKind(models.TextChoices):
    """Where the money lies."""

    BANK = "bank"
    CASH = "cash"
    PAYPAL = "paypal"
    STRIPE = "stripe"
    CARD = "card"


class MoneyAccount(TenantModel):
    """A bank, cash, PayPal or card account with its ledger account [Geldkonto]."""

    code = models.TextField()
    name = models.TextField()
    kind = models.TextField(choices=MoneyAccountKind.choices, default=MoneyAccountKind.BANK)
    iban = models.TextField(default="")
    other_id = models.TextField(default="")
    bank_name = models.TextField(default="")
    currency = models.TextField()
    account = TenantKey("ledger.Account")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="moneyaccount_code"),
            models.UniqueConstraint(
                fields=["tenant_id", "iban", "currency"], condition=~models.Q(iban=""), name="moneyaccount_iban"
            ),
        ]


class ImportState(models.TextChoices):
    """What became of a statement file; a large one waits for the worker."""

    WAITING = "waiting"
    TAKEN = "taken"
    HELD = "held"
    REFUSED = "refused"


class StatementImport(TenantModel):
    """A file that somebody brought [Auszugsdatei]: waiting, taken, held back (with a question) or refused with a reason."""

    file = TenantKey("documents.StoredFile")
    state = models.TextField(choices=ImportState.choices)
    format = models.TextField(default="")
    reason = models.TextField(default="")
    reason_facts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    count_new = models.IntegerField(default=0)
    count_known = models.IntegerField(default=0)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Statement(TenantModel):
    """An account statement [Kontoauszug] as the bank sent it, with its balances."""

    money_account = TenantKey(MoneyAccount)
    source = TenantKey(StatementImport)
    format = models.TextField()
    kind = models.TextField()
    statement_id = models.TextField(default="")
    number = models.TextField(default="")
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    opening = AmountField(null=True)
    closing = AmountField(null=True)
    closing_date = models.DateField(null=True)
    currency = models.TextField()
    count = models.IntegerField(default=0)
    balance_ok = models.BooleanField(null=True)
    problems = models.JSONField(default=list)


class TransactionStatus(models.TextChoices):
    """Booked by the bank or only announced."""

    BOOKED = "booked"
    PENDING = "pending"


class Relevance(models.TextChoices):
    """Whether the transaction concerns the books (VA-05: light blue = not business-relevant)."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"


class BankTransaction(TenantModel):
    """A leaf of a statement [Umsatz]; credit positive. Never changed but for its state in Kontor.

    `identity` is unique per money account (matching.md); `allocated` is the part that allocations use,
    kept by their trigger. A deleted row stays as a tombstone (`is_deleted`) and never comes back.
    """

    money_account = TenantKey(MoneyAccount)
    statement = TenantKey(Statement, null=True)
    identity = models.TextField()
    status = models.TextField(choices=TransactionStatus.choices, default=TransactionStatus.BOOKED)
    booking_date = models.DateField()
    value_date = models.DateField()
    amount = AmountField()
    currency = models.TextField()
    counterparty_name = models.TextField(default="")
    counterparty_iban = models.TextField(default="")
    counterparty_bic = models.TextField(default="")
    remittance = models.TextField(default="")
    bank_reference = models.TextField(default="")
    end_to_end_id = models.TextField(default="")
    mandate_id = models.TextField(default="")
    creditor_id = models.TextField(default="")
    structured_reference = models.TextField(default="")
    structured_type = models.TextField(default="")
    transaction_code = models.TextField(default="")
    gvc = models.TextField(default="")
    booking_text = models.TextField(default="")
    is_reversal = models.BooleanField(default=False)
    return_reason = models.TextField(default="")
    original_amount = AmountField(null=True)
    original_currency = models.TextField(default="")
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    charges = models.JSONField(default=list)
    batch = models.JSONField(null=True)
    position = models.IntegerField(default=0)
    parent = TenantKey("self", null=True)
    has_details_later = models.BooleanField(default=False)
    relevance = models.TextField(choices=Relevance.choices, default=Relevance.RELEVANT)
    allocated = AmountField(default=0)
    is_deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "money_account", "identity"], name="transaction_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, allocated__gte=0, allocated__lte=models.F("amount"))
                | models.Q(amount__lt=0, allocated__lte=0, allocated__gte=models.F("amount")),
                name="transaction_not_over_allocated",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "money_account", "-booking_date", "-id"], name="transaction_latest"),
            models.Index(
                fields=["tenant_id", "booking_date", "id"],
                condition=~models.Q(allocated=models.F("amount")) & models.Q(is_deleted=False),
                name="transaction_unassigned",
            ),
            models.Index(
                fields=["tenant_id", "end_to_end_id"], condition=~models.Q(end_to_end_id=""), name="transaction_e2e"
            ),
        ]


class CsvProfileRow(TenantModel):
    """A saved column profile for CSV statements: files with its `fingerprint` are read by it.

    `money_account` is where files go that do not name their account; without one the office is asked.
    """

    name = models.TextField()
    money_account = TenantKey(MoneyAccount, null=True)
    profile = models.JSONField()
    fingerprint = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="csvprofile_name"),
            models.UniqueConstraint(
                fields=["tenant_id", "fingerprint"], condition=~models.Q(fingerprint=""), name="csvprofile_fingerprint"
            ),
        ]
