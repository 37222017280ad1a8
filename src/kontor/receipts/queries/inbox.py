"""What the bookkeeper's workbench lists: receipts by where they stand, narrowed by the filter bar (OC-48, OC-57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import connection
from django.db.models import Aggregate, Count, Min, Q, QuerySet

from kontor.approvals.models import Answer, ApprovalRequest, Decision
from kontor.core.kept_statements import kept_figures
from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.core.tenancy import current_tenant_id
from kontor.openitems.models import ItemSide
from kontor.receipts.models import DocumentCategory, IncomingDocument, IncomingLine
from kontor.receipts.queries.documents import DONE, to_process
from kontor.receipts.rules.completeness import differing, is_complete
from kontor.receipts.rules.workflow import APPROVED, FINAL, IN_PROGRESS, IN_REVIEW, QUERY, SUBMITTED, TO_PROCESS

ROWS = 50
SUBJECT = "receipts.document"
PAYABLE = ("private", "to_pay", "advance")
TO_PAY = Q(
    state=FINAL, item__amount_open__gt=0, item__side=ItemSide.CREDIT, item__is_in_payment=False,
    variant__in=PAYABLE,
)  # fmt: skip
OWED_BACK = Q(item__amount_open__gt=0, item__side=ItemSide.DEBIT, variant__in=PAYABLE)
TABS = ("new", "progress", "query", "pay", "booked", "all")
STATUSES: Mapping[str, Q] = {
    "new": Q(state__in=[SUBMITTED, APPROVED]),
    "in_review": Q(state=IN_REVIEW),
    "query": Q(state=QUERY),
    "in_progress": Q(state=IN_PROGRESS) & ~Q(variant="organisation", means__is_debited_later=False),
    "paid_not_booked": Q(state=IN_PROGRESS, variant="organisation", means__is_debited_later=False),
    "to_refund": TO_PAY & Q(variant__in=["private", "advance"]),
    "to_pay": TO_PAY & Q(variant="to_pay"),
    "ordered": Q(state=FINAL, item__amount_open__gt=0, item__is_in_payment=True),
    "to_recover": Q(state=FINAL)
    & (
        OWED_BACK
        | Q(variant="advance", item__amount_open=0, more_receipts_follow=False, advance__item__amount_open__gt=0)
    ),
}


_KEYWORDS = """
SELECT k.document_id, c.name FROM receipts_documentcategory k
JOIN receipts_category c ON c.tenant_id = k.tenant_id AND c.id = k.category_id
WHERE k.tenant_id = %s AND k.document_id = ANY(%s) ORDER BY c.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which part of the list is shown; everything as it stands in the address, days ISO.

    `least` and `most` are amounts as typed, `bounds` the same in minor units.
    """

    tab: str = "new"
    q: str = ""
    status: str = ""
    variant: str = ""
    project: str = ""
    account: str = ""
    category: str = ""
    submitter: str = ""
    reviewer: str = ""
    since: str = ""
    until: str = ""
    least: str = ""
    most: str = ""
    assigned: str = ""
    p: str = ""
    bounds: tuple[int | None, int | None] = (None, None)

    @property
    def page(self) -> int:
        """Return the number of the page, from 1."""
        return max(1, int(self.p)) if self.p.isdecimal() and len(self.p) < 7 else 1

    @property
    def conditions(self) -> dict[str, str]:
        """Return the conditions of the filter bar that are set."""
        return {name: value for name in CONDITIONS if (value := self._of(name))}

    @property
    def address(self) -> str:
        """Return the query that a form sends along as `list`, so that the list stays as it is."""
        return self.query(p=self.p)

    def query(self, *, r: int | None = None, **changes: str | int) -> str:
        """Return the address's query with changes; `r` is the receipt to open."""
        parts: dict[str, str | int] = {name: self._of(name) for name in ("tab", "q", *CONDITIONS)}
        parts |= changes
        if parts["tab"] == "new":
            parts["tab"] = ""
        if r:
            parts["r"] = r
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    def without(self, name: str) -> str:
        """Return the address's query without one condition."""
        return self.query(**{name: ""})  # type: ignore[arg-type]  # never the receipt

    def _of(self, name: str) -> str:
        return str(getattr(self, name))


CONDITIONS = tuple(each.name for each in fields(Scope) if each.name not in {"tab", "p", "q", "bounds"})


def scope_of(query: Mapping[str, str], *, region: str) -> Scope:
    """Return the part of the list that an address or a form names; what makes no sense is left out."""
    given = {each.name: str(query.get(each.name, "")).strip()[:200] for each in fields(Scope) if each.name != "bounds"}
    given["tab"] = given["tab"] if given["tab"] in TABS else "new"
    for name in ("project", "account", "category", "submitter", "reviewer"):
        if not given[name].isdecimal() or len(given[name]) > 17:
            given[name] = ""
    for name in ("since", "until"):
        given[name] = given[name] if _day(given[name]) else ""
    given["status"] = given["status"] if given["status"] in STATUSES else ""
    least, most = (_minor(given[name], region=region) for name in ("least", "most"))
    return Scope(bounds=(least, most), **given)


def scope_posted(posted: Mapping[str, str], *, region: str) -> Scope:
    """Return the part of the list that a form was sent from; its own fields are named like conditions, so one holds them all."""
    if "list" in posted:
        return scope_of(dict(parse_qsl(posted["list"][:2000].removeprefix("?"))), region=region)
    return scope_of({"tab": posted.get("tab", "")}, region=region)


def narrowed(rows: QuerySet[IncomingDocument], scope: Scope, *, user_id: int) -> QuerySet[IncomingDocument]:
    """Return the rows that meet every condition of the filter bar."""
    plain = {
        "variant": scope.variant, "submitter_id": scope.submitter, "document_date__gte": scope.since,
        "document_date__lte": scope.until,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    bounds = zip(("gross__gte", "gross__lte"), scope.bounds, strict=True)
    rows = rows.filter(**{name: bound for name, bound in bounds if bound is not None})
    if scope.status:
        rows = rows.filter(STATUSES[scope.status])
    rows = _with_parts(rows, scope)
    if scope.reviewer:
        rows = rows.filter(id__in=_answered_by(int(scope.reviewer)))
    rows = _assigned(rows, scope.assigned, user_id=user_id)
    for word in scope.q.split()[:8]:
        rows = rows.filter(matching_word(word))
    return rows


def _with_parts(rows: QuerySet[IncomingDocument], scope: Scope) -> QuerySet[IncomingDocument]:
    for name, value in (("project_id", scope.project), ("account__number", scope.account)):
        if value:
            rows = rows.filter(id__in=IncomingLine.objects.filter(**{name: value}).values("document_id"))
    if scope.category:
        marked = DocumentCategory.objects.filter(category_id=scope.category)
        rows = rows.filter(id__in=marked.values("document_id"))
    return rows


def _assigned(rows: QuerySet[IncomingDocument], assigned: str, *, user_id: int) -> QuerySet[IncomingDocument]:
    match assigned:
        case "me":
            return rows.filter(assigned_to_id=user_id)
        case "others":
            return rows.exclude(assigned_to=None).exclude(assigned_to_id=user_id)
        case "nobody":
            return rows.filter(assigned_to=None)
        case _:
            return rows


def matching_word(word: str) -> Q:
    """Return the condition that a word stands in one of the receipt's own fields or parts, or is its number."""
    columns = (
        "supplier_name", "supplier__name", "document_number", "purpose", "comment", "payee_name", "payee_iban",
        "remittance", "payment_reference", "submitter__name",
    )  # fmt: skip
    found = Q(id__in=IncomingLine.objects.filter(text__icontains=word).values("document_id"))
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found | _numbered(word)


def _numbered(word: str) -> Q:
    """Return the condition for `B-2026-000123`, `2026-123` or `123`."""
    parts = [part for part in word.upper().removeprefix("B-").split("-") if part]
    if not parts or not all(part.isdecimal() and len(part) < 10 for part in parts) or len(parts) > 2:
        return Q(pk=None)
    return Q(sequence=int(parts[-1]), **({"year": int(parts[0])} if len(parts) == 2 else {}))


def _answered_by(user_id: int) -> QuerySet[ApprovalRequest, Any]:
    answers = Decision.objects.filter(user_id=user_id).exclude(answer=Answer.REVOKE).values("request_id")
    return ApprovalRequest.objects.filter(subject_type=SUBJECT, id__in=answers).order_by().values("subject_id")


def categories_of(document_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the keywords of receipts, one statement."""
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_KEYWORDS, [current_tenant_id(), list(document_ids)])
        for document_id, name in cursor.fetchall():
            found.setdefault(document_id, []).append(name)
    return found


def is_bookable(document: IncomingDocument, lines: Sequence[IncomingLine]) -> bool:
    """Tell whether a receipt can be booked as it stands."""
    return is_complete(
        state=document.state, variant=document.variant, has_means=document.means_id is not None, gross=document.gross,
        parts_gross=sum(line.gross for line in lines),
        has_accounts=bool(lines) and all(line.account_id for line in lines),
    )  # fmt: skip


def is_read_otherwise(document: IncomingDocument) -> bool:
    """Tell whether amount or date were typed otherwise than they were read."""
    read = {name: each.get("value") for name, each in document.proposals.items()}
    return bool(
        differing(
            read_amount=read.get("amount"), read_date=read.get("date"), gross=document.gross,
            document_date=document.document_date,
        )
    )  # fmt: skip


@kept_figures
def waiting_for(user_id: int) -> tuple[QuerySet[IncomingDocument], dict[str, Aggregate]]:
    """Return how many receipts wait for bookkeeping, and when the oldest was handed in: n, oldest."""
    return to_process(user_id), {"n": Count("id"), "oldest": Min("submitted_at")}


@kept_figures
def unbooked_until(day: date) -> tuple[QuerySet[IncomingDocument], dict[str, Aggregate]]:
    """Return how many receipts of up to this day are not booked: n."""
    return IncomingDocument.objects.filter(state__in=TO_PROCESS, document_date__lte=day), {"n": Count("id")}


def is_done(document_id: int) -> bool:
    """Tell whether the receipt is only in the archive now."""
    return IncomingDocument.objects.filter(DONE, id=document_id).exists()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _minor(text: str, *, region: str) -> int | None:
    try:
        return minor_units(parse_amount(text, decimal_mark="." if region == "CH" else ","), "EUR") if text else None
    except Refusal:
        return None
