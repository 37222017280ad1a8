"""The platform's record says when a second factor was set up and when it went."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """The platform's record says when a second factor was set up and when it went."""

    dependencies = [("organisations", "0005_record_of_organisations"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [sql_file(__file__, "second_factors.sql")]
