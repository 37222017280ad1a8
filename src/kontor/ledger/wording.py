"""How the set-up rooms word what the ledger keeps as codes (English message ids)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.ledger.models.accounts import AccountKind
from kontor.ledger.models.entries import Sphere
from kontor.ledger.models.taxes import VatRegime
from kontor.ui.marks import Tone

KINDS: Final[dict[str, str]] = {
    AccountKind.ASSET: gettext_noop("asset"), AccountKind.LIABILITY: gettext_noop("liability"),
    AccountKind.EQUITY: gettext_noop("equity"), AccountKind.INCOME: gettext_noop("income"),
    AccountKind.EXPENSE: gettext_noop("expense"),
}  # fmt: skip
SPHERES: Final[dict[str, str]] = {
    Sphere.IDEAL: gettext_noop("Non-profit sphere"), Sphere.ASSETS: gettext_noop("Asset management"),
    Sphere.PURPOSE: gettext_noop("Purpose operation"), Sphere.BUSINESS: gettext_noop("Commercial operation"),
}  # fmt: skip
KIND_TONES: Final[dict[str, Tone]] = {
    "asset": "open", "liability": "half", "equity": "done", "income": "pos", "expense": "warn",
}  # fmt: skip
GROUPS: Final = {
    "money": gettext_noop("Cash and bank"), "receivables": gettext_noop("Receivables"),
    "other_assets": gettext_noop("Other assets"), "inventories": gettext_noop("Inventories"),
    "fixed_intangible": gettext_noop("Intangible assets"), "fixed_tangible": gettext_noop("Tangible assets"),
    "fixed_financial": gettext_noop("Financial assets"), "prepaid": gettext_noop("Prepaid expenses"),
    "input_vat": gettext_noop("Input VAT"), "equity": gettext_noop("Equity"), "provisions": gettext_noop("Provisions"),
    "loans": gettext_noop("Loans"), "payables": gettext_noop("Payables"), "deposits": gettext_noop("Deposits received"),
    "other_liabilities": gettext_noop("Other liabilities"), "output_vat": gettext_noop("Output VAT"),
    "deferred": gettext_noop("Deferred income"), "revenue": gettext_noop("Revenue"), "dues": gettext_noop("Dues and donations"),
    "other_income": gettext_noop("Other income"), "interest_income": gettext_noop("Interest income"),
    "materials": gettext_noop("Materials and services bought"), "goods_out": gettext_noop("Costs of goods sent out"),
    "personnel": gettext_noop("Personnel"), "depreciation": gettext_noop("Depreciation"), "premises": gettext_noop("Premises"),
    "insurance": gettext_noop("Insurance and contributions"), "vehicles": gettext_noop("Vehicles"),
    "advertising": gettext_noop("Advertising"), "travel": gettext_noop("Travel"), "repairs": gettext_noop("Repairs"),
    "office": gettext_noop("Office"), "legal": gettext_noop("Legal and consulting"),
    "other_expense": gettext_noop("Other expenses"), "interest_expense": gettext_noop("Interest expense"),
    "taxes": gettext_noop("Taxes"),
}  # fmt: skip
# Role, what it does; in the order of the page. A role that is missing here shows its code.
ROLES: Final = {
    gettext_noop("Open items and money"): {
        "receivables": gettext_noop("Receivables from customers"), "payables": gettext_noop("Payables to suppliers"),
        "staff_payables": gettext_noop("Payables to staff"), "staff_advances": gettext_noop("Advances to staff"),
        "bank": gettext_noop("Bank"), "cash": gettext_noop("Cash box"), "transit": gettext_noop("Money in transit"),
        "psp": gettext_noop("Payment providers"), "card_clearing": gettext_noop("Card payments in transit"),
        "suspense": gettext_noop("Unexplained payments"), "pass_through": gettext_noop("Pass-through items"),
        "debtor_clearing": gettext_noop("Clearing of customers"), "loan": gettext_noop("Loans"),
        "carry_forward_pass_through": gettext_noop("Carrying open items forward"),
    },
    gettext_noop("Value added tax"): {
        "output_vat": gettext_noop("Output VAT"), "output_vat_undue": gettext_noop("Output VAT not yet due"),
        "input_vat": gettext_noop("Input VAT"), "input_vat_investment": gettext_noop("Input VAT on investments"),
        "input_vat_undue": gettext_noop("Input VAT not yet deductible"), "import_vat": gettext_noop("Import VAT"),
        "reverse_charge_output": gettext_noop("VAT owed as recipient"),
        "reverse_charge_input": gettext_noop("Input VAT owed as recipient"),
        "acquisition_output": gettext_noop("VAT on EU acquisitions"),
        "acquisition_input": gettext_noop("Input VAT on EU acquisitions"),
        "vat_prepayment": gettext_noop("VAT prepayments"), "vat_settlement": gettext_noop("VAT settlement"),
    },
    gettext_noop("Differences, discounts and deposits"): {
        "discount_granted": gettext_noop("Cash discount granted"), "discount_received": gettext_noop("Cash discount received"),
        "under_difference": gettext_noop("Payment shortfalls"), "over_difference": gettext_noop("Payment surpluses"),
        "bad_debts": gettext_noop("Bad debts"), "cash_over_short": gettext_noop("Cash differences"),
        "deposits_requested": gettext_noop("Deposits requested"), "deposits_received": gettext_noop("Deposits received"),
        "fx_gain": gettext_noop("Exchange gains"), "fx_loss": gettext_noop("Exchange losses"),
    },
    gettext_noop("Income and expenses"): {
        "revenue": gettext_noop("Revenue"), "commission_income": gettext_noop("Commission income"),
        "donation_income": gettext_noop("Donations"), "membership_income": gettext_noop("Membership fees"),
        "fee_income": gettext_noop("Reminder fees"), "interest_income": gettext_noop("Interest income"),
        "interest_expense": gettext_noop("Interest expense"), "bank_charges": gettext_noop("Bank charges"),
        "psp_fees": gettext_noop("Fees of payment providers"), "expense_default": gettext_noop("Expenses without an account of their own"),
    },
    gettext_noop("Opening and closing"): {
        "opening_balance": gettext_noop("Opening balances"), "opening_receivables": gettext_noop("Opening of receivables"),
        "opening_payables": gettext_noop("Opening of payables"), "result_carry_forward": gettext_noop("Result carried forward"),
    },
}  # fmt: skip
TAX_KINDS: Final = {
    "output": gettext_noop("output VAT"), "input": gettext_noop("input VAT"),
    "reverse_charge": gettext_noop("reverse charge"), "eu_acquisition": gettext_noop("EU acquisition"),
    "eu_supply": gettext_noop("EU supply"), "export": gettext_noop("export"), "exempt": gettext_noop("exempt"),
    "none": gettext_noop("outside VAT"), "import": gettext_noop("import VAT"),
}  # fmt: skip
STATUSES: Final = {
    "regular": gettext_noop("regular taxation"), "small": gettext_noop("small business"),
    "not_entrepreneur": gettext_noop("no entrepreneur"), "flat_rate": gettext_noop("net tax rate"),
}  # fmt: skip
TIMINGS: Final = {"agreed": gettext_noop("when agreed"), "received": gettext_noop("when received")}
RETURN_PERIODS: Final = {
    "month": gettext_noop("every month"), "quarter": gettext_noop("every quarter"),
    "half_year": gettext_noop("every half year"), "year": gettext_noop("every year"),
}  # fmt: skip
NO_VAT: Final = ("small", "not_entrepreneur")
MOVEMENTS: Final = {
    "underpayment": gettext_noop("Too little was paid"), "overpayment": gettext_noop("Too much was paid"),
}  # fmt: skip
SERIES: Final = {
    "entry": gettext_noop("Journal entries"), "receipt": gettext_noop("Receipts"), "advance": gettext_noop("Advances"),
    "payment": gettext_noop("Payment lists"),
}  # fmt: skip

# How a history names the columns that change here.
COLUMNS: Final = (
    gettext_noop("Name de"), gettext_noop("Name en"), gettext_noop("Is automatic"), gettext_noop("Is money"),
    gettext_noop("Is donation"), gettext_noop("Report group"), gettext_noop("Is active"), gettext_noop("Valid to"),
    gettext_noop("Base box"), gettext_noop("Tax box"), gettext_noop("Contra box"), gettext_noop("Reason en"),
    gettext_noop("Takes tax of item"),
)  # fmt: skip


def sphere_choices(none: str = "–") -> list[tuple[str, str]]:
    """Return the spheres with their words, `none` first."""
    return [("", none), *((code, _(word)) for code, word in SPHERES.items())]


def words(known: dict[str, str]) -> list[tuple[str, str]]:
    """Return code and translated word of each."""
    return [(code, _(word)) for code, word in known.items()]


def regime_words(regime: VatRegime) -> tuple[str, str, str, str]:
    """Return status, output and input timing and period of the return; what a status without VAT leaves open is ""."""
    status = _(STATUSES[regime.status])
    if regime.status in NO_VAT:
        return status, "", "", ""
    return (
        status, _(TIMINGS[regime.output_timing]), _(TIMINGS[regime.input_timing]), _(RETURN_PERIODS[regime.return_period])
    )  # fmt: skip


def role_words(role: str) -> str:
    """Return what a role does, translated; the code itself if nobody words it."""
    return next((_(roles[role]) for roles in ROLES.values() if role in roles), role)
