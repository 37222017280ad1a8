"""Tables that every context shares: audit, numbers, idempotency, jobs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class AuditLink(TenantModel):
    """One link of the tenant's audit chain [Protokollkette]: everything one transaction changed.

    The database writes it: begun at the first change, numbered and hashed at commit.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    request_id = models.TextField()
    number = models.BigIntegerField(null=True)
    events_hash = models.BinaryField(null=True)
    previous_hash = models.BinaryField(null=True)
    hash = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="auditlink_number"),
        ]


class AuditEvent(TenantModel):
    """One changed object with what it became [Protokolleintrag]; written by triggers only."""

    link = TenantKey(AuditLink)
    verb = models.TextField()
    operation = models.TextField()
    object_type = models.TextField()
    object_id = models.BigIntegerField()
    details = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "object_type", "object_id", "id"], name="auditevent_object")]


class AuditHead(TenantModel):
    """The last number and hash of the tenant's audit chain; locked last in every transaction."""

    number = models.BigIntegerField(default=0)
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="audithead_one")]


class AuditAnchor(TenantModel):
    """The signed head of the chain on one day [Anker]; written once, never changed.

    `signed` is the anchor as it is handed out: it can be checked without this row.
    """

    day = models.DateField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    signed = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "day"], name="auditanchor_day")]


class PlatformAudit(models.Model):
    """Changes of global tables: organisations, tenants, memberships; written by triggers only."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    operation = models.TextField()
    object_type = models.TextField()
    object_id = models.BigIntegerField()
    details = models.JSONField()


class Counter(TenantModel):
    """The next free number of a series within a fiscal year; taken under its row lock, so without gaps."""

    series = models.TextField()
    year = models.IntegerField()
    next = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "series", "year"], name="counter_series"),
            models.CheckConstraint(condition=models.Q(next__gte=1), name="counter_positive"),
        ]


class Idempotency(TenantModel):
    """An act that was asked for under a key: asked again, it gives the same answer and happens once."""

    key = models.TextField()
    action = models.TextField()
    body_hash = models.BinaryField()
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="idempotency_key")]


class JobState(models.TextChoices):
    """What became of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(TenantModel):
    """A long piece of work [Vorgang] with its progress."""

    kind = models.TextField()
    arguments = models.JSONField(default=dict)
    state = models.TextField(choices=JobState.choices, default=JobState.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(default="")
    facts = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    cancel_asked = models.BooleanField(default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "-id"], name="job_latest")]


class MailState(models.TextChoices):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(models.Model):
    """A mail to be delivered by the worker [Postausgang]; global, because sign-in mails belong to no tenant.

    `books` is the tenant that was open when it was posted. The words go once it is delivered.
    """

    books = models.BigIntegerField(null=True)
    key = models.TextField(unique=True)
    message_id = models.TextField()
    to = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(default="")
    language = models.TextField()
    state = models.TextField(choices=MailState.choices, default=MailState.WAITING)
    attempts = models.IntegerField(default=0)
    last_error = models.TextField(default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outgoingmail_open", condition=~models.Q(state="sent")),
        ]


class SearchText(TenantModel):
    """The words of an object, to be found by people [Volltext]; `folded` is what is searched (`core/search.py`)."""

    kind = models.TextField()
    object_id = models.BigIntegerField()
    text = models.TextField()
    folded = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "kind", "object_id"], name="searchtext_object")]
