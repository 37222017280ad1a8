"""Roles belong to a tenant; changes of global tables are recorded."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Roles belong to a tenant; changes of global tables are recorded."""

    dependencies = [("organisations", "0001_initial"), ("core", "0002_tenancy_and_audit")]

    operations = [
        TenantTables(["role", "roleassignment"], update={"role": "name, rights"}, delete=["role", "roleassignment"]),
        Audited({"role": ("organisations.role", "id"), "roleassignment": ("organisations.role", "role_id")}),
        migrations.RunSQL(
            "".join(
                f"CREATE TRIGGER platform_audit AFTER INSERT OR UPDATE OR DELETE ON organisations_{table} "
                f"FOR EACH ROW EXECUTE FUNCTION platform_change('organisations.{table}');"
                for table in ("organisation", "tenant", "membership", "tenantaccess")
            )
        ),
    ]
