"""Opening and naming money accounts."""

from __future__ import annotations

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.core.audit import act
from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.accounts import Account, AccountKind, AccountRole

SUB_ACCOUNTS_MAX = 99


class NoLedgerAccount(Refusal):
    """The chart has no account that can stand behind the money account."""

    sentence = gettext_noop("No ledger account is free for this money account. Please choose one from the chart.")


class IbanTaken(Refusal):
    """Two money accounts of one IBAN and currency would take each other's statements."""

    sentence = gettext_noop("There is already a money account with the IBAN %(iban)s in %(currency)s: %(name)s.")


@act("banking.open_account")
def open_money_account(
    *,
    code: str,
    name: str,
    kind: str = MoneyAccountKind.BANK,
    iban: str = "",
    other_id: str = "",
    currency: str,
    account: Account | None = None,
    bank_name: str = "",
) -> MoneyAccount:
    """Open a money account; without `account` the next free ledger account beside the chart's own is opened for it.

    Raises:
        WrongIban, IbanTaken, NoLedgerAccount: nothing is opened.
    """
    compact = compact_iban(iban) if iban else ""
    taken = MoneyAccount.objects.filter(iban=compact, currency=currency).first() if compact else None
    if taken:
        raise IbanTaken(iban=compact, currency=currency, name=taken.name)
    return MoneyAccount.objects.create(
        code=code, name=name, kind=kind, iban=compact, other_id=other_id, currency=currency, bank_name=bank_name,
        account=account or _free_ledger_account(kind, name),
    )  # fmt: skip


def _free_ledger_account(kind: str, name: str) -> Account:
    role = {MoneyAccountKind.CASH: "cash", MoneyAccountKind.PAYPAL: "psp", MoneyAccountKind.STRIPE: "psp",
            MoneyAccountKind.CARD: "card_clearing"}.get(MoneyAccountKind(kind), "bank")  # fmt: skip
    found = AccountRole.objects.filter(role=role, rate_percent=None).select_related("account").first()
    if found is None:
        raise NoLedgerAccount
    usual: Account = found.account
    if not MoneyAccount.objects.filter(account=usual).exists():
        return usual
    return _sub_account(usual, name)


def _sub_account(first: Account, name: str) -> Account:
    width = len(first.number)
    taken = set(Account.objects.values_list("number", flat=True))
    used = set(MoneyAccount.objects.values_list("account__number", flat=True))
    for number in range(int(first.number) + 1, int(first.number) + 1 + SUB_ACCOUNTS_MAX):
        text = str(number).zfill(width)
        if text in taken and text not in used:
            known = Account.objects.get(number=text)
            if known.is_money:
                return known
        if text not in taken:
            return Account.objects.create(
                number=text,
                name_de=name,
                name_en=name,
                kind=AccountKind.ASSET,
                is_money=True,
                report_group=first.report_group,
            )
    raise NoLedgerAccount
