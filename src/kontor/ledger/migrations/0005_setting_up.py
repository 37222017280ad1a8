"""What may change when the ledger is set up, and what the database refuses then."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """What may change when the ledger is set up, and what the database refuses then."""

    dependencies = [("ledger", "0004_recurring_problem_and_line_texts")]

    operations = [sql_file(__file__, "setup.sql")]
