"""Taking a document for change."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.organisations.models import User
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.workflow import AlreadyBooked, AssignedToOther, ChangedMeanwhile, NotOwn


class NoSuchDocument(Refusal):
    """No such receipt here."""

    sentence = gettext_noop("This receipt does not exist in these books.")
    status = 404


def locked(document_id: int) -> IncomingDocument:
    """Return the document, its row locked until commit.  Raises: NoSuchDocument."""
    found = IncomingDocument.objects.filter(id=document_id).select_for_update().first()
    if found is None:
        raise NoSuchDocument
    return found


def locked_own(document_id: int, *, by: Actor) -> IncomingDocument:
    """Return one's own document, locked.  Raises: NoSuchDocument, NotOwn."""
    found = locked(document_id)
    if found.submitter_id != by.pk:
        raise NotOwn
    return found


def check_mine(document: IncomingDocument, *, by: Actor) -> None:
    """Refuse what another bookkeeper keeps (OC-55).  Raises: AssignedToOther."""
    if document.assigned_to_id not in {None, by.pk}:
        raise AssignedToOther(name=_name(document.assigned_to_id))


def check_version(document: IncomingDocument, *, version: int | None) -> None:
    """Refuse a save over somebody else's; None saves whatever stands there.  Raises: ChangedMeanwhile."""
    if version is not None and document.version != version:
        raise ChangedMeanwhile(name=_name(document.handled_by_id))


def check_not_booked(document: IncomingDocument) -> None:
    """Refuse changes of what is booked.  Raises: AlreadyBooked."""
    if document.entry_id is not None:
        raise AlreadyBooked(number=name_of(document))


def _name(user_id: int | None) -> str:
    return User.objects.filter(id=user_id or 0).values_list("name", flat=True).first() or "?"
