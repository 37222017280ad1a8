"""What banking asks before a month is closed: are the statements complete?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kontor.banking.models import BankTransaction, MoneyAccount, MoneyAccountKind, Statement
from kontor.banking.queries.statements import statements_to_look_at
from kontor.core.kept_statements import kept
from kontor.ui.checklist import Month, Standing, Step


def _statements(request: HttpRequest, month: Month) -> Standing | None:
    """Tell whether every account reaches the month's end without a gap; four queries."""
    accounts = dict(_accounts.rows())
    if not accounts:
        return None
    reached = _last_days()
    missing = [name for key, name in accounts.items() if reached.get(key, month.first_day) < month.last_day]
    gaps = [one for one in statements_to_look_at() if _touches(one.statement, month)]
    url = reverse("bank", kwargs={"tenant": request.tenant.code})  # type: ignore[attr-defined]  # inside the door
    if gaps:
        note = ngettext("%(n)s statement with a gap", "%(n)s statements with gaps", len(gaps)) % {"n": len(gaps)}
        return Standing(is_done=False, note=note, url=url, is_late=True)
    if missing:
        note = _("does not reach the end of the month: %(names)s") % {"names": ", ".join(missing)}
        return Standing(is_done=False, note=note, url=url)
    note = ngettext("%(n)s account", "%(n)s accounts", len(accounts)) % {"n": len(accounts)}
    return Standing(is_done=True, note=note, url=url)


def _last_days() -> dict[int, date]:
    """Return the last day that each account is known for: by its statements or its transactions."""
    days: dict[int, date] = {}
    for key, *found in (*_last_statements.rows(), *_last_transactions.rows()):
        days[key] = max(
            [day for day in found if day is not None] + ([days[key]] if key in days else []), default=date.min
        )
    return days


@kept
def _accounts() -> QuerySet[MoneyAccount, tuple[int, str]]:
    return MoneyAccount.objects.filter(is_active=True).exclude(kind=MoneyAccountKind.CASH).values_list("id", "name")


@kept
def _last_statements() -> QuerySet[Statement, Any]:
    return Statement.objects.order_by().values_list("money_account_id").annotate(Max("closing_date"), Max("to_date"))


@kept
def _last_transactions() -> QuerySet[BankTransaction, Any]:
    rows = BankTransaction.objects.filter(is_deleted=False, status="booked").order_by()
    return rows.values_list("money_account_id").annotate(Max("booking_date"))


def _touches(statement: Statement, month: Month) -> bool:
    last = statement.closing_date or statement.to_date
    first = statement.from_date or last
    return bool(first and last and first <= month.last_day and last >= month.first_day)


STEPS = (
    Step(label=gettext_noop("Statements complete"), action=gettext_noop("Import statement"), group="Bank and cash",
         query=_statements, right="banking.view", order=10),
)  # fmt: skip
