"""Mails put into a folder instead of being sent: one file each, that any mail program opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kontor.core.clock import now

_UNSAFE = re.compile(r"[^\w@.+-]+")


class FolderBackend(BaseEmailBackend):
    """Writes `<time>-<recipient>-<mark>.eml`; the same Message-ID gives the same mark."""

    def __init__(self, *, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write every mail; returns how many."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            mark = _UNSAFE.sub("", str(content["Message-ID"] or "")).partition("@")[0][:8]
            to = _UNSAFE.sub("_", message.to[0] if message.to else "nobody")
            path = self.folder / f"{now():%Y%m%dT%H%M%S}-{to}-{mark}.eml"
            path.write_bytes(content.as_bytes())
            path.chmod(0o600)
        return len(email_messages)
