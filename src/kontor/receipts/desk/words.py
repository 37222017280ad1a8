"""What the desk calls things: payment variants, statuses, origins, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from kontor.core.figures import format_day
from kontor.core.iban import format_iban
from kontor.receipts.rules.tracks import Payment, Status
from kontor.ui.marks import Mark

VARIANTS: Mapping[str, Promise] = {
    "private": gettext_lazy("Paid privately – refund it"),
    "organisation": gettext_lazy("Paid by the organisation"),
    "to_pay": gettext_lazy("Not paid yet – pay the supplier"),
    "donation": gettext_lazy("Paid privately – given as a donation"),
    "advance": gettext_lazy("Paid from an advance"),
}
SHORT_VARIANTS: Mapping[str, Promise] = {
    "private": gettext_lazy("Refund"),
    "organisation": gettext_lazy("Own means"),
    "to_pay": gettext_lazy("Invoice to pay"),
    "donation": gettext_lazy("Donation of expense"),
    "advance": pgettext_lazy("payment", "Advance"),
}
STATUSES: Mapping[str, Promise] = {
    "new": pgettext_lazy("receipts", "New"),
    "in_review": gettext_lazy("In approval"),
    "query": gettext_lazy("Question open"),
    "in_progress": gettext_lazy("In progress"),
    "paid_not_booked": gettext_lazy("Paid, not booked"),
    "to_refund": gettext_lazy("To refund"),
    "to_pay": gettext_lazy("To pay"),
    "ordered": gettext_lazy("Payment on its way"),
    "to_recover": gettext_lazy("Repayment expected"),
}
STATES: Mapping[str, Promise] = {
    "draft": pgettext_lazy("receipts", "Draft"),
    "submitted": pgettext_lazy("receipts", "New"),
    "in_review": gettext_lazy("In approval"),
    "query": gettext_lazy("Question open"),
    "approved": gettext_lazy("Approved"),
    "rejected": gettext_lazy("Rejected"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "in_progress": gettext_lazy("In progress"),
    "final": pgettext_lazy("receipts", "Booked"),
    "cancelled": pgettext_lazy("receipts", "Cancelled"),
}
TABS: Mapping[str, Promise] = {
    "new": pgettext_lazy("receipts", "New"),
    "progress": gettext_lazy("In progress"),
    "query": pgettext_lazy("receipts", "Question"),
    "pay": gettext_lazy("To pay"),
    "booked": pgettext_lazy("receipts", "Booked"),
    "all": pgettext_lazy("receipts", "All"),
}
ASSIGNED: Mapping[str, Promise] = {
    "me": gettext_lazy("to me"),
    "others": gettext_lazy("to others"),
    "nobody": gettext_lazy("to nobody"),
}
ORIGINS: Mapping[str, Promise] = {
    "xml": gettext_lazy("from the e-invoice"),
    "qr": gettext_lazy("from the QR code"),
    "text": gettext_lazy("from the PDF’s text"),
    "ocr": gettext_lazy("read from the picture"),
}
AGREEING: Mapping[str, Promise] = {
    "xml": gettext_lazy("as in e-invoice"),
    "qr": gettext_lazy("as in QR code"),
    "text": gettext_lazy("as in PDF"),
    "ocr": gettext_lazy("as pictured"),
}
_MARKS: Mapping[Status, tuple[Promise, str]] = {
    Status.DRAFT: (pgettext_lazy("receipts", "Draft"), "open"),
    Status.NEW: (pgettext_lazy("receipts", "New"), "brand"),
    Status.IN_REVIEW: (gettext_lazy("In approval"), "half"),
    Status.QUERY: (gettext_lazy("Question open"), "warn"),
    Status.REJECTED: (gettext_lazy("Rejected"), "neg"),
    Status.WITHDRAWN: (gettext_lazy("Withdrawn"), "open"),
    Status.CANCELLED: (pgettext_lazy("receipts", "Cancelled"), "neg"),
    Status.IN_PROGRESS: (gettext_lazy("In progress"), "half"),
    Status.PAID_NOT_BOOKED: (gettext_lazy("Paid, not booked"), "half"),
    Status.BOOKED_TO_PAY: (pgettext_lazy("receipts", "Booked"), "half"),
    Status.DONE: (gettext_lazy("Paid and booked"), "done"),
}
_PAYMENTS: Mapping[Payment, Promise] = {
    Payment.TO_PAY: gettext_lazy("Booked, to pay"),
    Payment.TO_REFUND: gettext_lazy("Booked, to refund"),
    Payment.TO_RECOVER: gettext_lazy("Booked, repayment expected"),
    Payment.ORDERED: gettext_lazy("Booked, payment on its way"),
}
_SIGNS: Mapping[str, Promise] = {
    "agrees": gettext_lazy("Amount and date agree with the picture"),
    "differs": gettext_lazy("Amount or date differ from what was read"),
    "no_double": gettext_lazy("No double found"),
    "new_iban": gettext_lazy("This IBAN is paid for the first time"),
    "known_iban": gettext_lazy("This IBAN is known"),
    "own_voucher": gettext_lazy("Own voucher instead of a receipt"),
}
_CHOICES = {"status": STATUSES, "variant": SHORT_VARIANTS, "assigned": ASSIGNED, "tab": TABS}


def said(name: str) -> Sequence[tuple[str, str]]:
    """Return the choices of a condition of the list (status, variant, assigned, tab) in the reader's language."""
    return _said(name, get_language() or "")


@lru_cache(maxsize=64)
def _said(name: str, _language: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(word)) for key, word in _CHOICES[name].items())


def status_mark(status: Status, payment: Payment, *, is_donation: bool = False) -> Mark:
    """Return how a receipt's status is shown."""
    word, tone = _MARKS[status]
    if status is Status.BOOKED_TO_PAY:
        word = _PAYMENTS.get(payment, word)
    if status is Status.DONE and (is_donation or payment is Payment.NOT_NEEDED):
        word = gettext_lazy("Booked, nothing to pay") if is_donation else word
    return Mark(str(word), tone)  # type: ignore[arg-type]  # one of its tones


def sign_words(sign: Mapping[str, object]) -> tuple[str, str, str]:
    """Return tone, sentence and addition of a finding."""
    tone = "warn" if sign.get("is_warning") else "pos"
    code = str(sign.get("code", ""))
    many = [str(each) for each in sign.get("of", [])] if isinstance(sign.get("of"), list) else []  # type: ignore[attr-defined]
    sentence = (
        ngettext("May have been handed in before", "May have been handed in before", len(many))
        if code == "double"
        else _SIGNS.get(code, code)
    )
    more = {"double": ", ".join(many), "new_iban": _iban(sign), "known_iban": _iban(sign)}.get(code, "")
    return tone, str(sentence), more


def _iban(sign: Mapping[str, object]) -> str:
    return format_iban(str(sign.get("iban", "")))


def row_title(supplier: str, purpose: str, number: str) -> str:
    """Return the line by which people know a receipt."""
    return supplier or purpose or number or _("Receipt")


def day_words(day: date | None) -> str:
    """Return a day as people write it, "" for none."""
    return format_day(day, language=get_language() or "de") if day else ""
