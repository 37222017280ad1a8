"""An electronic invoice as people read it: everything in words, in the order of a sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from kontor.core.refusal import gettext_noop

type Pairs = tuple[tuple[str, str], ...]

SHEET_LANGUAGE = "de"  # the language of the records

# Texts of the sheet; whoever has it set hands them over in one language.
WORDS = frozenset(
    {
        gettext_noop("Invoice"), gettext_noop("Credit note"), gettext_noop("Corrected invoice"),
        gettext_noop("Partial invoice"), gettext_noop("Final invoice"), gettext_noop("Prepayment invoice"),
        gettext_noop("Self-billed invoice"), gettext_noop("Partial construction invoice"),
        gettext_noop("Invoice number"), gettext_noop("Invoice date"), gettext_noop("Due on"),
        gettext_noop("Delivery date"), gettext_noop("Service from"), gettext_noop("Service to"),
        gettext_noop("Buyer reference"), gettext_noop("Buyer’s order"), gettext_noop("Sales order"), gettext_noop("Contract"),
        gettext_noop("Project"), gettext_noop("Earlier invoice"), gettext_noop("dated"),
        gettext_noop("Accounting reference"), gettext_noop("Currency"), gettext_noop("Seller"), gettext_noop("Buyer"),
        gettext_noop("Payee"), gettext_noop("Delivered to"), gettext_noop("Tax representative"),
        gettext_noop("VAT number"), gettext_noop("Tax number"), gettext_noop("Register number"),
        gettext_noop("Customer or supplier number"), gettext_noop("Electronic address"), gettext_noop("Telephone"),
        gettext_noop("E-mail"), gettext_noop("Contact"), gettext_noop("No."), gettext_noop("Description"),
        gettext_noop("Quantity"), gettext_noop("Price"), gettext_noop("VAT"), gettext_noop("Net"),
        gettext_noop("Article number"), gettext_noop("per"), gettext_noop("Price reduction"), gettext_noop("Surcharge"),
        gettext_noop("Sum of the lines"), gettext_noop("Discounts"), gettext_noop("Charges"),
        gettext_noop("Total without VAT"), gettext_noop("Total VAT"), gettext_noop("Total with VAT"),
        gettext_noop("Rounding"), gettext_noop("Paid already"), gettext_noop("Amount due"),
        gettext_noop("VAT by rate"), gettext_noop("Rate"), gettext_noop("Tax base"), gettext_noop("Tax"),
        gettext_noop("Payment"), gettext_noop("Way of payment"), gettext_noop("Account holder"), gettext_noop("IBAN"),
        gettext_noop("BIC"), gettext_noop("Payment reference"), gettext_noop("Payment terms"),
        gettext_noop("Mandate"), gettext_noop("Creditor identifier"), gettext_noop("Account to be debited"),
        gettext_noop("Card"), gettext_noop("Notes"), gettext_noop("Attachments in the file"),
        gettext_noop("Further details"), gettext_noop("Transfer"), gettext_noop("Direct debit"), gettext_noop("Paid in cash"),
        gettext_noop("Card payment"), gettext_noop("Online payment"), gettext_noop("Set-off"), gettext_noop("standard"),
        gettext_noop("zero rate"), gettext_noop("exempt"), gettext_noop("reverse charge"),
        gettext_noop("intra-Community supply"), gettext_noop("export"), gettext_noop("not taxable"),
        gettext_noop("pcs"), gettext_noop("h"), gettext_noop("days"), gettext_noop("months"), gettext_noop("years"),
        gettext_noop("lump sum"), gettext_noop("%(kilobytes)s KB"), gettext_noop("Page"),
        gettext_noop("Readable version of the electronic invoice “%(name)s”; the file itself is the original."),
    }
)  # fmt: skip
KINDS = {
    "381": "Credit note", "384": "Corrected invoice", "326": "Partial invoice", "386": "Prepayment invoice",
    "389": "Self-billed invoice", "875": "Partial construction invoice", "876": "Partial construction invoice",
    "877": "Final invoice",
}  # fmt: skip
WAYS = {
    "10": "Paid in cash", "30": "Transfer", "58": "Transfer", "31": "Transfer", "42": "Transfer", "59": "Direct debit",
    "49": "Direct debit", "48": "Card payment", "54": "Card payment", "55": "Card payment", "68": "Online payment",
    "97": "Set-off",
}  # fmt: skip
TAXES = {
    "S": "standard", "Z": "zero rate", "E": "exempt", "AE": "reverse charge", "K": "intra-Community supply",
    "G": "export", "O": "not taxable",
}  # fmt: skip
UNITS = {
    "C62": "pcs", "H87": "pcs", "XPP": "pcs", "EA": "pcs", "NAR": "pcs", "HUR": "h", "DAY": "days", "MON": "months",
    "ANN": "years", "LS": "lump sum",
}  # fmt: skip
PLAIN_UNITS = {
    "MTR": "m", "KMT": "km", "CMT": "cm", "MTK": "m²", "MTQ": "m³", "LTR": "l", "KGM": "kg", "GRM": "g", "TNE": "t",
    "KWH": "kWh", "MIN": "min",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetParty:
    """Somebody on the invoice: who in it, and the lines of the address and the numbers."""

    role: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A line of the invoice."""

    number: str
    name: str
    details: tuple[str, ...]
    quantity: str
    price: str
    vat: str
    net: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVat:
    """What is charged at one rate, and why nothing is where nothing is."""

    rate: str
    base: str
    tax: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSheet:
    """The whole invoice; `rest` is what stands in the file and has no place of its own here."""

    title: str
    facts: Pairs
    parties: tuple[SheetParty, ...]
    lines: tuple[SheetLine, ...]
    sums: Pairs
    vat: tuple[SheetVat, ...]
    payment: Pairs
    notes: tuple[str, ...] = ()
    attachments: Pairs = ()
    rest: Pairs = ()
    words: dict[str, str] = field(default_factory=dict)
