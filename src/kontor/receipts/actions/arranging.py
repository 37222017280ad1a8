"""Putting the pages of receipts in order, leaving some out, making two receipts of one and one of two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.documents.actions.parts import part_of
from kontor.documents.actions.reading import request_reading
from kontor.documents.queries.pages import pages_of_files
from kontor.receipts.actions.drafting import (
    PAGES_MAX,
    READ_FIELDS,
    Part,
    TooManyFiles,
    create_draft,
    delete_draft,
    editable,
    write_parts,
)
from kontor.receipts.actions.reading import take_over
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine, Workflow
from kontor.receipts.queries.documents import attachments_of, name_of
from kontor.receipts.queries.sheets import leaves_of
from kontor.receipts.rules.pages import (
    LEFT_OUT,
    Leaf,
    NothingToSplit,
    OneInvoiceOnly,
    Shape,
    in_order,
    moved,
    place_of,
    shapes_of,
)
from kontor.receipts.rules.workflow import WrongState

OWNER_TYPE = "receipts.document"
PLAIN = ("supplier_name", "document_number", "document_date", "due_date", "gross", "purpose", "comment")
PAYMENT = (
    "variant", "means_id", "refund_route_id", "repayment_route_id", "payee_name", "payee_iban", "payee_email",
    "remittance", "payment_reference", "advance_id", "advance_typed", "more_receipts_follow",
)  # fmt: skip


@act("receipts.order_files")
def move_page(document_id: int, attachment_id: int, page: int, *, to: int, by: Actor) -> None:
    """Put a page at place `to` of the receipt, from 0.  Raises: NotOwn, WrongState, NoSuchPageHere."""
    document = editable(document_id, by=by)
    leaves = _leaves(document)
    ordered = moved(in_order(leaves), attachment_id=attachment_id, page=page, to=to)
    _write(document, ordered, left_out=[leaf for leaf in leaves if leaf.is_left_out])


@act("receipts.leave_out")
def leave_out(document_id: int, attachment_id: int, page: int, *, by: Actor) -> None:
    """Take a page off the receipt; a file of which no page is left comes off as a whole. The archive keeps it.

    Raises:
        NotOwn, WrongState, NoSuchPageHere
    """
    document = editable(document_id, by=by)
    leaves = _leaves(document)
    ordered = in_order(leaves)
    gone = ordered[place_of(ordered, attachment_id=attachment_id, page=page)]
    if all(leaf is gone or leaf.attachment_id != attachment_id for leaf in ordered):
        Attachment.objects.filter(document=document, id=attachment_id).delete()
    else:
        out = [leaf for leaf in leaves if leaf.is_left_out or leaf is gone]
        _write(document, [leaf for leaf in ordered if leaf is not gone], left_out=out)
    _read_again(document, by=by)


@act("receipts.take_back_in")
def take_back_in(document_id: int, *, by: Actor) -> None:
    """Show every page again that was left out, at the end of the receipt.  Raises: NotOwn, WrongState."""
    document = editable(document_id, by=by)
    leaves = _leaves(document)
    _write(document, [*in_order(leaves), *(leaf for leaf in leaves if leaf.is_left_out)], left_out=[])
    _read_again(document, by=by)


@act("receipts.split_draft")
def split_off(document_id: int, attachment_id: int, page: int, *, at: datetime, by: Actor) -> IncomingDocument:
    """Begin a new receipt with this page; the pages after it go there as well.

    A PDF whose pages belong to both becomes two; the archive keeps the whole one, too.

    Raises:
        NotOwn, WrongState, NoSuchPageHere, NothingToSplit
        OneInvoiceOnly: both receipts would get pages of one electronic invoice.
    """
    document = editable(document_id, by=by)
    ordered = in_order(_leaves(document))
    place = place_of(ordered, attachment_id=attachment_id, page=page)
    if place == 0:
        raise NothingToSplit
    new = create_draft(source=document.source, at=at, by=by)
    rows = {row.id: row for row in Attachment.objects.filter(document=document).select_related("file")}
    parts = [(document, ordered[:place]), (new, ordered[place:])]
    written = [(owner, _pieces(leaves, rows, ordered, at=at, by=by)) for owner, leaves in parts]
    Attachment.objects.filter(document=document).delete()
    for owner, pieces in written:
        Attachment.objects.bulk_create(
            [Attachment(document=owner, position=position, file_id=file_id, shape=shape)
             for position, (file_id, shape) in enumerate(pieces.items(), start=1)]
        )  # fmt: skip
        _read_again(owner, by=by)
    return new


@act("receipts.join_drafts")
def join_drafts(document_id: int, other_id: int, *, by: Actor) -> IncomingDocument:
    """Put the pages of another draft behind those of this one; what only the other one says is taken over.

    Raises:
        NotOwn, WrongState: the other one was handed in already.
        TooManyFiles
    """
    document, other = editable(document_id, by=by), editable(other_id, by=by)
    if other.state != Workflow.DRAFT or other.sequence is not None or other.id == document.id:
        raise WrongState(number=name_of(other))
    own, leaves = in_order(_leaves(document)), in_order(_leaves(other))
    known = set(Attachment.objects.filter(document=document).values_list("file_id", flat=True))
    coming = [
        row for row in Attachment.objects.filter(document=other).order_by("position", "id") if row.file_id not in known
    ]
    if len(known) + len(coming) > PAGES_MAX:
        raise TooManyFiles(files=PAGES_MAX)
    out = [leaf for leaf in _leaves(document) if leaf.is_left_out]
    left_out = {row.id: [page for page, said in row.shape.items() if said.get(LEFT_OUT)] for row in coming}
    new_ids = {
        row.id: Attachment.objects.create(document=document, file_id=row.file_id, position=PAGES_MAX + place).id
        for place, row in enumerate(coming, start=1)
    }
    arrived = [
        Leaf(attachment_id=new_ids[leaf.attachment_id], page=leaf.page, position=leaf.position)
        for leaf in leaves if leaf.attachment_id in new_ids
    ]  # fmt: skip
    out += [
        Leaf(attachment_id=new_ids[old], page=int(page), position=0, is_left_out=True)
        for old, pages in left_out.items() for page in pages
    ]  # fmt: skip
    _write(document, [*own, *arrived], left_out=out)
    _fill(document, other)
    delete_draft(other.id, by=by)
    take_over(document.id, by=by)
    return document


def _fill(document: IncomingDocument, other: IncomingDocument) -> None:
    """Take over what this draft does not say; the payment only as a whole."""
    names = [name for name in PLAIN if not getattr(document, name) and getattr(other, name)]
    if not document.variant and other.variant:
        names += PAYMENT
    for name in names:
        setattr(document, name, getattr(other, name))
    if names:
        document.typed = sorted({*document.typed, *(name for name in names if name in other.typed)})
        document.version += 1
        document.save(update_fields=[*names, "typed", "version"])
    if not IncomingLine.objects.filter(document=document).exists():
        parts = IncomingLine.objects.filter(document=other).order_by("position")
        write_parts(
            document,
            [Part(gross=each.gross, project_id=each.project_id, cost_type_id=each.cost_type_id, text=each.text)
             for each in parts],
        )  # fmt: skip


def _read_again(document: IncomingDocument, *, by: Actor) -> None:
    """Forget what only reading has filled in, and take over what the pages say; what was handed in once stays."""
    is_new = document.sequence is None
    names = [name for name in READ_FIELDS.values() if is_new and name not in {*document.typed, "currency"}]
    blank = IncomingDocument()
    for name in names:
        setattr(document, name, getattr(blank, name))
    document.proposals = {}
    document.save(update_fields=[*names, "proposals"])
    take_over(document.id, by=by)


def _leaves(document: IncomingDocument) -> list[Leaf]:
    rows = attachments_of([document.id]).get(document.id, [])
    return leaves_of(rows, pages_of_files(row.file_id for row in rows))


def _write(document: IncomingDocument, ordered: Sequence[Leaf], *, left_out: Iterable[Leaf]) -> None:
    """Write places and what is left out; files stand in the order of their first pages."""
    shapes = shapes_of(ordered, left_out)
    firsts = list(dict.fromkeys(leaf.attachment_id for leaf in ordered))
    for row in Attachment.objects.filter(document=document).order_by("position", "id"):
        position = firsts.index(row.id) + 1 if row.id in firsts else len(firsts) + row.position
        shape = shapes.get(row.id, {})
        if (row.position, row.shape) != (position, shape):
            Attachment.objects.filter(id=row.id).update(position=position, shape=shape)


def _pieces(
    leaves: Sequence[Leaf], rows: dict[int, Attachment], ordered: Sequence[Leaf], *, at: datetime, by: Actor
) -> dict[int, Shape]:
    """Return the files of one of two receipts, in order, each with its shape; a PDF of both is cut into a part."""
    shapes, found = shapes_of(leaves, []), {}
    for attachment_id, shape in shapes.items():
        row = rows[attachment_id]
        if len(shape) == sum(leaf.attachment_id == attachment_id for leaf in ordered):
            found[row.file_id] = {page: said for page, said in row.shape.items() if said.get(LEFT_OUT)} | shape
            continue
        if row.file.media_type != "application/pdf":
            raise OneInvoiceOnly(name=row.file.name)
        part = part_of(row.file, [int(page) for page in shape], owner_type=OWNER_TYPE, at=at, by=by)
        request_reading(part, at=at, by=by)
        found[part.id] = {str(number): said for number, said in enumerate(shape.values(), start=1)}
    return found
