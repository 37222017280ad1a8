"""Kontor behind a proxy that speaks https, as it stands on the internet."""

from __future__ import annotations

import datetime as dt
import http.client
import http.server
import re
import secrets
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.chaos.test_processes import RunningOffice
from tests.harness import cluster

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

NAME = "kontor.test"
_LIMITED = "Zu viele vergebliche Anmeldungen"
PUBLIC = {"KONTOR_URL": f"https://{NAME}", "KONTOR_PROXIES": "1"}


class PublicOffice(RunningOffice):
    """An office that knows its public address."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | PUBLIC

    def answers(self) -> bool:
        return True


def _certificate(folder: Path) -> Path:
    """Write a key and its own certificate for the public name; returns the file of both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    at = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - dt.timedelta(days=1))
        .not_valid_after(at + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "proxy.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _proxy(office_port: int) -> type[http.server.BaseHTTPRequestHandler]:
    class Proxy(http.server.BaseHTTPRequestHandler):
        """Passes everything on, as nginx and Caddy do: appends the client's address, overwrites the scheme."""

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "x-forwarded-proto"}
            before = headers.pop("X-Forwarded-For", "")
            headers["X-Forwarded-For"] = f"{before}, {self.client_address[0]}" if before else self.client_address[0]
            headers["X-Forwarded-Proto"] = "https"
            inner = http.client.HTTPConnection("127.0.0.1", office_port, timeout=30)
            inner.request(self.command, self.path, body, headers)
            answer = inner.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "content-length", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  # the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Proxy


class Site:
    """What a browser at the public address sees."""

    def __init__(self, office: RunningOffice, port: int, trust: ssl.SSLContext) -> None:
        self.office, self.port, self.trust = office, port, trust

    def ask(
        self, path: str, *, body: str = "", headers: dict[str, str] | None = None, host: str = NAME
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Ask over https; returns status, headers and page."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust, timeout=30)
        plain = {"Host": host, "Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        connection.request("POST" if body else "GET", path, body or None, plain)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def ask_directly(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Ask past the proxy, over plain http."""
        connection = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=30)
        connection.request("GET", path, headers={"Host": NAME, **headers})
        return connection.getresponse()

    def sign_in(self, email: str, **headers: str) -> tuple[int, str]:
        """Try to sign in as somebody who is not known; returns status and page."""
        _, seen, page = self.ask("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        cookies = "; ".join(one.split(";")[0] for one in seen.get_all("Set-Cookie", []))
        sent = {"Cookie": cookies, "Origin": f"https://{NAME}", **headers}
        status, _, answer = self.ask(
            "/accounts/login/", body=f"csrfmiddlewaretoken={token[1]}&login={email}&password=wrong", headers=sent
        )
        return status, answer


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Start an office behind a proxy with https."""
    folder = cluster.test_folder() / f"public-{secrets.token_hex(4)}"
    folder.mkdir()
    cluster.fill_with_migrated(folder / "data")
    office = PublicOffice(folder / "data")
    certificate = _certificate(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _proxy(office.port))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    trust = ssl.create_default_context(cafile=str(certificate))
    trust.check_hostname = False  # the test asks 127.0.0.1; the certificate is still proved
    yield Site(office, server.server_address[1], trust)
    server.shutdown()
    office.stop()


def test_cookies_are_bound_to_the_host_and_to_https(site: Site) -> None:
    status, headers, _ = site.ask("/accounts/login/")

    cookies = headers.get_all("Set-Cookie", [])
    assert status == 200
    assert [one.split("=")[0] for one in cookies] == ["__Host-kontor_csrf"]
    assert all("Secure" in one and "Path=/" in one and "Domain" not in one for one in cookies)


def test_browsers_are_told_to_come_by_https_only(site: Site) -> None:
    assert "max-age=31536000" in site.ask("/accounts/login/")[1]["Strict-Transport-Security"]


def test_a_form_of_our_own_is_taken_and_one_of_others_is_not(site: Site) -> None:
    assert site.sign_in("nobody@example.org")[0] == 200
    assert site.sign_in("nobody@example.org", Origin="https://evil.example")[0] == 403
    assert site.sign_in("nobody@example.org", Origin=f"http://{NAME}")[0] == 403


def test_whoever_comes_without_https_is_sent_there(site: Site) -> None:
    answer = site.ask_directly("/accounts/login/")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/accounts/login/")
    assert answer.headers["Set-Cookie"] is None


def test_health_is_asked_without_https(site: Site) -> None:
    assert site.ask_directly("/healthz").status == 200
    assert site.ask_directly("/readyz", Host="127.0.0.1").status == 200


def test_another_host_name_is_not_served(site: Site) -> None:
    assert site.ask("/accounts/login/", host="evil.example")[0] == 400


def test_a_made_up_address_does_not_lift_the_limit_of_sign_ins(site: Site) -> None:
    pages = [
        site.sign_in(f"nobody{turn}@example.org", **{"X-Forwarded-For": f"203.0.113.{turn}"})[1] for turn in range(14)
    ]

    assert _LIMITED not in pages[0]
    assert _LIMITED in pages[-1]


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        (["--host", "192.0.2.7"], {}, "without https"),
        ([], {"KONTOR_URL": f"https://{NAME}"}, "KONTOR_PROXIES"),
        ([], {"KONTOR_SMTP_URL": "smtp://a:b@mail.example.org"}, "unencrypted"),
        ([], {"KONTOR_FILES": "bucket"}, "KONTOR_FILES"),
        ([], {"KONTOR_AUDIT_KEY": "short"}, "too short"),
    ],
)
def test_kontor_does_not_start_with_a_dangerous_setting(
    site: Site, tmp_path: Path, words: list[str], environ: dict[str, str], sentence: str
) -> None:
    plain = RunningOffice.environment.fget(site.office)  # type: ignore[attr-defined]
    command = [*site.office.command("serve", "--port", "0", *words)[:-1], str(tmp_path / "data")]
    refused = subprocess.run(command, env=plain | environ, check=False, capture_output=True, text=True, timeout=60)

    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
