"""Stored files."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.tenancy import TenantModel


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
