"""A saved column profile is found again by its fingerprint; a large statement file may wait for the worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A saved column profile is found again by its fingerprint; a large statement file may wait for the worker."""

    dependencies = [("banking", "0003_transaction_guards")]

    operations = [
        migrations.AddField("csvprofilerow", "fingerprint", models.TextField(default="")),
        migrations.AddConstraint(
            "csvprofilerow",
            models.UniqueConstraint(
                fields=["tenant_id", "fingerprint"], condition=~models.Q(fingerprint=""), name="csvprofile_fingerprint"
            ),
        ),
        migrations.AlterField(
            "statementimport",
            "state",
            models.TextField(
                choices=[("waiting", "Waiting"), ("taken", "Taken"), ("held", "Held"), ("refused", "Refused")]
            ),
        ),
    ]
