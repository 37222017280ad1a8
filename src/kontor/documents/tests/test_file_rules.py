"""What a file is, by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.documents.rules.files import NAME_LENGTH_MAX, OCTETS, media_type_of, safe_name


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "a.bin", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "a.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "a", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "a", "image/heic"),
        (b"PK\x03\x04rest", "list.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04rest", "camt.zip", "application/zip"),
        (b'<?xml version="1.0"?><Document/>', "camt.xml", "application/xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "a", "application/xml"),
        (b"Name;Ort\nA;B\n", "kontakte.CSV", "text/csv"),
        (b"plain words", "readme", "text/plain"),
        (b"\x00\x01\x02\x03", "a.txt", OCTETS),
        (b"", "empty.txt", OCTETS),
    ],
)
def test_the_contents_say_what_a_file_is(head: bytes, name: str, media_type: str) -> None:
    assert media_type_of(head, name=name) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"<svg onload=alert(1)>",
        b"  <!DOCTYPE html><p>",
        b"hello <ScRiPt>alert(1)</script>",
        "<html>".encode("utf-16"),
        b'<?xml version="1.0"?><x:svg xmlns:x="http://www.w3.org/2000/svg"/>',
        b"MZ\x90\x00",
        b"\x7fELF",
        b"#!/bin/sh\n",
        b"%PDF-1.4 <script>",
    ],
)
def test_what_a_browser_or_system_would_run_is_octets_only(head: bytes) -> None:
    assert media_type_of(head, name="rechnung.xml") == OCTETS


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_are_ever_taken_for_active_content(head: bytes, name: str) -> None:
    assert media_type_of(head, name=name) not in {"text/html", "image/svg+xml", "application/xhtml+xml"}


@given(st.text(max_size=400))
def test_a_safe_name_has_no_folder_no_control_and_an_end(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert len(safe) <= NAME_LENGTH_MAX
    assert not set(safe) & set("/\\\r\n\x00\u202e")
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("ordner/" + "x" * 300 + ".pdf").endswith("x.pdf")
    assert safe_name("../../etc/passwd") == "passwd"
