"""Bank files that are broken, foreign or hostile are refused with a sentence; nothing else escapes."""

from __future__ import annotations

import io
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontor.banking.formats import unreadable
from kontor.banking.formats.camt.reader import read_camt
from kontor.banking.tests.samples import a_detail, a_statement, an_entry, camt
from kontor.core.refusal import Refusal

VALID = a_statement(
    an_entry(details=a_detail()) * 4 + an_entry(details=a_detail() * 2, amount="7"), closing="400.00"
).encode()


def test_a_document_type_is_refused() -> None:
    start = '<!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    with pytest.raises(unreadable.ForbiddenXml, match="line 2"):
        camt(a_statement(an_entry(details=a_detail(text="&b;")), start=start))


def test_an_external_entity_is_refused() -> None:
    with pytest.raises(unreadable.ForbiddenXml):
        camt(a_statement(an_entry(), start='<!DOCTYPE Document SYSTEM "file:///etc/passwd">'))


def test_an_undeclared_entity_is_refused() -> None:
    with pytest.raises(unreadable.BrokenXml):
        camt(a_statement(an_entry(details=a_detail(text="&secret;"))))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(unreadable.TooDeep):
        camt(a_statement(an_entry(extra="<a>" * 200 + "</a>" * 200)))


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(unreadable.TooLongText):
        camt(a_statement(an_entry(details=a_detail(text="x" * 100_000))))


def test_an_endless_row_of_fields_is_refused() -> None:
    with pytest.raises(unreadable.TooLarge):
        camt(a_statement(an_entry(extra="<AddtlNtryInf>x</AddtlNtryInf>" * 30_000)))


@pytest.mark.parametrize("cut", [10, 200, 700, 1_500, len(VALID) - 12])
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(unreadable.TruncatedXml, match="fetch it from the bank again"):
        camt(VALID[:cut])


def test_a_payment_file_is_called_what_it_is() -> None:
    text = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>'

    with pytest.raises(unreadable.PaymentFileInstead, match=r"payment file \(pain\.001\.001\.09\)"):
        camt(text)


@pytest.mark.parametrize("text", ["<html><body/></html>", "<Document><Other/></Document>", '<Document xmlns="urn:x"/>'])
def test_other_xml_is_refused(text: str) -> None:
    with pytest.raises(unreadable.UnreadableStatement, match="line 1"):
        camt(text)


def test_a_statement_without_an_account_is_refused() -> None:
    with pytest.raises(unreadable.MissingValue, match="Acct/Id"):
        camt(VALID.replace(b"<Id><IBAN>DE75512108001245126199</IBAN></Id>", b""))


def test_a_currency_of_three_decimals_is_refused() -> None:
    with pytest.raises(Refusal, match="KWD"):
        camt(a_statement(an_entry(currency="KWD", amount="1.000")))


def test_an_unknown_encoding_is_refused() -> None:
    for name in (b"EBCDIC-XYZ", b"UTF-7", b"shift_jis"):
        with pytest.raises(unreadable.UnknownEncoding, match="UTF-8"):
            camt(VALID.replace(b"UTF-8", name))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_whatever_happens_to_a_file_it_is_read_or_refused(seed: int, changes: int) -> None:
    dice = random.Random(seed)
    damaged = bytearray(VALID)
    for _ in range(changes):
        at = dice.randrange(len(damaged))
        match dice.randrange(4):
            case 0:
                damaged[at] = dice.randrange(256)
            case 1:
                del damaged[at : at + dice.randrange(1, 60)]
            case 2:
                other = dice.randrange(len(damaged))
                damaged[at:at] = damaged[other : other + dice.randrange(1, 300)]
            case _:
                damaged[at:at] = dice.choice(
                    [b"<Ntry>", b"</Ntry>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&amp;", b"<TxDtls>"]
                )
    try:
        camt(bytes(damaged))
    except Refusal as refusal:
        said = str(refusal)
    else:
        said = "read"
    assert said


def _peak_of(entries: int) -> int:
    entry = an_entry(details=a_detail()).encode()
    head, tail = a_statement("@").encode().split(b"@")
    stream = io.BytesIO(head + entry * entries + tail)
    tracemalloc.start()
    for _event in read_camt(stream):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    _peak_of(100)

    assert _peak_of(20_000) < _peak_of(2_000) * 1.3 + 200_000
