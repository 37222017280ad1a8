"""A certificate authority for the tests of TLS, and server certificates of it: right, for another name, expired."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kontor.core import clock

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs; `file` is what clients trust."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    @property
    def file(self) -> Path:
        """Return the authority's own certificate as a file."""
        return self.folder / "ca.pem"

    def server(self, name: str = "127.0.0.1", *, until: timedelta = YEAR) -> tuple[Path, Path]:
        """Return files of a certificate for a host or address, and of its key."""
        key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
        place: x509.GeneralName
        try:
            place = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            place = x509.DNSName(name)
        signed = (
            _builder(name, self.certificate.subject, now=now, until=until)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([place]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        made = self.folder / "server.pem", self.folder / "server.key"
        made[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        made[1].write_bytes(_pem(key))
        return made


def an_authority(folder: Path) -> Authority:
    """Make an authority that nobody knows yet."""
    folder.mkdir(exist_ok=True)
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
    certificate = (
        _builder("Test authority", name, now=now, until=YEAR)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Authority(key, certificate, folder)
    made.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return made


def _builder(name: str, issuer: x509.Name, *, now: datetime, until: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * YEAR)
        .not_valid_after(now + until)
    )


def _usage() -> x509.KeyUsage:
    """Return that the key signs certificates and nothing else."""
    return x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
