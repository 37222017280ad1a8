"""Items and transactions cannot be over-allocated, undo mirrors, and items equal their control accounts."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Items and transactions cannot be over-allocated, undo mirrors, and items equal their control accounts."""

    dependencies = [
        ("openitems", "0002_tenant_tables"),
        ("banking", "0002_tenant_tables"),
        ("ledger", "0003_posting_guards"),
    ]

    operations = [sql_file(__file__, "allocations.sql")]
