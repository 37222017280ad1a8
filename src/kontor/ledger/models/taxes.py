"""Tax codes, the dated VAT regime and exchange rates."""

from __future__ import annotations

from django.db import models

from kontor.core.tenancy import TenantModel


class TaxCode(TenantModel):
    """A tax treatment valid for a span of service dates [Steuerschlüssel]; rows are facts of the chart's country."""

    code = models.TextField()
    name_de = models.TextField()
    name_en = models.TextField()
    kind = models.TextField()
    rate_percent = models.DecimalField(max_digits=6, decimal_places=3)
    deductible_percent = models.DecimalField(max_digits=6, decimal_places=3, default=100)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    tax_role = models.TextField(default="")
    contra_role = models.TextField(default="")
    undue_role = models.TextField(default="")
    base_box = models.TextField(default="")
    tax_box = models.TextField(default="")
    contra_box = models.TextField(default="")
    category = models.TextField(default="S")
    reason = models.TextField(default="")
    reason_en = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code", "valid_from"], name="taxcode_dated")]


class VatStatus(models.TextChoices):
    """How the tenant stands towards VAT."""

    REGULAR = "regular"
    SMALL = "small"
    NOT_ENTREPRENEUR = "not_entrepreneur"
    FLAT_RATE = "flat_rate"


class VatTiming(models.TextChoices):
    """When output VAT falls due: when agreed [Soll] or when received [Ist]."""

    AGREED = "agreed"
    RECEIVED = "received"


class VatRegime(TenantModel):
    """The VAT regime from a day on [Besteuerungsart] (decisions.md 25)."""

    valid_from = models.DateField()
    status = models.TextField(choices=VatStatus.choices, default=VatStatus.REGULAR)
    output_timing = models.TextField(choices=VatTiming.choices, default=VatTiming.AGREED)
    input_timing = models.TextField(choices=VatTiming.choices, default=VatTiming.AGREED)
    return_period = models.TextField(default="month")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "valid_from"], name="vatregime_dated")]


class ExchangeRate(TenantModel):
    """How much base currency one unit of `currency` is worth from a day on."""

    currency = models.TextField()
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=9)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "currency", "day"], name="exchangerate_dated"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchangerate_positive"),
        ]
