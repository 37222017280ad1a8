"""Receipts that come by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class IntakeMailbox(TenantModel):
    """The mailbox whose letters become receipts [Belegpostfach]; the secret is encrypted.

    `uid_validity` and `last_uid` remember how far it was read (RFC 9051); `error` is why the last visit failed.
    """

    address = models.TextField()
    host = models.TextField()
    port = models.IntegerField(default=993)
    uses_tls = models.BooleanField(default=True)
    user_name = models.TextField()
    secret = models.BinaryField()
    folder = models.TextField(default="INBOX")
    archive_folder = models.TextField(default="")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    visited_at = models.DateTimeField(null=True)
    error = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "address"], name="intakemailbox_address")]


class IntakeState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting"
    TAKEN = "taken"
    IGNORED = "ignored"


class IntakeMessage(TenantModel):
    """A letter as it was received, archived whole [eingegangene Mail]; `identity` is its Message-ID or its hash."""

    mailbox = TenantKey(IntakeMailbox)
    identity = models.TextField()
    sender = models.TextField()
    subject = models.TextField(default="")
    received_at = models.DateTimeField()
    file = TenantKey("documents.StoredFile")
    state = models.TextField(choices=IntakeState.choices, default=IntakeState.WAITING)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "mailbox", "identity"], name="intakemessage_once")]
        indexes = [models.Index(fields=["tenant_id", "state", "id"], name="intakemessage_waiting")]


class IntakeFile(TenantModel):
    """A file of a letter; `document` is the draft it became, `refusal` why it was not taken (English message id)."""

    message = TenantKey(IntakeMessage)
    position = models.IntegerField()
    name = models.TextField()
    file = TenantKey("documents.StoredFile", null=True)
    document = TenantKey("receipts.IncomingDocument", null=True)
    refusal = models.TextField(default="")
    refusal_facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "message", "position"], name="intakefile_position")]
