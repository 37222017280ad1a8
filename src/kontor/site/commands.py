"""Verbs of those who run Kontor and need its tables: anchors, check-anchors, mails."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from kontor.core.anchors import Anchor, NotAnAnchor, anchors, fault_of, make_anchor, public_key_of
from kontor.core.chain import chain_status
from kontor.core.clock import now, today
from kontor.core.mail import failed_mails, try_again, waiting_mails
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.organisations.queries import tenant_of_code


def add_parsers(subparsers: Any) -> None:
    """Add the verbs."""
    kept = subparsers.add_parser(
        "anchors",
        help="print the signed anchors of the record, to be kept elsewhere",
        description="Print the kept anchors of the record as JSON, one a line, and today's head at the end. Keep them "
        "outside of Kontor: whoever holds one can prove later that nothing before it was changed.",
    )
    kept.add_argument("--tenant", metavar="CODE", help="only these books")
    kept.add_argument("--public-key", action="store_true", help="print only the public key that they are signed with")
    kept.set_defaults(run=run_anchors)
    check = subparsers.add_parser(
        "check-anchors",
        help="prove the record against anchors that were kept elsewhere",
        description="Prove the record against anchors that were kept elsewhere: files of `anchors` or of the page of "
        "the record. Exit status 1 if one does not hold.",
    )
    check.add_argument("files", metavar="FILE", type=Path, nargs="+")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(run=run_check_anchors)
    mails = subparsers.add_parser(
        "mails",
        help="list the mails that wait or could not be delivered",
        description="List the mails that wait or could not be delivered, with what the mail server said. "
        "Exit status 1 if one has failed for good.",
    )
    mails.add_argument("--retry", metavar="NUMBER", type=int, help="put a failed mail back into the queue")
    mails.add_argument("--json", action="store_true", help="print one JSON object")
    mails.set_defaults(run=run_mails)


def run_anchors(args: argparse.Namespace) -> int:
    """Print the anchors."""
    if args.public_key:
        print(public_key_of(settings.AUDIT_SIGNING_SECRET))
        return 0
    for books in [tenant_of_code(args.tenant)] if args.tenant else Tenant.objects.order_by("code"):
        with tenant(books.id):
            for anchor in reversed(anchors()):
                print(json.dumps(anchor.signed))
            head = chain_status(links_max=1)
            if head.number:
                secret = settings.AUDIT_SIGNING_SECRET
                print(
                    json.dumps(
                        make_anchor(head, tenant_code=books.code, on=today(books.country), at=now(), secret=secret)
                    )
                )
    return 0


def run_check_anchors(args: argparse.Namespace) -> int:
    """Prove the record against files; 1 if an anchor does not hold."""
    results = [(file, anchor, _fault(anchor)) for file in args.files for anchor in _anchors_in(file)]
    if args.json:
        told = [
            {"file": str(file), "tenant": anchor["tenant"], "day": anchor["day"], "fault": fault}
            for file, anchor, fault in results
        ]
        print(json.dumps({"ok": not any(fault for *_, fault in results), "anchors": told}))
    else:
        for _, anchor, fault in results:
            print(f"{anchor['tenant']} {anchor['day']} no. {anchor['number']}: {fault or 'holds'}")
    return 1 if any(fault for *_, fault in results) else 0


def run_mails(args: argparse.Namespace) -> int:
    """List mails, or put one back."""
    if args.retry is not None:
        done = try_again(args.retry)
        print(
            json.dumps({"retried": done})
            if args.json
            else "It is tried again."
            if done
            else "No failed mail has this number."
        )
        return 0 if done else 1
    found = [*waiting_mails(), *failed_mails()]
    told = [
        {
            "number": str(m.id),
            "state": m.state,
            "to": m.to,
            "subject": m.subject,
            "attempts": m.attempts,
            "error": m.last_error,
        }
        for m in found
    ]
    if args.json:
        print(json.dumps({"mails": told}))
    else:
        for mail in told:
            print("{number}  {state}  {to}  “{subject}”  attempts: {attempts}  {error}".format(**mail))
        if not told:
            print("No mail waits and none has failed.")
    return 1 if any(mail["state"] == "failed" for mail in told) else 0


def _anchors_in(file: Path) -> list[Anchor]:
    """Read one anchor of a page's file, or one a line.  Raises: NotAnAnchor."""
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        found = [json.loads(text)]
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as fault:
            raise NotAnAnchor(file=file.name) from fault
    if not found or not all(isinstance(each, dict) and {"tenant", "day", "number"} <= each.keys() for each in found):
        raise NotAnAnchor(file=file.name)
    return found


def _fault(anchor: Anchor) -> str:
    books = Tenant.objects.filter(code=anchor["tenant"]).first()
    if books is None:
        return "there are no books of this code"
    with tenant(books.id):
        return fault_of(anchor)
