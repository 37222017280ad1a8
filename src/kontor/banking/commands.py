"""`kontor import-statement`: statement files from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from kontor.banking.actions.importing import import_statement
from kontor.banking.actions.outcomes import Outcome, UnknownMoneyAccount, UnnamedMoneyAccount
from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.core.refinement import AlreadyThere, refined
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.documents.store import open_file, store
from kontor.organisations.queries import tenant_of_code

STATEMENT_BYTES_MAX = 300 * 1024 * 1024


class NoSuchMoneyAccount(Refusal):
    """No money account has the code."""

    sentence = gettext_noop("There is no money account with the code “%(code)s”. Known codes: %(known)s.")


class NoSuchFile(Refusal):
    """The path leads nowhere."""

    sentence = gettext_noop("The file %(path)s cannot be opened: %(reason)s.")


def add_parsers(subparsers: Any) -> None:
    """Add `import-statement`."""
    parser = subparsers.add_parser(
        "import-statement",
        help="take bank statements over: camt.052/053/054, MT940, MT942, CSV, also zipped",
        description="Take bank statements over. Each transaction is taken once, however often it comes; "
        "a file that cannot be read is refused with a sentence and nothing of it is taken.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="statement files")
    parser.add_argument("--tenant", required=True, metavar="CODE", help="whose books")
    parser.add_argument("--account", metavar="CODE", help="the money account that the statements belong to")
    parser.add_argument(
        "--create-account", action="store_true", help="open a money account for an IBAN that is not known yet"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Import the files one by one; 0 if each was taken or known."""
    found = tenant_of_code(args.tenant)
    results = [
        _import_one(found.id, path, account_code=args.account, create=args.create_account) for path in args.files
    ]
    if args.json:
        total = {"new": sum(r["new"] for r in results), "known": sum(r["known"] for r in results)}
        json.dump({"files": [{k: v for k, v in r.items() if k != "taken"} for r in results], **total}, sys.stdout)
        print()
    else:
        for result in results:
            print(_line(result))
    return 0 if all(result["taken"] for result in results) else 1


def _import_one(tenant_id: int, path: Path, *, account_code: str | None, create: bool) -> dict[str, Any]:
    try:
        return _taken(tenant_id, path, account_code=account_code, create=create)
    except IntegrityError as fault:
        if not isinstance(refined(fault), AlreadyThere):
            raise
        # Somebody has opened the same account at the same time; now it is there.
        return _taken(tenant_id, path, account_code=account_code, create=create)


def _taken(tenant_id: int, path: Path, *, account_code: str | None, create: bool) -> dict[str, Any]:
    try:
        with tenant(tenant_id), path.open("rb") as stream:
            file = store(stream, name=path.name, owner_type="banking.import", at=clock.now(), by=None,
                         bytes_max=STATEMENT_BYTES_MAX)  # fmt: skip
        with tenant(tenant_id):
            account = _account(account_code) if account_code else None
            outcome = import_statement(
                file, lambda: open_file(file), at=clock.now(), account=account, create_account=create
            )
        return _result(path, outcome)
    except Refusal as no:
        return _failed(path, str(no))
    except OSError as fault:
        return _failed(path, str(NoSuchFile(path=path, reason=fault.strerror or fault)))


def _account(code: str) -> MoneyAccount:
    found = MoneyAccount.objects.filter(code=code).first()
    if found is None:
        raise NoSuchMoneyAccount(code=code, known=", ".join(MoneyAccount.objects.values_list("code", flat=True)) or "–")
    return found


def _result(path: Path, outcome: Outcome) -> dict[str, Any]:
    problems = [_why_not(outcome.refusal)] if outcome.refusal else [str(problem) for problem in outcome.problems]
    return {
        "file": str(path), "format": outcome.format, "statements": outcome.statements, "new": outcome.new,
        "known": outcome.known, "balance_ok": outcome.balance_ok, "problems": problems, "taken": outcome.is_taken,
    }  # fmt: skip


def _why_not(refusal: Refusal) -> str:
    """Return the sentence; whoever has no page to answer on is told the options instead."""
    if not isinstance(refusal, UnknownMoneyAccount):
        return str(refusal)
    opens = "" if isinstance(refusal, UnnamedMoneyAccount) else ", or --create-account to open one for it"
    return f"{refusal} On the command line: --account CODE{opens}."


def _failed(path: Path, sentence: str) -> dict[str, Any]:
    return {
        "file": str(path), "format": "", "statements": 0, "new": 0, "known": 0, "balance_ok": False,
        "problems": [sentence], "taken": False,
    }  # fmt: skip


def _line(result: dict[str, Any]) -> str:
    if not result["taken"]:
        return f"{result['file']}: not taken. {' '.join(result['problems'])}"
    many = "" if result["statements"] == 1 else "s"
    return (
        f"{result['file']}: {result['format']}, {result['statements']} statement{many}, {result['new']} new, "
        f"{result['known']} known. {' '.join(result['problems'])}".rstrip()
    )
