"""Stored files belong to a tenant, are audited and never change."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Stored files belong to a tenant, are audited and never change."""

    dependencies = [("documents", "0001_initial"), ("core", "0002_tenancy_and_audit")]

    operations = [
        TenantTables(["storedfile"], update={}),
        Audited({"storedfile": ("documents.file", "id")}, events=["INSERT"]),
    ]
