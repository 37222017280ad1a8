"""Where the ledger shows: rail, home page, palette, search, the record."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from kontor.core.audit import name_verbs, show_objects
from kontor.core.figures import format_money
from kontor.ledger.month_end import STEPS
from kontor.ledger.queries.journal import entries, number_of, search_entries
from kontor.ledger.queries.names import account_name, find_accounts
from kontor.ledger.record_names import name_our_objects
from kontor.ui.checklist import register_steps
from kontor.ui.navigation import (
    Command,
    Hit,
    NavItem,
    Search,
    register,
    register_command,
    register_search,
)

HITS = 6
VERBS = {
    "ledger.entry": gettext_noop("Entry"),
    "ledger.entry.insert": gettext_noop("Entry written"),
    "ledger.account": gettext_noop("Account"),
    "ledger.period": gettext_noop("Period"),
    "ledger.fiscalyear": gettext_noop("Fiscal year"),
    "ledger.open_books": gettext_noop("Books opened"),
    "ledger.open_year": gettext_noop("Fiscal year opened"),
    "ledger.ensure_years": gettext_noop("Fiscal years opened"),
    "ledger.post": gettext_noop("Entry posted"),
    "ledger.save_draft": gettext_noop("Draft saved"),
    "ledger.change_draft": gettext_noop("Draft changed"),
    "ledger.delete_draft": gettext_noop("Draft deleted"),
    "ledger.post_draft": gettext_noop("Draft posted"),
    "ledger.reverse": gettext_noop("Entry reversed"),
    "ledger.change_text": gettext_noop("Text of the entry changed"),
    "ledger.close_period": gettext_noop("Period closed"),
    "ledger.reopen_period": gettext_noop("Period reopened"),
    "ledger.commit_period": gettext_noop("Period committed"),
    "ledger.carry_forward": gettext_noop("Result of the year carried forward"),
    "ledger.save_template": gettext_noop("Template saved"),
    "ledger.delete_template": gettext_noop("Template deleted"),
    "ledger.rebook": gettext_noop("Entry posted anew"),
    "ledger.template": gettext_noop("Template"),
    "ledger.recurring": gettext_noop("Recurring entry"),
    "ledger.save_recurring": gettext_noop("Recurring entry saved"),
    "ledger.change_recurring": gettext_noop("Recurring entry changed"),
    "ledger.end_recurring": gettext_noop("Recurring entry ended"),
    "ledger.resume_recurring": gettext_noop("Recurring entry taken up again"),
    "ledger.skip_recurring": gettext_noop("Date of a recurring entry left out"),
    "ledger.delete_recurring": gettext_noop("Recurring entry deleted"),
    "ledger.post_recurring": gettext_noop("Recurring entries posted"),
    "ledger.create_account": gettext_noop("Account created"),
    "ledger.change_account": gettext_noop("Account changed"),
    "ledger.deactivate_account": gettext_noop("Account taken out of use"),
    "ledger.reactivate_account": gettext_noop("Account taken into use again"),
    "ledger.assign_role": gettext_noop("Account assignment changed"),
    "ledger.documenttype": gettext_noop("Document type"),
    "ledger.create_document_type": gettext_noop("Document type created"),
    "ledger.change_document_type": gettext_noop("Document type changed"),
    "ledger.taxcode": gettext_noop("Tax code"),
    "ledger.add_tax_version": gettext_noop("New version of a tax code"),
    "ledger.create_tax_code": gettext_noop("Tax code created"),
    "ledger.end_tax_version": gettext_noop("Validity of a tax code changed"),
    "ledger.remove_tax_version": gettext_noop("Version of a tax code taken back"),
    "ledger.vatregime": gettext_noop("VAT regime"),
    "ledger.set_vat_regime": gettext_noop("VAT regime set"),
    "ledger.remove_vat_regime": gettext_noop("VAT regime removed"),
    "ledger.exchangerate": gettext_noop("Exchange rate"),
    "ledger.set_exchange_rate": gettext_noop("Exchange rate set"),
    "ledger.import_exchange_rates": gettext_noop("Exchange rates imported"),
    "ledger.remove_exchange_rate": gettext_noop("Exchange rate removed"),
    "ledger.open_balances": gettext_noop("Opening balances posted"),
}


def furnish() -> None:
    """Register everything."""
    register_steps(STEPS)
    name_verbs(VERBS)
    name_our_objects()
    show_objects("ledger.entry", url_name="entry", argument="entry_id")
    show_objects("ledger.account", url_name="ledger_setup_account", argument="account_id")
    show_objects("ledger.taxcode", url_name="ledger_setup_tax", argument="version_id")
    show_objects("ledger.documenttype", url_name="ledger_setup_type", argument="type_id")
    show_objects("ledger.recurring", url_name="recurring_entry", argument="plan_id")
    for label, url_name, icon, order, keys, also in (
        (gettext_noop("Journal"), "journal", "book-open", 10, "g j", ()),
        (gettext_noop("Accounts"), "account_sheet", "list", 20, "g t", ("accounts",)),
        (gettext_noop("Trial balance"), "trial_balance", "table-2", 30, "g s", ()),
        (gettext_noop("Closing"), "periods", "calendar-check", 40, "g c", ("check_books", "recurring", "loans")),
    ):
        register(
            NavItem(
                label=label, url_name=url_name, icon=icon, right="ledger.view", group="Books", order=order, keys=keys,
                also=also,
            )
        )  # fmt: skip
    register(NavItem(label=gettext_noop("Bookkeeping"), url_name="ledger_setup", icon="sliders-horizontal", right="ledger.view",
                     group="Settings", order=10))  # fmt: skip
    for label, url_name, icon, right, words in (
        (gettext_noop("New entry"), "entry_new", "plus", "ledger.post", "buchen buchung soll haben"),
        (gettext_noop("Chart of accounts"), "accounts", "list-tree", "ledger.view", "kontenplan konten"),
        (gettext_noop("Tax codes"), "tax_codes", "percent", "ledger.view", "steuer umsatzsteuer mwst"),
        (gettext_noop("Recurring entries"), "recurring", "repeat", "ledger.templates", "wiederkehrend dauerbuchung"),
        (gettext_noop("Loans"), "loans", "landmark", "ledger.templates", "darlehen kredit tilgung zins rate"),
        (
            gettext_noop("Set up accounts"),
            "ledger_setup_accounts",
            "list-tree",
            "ledger.setup",
            "konto anlegen kontenplan einrichten",
        ),
        (
            gettext_noop("VAT regime"),
            "ledger_setup_regimes",
            "landmark",
            "ledger.view",
            "besteuerung soll ist umsatzsteuer",
        ),
        (
            gettext_noop("Exchange rates"),
            "ledger_setup_rates",
            "coins",
            "ledger.view",
            "wechselkurs kurs devisen währung",
        ),
        (gettext_noop("Document types"), "ledger_setup_types", "tags", "ledger.view", "belegart differenz"),
        (
            gettext_noop("Opening balances"),
            "ledger_setup_opening",
            "sunrise",
            "ledger.view",
            "eröffnungsbilanz eb-werte saldenvortrag",
        ),
        (gettext_noop("Check the books"), "check_books", "shield-check", "ledger.check", "prüfen beweis"),
    ):
        register_command(Command(label=label, url_name=url_name, icon=icon, right=right, words=words))
    register_search(Search(label=gettext_noop("Postings"), find=_entries, right="ledger.view"))
    register_search(Search(label=gettext_noop("Accounts"), find=_accounts, right="ledger.view"))


def _entries(request: HttpRequest, text: str) -> Iterable[Hit]:
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    for row in search_entries(entries(), text).order_by("-entry_date", "-id")[:HITS]:
        amount = format_money(row.total or 0, currency=tenant.base_currency, region=tenant.country)  # type: ignore[attr-defined]
        yield Hit(label=f"{number_of(row)} {row.text}".strip(), icon="book-open", sub=amount,
                  url=reverse("entry", kwargs={"tenant": tenant.code, "entry_id": row.id}))  # fmt: skip


def _accounts(request: HttpRequest, text: str) -> Iterable[Hit]:
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    for row in find_accounts(text, postable=False)[:HITS]:
        yield Hit(label=f"{row.number} {account_name(row)}", icon="list",
                  url=reverse("account_sheet", kwargs={"tenant": tenant.code, "number": row.number}))  # fmt: skip
