"""Fiscal years and periods."""

from __future__ import annotations

from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class FiscalYear(TenantModel):
    """A year of the books [Geschäftsjahr]; need not be a calendar year. `label` is the year its numbers carry."""

    label = models.IntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    carried_forward_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "label"], name="fiscalyear_label")]


class PeriodState(models.TextChoices):
    """open ⇄ closed → committed [festgeschrieben]."""

    OPEN = "open"
    CLOSED = "closed"
    COMMITTED = "committed"


class Period(TenantModel):
    """A month of a fiscal year [Buchungsperiode]."""

    fiscal_year = TenantKey(FiscalYear)
    number = models.IntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.TextField(choices=PeriodState.choices, default=PeriodState.OPEN)
    state_reason = models.TextField(default="")
    state_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "fiscal_year", "number"], name="period_number"),
            models.CheckConstraint(condition=models.Q(first_day__lte=models.F("last_day")), name="period_span"),
        ]
