"""What the preview of a booking needs to know of the books."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.taxes import VatStatus, VatTiming
from kontor.ledger.rules.charts import MissingAccountRole
from kontor.ledger.rules.taxes import TaxCode
from kontor.openitems.models import ItemKind
from kontor.openitems.rules.news import Books
from kontor.organisations.models import Tenant

FACTS = """
  (SELECT jsonb_agg(jsonb_build_array(v.valid_from, v.status, v.output_timing, v.input_timing) ORDER BY v.valid_from)
   FROM ledger_vatregime v WHERE v.tenant_id = %(tenant)s),
  (SELECT min(y.first_day) FROM ledger_fiscalyear y WHERE y.tenant_id = %(tenant)s),
  (SELECT a.number FROM ledger_accountrole r JOIN ledger_account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   WHERE r.tenant_id = %(tenant)s AND r.role = 'staff_payables' AND r.rate_percent IS NULL),
  (SELECT p.party_id FROM receipts_staffparty p WHERE p.tenant_id = %(tenant)s AND p.user_id = %(submitter)s)
"""


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """The books as booking sees them; `staff_party_id` None while the submitter is no contact yet."""

    books: Books
    first_day: date | None
    staff_account: str
    staff_party_id: int | None

    @property
    def staff_control(self) -> str:
        """Return the number of the account that we owe staff on.  Raises: MissingAccountRole."""
        if not self.staff_account:
            raise MissingAccountRole(role="staff_payables", rate="–")
        return self.staff_account


def booking_facts(submitter_id: int, *, tenant: Tenant, codes: Sequence[TaxCode]) -> BookingFacts:
    """Return what booking a receipt of this person needs to know; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FACTS}", {"tenant": current_tenant_id(), "submitter": submitter_id})
        return facts_in(cursor.fetchone(), tenant=tenant, codes=codes)


def facts_in(row: Sequence[Any], *, tenant: Tenant, codes: Sequence[TaxCode]) -> BookingFacts:
    """Return what the columns `FACTS` say."""
    regimes, first_day, account, party_id = row
    return BookingFacts(
        _books(json.loads(regimes) if regimes else (), tenant=tenant, codes=codes), first_day, account or "", party_id
    )


def _books(regimes: Sequence[Any], *, tenant: Tenant, codes: Sequence[TaxCode]) -> Books:
    dated = [(date.fromisoformat(day), *facts) for day, *facts in regimes]
    return Books(
        base_currency=tenant.base_currency,
        tax_codes=codes,
        received_timings={
            ItemKind.RECEIVABLE: [(day, sold == VatTiming.RECEIVED) for day, _status, sold, _bought in dated],
            ItemKind.PAYABLE: [(day, bought == VatTiming.RECEIVED) for day, _status, _sold, bought in dated],
        },
        deductions=[(day, status == VatStatus.REGULAR) for day, status, _sold, _bought in dated],
    )
