"""What happened to an organisation, as its administrators read it: members, access, roles, code, plan, books.

The rows are those of the platform's record, written by triggers; those of one act and moment are told as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core.audit import wording_of
from kontor.core.models import PlatformAudit
from kontor.organisations.history import MACHINE
from kontor.organisations.models import Organisation, Plan, Tenant
from kontor.organisations.queries import names_of

PAGE = 50
CHANGED = gettext_noop("Changed")
_TOLD = (
    "organisations.organisation", "organisations.tenant", "organisations.membership", "organisations.tenantaccess",
    "organisations.roleassignment", "organisations.subscription", "organisations.activationcode",
)  # fmt: skip
# What a row says that no act has named: the operator's commands, and what came before acts were recorded.
_WITHOUT_ACT = {
    ("organisations.organisation", "INSERT"): gettext_noop("Organisation founded"),
    ("organisations.organisation", "UPDATE"): gettext_noop("Organisation changed"),
    ("organisations.tenant", "INSERT"): gettext_noop("Books opened"),
    ("organisations.membership", "INSERT"): gettext_noop("Member added"),
    ("organisations.membership", "UPDATE"): gettext_noop("Membership changed"),
    ("organisations.tenantaccess", "INSERT"): gettext_noop("Person let in"),
    ("organisations.tenantaccess", "DELETE"): gettext_noop("Access ended"),
    ("organisations.roleassignment", "INSERT"): gettext_noop("Role given"),
    ("organisations.roleassignment", "DELETE"): gettext_noop("Role taken away"),
    ("organisations.subscription", "INSERT"): gettext_noop("Plan ordered"),
    ("organisations.subscription", "UPDATE"): gettext_noop("Plan changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One act: who did what when, and to whom or what, in the reader's language."""

    id: int
    at: datetime
    who: str
    what: str
    about: str


def chronicle(organisation: Organisation, *, before: int | None = None) -> tuple[list[Happening], int | None]:
    """Return up to 50 rows of the organisation's record as acts, latest first, and where the earlier ones begin.

    `before` leaves out that row and later ones.
    """
    rows = PlatformAudit.objects.annotate(owner=KT("details__organisation")).filter(
        owner=str(organisation.id), object_type__in=_TOLD
    )
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return list(_told(found[:PAGE])), older


def _told(rows: Sequence[PlatformAudit]) -> Iterable[Happening]:
    people = names_of({user for row in rows for user in _users(row)})
    books = dict(Tenant.objects.filter(id__in=_ids(rows, "tenant_id")).values_list("id", "name"))
    plans = dict(Plan.objects.filter(id__in=_ids(rows, "plan_id")).values_list("id", "name"))
    acts: list[list[PlatformAudit]] = []
    for row in rows:
        if acts and _is_same_act(acts[-1][-1], row):
            acts[-1].append(row)
        else:
            acts.append([row])
    for group in acts:
        first = group[-1]
        about = dict.fromkeys(word for row in reversed(group) for word in _about(row, people, books, plans) if word)
        yield Happening(
            id=first.id, at=first.at, who=_name(first.actor_id, people), what=_words(first), about=" · ".join(about)
        )


def _is_same_act(later: PlatformAudit, row: PlatformAudit) -> bool:
    """Tell whether two neighbours come from one act: same verb by and on the same people, within a second."""
    verb = row.details.get("verb")
    is_same = bool(verb) and verb == later.details.get("verb") and row.actor_id == later.actor_id
    if (one := _held(later).get("user_id")) and (other := _held(row).get("user_id")) and one != other:
        return False
    return is_same and (later.at - row.at).total_seconds() < 1


def _words(row: PlatformAudit) -> str:
    verb = str(row.details.get("verb") or "")
    if verb and wording_of(verb) != verb:
        return _(wording_of(verb))
    return _(_WITHOUT_ACT.get((row.object_type, row.operation), CHANGED))


def _about(
    row: PlatformAudit, people: Mapping[int, str], books: Mapping[int, str], plans: Mapping[int, str]
) -> Iterable[str]:
    held = _held(row)
    if held.get("user_id"):
        yield people.get(int(held["user_id"]), _("a deleted account"))
    yield str(row.details.get("word") or "")
    if held.get("tenant_id"):
        yield books.get(int(held["tenant_id"]), "")
    if row.object_type == "organisations.tenant":
        yield str(held.get("name", ""))
    if held.get("plan_id") and row.object_type == "organisations.subscription":
        yield plans.get(int(held["plan_id"]), "")
    if row.object_type == "organisations.membership" and row.operation == "UPDATE":
        yield from _turn(row)


def _turn(row: PlatformAudit) -> Iterable[str]:
    """Say what an update of a membership changed, where its verb does not."""
    was, now = row.details.get("was") or {}, row.details.get("is") or {}
    if was.get("is_admin") != now.get("is_admin") and was.get("state") == now.get("state"):
        yield _("now administrator") if now.get("is_admin") else _("no longer administrator")
    if now.get("is_upload_only") and was.get("state") != now.get("state") and now.get("state") == "active":
        yield _("to submit only")


def _held(row: PlatformAudit) -> Mapping[str, Any]:
    held: Mapping[str, Any] = row.details.get("is") or row.details.get("was") or {}
    return held


def _users(row: PlatformAudit) -> Iterable[int]:
    if row.actor_id is not None:
        yield row.actor_id
    if user := _held(row).get("user_id"):
        yield int(user)


def _ids(rows: Sequence[PlatformAudit], name: str) -> set[int]:
    return {int(_held(row)[name]) for row in rows if _held(row).get(name)}


def _name(actor_id: int | None, people: Mapping[int, str]) -> str:
    return MACHINE if actor_id is None else people.get(actor_id, _("a deleted account"))
