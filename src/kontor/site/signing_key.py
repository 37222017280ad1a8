"""The key that signs the anchors of the record, and the public keys whose anchors are believed."""

import os
from collections.abc import Mapping
from pathlib import Path

from kontor.site.data_folder import DataFolder
from kontor.site.start_refused import StartRefused

_LENGTH_MIN = 32


def signing_secret(data: DataFolder, environ: Mapping[str, str] = os.environ) -> str:
    """Return the secret of the anchors: KONTOR_AUDIT_KEY, the file KONTOR_AUDIT_KEY_FILE, else `secrets.json`.

    Machines that share nothing but KONTOR_SECRET_KEY and have no `secrets.json` sign with a key derived from that.

    Raises:
        StartRefused: the key is too short, or its file cannot be read.
    """
    key = environ.get("KONTOR_AUDIT_KEY", "").strip()
    named = environ.get("KONTOR_AUDIT_KEY_FILE", "")
    if named and not key:
        try:
            key = Path(named).read_text().strip()
        except OSError as fault:
            raise StartRefused(f"KONTOR_AUDIT_KEY_FILE cannot be read: {fault.strerror}.") from None
    if not key and not data.secrets_file.exists():
        key = environ.get("KONTOR_SECRET_KEY", "")
    if not key:
        return data.secrets.audit_signing_key
    if len(key) < _LENGTH_MIN:
        raise StartRefused(f"The key of the anchors is too short: use {_LENGTH_MIN} random characters or more.")
    return key


def retired_public_keys(data: DataFolder, environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Return the public keys (hex) of earlier signing keys: KONTOR_AUDIT_PUBLIC_KEYS and those in `secrets.json`."""
    named = environ.get("KONTOR_AUDIT_PUBLIC_KEYS", "")
    kept = data.secrets.audit_public_keys if data.secrets_file.exists() else ""
    return frozenset(f"{named} {kept}".replace(",", " ").lower().split())
