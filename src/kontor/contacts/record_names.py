"""What the record calls contacts and terms."""

from __future__ import annotations

from kontor.contacts.models import Party, PaymentTerm
from kontor.core.object_names import name_objects


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects("contacts.party", lambda: Party.objects.only("name"), lambda row: row.name)
    name_objects("contacts.paymentterm", PaymentTerm.objects.all, lambda row: row.name)
