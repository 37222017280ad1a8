"""The reviewer's list and the way of one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kontor.approvals.models import Answer, ApprovalRequest, Decision, RequestState
from kontor.approvals.queries.people import names_with_roles
from kontor.approvals.queries.policies import deputies
from kontor.approvals.queries.requests import WAITING, answered_by, decisions_of, stages_of, waiting_for
from kontor.approvals.rules.policies import Stage
from kontor.approvals.subjects import Sign, subject_of

TABS = ("open", "query", "done")
DONE_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list; `warning` is the first one found, None where nothing stands out."""

    request: ApprovalRequest
    warning: Sign | None = None

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing stands out."""
        return self.warning is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What one person sees: waiting for them, waiting for an answer to a question, answered."""

    open: list[Row]
    query: list[Row]
    done: list[Row]

    def tab(self, name: str) -> list[Row]:
        """Return the rows of a tab."""
        return {"open": self.open, "query": self.query, "done": self.done}[name]

    @property
    def clean(self) -> list[Row]:
        """Return what waits and shows nothing that stands out."""
        return [row for row in self.open if row.is_clean]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop on the way of a request: who, in which roles, and whether it is behind (with day), now, or to come."""

    names: tuple[str, ...]
    state: Literal["done", "rejected", "asked", "now", "next", "off"]
    needed: int = 1
    at: datetime | None = None
    for_name: str = ""
    stage: int = 1
    amount_from: int | None = None
    roles: tuple[str, ...] = ()


def queue_of(user_id: int, *, on: date) -> Queue:
    """Return the three parts of a person's list."""
    waiting = waiting_for(user_id, on=on)
    asked_back = waiting_for(user_id, on=on, state=RequestState.QUERY)
    listed = {row.id for row in (*waiting, *asked_back)}
    most = DONE_MAX + len(listed)
    answered = answered_by.of(user_id).rows(most, lambda rows: rows[:most])
    done = [row for row in answered if row.id not in listed][:DONE_MAX]
    return Queue(open=[row_of(each) for each in waiting], query=[row_of(each) for each in asked_back],
                 done=[row_of(each) for each in done])  # fmt: skip


def row_of(request: ApprovalRequest) -> Row:
    """Return a request with its first warning."""
    found = subject_of(request.subject_type).signs(request.signs)
    return Row(request=request, warning=next((sign for sign in found if sign.is_warning), None))


def way_of(request: ApprovalRequest, *, on: date) -> list[Step]:
    """Return the stops of a request in order: answers given, who is asked now with substitutes, who comes next."""
    decisions = _standing(decisions_of([request.id]).get(request.id, []))
    acting = deputies(on=on)
    users = {user for stage in stages_of(request) for user in stage.users}
    people = names_with_roles(users | {deputy.substitute_id for deputy in acting})
    names = {user: name for user, (name, _role) in people.items()}
    steps: list[Step] = []
    for stage in stages_of(request):
        mine = [row for row in decisions if row.stage == stage.number]
        steps += [_answered(row) for row in mine]
        approved = {row.for_user_id or row.user_id for row in mine if row.answer == Answer.APPROVE}
        missing = stage.needed - len(approved)
        is_rejected = any(row.answer == Answer.REJECT for row in mine)
        if missing > 0 and not is_rejected:
            left = [user for user in stage.users if user not in approved]
            shown = tuple(_with_substitutes(user, names, {
                names[deputy.substitute_id] for deputy in acting
                if deputy.user_id == user and deputy.substitute_id in names
            }) for user in left if user in names)  # fmt: skip
            roles = tuple(dict.fromkeys(people[user][1] for user in left if user in people and people[user][1]))
            steps.append(
                Step(names=shown, state=_state(request, stage), needed=missing, stage=stage.number,
                     amount_from=stage.amount_from, roles=roles)
            )  # fmt: skip
    return steps


def _state(request: ApprovalRequest, stage: Stage) -> Literal["now", "next", "off"]:
    if request.state not in WAITING:
        return "off"
    return "now" if request.stage == stage.number else "next"


def _standing(decisions: Sequence[Decision]) -> list[Decision]:
    taken = {row.revokes_id for row in decisions}
    return [row for row in decisions if row.answer != Answer.REVOKE and row.id not in taken]


def _answered(row: Decision) -> Step:
    states: dict[str, Literal["done", "rejected", "asked"]] = {
        Answer.APPROVE: "done", Answer.REJECT: "rejected", Answer.QUERY: "asked",
    }  # fmt: skip
    return Step(
        names=(row.user.name,), state=states[row.answer], at=row.decided_at, stage=row.stage,
        for_name=row.for_user.name if row.for_user else "",
    )  # fmt: skip


def _with_substitutes(user: int, names: dict[int, str], substitutes: set[str]) -> str:
    return f"{names[user]} ({', '.join(sorted(substitutes))})" if substitutes else names[user]
