"""Events of the record keep their link by one statement instead of a key per row."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Events of the record keep their link by one statement instead of a key per row."""

    dependencies = [("core", "0004_anchors_and_search")]

    operations = [sql_file(__file__, "record_links.sql")]
