"""Plans as data, and what organisations order of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.organisations.models import Organisation, Plan, Subscription
from kontor.organisations.rules.plans import TRIAL_MONTHS, Terms

VERBS = {
    "organisations.load_plans": gettext_noop("Plans loaded"),
    "organisations.order_plan": gettext_noop("Plan ordered"),
}


class UnknownPlan(Refusal):
    """No such plan."""

    sentence = gettext_noop("There is no plan “%(plan)s”. Plans: %(plans)s. Plans are loaded by “kontor load-plans”.")
    status = 404


class NotExtendable(Refusal):
    """The plan cannot be extended."""

    sentence = gettext_noop("The plan “%(plan)s” cannot be extended by this. Please choose a larger plan.")


class NegativeExtras(Refusal):
    """Fewer than nothing."""

    sentence = gettext_noop("Further seats and storage are counted from 0 on.")


class UnreadablePlans(Refusal):
    """The file of plans is not one."""

    sentence = gettext_noop("The file of plans cannot be read: %(fault)s. Nothing was changed.")


def plans_of_text(text: str) -> list[Terms]:
    """Read plans from JSON: a list of objects with the fields of `Terms`; money in minor units, storage in bytes.

    Raises:
        UnreadablePlans: no JSON, or a field that plans do not have.
    """
    try:
        rows = json.loads(text)
        return [Terms(**{**row, "features": tuple(row.get("features", ()))}) for row in rows]
    except (ValueError, TypeError, AttributeError) as fault:
        raise UnreadablePlans(fault=fault) from fault


@act("organisations.load_plans")
def load_plans(presets: Iterable[Terms]) -> Sequence[Plan]:
    """Write plans down; a plan of the same code takes the new figures, organisations keep it."""
    known = {terms.code: terms for terms in presets}
    made = {}
    for terms in known.values():
        facts = asdict(terms)
        del facts["code"], facts["trial_of"]
        made[terms.code], _ = Plan.objects.update_or_create(
            code=terms.code, defaults={**facts, "features": list(terms.features)}
        )
    for terms in known.values():
        plan = made[terms.code]
        plan.trial_of = plan_of_code(terms.trial_of) if terms.trial_of else None
        plan.save(update_fields=["trial_of"])
    return list(made.values())


def offered_plans() -> Sequence[Plan]:
    """Return the plans an organisation may choose from, in their order, with trial; none means that all is unlimited."""
    return list(Plan.objects.select_related("trial_of").filter(is_offered=True).order_by("place", "id"))


def plan_of_code(code: str) -> Plan:
    """Return a plan.  Raises: UnknownPlan."""
    found = Plan.objects.select_related("trial_of").filter(code=code.strip().lower()).first()
    if found is None:
        raise UnknownPlan(
            plan=code, plans=", ".join(Plan.objects.order_by("place").values_list("code", flat=True)) or "–"
        )
    return found


@act("organisations.order_plan")
def order_plan(
    organisation: Organisation, *, plan: Plan, extra_seats: int = 0, extra_units: int = 0, on: date, by: Actor | None
) -> Subscription:
    """Put the organisation on a plan, up or down; nothing that exists is touched.

    A plan that includes a trial starts it with the first order, once per organisation.

    Raises:
        NotExtendable: seats or storage that the plan does not sell.
        NegativeExtras
    """
    _check_extras(plan, extra_seats=extra_seats, extra_units=extra_units)
    subscription, is_new = Subscription.objects.select_for_update().get_or_create(
        organisation=organisation, defaults={"plan": plan, "since": on}
    )
    if not is_new and subscription.plan_id != plan.id:
        subscription.since = on
    subscription.plan = plan
    subscription.extra_dashboard_seats, subscription.extra_storage_units = extra_seats, extra_units
    if plan.trial_of is not None and subscription.trial_until is None:
        subscription.trial_plan, subscription.trial_until = plan.trial_of, months_after(on, TRIAL_MONTHS)
    subscription.save(
        update_fields=["plan", "extra_dashboard_seats", "extra_storage_units", "trial_plan", "trial_until", "since"]
    )
    return subscription


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month (§ 188 (3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _check_extras(plan: Plan, *, extra_seats: int, extra_units: int) -> None:
    if extra_seats < 0 or extra_units < 0:
        raise NegativeExtras
    if (extra_seats and plan.dashboard_seat_price is None) or (extra_units and plan.bytes_unit_price is None):
        raise NotExtendable(plan=plan.name)
