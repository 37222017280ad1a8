"""Approvals belong to a tenant; answers and messages are never changed."""

from django.db import migrations

from kontor.core.schema import Audited, TenantTables


class Migration(migrations.Migration):
    """Approvals belong to a tenant; answers and messages are never changed."""

    dependencies = [
        ("approvals", "0001_initial"),
        ("projects", "0004_cost_type_tables"),
        ("core", "0002_tenancy_and_audit"),
    ]

    operations = [
        TenantTables(
            ["approvalpolicy", "policystage", "policyapprover", "substitute", "approvalrequest", "decision", "message"],
            update={
                "approvalpolicy": "position, name, state, project_id, cost_type_id, amount_from, amount_to",
                "policystage": "number, needed, amount_from",
                "substitute": "first_day, last_day",
                "approvalrequest": "state, stage, closed_at",
            },
            delete=["policystage", "policyapprover", "substitute"],
        ),
        Audited(
            {
                "approvalpolicy": ("approvals.policy", "id"),
                "policystage": ("approvals.policy", "policy_id"),
                "policyapprover": ("approvals.stage", "stage_id"),
                "substitute": ("approvals.substitute", "id"),
                "approvalrequest": ("approvals.request", "id"),
                "decision": ("approvals.request", "request_id"),
                "message": ("approvals.message", "id"),
            }
        ),
    ]
