"""Mailboxes and the letters that came through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kontor.core.sealing import SealBroken, unseal
from kontor.documents.rules.files import FileMissing
from kontor.documents.store import open_file
from kontor.organisations.models import Tenant, User
from kontor.organisations.queries import members_of, rights_of, tenant_for, user_by_email
from kontor.receipts.models import IntakeFile, IntakeMailbox, IntakeMessage
from kontor.receipts.models.intake import IntakeState
from kontor.receipts.transports.imap import Address
from kontor.receipts.transports.letters import HEAD_BYTES, Authentication, authentication_of, read_head

SUBMIT = "receipts.submit"
WAITING_COUNT = "SELECT count(*) FROM receipts_intakemessage w WHERE w.tenant_id = %(tenant)s AND w.state = 'waiting'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A letter as it is listed, with its files and what its head says about the sender."""

    message: IntakeMessage
    files: Sequence[IntakeFile]
    authentication: Authentication

    @property
    def has_receipt(self) -> bool:
        """Tell whether a file of it can become a receipt."""
        return any(file.file_id is not None for file in self.files)


def mailboxes() -> list[IntakeMailbox]:
    """Return all mailboxes by address."""
    return list(IntakeMailbox.objects.order_by("address", "id"))


def mailbox_by_id(mailbox_id: int) -> IntakeMailbox | None:
    """Return one mailbox."""
    return IntakeMailbox.objects.filter(id=mailbox_id).first()


def active_mailboxes() -> list[int]:
    """Return the ids of the mailboxes that are to be visited."""
    return list(IntakeMailbox.objects.filter(is_active=True).order_by("id").values_list("id", flat=True))


def purpose_of(mailbox: IntakeMailbox) -> str:
    """Return what the password is sealed for: these books, this server, this user, so that it is sent nowhere else."""
    return f"receipts.mailbox:{mailbox.tenant_id}:{mailbox.host}:{mailbox.port}:{mailbox.uses_tls}:{mailbox.user_name}"


def address_of(mailbox: IntakeMailbox) -> Address:
    """Return how the mailbox is opened.  Raises: SealBroken."""
    return Address(
        host=mailbox.host, port=mailbox.port, uses_tls=mailbox.uses_tls, user_name=mailbox.user_name,
        password=unseal(bytes(mailbox.secret), purpose=purpose_of(mailbox)), folder=mailbox.folder,
        archive_folder=mailbox.archive_folder,
    )  # fmt: skip


def opens(mailbox: IntakeMailbox) -> bool:
    """Tell whether the stored password still fits server and user."""
    try:
        address_of(mailbox)
    except SealBroken:
        return False
    return True


def messages(state: str = "") -> QuerySet[IntakeMessage]:
    """Return the letters in a state, or all, latest first."""
    rows = IntakeMessage.objects.select_related("mailbox", "file", "member")
    return (rows.filter(state=state) if state else rows).order_by("-received_at", "-id")


def count_waiting() -> int:
    """Return how many letters wait for the bookkeeper."""
    return IntakeMessage.objects.filter(state=IntakeState.WAITING).count()


def files_of(message_ids: Iterable[int]) -> dict[int, list[IntakeFile]]:
    """Return the files of letters in their order, one statement."""
    rows = IntakeFile.objects.filter(message_id__in=list(message_ids)).select_related("file", "document")
    found: dict[int, list[IntakeFile]] = {}
    for row in rows.order_by("position"):
        found.setdefault(row.message_id, []).append(row)
    return found


def incoming(rows: Iterable[IntakeMessage]) -> list[Incoming]:
    """Return letters with their files and the receiving server's verdict, read from their archived heads."""
    letters = list(rows)
    files = files_of(letter.id for letter in letters)
    return [
        Incoming(message=letter, files=files.get(letter.id, ()), authentication=verdict_of(letter))
        for letter in letters
    ]


def verdict_of(message: IntakeMessage) -> Authentication:
    """Return what the receiving server said about the sender; nothing where the letter's bytes are gone."""
    try:
        with open_file(message.file) as opened:
            return authentication_of(read_head(opened.read(HEAD_BYTES)))
    except FileMissing:
        return Authentication()


def submitters(tenant: Tenant) -> list[User]:
    """Return who may hand in receipts in the open books, by name."""
    return [member.user for member in members_of(tenant) if any(SUBMIT in role.codes for role in member.roles)]


def submitter_of(address: str, *, tenant: Tenant) -> User | None:
    """Return the active member with this address who may hand in receipts in the open books."""
    user = user_by_email(address) if address else None
    if user is None or not user.is_active or tenant_for(user, tenant.code) is None or SUBMIT not in rights_of(user):
        return None
    return user
