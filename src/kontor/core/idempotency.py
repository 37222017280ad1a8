"""An act asked for twice under one key happens once and answers the same."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import connection
from django_subatomic import db

from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id

type Answer = dict[str, object]


class KeyReused(Refusal):
    """The same key came with another body."""

    sentence = gettext_noop("This form was already sent with other contents. Please open it anew.")
    status = 409


@db.transaction_required
def claim(key: str, *, action: str, body: object, at: datetime) -> Answer | None:
    """Claim `key` for this act; return the earlier answer if it was done before, None if it is to be done now.

    A second claimant waits for the first one's commit.

    Raises:
        KeyReused: the key was used for another act or body.
    """
    digest = hashlib.sha256(json.dumps([action, body], sort_keys=True, default=str).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotency (tenant_id, key, action, body_hash, created_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id",
            [current_tenant_id(), key, action, digest, at],
        )
        if cursor.fetchone():
            return None
        cursor.execute(
            "SELECT body_hash, result FROM core_idempotency WHERE tenant_id = %s AND key = %s",
            [current_tenant_id(), key],
        )
        known, result = cursor.fetchone()
    if bytes(known) != digest:
        raise KeyReused
    return json.loads(result) if result else {}


@db.transaction_required
def answer(key: str, *, result: Answer) -> None:
    """Keep the answer for whoever asks again under `key`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_idempotency SET result = %s WHERE tenant_id = %s AND key = %s",
            [json.dumps(result), current_tenant_id(), key],
        )


@db.transaction_required
def release(key: str) -> None:
    """Free a key claimed in this transaction: nothing was done under it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_idempotency WHERE tenant_id = %s AND key = %s AND result IS NULL",
            [current_tenant_id(), key],
        )
