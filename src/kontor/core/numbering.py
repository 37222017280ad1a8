"""Gapless numbers per series and fiscal year."""

from __future__ import annotations

from django.db import connection
from django_subatomic import db

from kontor.core.tenancy import current_tenant_id


@db.transaction_required
def take_numbers(series: str, *, year: int, count: int = 1) -> int:
    """Take `count` consecutive numbers and return the first; the counter stays locked until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (tenant_id, series, year, next) VALUES (%s, %s, %s, 1 + %s) "
            "ON CONFLICT (tenant_id, series, year) DO UPDATE SET next = core_counter.next + %s "
            "RETURNING next - %s",
            [current_tenant_id(), series, year, count, count, count],
        )
        first: int = cursor.fetchone()[0]
    return first


def document_number(year: int, number: int) -> str:
    """Return the number as it is written: `2026-000213`."""
    return f"{year}-{number:06d}"
