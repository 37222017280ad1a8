"""A receipt as its reviewers may see it: facts, pictures, findings, what it leaves of the budget.

Nothing of the office's own stands here: no private notes, no categories, no accounts, nobody's assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kontor.approvals.subjects import Fact, Panel, Sign, Spot
from kontor.core.figures import format_money
from kontor.core.iban import format_iban
from kontor.core.kept_statements import kept
from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import PageView, pages_of_files, picture_by_id
from kontor.organisations.models import Tenant
from kontor.receipts.desk.marks import marks_on, read_values
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine
from kontor.receipts.queries.documents import attachments_of, document_by_id, lines_of, name_of
from kontor.receipts.queries.sheets import ordered_sheets


def panel(document_id: int) -> Panel | None:
    """Return what reviewers may see of a receipt; None if it is gone."""
    document = document_by_id(document_id)
    if document is None:
        return None
    attachments = attachments_of([document.id]).get(document.id, [])
    files = [attachment.file for attachment in attachments]
    drawn = ordered_sheets(attachments, pages_of_files(file.id for file in files))
    pages: list[PageView] = [sheet.view for sheet in drawn if sheet.view is not None]
    return Panel(
        title=document.supplier_name or document.purpose or name_of(document),
        number=name_of(document),
        amount=document.gross or 0,
        currency=document.currency,
        asker_id=document.submitter_id,
        facts=tuple(_facts(document)),
        pages=tuple(pages),
        files=tuple((file.id, file.name) for file in files),
        spots=_spots(document, pages),
    )


def _spots(document: IncomingDocument, pages: Sequence[PageView]) -> dict[int, tuple[Spot, ...]]:
    """Return where on the pictures the receipt's facts were read."""
    if not document.proposals:
        return {}
    values = read_values(document, {}, pages, region=_region())
    return {
        view.picture_id: tuple(
            Spot(x=mark.x, y=mark.y, width=mark.width, height=mark.height, words=mark.words, is_warning=not mark.agrees)
            for mark in marks_on(view, values)
        )
        for view in pages
    }


def picture(document_id: int, picture_id: int) -> StoredFile | None:
    """Return the picture of a page if it is one of this receipt's."""
    files = Attachment.objects.filter(document_id=document_id).values_list("file_id", flat=True)
    found = (picture_by_id(file_id, picture_id) for file_id in files)
    return next((each for each in found if each is not None), None)


def original(document_id: int, file_id: int) -> StoredFile | None:
    """Return an original if it is one of this receipt's."""
    found = Attachment.objects.filter(document_id=document_id, file_id=file_id).select_related("file").first()
    return None if found is None else found.file


def _facts(document: IncomingDocument) -> Iterable[Fact]:
    lines = lines_of([document.id]).get(document.id, [])
    yield Fact(label=_("What for"), value=document.purpose)
    if document.comment:
        yield Fact(label=_("Comment"), value=document.comment)
    projects = _shares(lines, document, name=lambda line: line.project.name if line.project else "")
    if projects:
        yield Fact(label=_("Project"), value=projects)
    kinds = _shares(lines, document, name=lambda line: line.cost_type.name if line.cost_type else "")
    if kinds:
        yield Fact(label=_("Kind"), value=kinds)
    if document.document_date:
        yield Fact(label=_("Dated"), value=date_format(document.document_date, "SHORT_DATE_FORMAT"))
    if document.is_own_voucher:
        yield Fact(label=_("Own voucher"), value=document.own_voucher_reason)
    yield Fact(label=_("Payment"), value=_payment(document))


def _shares(lines: Sequence[IncomingLine], document: IncomingDocument, *, name: Callable[[IncomingLine], str]) -> str:
    """Return the names that parts belong to, with their shares if there are several."""
    shares: dict[str, int] = {}
    for line in lines:
        if word := name(line):
            shares[word] = shares.get(word, 0) + line.gross
    if len(shares) <= 1:
        return "".join(shares)
    region = _region()
    return ", ".join(
        f"{word} {format_money(share, currency=document.currency, region=region)}" for word, share in shares.items()
    )


def _payment(document: IncomingDocument) -> str:
    match document.variant:
        case "private":
            route = document.refund_route.name if document.refund_route else ""
            return _("Paid privately, to be refunded: %(route)s") % {"route": route or _("route open")}
        case "to_pay" if document.due_date:
            return _("Still to pay, by %(day)s") % {"day": date_format(document.due_date, "SHORT_DATE_FORMAT")}
        case "to_pay":
            return _("Still to pay")
        case "organisation":
            means = document.means.name if document.means else ""
            return _("Paid by the organisation: %(means)s") % {"means": means}
        case "advance":
            return _("Paid from an advance")
        case _:
            return _("Paid privately, the refund is waived as a donation")


def signs(found: Sequence[Mapping[str, object]]) -> list[Sign]:
    """Return the findings of handing in, in the reader's language, warnings not first but in their order."""
    return [sign for each in found if (sign := _sign(each)) is not None]


def _sign(found: Mapping[str, object]) -> Sign | None:
    build = _SIGNS.get(str(found.get("code")))
    return None if build is None else build(found)


def _agrees(_found: Mapping[str, object]) -> Sign:
    return Sign(text=_("Amount and date agree with the picture"))


def _differs(found: Mapping[str, object]) -> Sign:
    names = {"amount": _("amount"), "date": _("date")}
    words = [names[each] for each in _words(found.get("fields")) if each in names]
    return Sign(
        text=_("Something else was read from the picture"), detail=", ".join(words), short=_("differs from the picture"),
        is_warning=True,
    )  # fmt: skip


def _no_double(_found: Mapping[str, object]) -> Sign:
    return Sign(text=_("No double"))


def _double(found: Mapping[str, object]) -> Sign:
    numbers = ", ".join(_words(found.get("of")))
    return Sign(text=_("Looks like another receipt"), detail=numbers, short=_("double?"), is_warning=True)


def _known_iban(found: Mapping[str, object]) -> Sign:
    return Sign(text=_("IBAN known"), detail=format_iban(str(found.get("iban", ""))))


def _new_iban(found: Mapping[str, object]) -> Sign:
    iban = format_iban(str(found.get("iban", "")))
    return Sign(text=_("IBAN for the first time"), detail=iban, short=_("new IBAN"), is_warning=True)


def _own_voucher(_found: Mapping[str, object]) -> Sign:
    return Sign(text=_("Own voucher instead of a receipt"), short=_("own voucher"), is_warning=True)


_SIGNS: dict[str, Callable[[Mapping[str, object]], Sign]] = {
    "agrees": _agrees, "differs": _differs, "no_double": _no_double, "double": _double, "known_iban": _known_iban,
    "new_iban": _new_iban, "own_voucher": _own_voucher,
}  # fmt: skip


def _words(found: object) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []


def _region() -> str:
    return str(_countries.rows(current_tenant_id())[0])


@kept
def _countries(tenant_id: int) -> QuerySet[Tenant, str]:
    return Tenant.objects.filter(id=tenant_id).values_list("country", flat=True)
