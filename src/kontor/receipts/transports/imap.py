"""Visiting a mailbox by IMAP4rev1 (RFC 3501, 9051) with imap-tools: looking, fetching, marking. Nothing is ever deleted.

Addresses inside the own network are refused unless the operator has allowed the host, so that the settings page is no
way to look around there; the checked address is the one that is connected to.
"""

from __future__ import annotations

import imaplib
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from kontor.core.refusal import Refusal, gettext_noop

SECONDS_MAX = 20
STARTTLS_PORT = 143
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxUnreachable(Refusal):
    """Whatever keeps us from the mailbox."""

    sentence = gettext_noop(
        "The mail server %(host)s cannot be reached. Please check name and port, or try again later."
    )
    status = 502


class HostUnknown(MailboxUnreachable):
    """No such name."""

    sentence = gettext_noop("There is no mail server with the name %(host)s. Please check how it is spelt.")


class HostNotAllowed(MailboxUnreachable):
    """An address of the own network."""

    sentence = gettext_noop(
        "The mail server %(host)s lies in the internal network and is not allowed here. Whoever runs this installation "
        "can allow it (KONTOR_INTAKE_HOSTS)."
    )


class HostNotProven(MailboxUnreachable):
    """TLS failed: a wrong certificate, or no TLS at all."""

    sentence = gettext_noop(
        "The connection to %(host)s is not secure: its certificate cannot be verified. Please check name and port."
    )


class WrongMailPassword(MailboxUnreachable):
    """The server refused the sign-in."""

    sentence = gettext_noop(
        "The mail server refused to sign %(user)s in. Please check user name and password; some providers ask for an app "
        "password."
    )


class NoSuchFolder(MailboxUnreachable):
    """The folder to be read, or moved to, is not there."""

    sentence = gettext_noop("The mailbox has no folder “%(folder)s”. Please create it there, or name another one.")


class ConnectionLost(MailboxUnreachable):
    """The server hung up or fell silent."""

    sentence = gettext_noop(
        "The connection to %(host)s broke off. What had arrived is kept; the rest is fetched at the next visit."
    )


class TlsMissing(Refusal):
    """A password would travel in clear."""

    sentence = gettext_noop("Without encryption everybody on the way could read the password. Please switch it on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a mailbox is and who opens it; `archive_folder` "" leaves letters where they are."""

    host: str
    port: int
    uses_tls: bool
    user_name: str
    password: str
    folder: str = "INBOX"
    archive_folder: str = ""

    def __repr__(self) -> str:
        return f"<Address {self.user_name}@{self.host}:{self.port}>"


class Visit:
    """An open mailbox; made by `visiting`. `uid_validity` is the number under which its UIDs hold."""

    def __init__(self, box: BaseMailBox, address: Address) -> None:
        self._box, self._address = box, address
        found = box.client.response("UIDVALIDITY")[1]  # the answer is handed out once
        self.uid_validity = int(found[0]) if found and found[0] else 0

    def uids(self, *, after: int) -> list[int]:
        """Return the UIDs above `after`, in their order."""
        status, data = self._box.client.uid("SEARCH", "UID", f"{after + 1}:*")
        self._check(status)
        return sorted(uid for uid in map(int, (data[0] or b"").split()) if uid > after)

    def size(self, uid: int) -> int:
        """Return the bytes of a letter, -1 if it has gone meanwhile."""
        found = _SIZE.search(b" ".join(_flat(self._fetch(uid, "(RFC822.SIZE)"))))
        return int(found[1]) if found else -1

    def letter(self, uid: int) -> bytes:
        """Return a whole letter without marking it."""
        return _literal(self._fetch(uid, "(BODY.PEEK[])"))

    def head(self, uid: int) -> bytes:
        """Return a letter's header fields without marking it."""
        return _literal(self._fetch(uid, "(BODY.PEEK[HEADER])"))

    def put_away(self, uid: int) -> None:
        """Mark a letter as read, and move it to the archive folder if there is one.

        A server without MOVE keeps the letter and gets a copy there: marking it as deleted would not be ours to do.

        Raises:
            NoSuchFolder
        """
        client = self._box.client
        self._check(client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")[0])
        folder = self._address.archive_folder
        if not folder or folder == self._address.folder:
            return
        verb = "MOVE" if self._moves() else "COPY"
        if client.uid(verb, str(uid), _quoted(folder))[0] != "OK":
            raise NoSuchFolder(folder=folder)

    def check_archive_folder(self) -> None:
        """Make sure that letters can be put away.  Raises: NoSuchFolder."""
        folder = self._address.archive_folder
        if folder and self._box.client.status(_quoted(folder), "(MESSAGES)")[0] != "OK":
            raise NoSuchFolder(folder=folder)

    def _moves(self) -> bool:
        """Tell whether the server moves letters itself (RFC 6851); many say so only after the sign-in."""
        data = self._box.client.capability()[1]
        return b"MOVE" in b" ".join(each for each in data if isinstance(each, bytes)).upper().split()

    def _fetch(self, uid: int, parts: str) -> list[Any]:
        status, data = self._box.client.uid("FETCH", str(uid), parts)
        self._check(status)
        return data

    def _check(self, status: str) -> None:
        if status != "OK":
            raise ConnectionLost(host=self._address.host)


@contextmanager
def visiting(address: Address) -> Iterator[Visit]:
    """Open a mailbox and its folder; whatever goes wrong on the way becomes a refusal.

    Raises:
        MailboxUnreachable: one of its kinds, with what to do.
    """
    box = _signed_in(address)
    try:
        yield Visit(box, address)
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as fault:
        raise ConnectionLost(host=address.host) from fault
    finally:
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            box.logout()


def _signed_in(address: Address) -> BaseMailBox:
    try:
        return _open(address)
    except MailboxLoginError as fault:
        raise WrongMailPassword(user=address.user_name) from fault
    except MailboxFolderSelectError as fault:
        raise NoSuchFolder(folder=address.folder) from fault
    except ssl.SSLError as fault:
        raise HostNotProven(host=address.host) from fault
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as fault:
        raise MailboxUnreachable(host=address.host) from fault


def _open(address: Address) -> BaseMailBox:
    box = _Box(address)
    try:
        sign_in = box.login_utf8 if "AUTH=PLAIN" in box.client.capabilities else box.login
        sign_in(address.user_name, address.password, address.folder)
    except imaplib.IMAP4.error as fault:
        _hang_up(box)
        if isinstance(fault, imaplib.IMAP4.abort):
            raise
        raise WrongMailPassword(user=address.user_name) from fault
    except BaseException:
        _hang_up(box)
        raise
    return box


def _hang_up(box: BaseMailBox) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        box.client.shutdown()


class _Box(BaseMailBox):
    """imap-tools' mailbox over a client of ours, which verifies certificates and connects to a checked address."""

    def __init__(self, address: Address) -> None:
        self._address = address
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        host, port, context = self._address.host, self._address.port, tls_context()
        at = checked_ip(host, port=port)
        if self._address.uses_tls and port != STARTTLS_PORT:
            return _TlsClient(host, port, at=at, context=context)
        client = _Client(host, port, at=at)
        if self._address.uses_tls:
            _secure(client, context, host=host)
        elif host not in settings.INTAKE_HOSTS:
            raise TlsMissing
        return client


def _secure(client: imaplib.IMAP4, context: ssl.SSLContext, *, host: str) -> None:
    """Begin TLS before anything is said; a server that offers none never gets the password.  Raises: HostNotProven."""
    try:
        client.starttls(context)
    except (ssl.SSLError, imaplib.IMAP4.error) as fault:
        with suppress(OSError):
            client.shutdown()
        raise HostNotProven(host=host) from fault


class _Client(imaplib.IMAP4):
    def __init__(self, host: str, port: int, *, at: str) -> None:
        self._at = at
        super().__init__(host, port, timeout=SECONDS_MAX)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._at, self.port), timeout)


class _TlsClient(imaplib.IMAP4_SSL):
    def __init__(self, host: str, port: int, *, at: str, context: ssl.SSLContext) -> None:
        self._at = at
        super().__init__(host, port, ssl_context=context, timeout=SECONDS_MAX)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self._at, self.port), timeout)
        wrapped: ssl.SSLSocket = self.ssl_context.wrap_socket(plain, server_hostname=self.host)
        return wrapped


def tls_context() -> ssl.SSLContext:
    """Return what verifies servers: the machine's certificate authorities (SSL_CERT_FILE names others)."""
    return ssl.create_default_context()


def checked_ip(host: str, *, port: int) -> str:
    """Return the address to connect to.

    Raises:
        HostUnknown: no such name; HostNotAllowed: it points into the own network and is not named in INTAKE_HOSTS.
    """
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as fault:
        raise HostUnknown(host=host) from fault
    if host not in settings.INTAKE_HOSTS and not all(_is_public(address) for address in found):
        raise HostNotAllowed(host=host)
    return found[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not (mapped or ip).is_multicast


def _quoted(folder: str) -> str:
    """Return a folder's name as the wire wants it: modified UTF-7 (RFC 3501 §5.1.3) in quotes."""
    encoded: bytes = encode_folder(folder)
    return encoded.decode("ascii")


def _flat(data: list[Any]) -> Iterator[bytes]:
    for each in data:
        if isinstance(each, tuple):
            yield from (part for part in each if isinstance(part, bytes))
        elif isinstance(each, bytes):
            yield each


def _literal(data: list[Any]) -> bytes:
    """Return the literal of a FETCH answer, b"" if the letter has gone."""
    return next((each[1] for each in data if isinstance(each, tuple)), b"")
