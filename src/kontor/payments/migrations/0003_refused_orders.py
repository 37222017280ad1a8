"""Orders that the bank refused leave an exported list; a draft may change its day and account."""

from django.db import migrations, models

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Orders that the bank refused leave an exported list; a draft may change its day and account."""

    dependencies = [("payments", "0002_tenant_tables")]

    operations = [
        migrations.AddField(model_name="paymentorder", name="rejected_on", field=models.DateField(null=True)),
        sql_file(__file__, "orders.sql"),
    ]
