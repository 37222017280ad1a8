"""Settling an item looks for its own keys only."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """Settling an item looks for its own keys only."""

    dependencies = [("openitems", "0004_item_keys")]

    operations = [sql_file(__file__, "keys_changed.sql")]
