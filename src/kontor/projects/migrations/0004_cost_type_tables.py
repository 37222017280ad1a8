"""Cost types and budgets belong to a tenant and are audited."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Cost types and budgets belong to a tenant and are audited."""

    dependencies = [("projects", "0003_cost_types")]

    operations = [
        TenantTables(
            ["costtype", "projectbudget"],
            update={"costtype": "name, position, is_active, is_submittable", "projectbudget": "amount"},
            delete=["projectbudget"],
        ),
        Audited({"costtype": ("projects.costtype", "id"), "projectbudget": ("projects.project", "project_id")}),
    ]
