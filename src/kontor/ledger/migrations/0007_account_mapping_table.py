"""Account mappings belong to a tenant and are audited."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables, sql_file


class Migration(migrations.Migration):
    """Account mappings belong to a tenant and are audited."""

    dependencies = [("ledger", "0006_account_mapping"), ("projects", "0004_cost_type_tables")]

    operations = [
        TenantTables(
            ["accountmapping"], update={"accountmapping": "account_id, tax_code, sphere"}, delete=["accountmapping"]
        ),
        Audited({"accountmapping": ("projects.costtype", "cost_type_id")}),
        sql_file(__file__, "staff_advances.sql"),
    ]
