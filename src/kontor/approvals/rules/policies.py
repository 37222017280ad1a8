"""Policies as values: which one fits, whom it asks, and when nobody could pass it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kontor.core.refusal import Refusal, gettext_noop


class NobodyElse(Refusal):
    """Only the asker could approve."""

    sentence = gettext_noop(
        "“%(policy)s” names nobody but the person who hands this in, and nobody approves their own. "
        "Please ask the finance team to name a second person; the draft is kept."
    )
    status = 409


class TooFewOthers(Refusal):
    """Fewer people than the policy needs, once the asker is left out."""

    sentence = gettext_noop(
        "“%(policy)s” needs %(needed)s people, but names only %(others)s besides the person who hands this in, and "
        "nobody approves their own. Please ask the finance team to name another person; the draft is kept."
    )
    status = 409


class StageWithoutPeople(Refusal):
    """A stage that nobody can pass."""

    sentence = gettext_noop("Stage %(number)s needs %(needed)s people, but names %(named)s. Please name more people.")


class PersonInTwoStages(Refusal):
    """One voice each, so the second stage could wait for ever."""

    sentence = gettext_noop(
        "Stages %(first)s and %(second)s name the same person. Everybody counts once; please name each person in one "
        "stage only."
    )


class WrongSpan(Refusal):
    """From is above to."""

    sentence = gettext_noop("The amount “from” is larger than the amount “to”. Please check both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`needed` of `users`; skipped for documents below `amount_from` (minor units of the base currency)."""

    number: int
    needed: int
    users: tuple[int, ...]
    amount_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy as value; empty conditions fit everything, a project means its whole branch."""

    id: int
    name: str
    subject_type: str
    project_id: int | None = None
    cost_type_id: int | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part of a document belongs: its project and cost type."""

    project_id: int | None
    cost_type_id: int | None


def fitting(
    policies: Sequence[Policy],
    *,
    places: Sequence[Place],
    amount_base: int,
    parents: Mapping[int, int | None],
) -> Policy | None:
    """Return the first of the ordered policies that fits, None if none does; one place that fits is enough."""
    return next(
        (policy for policy in policies if _fits(policy, places=places, amount_base=amount_base, parents=parents)), None
    )


def _fits(policy: Policy, *, places: Sequence[Place], amount_base: int, parents: Mapping[int, int | None]) -> bool:
    amount = abs(amount_base)
    if policy.amount_from is not None and amount < policy.amount_from:
        return False
    if policy.amount_to is not None and amount > policy.amount_to:
        return False
    if policy.project_id is None and policy.cost_type_id is None:
        return True
    return any(
        (policy.cost_type_id is None or place.cost_type_id == policy.cost_type_id)
        and (policy.project_id is None or policy.project_id in branch_above(place.project_id, parents=parents))
        for place in places
    )


def branch_above(project_id: int | None, *, parents: Mapping[int, int | None]) -> list[int]:
    """Return a project and everything above it, nearest first."""
    path: list[int] = []
    while project_id is not None and project_id not in path:
        path.append(project_id)
        project_id = parents.get(project_id)
    return path


def stages_for(policy: Policy, *, amount_base: int, asker_id: int) -> tuple[Stage, ...]:
    """Return the stages this document has to pass, the asker left out; none if all are skipped by amount.

    Raises:
        NobodyElse: a stage has nobody but the asker.
        TooFewOthers: a stage has fewer people than it needs without the asker.
    """
    found = []
    for stage in policy.stages:
        if stage.amount_from is not None and abs(amount_base) < stage.amount_from:
            continue
        users = tuple(user for user in dict.fromkeys(stage.users) if user != asker_id)
        if not users:
            raise NobodyElse(policy=policy.name)
        if len(users) < stage.needed:
            raise TooFewOthers(policy=policy.name, needed=stage.needed, others=len(users))
        found.append(Stage(number=stage.number, needed=stage.needed, users=users, amount_from=stage.amount_from))
    return tuple(found)


def check_policy(policy: Policy) -> None:
    """Refuse a policy nobody could pass.  Raises: StageWithoutPeople, PersonInTwoStages, WrongSpan."""
    if policy.amount_from is not None and policy.amount_to is not None and policy.amount_from > policy.amount_to:
        raise WrongSpan
    if not policy.stages:
        raise StageWithoutPeople(number=1, needed=1, named=0)
    for stage in policy.stages:
        if len(set(stage.users)) < stage.needed or stage.needed < 1:
            raise StageWithoutPeople(number=stage.number, needed=max(stage.needed, 1), named=len(set(stage.users)))
    place: dict[int, int] = {}
    for stage in policy.stages:
        for user in stage.users:
            if place.setdefault(user, stage.number) != stage.number:
                raise PersonInTwoStages(first=place[user], second=stage.number)
