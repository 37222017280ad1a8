"""Setting up what submitters may choose (OC-59 … OC-62)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet

from kontor.banking.models import MoneyAccount
from kontor.contacts.actions.parties import NEXT_FREE, create_party
from kontor.contacts.models import Party, Side
from kontor.contacts.rules.parties import PartyFacts
from kontor.core.audit import act
from kontor.core.iban import format_iban
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.actions.mappings import map_cost_type
from kontor.ledger.models.accounts import Account, AccountKind, AccountRole, ControlKind
from kontor.ledger.rules.account_numbers import check_account_number
from kontor.organisations.models import Tenant
from kontor.projects.models import CostType, Project, ProjectBudget
from kontor.receipts.models import PaymentMeans, RefundRoute, RepaymentRoute, SubmissionSettings
from kontor.receipts.rules import proposals
from kontor.receipts.rules.submission import VARIANTS

type Ordered = Literal["type", "means", "refund", "repayment"]
_ORDERED: dict[Ordered, Any] = {
    "type": CostType, "means": PaymentMeans, "refund": RefundRoute, "repayment": RepaymentRoute,
}  # fmt: skip


class NameTaken(Refusal):
    """Names tell things apart in a choice."""

    sentence = gettext_noop("“%(name)s” exists already. Please choose another name.")
    status = 409


class NotClearing(Refusal):
    """A means of payment collects open items until the bank's line comes."""

    sentence = gettext_noop(
        "Account %(number)s is no clearing account: it must collect payables, and none of suppliers or staff. "
        "Please choose another one or have a new one opened."
    )


class WaiverWithoutBasis(Refusal):
    """A waived claim is a donation only if there was a claim (decisions.md 35)."""

    sentence = gettext_noop(
        "Waiving the refund counts as a donation only where statutes, contract or a resolution grant the refund. "
        "Please note this basis, or do not offer the donation."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """How receipts are handed in."""

    variants: tuple[str, ...]
    takes_own_vouchers: bool
    payment_weekday: int
    hint: str
    waiver_legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFacts:
    """A type of expense and what stands behind it."""

    name: str
    account: Account | None
    tax_code: str = ""
    sphere: str = ""
    is_submittable: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansFacts:
    """A means of payment; without an `account` a clearing account is opened for it."""

    name: str
    kind: str
    account: Account | None = None
    is_debited_later: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """A way of refund or repayment; `input` counts for refunds, `instruction` for repayments."""

    name: str
    input: str = "none"
    instruction: str = ""
    money_account_id: int | None = None
    is_active: bool = True


@act("receipts.save_settings")
def save_settings(facts: SubmissionFacts, *, by: Actor) -> SubmissionSettings:
    """Keep how receipts are handed in.  Raises: WaiverWithoutBasis."""
    if "donation" in facts.variants and not facts.waiver_legal_basis.strip():
        raise WaiverWithoutBasis
    values = {
        "variants": [variant for variant in VARIANTS if variant in facts.variants],
        "takes_own_vouchers": facts.takes_own_vouchers, "payment_weekday": facts.payment_weekday,
        "hint": facts.hint.strip(), "waiver_legal_basis": facts.waiver_legal_basis.strip(),
    }  # fmt: skip
    found = SubmissionSettings.objects.select_for_update().first()
    if found is None:
        return SubmissionSettings.objects.create(**values)
    SubmissionSettings.objects.filter(id=found.id).update(**values)
    found.refresh_from_db()
    return found


@act("receipts.offer_projects")
def offer_projects(project_ids: Collection[int], *, by: Actor) -> None:
    """Let submitters choose exactly these projects."""
    Project.objects.filter(is_submittable=True).exclude(id__in=project_ids).update(is_submittable=False)
    Project.objects.filter(id__in=project_ids, is_active=True, is_submittable=False).update(is_submittable=True)


@act("receipts.set_budgets")
def set_budgets(amounts: Mapping[int, int | None], *, year: int, by: Actor) -> None:
    """Set what projects may spend in a fiscal year, by project id in minor units of the books; None takes a budget away."""
    for project_id, amount in sorted(amounts.items()):
        held = ProjectBudget.objects.filter(project_id=project_id, year=year)
        if amount is None:
            held.delete()
        elif not held.update(amount=amount):
            ProjectBudget.objects.create(project_id=project_id, year=year, amount=amount)


@act("receipts.save_type")
def save_type(facts: TypeFacts, *, type_id: int | None = None, by: Actor) -> CostType:
    """Make or change a type of expense with the account behind it.  Raises: NameTaken, MappedToControl."""
    name = facts.name.strip()
    _check_name(CostType.objects.all(), name, own_id=type_id)
    values = {"name": name, "is_submittable": facts.is_submittable, "is_active": facts.is_active}
    if type_id is None:
        codes = set(CostType.objects.values_list("code", flat=True))
        row = CostType.objects.create(
            code=proposals.code_of(name, taken=codes), position=CostType.objects.count(), **values
        )
    else:
        row = CostType.objects.select_for_update().get(id=type_id)
        CostType.objects.filter(id=type_id).update(**values)
    map_cost_type(row.id, facts.account, tax_code=facts.tax_code, sphere=facts.sphere, by=by)
    return row


@act("receipts.save_means")
def save_means(facts: MeansFacts, *, means_id: int | None = None, by: Actor) -> PaymentMeans:
    """Make or change a means of payment; its clearing account and the contact that stands for it come by themselves.

    Raises:
        NameTaken, NotClearing
    """
    name = facts.name.strip()
    _check_name(PaymentMeans.objects.all(), name, own_id=means_id)
    if facts.account is not None and facts.account.id not in {row.id for row in clearing_accounts()}:
        raise NotClearing(number=facts.account.number)
    values: dict[str, object] = {
        "name": name, "kind": facts.kind, "is_debited_later": facts.is_debited_later, "is_active": facts.is_active,
    }  # fmt: skip
    if means_id is None:
        account = facts.account or _open_clearing_account(name)
        party = create_party(PartyFacts(name=name), numbers={Side.CREDITOR: NEXT_FREE}, by=by)
        return PaymentMeans.objects.create(
            account=account, party=party, position=PaymentMeans.objects.count(), **values
        )
    row = PaymentMeans.objects.select_for_update(of=("self",)).select_related("party").get(id=means_id)
    if facts.account is not None:
        values["account"] = facts.account
    if row.party.name == row.name != name:
        Party.objects.filter(id=row.party_id).update(name=name)
    PaymentMeans.objects.filter(id=means_id).update(**values)
    return row


@act("receipts.save_refund_route")
def save_refund_route(facts: RouteFacts, *, route_id: int | None = None, by: Actor) -> RefundRoute:
    """Make or change a way of refund.  Raises: NameTaken."""
    name = facts.name.strip()
    _check_name(RefundRoute.objects.all(), name, own_id=route_id)
    values = {
        "name": name, "input": facts.input, "money_account_id": facts.money_account_id, "is_active": facts.is_active,
    }  # fmt: skip
    if route_id is None:
        return RefundRoute.objects.create(position=RefundRoute.objects.count(), **values)
    RefundRoute.objects.filter(id=route_id).update(**values)
    return RefundRoute.objects.get(id=route_id)


@act("receipts.save_repayment_route")
def save_repayment_route(facts: RouteFacts, *, route_id: int | None = None, by: Actor) -> RepaymentRoute:
    """Make or change a way of repayment.  Raises: NameTaken."""
    name = facts.name.strip()
    _check_name(RepaymentRoute.objects.all(), name, own_id=route_id)
    values = {
        "name": name, "instruction": facts.instruction.strip(), "money_account_id": facts.money_account_id,
        "is_active": facts.is_active,
    }  # fmt: skip
    if route_id is None:
        return RepaymentRoute.objects.create(position=RepaymentRoute.objects.count(), **values)
    RepaymentRoute.objects.filter(id=route_id).update(**values)
    return RepaymentRoute.objects.get(id=route_id)


@act("receipts.order_choices")
def move(kind: Ordered, row_id: int, *, step: int, by: Actor) -> None:
    """Move a choice one place up (-1) or down (1) among its kind."""
    model = _ORDERED[kind]
    rows = list(model.objects.select_for_update(of=("self",)).order_by("position", "id"))
    at = next((index for index, row in enumerate(rows) if row.pk == row_id), None)
    if at is None or not 0 <= at + step < len(rows):
        return
    rows[at], rows[at + step] = rows[at + step], rows[at]
    for position, row in enumerate(rows):
        if row.position != position:
            model.objects.filter(id=row.pk).update(position=position)


@act("receipts.take_proposal")
def take_proposal(*, say: Callable[[str], str], by: Actor) -> int:
    """Add what is missing of the usual choices, worded by `say`; returns how many were added. What exists stays."""
    tenant = Tenant.objects.get(id=current_tenant_id())
    count = _propose_projects(say) + _propose_types(say, by=by) + _propose_routes(say, tenant)
    if not SubmissionSettings.objects.exists():
        variants = [variant for variant in VARIANTS if variant != "donation"]
        SubmissionSettings.objects.create(variants=variants)
        count += 1
    return count


def clearing_accounts() -> list[Account]:
    """Return the accounts in use that collect payables, but for those of suppliers and staff."""
    played = AccountRole.objects.filter(account__control=ControlKind.PAYABLES).values("account_id")
    rows = Account.objects.filter(control=ControlKind.PAYABLES, is_active=True).exclude(id__in=played)
    return list(rows.order_by("number"))


def _open_clearing_account(name: str) -> Account:
    chart = Tenant.objects.values_list("chart", flat=True).get(id=current_tenant_id())
    number = proposals.free_number(set(Account.objects.values_list("number", flat=True)), chart=chart)
    check_account_number(number, chart=chart, kind=AccountKind.LIABILITY)
    return Account.objects.create(
        number=number, name_de=name, name_en=name, kind=AccountKind.LIABILITY, control=ControlKind.PAYABLES
    )


def _check_name(rows: QuerySet[Any], name: str, *, own_id: int | None) -> None:
    if rows.filter(name__iexact=name).exclude(id=own_id).exists():
        raise NameTaken(name=name)


def _propose_projects(say: Callable[[str], str]) -> int:
    if Project.objects.filter(is_submittable=True).exists():
        return 0
    if not Project.objects.filter(is_active=True).exists():
        Project.objects.create(code="100", name=say(proposals.PROJECT), is_submittable=True)
        return 1
    return Project.objects.filter(is_active=True).update(is_submittable=True)


def _propose_types(say: Callable[[str], str], *, by: Actor) -> int:
    known = {row.name.casefold() for row in CostType.objects.all()}
    codes = set(CostType.objects.values_list("code", flat=True))
    names = [each.account for each in proposals.TYPES]
    accounts = {row.name_de: row for row in Account.objects.filter(name_de__in=names, is_active=True, control="")}
    count, first = 0, len(codes)
    for each in proposals.TYPES:
        if each.code in codes or say(each.name).casefold() in known:
            continue
        row = CostType.objects.create(code=each.code, name=say(each.name), position=first + count, is_submittable=True)
        account = accounts.get(each.account)
        if account is not None:
            map_cost_type(row.id, account, tax_code=account.tax_code, by=by)
        count += 1
    return count


def _propose_routes(say: Callable[[str], str], tenant: Tenant) -> int:
    accounts = list(MoneyAccount.objects.filter(is_active=True).order_by("-iban", "id"))
    count = 0
    if not RefundRoute.objects.exists():
        for position, each in enumerate(proposals.ROUTES):
            account = next((row for row in accounts if row.kind in each.kinds), None)
            is_offered = account is not None or each.input == "iban"
            RefundRoute.objects.create(
                name=say(each.name), input=each.input, money_account=account, position=position, is_active=is_offered
            )
            count += 1
    if not RepaymentRoute.objects.exists():
        bank = next((row for row in accounts if row.iban), None)
        words = say(proposals.REPAYMENT_HINT) % {"iban": format_iban(bank.iban), "holder": tenant.name} if bank else ""
        RepaymentRoute.objects.create(name=say(proposals.REPAYMENT), instruction=words, money_account=bank)
        RepaymentRoute.objects.create(name=say(proposals.REPAYMENT_CASH), position=1)
        count += 2
    return count
