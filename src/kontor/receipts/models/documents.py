"""The incoming document and what hangs on it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel
from kontor.receipts.models.advances import Advance
from kontor.receipts.models.settings import PaymentMeans, PaymentVariant, RefundRoute, RepaymentRoute


class DocumentKind(models.TextChoices):
    """How it came: by the submitter's wizard or the finance team's form."""

    EXPENSE_RECEIPT = "expense_receipt"
    SUPPLIER_INVOICE = "supplier_invoice"


class Workflow(models.TextChoices):
    """The states of inventory 5.3; *done* is derived: final, booked and settled."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    QUERY = "query"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    IN_PROGRESS = "in_progress"
    FINAL = "final"
    CANCELLED = "cancelled"


class Source(models.TextChoices):
    """By which door it came."""

    WEB = "web"
    MAIL = "mail"
    SHARE = "share"


class IncomingDocument(TenantModel):
    """A receipt or supplier invoice [Beleg].

    `gross` and the lines are minor units of `currency`, `rate` base currency per unit. Year and sequence make the
    number `B-2026-000123`, taken when it is handed in; drafts have none. `proposals` are what was read from it,
    field → `{"value", "origin", "confidence", …}`; `typed` names the fields a person has filled in, which reading
    never overwrites. `item` is the open item that waits for money (refund, supplier, clearing), `entry` the posting;
    paid and booked are read there. `assigned_to` alone may save while it is set. `version` rises with every save.
    `client_key` is the upload's own name for the document, so that sending it twice makes one.
    `queried_from` is the state that an answer leads back to.
    """

    kind = models.TextField(choices=DocumentKind.choices, default=DocumentKind.EXPENSE_RECEIPT)
    source = models.TextField(choices=Source.choices, default=Source.WEB)
    state = models.TextField(choices=Workflow.choices, default=Workflow.DRAFT)
    queried_from = models.TextField(default="")
    year = models.IntegerField(null=True)
    sequence = models.BigIntegerField(null=True)
    submitter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    supplier_name = models.TextField(default="")
    supplier = TenantKey("contacts.Party", null=True)
    document_number = models.TextField(default="")
    document_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    service_from = models.DateField(null=True)
    service_to = models.DateField(null=True)
    currency = models.TextField()
    gross = AmountField(null=True)
    rate = models.DecimalField(max_digits=18, decimal_places=9, default=1)
    purpose = models.TextField(default="")
    comment = models.TextField(default="")
    variant = models.TextField(choices=PaymentVariant.choices, default="", blank=True)
    billability = models.TextField(default="none")
    means = TenantKey(PaymentMeans, null=True)
    refund_route = TenantKey(RefundRoute, null=True)
    repayment_route = TenantKey(RepaymentRoute, null=True)
    payee_name = models.TextField(default="")
    payee_iban = models.TextField(default="")
    payee_email = models.TextField(default="")
    remittance = models.TextField(default="")
    payment_reference = models.TextField(default="")
    advance = TenantKey(Advance, null=True)
    advance_typed = AmountField(null=True)
    more_receipts_follow = models.BooleanField(default=False)
    is_own_voucher = models.BooleanField(default=False)
    own_voucher_reason = models.TextField(default="")
    proposals = models.JSONField(default=dict)
    typed = ArrayField(models.TextField(), default=list)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reject_reason = models.TextField(default="")
    item = TenantKey("openitems.OpenItem", null=True)
    entry = TenantKey("ledger.JournalEntry", null=True)
    version = models.IntegerField(default=1)
    client_key = models.TextField(default="")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "year", "sequence"], name="incoming_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "submitter", "client_key"],
                condition=~models.Q(client_key=""),
                name="incoming_sent_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"])
                | models.Q(sequence__isnull=False, gross__isnull=False),
                name="incoming_handed_in",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected", reject_reason=""), name="incoming_reject_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state", "submitted_at", "id"], name="incoming_by_state"),
            models.Index(fields=["tenant_id", "submitter", "id"], name="incoming_of_submitter"),
            models.Index(fields=["tenant_id", "document_number"], name="incoming_document_number"),
            models.Index(fields=["tenant_id", "item"], name="incoming_item"),
        ]


class IncomingLine(TenantModel):
    """A part of the document [Belegzeile]: gross, for a project and a cost type; account and tax by the finance team.

    `tax_amount` is the tax within `gross` as the document states it; None computes it.
    """

    document = TenantKey(IncomingDocument)
    position = models.IntegerField()
    gross = AmountField()
    project = TenantKey("projects.Project", null=True)
    cost_type = TenantKey("projects.CostType", null=True)
    account = TenantKey("ledger.Account", null=True)
    tax_code = models.TextField(default="")
    tax_amount = AmountField(null=True)
    sphere = models.TextField(default="")
    text = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "document", "position"], name="incomingline_position")
        ]


class Attachment(TenantModel):
    """A file of the document [Anhang]; `shape` is how its pages are shown: page → place in the receipt, or left out."""

    document = TenantKey(IncomingDocument)
    position = models.IntegerField()
    file = TenantKey("documents.StoredFile")
    shape = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "document", "file"], name="attachment_once"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "document", "position"], name="attachment_order"),
            models.Index(fields=["tenant_id", "file"], name="attachment_file"),
        ]


class Category(TenantModel):
    """A keyword of the archive [Kategorie] (OC-53)."""

    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="category_name")]


class DocumentCategory(TenantModel):
    """That a document carries a keyword."""

    document = TenantKey(IncomingDocument)
    category = TenantKey(Category)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "document", "category"], name="documentcategory_once")
        ]
        indexes = [models.Index(fields=["tenant_id", "category", "document"], name="documentcategory_of")]


class PrivateNote(TenantModel):
    """A note among bookkeepers [interne Notiz] (OC-54); never shown to submitters or reviewers."""

    document = TenantKey(IncomingDocument)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="privatenote_not_empty")]
        indexes = [models.Index(fields=["tenant_id", "document", "id"], name="privatenote_of_document")]
