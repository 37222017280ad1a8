"""Mails that the worker delivers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails that the worker delivers."""

    dependencies = [("core", "0002_tenancy_and_audit")]

    operations = [
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("books", models.BigIntegerField(null=True)),
                ("key", models.TextField(unique=True)),
                ("message_id", models.TextField()),
                ("to", models.TextField()),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("html", models.TextField(default="")),
                ("language", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")], default="waiting"
                    ),
                ),
                ("attempts", models.IntegerField(default=0)),
                ("last_error", models.TextField(default="")),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent"), _negated=True), fields=["id"], name="outgoingmail_open"
                    )
                ],
            },
        ),
    ]
