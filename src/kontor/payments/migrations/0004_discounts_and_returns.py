"""Orders take discounts and may come back; a list may be booked as one."""

from django.db import migrations, models

from kontor.core.fields import AmountField
from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Orders take discounts and may come back; a list may be booked as one."""

    dependencies = [("payments", "0003_refused_orders")]

    operations = [
        migrations.AddField(
            model_name="paymentbatch",
            name="is_booked_as_one",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(model_name="paymentorder", name="discount", field=AmountField(db_default=0, default=0)),
        migrations.AddField(model_name="paymentorder", name="returned_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="paymentorder", name="return_reason", field=models.TextField(db_default="", default="")
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.CheckConstraint(condition=models.Q(discount__gte=0), name="paymentorder_discount"),
        ),
        sql_file(__file__, "returns.sql"),
    ]
