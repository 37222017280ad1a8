"""Letters that bring receipts: archived whole, their files checked, drafts made of them."""

from __future__ import annotations

import re
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_subatomic import db

from kontor.approvals.links import absolute, site
from kontor.core.audit import act
from kontor.core.mail import post_mail
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.reading import request_reading
from kontor.documents.rules.files import safe_name
from kontor.documents.rules.unreadable import BadReceiptFile
from kontor.documents.store import store
from kontor.organisations.metering import check_room
from kontor.organisations.models import Tenant, User
from kontor.organisations.rules.plans import Kind, NoRoom
from kontor.receipts.actions.drafting import add_file, create_draft, save_draft
from kontor.receipts.models import IntakeFile, IntakeMailbox, IntakeMessage, Source
from kontor.receipts.models.intake import IntakeState
from kontor.receipts.queries.intake import files_of, submitter_of
from kontor.receipts.transports.letters import LETTER_BYTES_MAX, Letter, LetterFile

OWNER = "receipts.mail"
_PREFIXES = re.compile(r"^(?:\s*(?:re|aw|fw|fwd|wg)\s*:)+\s*", re.IGNORECASE)


class LetterSettled(Refusal):
    """Somebody was quicker."""

    sentence = gettext_noop("This letter was dealt with already. The page now shows the current state.")
    status = 409


class NoFileTaken(Refusal):
    """Nothing to make a receipt of."""

    sentence = gettext_noop(
        "The letter has no file that can be taken as a receipt. It can be ignored; it stays archived."
    )


class NotASubmitter(Refusal):
    """The person may not hand in receipts."""

    sentence = gettext_noop(
        "%(name)s may not hand in receipts in these books. An administrator can give the role for it."
    )
    status = 403


@act("receipts.keep_letter")
def keep_letter(
    mailbox_id: int, content: bytes, letter: Letter, *, is_whole: bool = True, at: datetime
) -> IntakeMessage:
    """Archive a letter as it came and write it down; the same letter again gives the row that is there.

    Raises:
        NoRoom, NoRoomLeft: the plan or the archive is full; nothing is written and the letter stays in its mailbox.
    """
    known = IntakeMessage.objects.filter(mailbox_id=mailbox_id, identity=letter.identity).first()
    if known is not None:
        return known
    IntakeMailbox.objects.select_for_update().get(id=mailbox_id)
    known = IntakeMessage.objects.filter(mailbox_id=mailbox_id, identity=letter.identity).first()
    if known is not None:
        return known
    check_room(Kind.BYTES, tenant=_books(), adding=len(content))
    suffix = "eml" if is_whole else "head.eml"
    file = store(
        content, name=f"{letter.identity[:12]}.{suffix}", media_type="message/rfc822", owner_type=OWNER, at=at, by=None,
        bytes_max=LETTER_BYTES_MAX,
    )  # fmt: skip
    return IntakeMessage.objects.create(
        mailbox_id=mailbox_id, identity=letter.identity, sender=letter.sender, subject=letter.subject, received_at=at,
        file=file,
        state=IntakeState.IGNORED if letter.is_automatic and not letter.files else IntakeState.WAITING,
    )  # fmt: skip


@act("receipts.keep_letter_file")
def keep_letter_file(message_id: int, position: int, file: LetterFile, *, at: datetime) -> IntakeFile:
    """Check a file of a letter and archive it, or write down why it is not taken; again changes nothing."""
    known = IntakeFile.objects.filter(message_id=message_id, position=position).first()
    if known is not None:
        return known
    taken, refusal = None, file.refusal
    if refusal is None:
        try:
            with db.savepoint():
                taken = take_in(file.content, name=file.name, owner_type=OWNER, at=at, by=None)
        except BadReceiptFile as bad:
            refusal = bad
    return IntakeFile.objects.create(
        message_id=message_id, position=position, name=safe_name(file.name) if file.name else "", file=taken,
        refusal="" if refusal is None else refusal.sentence,
        refusal_facts={} if refusal is None else {name: str(fact) for name, fact in refusal.facts.items()},
    )  # fmt: skip


@act("receipts.draft_from_letter")
def draft_for_sender(message_id: int, letter: Letter, *, at: datetime) -> User | None:
    """Make drafts for the sender if they are a member who hands in receipts; else the letter waits for the bookkeeper.

    The address can be forged, so nothing but a draft is made of it, and not even that where the receiving server
    has found the address to be forged.
    """
    message = _locked(message_id)
    files = files_of([message_id]).get(message_id, [])
    if message.state != IntakeState.WAITING or letter.authentication.is_refuted or not _taken(files):
        return None
    member = submitter_of(message.sender, tenant=_books())
    if member is None:
        return None
    try:
        with db.savepoint():
            _make_drafts(message, files, member, at=at)
    except NoRoom:
        return None
    _tell(message, files, member)
    return member


@act("receipts.assign_letter")
def assign_letter(message_id: int, member: User, *, at: datetime, by: Actor) -> list[int]:
    """Make drafts of a waiting letter's files for a member, or for oneself; returns their ids.

    Raises:
        LetterSettled, NoFileTaken, NotASubmitter, NoRoom
    """
    message = _waiting(message_id)
    files = files_of([message_id]).get(message_id, [])
    if not _taken(files):
        raise NoFileTaken
    if submitter_of(member.email, tenant=_books()) is None:
        raise NotASubmitter(name=member.name)
    made = _make_drafts(message, files, member, at=at)
    if member.pk != by.pk:
        _tell(message, files, member)
    return made


@act("receipts.ignore_letter")
def ignore_letter(message_id: int, *, by: Actor) -> None:
    """Set a letter aside; it stays in the archive.  Raises: LetterSettled."""
    message = _waiting(message_id)
    message.state = IntakeState.IGNORED
    message.save(update_fields=["state"])


@act("receipts.reopen_letter")
def reopen_letter(message_id: int, *, by: Actor) -> None:
    """Let an ignored letter wait again.  Raises: LetterSettled."""
    message = _locked(message_id)
    if message.state != IntakeState.IGNORED:
        raise LetterSettled
    message.state = IntakeState.WAITING
    message.save(update_fields=["state"])


def _make_drafts(message: IntakeMessage, files: list[IntakeFile], member: User, *, at: datetime) -> list[int]:
    drafts: dict[int, int] = {}
    purpose = _PREFIXES.sub("", message.subject)[:200]
    for file in _taken(files):
        stored = file.file
        if stored.id not in drafts:
            check_room(Kind.RECEIPTS, tenant=_books())
            key = f"mail:{message.id}:{file.position}"
            draft = create_draft(client_key=key, source=Source.MAIL, at=at, by=member)
            add_file(draft.id, stored, by=member)
            if purpose:
                save_draft(draft.id, {"purpose": purpose}, by=member)
            request_reading(stored, at=at, by=None)
            drafts[stored.id] = draft.id
        IntakeFile.objects.filter(id=file.id).update(document_id=drafts[stored.id])
        file.document_id = drafts[stored.id]
    message.state, message.member_id = IntakeState.TAKEN, member.pk
    message.save(update_fields=["state", "member"])
    return list(drafts.values())


def _tell(message: IntakeMessage, files: list[IntakeFile], member: User) -> None:
    """Write to the member; never to an address that only stands in the letter."""
    books = _books()
    ids = list(dict.fromkeys(file.document_id for file in files if file.document_id))
    with translation.override(member.language):
        links = [absolute(_page_of(books.code, document_id), base=site()) for document_id in ids]
        refused = [f"- {_(file.refusal) % file.refusal_facts}" for file in files if file.refusal]
        facts = {"name": member.name, "subject": message.subject or "–", "links": "\n".join(links)}
        text = _(
            "Hello %(name)s,\n\nthe receipt from the mail “%(subject)s” is there as a draft. Please add what is missing "
            "and hand it in:\n\n%(links)s\n"
        ) % facts  # fmt: skip
        if refused:
            text += "\n" + _("Not taken over:") + "\n" + "\n".join(refused) + "\n"
        post_mail(
            to=member.email, subject=_("Receipt arrived as a draft"), text=text, language=member.language,
            key=f"receipts.letter:{message.id}",
        )  # fmt: skip


def _page_of(code: str, document_id: int) -> str:
    return reverse("receipts:own", kwargs={"tenant": code, "document_id": document_id})


def _taken(files: list[IntakeFile]) -> list[IntakeFile]:
    return [file for file in files if file.file_id is not None]


def _waiting(message_id: int) -> IntakeMessage:
    message = _locked(message_id)
    if message.state != IntakeState.WAITING:
        raise LetterSettled
    return message


def _locked(message_id: int) -> IntakeMessage:
    found = IntakeMessage.objects.filter(id=message_id).select_for_update().first()
    if found is None:
        raise LetterSettled
    return found


def _books() -> Tenant:
    return Tenant.objects.select_related("organisation").get(id=current_tenant_id())
