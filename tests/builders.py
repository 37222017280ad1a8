"""Plain functions that make believable things for tests; each test makes its own tenant."""

from __future__ import annotations

import itertools
import uuid
from datetime import date

from kontor.core.tenancy import tenant
from kontor.organisations.actions import create_tenant, create_user, grant_access, reserve_tenant_id
from kontor.organisations.models import Tenant, User

_numbers = itertools.count(1)


def a_user(*, name: str = "Sabine Brandt", password: str | None = None) -> User:
    """Make a user with an address of their own."""
    return User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.org", name=name, password=password)


def a_day(month: int = 3, day: int = 10) -> date:
    """Return a day in the year that tests live in."""
    return date(2026, month, day)


def a_tenant(*, country: str = "DE", chart: str = "SKR03", first_year: int = 2025, by: User | None = None) -> Tenant:
    """Open new books with a code of their own, with everything that every context sets up in them."""
    code = f"books-{next(_numbers)}-{uuid.uuid4().hex[:8]}"
    with tenant(reserve_tenant_id(), by=by):
        return create_tenant(
            code,
            name=f"Books {code}",
            country=country,
            chart=chart,
            first_year=first_year,
            demands_second_factor=False,
            by=by,
        )


def a_member(of: Tenant, *, role: str = "bookkeeper", name: str = "Sabine Brandt") -> User:
    """Make a person who may enter the books with a preset role; sign them in with `client.force_login`."""
    person = create_user(f"{uuid.uuid4().hex[:12]}@example.org", name=name)
    with tenant(of.id):
        grant_access(person, tenant=of, role=role, by=None)
    return person
