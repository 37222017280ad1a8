"""A real Dovecot on loopback for the tests: its own folder, its own user, no root needed."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

USER, PASSWORD = "belege@example.org", "korrekt-pferd-batterie"
OTHER_USER = "andere@example.org"  # the same password; only the code that is tested signs in as this one
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"


def is_installed() -> bool:
    """Tell whether this machine has Dovecot with IMAP."""
    return Path(DOVECOT).exists() and Path("/usr/lib/dovecot/imap").exists()


@dataclass(slots=True)
class Server:
    """A running server with one mailbox."""

    port: int
    folder: Path
    tls_port: int = 0

    @contextmanager
    def box(self) -> Iterator[imaplib.IMAP4]:
        """Open the mailbox beside the code that is tested."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client

    def put(self, content: bytes, *, into: str = "INBOX") -> None:
        """Deliver a letter."""
        with self.box() as client:
            assert client.append(into, "", "", content)[0] == "OK"

    def make(self, folder: str) -> None:
        """Create a folder."""
        with self.box() as client:
            assert client.create(folder)[0] == "OK"

    def count(self, folder: str = "INBOX", *, key: str = "ALL") -> int:
        """Return how many letters match in a folder."""
        with self.box() as client:
            client.select(folder, readonly=True)
            return len(client.search(None, key)[1][0].split())

    def has_noted(self, text: str) -> bool:
        """Tell whether the log holds a text; sign-ins are noted late, so one of our own is waited for first."""
        log, ours = self.folder / "dovecot.log", f"Login: user=<{USER}>"
        before = log.read_text().count(ours)
        until = time.monotonic() + 60
        while time.monotonic() < until and log.read_text().count(ours) <= before:
            with self.box():
                time.sleep(0.1)
        assert log.read_text().count(ours) > before, log.read_text()[-2000:]
        return text in log.read_text()

    def renumber(self) -> None:
        """Give the inbox new UIDs, as after a restored backup."""
        with self.box() as client:
            client.create("old")
            client.copy("1:*", "old")
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.folder / "mail" / name).unlink(missing_ok=True)
        lists = self.folder / "mail" / "dovecot-uidvalidity"
        lists.unlink(missing_ok=True)
        time.sleep(1.1)  # UIDVALIDITY counts seconds


@contextmanager
def running(folder: Path, *, certificate: tuple[Path, Path] | None = None) -> Iterator[Server]:
    """Run a server in `folder` until the end of the block; with a certificate and its key it speaks TLS and STARTTLS."""
    with TemporaryDirectory(
        prefix="imap"
    ) as sockets:  # a socket's path holds about 100 characters, pytest's are longer
        Path(sockets).chmod(0o755)
        yield from _serve(folder, Path(sockets), certificate)


def _serve(folder: Path, sockets: Path, certificate: tuple[Path, Path] | None) -> Iterator[Server]:
    port, tls_port = _free_port(), _free_port() if certificate else 0
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, sockets, port, tls_port, certificate))
    for place in ("mail", "home"):
        (folder / place).mkdir()
        os.chown(folder / place, _account().pw_uid, _account().pw_gid)
    for parent in (folder, *folder.parents):  # the login process runs as somebody else
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in (USER, OTHER_USER)))
    log = folder / "dovecot.out"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  # our own words
            [DOVECOT, "-F", "-c", str(config)], stdout=out, stderr=out
        )
    try:
        _wait(port, log)
        yield Server(port, folder, tls_port)
    finally:
        process.terminate()
        process.wait(10)


def _account() -> pwd.struct_passwd:
    """Return whose the mails are; Dovecot serves nobody as root, so root gives them to its own user."""
    return pwd.getpwnam("dovecot") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _config(folder: Path, sockets: Path, port: int, tls_port: int, certificate: tuple[Path, Path] | None) -> str:
    account = _account()
    user, group = account.pw_name, grp.getgrgid(account.pw_gid).gr_name
    login = "dovenull" if os.getuid() == 0 else user
    tls = f"ssl = yes\nssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else "ssl = no"
    return f"""
base_dir = {sockets}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = {account.pw_uid}
last_valid_uid = {account.pw_uid}
first_valid_gid = 0
mail_location = maildir:{folder}/mail
mail_uid = {account.pw_uid}
mail_gid = {account.pw_gid}
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={account.pw_uid} gid={account.pw_gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=3) as client:
                client.login(USER, PASSWORD)
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
    raise AssertionError(f"dovecot did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
