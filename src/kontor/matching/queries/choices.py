"""What can be chosen when a transaction is posted straight to an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language

from kontor.contacts.models import Party, PartyAccount
from kontor.core.kept_statements import Figures, kept_figures
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.taxes import TaxCode
from kontor.projects.models import Project

ACCOUNTS_MAX = 12
PROJECTS_MAX = 500
ID_DIGITS = 19
FAVOURITES = ("bank_charges", "transit", "donation_income", "suspense")


class Named(NamedTuple):
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


def direct_choices(found: Mapping[str, Any], *, spheres: Iterable[tuple[str, str]] = ()) -> DirectChoices:
    """Return what the form for direct posting offers, as `choices` has found it."""
    accounts = {role: Named(number, name) for role, number, name in found["accounts"] or ()}
    taxes = dict(found["taxes"] or ())
    return DirectChoices(
        accounts=tuple(accounts[role] for role in FAVOURITES if role in accounts),
        taxes=tuple(Named(code, name) for code, name in sorted(taxes.items(), key=lambda pair: pair[1])),
        projects=tuple(Named(key, name) for key, name in (found["projects"] or ())[:PROJECTS_MAX]),
        spheres=tuple(Named(code, name) for code, name in spheres),
    )


def choices() -> tuple[Figures, Figures, Figures]:
    """Return what the form for direct posting has to know in the reader's language, to be asked with others."""
    name = "name_de" if (get_language() or "de").startswith("de") else "name_en"
    return _favourites.of(name), _taxes.of(name), _projects.of()


@kept_figures
def _favourites(name: str) -> tuple[QuerySet[AccountRole], dict[str, Aggregate]]:
    rows = AccountRole.objects.filter(role__in=FAVOURITES, rate_percent=None)
    return rows, {"accounts": _list_of("role", "account__number", f"account__{name}")}


@kept_figures
def _taxes(name: str) -> tuple[QuerySet[TaxCode], dict[str, Aggregate]]:
    """A code that was changed counts as it is called last."""
    return TaxCode.objects.order_by(), {"taxes": _list_of("code", name, order=("-code", "valid_from"))}


@kept_figures
def _projects() -> tuple[QuerySet[Project], dict[str, Aggregate]]:
    rows = Project.objects.filter(is_active=True).order_by()
    words = Concat("code", Value(" "), "name", output_field=TextField())
    return rows, {"projects": _list_of(Cast("id", TextField()), words, order=("code",))}


def _list_of(*columns: str | Func, order: Sequence[str] = ()) -> Aggregate:
    """Return a list of rows of words."""
    row = Func(*columns, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))
    return ArrayAgg(row, order_by=order or None)


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
