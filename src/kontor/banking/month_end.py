"""What banking asks before a month is closed: are the statements complete?"""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kontor.banking.queries.statements import count_to_look_at
from kontor.core.tenancy import current_tenant_id
from kontor.ui.addresses import address
from kontor.ui.checklist import Month, Standing, Step

# greatest() passes over what is unknown.
_REACHED = """
SELECT a.name, greatest(
  (SELECT max(s.closing_date) FROM banking_statement s WHERE s.tenant_id = a.tenant_id AND s.money_account_id = a.id),
  (SELECT max(s.to_date) FROM banking_statement s WHERE s.tenant_id = a.tenant_id AND s.money_account_id = a.id),
  (SELECT max(b.booking_date) FROM banking_banktransaction b WHERE b.tenant_id = a.tenant_id
   AND b.money_account_id = a.id AND NOT b.is_deleted AND b.status = 'booked'))
FROM banking_moneyaccount a WHERE a.tenant_id = %s AND a.is_active AND a.kind <> 'cash' ORDER BY a.id
"""


def _statements(request: HttpRequest, month: Month) -> Standing | None:
    """Tell whether every account reaches the month's end without a gap; two statements."""
    accounts = _reached()
    if not accounts:
        return None
    missing = [name for name, reached in accounts if (reached or month.first_day) < month.last_day]
    gaps = count_to_look_at(month.first_day, month.last_day)
    url = address("bank", tenant=request.tenant.code)  # type: ignore[attr-defined]  # inside the door
    if gaps:
        note = ngettext("%(n)s statement with a gap", "%(n)s statements with gaps", gaps) % {"n": gaps}
        return Standing(is_done=False, note=note, url=url, is_late=True)
    if missing:
        note = _("does not reach the end of the month: %(names)s") % {"names": ", ".join(missing)}
        return Standing(is_done=False, note=note, url=url)
    note = ngettext("%(n)s account", "%(n)s accounts", len(accounts)) % {"n": len(accounts)}
    return Standing(is_done=True, note=note, url=url)


def _reached() -> list[tuple[str, date | None]]:
    """Return each bank account with the last day that it is known for, by its statements or its transactions."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, [current_tenant_id()])
        return [(name, day) for name, day in cursor.fetchall()]


STEPS = (
    Step(label=gettext_noop("Statements complete"), action=gettext_noop("Import statement"), group="Bank and cash",
         query=_statements, right="banking.view", order=10),
)  # fmt: skip
