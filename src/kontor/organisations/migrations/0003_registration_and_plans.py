"""Joining an organisation by its code, plans and what is used of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_tenant_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_admin",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_upload_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="requested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="invitation_code",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="kind",
            field=models.TextField(
                choices=[
                    ("association", "Association"),
                    ("church", "Church"),
                    ("foundation", "Foundation"),
                    ("agency", "Agency"),
                    ("company", "Company"),
                    ("other", "Other"),
                ],
                default="other",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="main_admin",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="official_email",
            field=models.EmailField(default="", max_length=254),
        ),
        migrations.AddField(
            model_name="user",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="notifications",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="user",
            name="terms_accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(unique=True)),
                ("name", models.TextField()),
                ("currency", models.TextField(default="EUR")),
                ("price", models.BigIntegerField(default=0)),
                ("members_max", models.IntegerField(null=True)),
                ("upload_only_members_max", models.IntegerField(null=True)),
                ("dashboard_seats", models.IntegerField(null=True)),
                ("dashboard_seat_price", models.BigIntegerField(null=True)),
                ("dashboard_level", models.TextField(default="")),
                ("receipts_max", models.IntegerField(null=True)),
                ("bytes_max", models.BigIntegerField(null=True)),
                ("bytes_unit", models.BigIntegerField(null=True)),
                ("bytes_unit_price", models.BigIntegerField(null=True)),
                ("features", models.JSONField(default=list)),
                ("is_offered", models.BooleanField(default=True)),
                ("place", models.IntegerField(default=0)),
                (
                    "trial_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ActivationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.TextField(unique=True)),
                ("note", models.TextField(default="")),
                ("valid_until", models.DateField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("extra_dashboard_seats", models.IntegerField(default=0)),
                ("extra_storage_units", models.IntegerField(default=0)),
                ("trial_until", models.DateField(null=True)),
                ("since", models.DateField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscription",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.plan"
                    ),
                ),
                (
                    "trial_plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "at"], name="codeattempt_user"),
                    models.Index(fields=["address", "at"], name="codeattempt_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageMeter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("amount", models.BigIntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "kind"), name="usagemeter_once")],
            },
        ),
    ]
