"""What organisations use of their plans: contexts register what they count, doors of new things ask for room.

    register_counter(Kind.RECEIPTS, count=lambda: Receipt.objects.count())   # in AppConfig.ready; counts the open tenant
    check_room(Kind.RECEIPTS, tenant=request.tenant)                         # in the act that makes a receipt

Without a subscription, or with a plan that has no limit for the kind, asking costs one small query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.db.models import Sum

from kontor.core.clock import today
from kontor.core.tenancy import current_tenant_id, tenant_is_open
from kontor.core.tenancy import tenant as open_books
from kontor.organisations.models import (
    Membership,
    MembershipState,
    Organisation,
    Plan,
    RoleAssignment,
    Subscription,
    Tenant,
    UsageMeter,
)
from kontor.organisations.rules.plans import UNLIMITED, Kind, Terms, Usage, check_limit, limit_of

type Count = Callable[[], int]

_counters: dict[Kind, list[Count]] = {}
_seat_rights: set[str] = set()


def register_counter(kind: Kind, *, count: Count) -> None:
    """Count `kind` in the open tenant by `count`; several contexts' counts of one kind add up (bytes)."""
    known = _counters.setdefault(kind, [])
    if count not in known:
        known.append(count)


def register_seat_right(code: str) -> None:
    """Say that holding this right takes a dashboard seat."""
    _seat_rights.add(code)


def check_room(kind: Kind | str, *, tenant: Tenant, adding: int = 1, on: date | None = None) -> None:
    """Refuse a new thing that the plan of the tenant's organisation has no room for; call it before making the thing.

    Needs the open tenant for receipts and bytes. Where a limit exists, one organisation's new things queue here until
    commit, so two at once cannot both take the last place.

    Raises:
        NoRoom: the limit is reached; the sentence says which and what helps.
    """
    check_room_in(tenant.organisation, kind, adding=adding, on=on or today(tenant.country))


def check_room_in(organisation: Organisation, kind: Kind | str, *, adding: int = 1, on: date) -> None:
    """Do the same for an organisation: members and seats belong to no tenant.  Raises: NoRoom."""
    kind = Kind(kind)
    subscription = subscription_of(organisation)
    terms, limit = _limit(subscription, kind, on=on)
    if limit is None or subscription is None:
        return
    Subscription.objects.select_for_update(of=("self",)).get(id=subscription.id)
    used = _used(organisation, kind)
    check_limit(kind, terms=terms, used=used, adding=adding, limit=limit)
    if kind in _counters and tenant_is_open():
        _note(current_tenant_id(), kind, _count_here(kind) + adding)


def meter(of: Organisation | Tenant) -> Usage:
    """Return what the organisation uses, from the last measures; `measure` renews them."""
    organisation = of.organisation if isinstance(of, Tenant) else of
    return Usage(**{kind.value: _used(organisation, kind) for kind in Kind})


def measure(organisation: Organisation) -> Usage:
    """Count anew in every set of books and return the use; opens each, so no tenant may be open."""
    for books in Tenant.objects.filter(organisation=organisation).order_by("id"):
        with open_books(books.id):
            for kind in _counters:
                _note(books.id, kind, _count_here(kind))
            UsageMeter.objects.filter(tenant_id=books.id, kind__startswith="seat:").delete()
            UsageMeter.objects.bulk_create(
                UsageMeter(tenant_id=books.id, kind=f"seat:{user_id}", amount=1) for user_id in _seat_holders()
            )
    return meter(organisation)


def note_seats(tenant: Tenant) -> None:
    """Renew who takes a dashboard seat in the open tenant; called when roles change."""
    UsageMeter.objects.filter(tenant=tenant, kind__startswith="seat:").delete()
    UsageMeter.objects.bulk_create(
        UsageMeter(tenant=tenant, kind=f"seat:{user_id}", amount=1) for user_id in _seat_holders()
    )


def takes_seat(rights: Collection[str]) -> bool:
    """Tell whether a role with these rights takes a dashboard seat."""
    return not _seat_rights.isdisjoint(rights)


def holds_seat(organisation: Organisation, user_id: int) -> bool:
    """Tell whether the person has a dashboard seat in any books of the organisation."""
    return UsageMeter.objects.filter(tenant__organisation=organisation, kind=f"seat:{user_id}").exists()


def has_feature(code: str, *, tenant: Tenant, on: date) -> bool:
    """Tell whether the plan, or a running trial, shows the part `code` of the dashboard."""
    terms = trial_terms(subscription_of(tenant.organisation), on=on)
    return "*" in terms.features or code in terms.features


def subscription_of(organisation: Organisation) -> Subscription | None:
    """Return the organisation's subscription with its plans; None is the plan without limits."""
    return Subscription.objects.select_related("plan", "trial_plan").filter(organisation=organisation).first()


def terms_of(plan: Plan | None) -> Terms:
    """Return a plan as figures; none is the plan without limits."""
    if plan is None:
        return UNLIMITED
    return Terms(
        code=plan.code, name=plan.name, currency=plan.currency, price=plan.price, members_max=plan.members_max,
        upload_only_members_max=plan.upload_only_members_max, dashboard_seats=plan.dashboard_seats,
        dashboard_seat_price=plan.dashboard_seat_price, dashboard_level=plan.dashboard_level,
        receipts_max=plan.receipts_max, bytes_max=plan.bytes_max, bytes_unit=plan.bytes_unit,
        bytes_unit_price=plan.bytes_unit_price, features=tuple(plan.features), is_offered=plan.is_offered, place=plan.place,
    )  # fmt: skip


def trial_terms(subscription: Subscription | None, *, on: date) -> Terms:
    """Return the terms of the dashboard: those of the trial while it runs, else of the plan."""
    if subscription is None:
        return UNLIMITED
    is_running = subscription.trial_until is not None and on < subscription.trial_until
    return terms_of(subscription.trial_plan if is_running and subscription.trial_plan else subscription.plan)


def _limit(subscription: Subscription | None, kind: Kind, *, on: date) -> tuple[Terms, int | None]:
    if subscription is None:
        return UNLIMITED, None
    terms = trial_terms(subscription, on=on) if kind is Kind.SEATS else terms_of(subscription.plan)
    seats, units = subscription.extra_dashboard_seats, subscription.extra_storage_units
    return terms, limit_of(kind, terms, extra_seats=seats, extra_units=units)


def _used(organisation: Organisation, kind: Kind) -> int:
    match kind:
        case Kind.MEMBERS | Kind.UPLOAD_ONLY:
            active = Membership.objects.filter(organisation=organisation, state=MembershipState.ACTIVE)
            return active.filter(is_upload_only=kind is Kind.UPLOAD_ONLY).count()
        case Kind.SEATS:
            seats = UsageMeter.objects.filter(tenant__organisation=organisation, kind__startswith="seat:")
            return seats.values("kind").distinct().count()
        case Kind.RECEIPTS | Kind.BYTES:
            meters = UsageMeter.objects.filter(tenant__organisation=organisation, kind=kind)
            if not tenant_is_open():
                return meters.aggregate(total=Sum("amount"))["total"] or 0
            others = meters.exclude(tenant_id=current_tenant_id()).aggregate(total=Sum("amount"))["total"] or 0
            return others + _count_here(kind)


def _count_here(kind: Kind) -> int:
    return sum(count() for count in _counters.get(kind, ()))


def _note(tenant_id: int, kind: Kind, amount: int) -> None:
    UsageMeter.objects.update_or_create(tenant_id=tenant_id, kind=kind, defaults={"amount": amount})


def _seat_holders() -> list[int]:
    assignments = RoleAssignment.objects.select_related("role")
    return sorted({one.user_id for one in assignments if takes_seat(one.role.codes)})
