"""What has to be known before a document is handed in (OC-35 … OC-44)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal, gettext_noop

PRIVATE, ORGANISATION, TO_PAY, DONATION, ADVANCE = "private", "organisation", "to_pay", "donation", "advance"
VARIANTS = (PRIVATE, ORGANISATION, TO_PAY, DONATION, ADVANCE)
AHEAD_MAX = timedelta(days=31)
AGE_MAX = timedelta(days=365 * 10)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")


class FileMissing(Refusal):
    """No picture and no reason why."""

    sentence = gettext_noop("The photo or file of the receipt is missing. Is it lost? Then write an own voucher.")


class ReasonForVoucherMissing(Refusal):
    """An own voucher says why there is no receipt."""

    sentence = gettext_noop(
        "Please say why there is no receipt, and what was bought. That makes the own voucher valid."
    )


class OwnVouchersOff(Refusal):
    """The tenant takes no own vouchers."""

    sentence = gettext_noop("These books take no own vouchers. Please ask the shop for a copy of the receipt.")


class AmountMissing(Refusal):
    """No amount."""

    sentence = gettext_noop("The amount is missing. It stands at the bottom of the receipt.")


class AmountNotPositive(Refusal):
    """Zero or less."""

    sentence = gettext_noop("The amount has to be more than zero.")


class DateMissing(Refusal):
    """No date."""

    sentence = gettext_noop("The date of the receipt is missing.")


class DateUnlikely(Refusal):
    """Far ahead, or very old."""

    sentence = gettext_noop("The date %(day)s is unlikely for a receipt. Please compare it with the paper.")


class PurposeMissing(Refusal):
    """Nobody knows what for."""

    sentence = gettext_noop("Please say in a few words what it was for.")


class ProjectNotReleased(Refusal):
    """A project that submitters may not choose."""

    sentence = gettext_noop("This project is not open for receipts. Please choose one of the list.")


class CostTypeNotReleased(Refusal):
    """A cost type that submitters may not choose."""

    sentence = gettext_noop("This kind of expense is not open for receipts. Please choose one of the list.")


class PartEmpty(Refusal):
    """A part of several without an amount."""

    sentence = gettext_noop("This part has no amount yet. Enter one, or remove the part.")


class ProjectMissing(Refusal):
    """No project."""

    sentence = gettext_noop("The project is missing. It says whose budget pays.")


class CostTypeMissing(Refusal):
    """No cost type."""

    sentence = gettext_noop("The kind of expense is missing.")


class VariantMissing(Refusal):
    """Nobody knows who paid."""

    sentence = gettext_noop("Please say who has paid.")


class VariantOff(Refusal):
    """The tenant does not offer this variant."""

    sentence = gettext_noop("This way of payment is not offered here. Please choose another one.")


class RouteMissing(Refusal):
    """No way for the money."""

    sentence = gettext_noop("Please choose how the money shall come back.")


class MeansMissing(Refusal):
    """No means of payment."""

    sentence = gettext_noop("Please choose what the organisation paid with.")


class EmailWrong(Refusal):
    """Not an address."""

    sentence = gettext_noop("“%(email)s” is not an e-mail address. The money would not arrive.")


class PayeeMissing(Refusal):
    """Nobody to pay."""

    sentence = gettext_noop("The name of whoever shall get the money is missing.")


class SupplierMissing(Refusal):
    """An invoice without a sender."""

    sentence = gettext_noop("The supplier is missing. Their name stands on the invoice.")


class AdvanceMissing(Refusal):
    """No advance."""

    sentence = gettext_noop("Please choose the advance, or enter how much you got.")


class RepaymentMissing(Refusal):
    """Money is left over."""

    sentence = gettext_noop("%(amount)s are left of the advance. Please choose how you give them back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """A part as the submitter chose it."""

    project_id: int | None
    cost_type_id: int | None
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a submitter has filled in; `route_input` is what the chosen refund route asks for ("" if none is chosen).

    `refund` and `repay` are what the advance rule computed, minor units, with the figure as shown.
    """

    has_file: bool
    is_own_voucher: bool
    own_voucher_reason: str
    gross: int | None
    document_date: date | None
    purpose: str
    variant: str
    parts: Sequence[PartFacts]
    route_input: str = ""
    has_means: bool = False
    payee_name: str = ""
    payee_iban: str = ""
    payee_email: str = ""
    supplier_name: str = ""
    has_advance: bool = False
    advance_refund: int = 0
    advance_repay: str = ""
    has_repayment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the finance team lets submitters choose."""

    variants: Collection[str]
    project_ids: Collection[int]
    cost_type_ids: Collection[int]
    takes_own_vouchers: bool = True


def missing(sub: Submission, *, offer: Offer, today: date) -> list[tuple[str, Refusal]]:
    """Return everything that stands against handing in, as (field, refusal), in the order of the steps."""
    found: list[tuple[str, Refusal]] = []
    found += _of_paper(sub, offer=offer, today=today)
    found += _of_use(sub, offer=offer)
    found += _of_payment(sub, offer=offer)
    return found


def _of_paper(sub: Submission, *, offer: Offer, today: date) -> list[tuple[str, Refusal]]:
    found: list[tuple[str, Refusal]] = []
    if sub.is_own_voucher:
        if not offer.takes_own_vouchers:
            found.append(("is_own_voucher", OwnVouchersOff()))
        elif not sub.own_voucher_reason.strip():
            found.append(("own_voucher_reason", ReasonForVoucherMissing()))
    elif not sub.has_file:
        found.append(("files", FileMissing()))
    if sub.gross is None:
        found.append(("gross", AmountMissing()))
    elif sub.gross <= 0:
        found.append(("gross", AmountNotPositive()))
    if sub.document_date is None:
        found.append(("document_date", DateMissing()))
    elif not today - AGE_MAX <= sub.document_date <= today + AHEAD_MAX:
        found.append(("document_date", DateUnlikely(day=sub.document_date.isoformat())))
    return found


def _of_use(sub: Submission, *, offer: Offer) -> list[tuple[str, Refusal]]:
    found: list[tuple[str, Refusal]] = []
    if not sub.purpose.strip():
        found.append(("purpose", PurposeMissing()))
    for place, part in enumerate(sub.parts or [PartFacts(project_id=None, cost_type_id=None, gross=0)]):
        if part.project_id is None and offer.project_ids:
            found.append((f"parts.{place}.project", ProjectMissing()))
        elif part.project_id is not None and part.project_id not in offer.project_ids:
            found.append((f"parts.{place}.project", ProjectNotReleased()))
        if part.cost_type_id is None and offer.cost_type_ids:
            found.append((f"parts.{place}.cost_type", CostTypeMissing()))
        elif part.cost_type_id is not None and part.cost_type_id not in offer.cost_type_ids:
            found.append((f"parts.{place}.cost_type", CostTypeNotReleased()))
        if len(sub.parts) > 1 and not part.gross:
            found.append((f"parts.{place}.gross", PartEmpty()))
    return found


def _of_payment(sub: Submission, *, offer: Offer) -> list[tuple[str, Refusal]]:
    if sub.variant not in VARIANTS:
        return [("variant", VariantMissing())]
    if sub.variant not in offer.variants:
        return [("variant", VariantOff())]
    if sub.variant == ORGANISATION:
        return [] if sub.has_means else [("means", MeansMissing())]
    if sub.variant == TO_PAY:
        return _of_supplier(sub)
    if sub.variant == ADVANCE:
        return _of_advance(sub)
    return _of_route(sub) if sub.variant == PRIVATE else []


def _of_route(sub: Submission) -> list[tuple[str, Refusal]]:
    if not sub.route_input:
        return [("refund_route", RouteMissing())]
    if sub.route_input == "iban":
        return _of_iban(sub)
    if sub.route_input == "email" and not _EMAIL.fullmatch(sub.payee_email.strip()):
        return [("payee_email", EmailWrong(email=sub.payee_email.strip()))]
    return []


def _of_iban(sub: Submission) -> list[tuple[str, Refusal]]:
    found: list[tuple[str, Refusal]] = []
    try:
        compact_iban(sub.payee_iban)
    except Refusal as wrong:
        found.append(("payee_iban", wrong))
    if not sub.payee_name.strip():
        found.append(("payee_name", PayeeMissing()))
    return found


def _of_supplier(sub: Submission) -> list[tuple[str, Refusal]]:
    found: list[tuple[str, Refusal]] = []
    if not sub.supplier_name.strip():
        found.append(("supplier_name", SupplierMissing()))
    if sub.payee_iban.strip():
        found += [each for each in _of_iban(sub) if each[0] == "payee_iban"]
    return found


def _of_advance(sub: Submission) -> list[tuple[str, Refusal]]:
    if not sub.has_advance:
        return [("advance", AdvanceMissing())]
    if sub.advance_refund:
        return _of_route(sub)
    if sub.advance_repay and not sub.has_repayment:
        return [("repayment_route", RepaymentMissing(amount=sub.advance_repay))]
    return []
