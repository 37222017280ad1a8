"""Places in the plan: who takes one when they are let in or given a role."""

from __future__ import annotations

from collections.abc import Collection

from kontor.organisations.metering import check_room, holds_seat, takes_seat
from kontor.organisations.models import Membership, MembershipState, Organisation, Tenant, User
from kontor.organisations.permissions import UPLOAD_ONLY_RIGHTS
from kontor.organisations.rules.plans import Kind


def belong(user: User, *, tenant: Tenant, rights: Collection[str], is_administrator: bool) -> None:
    """Make the person an active member of the tenant's organisation, with the place that `rights` need.

    Raises:
        NoRoom: the plan has no place for another member.
    """
    own = Membership.objects.filter(user=user, organisation_id=tenant.organisation_id)
    if not own.filter(state=MembershipState.ACTIVE).exists():
        only_uploads = set(rights) <= UPLOAD_ONLY_RIGHTS
        check_room(Kind.UPLOAD_ONLY if only_uploads else Kind.MEMBERS, tenant=tenant)
        Membership.objects.update_or_create(
            user=user, organisation_id=tenant.organisation_id,
            defaults={"state": MembershipState.ACTIVE, "is_upload_only": only_uploads, "is_admin": False},
        )  # fmt: skip
    if is_administrator:
        _answer_for_organisation(user, organisation_id=tenant.organisation_id)


def take_place(user: User, *, books: Tenant, rights: Collection[str]) -> None:
    """Give somebody who only submitted a full member's place, and a dashboard seat to whom needs one.

    Raises:
        NoRoom: the plan has no such place left.
    """
    if not set(rights) <= UPLOAD_ONLY_RIGHTS:
        uploading = Membership.objects.filter(
            user=user, organisation_id=books.organisation_id, state=MembershipState.ACTIVE, is_upload_only=True
        )
        if uploading.exists():
            check_room(Kind.MEMBERS, tenant=books)
            uploading.update(is_upload_only=False)
    if takes_seat(rights) and not holds_seat(books.organisation, user.pk):
        check_room(Kind.SEATS, tenant=books)


def _answer_for_organisation(user: User, *, organisation_id: int) -> None:
    """Make the person the administrator of an organisation that has none."""
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    if organisation.main_admin_id is None:
        organisation.main_admin = user
        organisation.save(update_fields=["main_admin"])
        Membership.objects.filter(user=user, organisation_id=organisation_id).update(is_admin=True)
