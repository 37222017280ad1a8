"""What `check-books` proves of payments: who is in payment is on a list, and the files say what the lists say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from kontor.core.invariants import Rule, Violation, register, register_proof
from kontor.core.refusal import gettext_noop
from kontor.documents.rules.files import FileMissing
from kontor.documents.store import read_file
from kontor.payments.formats.pain001 import Line, lines_of_file
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.queries.lists import sent_orders_of

FILE_SENTENCE = gettext_noop("An exported payment file pays exactly the orders of its list.")
INVARIANTS = (
    Rule(
        code="payment_reserved",
        sentence=gettext_noop("An open item is in payment if and only if it is on a living payment list."),
        object_type="openitems.item",
        statement="""
SELECT i.id, concat_ws(' ', 'in payment', i.is_in_payment, 'lists', coalesce(o.lists, 0)) FROM openitems_openitem i
LEFT JOIN (SELECT o.item_id, count(*) AS lists FROM payments_paymentorder o
  JOIN payments_paymentbatch b ON b.tenant_id = o.tenant_id AND b.id = o.batch_id AND b.state <> 'cancelled'
  WHERE o.tenant_id = %(tenant)s AND NOT o.is_removed AND o.carried_out_on IS NULL GROUP BY 1) o ON o.item_id = i.id
WHERE i.tenant_id = %(tenant)s AND (i.is_in_payment <> (o.item_id IS NOT NULL) OR coalesce(o.lists, 0) > 1)""",
    ),
    Rule(
        code="payment_order",
        sentence=gettext_noop("A payment order pays a payable in the currency of its list, never more than it was."),
        object_type="payments.batch",
        statement="""
SELECT b.id, concat_ws(' ', o.end_to_end_id, o.amount, i.amount, i.currency, i.kind, i.side)
FROM payments_paymentorder o
JOIN payments_paymentbatch b ON b.tenant_id = o.tenant_id AND b.id = o.batch_id
JOIN openitems_openitem i ON i.tenant_id = o.tenant_id AND i.id = o.item_id
JOIN banking_moneyaccount m ON m.tenant_id = b.tenant_id AND m.id = b.money_account_id
WHERE o.tenant_id = %(tenant)s AND (o.amount + o.discount > i.amount OR i.currency <> b.currency OR m.currency <> b.currency
  OR i.kind <> 'payable' OR i.side <> 'credit'
  OR (b.state = 'cancelled' AND NOT o.is_removed) OR (b.state = 'draft' AND o.rejected_on IS NOT NULL))""",
    ),
)


def files_agree() -> Iterator[Violation]:
    """Yield the exported lists of the open tenant whose file is gone or pays something else."""
    for batch in PaymentBatch.objects.filter(state=BatchState.EXPORTED).select_related("file").order_by("id"):
        ordered = {
            Line(order.end_to_end_id, order.payee_iban, order.amount, batch.currency) for order in sent_orders_of(batch)
        }
        try:
            written = set(lines_of_file(read_file(batch.file))) if batch.file else set()
        except FileMissing:
            written = set()
        for line in sorted(ordered ^ written):
            yield Violation(
                code="payment_file", sentence=FILE_SENTENCE, object_type="payments.batch", object_id=batch.id,
                facts=f"{line.end_to_end_id} {line.amount} {line.currency}",
            )  # fmt: skip


def broken(tenant_id: int) -> Iterator[tuple[str, int, str]]:
    """Yield (code, object id, facts) of every statement invariant of this room that the open tenant breaks."""
    with connection.cursor() as cursor:
        for rule in INVARIANTS:
            cursor.execute(rule.statement, {"tenant": tenant_id})
            for object_id, facts in cursor.fetchall():
                yield rule.code, object_id, facts


register(INVARIANTS)
register_proof(files_agree)
