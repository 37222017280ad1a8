"""The ledger belongs to a tenant; its masters are audited row by row, entries by their own trigger."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """The ledger belongs to a tenant; its masters are audited row by row, entries by their own trigger."""

    dependencies = [
        ("ledger", "0001_initial"),
        ("contacts", "0002_tenant_tables"),
        ("projects", "0002_tenant_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            [
                "account",
                "accountrole",
                "documenttype",
                "fiscalyear",
                "period",
                "taxcode",
                "vatregime",
                "exchangerate",
                "journalentry",
                "journalline",
                "entrytemplate",
                "recurringentry",
                "accountmonth",
                "projectmonth",
            ],
            update={
                "account": "name_de, name_en, tax_code, is_donation, report_group, is_active",
                "accountrole": "account_id",
                "documenttype": "name_de, name_en, account_id, tax_code, takes_tax_of_item",
                "fiscalyear": "carried_forward_at",
                "period": "state, state_reason, state_at",
                "taxcode": "name_de, name_en, valid_to, base_box, tax_box, contra_box, reason, reason_en",
                "exchangerate": "rate",
                "journalentry": (
                    "state, year, sequence, period_id, entry_date, document_date, document_number, service_from, "
                    "service_to, vat_date, text, posted_at"
                ),
                "entrytemplate": "*",
                "recurringentry": "*",
            },
            delete=["journalentry", "journalline", "entrytemplate", "recurringentry"],
            read_only=["accountmonth", "projectmonth"],
        ),
        Audited(
            {
                "account": ("ledger.account", "id"),
                "accountrole": ("ledger.account", "account_id"),
                "documenttype": ("ledger.documenttype", "id"),
                "fiscalyear": ("ledger.fiscalyear", "id"),
                "period": ("ledger.period", "id"),
                "taxcode": ("ledger.taxcode", "id"),
                "vatregime": ("ledger.vatregime", "id"),
                "exchangerate": ("ledger.exchangerate", "id"),
                "entrytemplate": ("ledger.template", "id"),
                "recurringentry": ("ledger.recurring", "id"),
            }
        ),
    ]
