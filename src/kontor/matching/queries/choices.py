"""What can be chosen when a transaction is posted straight to an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from kontor.contacts.models import Party, PartyAccount
from kontor.core.kept_statements import kept
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.entries import Sphere
from kontor.ledger.models.taxes import TaxCode
from kontor.projects.models import Project

ACCOUNTS_MAX = 12
ID_DIGITS = 19
FAVOURITES = ("bank_charges", "transit", "donation_income", "suspense")


@dataclass(frozen=True, slots=True)
class Named:
    """Something to choose: its code and its name in the reader's language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DirectChoices:
    """Favourite accounts, tax codes, projects, and spheres where the books know them."""

    accounts: tuple[Named, ...]
    taxes: tuple[Named, ...]
    projects: tuple[Named, ...]
    spheres: tuple[Named, ...]


def direct_choices(*, has_spheres: bool) -> DirectChoices:
    """Return what the form for direct posting offers; three queries."""
    is_german = (get_language() or "de").startswith("de")
    accounts = {role.role: role.account for role in _favourites.rows()}
    taxes = dict(_taxes.rows("name_de" if is_german else "name_en"))
    projects = _projects.rows()
    return DirectChoices(
        accounts=tuple(_named(accounts[role], is_german=is_german) for role in FAVOURITES if role in accounts),
        taxes=tuple(Named(code, name) for code, name in sorted(taxes.items(), key=lambda pair: pair[1])),
        projects=tuple(Named(str(key), f"{number} {name}") for key, number, name in projects),
        spheres=tuple(Named(code, str(name)) for code, name in Sphere.choices) if has_spheres else (),
    )


@kept
def _favourites() -> QuerySet[AccountRole]:
    return AccountRole.objects.filter(role__in=FAVOURITES, rate_percent=None).select_related("account")


@kept
def _taxes(name: str) -> QuerySet[TaxCode, Any]:
    return TaxCode.objects.order_by("-code", "valid_from").values_list("code", name)


@kept
def _projects() -> QuerySet[Project, Any]:
    return Project.objects.filter(is_active=True).order_by("code").values_list("id", "code", "name")[:500]


def find_accounts(text: str) -> list[Named]:
    """Return active accounts that a bank line may be posted to, by number or name."""
    is_german = (get_language() or "de").startswith("de")
    words = text.strip()
    rows = Account.objects.filter(is_active=True, control="").order_by("number")
    if words:
        rows = rows.filter(Q(number__startswith=words) | Q(name_de__icontains=words) | Q(name_en__icontains=words))
    return [_named(account, is_german=is_german) for account in rows[:ACCOUNTS_MAX]]


def party_of(typed: str) -> int | None:
    """Return the contact that was chosen, or whose debtor or creditor number was typed; None if there is none."""
    if typed.isdecimal() and len(typed) < ID_DIGITS and Party.objects.filter(id=int(typed)).exists():
        return int(typed)
    found = PartyAccount.objects.filter(number=typed).order_by("-side").values_list("party_id", flat=True)
    return found.first()


def party_names(typed: Iterable[str]) -> dict[str, str]:
    """Return the names of the contacts that were chosen, by what the form holds of them."""
    ids = [int(each) for each in typed if each.isdecimal() and len(each) < ID_DIGITS]
    return {str(key): name for key, name in Party.objects.filter(id__in=ids).values_list("id", "name")} if ids else {}


def _named(account: Account, *, is_german: bool) -> Named:
    return Named(account.number, account.name_de if is_german else account.name_en)
