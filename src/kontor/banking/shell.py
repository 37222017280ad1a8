"""Where banking shows in the shell: rail, home page, palette; and what its acts and refusals are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from kontor.banking.month_end import STEPS
from kontor.banking.queries.stated import stated_balance
from kontor.banking.queries.transactions import account_cards, search_transactions, transactions
from kontor.banking.record_names import name_our_objects
from kontor.banking.written import balances_of
from kontor.core.audit import name_verbs, show_objects
from kontor.core.figures import format_day, format_money
from kontor.core.refinement import means
from kontor.core.refusal import Refusal
from kontor.ledger.queries.sheet import register_bank_balance
from kontor.ui.checklist import register_steps
from kontor.ui.navigation import (
    Command,
    Hit,
    NavItem,
    Search,
    Tile,
    register,
    register_command,
    register_search,
    register_tile,
)

VERBS = {
    "banking.import": gettext_noop("Statement file"),
    "banking.moneyaccount": gettext_noop("Money account"),
    "banking.transaction": gettext_noop("Bank transaction"),
    "banking.csvprofile": gettext_noop("Column profile"),
    "banking.import_statement": gettext_noop("Statement file taken in"),
    "banking.receive_file": gettext_noop("Statement file received"),
    "banking.open_account": gettext_noop("Money account opened"),
    "banking.mark_relevance": gettext_noop("Business relevance changed"),
    "banking.save_profile": gettext_noop("Column profile saved"),
    "banking.rename_profile": gettext_noop("Column profile changed"),
    "banking.delete_profile": gettext_noop("Column profile deleted"),
}


class BankSaidSo(Refusal):
    """What the bank said is never changed."""

    sentence = gettext_noop("What the bank said about a transaction cannot be changed.")


class StillAssigned(Refusal):
    """An assigned transaction cannot be laid aside."""

    sentence = gettext_noop("This transaction is assigned. Please cancel the assignment first.")


def furnish() -> None:
    """Register everything."""
    register_bank_balance(stated_balance)
    register_steps(STEPS)
    register(
        NavItem(label=gettext_noop("Accounts and transactions"), url_name="bank", icon="landmark", right="banking.view",
                group="Bank", order=10, keys="g b", phone=2, phone_label=gettext_noop("Bank"))
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Import statement"), url_name="bank", icon="upload", right="banking.import",
                words="camt mt940 csv kontoauszug")
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Statement files"), url_name="bank_imports", icon="history", right="banking.view")
    )
    register_tile(
        Tile(template="banking/tile_balances.html", query=_balances, right="banking.view", order=10, column="side")
    )
    register_search(Search(label=gettext_noop("Transactions"), find=_find, right="banking.view"))
    name_verbs(VERBS)
    name_our_objects()
    show_objects("banking.transaction", url_name="bank_transaction", argument="transaction_id")
    show_objects("banking.import", url_name="bank_import_detail", argument="import_id")
    means("transaction_immutable", BankSaidSo)
    means("transaction_assigned", StillAssigned)


def _balances(request: HttpRequest) -> Mapping[str, Any]:
    cards = account_cards()
    base = request.tenant.base_currency  # type: ignore[attr-defined]  # inside the door
    total = sum(card.balance or 0 for card in cards if card.account.currency == base)
    return {"rows": balances_of(cards, tenant=request.tenant), "total": total, "base": base}  # type: ignore[attr-defined]


def _find(request: HttpRequest, text: str) -> Iterable[Hit]:
    code = request.tenant.code  # type: ignore[attr-defined]  # inside the door
    for row in search_transactions(transactions(), text)[:8]:
        yield Hit(
            label=row.counterparty_name or row.remittance[:60] or "–",
            url=reverse("bank_transaction", kwargs={"tenant": code, "transaction_id": row.id}), icon="landmark",
            sub=f"{format_day(row.booking_date)} · {format_money(row.amount, currency=row.currency)}",
        )  # fmt: skip
