"""Balance, immutability, periods and summaries, kept by the database."""

from django.db import migrations

from kontor.core.schema import Audited, sql_file


class Migration(migrations.Migration):
    """Balance, immutability, periods and summaries, kept by the database."""

    dependencies = [("ledger", "0002_tenant_tables")]

    operations = [
        sql_file(__file__, "posting.sql"),
        Audited({"journalentry": ("ledger.entry", "id")}, events=["UPDATE", "DELETE"]),
    ]
