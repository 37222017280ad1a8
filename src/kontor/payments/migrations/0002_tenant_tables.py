"""Payments belong to a tenant; an exported list no longer changes."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables, sql_file


class Migration(migrations.Migration):
    """Payments belong to a tenant; an exported list no longer changes."""

    dependencies = [
        ("payments", "0001_initial"),
        ("banking", "0002_tenant_tables"),
        ("documents", "0002_tenant_tables"),
        ("openitems", "0002_tenant_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            ["paymentbatch", "paymentorder"],
            update={
                "paymentbatch": "state, file_id, exported_at, exported_by_id",
                "paymentorder": "is_removed",
            },
        ),
        Audited({"paymentbatch": ("payments.batch", "id"), "paymentorder": ("payments.batch", "batch_id")}),
        sql_file(__file__, "batches.sql"),
    ]
