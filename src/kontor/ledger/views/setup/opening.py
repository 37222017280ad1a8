"""Opening balances by hand: all accounts in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.core.figures import format_amount
from kontor.core.refusal import Refusal
from kontor.ledger.actions.opening import open_balances
from kontor.ledger.queries.opening import Opening, OpeningRow, openable_accounts, opening_of_books
from kontor.ledger.rules.opening_files import OpeningReading, read_openings
from kontor.ledger.rules.tables_of_text import decoded
from kontor.ledger.views.attempts import attempt
from kontor.ledger.wording import KINDS
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField
from kontor.ui.refusals import translated
from kontor.ui.sent_files import SentFileField

BYTES_MAX = 1024 * 1024
PROBLEMS_MAX = 100
SIDES = ("debit", "credit")


class BalancesForm(LocalForm):
    """A debit and a credit per account: `debit-1200`, `credit-1200`."""

    def __init__(self, *args: Any, rows: tuple[OpeningRow, ...], balances: Mapping[str, int], **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows, localised = rows, {"region": more["region"], "currency": more["currency"]}
        for row in rows:
            amount = balances.get(row.number, 0)
            for side, label, value in (("debit", _("Debit"), amount), ("credit", _("Credit"), -amount)):
                field = AmountField(label=f"{row.number} {row.name}, {label}", required=False)
                field.localise(on=clock.today(), **localised)
                field.widget.attrs |= {
                    "aria-label": field.label, "class": "k-input", "data-side": side, "data-account": row.number,
                }  # fmt: skip
                field.initial = value if value > 0 else None
                self.fields[f"{side}-{row.number}"] = field

    def clean(self) -> dict[str, Any]:
        """Refuse a balance on both sides."""
        typed = super().clean() or {}
        for row in self.rows:
            if typed.get(f"debit-{row.number}") and typed.get(f"credit-{row.number}"):
                self.add_error(f"credit-{row.number}", _("A balance stands on one side: either debit or credit."))
        return typed

    def balances(self) -> dict[str, int]:
        """Return what was typed by account number, debit positive, without zeros."""
        typed = self.cleaned_data
        sums = {
            row.number: int(typed.get(f"debit-{row.number}") or 0) - int(typed.get(f"credit-{row.number}") or 0)
            for row in self.rows
        }
        return {number: amount for number, amount in sums.items() if amount}

    def groups(self) -> list[tuple[str, list[tuple[OpeningRow, Any, Any]]]]:
        """Return the rows of the table by kind of account, each with its two bound fields."""
        found: dict[str, list[tuple[OpeningRow, Any, Any]]] = {}
        for row in self.rows:
            found.setdefault(row.kind, []).append((row, *(self._bound(f"{side}-{row.number}") for side in SIDES)))
        return [(_(word), found[kind]) for kind, word in KINDS.items() if kind in found]

    def _bound(self, name: str) -> Any:
        bound = self[name]
        if bound.errors:
            bound.field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}_error"}
        return bound


class PasteForm(LocalForm):
    """A table from a spreadsheet or a file."""

    table = forms.CharField(
        label=gettext_lazy("Pasted table"), required=False, strip=False, widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("The first line names the columns: account, debit, credit."),
    )  # fmt: skip
    file = SentFileField(
        label=gettext_lazy("or a file"), required=False, bytes_max=BYTES_MAX,
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Take the file before the text, and refuse neither."""
        typed = super().clean() or {}
        sent, self.text = typed.get("file"), typed.get("table") or ""
        if sent is not None:
            try:
                self.text = decoded(sent.read())
            except Refusal as refusal:
                self.add_error("file", translated(refusal))
        if not self.errors and not self.text.strip():
            self.add_error("table", _("Please paste a table or choose a file."))
        return typed


@require_safe
@permit("ledger.view")
def opening(request: TenantRequest) -> HttpResponse:
    """Show what opened the books, ready to be changed while their first month is open."""
    return _page(request, opening_of_books())


@require_POST
@permit("ledger.setup")
def save(request: TenantRequest) -> HttpResponse:
    """Post the balances; the rest goes to the opening account."""
    found = opening_of_books()
    if found is None:
        return redirect("ledger_setup_opening", tenant=request.tenant.code)
    form = _form(request, found, data=request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    if form.balances() == {row.number: row.by_hand for row in found.rows if row.by_hand}:
        messages.info(request, _("Nothing was changed, so nothing was posted."))
        return redirect("ledger_setup_opening", tenant=request.tenant.code)
    try:
        written = attempt(
            lambda: open_balances(
                form.balances(), base_currency=request.tenant.base_currency, at=clock.now(), text=_("Opening balances")
            )
        )
    except Refusal as refusal:
        form.add_error(None, translated(refusal))
        return _page(request, found, form=form)
    if written is None:
        messages.success(request, _("The opening balances were taken back."))
    else:
        number = f"{written.year}-{written.sequence:06d}"
        messages.success(request, _("Opening balances posted as entry %(number)s.") % {"number": number})
    return redirect("ledger_setup_opening", tenant=request.tenant.code)


@require_POST
@permit("ledger.setup")
def read(request: TenantRequest) -> HttpResponse:
    """Fill the table from a pasted table or a file; nothing is posted yet."""
    found, paste = opening_of_books(), PasteForm(request.POST, request.FILES)
    if found is None:
        return redirect("ledger_setup_opening", tenant=request.tenant.code)
    if not paste.is_valid():
        return _page(request, found, paste=paste)
    try:
        reading = read_openings(
            paste.text, accounts=openable_accounts(), currency=request.tenant.base_currency,
            decimal_mark="." if request.tenant.country == "CH" else ",",
        )  # fmt: skip
    except Refusal as refusal:
        paste.add_error("table" if not request.FILES else "file", translated(refusal))
        return _page(request, found, paste=paste)
    if reading.problems:
        return _page(request, found, paste=paste, reading=reading)
    return _page(request, found, form=_form(request, found, balances=reading.balances), reading=reading)


def _form(
    request: TenantRequest, found: Opening, *, data: Any = None, balances: Mapping[str, int] | None = None
) -> BalancesForm:  # fmt: skip
    kept = {row.number: row.by_hand for row in found.rows} if balances is None else balances
    return BalancesForm(
        data, rows=found.rows, balances=kept, region=request.tenant.country, currency=request.tenant.base_currency
    )


def _page(
    request: TenantRequest, found: Opening | None, *, form: BalancesForm | None = None, paste: PasteForm | None = None,
    reading: OpeningReading | None = None,
) -> HttpResponse:  # fmt: skip
    if found is None:
        return render(request, "ledger/setup/opening.html", {"opening": None})
    form, paste = form or _form(request, found), paste or PasteForm()
    problems = reading.problems if reading else ()
    context = {
        "opening": found, "form": form, "paste": paste, "may_save": "ledger.setup" in request.rights and found.is_open,
        "groups": form.groups(), "sums": _sums(request, form), "rests": found.rests,
        "has_elsewhere": any(row.elsewhere for row in found.rows), "is_filled": bool(reading and not problems),
        "rest_total": sum(rest for _number, _name, rest in found.rests), "opening_account": found.rests[0][0] if found.rests else "",
        "problems": [(problem.line, translated(problem.refusal)) for problem in problems[:PROBLEMS_MAX]],
        "problem_count": len(problems), "has_errors": bool(form.errors or paste.errors or problems),
    }  # fmt: skip
    return render(request, "ledger/setup/opening.html", context, status=422 if context["has_errors"] else 200)


def _sums(request: TenantRequest, form: BalancesForm) -> dict[str, str]:
    """Return the totals as the page first shows them; the script keeps them up to date."""
    totals = {
        side: sum(_shown_amount(form, f"{side}-{row.number}") for row in form.rows) for side in SIDES
    }  # fmt: skip
    totals["difference"] = totals["debit"] - totals["credit"]
    return {
        name: format_amount(value, currency=request.tenant.base_currency, region=request.tenant.country)
        for name, value in totals.items()
    }


def _shown_amount(form: BalancesForm, name: str) -> int:
    value = form.cleaned_data.get(name) if form.is_bound else form.fields[name].initial
    return int(value or 0)
