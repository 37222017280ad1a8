"""Receipts belong to a tenant and are audited; what was handed in is never deleted."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables

DOCUMENT = (
    "kind, source, state, queried_from, year, sequence, supplier_name, supplier_id, document_number, document_date, "
    "due_date, service_from, service_to, currency, gross, rate, purpose, comment, variant, billability, means_id, "
    "refund_route_id, repayment_route_id, payee_name, payee_iban, payee_email, remittance, payment_reference, "
    "advance_id, advance_typed, more_receipts_follow, is_own_voucher, own_voucher_reason, proposals, typed, "
    "assigned_to_id, handled_by_id, reject_reason, item_id, entry_id, version, submitted_at, decided_at, taken_at, "
    "booked_at, finished_at"
)


class Migration(migrations.Migration):
    """Receipts belong to a tenant and are audited; what was handed in is never deleted."""

    dependencies = [
        ("receipts", "0001_initial"),
        ("banking", "0002_tenant_tables"),
        ("contacts", "0002_tenant_tables"),
        ("documents", "0002_tenant_tables"),
        ("ledger", "0002_tenant_tables"),
        ("openitems", "0002_tenant_tables"),
        ("projects", "0004_cost_type_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            [
                "submissionsettings", "paymentmeans", "refundroute", "repaymentroute", "staffparty", "rememberedpayee",
                "advance", "incomingdocument", "incomingline", "attachment", "category", "documentcategory",
                "privatenote", "waivedreimbursement", "intakemailbox", "intakemessage", "intakefile",
            ],
            update={
                "submissionsettings": "*",
                "paymentmeans": "name, kind, account_id, party_id, is_debited_later, position, is_active",
                "refundroute": "name, input, money_account_id, position, is_active",
                "repaymentroute": "name, instruction, money_account_id, position, is_active",
                "rememberedpayee": "holder, used_at",
                "advance": "year, sequence, item_id, paid_on, is_declined",
                "incomingdocument": DOCUMENT,
                "incomingline": "*",
                "attachment": "position, shape",
                "category": "name",
                "waivedreimbursement": (
                    "legal_basis, has_unconditional_claim, is_in_time, is_regular, is_solvent, confirmed_by_id, confirmed_at"
                ),
                "intakemailbox": "*",
                "intakemessage": "state, member_id",
                "intakefile": "document_id",
            },
            delete=[
                "incomingdocument", "incomingline", "attachment", "documentcategory", "category", "rememberedpayee",
                "waivedreimbursement",
                "intakemailbox",
            ],
        ),
        Audited(
            {
                "submissionsettings": ("receipts.settings", "id"),
                "paymentmeans": ("receipts.means", "id"),
                "refundroute": ("receipts.refund_route", "id"),
                "repaymentroute": ("receipts.repayment_route", "id"),
                "advance": ("receipts.advance", "id"),
                "incomingdocument": ("receipts.document", "id"),
                "incomingline": ("receipts.document", "document_id"),
                "attachment": ("receipts.document", "document_id"),
                "documentcategory": ("receipts.document", "document_id"),
                "privatenote": ("receipts.note", "id"),
                "waivedreimbursement": ("receipts.waiver", "id"),
                "intakemailbox": ("receipts.mailbox", "id"),
                "intakemessage": ("receipts.mail", "id"),
                "intakefile": ("receipts.mail", "message_id"),
            }
        ),
    ]  # fmt: skip
