"""Setting up mailboxes, and what is remembered of visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.sealing import seal
from kontor.core.tenancy import Actor
from kontor.receipts.models import IntakeMailbox
from kontor.receipts.queries.intake import opens, purpose_of
from kontor.receipts.transports.imap import TlsMissing
from kontor.receipts.transports.sentences import packed

NOTED_EVERY = timedelta(hours=1)  # each note is a line in the record


class AddressTaken(Refusal):
    """Two mailboxes of one address."""

    sentence = gettext_noop("There is a mailbox with the address %(address)s already.")
    status = 409


class PasswordNeeded(Refusal):
    """New, or another server or user: the stored password must not be sent there."""

    sentence = gettext_noop("Please enter the password of the mailbox; it belongs to this very server and user name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFacts:
    """A mailbox as typed."""

    address: str
    host: str
    port: int
    uses_tls: bool
    user_name: str
    folder: str = "INBOX"
    archive_folder: str = ""


@act("receipts.save_mailbox")
def save_mailbox(
    facts: MailboxFacts, *, mailbox_id: int | None = None, password: str = "", local_hosts: frozenset[str], by: Actor
) -> IntakeMailbox:
    """Create a mailbox or change it; an empty `password` keeps the one that is there. Another place is read anew.

    Raises:
        AddressTaken, PasswordNeeded; TlsMissing: no encryption, and not one of `local_hosts`.
    """
    if not facts.uses_tls and facts.host not in local_hosts:
        raise TlsMissing
    if IntakeMailbox.objects.filter(address=facts.address).exclude(id=mailbox_id or 0).exists():
        raise AddressTaken(address=facts.address)
    box = IntakeMailbox() if mailbox_id is None else IntakeMailbox.objects.select_for_update().get(id=mailbox_id)
    place = (box.host, box.user_name, box.folder)
    box.address, box.host, box.port, box.uses_tls = facts.address, facts.host, facts.port, facts.uses_tls
    box.user_name, box.folder, box.archive_folder = facts.user_name, facts.folder, facts.archive_folder
    if password:
        box.secret = seal(password, purpose=purpose_of(box))
    elif mailbox_id is None or not opens(box):
        raise PasswordNeeded
    if place != (box.host, box.user_name, box.folder):
        box.uid_validity, box.last_uid = None, 0
    box.error = ""
    if mailbox_id is None:
        box.save()
    else:
        box.save(
            update_fields=[
                "address", "host", "port", "uses_tls", "user_name", "folder", "archive_folder", "secret", "uid_validity",
                "last_uid", "error",
            ]
        )  # fmt: skip
    return box


@act("receipts.switch_mailbox")
def switch_mailbox(mailbox_id: int, *, is_active: bool, by: Actor) -> None:
    """Stop visiting a mailbox, or begin again."""
    IntakeMailbox.objects.filter(id=mailbox_id).update(is_active=is_active)


@act("receipts.visit_mailbox")
def note_place(mailbox_id: int, *, uid_validity: int, last_uid: int) -> None:
    """Remember how far a mailbox was read."""
    IntakeMailbox.objects.filter(id=mailbox_id).update(uid_validity=uid_validity, last_uid=last_uid)


@act("receipts.visit_mailbox")
def note_visit(mailbox_id: int, *, refusal: Refusal | None, at: datetime) -> None:
    """Remember how a visit ended; one that went as the one before is noted once an hour."""
    box = IntakeMailbox.objects.select_for_update().get(id=mailbox_id)
    error = packed(refusal)
    if box.error != error or box.visited_at is None or at - box.visited_at >= NOTED_EVERY:
        IntakeMailbox.objects.filter(id=mailbox_id).update(error=error, visited_at=at)
