"""An electronic invoice turned into a sheet that people read: everything in it, whatever its dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from kontor.documents.formats.invoice_paths import CII, UBL, Dialect, Fields
from kontor.documents.formats.invoice_xml import dialect_of, parsed_root
from kontor.documents.formats.xml_tree import Branch
from kontor.documents.rules.invoice_sheet import (
    KINDS,
    PLAIN_UNITS,
    TAXES,
    UNITS,
    WAYS,
    InvoiceSheet,
    Pairs,
    SheetLine,
    SheetParty,
    SheetVat,
)

TEXT_MAX = 2_000
LINES_MAX = 2_000
REST_MAX = 200
_DECIMALS_LEAST = 2


@dataclass(frozen=True, slots=True)
class _Clerk:
    """Writes figures, days and words of one invoice in one language."""

    words: Mapping[str, str]
    language: str
    currency: str

    def word(self, text: str) -> str:
        return self.words.get(text, text)

    def amount(self, text: str, *, unit: bool = True) -> str:
        """Return an amount with all its decimals, two at least; what is no number stays as it stands."""
        figure = self.number(text, decimals=_DECIMALS_LEAST)
        return f"{figure} {self.currency}" if unit and figure and self.currency else figure

    def number(self, text: str, *, decimals: int = 0) -> str:
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        if not value.is_finite() or abs(value.adjusted()) > 18:
            return text
        places = max(decimals, -int(value.normalize().as_tuple().exponent))
        written = f"{value:,.{places}f}"
        return written.translate(str.maketrans(",.", ".,")) if self.language == "de" else written

    def day(self, text: str) -> str:
        digits = re.sub(r"[^0-9]", "", text[:10])
        if len(digits) != 8:
            return text
        year, month, day = digits[:4], digits[4:6], digits[6:]
        return f"{day}.{month}.{year}" if self.language == "de" else f"{year}-{month}-{day}"

    def written(self, text: str, form: str) -> str:
        match form:
            case "day":
                return self.day(text)
            case "amount":
                return self.amount(text)
            case "code":
                return self.word(WAYS[text]) if text in WAYS else text
            case _:
                return text[:TEXT_MAX]


def sheet_of(content: bytes, *, name: str, words: Mapping[str, str], language: str) -> InvoiceSheet:
    """Return an electronic invoice as a sheet in the language of `words` (English text → text of the language).

    Raises:
        BrokenXml, NoInvoiceXml
    """
    root = parsed_root(content, name=name)
    dialect = CII if dialect_of(root, name=name) == "cii" else UBL
    tree = Branch(root, set())
    clerk = _Clerk(words, language, tree.text(dialect.currency))
    attachments = tuple(_attachments(tree, dialect, clerk))
    lines = tuple(_line(branch, dialect, clerk) for branch in tree.branches(dialect.lines)[:LINES_MAX])
    vat = tuple(_vat(branch, dialect, clerk) for branch in tree.branches(dialect.taxes))
    sums = (*_changes(tree, dialect.changes, dialect, clerk), *_pairs(tree, dialect.sums, clerk))
    facts, payment = tuple(_pairs(tree, dialect.facts, clerk)), tuple(_pairs(tree, dialect.payment, clerk))
    return InvoiceSheet(
        title=f"{_kind(tree, dialect, clerk)} {tree.text(dialect.number)[:80]}".strip(), facts=facts,
        parties=tuple(party for role, path in dialect.parties for party in _party(tree.branch(path), role, dialect, clerk)),
        lines=lines, sums=sums, vat=vat, payment=payment,
        notes=tuple(text[:TEXT_MAX] for path in dialect.notes for text in tree.texts(path)), attachments=attachments,
        rest=tuple((place, text[:TEXT_MAX]) for place, text in tree.rest())[:REST_MAX], words=dict(words),
    )  # fmt: skip


def _kind(tree: Branch, dialect: Dialect, clerk: _Clerk) -> str:
    code = tree.text(dialect.kind)
    is_credit = tree.element is not None and etree.QName(tree.element).localname == "CreditNote"
    return clerk.word(KINDS.get(code, "Credit note" if is_credit else "Invoice"))


def _pairs(tree: Branch, fields: Fields, clerk: _Clerk) -> Iterator[tuple[str, str]]:
    """Give the fields that are there; the same thing said twice is said once."""
    seen: set[tuple[str, str]] = set()
    for label, path, form in fields:
        for text in tree.texts(path):
            pair = (clerk.word(label), clerk.written(text, form))
            if pair not in seen:
                seen.add(pair)
                yield pair


def _party(branch: Branch, role: str, dialect: Dialect, clerk: _Clerk) -> Iterator[SheetParty]:
    if branch.element is None:
        return
    names = list(dict.fromkeys(text for path in dialect.party_names for text in branch.texts(path)))
    streets = [text for path in dialect.party_streets for text in branch.texts(path)]
    town = " ".join(text for path in dialect.party_town for text in branch.texts(path))
    numbers = [f"{clerk.word(_register(tax, dialect))} {number}" for tax in branch.branches(dialect.tax_number[0].rpartition("/")[0])
               if (number := tax.text(dialect.tax_number[0].rpartition("/")[2]))]  # fmt: skip
    facts = [f"{label} {text}" for label, text in _pairs(branch, dialect.party_facts, clerk)]
    lines = tuple(text[:TEXT_MAX] for text in [*names[1:], *streets, town, *numbers, *facts] if text)
    rest = tuple(f"{place}: {text[:TEXT_MAX]}" for place, text in branch.rest())
    if names or lines or rest:
        yield SheetParty(clerk.word(role), (names or [""])[0][:TEXT_MAX], (*lines, *rest))


def _register(tax: Branch, dialect: Dialect) -> str:
    scheme = tax.text(dialect.tax_number[1]) if dialect.tax_number[1] else tax.branch("ID").mark("schemeID")
    return "Tax number" if scheme.upper() in {"FC", "TAX"} else "VAT number"


def _line(branch: Branch, dialect: Dialect, clerk: _Clerk) -> SheetLine:
    names = [text for path in dialect.line_names for text in branch.texts(path)]
    details = [text[:TEXT_MAX] for path in dialect.line_details for text in branch.texts(path)]
    details += [f"{label}: {text}" for label, text in _pairs(branch, dialect.line_facts, clerk)]
    category, rate = (branch.text(path) for path in dialect.line_tax)
    price, base = branch.text(dialect.price), branch.text(dialect.price_base)
    amount = clerk.number(price, decimals=_DECIMALS_LEAST)
    line = {
        "number": branch.text(dialect.line_number), "name": (names or [""])[0][:TEXT_MAX],
        "quantity": _quantity(branch.branch(dialect.quantity), clerk),
        "price": f"{amount} {clerk.word('per')} {clerk.number(base)}" if base and clerk.number(base) != "1" else amount,
        "vat": _rate(category, rate, clerk),
        "net": clerk.amount(branch.text(dialect.line_net), unit=False),
    }  # fmt: skip
    changed = [change for path in dialect.line_changes for change in _changes(branch, path, dialect, clerk)]
    details += [f"{label}: {text}" for label, text in changed]
    details += [f"{place}: {text[:TEXT_MAX]}" for place, text in branch.rest()]
    return SheetLine(details=tuple(details), **line)


def _quantity(branch: Branch, clerk: _Clerk) -> str:
    unit = branch.mark("unitCode")
    shown = clerk.word(UNITS[unit]) if unit in UNITS else PLAIN_UNITS.get(unit, unit)
    return f"{clerk.number(branch.text())} {shown}".strip()


def _rate(category: str, rate: str, clerk: _Clerk) -> str:
    """Return the rate, and the kind where it is not the usual one."""
    shown = f"{clerk.number(rate)} %" if rate else ""
    kind = clerk.word(TAXES[category]) if category in TAXES and category != "S" else ""
    return " ".join(filter(None, [shown, kind])) if category != "O" else kind


def _vat(branch: Branch, dialect: Dialect, clerk: _Clerk) -> SheetVat:
    category, rate, base, tax, reason = (branch.text(path) for path in dialect.tax)
    return SheetVat(
        rate=_rate(category, rate, clerk), base=clerk.amount(base, unit=False), tax=clerk.amount(tax, unit=False),
        reason=" · ".join([*filter(None, [reason[:TEXT_MAX]]), *(f"{place}: {text}" for place, text in branch.rest())]),
    )  # fmt: skip


def _changes(tree: Branch, path: str, dialect: Dialect, clerk: _Clerk) -> Iterator[tuple[str, str]]:
    """Give discounts and charges, each with its reason and how it was reckoned; those of nothing are none."""
    for branch in tree.branches(path):
        is_charge = branch.text(dialect.change_is_charge).lower() == "true"
        figure = branch.text(dialect.change_amount)
        if not figure.strip("0.,- "):
            tuple(branch.rest())
            continue
        amount = clerk.amount(figure)
        reasons = [text[:TEXT_MAX] for path in dialect.change_reasons for text in branch.texts(path)]
        reasons += [f"{place}: {text}" for place, text in branch.rest()]
        label = clerk.word("Surcharge" if is_charge else "Price reduction")
        yield " · ".join([label, *reasons]), amount if is_charge else f"−{amount.removeprefix('-')}"


def _attachments(tree: Branch, dialect: Dialect, clerk: _Clerk) -> Pairs:
    found: list[tuple[str, str]] = []
    for branch in tree.branches(dialect.files):
        stored = branch.branch(dialect.file_bytes)
        names = list(dict.fromkeys(text for path in dialect.file_names for text in branch.texts(path)))
        size = len(re.sub(r"\s", "", stored.text())) * 3 // 4
        words = [clerk.word("%(kilobytes)s KB") % {"kilobytes": max(1, round(size / 1000))}] if size else []
        file_name = stored.mark("filename")
        rest = [f"{place}: {text[:TEXT_MAX]}" for place, text in branch.rest()]
        found.append(
            (file_name or (names or [""])[0], " · ".join([*(n for n in names if n != file_name), *words, *rest]))
        )
    return tuple(found)
