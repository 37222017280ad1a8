"""What booking a receipt posts, put together before anything is written: booking writes it, the preview shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kontor.core.figures import format_money
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.openitems.models import ItemSide
from kontor.openitems.rules.news import Books, NewItem, NewPart
from kontor.receipts.actions.locking import check_mine, check_version
from kontor.receipts.actions.submitting import SUBJECT
from kontor.receipts.models import IncomingDocument
from kontor.receipts.models.settings import PaymentVariant
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.advances import AdvanceCurrencyDiffers
from kontor.receipts.rules.lines import Line, check_parts, split_tax
from kontor.receipts.rules.workflow import check_move

TEXT_LENGTH_MAX = 140


class AdvanceNotLinked(Refusal):
    """The submitter typed an advance that the books do not know."""

    sentence = gettext_noop(
        "The submitter set this off against an advance that is not recorded. Please link the advance first."
    )
    status = 409


class MeansNotSet(Refusal):
    """No means of payment chosen."""

    sentence = gettext_noop("Please choose what the organisation paid with.")


class NoWaiverHere(Refusal):
    """A donation of expenses in books outside Germany."""

    sentence = gettext_noop(
        "A refund given as a donation is known to German tax law only. Please choose another payment for this receipt."
    )


class NothingToGive(Refusal):
    """Money that came back was handed in as a donation."""

    sentence = gettext_noop(
        "Here money comes back to the organisation: there is no refund that could be given as a donation. "
        "Please choose another payment for this receipt."
    )


@dataclass(frozen=True, slots=True)
class Creditor:
    """To whom the money is owed; `control` is the number of the control account, "" that of trade payables."""

    party_id: int
    control: str = ""


def check_may_book(document: IncomingDocument, *, version: int | None, country: str, by: Actor) -> None:
    """Refuse what nobody may book now.

    Raises:
        AssignedToOther, ChangedMeanwhile, WrongState, NoWaiverHere
    """
    check_mine(document, by=by)
    check_version(document, version=version)
    check_move("book", state=document.state, number=name_of(document))
    if document.variant == PaymentVariant.DONATION and country != "DE":  # decisions.md 35
        raise NoWaiverHere


def check_has_advance(document: IncomingDocument) -> None:
    """Refuse an advance that the books do not know, or in another currency.

    Raises:
        AdvanceNotLinked, AdvanceCurrencyDiffers
    """
    if document.variant != PaymentVariant.ADVANCE:
        return
    if document.advance is None or document.advance.item_id is None:
        raise AdvanceNotLinked
    if document.advance.currency != document.currency:
        raise AdvanceCurrencyDiffers(advance=document.advance.currency, receipt=document.currency)


def check_has_claim(side: str) -> None:
    """Refuse to waive what nobody is owed: the supplier gave money back.  Raises: NothingToGive."""
    if side == ItemSide.DEBIT:
        raise NothingToGive


def new_item(
    document: IncomingDocument, lines: Sequence[Line], *, creditor: Creditor, day: date, books: Books, region: str
) -> NewItem:
    """Return the item that the receipt opens when it is booked on `day`, with the parts that it is posted to.

    Raises:
        PartsDiffer, UnknownTaxCode, AccountMissing, SalesTaxOnPurchase, TaxTooLarge
    """
    gross = document.gross or 0
    _check_whole(lines, gross=gross, currency=document.currency, region=region)
    on = document.service_to or document.document_date or day
    codes = {line.tax_code: books.tax_code(line.tax_code, on=on) for line in lines if line.tax_code}
    split = split_tax(lines, codes=codes)
    own_number = name_of(document)
    is_invoice = document.variant == PaymentVariant.TO_PAY
    document_day = document.document_date or day
    return NewItem(
        kind="payable",
        party_id=creditor.party_id,
        document_number=(document.document_number.strip() if is_invoice else "") or own_number,
        document_date=document_day,
        due_date=max(document.due_date or document_day, document_day),
        currency=document.currency,
        parts=[
            NewPart(
                number=part.line.account, amount=part.net, tax_code=part.line.tax_code, project_id=part.line.project_id,
                sphere=part.line.sphere or None, text=part.line.text,
            )
            for part in split.parts
        ],
        entry_date=day,
        rate=document.rate,
        taxes=split.taxes,
        references=tuple(dict.fromkeys(r for r in (own_number, document.document_number, document.payment_reference) if r)),
        text=text_of(document),
        control=creditor.control,
        service_from=document.service_from,
        service_to=document.service_to,
        source_type=SUBJECT,
        source_id=document.id,
    )  # fmt: skip


def text_of(document: IncomingDocument) -> str:
    """Return what entries of a receipt say: supplier and purpose."""
    return " · ".join(part for part in (document.supplier_name.strip(), document.purpose.strip()) if part)[
        :TEXT_LENGTH_MAX
    ]


def _check_whole(lines: Sequence[Line], *, gross: int, currency: str, region: str) -> None:
    found = sum(line.gross for line in lines)
    shown = (
        format_money(found, currency=currency, region=region),
        format_money(gross, currency=currency, region=region),
    )
    check_parts([line.gross for line in lines], gross=gross, shown=shown)
