"""Projects and cost centres: one tree."""

from __future__ import annotations

from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class ProjectKind(models.TextChoices):
    """What a branch of the tree is."""

    COST_CENTRE = "cost_centre"
    CLIENT = "client"
    AREA = "area"
    JOB = "job"


class Project(TenantModel):
    """A project, cost centre, client, area or job [Projekt, Kostenstelle, Kunde, Bereich, Job]."""

    kind = models.TextField(choices=ProjectKind.choices, default=ProjectKind.COST_CENTRE)
    code = models.TextField()
    name = models.TextField()
    parent = TenantKey("self", null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="project_code")]
