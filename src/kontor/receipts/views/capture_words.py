"""Words of the page on which a receipt is handed in: ways of payment, fields, where a value comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kontor.core.iban import format_iban
from kontor.receipts.forms.submission import SubmissionForm
from kontor.receipts.models import RememberedPayee

ORIGIN_WORDS = {
    "xml": gettext_noop("read: e-invoice"), "qr": gettext_noop("read: QR code"), "text": gettext_noop("read"),
    "ocr": gettext_noop("read"),
}  # fmt: skip
VARIANT_WORDS = {
    "private": (gettext_lazy("Paid privately"), gettext_lazy("The amount is refunded"), "hand-coins"),
    "organisation": (
        gettext_lazy("Paid by the organisation"), gettext_lazy("By its card, cash or direct debit"), "credit-card",
    ),
    "to_pay": (gettext_lazy("Still to be paid"), gettext_lazy("The office transfers it to the supplier"), "send"),
    "donation": (
        gettext_lazy("As a donation"), gettext_lazy("Waives the refund; a donation receipt follows"), "heart-handshake",
    ),
    "advance": (gettext_lazy("From my advance"), gettext_lazy("Set off against money received before"), "piggy-bank"),
}  # fmt: skip
_USE = {"gross", "currency", "document_date", "supplier_name", "document_number", "purpose", "parts"}
_PHOTO = {"files", "own_voucher_reason", "is_own_voucher"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One way of payment."""

    code: str
    word: str
    text: str
    icon: str
    is_chosen: bool


def step_of(names: Iterable[str]) -> str:
    """Return the step on which the first of these fields stands."""
    first = next(iter(names), "")
    if first in _PHOTO:
        return "photo"
    return "use" if first in _USE or first.startswith("parts") else "payment"


def card_of(code: str, *, chosen: str, text: str = "") -> Card:
    """Return a way of payment as a card; `text` stands in the place of the usual words under it."""
    word, usual, icon = VARIANT_WORDS[code]
    return Card(code=code, word=str(word), text=text or str(usual), icon=icon, is_chosen=code == chosen)


def payee_label(payee: RememberedPayee) -> str:
    """Return a remembered account or address as people recognise it, without showing all of it."""
    if payee.input == "iban":
        shown = format_iban(payee.value)
        masked = f"{shown[:14]} ···· {payee.value[-4:]}" if len(payee.value) > 12 else shown
        return f"{masked} · {payee.holder}" if payee.holder else masked
    return payee.value


def label_of(form: SubmissionForm, name: str) -> str:
    """Return the word for a field or a part of the page."""
    words = {
        "files": _("Photo or file"), "variant": _("Payment"), "means": _("Means of payment"),
        "refund_route": _("Refund"), "payee_iban": _("IBAN"), "payee_name": _("Account holder"),
        "payee_email": _("E-mail address"), "advance": _("Advance"), "repayment_route": _("Repayment"),
        "parts": _("Parts"), "is_own_voucher": _("Own voucher"),
    }  # fmt: skip
    if name.startswith("parts."):
        columns = {"cost_type": _("Kind of expense"), "gross": _("Amount")}
        return columns.get(name.rpartition(".")[2], _("Project"))
    return words.get(name) or (str(form.fields[name].label) if name in form.fields else "")


def form_name(name: str, *, chosen: str) -> str:
    """Return the field of the form in which a problem's field is filled in."""
    if name.startswith("parts."):
        _parts, place, column = name.split(".")
        return f"part-{place}-{column}"
    if name.startswith("payee_"):
        return f"{chosen}_{name.removeprefix('payee_')}"
    return f"{chosen}_route" if name == "refund_route" else name


def target_of(name: str, *, chosen: str) -> str:
    """Return the id that a line of the error summary leads to."""
    if not name:
        return ""
    return "photo" if name in {"files", "is_own_voucher"} else f"id_{form_name(name, chosen=chosen)}"
