"""Saved column profiles."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q, QuerySet

from kontor.banking.formats.csvprofile import CsvProfile, profile_from
from kontor.banking.models import CsvProfileRow, MoneyAccount

PROFILES_MAX = 500


def saved_profiles() -> list[tuple[CsvProfile, int | None]]:
    """Return each saved profile under its name with the id of its money account, oldest first."""
    rows = CsvProfileRow.objects.order_by("id")[:PROFILES_MAX]
    return [(replace(profile_from(row.profile), name=row.name), row.money_account_id) for row in rows]


def profiles_of(account: MoneyAccount) -> QuerySet[CsvProfileRow]:
    """Return the profiles that can bring files for an account: its own, and those that ask for the account."""
    mine = CsvProfileRow.objects.filter(Q(money_account=account) | Q(money_account__isnull=True))
    return mine.select_related("money_account").order_by("name")
