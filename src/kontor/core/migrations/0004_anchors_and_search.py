"""Daily signed anchors of the record, and words to be found."""

from django.db import migrations, models

import kontor.core.tenancy
from kontor.core.schema import TenantTables, sql_file


class Migration(migrations.Migration):
    """Daily signed anchors of the record, and words to be found."""

    dependencies = [("core", "0003_outgoing_mail")]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tenant_id", models.BigIntegerField(default=kontor.core.tenancy.current_tenant_id, editable=False)),
                ("day", models.DateField()),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("signed", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "day"), name="auditanchor_day")],
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tenant_id", models.BigIntegerField(default=kontor.core.tenancy.current_tenant_id, editable=False)),
                ("kind", models.TextField()),
                ("object_id", models.BigIntegerField()),
                ("text", models.TextField()),
                ("folded", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "kind", "object_id"), name="searchtext_object")
                ],
            },
        ),
        TenantTables(
            ["auditanchor", "searchtext"],
            update={"searchtext": "text, folded"},
            delete=["searchtext"],
        ),
        sql_file(__file__, "search.sql"),
    ]
