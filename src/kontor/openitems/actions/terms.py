"""Changing what may change of an item: terms, blocks, reservations, search keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.openitems.actions.rows import stored_discount
from kontor.openitems.keys import keys_of
from kontor.openitems.models import OpenItem
from kontor.openitems.queries.loading import NoSuchItem, base_currency, items_by_id
from kontor.openitems.rules.news import Discount, DueBeforeDocument

KEYS_AT_ONCE = 5_000


class InPayment(Refusal):
    """The item is on a payment list already."""

    sentence = gettext_noop("Document %(document)s is on a payment list already. Take it off that list first.")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of an item; None leaves one as it is."""

    due_date: date | None = None
    discounts: tuple[Discount, ...] | None = None
    under_limit: int | None = None
    over_limit: int | None = None
    dunning_block: bool | None = None
    is_blocked: bool | None = None
    text: str | None = None


@act("openitems.change_terms")
def change_terms(item_id: int, terms: Terms, *, by: Actor | None) -> None:  # the audit knows `by`
    """Change due date, discounts, tolerances, blocks or text of an item.

    Raises:
        NoSuchItem, DueBeforeDocument
    """
    item = OpenItem.objects.filter(id=item_id).first()
    if item is None:
        raise NoSuchItem
    if terms.due_date is not None and terms.due_date < item.document_date:
        raise DueBeforeDocument(document=item.document_number)
    changes: dict[str, object] = {
        name: value
        for name in ("due_date", "under_limit", "over_limit", "dunning_block", "is_blocked", "text")
        if (value := getattr(terms, name)) is not None
    }
    if terms.discounts is not None:
        changes["discounts"] = [stored_discount(tier) for tier in terms.discounts]
    if changes:
        OpenItem.objects.filter(id=item_id).update(**changes)


@act("openitems.reserve")
def reserve(item_ids: Sequence[int], *, by: Actor | None) -> None:
    """Mark items as in payment, so that nobody proposes, pays or cancels them meanwhile.

    The mark stays when the item is settled, as its order does: is the settlement taken back, it is on its way again.

    Raises:
        NoSuchItem, InPayment
    """
    items_by_id(item_ids, base=base_currency())
    taken = (
        OpenItem.objects.filter(id__in=item_ids, is_in_payment=True).values_list("document_number", flat=True).first()
    )
    if taken is not None:
        raise InPayment(document=taken)
    OpenItem.objects.filter(id__in=item_ids).update(is_in_payment=True)


@act("openitems.release")
def release(item_ids: Sequence[int], *, by: Actor | None) -> None:
    """Take the mark of a payment list away."""
    OpenItem.objects.filter(id__in=item_ids).update(is_in_payment=False)


@act("openitems.rebuild_keys")
def rebuild_keys(*, after_id: int = 0, by: Actor | None) -> int:
    """Make the search keys of up to 5,000 items after `after_id` anew; return the last id, 0 at the end."""
    rows = list(
        OpenItem.objects.filter(id__gt=after_id)
        .order_by("id")
        .values_list("id", "document_number", "references")[:KEYS_AT_ONCE]
    )
    if not rows:
        return 0
    ids = [row[0] for row in rows]
    keys = ["\x1f".join(keys_of(number, references)) for _, number, references in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE openitems_openitem i SET keys = string_to_array(r.keys, chr(31)) "
            "FROM unnest(%s::bigint[], %s::text[]) AS r(id, keys) WHERE i.tenant_id = %s AND i.id = r.id",
            [ids, keys, current_tenant_id()],
        )
    return ids[-1]
