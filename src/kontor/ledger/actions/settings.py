"""Setting up the chart of accounts: accounts, the parts they play, document types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.accounts import Account, AccountRole, DocumentType
from kontor.ledger.models.entries import JournalLine, RecurringEntry
from kontor.ledger.models.mappings import AccountMapping
from kontor.ledger.queries.settings import balance_of
from kontor.ledger.rules.account_numbers import check_account_number
from kontor.ledger.uses import objection_to_disuse


class NumberTaken(Refusal):
    """Numbers tell accounts apart."""

    sentence = gettext_noop("There is already an account %(number)s. Please choose another number.")
    status = 409


class NoSuchAccount(Refusal):
    """The account is gone or belongs to other books."""

    sentence = gettext_noop("This account does not exist in these books.")
    status = 404


class KindStays(Refusal):
    """Entries were made with the kind the account had."""

    sentence = gettext_noop(
        "Account %(number)s has entries and keeps its type: balances and reports of earlier months go by it. "
        "For another type please create a new account and rebook."
    )
    status = 409


class HoldsBalance(Refusal):
    """Whoever takes an account out of use leaves nothing on it."""

    sentence = gettext_noop(
        "Account %(number)s still has a balance and stays in use. Please rebook the balance first; income and "
        "expense accounts are empty once the result of the year is carried forward."
    )
    status = 409


class PlaysPart(Refusal):
    """Postings would look for the account and not find it."""

    sentence = gettext_noop(
        "Account %(number)s is used by automatic postings (%(roles)s). Please assign another account to them first."
    )
    status = 409


class IsMapped(Refusal):
    """Receipts of a cost type are proposed for the account."""

    sentence = gettext_noop(
        "Account %(number)s is proposed for receipts of the cost type “%(name)s”. "
        "Please choose another account for the cost type first."
    )
    status = 409


class HasDocumentType(Refusal):
    """A document type books to the account."""

    sentence = gettext_noop(
        "The document type “%(name)s” books to account %(number)s. Please give it another account first."
    )
    status = 409


class ComesAgain(Refusal):
    """A recurring entry books to the account."""

    sentence = gettext_noop(
        "The recurring entry “%(name)s” books to account %(number)s. Please end or change it first."
    )
    status = 409


class OtherSubLedger(Refusal):
    """Open items live on control accounts, and nothing else does."""

    sentence = gettext_noop(
        "Account %(number)s cannot play this part: parts that collect open items need a collective account of the "
        "same side, and all others need an account that is none."
    )


class AccountOutOfUse(Refusal):
    """Parts are played by accounts in use."""

    sentence = gettext_noop("Account %(number)s is not in use. Please take it into use again or choose another one.")


class CodeTaken(Refusal):
    """Codes tell document types apart."""

    sentence = gettext_noop("There is already a document type “%(code)s”. Please choose another code.")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What may be said of an account."""

    name_de: str
    name_en: str = ""
    kind: str
    tax_code: str = ""
    is_automatic: bool = False
    is_money: bool = False
    is_donation: bool = False
    report_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFacts:
    """What may be said of a document type."""

    name_de: str
    name_en: str = ""
    account_id: int
    tax_code: str = ""
    takes_tax_of_item: bool = True


@act("ledger.create_account")
def create_account(number: str, facts: AccountFacts, *, chart: str) -> Account:
    """Add an account to the chart.

    Raises:
        NumberTaken, NotADigit, WrongLength, NoSuchClass, WrongClass
    """
    check_account_number(number, chart=chart, kind=facts.kind)
    if Account.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    return Account.objects.create(number=number, **_columns(facts))


@act("ledger.change_account")
def change_account(account_id: int, facts: AccountFacts, *, chart: str) -> None:
    """Rename an account or set its flags; its number and its entries stay.

    Raises:
        NoSuchAccount, KindStays, NoSuchClass, WrongClass
    """
    account = _locked(account_id)
    if account.kind != facts.kind:
        check_account_number(account.number, chart=chart, kind=facts.kind)
        if JournalLine.objects.filter(account_id=account_id).exists():
            raise KindStays(number=account.number)
    changed = {name: value for name, value in _columns(facts).items() if getattr(account, name) != value}
    if changed:
        Account.objects.filter(id=account_id).update(**changed)


@act("ledger.deactivate_account")
def deactivate_account(account_id: int) -> Account:
    """Take an account out of use; nothing is posted to it any more.

    Raises:
        NoSuchAccount, PlaysPart, HasDocumentType, IsMapped, ComesAgain, HoldsBalance,
        and what rooms above object (`kontor.ledger.uses`)
    """
    account = _locked(account_id)
    roles = sorted({row.role for row in AccountRole.objects.filter(account_id=account_id)})
    if roles:
        raise PlaysPart(number=account.number, roles=", ".join(roles))
    used_by = DocumentType.objects.filter(account_id=account_id).first()
    if used_by is not None:
        raise HasDocumentType(number=account.number, name=used_by.name_de)
    mapped = AccountMapping.objects.filter(account_id=account_id).values_list("cost_type__name", flat=True).first()
    if mapped is not None:
        raise IsMapped(number=account.number, name=mapped)
    for entry in RecurringEntry.objects.filter(is_active=True).order_by("name"):
        if account.number in _numbers_in([*entry.lines, entry.loan]):
            raise ComesAgain(number=account.number, name=entry.name)
    if (objection := objection_to_disuse(account_id)) is not None:
        raise objection
    if balance_of(account_id):
        raise HoldsBalance(number=account.number)
    Account.objects.filter(id=account_id).update(is_active=False)
    return account


@act("ledger.reactivate_account")
def reactivate_account(account_id: int) -> Account:
    """Take an account into use again.  Raises: NoSuchAccount."""
    account = _locked(account_id)
    Account.objects.filter(id=account_id).update(is_active=True)
    return account


@act("ledger.assign_role")
def assign_role(role_id: int, *, account_id: int) -> None:
    """Let another account play a part from now on; what is posted stays where it is.

    Raises:
        NoSuchAccount, AccountOutOfUse, OtherSubLedger
    """
    row = AccountRole.objects.select_for_update(of=("self",)).select_related("account").filter(id=role_id).first()
    if row is None:
        raise NoSuchAccount
    account = _locked(account_id)
    if not account.is_active:
        raise AccountOutOfUse(number=account.number)
    if account.control != row.account.control:
        raise OtherSubLedger(number=account.number)
    AccountRole.objects.filter(id=role_id).update(account_id=account_id)


@act("ledger.create_document_type")
def create_document_type(code: str, facts: TypeFacts, *, movement: str) -> DocumentType:
    """Add a document type.  Raises: CodeTaken, NoSuchAccount, AccountOutOfUse, OtherSubLedger."""
    if DocumentType.objects.filter(code=code).exists():
        raise CodeTaken(code=code)
    _check_plain(facts.account_id)
    return DocumentType.objects.create(code=code, movement=movement, **_type_columns(facts))


@act("ledger.change_document_type")
def change_document_type(type_id: int, facts: TypeFacts) -> None:
    """Change a document type from now on.  Raises: NoSuchAccount, AccountOutOfUse, OtherSubLedger."""
    _check_plain(facts.account_id)
    DocumentType.objects.filter(id=type_id).update(**_type_columns(facts))


def _columns(facts: AccountFacts) -> dict[str, str | bool]:
    return {
        "name_de": facts.name_de, "name_en": facts.name_en or facts.name_de, "kind": facts.kind,
        "tax_code": facts.tax_code, "is_automatic": facts.is_automatic, "is_money": facts.is_money,
        "is_donation": facts.is_donation, "report_group": facts.report_group,
    }  # fmt: skip


def _type_columns(facts: TypeFacts) -> dict[str, object]:
    return {
        "name_de": facts.name_de, "name_en": facts.name_en or facts.name_de, "account_id": facts.account_id,
        "tax_code": facts.tax_code, "takes_tax_of_item": facts.takes_tax_of_item,
    }  # fmt: skip


def _locked(account_id: int) -> Account:
    """Return the account; nobody writes its first line meanwhile, since a line's monthly sum holds its key."""
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NoSuchAccount
    return account


def _check_plain(account_id: int) -> None:
    account = _locked(account_id)
    if not account.is_active:
        raise AccountOutOfUse(number=account.number)
    if account.control:
        raise OtherSubLedger(number=account.number)


def _numbers_in(lines: Iterable[object]) -> set[str]:
    """Return every word of kept lines, account numbers among them; a loan names its accounts by its own keys."""
    return {str(word) for line in lines if isinstance(line, dict) for word in line.values()}
