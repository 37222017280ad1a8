"""The plan of an organisation: what it uses, what it costs, what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core.clock import today
from kontor.core.figures import format_amount
from kontor.core.refusal import Refusal
from kontor.organisations.adapter import language_here
from kontor.organisations.door import OrganisationRequest, acting, administering
from kontor.organisations.forms import PlanForm
from kontor.organisations.metering import measure, subscription_of, terms_of, trial_terms
from kontor.organisations.models import Plan, Subscription
from kontor.organisations.rules.plans import Kind, Terms, Usage, format_bytes, limit_of, monthly_price
from kontor.organisations.subscribing import offered_plans, order_plan, plan_of_code
from kontor.ui.refusals import translated

FEATURES = {
    "donations.development": gettext_noop("Development of donations"),
    "results.trend": gettext_noop("Current result and trend"),
    "donations.compare": gettext_noop("Compare donations"),
    "projects.results": gettext_noop("Results of projects"),
    "accounts.results": gettext_noop("Results per account"),
    "accounts.budget": gettext_noop("Budget values per account"),
    "projects.budget": gettext_noop("Results of projects with budget values"),
    "projects.accounts": gettext_noop("Results of projects per account"),
}
KIND_WORDS = {
    Kind.MEMBERS: gettext_noop("Members"),
    Kind.UPLOAD_ONLY: gettext_noop("Only submitting"),
    Kind.SEATS: gettext_noop("Dashboard seats"),
    Kind.RECEIPTS: gettext_noop("Receipts"),
    Kind.BYTES: gettext_noop("Storage"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Use against limit of one kind; `permille` is the filled part, None where nothing limits it."""

    label: str
    used: str
    limit: str
    permille: int | None
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plan as it is offered."""

    code: str
    name: str
    price: str
    lines: Sequence[str]
    features: Sequence[str]
    seat_price: str
    unit_price: str
    unit: str


@administering(fresh=True)
def plan(request: OrganisationRequest) -> HttpResponse:
    """Show use against limits and the plans; order another one or more of this one."""
    own, subscription = request.organisation, subscription_of(request.organisation)
    plans, refusal = offered_plans(), None
    if request.method == "POST" and (form := PlanForm(request.POST)).is_valid():
        try:
            _order(request, form)
            return redirect("organisation_plan", organisation_id=own.id)
        except Refusal as no:
            refusal = no
    on = today()
    trial_last = subscription.trial_until - timedelta(days=1) if subscription and subscription.trial_until else None
    context = {
        "organisation": own, "subscription": subscription, "terms": terms_of(subscription.plan if subscription else None),
        "gauges": gauges(subscription, measure(own), on=on), "offers": offers(plans),
        "price": _price(subscription), "refusal": translated(refusal) if refusal else "",
        "is_trial": trial_last is not None and on <= trial_last, "trial_last": trial_last,
        "trial_days": (trial_last - on).days + 1 if trial_last else 0,
    }  # fmt: skip
    return render(request, "organisations/plan.html", context, status=refusal.status if refusal else 200)


def gauges(subscription: Subscription | None, usage: Usage, *, on: date) -> list[Gauge]:
    """Return what is used of each limit."""
    return [_gauge(kind, subscription, usage, on=on) for kind in Kind]


def offers(plans: Sequence[Plan]) -> list[Offer]:
    """Return plans in words and prices."""
    return [_offer(one) for one in plans]


def _order(request: OrganisationRequest, form: PlanForm) -> None:
    typed = form.cleaned_data
    chosen = plan_of_code(typed["plan"])
    with acting(by=request.user):
        order_plan(
            request.organisation, plan=chosen, extra_seats=typed["extra_seats"] or 0, extra_units=typed["extra_units"] or 0,
            on=today(), by=request.user,
        )  # fmt: skip
    messages.success(request, _("The plan “%(plan)s” is ordered") % {"plan": chosen.name})


def _gauge(kind: Kind, subscription: Subscription | None, usage: Usage, *, on: date) -> Gauge:
    terms, seats, units = terms_of(None), 0, 0
    if subscription is not None:
        terms = trial_terms(subscription, on=on) if kind is Kind.SEATS else terms_of(subscription.plan)
        seats, units = subscription.extra_dashboard_seats, subscription.extra_storage_units
    limit, used = limit_of(kind, terms, extra_seats=seats, extra_units=units), usage.of(kind)
    return Gauge(
        label=_(KIND_WORDS[kind]), used=_figure(kind, used), limit=_("unlimited") if limit is None else _figure(kind, limit),
        permille=None if limit is None else min(1000, used * 1000 // max(limit, 1)),
        is_full=limit is not None and used >= limit,
    )  # fmt: skip


def _figure(kind: Kind, amount: int) -> str:
    return _bytes(amount) if kind is Kind.BYTES else str(amount)


def _bytes(amount: int) -> str:
    words = format_bytes(amount)
    return words.replace(".", ",") if language_here() == "de" else words


def _price(subscription: Subscription | None) -> str:
    if subscription is None:
        return ""
    amount = monthly_price(
        terms_of(subscription.plan), extra_seats=subscription.extra_dashboard_seats, extra_units=subscription.extra_storage_units
    )  # fmt: skip
    return _money(amount, subscription.plan.currency)


def _money(amount: int, currency: str) -> str:
    sign = {"EUR": "€"}.get(currency, currency)
    return f"{format_amount(amount, currency=currency, region='DE')} {sign}"


def _offer(one: Plan) -> Offer:
    terms = terms_of(one)
    return Offer(
        code=one.code, name=one.name, price=_money(one.price, one.currency), lines=_lines(one, terms),
        features=[_(words) for code, words in FEATURES.items() if code in terms.features or "*" in terms.features],
        seat_price="" if one.dashboard_seat_price is None else _money(one.dashboard_seat_price, one.currency),
        unit_price="" if one.bytes_unit_price is None else _money(one.bytes_unit_price, one.currency),
        unit=_bytes(one.bytes_unit or 0),
    )  # fmt: skip


def _lines(one: Plan, terms: Terms) -> list[str]:
    members = (
        _("any number of members") if one.members_max is None else _("up to %(n)s members") % {"n": one.members_max}
    )
    lines = [members]
    if one.members_max is not None and one.upload_only_members_max is None:
        lines.append(_("any number of people who only submit"))
    if one.dashboard_seats is not None:
        lines.append(_("%(n)s dashboard seat “%(level)s”") % {"n": one.dashboard_seats, "level": one.dashboard_level})
    if one.receipts_max is not None:
        lines.append(_("%(n)s receipts to try out") % {"n": one.receipts_max})
    if one.bytes_max is not None:
        lines.append(_("%(n)s of storage") % {"n": _bytes(one.bytes_max)})
    if one.trial_of is not None:
        lines.append(_("one month of the dashboard “%(plan)s” for free") % {"plan": one.trial_of.name})
    return lines
