"""New organisations: who may found one, with which code, and what it begins with."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.organisations.actions import ADMINISTRATOR, create_organisation, create_tenant, grant_access
from kontor.organisations.models import (
    CODE_LETTERS,
    ActivationCode,
    Chart,
    Country,
    Organisation,
    OrganisationKind,
    Plan,
    Tenant,
    User,
)
from kontor.organisations.subscribing import order_plan

VERBS = {
    "organisations.found_organisation": gettext_noop("Organisation founded"),
    "organisations.add_tenant": gettext_noop("Books opened"),
}
ANYONE, ADMIN, CODE = "anyone", "admin", "code"
_UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_FOUNDED_A_DAY_MAX = 5
_SEPARATED = 4


class MayNotFound(Refusal):
    """This installation does not let people found organisations."""

    sentence = gettext_noop(
        "New organisations are set up here by the operator of the installation. Please ask there, or enter the invitation code of an existing organisation."
    )
    status = 403


class WrongActivation(Refusal):
    """The activation code does not hold."""

    sentence = gettext_noop(
        "This activation code is unknown, used or expired. The operator of the installation hands out a new one."
    )


class TooManyFounded(Refusal):
    """Somebody founds organisations by the dozen."""

    sentence = gettext_noop(
        "This account has founded %(count)s organisations today. The next one is possible tomorrow."
    )
    status = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """What the wizard has asked."""

    name: str
    official_email: str
    kind: str
    country: str
    chart: str
    first_year: int
    first_month: int = 1


def may_found() -> bool:
    """Tell whether people may found organisations here at all, with or without a code."""
    return settings.NEW_ORGANISATIONS != ADMIN


def needs_activation() -> bool:
    """Tell whether founding takes an activation code."""
    return bool(settings.NEW_ORGANISATIONS == CODE)


def proposed_chart(*, country: str, kind: str) -> str:
    """Return the chart of accounts that fits: SKR42 for German associations, churches and foundations."""
    if country == Country.CH:
        return Chart.KMU
    if country == Country.AT:
        return Chart.EKR
    non_profits = {OrganisationKind.ASSOCIATION, OrganisationKind.CHURCH, OrganisationKind.FOUNDATION}
    return Chart.SKR42 if kind in non_profits else Chart.SKR03


def proposed_code(name: str) -> str:
    """Return a free code for books of that name: "Werkhof Hannover e.V." → "werkhof-hannover-e-v"."""
    spelt = name.lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "books"
    taken = set(Tenant.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


@act("organisations.found_organisation")
def found_organisation(
    new: NewOrganisation, *, plan: Plan | None, activation: str = "", on: date, at: datetime, by: User
) -> Tenant:
    """Found an organisation with its first books, in the tenant context of a reserved id; `by` administers both.

    Raises:
        MayNotFound, TooManyFounded: not here, not today.
        WrongActivation: the installation asks for a code, and this is none.
    """
    _check_may_found(by, at=at)
    code = _unused_activation(activation, on=on) if needs_activation() else None
    organisation = create_organisation(new.name, kind=new.kind, official_email=new.official_email, main_admin=by)
    books = create_tenant(
        proposed_code(new.name), name=new.name, country=new.country, chart=new.chart, first_year=new.first_year,
        first_month=new.first_month, organisation=organisation, by=by,
    )  # fmt: skip
    if plan is not None:
        order_plan(organisation, plan=(code.plan if code and code.plan else plan), on=on, by=by)
    grant_access(by, tenant=books, role=ADMINISTRATOR, by=by)
    if code is not None:
        code.used_at, code.used_by, code.organisation = at, by, organisation
        code.save(update_fields=["used_at", "used_by", "organisation"])
    return books


@act("organisations.add_tenant")
def add_tenant(
    organisation: Organisation, *, name: str, country: str, chart: str, first_year: int, first_month: int = 1, by: User
) -> Tenant:
    """Open further books of an organisation, in the tenant context of a reserved id; `by` administers them."""
    books = create_tenant(
        proposed_code(name), name=name, country=country, chart=chart, first_year=first_year, first_month=first_month,
        organisation=organisation, by=by,
    )  # fmt: skip
    grant_access(by, tenant=books, role=ADMINISTRATOR, by=by)
    return books


def create_activation_code(*, note: str, days: int, plan: Plan | None, on: date, by: Actor | None) -> str:
    """Make an activation code and return it, the only time that it is seen: "K7QM-2XPA-9TRB"."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(3 * _SEPARATED))
    valid_until = on + timedelta(days=days)
    ActivationCode.objects.create(digest=_digest(letters), note=note, plan=plan, valid_until=valid_until)
    return "-".join(letters[start : start + _SEPARATED] for start in range(0, len(letters), _SEPARATED))


def holds_activation(typed: str, *, on: date) -> bool:
    """Tell whether an activation code is unused and in time."""
    return ActivationCode.objects.filter(digest=_digest(typed), used_at=None, valid_until__gt=on).exists()


def _unused_activation(typed: str, *, on: date) -> ActivationCode:
    found = ActivationCode.objects.select_for_update(of=("self",)).select_related("plan").filter(
        digest=_digest(typed), used_at=None, valid_until__gt=on
    ).first()  # fmt: skip
    if found is None:
        raise WrongActivation
    return found


def _check_may_found(by: User, *, at: datetime) -> None:
    if not may_found():
        raise MayNotFound
    today = Organisation.objects.filter(main_admin=by, created_at__gt=at - timedelta(days=1)).count()
    if today >= _FOUNDED_A_DAY_MAX:
        raise TooManyFounded(count=today)


def _digest(typed: str) -> str:
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
