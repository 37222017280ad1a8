"""The ageing strip with its links."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kontor.openitems.models import ItemKind
from kontor.openitems.queries.items import AgeBucket
from kontor.organisations.models import Tenant
from kontor.ui.addresses import address
from kontor.ui.marks import Age

KEYS = ("not-due", "1-30", "31-60", "61-90", "over-90")


def labels() -> tuple[str, ...]:
    """Return the names of the buckets, not yet due first."""
    return (_("not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("over 90 days"))


def ages(buckets: Sequence[AgeBucket], *, tenant: Tenant, kind: str, current: str = "") -> list[Age]:
    """Return the buckets as the strip shows them; each leads to its items."""
    name = "openitems:list" if kind == ItemKind.RECEIVABLE else "openitems:payables"
    base = address(name, tenant=tenant.code)
    return [
        Age(label=label, amount=bucket.amount, count=bucket.count, url=f"{base}?age={key}", is_current=key == current)
        for label, key, bucket in zip(labels(), KEYS, buckets, strict=True)
    ]
