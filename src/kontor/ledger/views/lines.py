"""The lines of an entry on a form: how many, what they start with, what they add up to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from kontor.core.figures import format_amount
from kontor.ledger.forms import EntryLineForm
from kontor.ledger.queries.names import project_choices, tax_choices
from kontor.ledger.queries.rates import latest_rates
from kontor.ledger.rules.postings import PostingLine
from kontor.organisations.access import TenantRequest
from kontor.organisations.models import Chart

LINES_MIN = 3
LINES_MAX = 60
USUAL_CURRENCIES = ("EUR", "CHF", "USD", "GBP")


def line_options(request: TenantRequest, *, on: date) -> dict[str, Any]:
    """Return what every line form of a page is made with; taxes and rates are those of the day `on`."""
    rates = latest_rates(day=on)
    wants_foreign = bool(request.POST.get("foreign") or request.GET.get("foreign"))
    currencies = sorted({*rates, *(USUAL_CURRENCIES if wants_foreign or rates else ())})
    return {
        "region": request.tenant.country, "currency": request.tenant.base_currency, "on": on,
        "options_url": reverse("account_options", kwargs={"tenant": request.tenant.code}), "taxes": tax_choices(on),
        "projects": project_choices(), "has_spheres": request.tenant.chart == Chart.SKR42, "rates": rates,
        "currencies": currencies,
    }  # fmt: skip


def typed_line_forms(request: TenantRequest, options: Mapping[str, Any]) -> list[EntryLineForm]:
    """Return the lines of the posted form, after one was added or removed by its button."""
    return [EntryLineForm(request.POST, prefix=f"line{number}", **options) for number in _line_numbers(request)]


def fresh_line_forms(
    rows: Sequence[Mapping[str, Any]], options: Mapping[str, Any], *, foreign: bool = False
) -> list[EntryLineForm]:
    """Return forms that start with `rows` and have an empty line behind them; `foreign` rows bring their currencies."""
    if foreign:
        used = {str(row.get("currency") or "") for row in rows} - {""}
        options = {**options, "currencies": sorted({*options["currencies"], *used, *USUAL_CURRENCIES})}
    shown = [*rows, *[{}] * (max(LINES_MIN, len(rows) + 1) - len(rows))]
    return [EntryLineForm(prefix=f"line{number}", initial=dict(row), **options) for number, row in enumerate(shown)]


def lines_context(request: TenantRequest, lines: Sequence[EntryLineForm]) -> dict[str, Any]:
    """Return what `ledger/lines.html` shows."""
    debit, credit = (sum(_minor(line, side) for line in lines) for side in ("debit", "credit"))
    shown = {"currency": request.tenant.base_currency, "region": request.tenant.country}
    rates: Mapping[str, Decimal] = lines[0].rates if lines else {}
    return {
        "lines": lines, "numbers": ",".join(str(line.prefix).removeprefix("line") for line in lines),
        "has_spheres": request.tenant.chart == Chart.SKR42, "has_foreign": bool(lines and "currency" in lines[0].fields),
        "rates": json.dumps({code: f"{rate.normalize():f}" for code, rate in rates.items()}),
        "debit": format_amount(debit, **shown), "credit": format_amount(credit, **shown),
        "difference": format_amount(debit - credit, **shown), "is_even": debit == credit,
    }  # fmt: skip


def row(
    *, account: str = "", amount: int = 0, tax_code: str | None = "", project_id: int | None = None,
    sphere: str | None = "", text: str = "", currency: str = "", base: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return what a line form starts with; `amount` in the line's currency, debit positive."""
    return {
        "account": account, "debit": amount if amount > 0 else None, "credit": -amount if amount < 0 else None,
        "tax_code": tax_code or "", "project": str(project_id or ""), "sphere": sphere or "", "text": text,
        "currency": currency, "base": None if base is None else abs(base),
    }  # fmt: skip


def row_of(line: PostingLine, *, base_currency: str) -> dict[str, Any]:
    """Return what the form of a posted line starts with."""
    is_foreign = line.currency != base_currency
    return row(
        account=line.account.number, amount=line.amount if is_foreign else line.amount_base, tax_code=line.tax_code,
        project_id=line.project_id, sphere=line.sphere, text=line.text, currency=line.currency if is_foreign else "",
        base=line.amount_base if is_foreign else None,
    )  # fmt: skip


def without_errors(*forms: Any) -> None:
    """Add and remove lines without complaining about what is not finished yet."""
    for form in forms:
        form.errors.clear()


def _line_numbers(request: TenantRequest) -> list[int]:
    given = request.POST.get("lines", "")
    numbers = [int(part) for part in given.split(",") if part.isdecimal()][:LINES_MAX] or list(range(LINES_MIN))
    step = request.POST.get("step", "")
    if step == "add" and len(numbers) < LINES_MAX:
        numbers.append(max(numbers) + 1)
    if step.startswith("remove-") and len(numbers) > 1:
        numbers = [number for number in numbers if f"remove-{number}" != step]
    return numbers


def _minor(line: EntryLineForm, side: str) -> int:
    """Return what a line adds to a side, base currency."""
    sign = 1 if side == "debit" else -1
    if not line.is_bound:
        own = int(line.initial.get(side) or 0)
        return int(line.initial.get("base") or 0) if own and line.is_foreign else own
    return max(sign * getattr(line, "amount_base", 0), 0)
