"""Open items and their allocations."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class ItemKind(models.TextChoices):
    """Which sub-ledger the item belongs to."""

    RECEIVABLE = "receivable"
    PAYABLE = "payable"


class ItemSide(models.TextChoices):
    """Debit: the party owes us (receivable) or has credit with us (payable); decisions.md 5."""

    DEBIT = "debit"
    CREDIT = "credit"


class OpenItem(TenantModel):
    """A receivable, payable or credit that waits for money [offener Posten]; amounts > 0.

    It comes from exactly one journal line on a control account. `amount_open` and `base_open` are kept
    by the trigger on allocations. `tax_split` lists the `ledger.rules.shares.TaxShare`s of the whole original
    amount and never changes; `undue_moved` is the tax of each share that allocations have moved away from
    *not yet due*, kept by the same trigger, so that undo is exact to the cent. `discounts` are tiers
    `{"until": day, "grace_until": day, "amount": minor units, "percent": "2"}`; the limits are those that
    the payment term gave this amount. `keys` are the matching engine's precomputed search keys.
    """

    kind = models.TextField(choices=ItemKind.choices)
    side = models.TextField(choices=ItemSide.choices)
    party = TenantKey("contacts.Party")
    document_number = models.TextField()
    references = ArrayField(models.TextField(), default=list)
    text = models.TextField(default="")
    document_date = models.DateField()
    due_date = models.DateField()
    currency = models.TextField()
    amount = AmountField()
    amount_base = AmountField()
    amount_open = AmountField()
    base_open = AmountField()
    discounts = models.JSONField(default=list)
    under_limit = AmountField(default=0)
    over_limit = AmountField(default=0)
    differences = AmountField(default=0)
    tax_split = models.JSONField(default=list)
    undue_moved = ArrayField(AmountField(), default=list)
    journal_line = TenantKey("ledger.JournalLine")
    project = TenantKey("projects.Project", null=True)
    dunning_block = models.BooleanField(default=False)
    is_blocked = models.BooleanField(default=False)
    is_in_payment = models.BooleanField(default=False)
    is_returned = models.BooleanField(default=False)
    keys = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "journal_line"], name="openitem_one_line"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="openitem_positive"),
            models.CheckConstraint(
                condition=models.Q(amount_open__gte=0, amount_open__lte=models.F("amount")), name="openitem_open_within"
            ),
            models.CheckConstraint(
                condition=models.Q(base_open__gte=0, base_open__lte=models.F("amount_base")),
                name="openitem_base_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "kind", "due_date", "id"],
                condition=models.Q(amount_open__gt=0),
                name="openitem_due",
            ),
            models.Index(fields=["tenant_id", "party", "due_date", "id"], name="openitem_party_due"),
            models.Index(
                fields=["tenant_id", "amount_open"], condition=models.Q(amount_open__gt=0), name="openitem_amount"
            ),
            models.Index(fields=["tenant_id", "document_number"], name="openitem_number"),
        ]


class AllocationKind(models.TextChoices):
    """What settles or uses up."""

    PAYMENT = "payment"
    ACCOUNT = "account"
    SETOFF = "setoff"
    WRITE_OFF = "write_off"


class Allocation(TenantModel):
    """That money (or a set-off) settles an item or goes to an account [Zuordnung]; never updated.

    `amount` is what leaves the item (cash, discount and difference together) in the item's currency,
    `amount_base` the same in base currency. `cash` is the part of the bank transaction, with its sign and in
    its currency, `cash_base` in base currency. `moved` is the undue tax per share that fell due or was corrected.
    The lines `line_first` to `line_last` of the entry are this row's own besides the money line (0: none).
    Undo is a row with all amounts negated that names the one it `reverses`; only a return brings its own
    transaction. A row on a control account says that the money became a credit item of the party.
    """

    kind = models.TextField(choices=AllocationKind.choices, default=AllocationKind.PAYMENT)
    item = TenantKey(OpenItem, null=True)
    account = TenantKey("ledger.Account", null=True)
    transaction = TenantKey("banking.BankTransaction", null=True)
    entry = TenantKey("ledger.JournalEntry")
    amount = AmountField()
    amount_base = AmountField()
    cash = AmountField(default=0)
    cash_base = AmountField(default=0)
    discount = AmountField(default=0)
    difference = AmountField(default=0)
    moved = ArrayField(AmountField(), default=list)
    line_first = models.IntegerField(default=0)
    line_last = models.IntegerField(default=0)
    reverses = TenantKey("self", null=True)
    run_key = models.TextField(default="")
    evidence = models.JSONField(null=True)
    is_automatic = models.BooleanField(default=False)
    day = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "reverses"],
                condition=models.Q(reverses__isnull=False),
                name="allocation_reversed_once",
            ),
            models.CheckConstraint(condition=~models.Q(amount=0), name="allocation_not_zero"),
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, account__isnull=True)
                | models.Q(item__isnull=True, account__isnull=False),
                name="allocation_item_or_account",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-day", "-id"], name="allocation_latest"),
            models.Index(fields=["tenant_id", "run_key"], condition=~models.Q(run_key=""), name="allocation_run"),
        ]
