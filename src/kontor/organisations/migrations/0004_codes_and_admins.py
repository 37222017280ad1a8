"""Organisations that exist get a code and an administrator, their people a confirmed address; all of it is recorded."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import kontor.organisations.models
from kontor.core.schema import sql_file


def give_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every organisation an invitation code of its own."""
    organisations = apps.get_model("organisations", "Organisation").objects
    for organisation in organisations.filter(invitation_code=None):
        organisation.invitation_code = kontor.organisations.models.new_invitation_code()
        organisation.save(update_fields=["invitation_code"])


def confirm_addresses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the addresses of people who were let in by hand as confirmed, as they were before."""
    addresses = apps.get_model("account", "EmailAddress").objects
    for user in apps.get_model("organisations", "User").objects.exclude(emailaddress__primary=True):
        addresses.create(user=user, email=user.email, primary=True, verified=True)


class Migration(migrations.Migration):
    """Organisations that exist get a code and an administrator, their people a confirmed address."""

    dependencies = [
        ("organisations", "0003_registration_and_plans"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="organisation",
            name="invitation_code",
            field=models.TextField(default=kontor.organisations.models.new_invitation_code, unique=True),
        ),
        migrations.RunPython(confirm_addresses, migrations.RunPython.noop),
        sql_file(__file__, "admins_and_records.sql"),
    ]
