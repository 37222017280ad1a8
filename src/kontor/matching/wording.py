"""What rules, states and notes of the matching are called."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core.figures import format_money
from kontor.matching.rules.values import Evidence

RULES = {
    "structured_reference": gettext_noop("Structured reference agrees"),
    "own_order": gettext_noop("Our own order is named"),
    "mandate_debit": gettext_noop("Debit under our mandate"),
    "number_full": gettext_noop("Document number in the purpose"),
    "number_squeezed": gettext_noop("Document number in another spelling"),
    "number_digits": gettext_noop("Digits of the document number"),
    "number_mistyped": gettext_noop("Document number with a typing error"),
    "order_number": gettext_noop("Order number in the purpose"),
    "party_iban": gettext_noop("IBAN of the contact is known"),
    "party_alias": gettext_noop("Known under this name"),
    "party_email": gettext_noop("E-mail address is known"),
    "party_name": gettext_noop("Name agrees"),
    "party_trigram": gettext_noop("Name is similar"),
    "customer_number": gettext_noop("Customer number in the purpose"),
    "amount_open": gettext_noop("Amount agrees"),
    "amount_discount": gettext_noop("Amount agrees after discount"),
    "amount_discount_grace": gettext_noop("Amount agrees after discount within the days of grace"),
    "amount_tolerance": gettext_noop("Amount agrees within the tolerance"),
    "amount_return_fee": gettext_noop("Amount agrees with the return fee"),
    "subset_unique": gettext_noop("Sum agrees, only these items fit"),
    "subset_ambiguous": gettext_noop("Sum agrees, other items fit as well"),
    "partial_sum": gettext_noop("Part of the named items"),
    "together": gettext_noop("Several payments together"),
    "due_window": gettext_noop("Paid around the due date"),
    "oldest_of_equal": gettext_noop("Oldest of equal items"),
    "learned_pair": gettext_noop("Confirmed like this before"),
    "sole_payer_amount": gettext_noop("The payer's only item that explains the amount"),
    "sole_amount": gettext_noop("No other open item has this amount"),
    "wrong_direction": gettext_noop("Wrong direction of the money"),
    "other_currency": gettext_noop("Other currency"),
    "other_number": gettext_noop("Another document number is named"),
    "other_party": gettext_noop("The payer is somebody else"),
    "paid_early": gettext_noop("Paid before the document was issued"),
    "in_payment": gettext_noop("The item is on a payment list already"),
    "blocked": gettext_noop("The item is blocked"),
    "donation_text": gettext_noop("The purpose speaks of a donation"),
    "fee_text": gettext_noop("The purpose speaks of a fee"),
}
# Criteria that are shown with no points when nothing of their kind was found.
KINDS = (
    (("structured_reference", "own_order", "number_full", "number_squeezed", "number_digits", "number_mistyped", "order_number"),
     gettext_noop("Document number in the purpose"), gettext_noop("not found"), "number_full"),
    (("party_iban", "party_alias", "party_email", "party_name", "party_trigram", "customer_number", "mandate_debit", "other_party"),
     gettext_noop("Payer known"), gettext_noop("not recognised"), "party_iban"),
    (("amount_open", "amount_discount", "amount_discount_grace", "amount_tolerance", "amount_return_fee", "subset_unique",
      "subset_ambiguous", "together", "partial_sum"),
     gettext_noop("Amount agrees"), gettext_noop("not to the cent"), "amount_open"),
    (("due_window",), gettext_noop("Paid around the due date"), gettext_noop("outside the window"), "due_window"),
)  # fmt: skip

# What may become of a difference: of the items' rest, and of the payment's.
SHORTFALLS = (
    ("discount", gettext_noop("Post discount")), ("leave", gettext_noop("Leave open")), ("write_off", gettext_noop("Write off")),
)  # fmt: skip
SURPLUSES = (
    ("leave", gettext_noop("Leave open")), ("credit", gettext_noop("Credit of the contact")),
    ("keep", gettext_noop("Post as income")),
)  # fmt: skip


def rule_words(rule: str) -> str:
    """Return the name of a rule in the reader's language."""
    return _(RULES.get(rule, rule))


def detail_words(marks: Sequence[Evidence], *, texts: dict[str, str], currency: str, region: str) -> str:
    """Return what a rule found, in a few words; `texts` are the transaction's own fields."""
    mark = marks[0]
    words = _special_words(mark, texts=texts, currency=currency, region=region)
    if words is not None:
        return words
    if len(marks) > 1:
        return _("both found") if len(marks) == 2 else _("all %(n)s found") % {"n": len(marks)}
    return texts.get(mark.field, "")[mark.start : mark.end][:40] or mark.detail


def _special_words(mark: Evidence, *, texts: dict[str, str], currency: str, region: str) -> str | None:
    match mark.rule:
        case "party_iban":
            iban = texts["counterparty_iban"].replace(" ", "")
            return f"{iban[:4]} … {iban[-4:]}" if len(iban) > 8 else iban
        case "own_order" if mark.detail and mark.detail != texts["end_to_end_id"]:
            return _("Payment list %(number)s") % {"number": mark.detail}
        case "amount_open" | "subset_unique":
            return _("to the cent")
        case "amount_discount" | "amount_discount_grace" | "amount_tolerance" | "amount_return_fee" if (
            mark.detail.isdigit()
        ):
            return format_money(int(mark.detail), currency=currency, region=region)
        case "due_window" | "paid_early":
            return _days(mark.detail)
        case _:
            return _plain_words(mark)


def _plain_words(mark: Evidence) -> str | None:
    if mark.rule == "oldest_of_equal":
        return _("of %(n)s") % {"n": mark.detail}
    return mark.detail if mark.rule == "other_party" else None


def _days(detail: str) -> str:
    if not detail.lstrip("-").isdigit():
        return ""
    days = int(detail)
    if days == 0:
        return _("on the day")
    if abs(days) == 1:
        return _("1 day later") if days > 0 else _("1 day earlier")
    return (_("%(n)s days later") if days > 0 else _("%(n)s days earlier")) % {"n": abs(days)}
