"""The anchor [Anker]: the head of the audit chain, signed, to be kept outside of Kontor.

Whoever holds yesterday's anchor can prove today that nothing before it was changed: the chain must still
contain its number with its hash. Signed with Ed25519 (RFC 8032), so that the signature can be checked with
the public key in the file alone.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kontor.core.audit import ChainStatus

KIND = "kontor-audit-anchor-1"

type Anchor = dict[str, str | int]


def make_anchor(status: ChainStatus, *, tenant_code: str, on: date, at: datetime, secret: str) -> Anchor:
    """Return the signed anchor of a chain's head; hashes and signature as hex digits."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{KIND}:{secret}".encode()).digest())
    anchor: Anchor = {
        "kind": KIND, "tenant": tenant_code, "day": on.isoformat(), "at": at.isoformat(),
        "number": status.number, "hash": status.hash, "public_key": key.public_key().public_bytes_raw().hex(),
    }  # fmt: skip
    return anchor | {"signature": key.sign(_signed_bytes(anchor)).hex()}


def is_genuine(anchor: Anchor) -> bool:
    """Tell whether the anchor is what its public key signed."""
    unsigned = {name: value for name, value in anchor.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(anchor["public_key"])))
        key.verify(bytes.fromhex(str(anchor["signature"])), _signed_bytes(unsigned))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return anchor.get("kind") == KIND


def _signed_bytes(anchor: Anchor) -> bytes:
    """Return the anchor without its signature as one canonical line of JSON."""
    return json.dumps(anchor, sort_keys=True, separators=(",", ":")).encode()
