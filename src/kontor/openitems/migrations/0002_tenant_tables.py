"""Open items and allocations belong to a tenant and are audited."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Open items and allocations belong to a tenant and are audited."""

    dependencies = [
        ("openitems", "0001_initial"),
        ("banking", "0002_tenant_tables"),
        ("contacts", "0002_tenant_tables"),
        ("ledger", "0002_tenant_tables"),
        ("projects", "0002_tenant_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            ["openitem", "allocation"],
            update={
                "openitem": (
                    "text, due_date, discounts, under_limit, over_limit, dunning_block, is_blocked, is_in_payment, "
                    'is_returned, keys, "references"'
                )
            },
        ),
        Audited({"openitem": ("openitems.item", "id")}, events=["INSERT"]),
        Audited({"allocation": ("openitems.allocation", "id")}, events=["INSERT"]),
    ]
