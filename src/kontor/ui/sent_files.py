"""A file that is shown before it is taken over: sent, kept in the archive, named by a token for a day, confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kontor.core.archive import keep_bytes
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id

SHOWN_FOR = timedelta(days=1)


class PreviewTooOld(Refusal):
    """The token is not of these books and this purpose, or older than a day."""

    sentence = gettext_noop("The preview is too old. Please choose the file again.")


class SentFileField(forms.FileField):
    """A file of at most `bytes_max` bytes."""

    def __init__(self, *, bytes_max: int, **more: Any) -> None:
        self.bytes_max = bytes_max
        super().__init__(**more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file.  Raises: ValidationError if it is too large."""
        sent = super().clean(data, initial)
        if isinstance(sent, UploadedFile) and (sent.size or 0) > self.bytes_max:
            megabytes = self.bytes_max // 1024**2
            raise ValidationError(_("The file is larger than %(megabytes)s MB.") % {"megabytes": megabytes})
        return sent


def keep_shown(content: bytes, *, name: str, purpose: str, at: datetime, by: Actor, choice: str = "") -> str:
    """Keep the bytes as they came; return the token of their preview, which also carries what was chosen with them."""
    file_id = keep_bytes(content, name=name, owner_type=purpose, at=at, by=by)
    return signing.dumps([current_tenant_id(), file_id, choice], salt=purpose)


def shown_before(token: str, *, purpose: str) -> tuple[int, str]:
    """Return the file's id and what was chosen with it.  Raises: PreviewTooOld."""
    try:
        tenant_id, file_id, choice = signing.loads(token, salt=purpose, max_age=SHOWN_FOR)
    except (signing.BadSignature, ValueError) as bad:
        raise PreviewTooOld from bad
    if tenant_id != current_tenant_id():
        raise PreviewTooOld
    return file_id, choice
