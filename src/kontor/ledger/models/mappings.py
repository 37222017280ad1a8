"""Which account stands behind a cost type."""

from __future__ import annotations

from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import Sphere


class AccountMapping(TenantModel):
    """The account, tax code and sphere proposed for a cost type [Kontenzuordnung]; one per cost type and region.

    `region` "" is the tenant's own country; others come with sales.
    """

    cost_type = TenantKey("projects.CostType")
    region = models.TextField(default="", blank=True)
    account = TenantKey(Account)
    tax_code = models.TextField(default="", blank=True)
    sphere = models.TextField(choices=Sphere.choices, default=Sphere.NONE, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "cost_type", "region"], name="accountmapping_once")]
