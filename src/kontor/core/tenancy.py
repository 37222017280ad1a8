"""The tenant [Mandant] as the wall between sets of books.

`with tenant(id, by=user)` is a door's one transaction: it tells PostgreSQL and the managers whose books
are open. Outside of it no tenant row can be read or written, by row-level security and by the manager.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from django.db import connection, models
from django.db.models.lookups import Exact
from django.db.models.sql.where import WhereNode
from django_subatomic import db

from kontor.core.quick_rows import QuickModel


class Actor(Protocol):
    """Whoever acts: a user, or the machine."""

    pk: Any


@dataclass(frozen=True, slots=True)
class TenantContext:
    """Whose books are open, who acts and in which request."""

    tenant_id: int
    actor_id: int | None
    request_id: str


class NoTenant(RuntimeError):
    """Tenant rows were asked for outside of `with tenant(…)`: a fault of ours."""


class OtherTenantOpen(RuntimeError):
    """A second tenant was opened inside an open one: a fault of ours."""


_current: ContextVar[TenantContext | None] = ContextVar("kontor_tenant", default=None)


@contextmanager
def tenant(tenant_id: int, *, by: Actor | None = None, request_id: str = "") -> Iterator[TenantContext]:
    """Open the books of one tenant in one durable transaction.

    Raises:
        OtherTenantOpen: books are open already.
    """
    if _current.get() is not None:
        raise OtherTenantOpen(f"tenant {tenant_id} inside {_current.get()}")
    context = TenantContext(tenant_id, by.pk if by is not None else None, request_id)
    with db.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_tenant(%s, %s, %s)", [context.tenant_id, context.actor_id, request_id])
        token = _current.set(context)
        try:
            yield context
        finally:
            _current.reset(token)


@contextmanager
def pretended_tenant(tenant_id: int | None) -> Iterator[None]:
    """Let statements be compiled for a tenant that is not open to the database; None leaves all as it is."""
    if tenant_id is None:
        yield
        return
    token = _current.set(TenantContext(tenant_id, None, ""))
    try:
        yield
    finally:
        _current.reset(token)


def current() -> TenantContext:
    """Return the open tenant context.

    Raises:
        NoTenant: none is open.
    """
    context = _current.get()
    if context is None:
        raise NoTenant("use `with tenant(id, by=user)` at the door")
    return context


def current_tenant_id() -> int:
    """Return the id of the tenant whose books are open.  Raises: NoTenant."""
    return current().tenant_id


def tenant_is_open() -> bool:
    """Tell whether books are open."""
    return _current.get() is not None


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of the open tenant."""


class TenantManager[M: models.Model](models.Manager[M]):
    """Give rows of the open tenant only; raises outside of one."""

    def get_queryset(self) -> TenantQuerySet[M]:
        """Return the open tenant's rows."""
        return TenantQuerySet[M](self.model, using=self._db).filter(tenant_id=current_tenant_id())


class TenantModel(QuickModel):
    """A row that belongs to one tenant.

    Django sees `id` as the key; the migration operation `TenantTables` makes it `(tenant_id, id)`.
    """

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.BigIntegerField(default=current_tenant_id, editable=False)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:  # noqa: ARG002  # as Django calls it
        """Refuse: deletion is a filtered query."""
        raise TypeError("delete by a filtered query, never an instance")


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]  # django-stubs' generic needs the pair of model types per use
    """A key to another row of the same tenant: joins carry `tenant_id`, so does the database's own key."""

    def __init__(self, to: Any, **options: Any) -> None:
        options.setdefault("on_delete", models.DO_NOTHING)
        options.setdefault("related_name", "+")
        options["db_constraint"] = False
        options["db_index"] = False
        super().__init__(to, **options)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode | None:
        """Join on the tenant as well."""
        if alias is None or related_alias is None:
            return None
        near = self.model._meta.get_field("tenant_id").get_col(related_alias)  # type: ignore[union-attr]
        far = self.related_model._meta.get_field("tenant_id").get_col(alias)  # type: ignore[union-attr]
        return WhereNode([Exact(far, near)])  # type: ignore[list-item]  # a lookup is a node of the condition
