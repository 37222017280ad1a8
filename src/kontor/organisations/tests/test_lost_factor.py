"""A lost second factor: the operator takes it away by a command, and the person is told."""

import json
import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from kontor.core.models import PlatformAudit
from kontor.organisations.models import User
from kontor.organisations.queries import tenants_of
from kontor.organisations.tests.mails import last_mail_to, mails_to
from tests.builders import a_member, a_tenant
from tests.harness.cluster import worker_addresses

pytestmark = pytest.mark.usefixtures("database")


def reset(email: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own on the database of this test."""
    addresses = worker_addresses()
    environment = os.environ | {
        "DATABASE_URL": addresses.app, "KONTOR_OWNER_URL": addresses.owner, "KONTOR_OPS_URL": addresses.ops,
        "KONTOR_DATA": str(settings.DATA.root), "DJANGO_SETTINGS_MODULE": "kontor.site.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "kontor", "reset-second-factor", email, *words]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)  # noqa: S603  # our own program


def a_person_with_factors(client: Client) -> User:
    """Sign somebody in who has an authenticator app, a passkey and recovery codes."""
    books = a_tenant()
    person = a_member(books, name="Lena Hartmann")
    for kind in Authenticator.Type:
        Authenticator.objects.create(user=person, type=kind, data={})
    client.force_login(person)
    assert client.get(f"/t/{books.code}/").status_code == 200
    return person


def test_all_factors_go_the_sessions_end_and_the_person_is_told(client: Client) -> None:
    lena, other = a_person_with_factors(client), a_member(a_tenant())
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})
    key = client.session.session_key

    done = reset(lena.email.upper(), "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "email": lena.email, "removed": {"recovery_codes": 1, "totp": 1, "webauthn": 1}, "sessions": 1,
    }  # fmt: skip
    assert not Authenticator.objects.filter(user=lena).exists()
    assert Authenticator.objects.filter(user=other).exists()
    assert not UserSession.objects.filter(user=lena).exists()
    assert not Session.objects.filter(session_key=key).exists()
    answer = client.get(f"/t/{tenants_of(lena)[0].code}/")
    assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)
    record = PlatformAudit.objects.filter(object_type="organisations.user", object_id=lena.pk, operation="DELETE")
    assert sorted(row.details["second_factor"] for row in record) == ["recovery_codes", "totp", "webauthn"]
    assert {row.details["verb"] for row in record} == {"organisations.reset_second_factor"}
    letter = last_mail_to(lena.email)
    assert letter.subject == "Der zweite Faktor des Kontos wurde zurückgesetzt"
    assert "Lena Hartmann" in letter.text


def test_the_terminal_says_in_words_what_went(client: Client) -> None:
    lena = a_person_with_factors(client)

    done = reset(lena.email)

    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"{lena.email} signs in by password again. Removed: recovery codes 1, authenticator app 1, passkeys 1. "
        "Sessions ended: 1. A mail tells them.\n"
    )


def test_without_a_second_factor_nothing_changes(client: Client) -> None:
    lena = a_person_with_factors(client)
    reset(lena.email)
    client.force_login(lena)

    again = reset(lena.email)

    assert (again.returncode, again.stdout) == (0, f"{lena.email} has no second factor. Nothing was changed.\n")
    assert client.get(f"/t/{tenants_of(lena)[0].code}/").status_code == 200
    assert len(mails_to(lena.email)) == 1


def test_an_unknown_address_is_refused_in_a_sentence() -> None:
    refused = reset("nobody@nowhere.example", "--json")

    sentence = "There is no account for nobody@nowhere.example. Nothing was changed."
    assert refused.returncode == 1
    assert json.loads(refused.stdout) == {"error": sentence}
    assert refused.stderr == f"{sentence}\n"
