"""Recurring entries say why they wait; the record keeps the texts of lines."""

from django.db import migrations, models

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Recurring entries say why they wait; the record keeps the texts of lines."""

    dependencies = [("ledger", "0003_posting_guards")]

    operations = [
        migrations.AddField("recurringentry", "problem", models.JSONField(null=True)),
        sql_file(__file__, "line_texts.sql"),
    ]
