"""What receipts do by themselves: visiting the mailboxes. Doing it twice changes nothing."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connections
from procrastinate.contrib.django import app

from kontor.core.clock import now
from kontor.core.jobs import DEFAULT_QUEUE, RESCUE_QUEUE, closed_connections
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.receipts.actions.intake import draft_for_sender, keep_letter, keep_letter_file
from kontor.receipts.actions.mailboxes import note_place, note_visit
from kontor.receipts.models.intake import IntakeState
from kontor.receipts.queries.intake import active_mailboxes, address_of, mailbox_by_id
from kontor.receipts.transports.imap import Address, Visit, visiting
from kontor.receipts.transports.letters import LETTER_BYTES_MAX, Letter, read_or_broken, too_large

EVERY_FIVE_MINUTES = "*/5 * * * *"
LETTERS_A_VISIT = 100

logger = logging.getLogger("kontor.receipts")


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="receipts.visit_mailboxes", queue=RESCUE_QUEUE, queueing_lock="receipts.visit_mailboxes")
def visit_mailboxes(timestamp: int) -> int:  # the queue says for which tick
    """Have every active mailbox visited, each by a job of its own; returns how many."""
    asked = 0
    try:
        for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
            with tenant(tenant_id):
                for mailbox_id in active_mailboxes():
                    ask_for_visit(tenant_id, mailbox_id)
                    asked += 1
    finally:
        connections.close_all()
    return asked


def ask_for_visit(tenant_id: int, mailbox_id: int) -> None:
    """Queue one visit; visits of one mailbox never overlap."""
    visit_mailbox.configure(lock=f"receipts.mailbox:{tenant_id}:{mailbox_id}").defer(
        tenant_id=tenant_id, mailbox_id=mailbox_id
    )


@app.task(name="receipts.visit_mailbox", queue=DEFAULT_QUEUE)
def visit_mailbox(*, tenant_id: int, mailbox_id: int) -> int:
    """Fetch what is new in one mailbox; returns how many letters. What hinders it is shown in the settings."""
    with closed_connections():
        return visit(tenant_id, mailbox_id)


def visit(tenant_id: int, mailbox_id: int) -> int:
    """Fetch what is new, letter by letter: archived and written down first, then marked in the mailbox, then remembered.

    Killed between any two of these steps, the next visit finds the letter again and makes nothing twice.
    """
    with tenant(tenant_id):
        box = mailbox_by_id(mailbox_id)
    if box is None or not box.is_active:
        return 0
    fetched, refusal = 0, None
    try:
        address = address_of(box)
        with visiting(address) as opened:
            last = box.last_uid if box.uid_validity == opened.uid_validity else 0
            for uid in opened.uids(after=last)[:LETTERS_A_VISIT]:
                fetched += _fetch(tenant_id, mailbox_id, opened, uid, at=now())
                with tenant(tenant_id):
                    note_place(mailbox_id, uid_validity=opened.uid_validity, last_uid=uid)
    except Refusal as no:
        logger.info("mailbox %s of tenant %s: %s", mailbox_id, tenant_id, type(no).__name__)
        refusal = no
    with tenant(tenant_id):
        note_visit(mailbox_id, refusal=refusal, at=now())
    return fetched


def try_mailbox(address: Address) -> int:
    """Open a mailbox and look around; returns how many letters lie in it.  Raises: MailboxUnreachable."""
    with visiting(address) as opened:
        opened.check_archive_folder()
        return len(opened.uids(after=0))


def _fetch(tenant_id: int, mailbox_id: int, opened: Visit, uid: int, *, at: datetime) -> int:
    size = opened.size(uid)
    if size > LETTER_BYTES_MAX:
        head = opened.head(uid)
        keep_all(tenant_id, mailbox_id, head, too_large(head), is_whole=False, at=at)
        return 1
    content = opened.letter(uid) if size >= 0 else b""
    if not content:
        return 0
    keep_all(tenant_id, mailbox_id, content, read_or_broken(content), at=at)
    opened.put_away(uid)
    return 1


def keep_all(
    tenant_id: int, mailbox_id: int, content: bytes, letter: Letter, *, is_whole: bool = True, at: datetime
) -> None:
    """Archive a letter, check its files one by one, each in a transaction of its own, and make drafts of them."""
    with tenant(tenant_id):
        message = keep_letter(mailbox_id, content, letter, is_whole=is_whole, at=at)
    if message.state != IntakeState.WAITING:
        return
    for position, file in enumerate(letter.files, start=1):
        with tenant(tenant_id):
            keep_letter_file(message.id, position, file, at=at)
    with tenant(tenant_id):
        draft_for_sender(message.id, letter, at=at)
