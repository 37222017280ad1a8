"""The two small summaries that the posting itself keeps (speed.md f)."""

from __future__ import annotations

from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel
from kontor.ledger.models.accounts import Account


class AccountMonth(TenantModel):
    """Debits and credits of an account in a month (`month` is its first day), base currency; by triggers only."""

    account = TenantKey(Account)
    month = models.DateField()
    debit = AmountField()
    credit = AmountField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "account", "month"], name="accountmonth_once")]


class ProjectMonth(TenantModel):
    """Debits and credits per project and kind of account in a month; by triggers only."""

    project = TenantKey("projects.Project")
    kind = models.TextField()
    month = models.DateField()
    debit = AmountField()
    credit = AmountField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "project", "kind", "month"], name="projectmonth_once")
        ]
