"""Reading letters (RFC 5322, MIME): who sent them, and the files in them. Whatever arrives is read; nothing is believed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value, getaddresses
from mimetypes import guess_extension

from kontor.core.refusal import Refusal, gettext_noop

LETTER_MEGABYTES_MAX = 60
LETTER_BYTES_MAX = LETTER_MEGABYTES_MAX * 1024**2
HEAD_BYTES = 64 * 1024
DEPTH_MAX = 4
PARTS_MAX = 200
FILES_MAX = 40
INLINE_BYTES_MIN = 20 * 1024  # below: logos, signatures, tracking pixels
_TEXT_MAX = 300
_PASSED_OVER = frozenset(
    {
        "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-encrypted", "text/calendar", "text/vcard", "text/x-vcard", "message/delivery-status",
        "message/disposition-notification", "text/rfc822-headers",
    }
)  # fmt: skip
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_VERDICT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


class OutlookPackage(Refusal):
    """Attachments wrapped by Outlook (TNEF)."""

    sentence = gettext_noop(
        "“%(name)s” is a package that only Outlook can open. Please have the letter sent as HTML or plain text, "
        "with the receipts attached as files."
    )


class NestedTooDeep(Refusal):
    """A letter in a letter in a letter …"""

    sentence = gettext_noop(
        "The letter holds letters within letters, deeper than they are opened. Please have the receipts sent directly."
    )


class TooManyParts(Refusal):
    """More files than anybody sends."""

    sentence = gettext_noop(
        "The letter has more than %(files)s files; the others were left out but are in the archive."
    )


class BrokenLetter(Refusal):
    """Not even the standard library makes sense of it."""

    sentence = gettext_noop("The letter is damaged and cannot be opened. It is kept in the archive as it came.")


class LetterTooLarge(Refusal):
    """More bytes than are fetched."""

    sentence = gettext_noop(
        "The letter is larger than %(megabytes)s MB, so it was left in the mailbox. Please have the receipts sent singly."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """A file of a letter: its name as the sender wrote it, its bytes; `refusal` why it is not even tried."""

    name: str
    content: bytes
    refusal: Refusal | None = None


_UNOPENED = LetterFile(name="", content=b"", refusal=NestedTooDeep())


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What the receiving server found out about the sender (RFC 8601); "" where it says nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""

    @property
    def is_refuted(self) -> bool:
        """Tell whether the sender's address is known to be forged; silence proves nothing."""
        if self.dmarc:
            return self.dmarc == "fail"
        return self.spf == "fail" and self.dkim not in {"pass", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter; `sender` is a bare small address, "" where it names none or several.

    `identity` is the same for the same letter delivered twice and another one for other contents.
    """

    identity: str
    sender: str
    subject: str
    is_automatic: bool
    authentication: Authentication
    files: tuple[LetterFile, ...]


def read_letter(content: bytes) -> Letter:
    """Return what is in a letter; damaged ones give what can be made out.  Raises: BrokenLetter."""
    try:
        message = BytesParser(policy=compat32).parsebytes(content)
        files = tuple(_files(message))
    except (MessageError, RecursionError, ValueError, LookupError, AttributeError, TypeError) as fault:
        raise BrokenLetter from fault
    return Letter(
        identity=_identity(message, files),
        sender=sender_of(message),
        subject=subject_of(message),
        is_automatic=_text(message.get("Auto-Submitted")).lower() not in {"", "no"},
        authentication=authentication_of(message),
        files=files,
    )


def read_or_broken(content: bytes) -> Letter:
    """Return what is in a letter; of a damaged one what its head says, and a file that tells why there is no more."""
    try:
        return read_letter(content)
    except BrokenLetter as refusal:
        return _head_only(content, refusal)


def too_large(head: bytes) -> Letter:
    """Return a letter of which only the head was fetched."""
    return _head_only(head, LetterTooLarge(megabytes=LETTER_MEGABYTES_MAX))


def read_head(content: bytes) -> Message:
    """Return the header fields of a letter, of which only the beginning is needed."""
    return BytesHeaderParser(policy=compat32).parsebytes(content)


def authentication_of(head: Message) -> Authentication:
    """Return the verdicts of the topmost `Authentication-Results`: the receiving server puts its own on top."""
    verdicts = _VERDICT.findall(_text(head.get("Authentication-Results")))
    found = {name.lower(): word.lower() for name, word in reversed(verdicts)}
    return Authentication(spf=found.get("spf", ""), dkim=found.get("dkim", ""), dmarc=found.get("dmarc", ""))


def sender_of(head: Message) -> str:
    """Return the address in From if there is exactly one, small, else ""."""
    fields = [str(field) for field in head.get_all("From", [])]
    addresses = {address.strip().lower() for _, address in getaddresses(fields)}
    if len(fields) != 1 or len(addresses) != 1:
        return ""
    address = addresses.pop()
    return address if re.fullmatch(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,255}", address) else ""


def subject_of(head: Message) -> str:
    """Return the subject on one line."""
    return _text(head.get("Subject"))


def _head_only(content: bytes, refusal: Refusal) -> Letter:
    head = read_head(content[:HEAD_BYTES])
    return Letter(
        identity=hashlib.sha256(content).hexdigest(), sender=sender_of(head), subject=subject_of(head),
        is_automatic=False, authentication=authentication_of(head),
        files=(LetterFile(name="", content=b"", refusal=refusal),),
    )  # fmt: skip


def _identity(message: Message, files: tuple[LetterFile, ...]) -> str:
    parts = [_text(message.get(name)) for name in ("Message-ID", "From", "Subject", "Date")]
    parts += [hashlib.sha256(file.content).hexdigest() for file in files]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _files(message: Message) -> Iterator[LetterFile]:
    count = 0
    for number, (part, depth) in enumerate(_leaves(message, 0)):
        if count == FILES_MAX or number == PARTS_MAX:
            yield LetterFile(name="", content=b"", refusal=TooManyParts(files=FILES_MAX))
            return
        file = _file(part, place=count + 1) if depth <= DEPTH_MAX else _UNOPENED
        if file is not None:
            count += 1
            yield file


def _leaves(message: Message, depth: int) -> Iterator[tuple[Message, int]]:
    """Yield the leaves with how many letters they lie in; what is nested too deep once, unopened."""
    if not message.is_multipart():
        yield message, depth
        return
    inner = depth + 1 if message.get_content_maintype() == "message" else depth
    if inner > DEPTH_MAX:
        yield message, inner
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, inner)


def _file(part: Message, *, place: int) -> LetterFile | None:
    kind = part.get_content_type()
    name, is_attached = _name(part), part.get_content_disposition() == "attachment"
    if kind in _PASSED_OVER or (kind.startswith("text/") and not name and not is_attached):
        return None
    if kind in _TNEF or name.lower() == "winmail.dat":
        return LetterFile(name=name or "winmail.dat", content=b"", refusal=OutlookPackage(name=name or "winmail.dat"))
    content = _content(part)
    if not content and not name:
        return None
    if kind.startswith("image/") and not is_attached and _is_inline(part) and len(content) < INLINE_BYTES_MIN:
        return None
    return LetterFile(name=name or f"attachment-{place}{guess_extension(kind) or ''}", content=content)


def _is_inline(part: Message) -> bool:
    return part.get_content_disposition() == "inline" or part.get("Content-ID") is not None


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name(part: Message) -> str:
    """Return the file's name as RFC 2231 or RFC 2047 write it, and as mail programs do."""
    found = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
    if found is None:
        return ""
    return _text(collapse_rfc2231_value(found, errors="replace"))


def _text(field: object) -> str:
    """Return a header field on one line, decoded, at most 300 characters, without control characters."""
    if field is None:
        return ""
    pieces = []
    try:
        for piece, charset in decode_header(str(field)):
            pieces.append(piece if isinstance(piece, str) else _decoded(piece, charset))
    except (MessageError, ValueError, LookupError):
        pieces = [str(field)]
    line = " ".join("".join(pieces).split())
    return "".join(sign for sign in line if sign.isprintable())[:_TEXT_MAX]


def _decoded(piece: bytes, charset: str | None) -> str:
    try:
        return piece.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return piece.decode("latin-1")
