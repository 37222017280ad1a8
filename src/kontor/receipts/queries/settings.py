"""What may be chosen when a receipt is handed in."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from kontor.core.kept_statements import kept
from kontor.projects.models import CostType, Project
from kontor.receipts.models import (
    Advance,
    PaymentMeans,
    RefundRoute,
    RememberedPayee,
    RepaymentRoute,
    SubmissionSettings,
)
from kontor.receipts.rules.submission import VARIANTS, Offer

FRIDAY = 4


def submission_settings() -> SubmissionSettings:
    """Return the tenant's settings; unsaved defaults (everything offered, paid on Fridays) while there are none."""
    return _settings.first() or SubmissionSettings(variants=list(VARIANTS), payment_weekday=FRIDAY)


@kept
def _settings() -> QuerySet[SubmissionSettings]:
    return SubmissionSettings.objects.all()


def projects_on_offer() -> list[Project]:
    """Return the projects that submitters may choose."""
    return _projects.rows()


@kept
def _projects() -> QuerySet[Project]:
    return Project.objects.filter(is_active=True, is_submittable=True).order_by("code", "id")


def cost_types_on_offer() -> list[CostType]:
    """Return the cost types that submitters may choose."""
    return _cost_types.rows()


@kept
def _cost_types() -> QuerySet[CostType]:
    return CostType.objects.filter(is_active=True, is_submittable=True).order_by("position", "name", "id")


def offer() -> Offer:
    """Return what submitters may choose, as the rules ask for it."""
    settings = submission_settings()
    return Offer(
        variants=tuple(settings.variants),
        project_ids=frozenset(project.id for project in projects_on_offer()),
        cost_type_ids=frozenset(cost_type.id for cost_type in cost_types_on_offer()),
        takes_own_vouchers=settings.takes_own_vouchers,
    )


def payment_means() -> list[PaymentMeans]:
    """Return the organisation's own means of payment in use."""
    return _means.rows()


@kept
def _means() -> QuerySet[PaymentMeans]:
    return PaymentMeans.objects.filter(is_active=True).select_related("account").order_by("position", "id")


def refund_routes() -> list[RefundRoute]:
    """Return the ways in which money goes back to people."""
    return _refund_routes.rows()


@kept
def _refund_routes() -> QuerySet[RefundRoute]:
    return RefundRoute.objects.filter(is_active=True).order_by("position", "id")


def repayment_routes() -> list[RepaymentRoute]:
    """Return the ways in which people give money back."""
    return _repayment_routes.rows()


@kept
def _repayment_routes() -> QuerySet[RepaymentRoute]:
    return RepaymentRoute.objects.filter(is_active=True).order_by("position", "id")


def remembered_payees(user_id: int) -> Sequence[RememberedPayee]:
    """Return where a person had money sent before, latest first."""
    return _payees.rows(user_id)


@kept
def _payees(user_id: int) -> QuerySet[RememberedPayee]:
    return RememberedPayee.objects.filter(user_id=user_id).order_by("-used_at", "-id")


def open_advances(user_id: int) -> list[Advance]:
    """Return a person's advances that were paid out and are not used up."""
    return _open_advances.rows(user_id)


@kept
def _open_advances(user_id: int) -> QuerySet[Advance]:
    rows = Advance.objects.filter(user_id=user_id, item__amount_open__gt=0, is_declined=False)
    return rows.select_related("item").order_by("id")
