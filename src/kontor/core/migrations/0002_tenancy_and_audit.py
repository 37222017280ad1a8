"""Tenancy, the audit record and the shared cache."""

from django.db import migrations

from kontor.core.schema import TenantTables, sql_file


class Migration(migrations.Migration):
    """Tenancy, the audit record and the shared cache."""

    dependencies = [("core", "0001_initial")]

    operations = [
        sql_file(__file__, "tenancy.sql"),
        TenantTables(
            ["auditlink", "auditevent", "audithead", "counter", "idempotency", "job"],
            update={"counter": "next", "idempotency": "result", "job": "*"},
            delete=["idempotency"],
            read_only=["auditlink", "auditevent", "audithead"],
        ),
        sql_file(__file__, "audit.sql"),
        migrations.RunSQL(
            "CREATE TABLE core_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL); "
            "CREATE INDEX core_cache_expires ON core_cache (expires)"
        ),
    ]
