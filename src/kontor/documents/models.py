"""Stored files, the pictures of their pages, and what was read from them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class StoredFile(TenantModel):
    """A byte stream as it was received, kept once and unchanged under its SHA-256."""

    sha256 = models.TextField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    name = models.TextField()
    owner_type = models.TextField()
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "sha256"], name="storedfile_once"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="storedfile_sha256"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="storedfile_size"),
        ]


class RenditionKind(models.TextChoices):
    """What a picture of a page is for; the label is for the record only."""

    PREVIEW = "preview"
    CROPPED = "cropped"
    THUMB = "thumb"


class Rendition(TenantModel):
    """A picture of a page made by us from a stored file, without anything but its pixels.

    `preview` shows the whole page, `cropped` the part a person cut out, `thumb` small what is shown now.
    `geometry` holds the corners and the turn it was made with, and on a preview the corners found by ourselves and
    what makes a photo hard to read.
    """

    file = TenantKey(StoredFile)
    page = models.IntegerField()
    kind = models.TextField(choices=RenditionKind)
    stored_file = TenantKey(StoredFile)
    width = models.IntegerField()
    height = models.IntegerField()
    geometry = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "file", "page", "kind"], name="rendition_once"),
            models.CheckConstraint(condition=models.Q(kind__in=RenditionKind.values), name="rendition_kind"),
            models.CheckConstraint(
                condition=models.Q(page__gte=1, width__gte=1, height__gte=1), name="rendition_measures"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "stored_file"], name="rendition_stored_file")]


class ExtractionState(models.TextChoices):
    """How far the reading of a file is; the label is for the record only."""

    WAITING = "waiting"
    READ = "read"
    UNREADABLE = "unreadable"


class Extraction(TenantModel):
    """What was read from a stored file: proposals with their origins (`rules.reading.wire`), and its whole text."""

    file = TenantKey(StoredFile)
    state = models.TextField(choices=ExtractionState, default=ExtractionState.WAITING)
    values = models.JSONField(default=dict)
    text = models.TextField(default="")
    engine = models.TextField(default="")
    sentence = models.TextField(default="")
    facts = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "file"], name="extraction_once"),
            models.CheckConstraint(condition=models.Q(state__in=ExtractionState.values), name="extraction_state"),
            models.CheckConstraint(
                condition=models.Q(state=ExtractionState.WAITING) | models.Q(read_at__isnull=False),
                name="extraction_read_at",
            ),
        ]
