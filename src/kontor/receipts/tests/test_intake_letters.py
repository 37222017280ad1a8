"""Reading letters: whatever arrives gives its files or a sentence, never a fault."""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.policy import compat32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontor.receipts.transports.letters import (
    DEPTH_MAX,
    FILES_MAX,
    INLINE_BYTES_MIN,
    BrokenLetter,
    NestedTooDeep,
    OutlookPackage,
    TooManyParts,
    read_letter,
    read_or_broken,
    too_large,
)

from .letters import PDF, a_letter


def raw(letter: Message | EmailMessage) -> bytes:
    return letter.as_bytes()


def names(content: bytes) -> list[str]:
    return [file.name for file in read_letter(content).files if file.refusal is None]


def test_the_words_of_a_letter_are_no_files_and_its_attachments_are() -> None:
    read = read_letter(raw(a_letter(files=[("bon.pdf", "application/pdf", PDF)])))

    assert (read.sender, read.subject) == ("mira@example.org", "Farbe für den Jugendraum")
    assert [(file.name, file.content) for file in read.files] == [("bon.pdf", PDF)]


@pytest.mark.parametrize(
    "header",
    [
        b"filename*=UTF-8''Bon%20M%C3%A4rz.pdf",
        b'filename="=?utf-8?Q?Bon_M=C3=A4rz.pdf?="',
        b"filename*0*=UTF-8''Bon%20M%C3%A4;\r\n filename*1*=rz.pdf",
    ],
)
def test_names_with_umlauts_come_in_every_spelling_of_mail_programs(header: bytes) -> None:
    content = (
        b'From: a@example.org\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n "
        + header
        + b"\r\n\r\n%PDF-1.4\r\n--b--\r\n"
    )

    assert names(content) == ["Bon März.pdf"]


def test_a_forwarded_letter_gives_the_files_in_it() -> None:
    inner = a_letter(files=[("innen.pdf", "application/pdf", PDF)])
    outer = a_letter(subject="WG: Bon")
    outer.add_attachment(inner)

    assert names(raw(outer)) == ["innen.pdf"]


def test_letters_nested_too_deep_are_named_and_not_opened() -> None:
    letter = a_letter(files=[("tief.pdf", "application/pdf", PDF)])
    for _ in range(DEPTH_MAX + 1):
        outer = a_letter()
        outer.add_attachment(letter)
        letter = outer

    files = read_letter(raw(letter)).files

    assert [type(file.refusal) for file in files] == [NestedTooDeep]


def test_a_letter_nested_a_thousand_times_brings_nothing_down() -> None:
    content = b"From: a@example.org\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1200 + b"x"

    files = read_or_broken(content).files

    assert [type(file.refusal) for file in files] in ([NestedTooDeep], [BrokenLetter])


def test_multiparts_nested_a_thousand_times_bring_nothing_down() -> None:
    content = b"From: a@example.org\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1200)
    )

    assert read_or_broken(content).sender == "a@example.org"


def test_outlooks_package_is_named_with_what_to_do() -> None:
    files = read_letter(raw(a_letter(files=[("winmail.dat", "application/ms-tnef", b"x\x9f>\x22")]))).files

    assert [type(file.refusal) for file in files] == [OutlookPackage]


def test_more_files_than_anybody_sends_are_left_out() -> None:
    many = [(f"{n}.pdf", "application/pdf", PDF) for n in range(FILES_MAX + 5)]

    files = read_letter(raw(a_letter(files=many))).files

    assert len(files) == FILES_MAX + 1
    assert isinstance(files[-1].refusal, TooManyParts)


@pytest.mark.parametrize(("size", "is_taken"), [(INLINE_BYTES_MIN - 1, False), (INLINE_BYTES_MIN, True)])
def test_a_photo_in_the_text_is_taken_and_a_logo_is_not(size: int, *, is_taken: bool) -> None:
    letter = a_letter()
    letter.make_mixed()
    letter.add_attachment(
        b"\xff\xd8\xff" + b"x" * (size - 3), maintype="image", subtype="jpeg", disposition="inline", cid="<a>"
    )

    assert len(read_letter(raw(letter)).files) == int(is_taken)


def test_signatures_and_invitations_are_passed_over() -> None:
    files = [
        ("smime.p7s", "application/pkcs7-signature", b"x"), ("termin.ics", "text/calendar", b"x"),
        ("bon.pdf", "application/pdf", PDF),
    ]  # fmt: skip

    assert names(raw(a_letter(files=files))) == ["bon.pdf"]


def test_a_nameless_attachment_gets_a_name_of_its_kind() -> None:
    content = b"From: a@example.org\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n"

    assert names(content) == ["attachment-1.pdf"]


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        (["Mira <Mira@Example.org>"], "mira@example.org"),
        (["mira@example.org, boss@example.org"], ""),
        (["mira@example.org", "boss@example.org"], ""),
        (["=?utf-8?q?boss=40example=2Eorg_=3C?= <eve@example.net>"], "eve@example.net"),
        (['"boss@example.org" <eve@example.net>'], "eve@example.net"),
        (["nobody"], ""),
        ([], ""),
    ],
)
def test_the_sender_is_the_one_address_in_from_and_nobody_where_that_is_unclear(fields: list[str], sender: str) -> None:
    content = "".join(f"From: {field}\r\n" for field in fields).encode() + b"\r\nx"

    assert read_letter(content).sender == sender


@pytest.mark.parametrize(
    ("results", "is_refuted"),
    [
        ("mx; spf=pass smtp.mailfrom=a; dkim=pass; dmarc=pass", False),
        ("mx; spf=pass; dkim=none; dmarc=fail (p=NONE)", True),
        ("mx; spf=fail; dkim=fail", True),
        ("mx; spf=fail; dkim=pass", False),
        ("mx; none", False),
    ],
)
def test_an_address_that_the_receiving_server_found_forged_is_known(results: str, *, is_refuted: bool) -> None:
    letter = a_letter()
    letter["Authentication-Results"] = results

    assert read_letter(raw(letter)).authentication.is_refuted is is_refuted


def test_only_the_topmost_verdict_counts_for_the_sender_can_write_others_below() -> None:
    content = b"Authentication-Results: ours; dmarc=fail\r\nAuthentication-Results: ours; dmarc=pass\r\nFrom: a@example.org\r\n\r\nx"

    assert read_letter(content).authentication.dmarc == "fail"


def test_the_same_letter_over_two_ways_is_one_and_another_content_under_its_id_is_another() -> None:
    letter = a_letter(files=[("bon.pdf", "application/pdf", PDF)])
    other = a_letter(files=[("bon.pdf", "application/pdf", PDF + b"%")])

    first = read_letter(b"Received: from a\r\n" + raw(letter)).identity
    second = read_letter(b"Received: from b\r\n" + raw(letter)).identity

    assert first == second
    assert read_letter(raw(other)).identity != first


def test_of_a_letter_too_large_only_the_head_is_told() -> None:
    letter = too_large(b"From: a@example.org\r\nSubject: Viel\r\n\r\n")

    assert (letter.sender, letter.subject, len(letter.files)) == ("a@example.org", "Viel", 1)
    assert "60 MB" in str(letter.files[0].refusal)


_junk = st.binary(max_size=300)
_charsets = st.sampled_from(
    ["utf-8", "latin-1", "unknown-8bit", "utf-7", "x\x00y", "idna", "rot13", "hex", "undefined"]
)
_encodings = st.sampled_from(["base64", "quoted-printable", "8bit", "uuencode", "x-uuencode", "wrong", "7bit"])


@settings(max_examples=150, deadline=None)
@given(
    junk=_junk, charset=_charsets, encoding=_encodings, boundary=st.sampled_from(["b", "", "b" * 90, '"', "=_"]),
    kind=st.sampled_from(["image/jpeg", "text/plain", "message/rfc822", "multipart/mixed", "application/pdf", "x", "/"]),
    name=st.text(max_size=40),
)  # fmt: skip
def test_broken_mime_is_read_or_told_of(
    junk: bytes, charset: str, encoding: str, boundary: str, kind: str, name: str
) -> None:
    content = (
        f'From: a@example.org\r\nSubject: =?{charset}?q?=E4?=\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f'--{boundary}\r\nContent-Type: {kind}; charset={charset}; name="{name}"\r\n'
        f'Content-Transfer-Encoding: {encoding}\r\nContent-Disposition: attachment; filename="=?{charset}?b?{name}?="\r\n\r\n'
    ).encode("utf-8", "surrogateescape") + junk  # fmt: skip

    read = read_or_broken(content)

    assert len(read.identity) == 64
    assert all(file.name.isprintable() for file in read.files)


@settings(max_examples=150, deadline=None)
@given(_junk)
def test_any_bytes_are_a_letter_of_some_kind(junk: bytes) -> None:
    read = read_or_broken(junk)

    assert read.sender == "" or "@" in read.sender


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=2000))
def test_attached_bytes_come_back_as_they_were(content: bytes) -> None:
    letter = a_letter(files=[("bon.pdf", "application/pdf", content)])

    assert [file.content for file in read_letter(letter.as_bytes(policy=compat32)).files] == [content]
