"""Verbs of the command line: opening books, letting people in."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kontor.core.clock import today
from kontor.core.tenancy import tenant
from kontor.organisations.actions import create_tenant, create_user, grant_access, reserve_tenant_id
from kontor.organisations.links import one_time_link
from kontor.organisations.models import Chart, Country
from kontor.organisations.queries import tenant_of_code, user_by_email

CHARTS = {Country.DE: Chart.SKR03, Country.AT: Chart.EKR, Country.CH: Chart.KMU}


def add_parsers(subparsers: Any) -> None:
    """Add `create-tenant` and `create-user`."""
    _add_create_tenant(subparsers)
    _add_create_user(subparsers)


def _add_create_tenant(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "create-tenant", help="open new books: organisation, chart of accounts, fiscal years, roles"
    )
    parser.add_argument("code", metavar="CODE", help="stands in every address: small letters, digits, dashes")
    parser.add_argument("--name", required=True, help="the organisation's name")
    parser.add_argument(
        "--country", default=Country.DE, choices=Country.values, help="decides figures, charts and taxes (DE)"
    )
    parser.add_argument("--chart", choices=Chart.values, help="chart of accounts (DE: SKR03, AT: EKR, CH: KMU)")
    parser.add_argument("--first-year", type=int, metavar="YEAR", help="the first fiscal year (last year)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_create_tenant)


def _add_create_user(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "create-user", help="let a person into books; prints a one-time link for their password"
    )
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--tenant", required=True, metavar="CODE", help="whose books")
    parser.add_argument("--role", required=True, help="administrator, bookkeeper, treasurer, reader, or a role's name")
    parser.add_argument("--name", default="", help="how the person is called")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the pages answer (http://127.0.0.1:8000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_create_user)


def run_create_tenant(args: argparse.Namespace) -> int:
    """Open new books."""
    chart = args.chart or CHARTS[Country(args.country)]
    first_year = args.first_year or today(args.country).year - 1
    with tenant(reserve_tenant_id()):
        made = create_tenant(
            args.code, name=args.name, country=args.country, chart=chart, first_year=first_year, by=None
        )
    facts = {"code": made.code, "name": made.name, "country": made.country, "chart": made.chart,
             "currency": made.base_currency, "first_year": first_year}  # fmt: skip
    _print(
        facts,
        f"Books “{made.code}” are open: {made.name}, {made.chart}, {made.base_currency}, from {first_year} on.",
        args,
    )
    return 0


def run_create_user(args: argparse.Namespace) -> int:
    """Let a person in; a new one gets a one-time link."""
    books = tenant_of_code(args.tenant)
    known = user_by_email(args.email)
    with tenant(books.id):
        person = known or create_user(args.email, name=args.name)
        grant_access(person, tenant=books, role=args.role, by=None)
    link = args.url.rstrip("/") + one_time_link(person) if not person.has_usable_password() else ""
    words = f"{person.email} may enter “{books.code}” as {args.role}."
    _print(
        {"email": person.email, "tenant": books.code, "role": args.role, "link": link},
        f"{words}\n{link}".rstrip(),
        args,
    )
    return 0


def _print(facts: dict[str, object], words: str, args: argparse.Namespace) -> None:
    print(json.dumps(facts) if args.json else words)
