"""What a bank transaction promises: what the bank said never changes."""

from django.db import migrations

from kontor.core.schema import Audited, sql_file


class Migration(migrations.Migration):
    """What a bank transaction promises: what the bank said never changes."""

    dependencies = [("banking", "0002_tenant_tables")]

    operations = [
        sql_file(__file__, "transactions.sql"),
        Audited({"banktransaction": ("banking.transaction", "id")}, events=["DELETE"]),
    ]
