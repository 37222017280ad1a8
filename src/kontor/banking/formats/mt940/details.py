"""Field 86: what the bank says about a booking, in four dialects."""

from __future__ import annotations

import re
from typing import NamedTuple

from kontor.banking.rules.remittance import join_broken, reference_or_none, split_keys, squash

# The German banking industry breaks the remittance text of a sub-field after 27 characters.
_WIDTH = 27
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_STRUCTURED = re.compile(r"(\d{3})(?:([^\w\s])(?=\d\d))?")
_SUB_FIELDS = {"?": re.compile(r"\?(\d\d)"), ">": re.compile(r">(\d\d)"), "@": re.compile(r"@(\d\d)")}
_TEXTS = frozenset([*map(str, range(20, 30)), *map(str, range(60, 66))])
# Nearly all banks keep this order, and one expression is quicker than ten pieces.
_USUAL = re.compile(
    r"(\d{3})(?:\?00([^?]*))?(?:\?10[^?]*)?((?:\?2[0-9][^?]*)*)"
    + "".join(rf"(?:\?{code}([^?]*))?" for code in range(30, 35))
)
_USUAL_KEYS = re.compile(
    r"(?:EREF\+([^+]*))?(?:KREF\+([^+]*))?(?:MREF\+([^+]*))?(?:CRED\+([^+]*))?SVWZ\+([^+]*)", re.DOTALL
)
_SLASH_KEYS = re.compile(
    r"/(TRTP|CSID|NAME|MARF|REMI|IBAN|BIC|EREF|PREF|KREF|RTRN|PURP|BENM|ORDP|CNTP|ULTB|ULTD|ULTC|ISDT|ADDR|SVCL|RCMT)/"
)
_KNAB = re.compile(r"REK: *([A-Z]{2}\d{2}[A-Z0-9]{8,30})/NAAM: *(.*)", re.DOTALL)
_STRUCTURED_REMITTANCE = re.compile(r"/?STRD/[A-Z]*/([^/]+)/?")


class Details(NamedTuple):
    """Field 86 in parts."""

    text: str = ""
    lines: tuple[str, ...] = ()
    gvc: str | None = None
    booking_text: str | None = None
    supplement: str | None = None
    name: str | None = None
    iban: str | None = None
    account_other: str | None = None
    bic: str | None = None
    ultimate: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    creditor_id: str | None = None
    purpose: str | None = None
    reference: str | None = None
    return_reason: str | None = None
    instruction: str | None = None


def details_of(content: str) -> Details:
    """Return the parts of field 86 (lines separated by line feeds).

    Dialects: German sub-fields ("166?00…?20…", also with ">" as sign), Dutch words between slashes
    ("/EREF/…/REMI/…"), Knab's "REK: …/NAAM: …", otherwise free text.
    """
    compact = content.replace("\n", "")
    if compact[3:4] == "?" and compact[4:6].isdecimal():
        usual = _usual(compact)
        if usual is not None:
            return usual
    # A line may break anywhere, even in front of the first sub-field; other signs begin free text there.
    head = compact if compact[3:4] in {"?", ""} else content
    start = _STRUCTURED.match(head)
    if start and start[2] in _SUB_FIELDS:
        return _german(compact, gvc=start[1], sign=start[2])
    if start and start.end() == len(head):
        return Details(gvc=start[1])
    if content.startswith("/") and _SLASH_KEYS.search(content):
        return _dutch(content)
    lines = tuple(content.split("\n"))
    knab = _KNAB.search(content)
    if knab:
        text = squash(content[: knab.start()])
        return Details(text=text, lines=lines, iban=knab[1], name=squash(knab[2]))
    return Details(text=squash(content), lines=lines)


def _usual(content: str) -> Details | None:
    """Return the German sub-fields in their usual order, each once; None for any other field."""
    found = _USUAL.fullmatch(content)
    if found is None:
        return None
    gvc, text, remittance, bic, account, name, more, supplement = found.groups()
    lines: list[str] = []
    last = ""
    for piece in remittance.split("?2")[1:]:
        if piece[0] <= last:
            return None
        last = piece[0]
        lines.append(piece[1:])
    return _parts(tuple(lines), gvc, text, supplement, name, more, account, bic, None)


def _german(content: str, *, gvc: str, sign: str) -> Details:
    pieces = _SUB_FIELDS[sign].split(content)
    merged: dict[str, str] = {}
    for code, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        # Some banks repeat the code of a sub-field that did not end with its line.
        merged[code] = merged.get(code, "") + piece
    get = merged.get
    lines = tuple([piece for code, piece in merged.items() if code in _TEXTS])
    ultimate = merged["70"] + get("71", "") if "70" in merged else None
    return _parts(lines, gvc, get("00"), get("34"), get("32"), get("33"), get("38") or get("31"), get("30"), ultimate)


def _parts(  # the sub-fields in the order of Details
    lines: tuple[str, ...],
    gvc: str,
    booking_text: str | None,
    supplement: str | None,
    name: str | None,
    more: str | None,
    account: str | None,
    bic: str | None,
    ultimate: str | None,
) -> Details:
    text = join_broken(lines, width=_WIDTH)
    end_to_end = mandate = creditor_id = instruction = purpose = None
    if "+" in text:
        usual = _USUAL_KEYS.fullmatch(text)
        if usual is not None:
            quoted, own, mandated, creditor, text = usual.groups()
            text = text.strip()
            end_to_end, instruction, mandate, creditor_id = map(reference_or_none, (quoted, own, mandated, creditor))
        elif len(keys := split_keys(text)) > 1 or "" not in keys:
            text = keys.get("SVWZ", "")
            if "" in keys:
                text = f"{keys['']} {text}".rstrip()
            end_to_end, instruction, mandate, creditor_id = [
                reference_or_none(keys.get(key)) for key in ("EREF", "KREF", "MREF", "CRED")
            ]
            purpose = keys.get("PURP")
            ultimate = keys.get("ABWA") or keys.get("ABWE") or ultimate
            account, bic = account or keys.get("IBAN"), bic or keys.get("BIC")
    iban, other = account_of(account) if account else (None, None)
    if name:
        name = squash(name + more if more else name)
    return Details(
        text,
        lines,
        gvc,
        booking_text,
        supplement,
        name or None,
        iban,
        other,
        bic or None,
        squash(ultimate) or None if ultimate else None,
        end_to_end,
        mandate,
        creditor_id,
        purpose or None,
        None,
        None,
        instruction,
    )


def account_of(text: str) -> tuple[str | None, str | None]:
    """Return (IBAN, None) or (None, other number) as the bank states it; check digits are not its reader's matter."""
    compact = text.replace(" ", "")
    if _IBAN.fullmatch(compact):
        return compact, None
    return None, compact or None


def _dutch(content: str) -> Details:
    lines = tuple(content.split("\n"))
    pieces = _SLASH_KEYS.split(content.replace("\n", ""))
    parts: dict[str, str] = {}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        parts.setdefault(key, value.strip())
    counterparty = (parts.get("CNTP", "") + "////").split("/")
    iban, other = account_of(parts.get("IBAN") or counterparty[0])
    remittance = parts.get("REMI", "")
    structured = _STRUCTURED_REMITTANCE.match(remittance)
    text = "" if structured else re.sub(r"^/?USTD//?|/$", "", remittance)
    return Details(
        text=squash(text),
        lines=lines,
        name=squash(parts.get("NAME") or counterparty[2]) or None,
        iban=iban,
        account_other=other,
        bic=(parts.get("BIC") or counterparty[1]) or None,
        ultimate=(parts.get("ULTD") or parts.get("ULTC") or parts.get("ULTB") or "").strip("/") or None,
        end_to_end=reference_or_none(parts.get("EREF")),
        mandate=reference_or_none(parts.get("MARF")),
        creditor_id=reference_or_none(parts.get("CSID")),
        purpose=parts.get("PURP", "").strip("/").rpartition("/")[2] or None,
        reference=structured[1] if structured else None,
        return_reason=parts.get("RTRN", "").strip("/") or None,
        instruction=reference_or_none(parts.get("PREF") or parts.get("KREF")),
    )


def non_swift(content: str) -> Details:
    """Return the parts of a field NS behind a booking: 01–14 text, 15 and 16 name, 17 booking text."""
    lines = [(line[:2], line[2:].strip()) for line in content.split("\n")]
    texts = tuple(text for code, text in lines if code.isdigit() and 1 <= int(code) <= 14 and text)
    fields = dict(lines)
    name = squash(f"{fields.get('15', '')} {fields.get('16', '')}")
    return Details(
        text=join_broken(texts, width=_WIDTH),
        lines=texts,
        booking_text=fields.get("17") or None,
        name=name or None,
    )
