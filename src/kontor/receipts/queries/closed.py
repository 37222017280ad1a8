"""The condition `CLOSED` with its words written out.

Of a condition whose words are parameters PostgreSQL makes a new plan each time, as it hopes for a better one for these
words; that takes longer than to read a page of the archive.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Func

_COLUMNS = {
    "state": "state", "variant": "variant", "follow": "more_receipts_follow", "later": "means__is_debited_later",
    "open": "item__amount_open", "left": "advance__item__amount_open",
}  # fmt: skip
CLOSED_SQL = """(
  {state} IN ('rejected', 'withdrawn', 'cancelled') OR {state} = 'final' AND (
    {variant} = 'donation' OR {variant} = 'organisation' AND NOT {later}
    OR {open} = 0 AND ({variant} <> 'advance' OR {follow} OR {left} = 0))
)"""


class IsClosed(Func):
    """Tells of receipts whether they stand in the archive."""

    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(*_COLUMNS.values())

    def as_sql(self, compiler: Any, connection: Any, *_words: Any, **_more: Any) -> tuple[str, tuple[str | int, ...]]:  # noqa: ARG002  # Django's shape
        """Return the condition over the columns as the statement names them."""
        found = [compiler.compile(source) for source in self.get_source_expressions()]
        names = dict(zip(_COLUMNS, (sql for sql, _params in found), strict=True))
        return CLOSED_SQL.format(**names), ()
