"""How documents go to a contact."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """How documents go to a contact; empty where nobody has said it yet."""

    dependencies = [("contacts", "0002_tenant_tables")]

    operations = [
        migrations.AddField(
            "party",
            "channel",
            models.TextField(
                blank=True,
                choices=[("email", "Email"), ("e_invoice", "E Invoice"), ("letter", "Letter"), ("portal", "Portal")],
                db_default="",
                default="",
            ),
        ),
    ]
