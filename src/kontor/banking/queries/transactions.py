"""Bank transactions and how far they are assigned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Aggregate, Count, F, Min, Q, QuerySet

from kontor.banking.models import BankTransaction, MoneyAccount, Relevance, TransactionStatus
from kontor.core.kept_statements import kept, kept_figures
from kontor.core.reading import columns_of, instance
from kontor.core.tenancy import current_tenant_id

UNASSIGNED = Q(allocated=0) & ~Q(amount=0)
PARTLY = ~Q(allocated=0) & ~Q(allocated=F("amount"))
ASSIGNED = Q(allocated=F("amount"))
RELEVANT = Q(relevance=Relevance.RELEVANT)
LIVE = Q(is_deleted=False)
# A collective booking whose details came by another file stands aside for its details.
LEAF = Q(has_details_later=False)
BALANCES_MAX = 12
LISTED = (
    "counterparty_name", "booking_text", "remittance", "booking_date", "money_account__name", "status", "relevance",
    "allocated", "amount", "currency",
)  # fmt: skip

# The same as `open_transactions().count()`, for the rail.
OPEN_COUNT = """
SELECT count(*) FROM banking_banktransaction b
WHERE b.tenant_id = %(tenant)s AND NOT b.is_deleted AND b.relevance = 'relevant' AND b.status = 'booked'
AND b.allocated <> b.amount
AND NOT EXISTS (SELECT FROM banking_banktransaction d WHERE d.tenant_id = %(tenant)s AND d.parent_id = b.id)
"""


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A money account with the bank's last balance and those before it, oldest first."""

    account: MoneyAccount
    balance: int | None
    balance_on: date | None
    balances: tuple[int, ...]


def transactions() -> QuerySet[BankTransaction]:
    """Return live transactions with account, newest first; details stand for their collective booking."""
    rows = BankTransaction.objects.filter(LIVE).exclude(id__in=_joined_parents())
    return rows.select_related("money_account", "statement").order_by("-booking_date", "-id")


def open_transactions() -> QuerySet[BankTransaction]:
    """Return booked, relevant transactions that are not fully assigned, oldest first."""
    waiting = transactions().filter(RELEVANT, status=TransactionStatus.BOOKED).exclude(ASSIGNED)
    return waiting.order_by("booking_date", "id")


def count_open() -> int:
    """Return how many transactions wait for an assignment."""
    return open_transactions().count()


@kept_figures
def waiting() -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    """Return how many transactions wait for an assignment, and the day of the oldest: n, oldest."""
    return open_transactions().order_by(), {"n": Count("id"), "oldest": Min("booking_date")}


def state_of(row: BankTransaction) -> str:
    """Return the state of VA-05: pending, not_relevant, assigned, partly or unassigned."""
    if row.status == TransactionStatus.PENDING:
        return "pending"
    if row.relevance == Relevance.NOT_RELEVANT:
        return "not_relevant"
    if row.allocated == row.amount:
        return "assigned"
    return "partly" if row.allocated else "unassigned"


_CARDS = f"""
SELECT {columns_of(MoneyAccount, "a")}, c.closings, c.last_on, CASE WHEN c.closings IS NULL THEN (
    SELECT sum(b.amount) FROM banking_banktransaction b
    WHERE b.tenant_id = %(tenant)s AND b.money_account_id = a.id AND NOT b.is_deleted AND b.status = 'booked'
    AND b.parent_id IS NULL
) END
FROM banking_moneyaccount a, LATERAL (
    SELECT array_agg(x.closing ORDER BY x.place) AS closings, (array_agg(x.closing_date ORDER BY x.place))[1] AS last_on
    FROM (
        SELECT s.closing, s.closing_date, row_number() OVER (ORDER BY s.closing_date DESC, s.id DESC) AS place
        FROM banking_statement s
        WHERE s.tenant_id = %(tenant)s AND s.money_account_id = a.id AND s.kind = 'booked' AND s.closing IS NOT NULL
        ORDER BY place LIMIT {BALANCES_MAX}
    ) x
) c
WHERE a.tenant_id = %(tenant)s AND a.is_active ORDER BY a.id
"""


def account_cards() -> list[AccountCard]:
    """Return the active money accounts side by side, each with its last stated balances, in one query.

    Where no statement says a balance, it is the sum of the transactions.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, {"tenant": current_tenant_id()})
        rows = cursor.fetchall()
    return [_card(instance(MoneyAccount, known), *stated) for *known, stated in ((*row[:-3], row[-3:]) for row in rows)]


def transactions_of(account_id: int | None) -> QuerySet[BankTransaction]:
    """Return the transactions of an account, of all for None."""
    return transactions() if account_id is None else transactions().filter(money_account_id=account_id)


@kept_figures
def counts_by_state(account_id: int | None) -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    """Return how many transactions of an account (of all: None) are in each state, in one query."""
    booked = Q(status=TransactionStatus.BOOKED)
    figures: dict[str, Aggregate] = {
        "all": Count("id"),
        "unassigned": Count("id", filter=UNASSIGNED & RELEVANT & booked),
        "partly": Count("id", filter=PARTLY & RELEVANT & booked),
        "assigned": Count("id", filter=ASSIGNED & RELEVANT & booked),
        "not_relevant": Count("id", filter=~RELEVANT),
        "pending": Count("id", filter=~booked),
    }
    return transactions_of(account_id).order_by(), figures


@kept
def in_list(account_id: int | None, state: str) -> QuerySet[BankTransaction]:
    """Return the transactions of an account (of all: None) in one state (in any: ""), with what a list shows of them."""
    return (
        in_state(transactions_of(account_id), state).select_related(None).select_related("money_account").only(*LISTED)
    )


def in_state(rows: QuerySet[BankTransaction], state: str) -> QuerySet[BankTransaction]:
    """Narrow `rows` to one state."""
    booked = rows.filter(status=TransactionStatus.BOOKED)
    match state:
        case "unassigned":
            return booked.filter(UNASSIGNED, RELEVANT)
        case "partly":
            return booked.filter(PARTLY, RELEVANT)
        case "assigned":
            return booked.filter(ASSIGNED, RELEVANT)
        case "not_relevant":
            return rows.exclude(RELEVANT)
        case "pending":
            return rows.exclude(status=TransactionStatus.BOOKED)
        case _:
            return rows


def search_transactions(rows: QuerySet[BankTransaction], text: str) -> QuerySet[BankTransaction]:
    """Narrow `rows` to those whose name, text, IBAN, reference or amount holds `text`."""
    words = (
        Q(counterparty_name__icontains=text) | Q(remittance__icontains=text) | Q(bank_reference__icontains=text)
        | Q(counterparty_iban__icontains=text.replace(" ", ""))
    )  # fmt: skip
    digits = "".join(sign for sign in text if sign.isdigit())
    if digits and len(digits) < 15 and all(sign in "0123456789.,-+ " for sign in text):
        minor = int(digits) if "," in text or "." in text else int(digits) * 100
        words |= Q(amount__in=[minor, -minor])
    return rows.filter(words)


def _joined_parents() -> QuerySet[BankTransaction, int]:
    return BankTransaction.objects.filter(parent__isnull=False).values_list("parent_id", flat=True)


def _card(
    account: MoneyAccount, closings: Sequence[int] | None, last_on: date | None, total: int | None
) -> AccountCard:
    """`closings` are the last stated balances, the latest first."""
    if closings is None:
        return AccountCard(account, None if total is None else int(total), None, ())
    return AccountCard(account, closings[0], last_on, tuple(reversed(closings)))
