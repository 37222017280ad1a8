"""Second factors: sealed secrets, a picture without style, devices by name."""

import pytest
from django.test import override_settings
from django.utils import translation

from kontor.organisations.rules.devices import Device, device_of
from kontor.organisations.second_factor import KontorMfaAdapter
from kontor.organisations.templatetags.devices import device_name

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_secret_is_stored_sealed_and_opens_again() -> None:
    adapter = KontorMfaAdapter()

    stored = adapter.encrypt(SECRET)

    assert SECRET not in stored
    assert adapter.decrypt(stored) == SECRET


def test_a_secret_from_before_sealing_still_counts() -> None:
    assert KontorMfaAdapter().decrypt(SECRET) == SECRET


def test_with_another_key_no_code_fits_and_nothing_breaks() -> None:
    adapter = KontorMfaAdapter()
    stored = adapter.encrypt(SECRET)

    with override_settings(SECRET_KEY="another key " * 8, SECRET_KEY_FALLBACKS=[]):
        opened = {adapter.decrypt(stored) for _ in range(2)}

    assert SECRET not in opened
    assert len(opened) == 2


def test_the_picture_needs_no_style_and_says_what_it_is() -> None:
    with translation.override("de"):
        image = KontorMfaAdapter().build_totp_svg(f"otpauth://totp/a%40b.example?secret={SECRET}&issuer=Kontor")

    assert image.startswith("<svg ")
    assert 'role="img" aria-label="QR-Code für die Authenticator-App"' in image
    assert "style" not in image
    assert "viewBox" in image


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
CHROME = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system", "held"),
    [
        (FIREFOX, "Firefox", "Linux", "on a desk"),
        (EDGE, "Edge", "Windows", "on a desk"),
        (SAFARI, "Safari", "iPhone", "in the hand"),
        (CHROME, "Chrome", "Android", "in the hand"),
        ("curl/8.14", "", "", "on a desk"),
    ],
)
def test_a_device_is_named_by_browser_and_system(user_agent: str, browser: str, system: str, held: str) -> None:
    found = device_of(user_agent)

    assert found == Device(browser=browser, system=system)
    assert found.is_phone == (held == "in the hand")


def test_a_device_that_says_nothing_is_unknown() -> None:
    with translation.override("de"):
        assert device_name(device_of("")) == "Unbekanntes Gerät"
        assert device_name(device_of("curl/8 (Linux)")) == "Linux"
        assert device_name(Device(browser="Firefox", system="Windows")) == "Firefox auf Windows"
