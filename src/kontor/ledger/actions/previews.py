"""What a posting would write, and why it would be refused, without writing it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.actions.posting import InactiveAccount
from kontor.ledger.guards import PeriodClosed
from kontor.ledger.models.periods import PeriodState
from kontor.ledger.queries.accounts import AccountBook, KnownAccount
from kontor.ledger.rules.periods import NoPeriod, period_on, periods_of_year
from kontor.ledger.rules.postings import AccountRef, Posting

_GROUND = """
SELECT
  (SELECT jsonb_agg(jsonb_build_array(a.id, a.number, a.control, a.is_active, a.name_de, a.name_en)) FROM ledger_account a
   WHERE a.tenant_id = %(tenant)s AND a.number = ANY(%(numbers)s)),
  (SELECT jsonb_agg(jsonb_build_array(r.role, r.rate_percent::text, a.id, a.number, a.control, a.is_active, a.name_de,
                                      a.name_en))
   FROM ledger_accountrole r JOIN ledger_account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   WHERE r.tenant_id = %(tenant)s AND r.role = ANY(%(roles)s)),
  (SELECT jsonb_agg(jsonb_build_array(p.first_day, p.last_day, p.state)) FROM ledger_period p
   WHERE p.tenant_id = %(tenant)s AND p.first_day <= %(last)s AND p.last_day >= %(first)s),
  (SELECT max(p.last_day) FROM ledger_period p WHERE p.tenant_id = %(tenant)s)
"""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of an entry: account, debit and credit in minor units of the base currency."""

    number: str
    name_de: str
    name_en: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The accounts and periods that some postings need: (first day, last day, state) of periods, last day of the books."""

    book: AccountBook
    names: Mapping[int, tuple[str, str]]
    periods: Sequence[tuple[date, date, str]]
    last_day: date | None

    def lines_of(self, posting: Posting, *, day: date) -> list[PreviewLine]:
        """Return what open items would post on a day, as `ledger.post` would.

        Raises:
            MissingAccountRole, InactiveAccount, NoPeriod, PeriodClosed
        """
        found = [self._account(line.account) for line in posting.lines]
        self._check_day(day)
        return [
            PreviewLine(account.number, *self.names[account.id], max(line.amount_base, 0), max(-line.amount_base, 0))
            for account, line in zip(found, posting.lines, strict=True)
        ]

    def _account(self, ref: AccountRef) -> KnownAccount:
        account = self.book.find(ref)
        if not account.is_active:
            raise InactiveAccount(number=account.number)
        return account

    def _check_day(self, day: date) -> None:
        states = [state for first, last, state in self.periods if first <= day <= last]
        if not states:
            self._check_next_year(day)
        elif states[0] != PeriodState.OPEN:
            raise PeriodClosed

    def _check_next_year(self, day: date) -> None:
        """Refuse a day outside of the year that would open by itself (decisions.md 16).  Raises: NoPeriod."""
        if self.last_day is None or day <= self.last_day:
            raise NoPeriod(day=day.isoformat())
        period_on(periods_of_year(self.last_day + timedelta(days=1)), day=day)


def ground_for(refs: Iterable[AccountRef], *, days: Collection[date]) -> Ground:
    """Return what postings to these accounts on these days meet; one statement."""
    named = list(refs)
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "first": min(days), "last": max(days),
        "numbers": list({ref.number for ref in named if ref.number}),
        "roles": list({ref.role for ref in named if not ref.number}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, values)
        *found, last_day = cursor.fetchone()
    accounts, roles, periods = (json.loads(part) if part else () for part in found)
    return Ground(
        book=AccountBook(
            by_number={row[1]: KnownAccount(*row[:4]) for row in accounts},
            by_role={(row[0], _rate(row[1])): KnownAccount(*row[2:6]) for row in roles},
        ),
        names={row[0]: (row[4], row[5]) for row in accounts} | {row[2]: (row[6], row[7]) for row in roles},
        periods=[(date.fromisoformat(first), date.fromisoformat(last), state) for first, last, state in periods],
        last_day=last_day,
    )


def _rate(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text).normalize()
