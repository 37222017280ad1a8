"""What `check-books` proves of the archive: every received byte stream is there and unchanged (trust.md §4, I8)."""

from __future__ import annotations

from collections.abc import Iterator

from kontor.core.invariants import Violation, register_proof
from kontor.core.refusal import gettext_noop
from kontor.documents.queries.files import verify_files

SENTENCE = gettext_noop("Every received file is in the archive, unchanged.")


def files_kept() -> Iterator[Violation]:
    """Yield the stored files of the open tenant that are missing or changed."""
    for fault in verify_files():
        yield Violation(
            code="file_kept", sentence=SENTENCE, object_type="documents.file", object_id=fault.file_id,
            facts=f"{fault.fault} {fault.name}",
        )  # fmt: skip


register_proof(files_kept)
