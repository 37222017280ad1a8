"""A waiver that is taken back stays in the record as cancelled; one per receipt holds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A waiver that is taken back stays in the record as cancelled; one per receipt holds."""

    dependencies = [("receipts", "0002_tenant_tables")]

    operations = [
        migrations.AddField("waivedreimbursement", "cancelled_on", models.DateField(null=True)),
        migrations.RemoveConstraint("waivedreimbursement", "waivedreimbursement_once"),
        migrations.AddConstraint(
            "waivedreimbursement",
            models.UniqueConstraint(
                fields=["tenant_id", "document"],
                condition=models.Q(cancelled_on=None),
                name="waivedreimbursement_once",
            ),
        ),
        migrations.RunSQL(
            'GRANT UPDATE (cancelled_on) ON "receipts_waivedreimbursement" TO kontor_app;'
            'REVOKE DELETE ON "receipts_waivedreimbursement" FROM kontor_app'
        ),
    ]
