"""Verbs of the command line: opening books, letting people in."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kontor.core.clock import today
from kontor.core.tenancy import tenant
from kontor.organisations.actions import create_tenant, create_user, grant_access, reserve_tenant_id
from kontor.organisations.door import acting
from kontor.organisations.founding import create_activation_code
from kontor.organisations.links import one_time_link
from kontor.organisations.lost_factor import reset_second_factor
from kontor.organisations.metering import measure
from kontor.organisations.models import Chart, Country
from kontor.organisations.queries import tenant_of_code, user_by_email
from kontor.organisations.rules.charts import check_chart
from kontor.organisations.rules.plans import PRESETS
from kontor.organisations.subscribing import load_plans, order_plan, plan_of_code, plans_of_text

DAYS_MAX = 3650
FACTORS = {"totp": "authenticator app", "webauthn": "passkeys", "recovery_codes": "recovery codes"}
CHARTS = {Country.DE: Chart.SKR03, Country.AT: Chart.EKR, Country.CH: Chart.KMU}


def add_parsers(subparsers: Any) -> None:
    """Add `create-tenant`, `create-user`, `reset-second-factor`, `create-activation-code`, `load-plans`, `set-plan`."""
    _add_create_tenant(subparsers)
    _add_create_user(subparsers)
    _add_reset_second_factor(subparsers)
    _add_create_activation_code(subparsers)
    _add_load_plans(subparsers)
    _add_set_plan(subparsers)


def _add_create_tenant(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "create-tenant",
        help="open new books: organisation, chart of accounts, fiscal years, roles",
        description="Open new books: an organisation of this name with its chart of accounts, fiscal years and roles. "
        "Nobody can enter them yet; create-user lets the first person in.",
    )
    parser.add_argument("code", metavar="CODE", help="stands in every address: small letters, digits, dashes")
    parser.add_argument("--name", required=True, help="the organisation's name")
    parser.add_argument(
        "--country",
        type=str.upper,
        default=Country.DE,
        choices=Country.values,
        help="decides figures, charts and taxes (DE)",
    )
    parser.add_argument(
        "--chart", type=str.upper, choices=Chart.values, help="chart of accounts (DE: SKR03, AT: EKR, CH: KMU)"
    )
    parser.add_argument(
        "--first-year",
        type=int,
        choices=range(2000, 2101),
        metavar="YEAR",
        help="the year in which the first fiscal year begins (last year)",
    )
    parser.add_argument(
        "--first-month",
        type=int,
        default=1,
        choices=range(1, 13),
        metavar="MONTH",
        help="the month, 1 to 12, in which fiscal years begin (1)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_create_tenant)


def _add_create_user(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "create-user",
        help="let a person into books; prints a one-time link for their password",
        description="Let a person into books with a role. Whoever has no account yet gets one, and the link that is "
        "printed lets them choose their password once.",
    )
    parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    parser.add_argument("--tenant", required=True, metavar="CODE", help="whose books")
    parser.add_argument(
        "--role",
        required=True,
        help="administrator, bookkeeper, treasurer, reader, submitter, reviewer, or a role's name",
    )
    parser.add_argument("--name", default="", help="how the person is called")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the pages answer (http://127.0.0.1:8000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_create_user)


def _add_reset_second_factor(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "reset-second-factor",
        help="take a lost second factor away, so that a person gets in again",
        description="Take all second factors of a person away: authenticator app, passkeys, recovery codes. They are "
        "signed out everywhere, get a mail about it, and sign in by password; where the organisation demands a second "
        "factor, a new one is set up before anything else. Make sure first that it is really them who ask.",
    )
    parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_reset_second_factor)


def _add_create_activation_code(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "create-activation-code",
        help="print a code with which somebody may found one organisation",
        description="Print a code with which somebody may found one organisation, where KONTOR_REGISTRATION is code. "
        "It is shown only now and holds once.",
    )
    parser.add_argument("--note", default="", help="for whom it is; only the operator sees it")
    parser.add_argument("--days", type=_days, default=30, metavar="N", help="how long it holds (30)")
    parser.add_argument("--plan", metavar="PLAN", help="the plan that the organisation gets, whatever it chooses")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_create_activation_code)


def _add_load_plans(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "load-plans",
        help="offer the plans Free, Basic and Premium, or those of a file; without, nothing is limited",
        description="Offer plans with limits to organisations: Free, Basic and Premium, or those of a file. Before "
        "that nothing is limited. Plans that are there already are brought up to date.",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="plans as JSON: a list of objects (docs: fields of a plan)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_load_plans)


def _add_set_plan(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "set-plan", help="put the organisation of some books on a plan",
        description="Put the organisation that these books belong to on a plan, at once and without an end.",
    )  # fmt: skip
    parser.add_argument("code", metavar="CODE", help="any books of the organisation")
    parser.add_argument("plan", metavar="PLAN", help="unlimited, free, basic, premium, or another that was loaded")
    parser.add_argument("--seats", type=int, default=0, metavar="N", help="further dashboard seats (0)")
    parser.add_argument("--storage", type=int, default=0, metavar="N", help="further units of storage (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_set_plan)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= DAYS_MAX:
        raise argparse.ArgumentTypeError(f"give a number of days from 1 to {DAYS_MAX}")
    return int(text)


def run_create_activation_code(args: argparse.Namespace) -> int:
    """Make an activation code."""
    on = today()
    with acting(by=None):
        plan = plan_of_code(args.plan) if args.plan else None
        code = create_activation_code(note=args.note, days=args.days, plan=plan, on=on, by=None)
    facts = {"code": code, "days": args.days, "plan": args.plan or "", "note": args.note}
    _print(facts, f"{code}\nIt founds one organisation and holds {args.days} days. It is shown only now.", args)
    return 0


def run_load_plans(args: argparse.Namespace) -> int:
    """Write plans down."""
    presets = plans_of_text(Path(args.file).read_text(encoding="utf-8")) if args.file else PRESETS
    with acting(by=None):
        made = load_plans(presets)
    codes = [plan.code for plan in made]
    _print({"plans": codes}, f"Plans: {', '.join(codes)}.", args)
    return 0


def run_set_plan(args: argparse.Namespace) -> int:
    """Put an organisation on a plan and say what it uses."""
    organisation = tenant_of_code(args.code).organisation
    with acting(by=None):
        plan = plan_of_code(args.plan)
        order_plan(organisation, plan=plan, extra_seats=args.seats, extra_units=args.storage, on=today(), by=None)
    used = asdict(measure(organisation))
    words = ", ".join(f"{kind} {amount}" for kind, amount in used.items())
    _print(
        {"organisation": organisation.name, "plan": plan.code, "used": used},
        f"{organisation.name} is on the plan “{plan.name}”. In use: {words}.",
        args,
    )
    return 0


def run_create_tenant(args: argparse.Namespace) -> int:
    """Open new books."""
    chart = args.chart or CHARTS[Country(args.country)]
    check_chart(chart, country=args.country)
    first_year = args.first_year or today(args.country).year - 1
    with tenant(reserve_tenant_id()):
        made = create_tenant(
            args.code,
            name=args.name,
            country=args.country,
            chart=chart,
            first_year=first_year,
            first_month=args.first_month,
            by=None,
        )
    facts = {"code": made.code, "name": made.name, "country": made.country, "chart": made.chart,
             "currency": made.base_currency, "first_year": first_year, "first_month": args.first_month}  # fmt: skip
    _print(
        facts,
        f"Books “{made.code}” are open: {made.name}, {made.chart}, {made.base_currency}, from {first_year}-{args.first_month:02} on.",
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


def run_reset_second_factor(args: argparse.Namespace) -> int:
    """Take a lost second factor away and say what went with it."""
    with acting(by=None):
        done = reset_second_factor(args.email)
    kinds = ", ".join(f"{FACTORS.get(kind, kind)} {count}" for kind, count in sorted(done.removed.items()))
    words = f"{done.person.email} has no second factor. Nothing was changed."
    if kinds:
        words = (
            f"{done.person.email} signs in by password again. Removed: {kinds}. Sessions ended: {done.sessions}. "
            "A mail tells them."
        )
    _print({"email": done.person.email, "removed": done.removed, "sessions": done.sessions}, words, args)
    return 0


def _print(facts: dict[str, object], words: str, args: argparse.Namespace) -> None:
    print(json.dumps(facts) if args.json else words)
