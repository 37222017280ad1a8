"""How mails leave: over the SMTP server of KONTOR_SMTP_URL, or into the data folder where none is named."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kontor.site.start_refused import StartRefused

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_TIMEOUT_SECONDS = 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

type Mailers = dict[str, dict[str, object]]


def mailers(environ: Mapping[str, str], *, folder: Path) -> Mailers:
    """Return Django's MAILERS.  `smtps://name:password@host:465`, `smtp+starttls://…:587` or `smtp://localhost:25`.

    Raises:
        StartRefused: the address is not one, or a password would cross the network in the clear.
    """
    url = environ.get("KONTOR_SMTP_URL", "")
    if not url:
        return {"default": {"BACKEND": "kontor.core.mail_folder.FolderBackend", "OPTIONS": {"folder": str(folder)}}}
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise _misspelt() from None
    if not parts.hostname:
        raise _misspelt()
    if parts.password and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise StartRefused(
            "KONTOR_SMTP_URL would send the password unencrypted over the network: "
            "use smtps:// or smtp+starttls:// instead of smtp://."
        )
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": port,
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_ssl": parts.scheme == "smtps",
                "use_tls": parts.scheme == "smtp+starttls",
                "timeout": _TIMEOUT_SECONDS,
            },
        }
    }


def _misspelt() -> StartRefused:
    return StartRefused(
        "KONTOR_SMTP_URL is not the address of a mail server: "
        "write smtps://name:password@mail.example.org:465 or smtp+starttls://name:password@mail.example.org:587."
    )
