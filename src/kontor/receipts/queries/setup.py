"""What the set-up of receipts shows: everything that may be chosen, in use or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kontor.ledger.models.mappings import AccountMapping
from kontor.ledger.queries.mappings import mappings
from kontor.projects.models import CostType, Project, ProjectBudget
from kontor.projects.queries import Branch, tree
from kontor.receipts.models import PaymentMeans, RefundRoute, RepaymentRoute


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type of expense with what stands behind it."""

    type: CostType
    mapping: AccountMapping | None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the tree with its budget of one year."""

    branch: Branch
    budget: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is to choose."""

    projects: int
    types: int
    types_without_account: int
    means: int
    refund_routes: int
    repayment_routes: int

    @property
    def is_ready(self) -> bool:
        """Tell whether a receipt can be handed in and refunded."""
        return bool(self.projects and self.types and self.refund_routes)


def types_with_accounts() -> list[TypeRow]:
    """Return all types of expense in their order, two statements."""
    behind = mappings()
    rows = CostType.objects.order_by("-is_active", "position", "name", "id")
    return [TypeRow(row, behind.get(row.id)) for row in rows]


def projects_with_budgets(year: int) -> list[ProjectRow]:
    """Return the projects in use as a tree, with what they may spend in the year."""
    budgets = dict(ProjectBudget.objects.filter(year=year).values_list("project_id", "amount"))
    return [ProjectRow(branch, budgets.get(branch.project.id)) for branch in tree()]


def all_means() -> Sequence[PaymentMeans]:
    """Return all means of payment, those in use first."""
    return list(PaymentMeans.objects.select_related("account").order_by("-is_active", "position", "id"))


def all_refund_routes() -> Sequence[RefundRoute]:
    """Return all ways of refund, those in use first."""
    return list(RefundRoute.objects.select_related("money_account").order_by("-is_active", "position", "id"))


def all_repayment_routes() -> Sequence[RepaymentRoute]:
    """Return all ways of repayment, those in use first."""
    return list(RepaymentRoute.objects.select_related("money_account").order_by("-is_active", "position", "id"))


def counts() -> Counts:
    """Return how much there is to choose."""
    types = [row for row in types_with_accounts() if row.type.is_active and row.type.is_submittable]
    return Counts(
        projects=Project.objects.filter(is_active=True, is_submittable=True).count(),
        types=len(types),
        types_without_account=sum(row.mapping is None for row in types),
        means=PaymentMeans.objects.filter(is_active=True).count(),
        refund_routes=RefundRoute.objects.filter(is_active=True).count(),
        repayment_routes=RepaymentRoute.objects.filter(is_active=True).count(),
    )
