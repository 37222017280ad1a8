"""Which amount is the gross total."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kontor.documents.rules.reading.amounts import Amount, currencies_in, currency_in
from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed
from kontor.documents.rules.reading.words import folded

# A label, and the points that speak for the amount behind it being the gross total.
_LABELS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), points)
    for pattern, points in (
        (r"\b(?:gesamt|rechnung|end|brutto)s?-?(?:betrag|summe|total)\b(?!\s*netto)", 100),
        (r"\bgesamtpreis\b|\bkaufbetrag\b|\brechnungstotal\b|\btotalbetrag\b|\bgesamttotal\b", 95),
        (r"\b(?:summe|betrag|total|gesamt)\s*\(?\s*brutto|\bbrutto\s*(?:summe|betrag|total|gesamt)", 100),
        (r"\b(?:total|summe|betrag|gesamt\w*)\s*\(?\s*(?:inkl|incl|einschl|inc)\b", 100),
        (r"\btotal\s*t\.?t\.?c\b|\bmontant\s*(?:total|t\.?t\.?c)\b|\btotale\b|\bnet\s+à\s+payer", 98),
        (r"\b(?:grand\s+total|invoice\s+total|total\s+amount|total\s+price)\b", 98),
        (r"\b(?:amount|balance|total)\s+(?:due|payable|to\s+pay)|\bto\s+pay\b|\btotal\s+paid\b", 92),
        (
            r"\bzu\s*(?:be)?zahlen(?:der)?\b|\bzu\s+überweisen|\bzahlbetrag\b|\bzahlungsbetrag\b|\büberweisungsbetrag",
            92,
        ),
        (r"\b(?:summe|total|gesamt)\s*:?\s*(?:eur|chf|€|fr)", 92),
        (r"\bgesamt\b|\btotal\b|\bsumme\b", 80),
        (r"\bbrutto\b|\bgross\b", 55),
        (r"\bbetrag\b|\bamount\b|\bmontant\b", 50),
        (r"\bkartenzahlung\b|\bgirocard\b|\bec-?cash\b|\bmastercard\b|\bvisa\b|\btwint\b|\bkarte\b|\bcard\b", 35),
    )
)
_AGAINST: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), points)
    for pattern, points in (
        (r"\bzwischen(?:summe|total|betrag)\b|\bsub-?\s?total\b|\bübertrag\b|\bsous-total\b", 90),
        (r"\bpositions?summe\b|\bwarenwert\b|\beinzelpreis\b|\bunit\s+price\b", 90),
        (r"\bnetto?(?:betrag|summe)?\b(?!\s+à)|\bohne\s+(?:ust|mwst|umsatz|mehrwert)|\bexkl|\bexcl|\btotal\s*h\.?t\b|\bzzgl\b|\bbefore\s+tax", 90),
        (r"\b(?:steuer|ust|mwst|umsatzsteuer|mehrwertsteuer|tax|vat)-?\s?(?:betrag|summe|amount|total)\b|\btotal\s+(?:tax|vat)|\btotal\s+(?:des\s+)?taxes|\btotal\s+t\.?v\.?a", 90),
        (r"\b(?:zuschläge|abschläge|rabatt|nachlass|skonto|discount|rundung|ersparnis|gespart|gutschein)\b", 70),
        (r"\b(?:gegeben|erhalten|bar|cash|tendered|given|passend)\b", 75),
        (r"\b(?:rück(?:geld|gabe)?|zurück|wechselgeld|change|retour)\b", 95),
        (r"\b(?:anzahlung|angezahlt|bereits\s+(?:be|ge)zahlt|vorauszahlung|acompte|deposit|guthaben|offene\s+zahlungen|offen\s+aus|vorherige|saldo)", 70),
        (r"\b(?:stammkapital|grundkapital|kapital|capital|mahngebühr|monatlich|punkte|pfand)\b", 60),
        (r"\b(?:davon|darin|enthalten(?:e[nrs]?)?)\b", 70),
        (r"^\W*(?:inkl|incl|inkl\.|plus|\+)", 60),
    )
)  # fmt: skip
_TAX_FIRST = re.compile(r"^\W*(?:[a-d]\b\W*)?(?:mwst|ust|mehrwertsteuer|umsatzsteuer|tva|vat|tax|steuer)\b")
_CONFIDENT = 130


@dataclass(frozen=True, slots=True)
class _Scored:
    amount: Amount
    points: int
    label: int


def total_in(rows: Sequence[Row], amounts: Sequence[Amount], *, origin: Origin) -> Proposed[int] | None:
    """Propose the gross total: what a label, the sums and the place on the page speak for; None without amounts."""
    scored = [_scored(amount, rows, amounts) for amount in amounts if amount.minor]
    if not scored:
        return None
    best = max(scored, key=lambda one: (one.points, abs(one.amount.minor), one.amount.row))
    row = rows[best.amount.row]
    return Proposed(
        abs(best.amount.minor), origin, row.page, row.place_between(best.amount.start, best.amount.end),
        _confidence(best, scored),
    )  # fmt: skip


def _scored(amount: Amount, rows: Sequence[Row], amounts: Sequence[Amount]) -> _Scored:
    label = _label_points(amount, rows)
    points = label + _sum_points(amount, amounts) + _look_points(amount, rows)
    if abs(amount.minor) == max(abs(other.minor) for other in amounts):
        points += 10
    times = sum(1 for other in amounts if other.minor == amount.minor)
    return _Scored(amount, points + min(times - 1, 4) * 4, label)


def _label_points(amount: Amount, rows: Sequence[Row]) -> int:
    """Read the label before the amount in its row, or else the header above it."""
    row = rows[amount.row]
    before = folded(row.text[: amount.start])
    points = _points_of(before)
    if not points and not re.search(r"[a-zäöü]{3}", before):
        points = max(_points_of(_above(amount, rows)), _points_of(folded(row.text[amount.end :]))) * 9 // 10
    return points


def _points_of(label: str) -> int:
    if _TAX_FIRST.search(label):
        return -70
    speaking = max((points for pattern, points in _LABELS if pattern.search(label)), default=0)
    against = max((points for pattern, points in _AGAINST if pattern.search(label)), default=0)
    return speaking - 2 * against if against else speaking


def _above(amount: Amount, rows: Sequence[Row]) -> str:
    """Return the words that stand right above the amount in the two rows before."""
    place = rows[amount.row].box_between(amount.start, amount.end)
    words: list[str] = []
    for row in rows[max(0, amount.row - 2) : amount.row]:
        if row.page == rows[amount.row].page and place.top - row.box.bottom < 3 * place.height:
            words += [word.text for word in row.words if word.box.left < place.right and word.box.right > place.left]
    return folded(" ".join(words))


def _sum_points(amount: Amount, amounts: Sequence[Amount]) -> int:
    """Give points where two other amounts, the smaller a likely tax of the larger, add up to this one."""
    figures = Counter(abs(other.minor) for other in amounts)
    whole = abs(amount.minor)
    for net in figures:
        vat = whole - net
        if 0 < vat < net and vat in figures and 20 <= vat * 1000 // net <= 260:
            return 25
    return 0


def _look_points(amount: Amount, rows: Sequence[Row]) -> int:
    """Large letters and a currency beside it speak for a total."""
    row = rows[amount.row]
    usual = median(word.box.height for other in rows if other.page == row.page for word in other.words)
    points = 0
    if row.box_between(amount.start, amount.end).height > 1.3 * usual:
        points += 12
    if currency_in(row.text):
        points += 6
    return points


def _confidence(best: _Scored, scored: Sequence[_Scored]) -> int:
    rivals = [one.points for one in scored if one.amount.minor != best.amount.minor]
    lead = best.points - max(rivals, default=0)
    if best.label < 50:
        return 30
    return max(40, min(95, 60 + lead // 2 + (10 if best.points >= _CONFIDENT else 0)))


def currency_beside(rows: Sequence[Row], total: Proposed[int] | None, *, origin: Origin) -> Proposed[str] | None:
    """Propose the currency: the one in the row of the total, else the one named most."""
    if total is not None and total.box is not None:
        for row in rows:
            if row.page == total.page and row.place.top <= total.box.middle <= row.place.bottom:
                named = currency_in(row.text)
                if named:
                    return Proposed(named, origin, row.page, row.place, 90)
    for page in sorted({row.page for row in rows}):
        named_all = Counter(code for row in rows if row.page == page for code in currencies_in(row.text))
        if named_all:
            (code, times), *others = named_all.most_common()
            return Proposed(code, origin, page, None, 80 if not others or times > others[0][1] else 40)
    return None
