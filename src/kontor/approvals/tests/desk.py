"""An office in which receipts need approval: reviewers, a policy, receipts that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from kontor.approvals.actions.policies import save_policy
from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.policies import Policy, Stage
from kontor.core import clock
from kontor.core.tenancy import tenant
from kontor.organisations.models import User
from kontor.receipts.actions.submitting import SUBJECT, submit
from kontor.receipts.models import IncomingDocument
from kontor.receipts.tests.office import Office, a_draft, an_office
from tests.builders import a_member


@dataclass(frozen=True, slots=True)
class Desk:
    """The office with its reviewers; every receipt needs one of them unless a policy of its own says more."""

    office: Office
    lead: User
    treasurer: User
    setup: User

    def asked(self, gross: int = 119_00, *, variant: str = "private", **values: object) -> ApprovalRequest:
        """Hand in a receipt of the volunteer; returns the request that waits."""
        with self.office.open(by=self.office.volunteer):
            draft = a_draft(self.office, gross, variant=variant, **values)
            today = clock.today()
            submit(draft.id, today=today, at=clock.now(), by=self.office.volunteer)
            return ApprovalRequest.objects.get(subject_id=draft.id, state="pending")

    def document(self, request: ApprovalRequest) -> IncomingDocument:
        """Return the receipt as it stands now."""
        with self.office.open():
            return IncomingDocument.objects.get(id=request.subject_id)

    def fresh(self, request: ApprovalRequest) -> ApprovalRequest:
        """Return the request as it stands now."""
        with self.office.open():
            return ApprovalRequest.objects.get(id=request.id)

    def client(self, user: User) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client()
        client.force_login(user)
        return client

    def url(self, path: str = "") -> str:
        """Return an address of approvals."""
        return f"/t/{self.office.tenant.code}/approvals/{path}"


def a_policy(
    desk_or_office: Any, *stages: tuple[int, tuple[User, ...]], name: str = "Alle Belege", **facts: Any
) -> int:
    """Make an active policy of stages (needed, people); returns its id."""
    office = getattr(desk_or_office, "office", desk_or_office)
    amounts: tuple[int | None, ...] = facts.pop("stage_amounts", (None,) * len(stages))
    policy = Policy(
        id=0, name=name, subject_type=SUBJECT,
        stages=tuple(
            Stage(number=n, needed=needed, users=tuple(user.id for user in users), amount_from=amount)
            for n, ((needed, users), amount) in enumerate(zip(stages, amounts, strict=True), start=1)
        ),
        **facts,
    )  # fmt: skip
    with tenant(office.tenant.id, by=office.clerk):
        return save_policy(policy, state="active", by=office.clerk).id


def a_desk(*, with_policy: bool = True) -> Desk:
    """Make an office with two reviewers and somebody who sets up."""
    office = an_office()
    desk = Desk(
        office,
        lead=a_member(office.tenant, role="reviewer", name="Jonas Lenz"),
        treasurer=a_member(office.tenant, role="treasurer", name="Sabine Brandt"),
        setup=a_member(office.tenant, role="administrator", name="Ruth Adam"),
    )
    if with_policy:
        a_policy(desk, (1, (desk.lead, desk.treasurer)))
    return desk
