"""What sends money away asks for the password anew, and goes on with what was typed."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.openitems.models import OpenItem
from kontor.payments.models import BatchState, PaymentBatch

from .treasury import Treasury, a_treasury

PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture
def treasury(database: None) -> Treasury:
    return a_treasury()


@pytest.fixture
def client(treasury: Treasury) -> Client:
    """Return a browser of the bookkeeper, who has a password and has not proved it lately."""
    treasury.clerk.set_password(PASSWORD)
    treasury.clerk.save(update_fields=["password"])
    return treasury.client()


def prove(client: Client, *, on_the_way_to: str) -> str:
    """Type the password where the last answer led; returns where it leads."""
    answer = client.post(f"/accounts/reauthenticate/?next={on_the_way_to}", {"password": PASSWORD})
    assert answer.status_code == 302
    return answer["Location"]


def test_a_payment_file_is_written_only_after_a_fresh_sign_in(treasury: Treasury, client: Client) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    export = treasury.path(f"{batch_id}/export")

    asked = client.post(export)

    assert "/accounts/reauthenticate/" in asked["Location"]
    with treasury.open():
        assert PaymentBatch.objects.get().state == BatchState.DRAFT

    assert prove(client, on_the_way_to=export) == treasury.path(f"{batch_id}/")
    with treasury.open():
        assert PaymentBatch.objects.get().state == BatchState.EXPORTED
        treasury.nothing_is_wrong()


def test_a_list_is_set_paid_on_the_typed_day_after_a_fresh_sign_in(treasury: Treasury, client: Client) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    settle = treasury.path(f"{batch_id}/settle")

    asked = client.post(settle, {"day": "11.03.2026"})

    assert "/accounts/reauthenticate/" in asked["Location"]
    with treasury.open():
        assert OpenItem.objects.get().amount_open == 119_00

    prove(client, on_the_way_to=settle)
    with treasury.open():
        assert OpenItem.objects.get().amount_open == 0
        treasury.nothing_is_wrong()
    assert "11.03.2026" in client.get(treasury.path(f"{batch_id}/")).content.decode()


def test_a_payment_file_is_handed_out_only_after_a_fresh_sign_in(treasury: Treasury, client: Client) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    client.post(treasury.path(f"{batch_id}/export"))
    prove(client, on_the_way_to=treasury.path(f"{batch_id}/export"))
    later = treasury.client()
    file = treasury.path(f"{batch_id}/file")

    asked = later.get(file)

    assert "/accounts/reauthenticate/" in asked["Location"]
    assert prove(later, on_the_way_to=file) == file
    assert b"119.00" in b"".join(later.get(file))
