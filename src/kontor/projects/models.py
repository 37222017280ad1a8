"""Projects and cost centres, one tree; cost types; budgets."""

from __future__ import annotations

from django.db import models

from kontor.core.fields import AmountField
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
    is_submittable = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="project_code")]


class CostType(TenantModel):
    """What money is spent for, in the words of those who spend it [Art der Ausgabe, Kostenart].

    `is_submittable` releases it for people who hand in receipts; the account behind it is set by the ledger.
    """

    code = models.TextField()
    name = models.TextField()
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    is_submittable = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="costtype_code")]


class ProjectBudget(TenantModel):
    """What a branch may spend in a fiscal year [Budget], base currency; the year is that of its label."""

    project = TenantKey(Project)
    year = models.IntegerField()
    amount = AmountField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "project", "year"], name="projectbudget_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="projectbudget_positive"),
        ]
