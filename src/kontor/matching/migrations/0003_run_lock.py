"""One run of the engine per tenant at a time."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """One run of the engine per tenant at a time."""

    dependencies = [("matching", "0002_tenant_tables")]

    operations = [sql_file(__file__, "lock.sql")]
