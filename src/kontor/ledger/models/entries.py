"""Journal entries and their lines."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.periods import Period


class EntryState(models.TextChoices):
    """draft → posted; committed when the period is (decisions.md 2)."""

    DRAFT = "draft"
    POSTED = "posted"


class Sphere(models.TextChoices):
    """The four spheres of a non-profit organisation, as KOST1 counts them."""

    NONE = "", "–"
    IDEAL = "1", "ideeller Bereich"
    ASSETS = "2", "Vermögensverwaltung"
    PURPOSE = "3", "Zweckbetrieb"
    BUSINESS = "4", "wirtschaftlicher Geschäftsbetrieb"


class JournalEntry(TenantModel):
    """A balanced entry [Buchung]; posted ones are immutable but for their text until commitment.

    `year` and `sequence` make the number `2026-000213`, without gaps per series; drafts have none.
    `source_type` and `source_id` name what asked for it; `is_automatic` marks the machine's work.
    """

    state = models.TextField(choices=EntryState.choices, default=EntryState.DRAFT)
    series = models.TextField(default="entry")
    year = models.IntegerField(null=True)
    sequence = models.BigIntegerField(null=True)
    period = TenantKey(Period)
    entry_date = models.DateField()
    document_date = models.DateField()
    document_number = models.TextField(default="")
    service_from = models.DateField(null=True)
    service_to = models.DateField(null=True)
    vat_date = models.DateField(null=True)
    text = models.TextField(default="")
    kind = models.TextField(default="manual")
    source_type = models.TextField(default="")
    source_id = models.BigIntegerField(null=True)
    is_automatic = models.BooleanField(default=False)
    reverses = TenantKey("self", null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    posted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "series", "year", "sequence"], name="entry_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "reverses"], condition=models.Q(reverses__isnull=False), name="entry_reversed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", sequence__isnull=True)
                | models.Q(state="posted", sequence__isnull=False, year__isnull=False, posted_at__isnull=False),
                name="entry_posted_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "entry_date", "id"], name="entry_by_date"),
            models.Index(
                fields=["tenant_id", "source_type", "source_id"],
                condition=~models.Q(source_type=""),
                name="entry_source",
            ),
        ]


class JournalLine(TenantModel):
    """One side of an entry [Buchungszeile]; debit positive, in `currency` and in base currency.

    `entry_date` and `is_posted` repeat the entry's, so that account sheets read one index.
    """

    entry = TenantKey(JournalEntry, related_name="lines")
    position = models.IntegerField()
    account = TenantKey(Account)
    party = TenantKey("contacts.Party", null=True)
    project = TenantKey("projects.Project", null=True)
    sphere = models.TextField(choices=Sphere.choices, default=Sphere.NONE, blank=True)
    tax_code = models.TextField(default="")
    tax_base = AmountField(null=True)
    tax_amount = AmountField(null=True)
    currency = models.TextField()
    amount = AmountField()
    amount_base = AmountField()
    text = models.TextField(default="")
    entry_date = models.DateField()
    is_posted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "entry", "position"], name="line_position"),
            models.CheckConstraint(condition=~models.Q(amount=0, amount_base=0), name="line_not_zero"),
        ]
        indexes = [models.Index(fields=["tenant_id", "account", "entry_date", "entry"], name="line_account_sheet")]


class EntryTemplate(TenantModel):
    """A ready-made entry to fill in [Buchungsvorlage]."""

    name = models.TextField()
    lines = models.JSONField()
    text = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="entrytemplate_name")]


class RecurringEntry(TenantModel):
    """An entry that comes again [wiederkehrende Buchung]; each occurrence is posted once (`next_day` moves on).

    `until` is the last day that counts. `loan` makes it an instalment plan: `ledger.actions.loans.LoanPlan` as stored.
    `problem` says why the occurrence of `next_day` waits: `{"sentence": message id, "facts": {…}}`.
    """

    name = models.TextField()
    lines = models.JSONField()
    text = models.TextField(default="")
    every_months = models.IntegerField(default=1)
    day_of_month = models.IntegerField()
    next_day = models.DateField()
    until = models.DateField(null=True)
    loan = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="recurringentry_name")]
