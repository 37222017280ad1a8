"""Setting up the desk of receipts in the demo's books: what is offered, the ways of money, who approves."""

from __future__ import annotations

from kontor.approvals.actions.policies import save_policy
from kontor.approvals.models import PolicyState
from kontor.approvals.rules.policies import Policy, Stage
from kontor.banking.models import MoneyAccount
from kontor.core.iban import format_iban
from kontor.demo.slips import Desk, Rule
from kontor.ledger.models.accounts import Account
from kontor.organisations.models import User
from kontor.projects.actions import create_project
from kontor.projects.models import Project
from kontor.receipts.actions.setting_up import (
    MeansFacts,
    RouteFacts,
    SubmissionFacts,
    TypeFacts,
    offer_projects,
    save_means,
    save_refund_route,
    save_repayment_route,
    save_settings,
    save_type,
    set_budgets,
)
from kontor.receipts.actions.submitting import SUBJECT
from kontor.receipts.rules.submission import VARIANTS

HINT = "Bitte jeden Bon einzeln fotografieren; bei Bewirtung Anlass und Personen nennen."


def set_up_desk(desk: Desk, *, people: dict[str, User], account: str, year: int, by: User) -> None:
    """Set everything up in the open books; money leaves the money account with the code `account`."""
    _projects(desk, year=year, by=by)
    _types(desk, by=by)
    for name, kind, is_later in desk.means:
        save_means(MeansFacts(name=name, kind=kind, is_debited_later=is_later), by=by)
    _routes(MoneyAccount.objects.get(code=account), by=by)
    variants = tuple(each for each in VARIANTS if each != "donation" or desk.waiver_basis)
    facts = SubmissionFacts(
        variants=variants, takes_own_vouchers=True, payment_weekday=4, hint=HINT, waiver_legal_basis=desk.waiver_basis
    )
    save_settings(facts, by=by)
    for rule in desk.rules:
        save_policy(_policy(rule, people), state=PolicyState.ACTIVE, by=by)


def _projects(desk: Desk, *, year: int, by: User) -> None:
    made: dict[str, Project] = {}
    for code, name, parent, _ in desk.projects:
        made[code] = create_project(code, name=name, kind="cost_centre", parent=made.get(parent), by=by)
    offer_projects([project.id for project in made.values()], by=by)
    set_budgets({made[code].id: budget for code, _, _, budget in desk.projects}, year=year, by=by)


def _types(desk: Desk, *, by: User) -> None:
    accounts = {row.name_de: row for row in Account.objects.filter(control="", is_active=True)}
    for name, account in desk.types:
        behind = accounts[account]
        save_type(TypeFacts(name=name, account=behind, tax_code=behind.tax_code if desk.deducts_tax else ""), by=by)


def _routes(bank: MoneyAccount, *, by: User) -> None:
    save_refund_route(RouteFacts(name="Überweisung", input="iban", money_account_id=bank.id), by=by)
    save_refund_route(RouteFacts(name="Bar im Büro"), by=by)
    back = RouteFacts(
        name="Überweisung auf unser Konto", instruction=f"IBAN {format_iban(bank.iban)}, Belegnummer angeben"
    )
    save_repayment_route(back, by=by)


def _policy(rule: Rule, people: dict[str, User]) -> Policy:
    project = Project.objects.filter(code=rule.project).first() if rule.project else None
    stages = tuple(
        Stage(number=number, needed=1, users=tuple(people[email].pk for email in emails))
        for number, emails in enumerate(rule.stages, start=1)
    )
    return Policy(
        id=0, name=rule.name, subject_type=SUBJECT, project_id=project.id if project else None,
        amount_from=rule.amount_from, stages=stages,
    )  # fmt: skip
