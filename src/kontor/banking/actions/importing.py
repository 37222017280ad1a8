"""Importing a statement file: each transaction once, nothing by halves.

The file is read twice: first to count the bank's references (they identify a line only where they are unique),
then to write. Everything happens in the door's one transaction; a refusal takes back to the savepoint and
leaves a record of the file with the reason, so that it is still there to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db.models import Q
from django.utils.text import slugify
from django_subatomic import db

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.actions.lines import identity_of, insert_lines, join_batch, lay_pending_aside, row_of
from kontor.banking.actions.outcomes import (
    DetailsOfAllocatedBatch,
    NoLines,
    Outcome,
    UnknownMoneyAccount,
    UnnamedMoneyAccount,
    WrongMoneyAccount,
    problem_of,
)
from kontor.banking.formats.csvprofile import CsvProfile
from kontor.banking.formats.detect import StatementSource, open_statements
from kontor.banking.formats.unreadable import UnknownColumns
from kontor.banking.models import ImportState, MoneyAccount, Statement, StatementImport
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
from kontor.core.refusal import Refusal
from kontor.core.tenancy import current
from kontor.documents.models import StoredFile

CHUNK = 1_000


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
        raise UnknownMoneyAccount(account=said, currency=currency or "–") if said != "–" else UnnamedMoneyAccount()

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
            lay_pending_aside(account, until=None)
        return _Open(head, account, row)

    def _take(self, opened: _Open, lines: list[StatementLine]) -> None:
        book = self.books[opened.account.id]
        rows = [
            row_of(line, identity=identity_of(book, line), position=self.lines + index)
            for index, line in enumerate(lines)
        ]
        moved = [row for row, line in zip(rows, lines, strict=True) if line.status is not LineStatus.INFORMATION]
        new = insert_lines(moved, account_id=opened.account.id, statement_id=opened.row.id)
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
            join_batch(opened.account, reference)

    def _end(self, opened: _Open, foot: StatementFoot) -> None:
        problems = list(foot.problems)
        row = opened.row
        row.opening, row.closing = _amount(foot.opening), _amount(foot.closing)
        row.closing_date = foot.closing.on if foot.closing else None
        row.count = foot.count
        if row.format == "CSV" and foot.opening and foot.closing:
            row.from_date, row.to_date = foot.opening.on, foot.closing.on
        if opened.head.kind is Kind.BOOKED:
            lay_pending_aside(opened.account, until=row.to_date or row.closing_date)
            problems += self._chain(opened)
        row.balance_ok = _balance_ok(foot)
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


def _balance_ok(foot: StatementFoot) -> bool | None:
    """Tell whether the statement adds up; None where it states no balances, or balances and lines of two currencies."""
    if foot.opening is None or foot.closing is None:
        return None
    if foot.problems:
        return False
    currencies = {foot.opening.currency, foot.closing.currency, *(currency for currency, _ in foot.sums)}
    return True if len(currencies) == 1 else None


def _amount(balance: Balance | None) -> int | None:
    return balance.amount if balance else None
