"""Bank transactions and how far they are assigned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from kontor.banking.models import BankTransaction, MoneyAccount, Relevance, Statement, TransactionStatus

UNASSIGNED = Q(allocated=0) & ~Q(amount=0)
PARTLY = ~Q(allocated=0) & ~Q(allocated=F("amount"))
ASSIGNED = Q(allocated=F("amount"))
RELEVANT = Q(relevance=Relevance.RELEVANT)
LIVE = Q(is_deleted=False)
# A collective booking whose details came by another file stands aside for its details.
LEAF = Q(has_details_later=False)


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A money account with the bank's last balance and what waits."""

    account: MoneyAccount
    balance: int | None
    balance_on: date | None
    open_count: int
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


def state_of(row: BankTransaction) -> str:
    """Return the state of VA-05: pending, not_relevant, assigned, partly or unassigned."""
    if row.status == TransactionStatus.PENDING:
        return "pending"
    if row.relevance == Relevance.NOT_RELEVANT:
        return "not_relevant"
    if row.allocated == row.amount:
        return "assigned"
    return "partly" if row.allocated else "unassigned"


def account_cards() -> list[AccountCard]:
    """Return the active money accounts side by side, each with its last stated balances, in four queries."""
    accounts = list(MoneyAccount.objects.filter(is_active=True).select_related("account").order_by("id"))
    waiting = dict(
        open_transactions()
        .order_by()
        .values("money_account_id")
        .annotate(n=Count("id"))
        .values_list("money_account_id", "n")
    )
    stated: dict[int, list[Statement]] = {}
    rows = Statement.objects.filter(kind="booked", closing__isnull=False).order_by("closing_date", "id")
    for statement in rows.only("id", "tenant_id", "money_account_id", "closing", "closing_date"):
        stated.setdefault(statement.money_account_id, []).append(statement)
    sums = dict(
        BankTransaction.objects.filter(LIVE, status="booked", parent__isnull=True).order_by()
        .values("money_account_id").annotate(total=Sum("amount"), last=Max("booking_date"))
        .values_list("money_account_id", "total")
    )  # fmt: skip
    return [
        _card(account, stated.get(account.id, []), sums.get(account.id), waiting.get(account.id, 0))
        for account in accounts
    ]


def counts_by_state(rows: QuerySet[BankTransaction]) -> dict[str, int]:
    """Return how many of `rows` are in each state, in one query."""
    booked = Q(status=TransactionStatus.BOOKED)
    counted = rows.order_by().aggregate(
        all=Count("id"),
        unassigned=Count("id", filter=UNASSIGNED & RELEVANT & booked),
        partly=Count("id", filter=PARTLY & RELEVANT & booked),
        assigned=Count("id", filter=ASSIGNED & RELEVANT & booked),
        not_relevant=Count("id", filter=~RELEVANT),
        pending=Count("id", filter=~booked),
    )
    return {key: counted[key] or 0 for key in counted}


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


def _card(account: MoneyAccount, stated: Sequence[Statement], total: int | None, waiting: int) -> AccountCard:
    if stated:
        last = stated[-1]
        return AccountCard(
            account, last.closing, last.closing_date, waiting, tuple(s.closing or 0 for s in stated[-12:])
        )
    return AccountCard(account, total, None, waiting, ())
