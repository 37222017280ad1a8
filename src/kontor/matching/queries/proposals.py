"""The stored proposals as the engine's values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, BooleanField, Count, Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from kontor.banking.models import BankTransaction
from kontor.core.kept_statements import kept, kept_figures
from kontor.matching.models import MatchRun
from kontor.matching.models import Proposal as ProposalRow
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import Evidence, ItemShare
from kontor.openitems.models import OpenItem

SAFE_ROWS = 200
POINTS_CERTAIN = 70  # document number and amount (decisions.md 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored proposal; `decision` is that of rank 1, "rejected" for the others."""

    id: int
    transaction_id: int
    rank: int
    score: int
    lead: int
    decision: str
    remainder: int
    shares: tuple[ItemShare, ...]
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]

    @property
    def is_return(self) -> bool:
        """Tell whether it takes an earlier payment back."""
        return "return" in self.notes

    def as_evidence(self) -> dict[str, object]:
        """Return what is kept with the allocation when the proposal is confirmed (decisions.md 13)."""
        return {
            "score": self.score, "lead": self.lead, "decision": self.decision, "rank": self.rank,
            "rules": [[mark.rule, mark.points, mark.detail] for mark in self.evidence], "notes": list(self.notes),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Safe:
    """A proposal of the list „certain ones“ with its transaction and items; `is_ticked` as the decision rules say."""

    proposal: Stored
    transaction: BankTransaction
    numbers: tuple[str, ...]
    party: str
    is_ticked: bool


def proposals_of(transaction_id: int) -> list[Stored]:
    """Return the proposals of a transaction that still hold, best first: no item has been used up meanwhile."""
    return _holding(_stored(_of_transaction.rows(transaction_id)))


@kept
def _of_transaction(transaction_id: int) -> QuerySet[ProposalRow]:
    return ProposalRow.objects.filter(transaction_id=transaction_id).order_by("rank")


def proposals_by_id(ids: Iterable[int]) -> list[Stored]:
    """Return proposals by their ids, in the order of their transactions."""
    return _stored(ProposalRow.objects.filter(id__in=list(ids)).order_by("transaction_id"))


def transactions_proposed_for(item_ids: Sequence[int], *, points_min: int, most: int) -> list[tuple[int, int]]:
    """Return the transactions that proposals of enough points assign these items to, and how many of them each takes.

    Those that take most come first, then those of the better proposals.
    """
    wanted = Q()
    for item_id in item_ids:
        wanted |= Q(shares__contains=[{"item_id": item_id}])
    found: dict[int, tuple[int, int]] = {}
    for row in ProposalRow.objects.filter(wanted, score__gte=points_min).only("transaction_id", "shares", "score"):
        count = sum(1 for share in row.shares if share["item_id"] in item_ids)
        found[row.transaction_id] = max(found.get(row.transaction_id, (0, 0)), (count, row.score))
    ranked = sorted(found, key=lambda key: (*found[key], -key), reverse=True)[:most]
    return [(key, found[key][0]) for key in ranked]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafePage:
    """A page of the certain ones; rows are numbered from 1, `ticked` counts those of the whole list that are ticked."""

    rows: tuple[Safe, ...]
    number: int
    pages: int
    first: int
    last: int
    total: int
    ticked: int


def safe_page(*, points_min: int, lead_min: int, account: str = "", page: int = 1) -> SafePage:
    """Return a page of the first proposals with at least `points_min` that still hold, of transactions that nobody has
    assigned, best first; the nearest page where `page` does not exist.  Five queries.
    """
    rows = _safe_rows(points_min=points_min, account=account)
    found = rows.order_by().aggregate(total=Count("id"), ticked=Count("id", filter=Q(lead__gte=lead_min)))
    pages = max(1, -(-found["total"] // SAFE_ROWS))
    number = max(1, min(page, pages))
    start = (number - 1) * SAFE_ROWS
    shown = tuple(_as_safe(_stored(rows[start : start + SAFE_ROWS]), lead_min=lead_min))
    return SafePage(rows=shown, number=number, pages=pages, first=start + 1, last=start + len(shown),
                    total=found["total"], ticked=found["ticked"])  # fmt: skip


def safe_with_ids(ids: Iterable[int]) -> list[Safe]:
    """Return those of these proposals that still hold, of transactions that nobody has assigned, best first."""
    return _as_safe(_stored(_safe_rows(points_min=0).filter(id__in=list(ids))), lead_min=0)


# An item that was used up or paid in part meanwhile does not take the share any more.
_STILL_HOLDS = RawSQL(
    """NOT EXISTS (SELECT 1 FROM jsonb_to_recordset(matching_proposal.shares)
         AS s(item_id bigint, amount bigint, discount bigint, difference bigint)
       LEFT JOIN openitems_openitem i ON i.tenant_id = matching_proposal.tenant_id AND i.id = s.item_id
       WHERE coalesce(i.amount_open, 0) <= 0 OR abs(s.amount) + s.discount + s.difference > i.amount_open)
     AND jsonb_path_exists(matching_proposal.shares, '$[*].amount ? (@ != 0)')""",
    [],
    output_field=BooleanField(),
)


def _safe_rows(*, points_min: int, account: str = "") -> QuerySet[ProposalRow]:
    rows = ProposalRow.objects.filter(
        _STILL_HOLDS, rank=1, score__gte=points_min, transaction__allocated=0, transaction__is_deleted=False,
        transaction__status="booked",
    ).exclude(notes__contains=["return"])  # fmt: skip
    if account:
        rows = rows.filter(transaction__money_account__code=account)
    return rows.order_by("-score", "transaction_id")


def _as_safe(found: Sequence[Stored], *, lead_min: int) -> list[Safe]:
    keys = [each.transaction_id for each in found]
    lines = {row.id: row for row in BankTransaction.objects.filter(id__in=keys).select_related("money_account")}
    names = _party_names(share.item_id for each in found for share in each.shares)
    return [
        Safe(
            each,
            lines[each.transaction_id],
            tuple(share.document_number for share in each.shares),
            names.get(each.shares[0].item_id, ""),
            each.lead >= lead_min,
        )
        for each in found
    ]


@kept_figures
def certain(account: str) -> tuple[QuerySet[ProposalRow], dict[str, Aggregate]]:
    """Return how many untouched transactions of an account (of all: "") have a proposal that looks certain: n."""
    rows = ProposalRow.objects.filter(
        rank=1, score__gte=POINTS_CERTAIN, lead__gte=Ruleset().lead_ticked, transaction__allocated=0,
        transaction__is_deleted=False,
    )  # fmt: skip
    return rows.filter(transaction__money_account__code=account) if account else rows, {"n": Count("*")}


@kept_figures
def last_run() -> tuple[QuerySet[MatchRun], dict[str, Aggregate]]:
    """Return when the last run ended, None where there was none: at."""
    return MatchRun.objects.order_by(), {"at": Max("finished_at")}


def _stored(rows: Iterable[ProposalRow]) -> list[Stored]:
    return [
        Stored(
            id=row.id, transaction_id=row.transaction_id, rank=row.rank, score=row.score, lead=row.lead,
            decision=row.decision, remainder=row.remainder, shares=tuple(ItemShare(**share) for share in row.shares),
            evidence=tuple(Evidence(**mark) for mark in row.evidence), notes=tuple(row.notes),
        )
        for row in rows
    ]  # fmt: skip


def _holding(found: Sequence[Stored]) -> list[Stored]:
    ids = {share.item_id for each in found for share in each.shares}
    if not ids:
        return list(found)
    still = dict(_open_amounts.rows(sorted(ids)))
    return [each for each in found if each.is_return or all(_fits(share, still) for share in each.shares)]


@kept
def _open_amounts(ids: list[int]) -> QuerySet[OpenItem, Any]:
    return OpenItem.objects.filter(id__among=ids).values_list("id", "amount_open")


def _fits(share: ItemShare, still: dict[int, int]) -> bool:
    return (
        still.get(share.item_id, 0) > 0
        and abs(share.amount) + share.discount + share.difference <= still[share.item_id]
    )


def _party_names(item_ids: Iterable[int]) -> dict[int, str]:
    rows = OpenItem.objects.filter(id__in=set(item_ids)).select_related("party")
    return {row.id: row.party.name for row in rows}
