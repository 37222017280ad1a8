"""Accounts, what they are used for, and document types."""

from __future__ import annotations

from django.db import models

from kontor.core.tenancy import TenantKey, TenantModel


class AccountKind(models.TextChoices):
    """Where an account stands in the balance sheet or the income statement."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class ControlKind(models.TextChoices):
    """Whose sub-ledger a control account sums up; only open items post to it (decisions.md 1)."""

    NONE = "", "–"
    RECEIVABLES = "receivables"
    PAYABLES = "payables"


class Account(TenantModel):
    """A ledger account [Sachkonto]."""

    number = models.TextField()
    name_de = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=AccountKind.choices)
    control = models.TextField(choices=ControlKind.choices, default=ControlKind.NONE, blank=True)
    tax_code = models.TextField(default="")
    is_automatic = models.BooleanField(default=False)
    is_money = models.BooleanField(default=False)
    is_donation = models.BooleanField(default=False)
    report_group = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "number"], name="account_number")]


class AccountRole(TenantModel):
    """Which account plays a part in the posting rules, where needed per tax rate (decisions.md 40)."""

    role = models.TextField()
    rate_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    account = TenantKey(Account)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "role", "rate_percent"], name="accountrole_once", nulls_distinct=False
            )
        ]


class DocumentType(TenantModel):
    """A kind of movement [Belegart], such as an underpayment difference, with its account and tax code."""

    code = models.TextField()
    movement = models.TextField()
    name_de = models.TextField()
    name_en = models.TextField()
    account = TenantKey(Account, null=True)
    tax_code = models.TextField(default="")
    takes_tax_of_item = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="documenttype_code")]
