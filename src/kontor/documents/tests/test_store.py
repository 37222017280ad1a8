"""Bytes are kept once, unchanged, and handed out safely."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.core.files.storage import InMemoryStorage
from django.db import connections
from django.test import Client

from kontor.core.archive import keep_bytes, kept_bytes
from kontor.core.clock import now
from kontor.core.tenancy import tenant
from kontor.documents import store as store_module
from kontor.documents.actions.tidying import sweep_orphans
from kontor.documents.models import StoredFile
from kontor.documents.queries.files import FileFault, bytes_used, verify_files
from kontor.documents.rules.files import FileMissing, FileTooLarge, NoRoomLeft
from kontor.documents.shelves import FolderShelf, StorageShelf, receive, shelf
from kontor.documents.store import open_file, read_file, store
from tests.builders import a_member, a_tenant, a_user

PDF = b"%PDF-1.7\nfirst invoice"


def _store(content: bytes = PDF, name: str = "rechnung.pdf") -> StoredFile:
    return store(content, name=name, owner_type="test.file", at=now(), by=None)


def _path(file: StoredFile) -> Path:
    return Path(settings.FILES_ROOT) / str(file.tenant_id) / file.sha256[:2] / file.sha256[2:4] / file.sha256


def test_the_same_bytes_are_kept_once_under_their_hash(database: None) -> None:
    sabine = a_user()
    with tenant(a_tenant().id, by=sabine):
        first = store(io.BytesIO(PDF), name="C:\\belege\\rechnung.pdf", owner_type="test.file", at=now(), by=sabine)
        second = store(iter([PDF[:5], PDF[5:]]), name="copy.pdf", owner_type="test.other", at=now(), by=None)

        assert (first.id, first.name, first.size) == (second.id, "rechnung.pdf", len(PDF))
        assert (first.media_type, first.stored_by) == ("application/pdf", sabine)
        assert _path(first).read_bytes() == read_file(first) == PDF
        assert bytes_used() == len(PDF)
        with open_file(first) as opened:
            assert opened.read(5) == b"%PDF-"


def test_two_tenants_keep_the_same_bytes_apart(database: None) -> None:
    with tenant(a_tenant().id):
        first = _store()
    with tenant(a_tenant().id):
        second = _store()
        assert StoredFile.objects.count() == 1

    assert first.id != second.id
    assert _path(first) != _path(second)


def test_bytes_are_safe_before_the_row_exists(database: None) -> None:
    books = a_tenant()
    with suppress(ZeroDivisionError), tenant(books.id):
        lost = _store()
        raise ZeroDivisionError
    assert _path(lost).read_bytes() == PDF
    with tenant(books.id):
        assert StoredFile.objects.count() == 0


def test_too_many_bytes_leave_nothing_behind(database: None) -> None:
    books = a_tenant()
    with pytest.raises(FileTooLarge), tenant(books.id):
        store(iter([b"x" * 600, b"x" * 600]), name="a", owner_type="t", at=now(), by=None, bytes_max=1000)

    assert list((Path(settings.FILES_ROOT) / str(books.id) / ".incoming").iterdir()) == []


def test_a_full_archive_takes_nothing_new(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    books = a_tenant()
    monkeypatch.setattr(store_module, "TENANT_BYTES_MAX", len(PDF))
    with tenant(books.id):
        _store()
        assert _store().size == len(PDF)
    with pytest.raises(NoRoomLeft), tenant(books.id):
        _store(b"one more")


def test_missing_and_changed_bytes_are_found(database: None) -> None:
    with tenant(a_tenant().id):
        sound, missing, changed = _store(), _store(b"gone"), _store(b"original")
        _path(missing).unlink()
        _path(changed).chmod(0o600)
        _path(changed).write_bytes(b"tampered")

        assert list(verify_files()) == [
            FileFault(missing.id, missing.name, "missing"),
            FileFault(changed.id, changed.name, "changed"),
        ]
        with pytest.raises(FileMissing):
            open_file(missing)
        assert read_file(sound) == PDF
        assert _store(b"gone").id == missing.id
        assert read_file(missing) == b"gone"


def test_orphans_are_swept_when_they_are_old_enough(database: None) -> None:
    books = a_tenant()
    with tenant(books.id):
        kept = _store()
    with suppress(ZeroDivisionError), tenant(books.id):
        orphan = _store(b"orphan")
        raise ZeroDivisionError
    left = receive(iter([b"half"]), tenant_id=books.id).path
    with tenant(books.id):
        assert sweep_orphans(at=now()) == 0
        assert sweep_orphans(at=now() + timedelta(days=3)) == 2

    assert not _path(orphan).exists()
    assert not left.exists()
    assert _path(kept).exists()


def test_neighbours_keep_bytes_without_knowing_documents(database: None) -> None:
    with tenant(a_tenant().id):
        file_id = keep_bytes(b"a;b\n", name="kontakte.csv", owner_type="contacts.import", at=now(), by=None)

        assert kept_bytes(file_id) == b"a;b\n"
        assert kept_bytes(file_id + 1_000_000) is None


@pytest.fixture(params=["folder", "storage"])
def any_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> FolderShelf | StorageShelf:
    return FolderShelf(tmp_path) if request.param == "folder" else StorageShelf(InMemoryStorage())


def test_both_shelves_behave_alike(any_shelf: FolderShelf | StorageShelf) -> None:
    first = receive(iter([PDF]), tenant_id=7)
    again = receive(iter([PDF]), tenant_id=7)
    any_shelf.put(first, tenant_id=7)
    any_shelf.put(again, tenant_id=7)

    assert [sha256 for sha256, _stored in any_shelf.listed(tenant_id=7)] == [first.sha256]
    with any_shelf.open(first.sha256, tenant_id=7) as opened:
        assert opened.read() == PDF
    assert not any_shelf.has(first.sha256, tenant_id=8)
    assert not first.path.exists()
    assert not again.path.exists()
    any_shelf.remove(first.sha256, tenant_id=7)
    with pytest.raises(FileNotFoundError):
        any_shelf.open(first.sha256, tenant_id=7)


def test_kept_bytes_cannot_be_written_over(database: None) -> None:
    with tenant(a_tenant().id):
        file = _store()

    assert _path(file).stat().st_mode & 0o222 == 0
    assert shelf().has(file.sha256, tenant_id=file.tenant_id)
    assert os.access(_path(file), os.R_OK)


def test_a_file_is_handed_out_as_a_download_in_a_sandbox(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books))
    with tenant(books.id):
        page = _store(b"<!doctype html><script>alert(1)</script>", name="Rechnung März.html")

    answer = client.get(f"/t/{books.code}/documents/{page.id}/")

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"<!doctype html><script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_nobody_gets_files_of_other_books_or_without_the_right(database: None, client: Client) -> None:
    books, other = a_tenant(), a_tenant()
    with tenant(books.id):
        file = _store()
    stranger = a_member(other)

    assert client.get(f"/t/{books.code}/documents/{file.id}/").status_code == 302
    client.force_login(stranger)
    assert client.get(f"/t/{books.code}/documents/{file.id}/").status_code == 404
    assert client.get(f"/t/{other.code}/documents/{file.id}/").status_code == 404


def test_the_sweep_leaves_bytes_that_somebody_stores_meanwhile(database: None) -> None:
    books = a_tenant()
    with suppress(ZeroDivisionError), tenant(books.id):
        left = _store(b"left behind")
        raise ZeroDivisionError
    stored, swept = Event(), Event()

    def store_again() -> int:
        try:
            with tenant(books.id):
                row = _store(b"left behind")
                stored.set()
                assert swept.wait(20)
            return row.id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as sender:
        sent = sender.submit(store_again)
        assert stored.wait(20)
        with tenant(books.id):
            count = sweep_orphans(at=now() + timedelta(days=3))
        swept.set()
        file_id = sent.result()

    assert count == 0
    assert _path(left).exists()
    with tenant(books.id):
        assert read_file(StoredFile.objects.get(id=file_id)) == b"left behind"


def test_bytes_sent_during_the_sweep_are_put_back_after_it(database: None) -> None:
    books = a_tenant()
    with suppress(ZeroDivisionError), tenant(books.id):
        _store(b"swept away")
        raise ZeroDivisionError

    def store_again() -> int:
        try:
            with tenant(books.id):
                return _store(b"swept away").id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as sender, tenant(books.id):
        assert sweep_orphans(at=now() + timedelta(days=3)) == 1
        sent = sender.submit(store_again)
        with suppress(TimeoutError):
            sent.result(timeout=0.5)
        assert not sent.done()
    with tenant(books.id):
        assert read_file(StoredFile.objects.get(id=sent.result(20))) == b"swept away"
