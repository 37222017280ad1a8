"""`kontor check-books`: prove the books from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from kontor.core.invariants import Violation, codes, proven_inside, violations
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.organisations.queries import tenant_of_code


def add_parsers(subparsers: Any) -> None:
    """Add `check-books`."""
    parser = subparsers.add_parser(
        "check-books",
        help="prove that the books are right",
        description="Prove every invariant over the live database: entries balance and are as recorded, numbers have no "
        "gap, open items equal their control accounts, the audit chain is unbroken. Each violation is named; "
        "the exit status is 1 if there is one.",
    )
    parser.add_argument("--tenant", metavar="CODE", help="only these books")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """Prove the chosen books, or all; 1 if something is wrong."""
    chosen = [tenant_of_code(args.tenant)] if args.tenant else list(Tenant.objects.order_by("code"))
    found = [(books, list(_prove(books))) for books in chosen]
    if args.json:
        json.dump(_as_json(found), sys.stdout)
        print()
    else:
        _print(found)
    return 1 if any(wrong for _, wrong in found) else 0


def _prove(books: Tenant) -> Iterator[Violation]:
    if settings.OPS_URL:
        # The ops role reads past the wall, so it also sees rows that a broken wall would hide.
        with psycopg.connect(settings.OPS_URL, options="-c timezone=UTC") as ops, ops.cursor() as cursor:
            yield from violations(books.id, cursor=cursor)
        with tenant(books.id):
            yield from list(proven_inside())
        return
    with tenant(books.id), connection.cursor() as cursor:
        yield from [*violations(books.id, cursor=cursor), *proven_inside()]


def _as_json(found: list[tuple[Tenant, list[Violation]]]) -> dict[str, Any]:
    return {
        "ok": not any(wrong for _, wrong in found),
        "invariants": codes(),
        "tenants": [
            {
                "tenant": books.code,
                "violations": [
                    {
                        "code": v.code,
                        "sentence": v.sentence,
                        "object": f"{v.object_type} {v.object_id}",
                        "facts": v.facts,
                    }
                    for v in wrong
                ],
            }
            for books, wrong in found
        ],
    }


def _print(found: list[tuple[Tenant, list[Violation]]]) -> None:
    for books, wrong in found:
        for violation in wrong:
            print(f"{books.code}: {violation}")
        if not wrong:
            print(f"{books.code}: everything is right ({len(codes())} invariants)")
