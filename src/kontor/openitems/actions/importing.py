"""Bringing open items in by file: checked whole, then written in pieces of at most 1,000 entries.

A piece that was written stays known by its identity (kind, party number, document number), so a second import,
or the rest of one that was cut off, changes nothing that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from kontor.contacts.actions.bulk import find_or_create_parties
from kontor.contacts.models import PartyAccount, PaymentTerm, Side
from kontor.contacts.queries import default_term, party_ids_by_number
from kontor.contacts.rules.parties import NameMissing, PartyRow
from kontor.contacts.rules.terms import effective_limits
from kontor.core.audit import act
from kontor.core.money import half_up
from kontor.core.refusal import Refusal
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.actions.posting import ENTRIES_MAX
from kontor.ledger.models.periods import Period
from kontor.ledger.queries.names import dated_tax_codes
from kontor.ledger.rules.periods import NoPeriod
from kontor.ledger.rules.taxes import tax_code_on
from kontor.openitems.actions.opening import open_items
from kontor.openitems.queries.loading import OpenPeriods, Rates, base_currency, first_day_of_books
from kontor.openitems.rules.imports import ImportRow, Problem, Reading, read_items
from kontor.openitems.rules.news import RECEIVABLE, Discount, NewItem, OpeningShare

NET_DAYS = 14


@dataclass(frozen=True, slots=True)
class Imported:
    """How many items a piece opened and how many were there."""

    new: int
    known: int


def check_items(source: bytes) -> Reading:
    """Return the rows of a file with every problem that its import would meet; nothing is written.

    Raises: as `read_items`.
    """
    reading = read_items(source, base_currency=base_currency())
    problems = [*reading.problems, *_problems_of_books(reading.rows)]
    return Reading(reading.rows, tuple(sorted(problems, key=lambda problem: problem.line)))


def pieces(rows: Sequence[ImportRow]) -> Iterable[Sequence[ImportRow]]:
    """Return rows in pieces of at most 1,000, each for one `import_items` in a transaction of its own."""
    return (rows[start : start + ENTRIES_MAX] for start in range(0, len(rows), ENTRIES_MAX))


@act("openitems.import")
def import_items(rows: Sequence[ImportRow], *, at: datetime) -> Imported:
    """Open up to 1,000 checked rows that are not there yet; parties are found by number or created.

    Two imports at the same time wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT openitems_import_lock(%s)", [current_tenant_id()])
    parties = find_or_create_parties([_party(row) for row in rows])
    ids = [parties[_side(row.kind), row.party_number] for row in rows]
    there = _known(rows, ids)
    fresh = [(row, party_id) for row, party_id in zip(rows, ids, strict=True) if _key(row, party_id) not in there]
    terms = _Terms({party_id for _, party_id in fresh})
    rates = Rates(base_currency())
    first_day = first_day_of_books()
    news = [_new_item(row, party_id, terms=terms, rates=rates, first_day=first_day) for row, party_id in fresh]
    open_items(news, at=at)
    return Imported(new=len(fresh), known=len(rows) - len(fresh))


def _problems_of_books(rows: Sequence[ImportRow]) -> list[Problem]:
    """Return what the books say against rows: unnamed new parties, days without an open period, rates, tax codes."""
    known = {
        kind: set(party_ids_by_number(_side(kind), {row.party_number for row in rows if row.kind == kind}))
        for kind in {row.kind for row in rows}
    }
    judge = _Judge(known)
    problems = []
    for row in rows:
        try:
            judge.check(row)
        except Refusal as refusal:
            problems.append(Problem(row.line, refusal))
    return problems


class _Judge:
    """What the books need of a row, with answers remembered per day."""

    def __init__(self, known: Mapping[str, set[str]]) -> None:
        self._known = {kind: set(numbers) for kind, numbers in known.items()}
        self._rates = Rates(base_currency())
        self._first_day = first_day_of_books()
        self._codes = dated_tax_codes()
        self._open = OpenPeriods()
        self._spans = list(Period.objects.values_list("first_day", "last_day"))
        self._days: dict[date, Refusal | None] = {}

    def check(self, row: ImportRow) -> None:
        """Refuse what could not be opened.  Raises: NameMissing, NoPeriod, PeriodNotOpen, NoExchangeRate, UnknownTaxCode."""
        if row.party_number not in self._known[row.kind]:
            if not row.party_name:
                raise NameMissing
            self._known[row.kind].add(row.party_number)
        day = max(row.document_date, self._first_day) if self._first_day else row.document_date
        if day not in self._days:
            self._days[day] = self._refusal_of(day)
        refusal = self._days[day]
        if refusal is not None:
            raise refusal
        self._rates.on(row.currency, row.document_date)
        if row.tax_code:
            tax_code_on(self._codes, row.tax_code, on=row.document_date)

    def _refusal_of(self, day: date) -> Refusal | None:
        try:
            self._open.check(day)
        except Refusal as refusal:
            return refusal
        covered = any(first <= day <= last for first, last in self._spans)
        return None if covered else NoPeriod(day=day.isoformat())


class _Terms:
    """The payment terms of parties per side, loaded in two queries."""

    def __init__(self, party_ids: Iterable[int]) -> None:
        accounts = PartyAccount.objects.filter(party_id__in=list(party_ids), payment_term__isnull=False)
        self._agreed = {
            (account.side, account.party_id): account.payment_term
            for account in accounts.select_related("payment_term")
        }
        self._default = default_term()

    def of(self, side: str, party_id: int) -> PaymentTerm | None:
        """Return what was agreed with the party, else the default."""
        return self._agreed.get((side, party_id), self._default)


def _new_item(row: ImportRow, party_id: int, *, terms: _Terms, rates: Rates, first_day: date | None) -> NewItem:
    term = terms.of(_side(row.kind), party_id)
    under, over = effective_limits(row.amount, term) if term else (0, 0)
    return NewItem(
        kind=row.kind,
        party_id=party_id,
        document_number=row.document_number,
        document_date=row.document_date,
        due_date=row.due_date or row.document_date + timedelta(days=term.net_days if term else NET_DAYS),
        currency=row.currency,
        amount=row.amount,
        split=(OpeningShare(gross=row.amount, tax_code=row.tax_code),) if row.tax_code else (),
        rate=rates.on(row.currency, row.document_date),
        entry_date=max(row.document_date, first_day) if first_day else row.document_date,
        references=(row.reference,) if row.reference else (),
        discounts=_discounts(row, term),
        under_limit=under,
        over_limit=over,
        source_type="openitems.import",
    )


def _discounts(row: ImportRow, term: PaymentTerm | None) -> tuple[Discount, ...]:
    if row.discount_percent is None or row.discount_until is None:
        return ()
    grace = timedelta(days=term.discount_grace_days if term else 0)
    amount = half_up(abs(row.amount) * row.discount_percent / 100)
    return (
        Discount(
            until=row.discount_until,
            grace_until=row.discount_until + grace,
            amount=amount,
            percent=row.discount_percent,
        ),
    )


def _party(row: ImportRow) -> PartyRow:
    return PartyRow(side=_side(row.kind), number=row.party_number, name=row.party_name, iban=row.party_iban)


def _side(kind: str) -> str:
    return Side.DEBTOR if kind == RECEIVABLE else Side.CREDITOR


def _key(row: ImportRow, party_id: int) -> tuple[str, int, str]:
    return row.kind, party_id, row.document_number


def _known(rows: Sequence[ImportRow], party_ids: Sequence[int]) -> set[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT i.kind, i.party_id, i.document_number FROM openitems_openitem i "
            "JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS r(kind, party_id, document_number) "
            "ON i.kind = r.kind AND i.party_id = r.party_id AND i.document_number = r.document_number "
            "WHERE i.tenant_id = %s",
            [[row.kind for row in rows], list(party_ids), [row.document_number for row in rows], current_tenant_id()],
        )
        return set(cursor.fetchall())
