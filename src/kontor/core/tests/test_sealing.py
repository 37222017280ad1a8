"""Secrets that are stored to be used again."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from kontor.core.sealing import SealBroken, seal, unseal


@given(st.text(max_size=200))
def test_a_secret_comes_back_for_its_purpose_and_stands_nowhere_in_the_sealed_bytes(secret: str) -> None:
    sealed = seal(secret, purpose="mailbox:1:7")

    assert unseal(sealed, purpose="mailbox:1:7") == secret
    assert len(secret) < 4 or secret.encode() not in sealed


def test_a_secret_of_another_row_does_not_open() -> None:
    sealed = seal("korrekt-pferd", purpose="mailbox:1:7")

    with pytest.raises(SealBroken):
        unseal(sealed, purpose="mailbox:2:7")


@pytest.mark.parametrize("place", [0, 13, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(seal("korrekt-pferd", purpose="x"))
    sealed[place] ^= 1

    with pytest.raises(SealBroken):
        unseal(bytes(sealed), purpose="x")


def test_a_secret_sealed_under_an_earlier_key_opens_as_long_as_that_key_is_named() -> None:
    with override_settings(SECRET_KEY="alt" * 20):
        sealed = seal("korrekt-pferd", purpose="x")

    with override_settings(SECRET_KEY="neu" * 20, SECRET_KEY_FALLBACKS=["alt" * 20]):
        assert unseal(sealed, purpose="x") == "korrekt-pferd"
    with override_settings(SECRET_KEY="neu" * 20), pytest.raises(SealBroken):
        unseal(sealed, purpose="x")


def test_what_is_too_short_to_be_sealed_is_refused() -> None:
    with pytest.raises(SealBroken):
        unseal(b"", purpose="x")
