"""Banking belongs to a tenant; an import is one audited thing, a transaction is audited when it changes."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Banking belongs to a tenant; an import is one audited thing, a transaction is audited when it changes."""

    dependencies = [
        ("banking", "0001_initial"),
        ("documents", "0002_tenant_tables"),
        ("ledger", "0002_tenant_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            ["moneyaccount", "statementimport", "statement", "banktransaction", "csvprofilerow"],
            update={
                "moneyaccount": "name, bank_name, is_active, iban, other_id",
                "statement": "*",
                "statementimport": "state, reason, reason_facts, problems, count_new, count_known, format",
                "banktransaction": (
                    "status, statement_id, booking_date, value_date, relevance, is_deleted, has_details_later, parent_id, "
                    "identity, bank_reference"
                ),
                "csvprofilerow": "*",
            },
            delete=["csvprofilerow", "statement"],
        ),
        Audited(
            {
                "moneyaccount": ("banking.moneyaccount", "id"),
                "statementimport": ("banking.import", "id"),
                "csvprofilerow": ("banking.csvprofile", "id"),
            }
        ),
    ]
