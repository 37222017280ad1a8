"""Importing a large statement file as a job: the page hands it to the worker."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from kontor.banking.actions.importing import import_statement
from kontor.banking.models import ImportState, MoneyAccount, StatementImport
from kontor.core import clock
from kontor.core.jobs import Facts, job, start_job
from kontor.core.models import Job
from kontor.core.progress import Progress
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import Actor, tenant
from kontor.documents.models import StoredFile
from kontor.documents.store import open_file

IMPORT = "banking.import"
LARGE_BYTES = 2 * 1024 * 1024
# Statements are packed to about a tenth.
_PACKED = 10


def is_large(file: StoredFile) -> bool:
    """Tell whether the import of a file takes longer than a person waits for a page."""
    return file.size * (_PACKED if file.media_type == "application/zip" else 1) > LARGE_BYTES


def hand_over(
    record: StatementImport,
    *,
    at: datetime,
    by: Actor | None,
    account: MoneyAccount | None = None,
    create: bool = False,
) -> Job:
    """Hand a file to the worker; its record waits meanwhile."""
    record.state = ImportState.WAITING
    record.save(update_fields=["state"])
    arguments = {"import_id": record.id, "account_id": account.id if account else None, "create": create}
    return start_job(IMPORT, arguments=arguments, by=by, at=at)


def job_of(record: StatementImport) -> Job | None:
    """Return the latest job of a waiting file."""
    return Job.objects.filter(kind=IMPORT, arguments__import_id=record.id).order_by("-id").first()


@job(IMPORT, label=gettext_noop("Statement file is read in"), shows="bank_import_detail")
def import_file(progress: Progress, *, import_id: int, account_id: int | None, create: bool) -> Facts:
    """Import a waiting file; returns `{"new", "known", "shows"}`.

    All of it is one transaction: a cancelled or killed import leaves nothing behind and can be done again,
    and one that had come to its end before its worker died is not done twice.

    Raises:
        Refusal: why the file was refused or held; its record says the same.
    """
    with tenant(progress.tenant_id, by=progress.by):
        record = StatementImport.objects.select_related("file").select_for_update(of=("self",)).get(id=import_id)
        if record.state == ImportState.WAITING:
            account = MoneyAccount.objects.get(id=account_id) if account_id else None
            outcome = import_statement(
                record.file, partial(open_file, record.file), at=clock.now(), account=account, create_account=create,
                record=record, progress=partial(_tell, progress),
            )  # fmt: skip
            refusal = outcome.refusal
        else:
            refusal = None
    if refusal is not None:
        raise refusal
    return {"new": record.count_new, "known": record.count_known, "shows": {"import_id": import_id}}


def _tell(progress: Progress, done: int, total: int) -> None:
    progress.stop_if_cancelled()
    if done:
        progress.step(done, total, gettext_noop("%(lines)s of %(all)s transactions"), lines=done, all=total)
    else:
        progress.step(0, total, gettext_noop("%(all)s transactions are checked"), all=total)
