"""The platform's record names the act and the organisation."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """The platform's record names the act and the organisation."""

    dependencies = [("organisations", "0004_codes_and_admins"), ("core", "0002_tenancy_and_audit")]

    operations = [sql_file(__file__, "organisation_record.sql")]
