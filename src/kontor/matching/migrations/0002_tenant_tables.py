"""Runs and proposals belong to a tenant; a run is audited, its proposals are the machine's notes."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Runs and proposals belong to a tenant; a run is audited, its proposals are the machine's notes."""

    dependencies = [("matching", "0001_initial"), ("banking", "0002_tenant_tables"), ("core", "0002_tenancy_and_audit")]

    operations = [
        TenantTables(
            ["matchrun", "proposal"],
            update={"matchrun": "transactions, automatic, proposed, finished_at", "proposal": "*"},
            delete=["proposal"],
        ),
        Audited({"matchrun": ("matching.run", "id")}, events=["INSERT"]),
    ]
