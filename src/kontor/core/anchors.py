"""Anchors [Anker]: the head of the audit chain, signed once a day, and checked against the chain ever after.

Whoever holds yesterday's anchor can prove today that nothing before it was changed: the chain must still
contain its number with its hash. Signed with Ed25519 (RFC 8032), so that the signature can be checked with
the public key in the file alone; whose key it is, the reader must know from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django_subatomic import db

from kontor.core.chain import ChainStatus, chain_status
from kontor.core.invariants import Violation, register_proof
from kontor.core.models import AuditAnchor, AuditLink
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id

KIND = "kontor-audit-anchor-1"
SENTENCE = gettext_noop("The record still holds what its signed anchors say.")

type Anchor = Mapping[str, str | int]


class NotAnAnchor(Refusal):
    """The file is no anchor of ours."""

    sentence = gettext_noop("“%(file)s” holds no anchor of Kontor: give the files that were saved.")


def make_anchor(status: ChainStatus, *, tenant_code: str, on: date, at: datetime, secret: str) -> dict[str, str | int]:
    """Return the signed anchor of a chain's head; hashes and signature as hex digits."""
    anchor: dict[str, str | int] = {
        "kind": KIND, "tenant": tenant_code, "day": on.isoformat(), "at": at.isoformat(),
        "number": status.number, "hash": status.hash, "public_key": public_key_of(secret),
    }  # fmt: skip
    return anchor | {"signature": _private_key(secret).sign(_signed_bytes(anchor)).hex()}


def is_genuine(anchor: Anchor) -> bool:
    """Tell whether the anchor is what its public key signed."""
    unsigned = {name: value for name, value in anchor.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(anchor["public_key"])))
        key.verify(bytes.fromhex(str(anchor["signature"])), _signed_bytes(unsigned))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return anchor.get("kind") == KIND


@lru_cache(maxsize=8)
def public_key_of(secret: str) -> str:
    """Return the public key that belongs to a signing secret, as hex digits."""
    return _private_key(secret).public_key().public_bytes_raw().hex()


def believed_keys() -> frozenset[str]:
    """Return the public keys whose anchors count: today's, the retired ones, and that of the first anchors by hand."""
    ours = {public_key_of(settings.AUDIT_SIGNING_SECRET), public_key_of(settings.SECRET_KEY)}
    return frozenset(ours) | settings.AUDIT_PUBLIC_KEYS


@db.transaction_required
def take_anchor(*, tenant_code: str, on: date, at: datetime) -> AuditAnchor | None:
    """Keep the day's anchor of the open tenant, if the chain has grown since the last one; twice a day changes nothing."""
    status = chain_status(links_max=1)
    last = anchors().first()
    if status.number == 0 or (last is not None and (last.day >= on or last.number >= status.number)):
        return None
    made = make_anchor(status, tenant_code=tenant_code, on=on, at=at, secret=settings.AUDIT_SIGNING_SECRET)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditanchor (tenant_id, day, number, at, signed) VALUES (%s, %s, %s, %s, %s::jsonb) "
            "ON CONFLICT (tenant_id, day) DO NOTHING RETURNING id",
            [current_tenant_id(), on, status.number, at, json.dumps(made)],
        )
        kept = cursor.fetchone()
    return AuditAnchor.objects.get(id=kept[0]) if kept else None


def anchors() -> QuerySet[AuditAnchor]:
    """Return the kept anchors of the open tenant, latest first."""
    return AuditAnchor.objects.order_by("-day")


def fault_of(anchor: Anchor) -> str:
    """Return what is wrong with an anchor against the open tenant's chain; empty if nothing is."""
    if not is_genuine(anchor):
        return "the signature is wrong"
    if str(anchor["public_key"]) not in believed_keys():
        return f"signed with the unknown key {anchor['public_key']}"
    link = AuditLink.objects.filter(number=int(anchor["number"])).values_list("hash", flat=True).first()
    if link is None:
        return f"number {anchor['number']} is no longer in the record"
    if bytes(link).hex() != anchor["hash"]:
        return f"number {anchor['number']} has another hash"
    return ""


def anchors_hold() -> Iterator[Violation]:
    """Yield the kept anchors of the open tenant that the chain no longer bears out."""
    for anchor in anchors():
        fault = fault_of(anchor.signed)
        if fault:
            yield Violation(
                code="anchor_holds", sentence=SENTENCE, object_type="core.anchor", object_id=anchor.id,
                facts=f"{anchor.day} {fault}",
            )  # fmt: skip


register_proof(anchors_hold)


def _private_key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{KIND}:{secret}".encode()).digest())


def _signed_bytes(anchor: Anchor) -> bytes:
    """Return the anchor without its signature as one canonical line of JSON."""
    return json.dumps(anchor, sort_keys=True, separators=(",", ":")).encode()
