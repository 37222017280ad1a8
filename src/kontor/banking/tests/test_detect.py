"""Files are recognised by content, and archives are opened with care."""

from __future__ import annotations

import io
import zipfile

import pytest

from kontor.banking.formats import archive, unreadable
from kontor.banking.formats.detect import open_statements
from kontor.banking.tests.samples import a_statement, an_entry
from kontor.banking.tests.test_csv_profiles import SPARKASSE

CAMT = a_statement(an_entry()).encode()
MT940 = b":20:X\r\n:25:12030000/1\r\n:60F:C261102EUR0,00\r\n:61:261102C5,00NTRFNONREF\r\n:62F:C261102EUR5,00\r\n-\r\n"


def _formats(content: bytes, *, name: str = "statement.dat") -> list[tuple[str, str, int]]:
    sources = open_statements(io.BytesIO(content), name=name)
    return [(source.name, source.format, len(list(source.events))) for source in sources]


def _zip(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(("content", "name"), [(CAMT, "camt"), (MT940, "MT940"), (SPARKASSE.encode(), "CSV")])
def test_content_decides_the_format(content: bytes, name: str) -> None:
    assert [(found[0], found[1]) for found in _formats(content, name="wrong.pdf")] == [("wrong.pdf", name)]


def test_a_utf_16_camt_is_recognised() -> None:
    assert _formats(CAMT.decode().replace("UTF-8", "UTF-16").encode("utf-16"))[0][1:] == ("camt", 3)


def test_an_archive_gives_each_of_its_files() -> None:
    content = _zip(a=CAMT, b=MT940, c=SPARKASSE.encode("cp1252"))

    assert _formats(content, name="z") == [("z/a", "camt", 3), ("z/b", "MT940", 3), ("z/c", "CSV", 4)]


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\x89PNG\r\n", b"<html><body>Login", b"<!DOCTYPE html><html>"])
def test_other_files_are_called_what_they_are(content: bytes) -> None:
    with pytest.raises(unreadable.KnownOtherFile, match="not a bank statement"):
        _formats(content)


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0", b"just a letter", b"a;b\n1;2\n"])
def test_unknown_content_is_refused(content: bytes) -> None:
    with pytest.raises(unreadable.UnknownFormat):
        _formats(content)


def test_an_archive_bomb_is_refused() -> None:
    with pytest.raises(archive.TooDense):
        _formats(_zip(a=b"0" * 20_000_000))


def test_an_archive_larger_than_allowed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_BYTES_MAX", len(CAMT) + 10)

    with pytest.raises(archive.TooLargeUnpacked):
        _formats(_zip(a=CAMT, b=CAMT))


def test_an_archive_within_an_archive_is_refused() -> None:
    with pytest.raises(archive.NestedArchive):
        _formats(_zip(a=_zip(b=CAMT)))


@pytest.mark.parametrize("path", ["../a", "/etc/a", "x/../../a", "C:\\a", "..\\a"])
def test_a_path_that_leads_outside_is_refused(path: str) -> None:
    with pytest.raises(archive.PathOutside):
        _formats(_zip(**{path: CAMT}))


def test_a_link_in_an_archive_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        link = zipfile.ZipInfo("a")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")

    with pytest.raises(archive.LinkInside):
        _formats(target.getvalue())


def test_too_many_files_are_refused() -> None:
    with pytest.raises(archive.TooManyMembers):
        _formats(_zip(**{str(number): b"" for number in range(1001)}))


def test_a_damaged_archive_is_refused() -> None:
    with pytest.raises(unreadable.DamagedArchive):
        _formats(_zip(a=CAMT)[:-30])
