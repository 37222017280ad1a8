"""Contacts belong to a tenant and are audited."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Contacts belong to a tenant and are audited."""

    dependencies = [("contacts", "0001_initial"), ("core", "0002_tenancy_and_audit")]

    operations = [
        TenantTables(
            ["paymentterm", "party", "address", "bankdetails", "partyaccount"],
            update={
                "paymentterm": "*",
                "party": "*",
                "address": "*",
                "bankdetails": "bic, holder",
                "partyaccount": "payment_term_id, is_dunned",
            },
            delete=["address", "bankdetails"],
        ),
        Audited(
            {
                "paymentterm": ("contacts.paymentterm", "id"),
                "party": ("contacts.party", "id"),
                "address": ("contacts.party", "party_id"),
                "bankdetails": ("contacts.party", "party_id"),
                "partyaccount": ("contacts.party", "party_id"),
            }
        ),
    ]
