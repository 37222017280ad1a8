"""Projects belong to a tenant and are audited."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Projects belong to a tenant and are audited."""

    dependencies = [("projects", "0001_initial"), ("core", "0002_tenancy_and_audit")]

    operations = [
        TenantTables(["project"], update={"project": "*"}),
        Audited({"project": ("projects.project", "id")}),
    ]
