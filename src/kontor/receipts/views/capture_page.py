"""What the page shows on which a receipt is handed in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from kontor.core import clock
from kontor.core.figures import format_money
from kontor.core.iban import format_iban
from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.documents.rules.geometry import Corners
from kontor.documents.rules.intake import ACCEPT
from kontor.organisations.access import TenantRequest
from kontor.receipts.actions.drafting import READ_FIELDS
from kontor.receipts.forms.submission import NEW, Choices, SubmissionForm, shown_parts
from kontor.receipts.models import Attachment, IncomingDocument, RememberedPayee
from kontor.receipts.queries.advances import outstanding_before
from kontor.receipts.queries.documents import attachments_of, doubles_of, lines_of, name_of
from kontor.receipts.queries.favourites import chose_before, last_used, last_variant
from kontor.receipts.queries.outlook import Outlook, outlook_of
from kontor.receipts.queries.readings import read_state
from kontor.receipts.queries.settings import (
    cost_types_on_offer,
    open_advances,
    payment_means,
    projects_on_offer,
    refund_routes,
    remembered_payees,
    repayment_routes,
    submission_settings,
)

CHIPS_MAX = 3
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
_FORM_NAMES = {"document_date": "document_date", "advance": "advance", "repayment_route": "repayment_route"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One page on the stage; a file without pictures has `view` None."""

    attachment: Attachment
    view: PageView | None
    page: int
    picture: str = ""
    whole: str = ""
    thumb: str = ""
    corners: str = ""
    found: str = ""
    is_photo: bool = False
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One way of payment."""

    code: str
    word: str
    text: str
    icon: str
    is_chosen: bool


def choices_for(user_id: int) -> Choices:
    """Return what a person may choose."""
    return Choices(
        variants=tuple(submission_settings().variants), projects=projects_on_offer(), cost_types=cost_types_on_offer(),
        means=payment_means(), refund_routes=refund_routes(), repayment_routes=repayment_routes(),
        payees=remembered_payees(user_id), advances=open_advances(user_id),
    )  # fmt: skip


def step_of(names: Iterable[str]) -> str:
    """Return the step on which the first of these fields stands."""
    first = next(iter(names), "")
    if first in _PHOTO:
        return "photo"
    return "use" if first in _USE or first.startswith("parts") else "payment"


def origins_of(document: IncomingDocument) -> dict[str, str]:
    """Return the form's fields that still hold what was read, with the word for where it was read."""
    found = {}
    for name, column in READ_FIELDS.items():
        proposal = document.proposals.get(name)
        current = getattr(document, column)
        shown = current.isoformat() if hasattr(current, "isoformat") else current
        if proposal and current and proposal.get("value") == shown:
            field = "to_pay_iban" if column == "payee_iban" else column
            found[field] = _(ORIGIN_WORDS.get(str(proposal.get("origin")), "read"))
    return found


def capture_context(
    request: TenantRequest,
    document: IncomingDocument | None,
    *,
    form: SubmissionForm,
    step: str,
    problems: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return everything `receipts/own/capture.html` shows; `problems` are (field, sentence)."""
    user_id, choices = request.user.id, form.choices
    lines = lines_of([document.id]).get(document.id, []) if document is not None else []
    projects = last_used(user_id, column="project_id", among=[each.id for each in choices.projects], limit=CHIPS_MAX)
    kinds = last_used(user_id, column="cost_type_id", among=[each.id for each in choices.cost_types], limit=CHIPS_MAX)
    knows = chose_before(user_id)
    parts = shown_parts(
        lines, project_id=_proposed(projects, knows=knows), cost_type_id=_proposed(kinds, knows=knows)
    )  # fmt: skip
    settings = submission_settings()
    chosen = str(form["variant"].value() or "") or last_variant(user_id)
    frames = frames_of(request, document)
    state = read_state(document.id) if document is not None else None
    return {
        "heading": _("Hand in a receipt"), "document": document, "form": form, "step": step, "frames": frames,
        "shown": next((frame for frame in frames if frame.is_shown), None), "parts": parts,
        "projects": _chips(choices.projects, projects, {part.project_id for part in parts}),
        "cost_types": _chips(choices.cost_types, kinds, {part.cost_type_id for part in parts}),
        "cards": [_card(code, chosen=chosen) for code in choices.variants if code in VARIANT_WORDS],
        "payees": [(str(each.id), each.input, _payee_label(each)) for each in choices.payees], "new_payee": NEW,
        "advances": _advances(request, document, choices), "settings": settings,
        "origins": origins_of(document) if document is not None else {},
        "outlook": _outlook(request, document),
        "doubles": _doubles(request, document), "read": state,
        "problems": [(_target(name, chosen=chosen), label_of(form, name), text) for name, text in problems],
        "sentences": {_form_name(name, chosen=chosen): text for name, text in reversed(problems)},
        "accept": ACCEPT, "client_key": request.POST.get("client_key") or uuid.uuid4().hex,
        "is_own_voucher": document is not None and document.is_own_voucher,
        "currency": document.currency if document is not None else request.tenant.base_currency,
    }  # fmt: skip


def frames_of(request: TenantRequest, document: IncomingDocument | None) -> list[Frame]:
    """Return the pages of a document in order; `?shown=<attachment>-<page>` says which one is looked at."""
    if document is None:
        return []
    attachments = attachments_of([document.id]).get(document.id, [])
    views = pages_of_files(each.file_id for each in attachments)
    frames: list[Frame] = []
    for attachment in attachments:
        pages = views[attachment.file_id]
        frames += [_frame(request, attachment, view) for view in pages] or [_frame(request, attachment, None)]
    wanted = request.GET.get("shown", "")
    place = next((at for at, each in enumerate(frames) if f"{each.attachment.id}-{each.page}" == wanted), 0)
    return [_looked_at(frame, is_shown=at == place) for at, frame in enumerate(frames)]


def _frame(request: TenantRequest, attachment: Attachment, view: PageView | None) -> Frame:
    if view is None:
        return Frame(attachment=attachment, view=None, page=1)

    def url(picture_id: int) -> str:
        kwargs = {"tenant": request.tenant.code, "attachment_id": attachment.id, "picture_id": picture_id}
        return reverse("receipts:own_picture", kwargs=kwargs)

    return Frame(
        attachment=attachment, view=view, page=view.page, picture=url(view.picture_id), whole=url(view.whole_id),
        thumb=url(view.thumb_id), corners=_as_json(view.corners), found=_as_json(view.found_corners),
        is_photo=attachment.file.media_type.startswith("image/"),
    )  # fmt: skip


def _looked_at(frame: Frame, *, is_shown: bool) -> Frame:
    if not is_shown:
        return frame
    return Frame(
        attachment=frame.attachment, view=frame.view, page=frame.page, picture=frame.picture, whole=frame.whole,
        thumb=frame.thumb, corners=frame.corners, found=frame.found, is_photo=frame.is_photo, is_shown=True,
    )  # fmt: skip


def _as_json(corners: Corners | None) -> str:
    return "" if corners is None else json.dumps([[round(x, 4), round(y, 4)] for x, y in corners.points])


def _proposed(favourites: Sequence[int], *, knows: bool) -> int | None:
    return favourites[0] if knows and favourites else None


def _chips(rows: Sequence[Any], favourites: Sequence[int], chosen: set[int | None]) -> dict[str, list[Any]]:
    """Return the favourites (and whatever is chosen) as chips, everything else for the list."""
    wanted = [*favourites, *(row.id for row in rows if row.id in chosen and row.id not in favourites)]
    by_id = {row.id: row for row in rows}
    return {
        "chips": [by_id[each] for each in wanted if each in by_id],
        "others": [row for row in rows if row.id not in wanted],
        "all": list(rows),
    }


def _card(code: str, *, chosen: str) -> Card:
    word, text, icon = VARIANT_WORDS[code]
    return Card(code=code, word=str(word), text=str(text), icon=icon, is_chosen=code == chosen)


def _payee_label(payee: RememberedPayee) -> str:
    if payee.input == "iban":
        shown = format_iban(payee.value)
        masked = f"{shown[:14]} ···· {payee.value[-4:]}" if len(payee.value) > 12 else shown
        return f"{masked} · {payee.holder}" if payee.holder else masked
    return payee.value


def _advances(
    request: TenantRequest, document: IncomingDocument | None, choices: Choices
) -> list[tuple[str, str]]:  # fmt: skip
    """Return the person's open advances with what is left of each before this receipt."""
    found = []
    for advance in choices.advances:
        asked = document if document is not None and document.advance_id == advance.id else None
        left = outstanding_before(asked) if asked is not None else advance.item.amount_open
        shown = format_money(left, currency=advance.currency, region=request.tenant.country)
        found.append((str(advance.id), _("%(purpose)s, %(left)s left") % {"purpose": advance.purpose, "left": shown}))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The line under the form: what will come of the receipt."""

    head: str
    tail: str = ""
    small: str = ""
    icon: str = "hand-coins"
    is_warning: bool = False


def _outlook(request: TenantRequest, document: IncomingDocument | None) -> Sentence | None:
    found = outlook_of(document, today=clock.today(request.tenant.country)) if document is not None else None
    if document is None or found is None:
        return None
    amount = format_money(found.amount, currency=document.currency, region=request.tenant.country)
    account = _("to the account …%(account)s") % {"account": found.account} if document.payee_iban else found.account
    words = {
        "refund": (_("%(amount)s are refunded"), account),
        "pay": (_("%(amount)s are transferred"), _("to the supplier")),
        "organisation": (_("Nothing is refunded."), _("The organisation has paid.")),
        "donation": (_("%(amount)s are donated."), _("Nothing is refunded.")),
        "repay": (_("%(amount)s are left of the advance"), _("and are paid back.")),
        "open": (_("%(amount)s are left of the advance"), _("for further receipts.")),
        "nothing": (_("The advance is used up exactly."), _("Nobody owes anything.")),
        "advance": (_("Set off against an advance."), _("Please say which one.")),
    }  # fmt: skip
    head, tail = words[found.kind]
    icon = VARIANT_WORDS[document.variant][2] if document.variant in VARIANT_WORDS else "hand-coins"
    return Sentence(
        head=head % {"amount": amount}, tail=tail, small=_small(found), icon=icon, is_warning=found.is_blocked
    )  # fmt: skip


def _small(found: Outlook) -> str:
    if found.is_blocked:
        return _("Nobody but the person handing in could approve this. Accounting has to name a second person.")
    parts = []
    if found.day is not None:
        parts.append(_("Probably on %(day)s") % {"day": date_format(found.day, "d.m." if is_german() else "j M")})
    if found.approvers:
        names = (
            found.approvers[0] if len(found.approvers) == 1 else _("%(name)s or another") % {"name": found.approvers[0]}
        )
        parts.append(_("%(names)s checks first") % {"names": names})
    return " · ".join(parts)


def is_german() -> bool:
    """Tell whether the reader reads German."""
    return (get_language() or "de").startswith("de")


def _doubles(request: TenantRequest, document: IncomingDocument | None) -> list[dict[str, Any]]:
    """Return look-alikes: one's own with a link, others' only by number and day."""
    if document is None:
        return []
    found = []
    for each in doubles_of(document):
        is_own = each.document.submitter_id == request.user.id
        at = each.document.submitted_at
        kwargs = {"tenant": request.tenant.code, "document_id": each.document.id}
        found.append({
            "name": name_of(each.document), "why": each.why,
            "day": at.astimezone(clock.ZONES[request.tenant.country]).date() if at else None,
            "url": reverse("receipts:own", kwargs=kwargs) if is_own else "",
        })  # fmt: skip
    return found


def label_of(form: SubmissionForm, name: str) -> str:
    """Return the word for a field or a part of the page."""
    words = {
        "files": _("Photo or file"), "variant": _("Payment"), "means": _("Means of payment"),
        "refund_route": _("Refund"), "payee_iban": _("IBAN"), "payee_name": _("Account holder"),
        "payee_email": _("E-mail address"), "advance": _("Advance"), "repayment_route": _("Repayment"),
        "parts": _("Parts"), "is_own_voucher": _("Own voucher"),
    }  # fmt: skip
    if name.startswith("parts."):
        return _("Kind of expense") if name.endswith("cost_type") else _("Project")
    return words.get(name) or (str(form.fields[name].label) if name in form.fields else "")


def _form_name(name: str, *, chosen: str) -> str:
    """Return the field of the form in which a problem's field is filled in."""
    if name.startswith("parts."):
        _parts, place, column = name.split(".")
        return f"part-{place}-{column}"
    if name.startswith("payee_"):
        return f"{chosen}_{name.removeprefix('payee_')}"
    return f"{chosen}_route" if name == "refund_route" else name


def _target(name: str, *, chosen: str) -> str:
    """Return the id that a line of the error summary leads to."""
    if not name:
        return ""
    return "photo" if name in {"files", "is_own_voucher"} else f"id_{_form_name(name, chosen=chosen)}"
