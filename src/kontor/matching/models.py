"""Match runs and proposals."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class MatchRun(TenantModel):
    """One run of the engine over the unassigned transactions [Abgleichlauf]."""

    engine_version = models.TextField()
    ruleset = models.JSONField()
    transactions = models.IntegerField(default=0)
    automatic = models.IntegerField(default=0)
    proposed = models.IntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Proposal(TenantModel):
    """What a transaction may pay [Vorschlag], rank 1 to 3; replaced by the next run (decisions.md 13)."""

    run = TenantKey(MatchRun)
    transaction = TenantKey("banking.BankTransaction")
    rank = models.IntegerField()
    score = models.IntegerField()
    lead = models.IntegerField()
    decision = models.TextField()
    remainder = models.BigIntegerField(default=0)
    shares = models.JSONField()
    evidence = models.JSONField()
    notes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "transaction", "rank"], name="proposal_rank"),
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=3), name="proposal_three"),
        ]
