"""The stored documents as a backup sees them: names, sizes and bytes, in the data folder or in an S3-compatible store."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Protocol

from kontor.site.data_folder import DataFolder
from kontor.site.file_store import file_store


class StoredFiles(Protocol):
    """All stored documents by name, `<tenant>/aa/bb/<sha256>`."""

    def names(self) -> Iterator[str]:
        """Yield the name of every document."""

    def size(self, name: str) -> int:
        """Return the number of bytes."""

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes for reading."""

    def take(self, source: Path, *, name: str) -> None:
        """Put a restored file in its place."""


def stored_files(data: DataFolder) -> StoredFiles:
    """Return the documents of this office.  Raises: StartRefused: KONTOR_FILES is wrong."""
    store = file_store(os.environ)
    if store is None:
        return FolderFiles(data.files)
    return BucketFiles(store["OPTIONS"])


class FolderFiles:
    """Documents in the data folder; what is still arriving is left out."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> Iterator[str]:
        """Yield the names in order."""
        for path in sorted(self._root.rglob("*")) if self._root.exists() else []:
            name = path.relative_to(self._root)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()

    def size(self, name: str) -> int:
        """Return the number of bytes."""
        return (self._root / name).stat().st_size

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes."""
        return (self._root / name).open("rb")

    def take(self, source: Path, *, name: str) -> None:
        """Leave the file where it is, or copy it in."""
        place = self._root / name
        if source != place:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


class BucketFiles:
    """Documents in an S3-compatible store, under the prefix of KONTOR_FILES."""

    def __init__(self, options: Any) -> None:
        import boto3
        from botocore.config import Config

        self._bucket, prefix = str(options["bucket_name"]), str(options["location"])
        self._prefix = f"{prefix}/" if prefix else ""
        self._client: Any = boto3.client(
            "s3", endpoint_url=options["endpoint_url"], region_name=options["region_name"],
            aws_access_key_id=options["access_key"], aws_secret_access_key=options["secret_key"],
            config=Config(s3={"addressing_style": options["addressing_style"]}),
        )  # fmt: skip
        self._sizes: dict[str, int] = {}

    def names(self) -> Iterator[str]:
        """Yield the names, page by page of the store's listing."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        for page in pages:
            for found in page.get("Contents", []):
                name = str(found["Key"]).removeprefix(self._prefix)
                self._sizes[name] = int(found["Size"])
                yield name

    def size(self, name: str) -> int:
        """Return the number of bytes as listed."""
        return self._sizes[name]

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes as a stream."""
        body: AbstractContextManager[IO[bytes]] = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)[
            "Body"
        ]
        return body

    def take(self, source: Path, *, name: str) -> None:
        """Upload the file and remove it here."""
        self._client.upload_file(str(source), self._bucket, self._prefix + name)
        source.unlink()
