"""What booking a receipt would write: as typed, or as it is stored; and whether anything was typed at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kontor.core import clock
from kontor.core.money import Money
from kontor.core.refusal import Refusal
from kontor.ledger.rules.taxes import TaxCode, tax_code_on
from kontor.organisations.access import TenantRequest
from kontor.receipts.actions.booking import book
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.actions.trying import Preview, Trial, preview_of
from kontor.receipts.desk.forms import DeskForms
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.bookings import BookingFacts
from kontor.receipts.queries.days import first_open_day
from kontor.receipts.queries.documents import lines_of
from kontor.receipts.queries.inbox import categories_of
from kontor.receipts.rules.habits import Habit
from kontor.receipts.rules.lines import Line, split_tax


def entry_day(document: IncomingDocument, *, today: date) -> date:
    """Return the posting date proposed: the document's, else the first open day."""
    return first_open_day(document.document_date or today)


def is_changed(document: IncomingDocument, forms: DeskForms) -> bool:
    """Tell whether the form, which must be valid, says anything that is not stored."""
    if any(getattr(document, name) != value for name, value in forms.head.values().items()):
        return True
    stored = [stored_part(line) for line in lines_of([document.id]).get(document.id, [])]
    names = [" ".join(name.split()) for name in forms.head.category_names() if name.strip()]
    keeps = document.assigned_to_id is not None
    return (
        forms.processed() != stored
        or sorted(names) != sorted(categories_of([document.id]).get(document.id, []))
        or forms.head.cleaned_data["keep"] != keeps
    )


def book_as_typed(request: TenantRequest, document_id: int, forms: DeskForms) -> IncomingDocument:
    """Save what the form says and book it."""
    head = forms.head.cleaned_data
    save(
        document_id, forms.head.values(), parts=forms.processed(), categories=forms.head.category_names(),
        version=head["version"], keep=False, at=clock.now(), by=request.user,
    )  # fmt: skip
    return book(document_id, entry_date=head["entry_date"], at=clock.now(), by=request.user)


def preview_as_typed(
    request: TenantRequest,
    document: IncomingDocument,
    forms: DeskForms,
    *,
    codes: Sequence[TaxCode],
    facts: BookingFacts,
) -> Preview:
    """Return what „book“ would write for the form, which must be valid; `facts` of the books."""
    held = copy(document)
    for name, value in forms.head.values().items():
        setattr(held, name, value)
    head = forms.head.cleaned_data
    day = head["entry_date"] or held.document_date or clock.today(request.tenant.country)
    return preview_of(Trial(held, forms.lines(), day, request.user, request.tenant, codes, head["version"], facts))


def preview_as_stored(
    request: TenantRequest,
    document: IncomingDocument,
    lines: Sequence[IncomingLine],
    *,
    day: date,
    codes: Sequence[TaxCode],
    facts: BookingFacts,
    usual: Mapping[int | None, Habit] | None = None,
) -> Preview:
    """Return what „book“ would write for the receipt as it is saved, parts without an account under their usual one."""
    shown = [_line(line, (usual or {}).get(line.cost_type_id)) for line in lines]
    return preview_of(Trial(document, shown, day, request.user, request.tenant, codes, facts=facts))


def _line(line: IncomingLine, habit: Habit | None) -> Line:
    found = Line(
        position=line.position, gross=line.gross, account=line.account.number if line.account else "",
        tax_code=line.tax_code, tax_amount=line.tax_amount, project_id=line.project_id, sphere=line.sphere, text=line.text,
    )  # fmt: skip
    if found.account or habit is None:
        return found
    choice = habit.choice
    return replace(found, account=choice.number, tax_code=choice.tax_code, sphere=choice.sphere)


def stored_part(line: IncomingLine) -> ProcessedPart:
    """Return a part as it is stored."""
    return ProcessedPart(
        gross=line.gross, account_id=line.account_id, project_id=line.project_id, cost_type_id=line.cost_type_id,
        tax_code=line.tax_code, tax_amount=line.tax_amount, sphere=line.sphere, text=line.text,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartSplit:
    """Net and tax of one part as typed, None while they cannot be said."""

    id: str
    net: Money | None
    tax: Money | None


def splits_of(forms: DeskForms, *, on: Any, codes: Sequence[TaxCode]) -> list[PartSplit]:
    """Return net and tax of each part; a part that cannot be split says nothing."""
    return [_split(form, codes, forms, on=on) for form in forms.parts]


def _split(form: Any, codes: Sequence[Any], forms: DeskForms, *, on: Any) -> PartSplit:
    key = f"split-{form.prefix}"
    typed = form.cleaned_data if form.is_bound and form.is_valid() else None
    currency = str((forms.head.cleaned_data if forms.head.is_bound else forms.head.initial).get("currency") or "EUR")
    if typed is None and form.is_bound:
        return PartSplit(key, None, None)
    held: Mapping[str, Any] = typed if typed is not None else form.initial
    gross = held.get("gross")
    if len(forms.parts) == 1:
        gross = (forms.head.cleaned_data if forms.head.is_bound else forms.head.initial).get("gross")
    code = held.get("tax_code") or ""
    if gross is None or on is None:
        return PartSplit(key, None, None)
    line = Line(position=1, gross=gross, account="-", tax_code=code, tax_amount=held.get("tax_amount"))
    try:
        part = split_tax([line], codes={code: tax_code_on(codes, code, on=on)} if code else {}).parts[0]
    except Refusal:
        return PartSplit(key, None, None)
    return PartSplit(key, Money(part.net, currency), Money(part.tax, currency))
