"""Own vouchers [Eigenbelege]: the paper that stands for a lost receipt."""

from __future__ import annotations

from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.documents.actions.intake import take_in
from kontor.organisations.models import Tenant
from kontor.receipts.actions.drafting import add_file
from kontor.receipts.actions.locking import locked_own
from kontor.receipts.actions.submitting import NotComplete, problems_of
from kontor.receipts.models import Attachment, IncomingLine
from kontor.receipts.papers.voucher import voucher_pdf

OWNER_TYPE = "receipts.voucher"


@act("receipts.attach_own_voucher")
def attach_own_voucher(document_id: int, *, tenant: Tenant, today: date, at: datetime, by: Actor) -> Attachment:
    """Print the own voucher of a complete draft, archive it and put it in the place of an earlier one.

    Raises:
        NotComplete: nothing is printed while something is missing.
    """
    document = locked_own(document_id, by=by)
    problems = problems_of(document, today=today, region=tenant.country)
    if problems:
        raise NotComplete(problems)
    lines = list(
        IncomingLine.objects.filter(document=document).select_related("project", "cost_type").order_by("position")
    )
    content = voucher_pdf(document, lines, tenant=tenant, on=today)
    file = take_in(content, name=f"Eigenbeleg-{document.id}.pdf", owner_type=OWNER_TYPE, at=at, by=by)
    Attachment.objects.filter(document=document, file__owner_type=OWNER_TYPE).exclude(file=file).delete()
    return add_file(document.id, file, by=by)
