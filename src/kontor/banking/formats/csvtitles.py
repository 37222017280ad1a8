"""The titles that banks give their CSV columns."""

from __future__ import annotations

from collections.abc import Sequence

# Sparkasse (CAMT and MT940 export), VR banks, DKB, ING, comdirect, Commerzbank, Deutsche Bank, N26, GLS,
# HypoVereinsbank, PayPal, PostFinance, Raiffeisen, UBS, ZKB, Erste, and their English forms; as `compact_title` writes them.
_TITLES: dict[str, tuple[str, ...]] = {
    "booking_date": (
        "buchungstag", "buchungsdatum", "buchung", "bookedat", "bookingdate", "buchungstagdatum", "datum", "date",
        "transaktionsdatum", "completeddate",
    ),
    "value_date": (
        "valutadatum", "valuta", "wertstellung", "wert", "wertstellungsdatum", "valutawertstellung", "valuedate",
        "wertstellungstag",
    ),
    "amount": (
        "betrag", "betrageur", "betragchf", "umsatz", "umsatzineur", "amount", "amounteur", "amountchf", "betragineur",
        "creditdebitamount", "brutto", "gross",
    ),
    "debit": (
        "soll", "lastschrift", "lastschriftinchf", "belastung", "belastungchf", "belastunginchf", "debit", "ausgang",
        "lastschriftineur", "belastungen",
    ),
    "credit": (
        "haben", "gutschrift", "gutschriftinchf", "gutschriftchf", "credit", "eingang", "gutschriftineur", "gutschriften",
    ),
    "indicator": ("sollhaben", "sh", "sollhabenkennzeichen", "umsatzsh", "debitcredit"),
    "fee": ("gebühr", "fee"),
    "currency": ("währung", "waehrung", "currency", "whg"),
    "counterparty_name": (
        "beguenstigterzahlungspflichtiger", "begünstigterauftraggeber", "auftraggeberbegünstigter",
        "namezahlungsbeteiligter", "auftraggeberempfänger", "empfängerauftraggeber", "auftraggeberempfaenger",
        "zahlungsempfängerzahlungspflichtiger", "partnername", "partnerbezeichnung", "payee", "name", "counterparty",
        "auftraggeberzahlungsempfänger", "empfängerzahlungspflichtiger", "beguenstigterabsender",
    ),
    "payer": ("zahlungspflichtiger", "zahlungspflichtigerin", "auftraggeber"),
    "payee": ("zahlungsempfängerin", "zahlungsempfänger", "empfänger", "begünstigter"),
    "counterparty_iban": (
        "kontonummeriban", "ibanzahlungsbeteiligter", "kontonummer", "iban", "partneriban", "accountnumber",
        "gläubigeriban", "ibankontonummer", "kontoiban",
    ),
    "counterparty_bic": (
        "bicswiftcode", "biczahlungsbeteiligter", "bicswiftcodezahlungsbeteiligter", "bic", "blz", "bicblz", "bicswift",
    ),
    "texts": (
        "verwendungszweck", "buchungsdetails", "paymentreference", "buchungstextverwendungszweck", "avisierungstext",
        "mitteilung", "description", "zahlungsreferenz", "vwz1", "vwz2", "text", "zahlungszweck", "details",
        "beschreibung1", "beschreibung2", "beschreibung3", "betreff", "rechnungsnummer", "hinweis",
    ),
    "booking_text": (
        "buchungstext", "umsatzart", "vorgang", "transaktionstyp", "umsatztyp", "bewegungstyp", "typ", "type",
    ),
    "reference": (
        "zkbreferenz", "transaktionscode", "transactionid", "transaktionsnr", "bankreferenz", "buchungsreferenz",
        "referenznummer",
    ),
    "end_to_end_id": ("kundenreferenzendtoend", "kundenreferenz", "endtoendreferenz", "endtoendid"),
    "mandate_id": ("mandatsreferenz", "mandatereference", "mandat"),
    "creditor_id": ("gläubigerid", "glaeubigerid", "creditorid"),
    "status": ("info", "status"),
    "impact": ("auswirkungaufguthaben", "balanceimpact"),
    "balance": (
        "saldo", "saldonachbuchung", "saldoinchf", "saldochf", "saldoeur", "saldoineur", "balance", "guthaben",
        "kontostand", "neuersaldo",
    ),
    "own_account": ("auftragskonto", "ibanauftragskonto", "ibanauftraggeberkonto", "kontoauftraggeber"),
}  # fmt: skip


def columns_of(titles: Sequence[str]) -> dict[str, int | tuple[int, ...]]:
    """Return the column of each meaning that the compact titles give away; where both stand, the more exact one."""
    columns: dict[str, int | tuple[int, ...]] = {}
    for role, names in _TITLES.items():
        found = [titles.index(name) for name in names if name in titles]
        if found:
            columns[role] = tuple(sorted(set(found))) if role == "texts" else found[0]
    _settle(columns, titles)
    return columns


def is_complete(columns: dict[str, int | tuple[int, ...]]) -> bool:
    """Tell whether the columns make a statement: a day, and an amount or debit and credit."""
    return "booking_date" in columns and ("amount" in columns or {"debit", "credit"} <= columns.keys())


def _settle(columns: dict[str, int | tuple[int, ...]], titles: Sequence[str]) -> None:
    """Decide where one title can mean two things."""
    if {"payer", "payee"} <= columns.keys():
        columns.pop("counterparty_name", None)
    else:
        only = columns.pop("payee", None), columns.pop("payer", None)
        for column in only:
            if column is not None:
                columns.setdefault("counterparty_name", column)
    has_name = "counterparty_name" in columns or "payer" in columns
    if "buchungstext" in titles and not (has_name and "texts" in columns):
        # Commerzbank and ZKB write payer and purpose into it; the kind stands in a column of its own, if at all.
        texts = columns.get("texts", ())
        columns["texts"] = (titles.index("buchungstext"), *(texts if isinstance(texts, tuple) else ()))
        columns.pop("booking_text", None)
        kind = next((titles.index(name) for name in ("umsatzart", "vorgang", "typ") if name in titles), None)
        if kind is not None:
            columns["booking_text"] = kind
    if "amount" in columns:
        columns.pop("debit", None)
        columns.pop("credit", None)
    if "fee" in columns and columns.get("amount") != _first(titles, "brutto", "gross"):
        columns.pop("fee")
    no_counterparty = not (columns.keys() & {"counterparty_name", "payer", "own_account"})
    if no_counterparty and titles[:2] == ["iban", "bookedat"]:
        # Raiffeisen in Switzerland begins each line with the own account.
        columns["own_account"] = 0
        columns.pop("counterparty_iban", None)


def _first(titles: Sequence[str], *names: str) -> int | None:
    return next((titles.index(name) for name in names if name in titles), None)
