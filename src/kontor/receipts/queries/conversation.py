"""What was said about a receipt, its keywords, and how its approval went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from kontor.approvals.models import RequestState
from kontor.core.tenancy import current_tenant_id
from kontor.receipts.queries.inbox import SUBJECT

_AROUND = """
SELECT
  (SELECT jsonb_agg(jsonb_build_array(u.name, m.written_at, m.text, m.is_question) ORDER BY m.id)
   FROM approvals_message m JOIN organisations_user u ON u.id = m.author_id
   WHERE m.tenant_id = %(tenant)s AND m.subject_type = %(subject)s AND m.subject_id = %(id)s),
  (SELECT jsonb_agg(jsonb_build_array(u.name, n.written_at, n.text, false) ORDER BY n.id)
   FROM receipts_privatenote n JOIN organisations_user u ON u.id = n.author_id
   WHERE n.tenant_id = %(tenant)s AND n.document_id = %(id)s AND %(notes)s),
  ARRAY(SELECT c.name FROM receipts_documentcategory k
        JOIN receipts_category c ON c.tenant_id = k.tenant_id AND c.id = k.category_id
        WHERE k.tenant_id = %(tenant)s AND k.document_id = %(id)s ORDER BY c.name),
  r.state, r.stage, r.stages::text,
  (SELECT jsonb_agg(jsonb_build_array(x.answer, u.name, f.name, x.decided_at, x.reason) ORDER BY x.id)
   FROM approvals_decision x JOIN organisations_user u ON u.id = x.user_id
   LEFT JOIN organisations_user f ON f.id = x.for_user_id
   WHERE x.tenant_id = %(tenant)s AND x.request_id = r.id),
  (SELECT jsonb_object_agg(u.id, u.name) FROM organisations_user u WHERE u.id IN (
     SELECT jsonb_array_elements_text(s -> 'users')::bigint FROM jsonb_array_elements(r.stages) s))
FROM (SELECT 1) one LEFT JOIN LATERAL (
  SELECT q.id, q.state, q.stage, q.stages FROM approvals_approvalrequest q
  WHERE q.tenant_id = %(tenant)s AND q.subject_type = %(subject)s AND q.subject_id = %(id)s ORDER BY q.id DESC LIMIT 1
) r ON true
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A message, or a note among bookkeepers."""

    author: str
    written_at: datetime
    text: str
    is_question: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a reviewer; `in_place_of` whoever they stood in for."""

    answer: str
    who: str
    in_place_of: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Way:
    """The answers of the last request, oldest first, and who is asked by each stage that still waits, the present one first."""

    answers: tuple[Answered, ...] = ()
    waiting: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """The conversation with the submitter, the notes that only bookkeepers see (oldest first), keywords, approval."""

    messages: tuple[Said, ...]
    notes: tuple[Said, ...]
    keywords: list[str]
    way: Way


def around(document_id: int, *, with_notes: bool) -> Around:
    """Return what was said about a receipt, how it is marked and how its approval went; one statement."""
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "subject": SUBJECT, "id": document_id, "notes": with_notes,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, values)
        messages, notes, keywords, *way = cursor.fetchone()
    return Around(_said(messages), _said(notes), keywords, _way(*way))


def _said(rows: str | None) -> tuple[Said, ...]:
    return tuple(
        Said(author, datetime.fromisoformat(at), text, is_question)
        for author, at, text, is_question in json.loads(rows or "[]")
    )


def _way(state: str | None, stage: int, stages: str, answers: str | None, names: str | None) -> Way:
    if state is None:
        return Way()
    is_waiting = state in {RequestState.PENDING, RequestState.QUERY}
    return Way(
        tuple(_answered(each) for each in json.loads(answers or "[]")),
        _waiting(json.loads(stages), stage, json.loads(names or "{}")) if is_waiting else (),
    )


def _answered(row: Sequence[Any]) -> Answered:
    answer, who, in_place_of, at, reason = row
    return Answered(answer, who, in_place_of or "", datetime.fromisoformat(at), reason)


def _waiting(stages: Sequence[dict[str, Any]], now: int, names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(names.get(str(user), "?") for user in stage["users"]) for stage in stages if stage["number"] >= now
    )
