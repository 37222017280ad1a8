"""What the journal names is kept by one statement and guards instead of a key per row; indexes that nobody reads go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """What the journal names is kept by one statement and guards instead of a key per row; indexes that nobody reads go."""

    dependencies = [
        ("ledger", "0007_account_mapping_table"),
        ("contacts", "0002_tenant_tables"),
        ("projects", "0002_tenant_tables"),
        ("core", "0005_record_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        sql_file(__file__, "names_kept.sql"),
        sql_file(__file__, "arrivals.sql"),
        migrations.AlterField(
            model_name="journalentry",
            name="recorded_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveIndex(model_name="journalentry", name="entry_source"),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(("source_type", ""), _negated=True),
                fields=["tenant_id", "source_type", "source_id"],
                name="entry_source",
            ),
        ),
    ]
