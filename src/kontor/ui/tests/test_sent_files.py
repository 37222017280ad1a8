"""Files shown before they are taken over: whose preview it is, and how large they may be."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.datastructures import MultiValueDict

from kontor.core.archive import kept_bytes
from kontor.core.tenancy import tenant
from kontor.ui import sent_files
from kontor.ui.sent_files import PreviewTooOld, SentFileField, keep_shown, shown_before
from tests.builders import NOW, a_member, a_tenant


class Sending(forms.Form):
    file = SentFileField(bytes_max=1024**2)


def test_the_token_names_the_kept_bytes_and_what_was_chosen(database: None) -> None:
    books = a_tenant()
    sender = a_member(books)
    with tenant(books.id):
        token = keep_shown(b"a;b", name="x.csv", purpose="x.import", at=NOW, by=sender, choice="per_base")
        file_id, choice = shown_before(token, purpose="x.import")
        assert (kept_bytes(file_id), choice) == (b"a;b", "per_base")


def test_other_books_another_purpose_an_old_or_a_forged_token_show_nothing(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, yours = a_tenant(), a_tenant()
    sender = a_member(mine)
    with tenant(mine.id):
        token = keep_shown(b"a;b", name="x.csv", purpose="x.import", at=NOW, by=sender)
        for wrong, purpose in ((token + "x", "x.import"), ("", "x.import"), (token, "y.import")):
            with pytest.raises(PreviewTooOld):
                shown_before(wrong, purpose=purpose)
    with tenant(yours.id), pytest.raises(PreviewTooOld):
        shown_before(token, purpose="x.import")
    monkeypatch.setattr(sent_files, "SHOWN_FOR", -sent_files.SHOWN_FOR)
    with tenant(mine.id), pytest.raises(PreviewTooOld):
        shown_before(token, purpose="x.import")


@override_settings(LANGUAGE_CODE="en")
def test_a_file_over_the_limit_is_refused_at_its_field() -> None:
    fits, large = (
        Sending({}, MultiValueDict({"file": [SimpleUploadedFile("x.csv", b"x" * size)]}))
        for size in (1024**2, 1024**2 + 1)
    )

    assert fits.is_valid()
    assert "1 MB" in str(large.errors["file"])
