"""An order that was carried out no longer holds its item; a list knows when it was set paid by hand."""

from django.db import migrations, models

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """An order that was carried out no longer holds its item; a list knows when it was set paid by hand."""

    dependencies = [("payments", "0004_discounts_and_returns")]

    operations = [
        migrations.AddField(model_name="paymentbatch", name="settled_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="paymentorder", name="carried_out_on", field=models.DateField(null=True)),
        migrations.RemoveConstraint(model_name="paymentorder", name="paymentorder_item_once"),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.UniqueConstraint(
                fields=["tenant_id", "item"],
                condition=models.Q(is_removed=False, carried_out_on__isnull=True),
                name="paymentorder_item_once",
            ),
        ),
        sql_file(__file__, "carried_out.sql"),
    ]
