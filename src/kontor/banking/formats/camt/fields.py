"""Which elements of a camt entry are read, in every version (01 to 14), by path without namespace."""

from __future__ import annotations

from typing import NamedTuple

type Pairs = tuple[tuple[str, str], ...]


class EntryFields(NamedTuple):
    """The texts of one Ntry outside its TxDtls, as they stand in the file; None where absent or empty."""

    amount: str | None = None
    currency: str | None = None
    direction: str | None = None
    reversal: str | None = None
    status: str | None = None
    booked: str | None = None
    value: str | None = None
    servicer_reference: str | None = None
    reference: str | None = None
    domain: str | None = None
    family: str | None = None
    sub_family: str | None = None
    proprietary: str | None = None
    details_in: str | None = None
    batch_message: str | None = None
    batch_payment: str | None = None
    batch_number: str | None = None
    batch_sum: str | None = None
    batch_currency: str | None = None
    instructed: str | None = None
    instructed_currency: str | None = None
    rate: str | None = None
    booking_text: str | None = None
    charges: Pairs = ()


class DetailFields(NamedTuple):
    """The texts of one TxDtls."""

    amount: str | None = None
    currency: str | None = None
    direction: str | None = None
    transacted: str | None = None
    transacted_currency: str | None = None
    instructed: str | None = None
    instructed_currency: str | None = None
    countered: str | None = None
    countered_currency: str | None = None
    rate: str | None = None
    message: str | None = None
    servicer_reference: str | None = None
    payment_information: str | None = None
    instruction: str | None = None
    end_to_end: str | None = None
    transaction: str | None = None
    mandate: str | None = None
    domain: str | None = None
    family: str | None = None
    sub_family: str | None = None
    proprietary: str | None = None
    debtor: str | None = None
    debtor_iban: str | None = None
    debtor_account: str | None = None
    debtor_bic: str | None = None
    ultimate_debtor: str | None = None
    creditor: str | None = None
    creditor_iban: str | None = None
    creditor_account: str | None = None
    creditor_bic: str | None = None
    ultimate_creditor: str | None = None
    creditor_id: str | None = None
    purpose: str | None = None
    return_reason: str | None = None
    return_text: str | None = None
    additional: str | None = None
    charges: Pairs = ()
    remittance: Pairs = ()


def _paths(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(prefix + name for name in names)


def _party(role: str) -> tuple[str, ...]:
    # Version 02 writes Dbtr/Nm, version 08 Dbtr/Pty/Nm, and a bank as party Dbtr/Agt/FinInstnId/Nm.
    return _paths(f"/RltdPties/{role}", "/Nm", "/Pty/Nm", "/Agt/FinInstnId/Nm")


def _bic(agent: str) -> tuple[str, ...]:
    return _paths(f"/RltdAgts/{agent}/FinInstnId", "/BIC", "/BICFI") + _paths(
        f"/RltdAgts/{agent}/FinInstnId/CmbndId", "/BIC"
    )


_ENTRY_PATHS: dict[str, tuple[str, ...]] = {
    "amount": ("/Amt",),
    "currency": ("/Amt@Ccy",),
    "direction": ("/CdtDbtInd",),
    "reversal": ("/RvslInd",),
    "status": ("/Sts", "/Sts/Cd", "/Sts/Prtry"),
    "booked": ("/BookgDt/Dt", "/BookgDt/DtTm", "/BookgDt"),
    "value": ("/ValDt/Dt", "/ValDt/DtTm", "/ValDt"),
    "servicer_reference": ("/AcctSvcrRef",),
    "reference": ("/NtryRef",),
    "domain": ("/BkTxCd/Domn/Cd",),
    "family": ("/BkTxCd/Domn/Fmly/Cd",),
    "sub_family": ("/BkTxCd/Domn/Fmly/SubFmlyCd",),
    "proprietary": ("/BkTxCd/Prtry/Cd",),
    "details_in": ("/AddtlInfInd/MsgNmId",),
    "batch_message": ("/NtryDtls/Btch/MsgId", "/Btch/MsgId"),
    "batch_payment": ("/NtryDtls/Btch/PmtInfId", "/Btch/PmtInfId"),
    "batch_number": ("/NtryDtls/Btch/NbOfTxs", "/Btch/NbOfTxs"),
    "batch_sum": ("/NtryDtls/Btch/TtlAmt",),
    "batch_currency": ("/NtryDtls/Btch/TtlAmt@Ccy",),
    "instructed": ("/AmtDtls/InstdAmt/Amt",),
    "instructed_currency": ("/AmtDtls/InstdAmt/Amt@Ccy",),
    "rate": _paths("/AmtDtls/", "CntrValAmt/CcyXchg/XchgRate", "InstdAmt/CcyXchg/XchgRate", "TxAmt/CcyXchg/XchgRate"),
    "booking_text": ("/AddtlNtryInf",),
}

_DETAIL_PATHS: dict[str, tuple[str, ...]] = {
    "amount": ("/Amt",),
    "currency": ("/Amt@Ccy",),
    "direction": ("/CdtDbtInd",),
    "transacted": ("/AmtDtls/TxAmt/Amt",),
    "transacted_currency": ("/AmtDtls/TxAmt/Amt@Ccy",),
    "instructed": ("/AmtDtls/InstdAmt/Amt",),
    "instructed_currency": ("/AmtDtls/InstdAmt/Amt@Ccy",),
    "countered": ("/AmtDtls/CntrValAmt/Amt",),
    "countered_currency": ("/AmtDtls/CntrValAmt/Amt@Ccy",),
    "rate": _paths("/AmtDtls/", "CntrValAmt/CcyXchg/XchgRate", "InstdAmt/CcyXchg/XchgRate", "TxAmt/CcyXchg/XchgRate"),
    "message": ("/Refs/MsgId",),
    "servicer_reference": ("/Refs/AcctSvcrRef", "/Refs/AcctSvcrTxId"),
    "payment_information": ("/Refs/PmtInfId",),
    "instruction": ("/Refs/InstrId",),
    "end_to_end": ("/Refs/EndToEndId",),
    "transaction": ("/Refs/TxId",),
    "mandate": ("/Refs/MndtId",),
    "domain": ("/BkTxCd/Domn/Cd",),
    "family": ("/BkTxCd/Domn/Fmly/Cd",),
    "sub_family": ("/BkTxCd/Domn/Fmly/SubFmlyCd",),
    "proprietary": ("/BkTxCd/Prtry/Cd",),
    "debtor": _party("Dbtr"),
    "debtor_iban": ("/RltdPties/DbtrAcct/Id/IBAN",),
    "debtor_account": _paths("/RltdPties/DbtrAcct/Id", "/Othr/Id", "/PrtryAcct/Id", "/BBAN"),
    "debtor_bic": _bic("DbtrAgt"),
    "ultimate_debtor": _party("UltmtDbtr"),
    "creditor": _party("Cdtr"),
    "creditor_iban": ("/RltdPties/CdtrAcct/Id/IBAN",),
    "creditor_account": _paths("/RltdPties/CdtrAcct/Id", "/Othr/Id", "/PrtryAcct/Id", "/BBAN"),
    "creditor_bic": _bic("CdtrAgt"),
    "ultimate_creditor": _party("UltmtCdtr"),
    "creditor_id": _paths("/RltdPties/Cdtr", "/Id/PrvtId/Othr/Id", "/Pty/Id/PrvtId/Othr/Id")
    + _paths("/RltdPties/Cdtr", "/Id/PrvtId/OthrId/Id"),
    "purpose": ("/Purp/Cd", "/Purp/Prtry"),
    "return_reason": _paths("/RtrInf/", "Rsn/Cd", "RtrRsn/Cd", "Rsn/Prtry", "RtrRsn/Prtry"),
    "return_text": ("/RtrInf/AddtlInf", "/RtrInf/AddtlRtrRsnInf"),
    "additional": ("/AddtlTxInf",),
}

CHARGES = "/Chrgs/"
REMITTANCE = "/RmtInf/"


def _slots(names: tuple[str, ...], paths: dict[str, tuple[str, ...]]) -> dict[str, int]:
    return {path: names.index(name) for name, choices in paths.items() for path in choices}


ENTRY_SLOTS = _slots(EntryFields._fields, _ENTRY_PATHS)
DETAIL_SLOTS = _slots(DetailFields._fields, _DETAIL_PATHS)
ENTRY_SINGLES = len(EntryFields._fields) - 1
DETAIL_SINGLES = len(DetailFields._fields) - 2


def entry_fields(leaves: list[tuple[str, str]]) -> EntryFields:
    """Return the fields of an entry from its (path, text) leaves in document order; the first of a path counts."""
    texts: list[str | None] = [None] * ENTRY_SINGLES
    _fill(texts, leaves, ENTRY_SLOTS)
    return EntryFields._make([*texts, below(leaves, CHARGES)])


def detail_fields(leaves: list[tuple[str, str]]) -> DetailFields:
    """Return the fields of a transaction from its leaves."""
    texts: list[str | None] = [None] * DETAIL_SINGLES
    _fill(texts, leaves, DETAIL_SLOTS)
    return DetailFields._make([*texts, below(leaves, CHARGES), below(leaves, REMITTANCE)])


def below(leaves: list[tuple[str, str]], prefix: str) -> Pairs:
    """Return (rest of path, text) of the leaves under `prefix`, in document order."""
    return tuple((path[len(prefix) :], text) for path, text in leaves if path.startswith(prefix))


def _fill(texts: list[str | None], leaves: list[tuple[str, str]], slots: dict[str, int]) -> None:
    for path, text in leaves:
        slot = slots.get(path)
        if slot is not None and texts[slot] is None and text:
            texts[slot] = text
