"""What the form of a new entry starts with: a template, a draft, a copy, a line to transfer, a loan's instalment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kontor.ledger.actions.entries import posting_of
from kontor.ledger.actions.recurring import loan_of
from kontor.ledger.models.entries import EntryState, EntryTemplate, JournalEntry, JournalLine, RecurringEntry
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.regimes import undue_accounts
from kontor.ledger.rules.manual import as_typed
from kontor.ledger.rules.postings import Memo
from kontor.ledger.views.lines import row, row_of
from kontor.organisations.access import TenantRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Head and lines to begin with; `draft_id` is changed in place, `rebook_id` is reversed when this is posted."""

    head: dict[str, Any]
    rows: list[dict[str, Any]]
    draft_id: int | None = None
    rebook_id: int | None = None

    @property
    def is_foreign(self) -> bool:
        """Tell whether a line is in another currency."""
        return any(line.get("currency") for line in self.rows)


def start_of(request: TenantRequest, *, on: date) -> Start:
    """Return what the address asks for, else an empty entry of the day."""
    head: dict[str, Any] = {"entry_date": _day(request.GET.get("day", "")) or on}
    wanted = {key: _id(request.GET.get(key, "")) for key in ("template", "draft", "copy", "rebook", "line", "loan")}
    base = request.tenant.base_currency
    if (template := EntryTemplate.objects.filter(id=wanted["template"]).first()) is not None:
        return Start(head=head | {"text": template.text}, rows=[row(**line) for line in template.lines])
    if (line := JournalLine.objects.filter(id=wanted["line"]).select_related("entry", "account").first()) is not None:
        return _transfer(line, head=head, base=base)
    if (loan := RecurringEntry.objects.filter(id=wanted["loan"], loan__isnull=False).first()) is not None:
        return _instalment(loan, head=head, base=base)
    found = JournalEntry.objects.filter(id=wanted["draft"] or wanted["copy"] or wanted["rebook"]).first()
    if found is None:
        return Start(head=head, rows=[row(account=request.GET.get("account", ""))])
    return _again(found, head=head, base=base, is_rebooking=bool(wanted["rebook"]))


def _again(found: JournalEntry, *, head: dict[str, Any], base: str, is_rebooking: bool) -> Start:
    is_draft = not is_rebooking and found.state == EntryState.DRAFT
    undue = undue_accounts()
    lines = posting_of(found).lines
    head = head | {"text": found.text, "document_number": found.document_number}
    if is_draft or is_rebooking:
        head |= {"entry_date": found.entry_date, "document_date": found.document_date}
    if any(line.tax_code and line.account.number in undue for line in lines):
        head |= {"vat_due": "undue"}
    return Start(
        head=head, rows=[row_of(line, base_currency=base) for line in as_typed(lines, undue_accounts=undue)],
        draft_id=found.id if is_draft else None,
        rebook_id=found.id if is_rebooking and found.state == EntryState.POSTED else None,
    )  # fmt: skip


def _transfer(line: JournalLine, *, head: dict[str, Any], base: str) -> Start:
    """Take a line off its account; the other account is typed. A line's tax stays where it is: this moves the net."""
    is_foreign = line.currency != base
    amount = line.amount if is_foreign else line.amount_base
    more: dict[str, Any] = {"project_id": line.project_id, "sphere": line.sphere, "text": line.text}
    if is_foreign:
        more |= {"currency": line.currency, "base": line.amount_base}
    text = _("Transfer of %(number)s %(text)s") % {
        "number": number_of(line.entry),
        "text": line.text or line.entry.text,
    }
    return Start(
        head=head | {"text": text.strip()[:140], "document_number": line.entry.document_number,
                     "entry_date": line.entry.entry_date, "document_date": line.entry.document_date},
        rows=[row(account=line.account.number, amount=-amount, **more), row(amount=amount, **more)],
    )  # fmt: skip


def _instalment(plan: RecurringEntry, *, head: dict[str, Any], base: str) -> Start:
    loan = loan_of(plan)
    assert loan is not None
    posting = loan.posting(loan.instalment(plan.next_day), currency=base, memo=Memo())
    return Start(
        head=head | {"text": plan.text, "entry_date": plan.next_day},
        rows=[row_of(line, base_currency=base) for line in posting.lines],
    )


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
