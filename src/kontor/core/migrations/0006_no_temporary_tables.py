"""No temporary table can stand in for one of ours."""

from django.db import migrations

from kontor.core.schema import sql_file


class Migration(migrations.Migration):
    """No temporary table can stand in for one of ours; it comes after every function made so far."""

    dependencies = [
        ("core", "0005_record_links"),
        ("approvals", "0002_tenant_tables"),
        ("banking", "0004_csv_profile_gets_fingerprint"),
        ("contacts", "0003_channel"),
        ("documents", "0003_pages_and_readings"),
        ("ledger", "0008_references_by_statement"),
        ("matching", "0003_run_lock"),
        ("openitems", "0005_keys_by_index"),
        ("organisations", "0006_record_of_second_factors"),
        ("payments", "0005_orders_that_are_carried_out"),
        ("projects", "0004_cost_type_tables"),
        ("receipts", "0003_waivers_stay"),
    ]

    operations = [sql_file(__file__, "no_temporary_tables.sql")]
