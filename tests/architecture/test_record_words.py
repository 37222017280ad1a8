"""The record calls each kind of object by a word."""

from __future__ import annotations

import psycopg
from django.utils.translation import gettext

from kontor.core.audit import wording_of


def test_every_kind_of_object_in_the_record_has_a_word_in_german(owner_connection: psycopg.Connection) -> None:
    arguments = owner_connection.execute(
        "SELECT DISTINCT tgargs FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'audit_change'"
    ).fetchall()
    kinds = {bytes(row[0]).split(b"\0")[0].decode() for row in arguments}

    assert len(kinds) > 30
    assert {kind for kind in kinds if wording_of(kind) == kind} == set()
    assert {kind for kind in kinds if gettext(wording_of(kind)) == wording_of(kind)} <= {"projects.project"}
