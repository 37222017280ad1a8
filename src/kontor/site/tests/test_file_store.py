"""Documents in an S3-compatible store, named by the environment alone."""

from __future__ import annotations

import http.server
import io
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from kontor.documents.shelves import StorageShelf, receive
from kontor.site.data_folder import DataFolder
from kontor.site.file_store import file_store
from kontor.site.start_refused import StartRefused
from kontor.site.stored_files import stored_files


class _Bucket(http.server.BaseHTTPRequestHandler):
    """As much of S3 as a shelf needs: put, get, head, delete and list, path-style, unsigned answers."""

    objects: dict[str, bytes] = {}

    def _name(self) -> str:
        return urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).removeprefix("/bucket/")

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            content = _unchunked(content)
        self.objects[self._name()] = content
        self._answer(200, b"")

    def do_GET(self) -> None:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        if "list-type" in query or "prefix" in query:
            self._answer(200, _listing(self.objects, query.get("prefix", [""])[0], query.get("delimiter", [""])[0]))
        elif self._name() in self.objects:
            self._answer(200, self.objects[self._name()])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_HEAD(self) -> None:
        content = self.objects.get(self._name())
        self._answer(404 if content is None else 200, content or b"")

    def do_DELETE(self) -> None:
        self.objects.pop(self._name(), None)
        self._answer(204, b"")

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 09:00:00 GMT")
        self.send_header("ETag", '"x"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _unchunked(content: bytes) -> bytes:
    source, whole = io.BytesIO(content), b""
    while size := int(source.readline().split(b";")[0], 16):
        whole += source.read(size)
        source.readline()
    return whole


def _listing(objects: dict[str, bytes], prefix: str, delimiter: str) -> bytes:
    keys, folders = [], set()
    for key in sorted(objects):
        rest = key.removeprefix(prefix)
        if key.startswith(prefix) and delimiter and delimiter in rest:
            folders.add(prefix + rest.split(delimiter)[0] + delimiter)
        elif key.startswith(prefix):
            keys.append(key)
    contents = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>2026-11-22T09:00:00.000Z</LastModified><ETag>x</ETag>"
        f"<Size>{len(objects[key])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for key in keys
    )
    common = "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders))
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}{common}</ListBucketResult>".encode()


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Run a store on loopback and name it in the environment."""
    pytest.importorskip("storages", reason="the extra kontor[s3] is not installed")
    pytest.importorskip("boto3", reason="the extra kontor[s3] is not installed")
    _Bucket.objects.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    named = {
        "KONTOR_FILES": "s3://bucket/office",
        "KONTOR_FILES_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
        "KONTOR_FILES_KEY": "name", "KONTOR_FILES_SECRET": "password", "KONTOR_FILES_REGION": "eu-central-1",
    }  # fmt: skip
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    yield named
    server.shutdown()


@pytest.fixture
def shelf(environ: dict[str, str], settings: Any, tmp_path: Path) -> StorageShelf:
    settings.FILES_ROOT = tmp_path
    made: Any = file_store(environ)
    assert made is not None
    return StorageShelf(import_string(made["BACKEND"])(**made["OPTIONS"]))


def test_bytes_are_kept_listed_read_and_removed(shelf: StorageShelf) -> None:
    received = receive([b"Bel", b"eg"], tenant_id=7)
    sha256 = received.sha256

    shelf.put(received, tenant_id=7)
    shelf.put(receive([b"Beleg"], tenant_id=7), tenant_id=7)

    assert shelf.has(sha256, tenant_id=7)
    assert not shelf.has(sha256, tenant_id=8)
    assert shelf.open(sha256, tenant_id=7).read() == b"Beleg"
    assert [name for name, _ in shelf.listed(tenant_id=7)] == [sha256]
    assert list(_Bucket.objects) == [f"office/7/{sha256[:2]}/{sha256[2:4]}/{sha256}"]
    shelf.remove(sha256, tenant_id=7)
    assert _Bucket.objects == {}


def test_a_backup_sees_the_documents_of_the_store_and_brings_them_back(shelf: StorageShelf, tmp_path: Path) -> None:
    shelf.put(receive([b"Beleg"], tenant_id=7), tenant_id=7)
    found = stored_files(DataFolder(tmp_path))

    (name,) = found.names()
    with found.open(name) as opened:
        assert opened.read() == b"Beleg"
    assert found.size(name) == 5

    restored = tmp_path / "restored"
    restored.write_bytes(b"Beleg")
    _Bucket.objects.clear()
    found.take(restored, name=name)
    assert shelf.open(name.rpartition("/")[2], tenant_id=7).read() == b"Beleg"


def test_without_a_store_the_data_folder_keeps_the_documents() -> None:
    assert file_store({}) is None
    assert "files" not in storages.backends


@pytest.mark.parametrize("url", ["bucket", "s3://", "https://bucket.example.org"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StartRefused, match="KONTOR_FILES"):
        file_store({"KONTOR_FILES": url})
