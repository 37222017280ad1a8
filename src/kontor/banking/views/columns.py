"""What the columns of a CSV file mean: look, choose, import; the next such file comes in by itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_subatomic import db

from kontor.banking.actions.outcomes import Outcome
from kontor.banking.actions.profiles import save_profile
from kontor.banking.formats.csvfile import read_csv
from kontor.banking.formats.csvprofile import ROLES, CsvProfile, profile_of
from kontor.banking.formats.csvsniff import arrange_csv, guess_csv, match_csv, sample_rows, sniff_csv
from kontor.banking.formats.detect import csv_start
from kontor.banking.formats.unreadable import UnreadableStatement
from kontor.banking.forms import ColumnsForm
from kontor.banking.models import ImportState, MoneyAccount, StatementImport
from kontor.banking.queries.profiles import saved_profiles
from kontor.banking.rules.statements import StatementLine
from kontor.banking.views.importing import after, take
from kontor.core.refusal import Refusal
from kontor.documents.store import open_file
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

ROWS_SHOWN_MAX = 8
COLUMNS_MAX = 60
CELL_SHOWN_MAX = 90
_ROLE_WORDS = dict(
    zip(
        ROLES,
        (
            gettext_noop("Booking day"), gettext_noop("Value date"), gettext_noop("Amount"), gettext_noop("Debit"),
            gettext_noop("Credit"), gettext_noop("Debit or credit sign"), gettext_noop("Fee"), gettext_noop("Currency"),
            gettext_noop("Counterparty"), gettext_noop("Payer"), gettext_noop("Payee"), gettext_noop("IBAN"),
            gettext_noop("BIC"), gettext_noop("Text"), gettext_noop("Kind of booking"), gettext_noop("Bank's reference"),
            gettext_noop("End-to-end reference"), gettext_noop("Mandate"), gettext_noop("Creditor identifier"),
            gettext_noop("State"), gettext_noop("Effect on the balance"), gettext_noop("Balance"), gettext_noop("Own account"),
        ),
        strict=True,
    )
)  # fmt: skip


class NoTable(Refusal):
    """The file is no table of days and amounts."""

    sentence = gettext_noop("This file is no table of days and amounts, so there are no columns to choose.")


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the sample with its meaning."""

    field: str
    title: str
    role: str


@permit("banking.import")
def columns(request: TenantRequest, import_id: int) -> HttpResponse:
    """Let the person say what each column means; shows anew at every change, and imports when it is saved."""
    rows = StatementImport.objects.select_related("file").exclude(state__in=[ImportState.TAKEN, ImportState.WAITING])
    record = get_object_or_404(rows, id=import_id)
    with open_file(record.file) as stream:
        start = csv_start(stream, name=record.file.name, profiles=[profile for profile, _id in saved_profiles()])
    if start is None:
        raise NoTable
    if request.method != "POST":
        profile = _proposed(start)
        return _page(request, record, start, profile, form=_form_of(profile, name=record.file.name))
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        return _page(request, record, start, _proposed(start), form=form, status=422)
    arranged = _arranged(form, start)
    if "save" not in request.POST:
        return _again(request, record, start, arranged, form=form)
    try:
        with db.savepoint():
            return after(request, [_saved(request, record, arranged, form)])
    except Refusal as no:
        form.add_error(None, translated(no))
        roles = _roles_in(request.POST)
        return _page(request, record, start, arranged, form=form, roles=roles, status=422)


def _saved(
    request: TenantRequest, record: StatementImport, arranged: CsvProfile, form: ColumnsForm
) -> Outcome | StatementImport:
    """Save the profile and import the file by it; a file that cannot be read by it takes both back."""
    profile = _chosen(arranged, _roles_in(request.POST))
    name = form.cleaned_data["name"].strip() or record.file.name
    save_profile(profile, name=name, account=form.chosen_account())
    result = take(request, record)
    if isinstance(result, Outcome) and isinstance(result.refusal, UnreadableStatement):
        raise result.refusal
    return result


def _proposed(start: bytes) -> CsvProfile:
    saved = match_csv(start, [profile for profile, _id in saved_profiles()])
    found = saved or sniff_csv(start) or guess_csv(start)
    if found is None:
        raise NoTable
    return found


def _arranged(form: ColumnsForm, start: bytes) -> CsvProfile:
    """Return the table as the form cuts it, with the form's ways of writing."""
    said = form.cleaned_data
    cut = arrange_csv(start, delimiter=said["delimiter"], encoding=said["encoding"], title_line=said["title_line"])
    return replace(
        cut, decimal=said["decimal"], date_format=said["date_format"], default_currency=said["currency"].upper()
    )


def _chosen(arranged: CsvProfile, roles: Sequence[str]) -> CsvProfile:
    """Return the profile of the chosen meanings.  Raises: ColumnMissing, ColumnTwice, AmountTwice."""
    kept = ("name", "delimiter", "encoding", "skip_rows", "date_format", "decimal", "default_currency", "account",
            "titles", "shape")  # fmt: skip
    facts = asdict(arranged)
    return profile_of(roles, **{name: facts[name] for name in kept})


def _roles_in(sent: QueryDict) -> list[str]:
    count = sum(1 for index in range(COLUMNS_MAX) if f"c{index}" in sent)
    return [sent.get(f"c{index}", "") for index in range(count)]


def _again(
    request: TenantRequest, record: StatementImport, start: bytes, arranged: CsvProfile, *, form: ColumnsForm
) -> HttpResponse:
    """Show the form anew; a table that is cut otherwise than before gets new guesses."""
    is_same_cut = request.POST.get("cut") == _cut(arranged)
    if is_same_cut:
        return _page(request, record, start, arranged, form=form, roles=_roles_in(request.POST))
    fresh = _form_of(arranged, name=form.cleaned_data["name"], account=form.cleaned_data["account"])
    return _page(request, record, start, arranged, form=fresh)


def _form_of(profile: CsvProfile, *, name: str, account: str = "") -> ColumnsForm:
    if not account:
        only = list(MoneyAccount.objects.filter(is_active=True).values_list("id", flat=True)[:2])
        account = str(only[0]) if len(only) == 1 else ""
    return ColumnsForm(initial={
        "name": profile.name if profile.name and not profile.titles else name.rpartition(".")[0] or name,
        "account": account, "delimiter": profile.delimiter, "encoding": profile.encoding, "decimal": profile.decimal,
        "date_format": profile.date_format, "title_line": profile.skip_rows if profile.titles else 0,
        "currency": profile.default_currency,
    })  # fmt: skip


def _cut(profile: CsvProfile) -> str:
    return f"{profile.delimiter}|{profile.encoding}|{profile.skip_rows if profile.titles else 0}"


def _page(
    request: TenantRequest, record: StatementImport, start: bytes, profile: CsvProfile, *, form: ColumnsForm,
    roles: Sequence[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    rows = sample_rows(start, delimiter=profile.delimiter, encoding=profile.encoding)
    titles = next((row.cells for row in rows if profile.titles and row.line == profile.skip_rows), [])
    below = [row.cells for row in rows if row.line > profile.skip_rows][:ROWS_SHOWN_MAX]
    width = min(max(map(len, [titles, *below]), default=0), COLUMNS_MAX)
    if roles is None:
        guessed = profile.roles
        roles = [guessed.get(index, "") for index in range(width)]
    lines, problem = _read(start, profile, roles)
    return render(request, "banking/columns.html", {
        "heading": _("What do the columns mean?"), "record": record, "form": form, "cut": _cut(profile),
        "columns": [
            ShownColumn(f"c{index}", titles[index].strip() if index < len(titles) else "", roles[index] if index < len(roles) else "")
            for index in range(width)
        ],
        "choices": [(role, _(word)) for role, word in _ROLE_WORDS.items()],
        "below": [[cell[:CELL_SHOWN_MAX] for cell in (*cells, *[""] * width)][:width] for cells in below],
        "lines": lines, "problem": problem, "own_account": profile.account,
    }, status=status)  # fmt: skip


def _read(start: bytes, profile: CsvProfile, roles: Sequence[str]) -> tuple[list[StatementLine], str]:
    """Return the first transactions as they would be read, and the sentence about what cannot be read."""
    found: list[StatementLine] = []
    try:
        for event in read_csv(io.BytesIO(start), profile=_chosen(profile, roles)):
            if isinstance(event, StatementLine):
                found.append(event)
            if len(found) == ROWS_SHOWN_MAX:
                break
    except Refusal as no:
        return found, translated(no)
    return found, ""
