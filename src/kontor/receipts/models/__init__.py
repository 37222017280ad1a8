"""The tables of receipts; one file per noun. Django finds them here."""

from kontor.receipts.models.advances import Advance, WaivedReimbursement
from kontor.receipts.models.documents import (
    Attachment,
    Category,
    DocumentCategory,
    IncomingDocument,
    IncomingLine,
    PrivateNote,
    Source,
    Workflow,
)
from kontor.receipts.models.intake import IntakeFile, IntakeMailbox, IntakeMessage
from kontor.receipts.models.settings import (
    PaymentMeans,
    RefundRoute,
    RememberedPayee,
    RepaymentRoute,
    StaffParty,
    SubmissionSettings,
)

__all__ = [
    "Advance",
    "Attachment",
    "Category",
    "DocumentCategory",
    "IncomingDocument",
    "IncomingLine",
    "IntakeFile",
    "IntakeMailbox",
    "IntakeMessage",
    "PaymentMeans",
    "PrivateNote",
    "RefundRoute",
    "RememberedPayee",
    "RepaymentRoute",
    "Source",
    "StaffParty",
    "SubmissionSettings",
    "WaivedReimbursement",
    "Workflow",
]
