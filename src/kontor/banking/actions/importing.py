"""Importing a statement file: each transaction once, nothing by halves.

The file is read twice: first to count the bank's references (they identify a line only where they are unique),
then to write. Everything happens in the door's one transaction; a refusal takes back to the savepoint and
leaves a record of the file with the reason, so that it is still there to look at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from django.db import connection
from django.db.models import Q
from django.utils.text import slugify
from django_subatomic import db

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.formats.csvprofile import CsvProfile
from kontor.banking.formats.detect import StatementSource, open_statements
from kontor.banking.formats.unreadable import UnknownColumns
from kontor.banking.models import BankTransaction, ImportState, MoneyAccount, Statement, StatementImport
from kontor.banking.queries.profiles import saved_profiles
from kontor.banking.queries.statements import link_of
from kontor.banking.rules.chain import chain_problems
from kontor.banking.rules.identity import IdentityBook
from kontor.banking.rules.statements import (
    Balance,
    Kind,
    LineStatus,
    StatementFoot,
    StatementHead,
    StatementLine,
)
from kontor.core.audit import act
from kontor.core.iban import is_iban
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current, current_tenant_id
from kontor.documents.models import StoredFile

CHUNK = 1_000


class UnknownMoneyAccount(Refusal):
    """No money account has the statement's IBAN or number."""

    sentence = gettext_noop(
        "The statement is for the account %(account)s (%(currency)s), which is not among the money accounts yet. "
        "Please say which account it is; the file is kept until then."
    )


class WrongMoneyAccount(Refusal):
    """The chosen account carries another IBAN."""

    sentence = gettext_noop("The statement is for the account %(account)s, but %(chosen)s was chosen for it.")


class DetailsOfAllocatedBatch(Refusal):
    """A collective booking was allocated as a whole before its details came."""

    sentence = gettext_noop(
        "The collective booking %(reference)s is already assigned as a whole, so its details would count twice. "
        "Please cancel that assignment first and import this file again."
    )


class NoLines(Refusal):
    """The file is readable and empty."""

    sentence = gettext_noop("The file holds no statement.")


@dataclass(slots=True)
class Outcome:
    """What an import did; `problems` are (sentence, facts) of findings that did not stop it."""

    record: StatementImport
    statements: int = 0
    new: int = 0
    known: int = 0
    balance_ok: bool = True
    format: str = ""
    problems: list[Refusal] = field(default_factory=list)
    refusal: Refusal | None = None

    @property
    def is_taken(self) -> bool:
        """Tell whether the file was taken over or already known."""
        return self.refusal is None


@act("banking.import_statement")
def import_statement(
    file: StoredFile,
    open_stream: Callable[[], BinaryIO],
    *,
    at: datetime,
    account: MoneyAccount | None = None,
    create_account: bool = False,
    record: StatementImport | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Outcome:
    """Import one stored file and return what came of it; a refusal is recorded, not raised.

    `record` is that of a file that waited for the worker. `progress` is told how many lines are done of how many,
    and may raise to stop: then nothing of the file is taken.
    """
    is_new = record is None
    record = record or _new_record(file, at=at)
    try:
        with db.savepoint():
            record.state = ImportState.TAKEN
            if is_new:
                record.save()
            outcome = _Import(record, account=account, create=create_account, progress=progress).run(
                open_stream, file.name
            )
            record.count_new, record.count_known, record.format = outcome.new, outcome.known, outcome.format
            record.problems = [problem_of(problem) for problem in outcome.problems]
            record.reason, record.reason_facts = "", {}
            record.save(
                update_fields=["state", "reason", "reason_facts", "count_new", "count_known", "format", "problems"]
            )
            return outcome
    except Refusal as no:
        # A record of its own was taken back with the savepoint.
        return _refused(_new_record(file, at=at) if is_new else record, no, is_new=is_new)


def _new_record(file: StoredFile, *, at: datetime) -> StatementImport:
    return StatementImport(file=file, imported_at=at, imported_by_id=current().actor_id)


def problem_of(problem: Refusal) -> dict[str, object]:
    """Return a finding as it is stored: sentence and facts as text."""
    return {"sentence": problem.sentence, "facts": {key: str(value) for key, value in problem.facts.items()}}


def _refused(record: StatementImport, no: Refusal, *, is_new: bool) -> Outcome:
    held = isinstance(no, UnknownMoneyAccount | DetailsOfAllocatedBatch | UnknownColumns)
    record.state = ImportState.HELD if held else ImportState.REFUSED
    record.reason = no.sentence
    record.reason_facts = {key: str(value) for key, value in no.facts.items()}
    record.save(update_fields=None if is_new else ["state", "reason", "reason_facts"])
    return Outcome(record, balance_ok=False, refusal=no)


@dataclass(slots=True)
class _Open:
    """A statement being written."""

    head: StatementHead
    account: MoneyAccount
    row: Statement
    known: int = 0
    new: int = 0


class _Import:
    """The two readings of one file."""

    def __init__(
        self,
        record: StatementImport,
        *,
        account: MoneyAccount | None,
        create: bool,
        progress: Callable[[int, int], None],
    ) -> None:
        self.record, self.account, self.create, self.progress = record, account, create, progress
        self.outcome = Outcome(record)
        self.books: dict[int, IdentityBook] = {}
        self.accounts: dict[tuple[str, str, int | None], MoneyAccount] = {}
        self.profiles = saved_profiles()
        self.usual_account: int | None = None
        self.noted = self.lines = 0

    def run(self, open_stream: Callable[[], BinaryIO], name: str) -> Outcome:
        """Read, check and write the file."""
        with open_stream() as stream:
            self._note(stream, name)
        if not self.accounts:
            raise NoLines
        self._lock_accounts()
        with open_stream() as stream:
            self._write(stream, name)
        return self.outcome

    def _note(self, stream: BinaryIO, name: str) -> None:
        head: StatementHead | None = None
        book: IdentityBook | None = None
        for source in self._sources(stream, name):
            for event in source.events:
                if isinstance(event, StatementHead):
                    head, book = event, None
                    self.outcome.format = self.outcome.format or event.format
                elif head is not None:
                    # A statement may leave the currency to its lines.
                    said = event.currency if isinstance(event, StatementLine) else None
                    if book is None:
                        book = self.books.setdefault(self._account_of(head, said).id, IdentityBook())
                    if isinstance(event, StatementLine):
                        book.note(event)
                        self.noted += 1
                        if self.noted % CHUNK == 0:
                            self.progress(0, self.noted)

    def _sources(self, stream: BinaryIO, name: str) -> Iterator[StatementSource]:
        """Yield the files; a CSV file that does not name its account goes to that of its profile."""
        usual: dict[str, int | None] = {profile.name: account_id for profile, account_id in self.profiles}
        profiles: list[CsvProfile] = [profile for profile, _ in self.profiles]
        for source in open_statements(stream, name=name, profiles=profiles):
            self.usual_account = usual.get(source.profile.name) if source.profile else None
            yield source

    def _lock_accounts(self) -> None:
        ids = sorted(account.id for account in self.accounts.values())
        list(MoneyAccount.objects.filter(id__in=ids).order_by("id").select_for_update().values_list("id"))

    def _write(self, stream: BinaryIO, name: str) -> None:
        opened: _Open | None = None
        waiting: list[StatementLine] = []
        for source in self._sources(stream, name):
            for event in source.events:
                if isinstance(event, StatementHead):
                    opened = self._begin(event)
                elif isinstance(event, StatementLine) and opened is not None:
                    waiting.append(event)
                    if len(waiting) >= CHUNK:
                        self._take(opened, waiting)
                        waiting = []
                elif isinstance(event, StatementFoot) and opened is not None:
                    self._take(opened, waiting)
                    waiting = []
                    self._end(opened, event)

    def _account_of(self, head: StatementHead, currency: str | None = None) -> MoneyAccount:
        key = (head.account_iban or head.account_other or "", head.currency or "", self.usual_account)
        if key not in self.accounts:
            self.accounts[key] = self._find_account(head, head.currency or currency)
        return self.accounts[key]

    def _find_account(self, head: StatementHead, currency: str | None) -> MoneyAccount:
        said = head.account_iban or head.account_other or "–"
        if self.account is not None:
            if head.account_iban and self.account.iban and head.account_iban != self.account.iban:
                raise WrongMoneyAccount(account=said, chosen=self.account.name)
            return self.account
        if said == "–" and self.usual_account is not None:
            return MoneyAccount.objects.get(id=self.usual_account)
        rows = MoneyAccount.objects.filter(Q(iban=said) | Q(other_id=said), is_active=True)
        matching = [row for row in rows if not currency or row.currency == currency]
        if len(matching) == 1:
            return matching[0]
        if self.create and said != "–" and not matching:
            return self._created(head, said, currency or "EUR")
        raise UnknownMoneyAccount(account=said, currency=currency or "–")

    def _created(self, head: StatementHead, said: str, currency: str) -> MoneyAccount:
        # Some banks put their own number where an IBAN belongs; it is a name for the account all the same.
        iban = said if is_iban(said) else ""
        return open_money_account(
            code=slugify(f"{said}-{currency}"),
            name=head.account_name or said,
            iban=iban,
            other_id="" if iban else said,
            currency=currency,
        )

    def _begin(self, head: StatementHead) -> _Open:
        account = self._account_of(head)
        row = Statement.objects.create(
            money_account=account, source=self.record, format=head.format, kind=head.kind.value,
            statement_id=head.statement_id or "", number=head.number or head.legal_number or "",
            from_date=head.from_date, to_date=head.to_date, currency=head.currency or account.currency,
        )  # fmt: skip
        self.outcome.statements += 1
        if head.kind is Kind.INTERIM:
            _drop_pending(account, until=None)
        return _Open(head, account, row)

    def _take(self, opened: _Open, lines: list[StatementLine]) -> None:
        book = self.books[opened.account.id]
        rows = [
            _row(line, identity=_identity(book, line), position=self.lines + index) for index, line in enumerate(lines)
        ]
        moved = [row for row, line in zip(rows, lines, strict=True) if line.status is not LineStatus.INFORMATION]
        new = _insert(opened, moved)
        opened.new += new
        opened.known += len(moved) - new
        self._join_batches(opened, [line for line in lines if line.entry_servicer_reference])
        self.lines += len(lines)
        self.progress(self.lines, self.noted)

    def _join_batches(self, opened: _Open, lines: list[StatementLine]) -> None:
        """Put details under their collective booking, whichever of the two came first (decisions.md 13)."""
        if opened.head.kind is Kind.NOTIFICATION:
            references = {line.entry_servicer_reference for line in lines if not line.has_pending_details}
        else:
            references = {line.entry_servicer_reference for line in lines if line.has_pending_details}
        for reference in sorted(filter(None, references)):
            _join_batch(opened.account, reference)

    def _end(self, opened: _Open, foot: StatementFoot) -> None:
        problems = list(foot.problems)
        row = opened.row
        row.opening, row.closing = _amount(foot.opening), _amount(foot.closing)
        row.closing_date = foot.closing.on if foot.closing else None
        row.count = foot.count
        if row.format == "CSV" and foot.opening and foot.closing:
            row.from_date, row.to_date = foot.opening.on, foot.closing.on
        if opened.head.kind is Kind.BOOKED:
            _drop_pending(opened.account, until=row.to_date or row.closing_date)
            problems += self._chain(opened)
        row.balance_ok = None if foot.opening is None or foot.closing is None else not foot.problems
        row.problems = [problem_of(problem) for problem in problems]
        if opened.new == 0 and _is_known(row):
            Statement.objects.filter(id=row.id).delete()
        else:
            row.save()
        self.outcome.new += opened.new
        self.outcome.known += opened.known
        self.outcome.problems += problems
        self.outcome.balance_ok &= row.balance_ok is not False

    def _chain(self, opened: _Open) -> list[Refusal]:
        row = opened.row
        earlier = (
            Statement.objects.filter(money_account=row.money_account, kind=Kind.BOOKED.value, closing__isnull=False)
            .exclude(id=row.id).filter(closing_date__lte=row.to_date or row.closing_date or date.max)
            .order_by("-closing_date", "-id").first()
        )  # fmt: skip
        if earlier is None or _is_known(row):
            return []
        return chain_problems(link_of(earlier), link_of(row))


def _is_known(row: Statement) -> bool:
    same = Statement.objects.filter(
        money_account=row.money_account, kind=row.kind, number=row.number, statement_id=row.statement_id,
        from_date=row.from_date, to_date=row.to_date, opening=row.opening, closing=row.closing,
    )  # fmt: skip
    return same.exclude(id=row.id).exists()


def _amount(balance: Balance | None) -> int | None:
    return balance.amount if balance else None


def _identity(book: IdentityBook, line: StatementLine) -> str:
    found = book.identify(line)
    mark = "p" if line.status is LineStatus.PENDING else found.kind.value[0]
    return f"{mark}:{found.key}:{found.occurrence}"


def _drop_pending(account: MoneyAccount, *, until: date | None) -> None:
    """Lay announced transactions aside: the bank now says what became of them."""
    pending = BankTransaction.objects.filter(money_account=account, status="pending", is_deleted=False)
    (pending if until is None else pending.filter(booking_date__lte=until)).update(is_deleted=True)


_COLUMNS: dict[str, str] = {
    "identity": "text", "status": "text", "booking_date": "date", "value_date": "date", "amount": "bigint",
    "currency": "text", "counterparty_name": "text", "counterparty_iban": "text", "counterparty_bic": "text",
    "remittance": "text", "bank_reference": "text", "end_to_end_id": "text", "mandate_id": "text",
    "creditor_id": "text", "structured_reference": "text", "structured_type": "text", "transaction_code": "text",
    "gvc": "text", "booking_text": "text", "is_reversal": "boolean", "return_reason": "text",
    "original_amount": "bigint", "original_currency": "text", "exchange_rate": "numeric", "charges": "jsonb",
    "batch": "jsonb", "position": "int", "has_details_later": "boolean",
}  # fmt: skip
_INSERT = (
    f"INSERT INTO banking_banktransaction (tenant_id, money_account_id, statement_id, relevance, allocated, is_deleted, "  # constant column names
    f"{', '.join(_COLUMNS)}) SELECT %s, %s, %s, 'relevant', 0, false, {', '.join(f'r.{name}' for name in _COLUMNS)} "
    f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in _COLUMNS.values())}) WITH ORDINALITY "
    f"AS r({', '.join(_COLUMNS)}, n) ORDER BY r.n "
    "ON CONFLICT (tenant_id, money_account_id, identity) DO UPDATE SET is_deleted = false "
    "WHERE banking_banktransaction.status = 'pending' AND banking_banktransaction.is_deleted RETURNING (xmax = 0)"
)


def _insert(opened: _Open, rows: list[tuple[object, ...]]) -> int:
    """Write what is not there yet; return how many rows are new."""
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [current_tenant_id(), opened.account.id, opened.row.id, *columns])
        return sum(1 for (is_new,) in cursor.fetchall() if is_new)


def _row(line: StatementLine, *, identity: str, position: int) -> tuple[object, ...]:
    batch = None
    if line.batch or line.leaf_count > 1 or line.entry_servicer_reference:
        batch = {**(asdict(line.batch) if line.batch else {}), "entry": line.entry_servicer_reference,
                 "leaf": line.leaf_index, "leaves": line.leaf_count}  # fmt: skip
    return (
        identity, line.status.value, line.booking_date, line.value_date or line.booking_date, line.amount, line.currency,
        line.counterparty_name or "", line.counterparty_iban or line.counterparty_account_other or "",
        line.counterparty_bic or "", _text(line), line.bank_reference or "", line.end_to_end_id or "",
        line.mandate_id or "", line.creditor_id or "", line.structured_reference or "",
        line.structured_type.value if line.structured_type else "", line.transaction_code or "", line.gvc or "",
        line.booking_text or "", line.is_reversal, line.return_reason or "", line.original_amount,
        line.original_currency or "", line.exchange_rate, _json([asdict(charge) for charge in line.charges]),
        _json(batch), position, line.has_pending_details,
    )  # fmt: skip


def _text(line: StatementLine) -> str:
    parts = [line.remittance, line.return_text or "", "" if line.remittance else line.additional_info or ""]
    return " ".join(part.replace("\x00", "") for part in parts if part)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _join_batch(account: MoneyAccount, reference: str) -> None:
    rows = BankTransaction.objects.filter(money_account=account, batch__entry=reference, is_deleted=False)
    parents = list(rows.filter(has_details_later=True).order_by("id").select_for_update())
    details = rows.filter(has_details_later=False, parent__isnull=True)
    if len(parents) != 1 or not details.exists():
        return
    if parents[0].allocated:
        raise DetailsOfAllocatedBatch(reference=reference)
    details.update(parent_id=parents[0].id)
