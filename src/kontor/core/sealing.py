"""Sealing secrets that must be used again, such as the password of a mailbox: AES-256-GCM under a key of the installation.

The key is derived from SECRET_KEY (HKDF, RFC 5869), earlier ones from SECRET_KEY_FALLBACKS. A sealed secret opens only
for the purpose it was sealed for, so that nobody can swap two of them in the database.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kontor.core.refusal import Refusal, gettext_noop

_NONCE_BYTES = 12


class SealBroken(Refusal):
    """The key of the installation has changed, or somebody touched the row."""

    sentence = gettext_noop(
        "The stored password cannot be opened any more, because the key of this installation has changed. "
        "Please enter the password again."
    )
    status = 409


def seal(secret: str, *, purpose: str) -> bytes:
    """Return the secret as bytes to be stored: nonce and ciphertext."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, secret.encode(), purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """Return what was sealed for this very purpose.  Raises: SealBroken."""
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(key)).decrypt(nonce, ciphertext, purpose.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealBroken


def _key(secret_key: str | bytes) -> bytes:
    secret = secret_key.encode() if isinstance(secret_key, str) else secret_key
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kontor sealed secrets").derive(secret)
