"""Make labelled open items and bank transactions as an office sees them, from a seed.

Hot amounts (a membership fee that a fifth of the items share), common names, payers without a known IBAN, numbers
written in every way and with typing errors, several items, discounts, credit notes, partial payments, donations whose
amount equals an open item, and payments that belong to nothing.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kontor.matching.rules.text import qr_check_digit
from kontor.matching.rules.values import DiscountTier, OpenItemRow, PartyRow, TransactionRow

FIRST = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Eva",
    "Finn",
    "Greta",
    "Hans",
    "Ida",
    "Jan",
    "Karl",
    "Lena",
    "Max",
    "Nora",
    "Otto",
    "Paul",
    "Rita",
    "Sven",
    "Tina",
    "Udo",
]
LAST = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Groß",
    "Jäger",
]
TRADE = [
    "Bau",
    "Druck",
    "Holz",
    "Metall",
    "Garten",
    "Licht",
    "Technik",
    "Handel",
    "Verlag",
    "Reisen",
    "Medien",
    "Optik",
    "Pharma",
    "Energie",
    "Textil",
]
FORM = ["GmbH", "AG", "KG", "e.V.", "OHG", "GbR"]
HOT_AMOUNT = 4900
START = date(2026, 1, 5)

KINDS = {
    "number": 46, "reference": 10, "payable": 8, "fee_unnamed": 5, "unnamed": 5, "customer_number": 5,
    "several_named": 8, "several_unnamed": 4, "credit_note": 2, "tolerance": 1.5, "mistyped": 2, "partial": 1.5,
    "third_party": 1, "two_transfers": 0.5,
}  # fmt: skip
NO_ITEM = {"donation_equal": 2.5, "donation": 1, "unrelated": 2.5, "stranger": 1.5, "bank_fee": 0.5}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Items, parties and transactions with the truth: the items each transaction pays, empty for none.

    `kind` says by transaction id how it was made; `is_named` whether its text tells equal items apart.
    """

    items: list[OpenItemRow]
    parties: list[PartyRow]
    transactions: list[TransactionRow]
    truth: dict[int, frozenset[int]]
    kind: dict[int, str]


def labelled(*, transactions: int, items: int, seed: int = 7) -> Labelled:
    """Return labelled data of the given sizes; the same seed gives the same data."""
    return _Office(random.Random(seed), items).write(transactions)


class _Office:
    """Makes parties and items, then lets payers pay them; open numbers are a quarter of the range in use."""

    def __init__(self, rng: random.Random, count: int) -> None:
        self.rng = rng
        self.parties = [self._party(number) for number in range(1, max(2, count // 8) + 1)]
        self.items = [self._item(number) for number in range(1, count + 1)]
        self.free: dict[int, list[OpenItemRow]] = {}
        for item in sorted(self.items, key=lambda item: (item.due_date, item.document_number, item.item_id)):
            self.free.setdefault(item.party_id, []).append(item)
        self.transactions: list[TransactionRow] = []
        self.truth: dict[int, frozenset[int]] = {}
        self.kind: dict[int, str] = {}

    def write(self, count: int) -> Labelled:
        kinds = KINDS | NO_ITEM
        names, shares = list(kinds), list(kinds.values())
        while len(self.transactions) < count:
            kind = self.rng.choices(names, shares)[0]
            getattr(self, f"_{kind}")(self.rng.choice(self.parties), kind)
        return Labelled(self.items, self.parties, self.transactions[:count], self.truth, self.kind)

    def _party(self, number: int) -> PartyRow:
        rng = self.rng
        if rng.random() < 0.5:
            name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        else:
            name = f"{rng.choice(LAST)} {rng.choice(TRADE)}{rng.choice(TRADE).lower()} {rng.choice(FORM)}"
        ibans = (self._iban(),) if rng.random() < 0.92 else ()
        return PartyRow(number, name, ibans=ibans, customer_number=f"K{10000 + number}")

    def _iban(self) -> str:
        return f"DE{self.rng.randint(10, 99)}{self.rng.randint(10**17, 10**18 - 1)}"

    def _item(self, number: int) -> OpenItemRow:
        rng = self.rng
        party_id = rng.randint(1, len(self.parties))
        chance = rng.random()
        amount = (
            HOT_AMOUNT if chance < 0.2 else rng.choice((9900, 11900)) if chance < 0.3 else rng.randint(500, 500_000)
        )
        written = START + timedelta(rng.randint(0, 200))
        is_payable, is_credit = rng.random() < 0.1, rng.random() < 0.03
        serial = number * 4 + rng.randint(0, 3)
        document = f"RE-2026-{serial:06d}" if not is_credit else f"GS-2026-{serial:06d}"
        if is_payable:
            document = f"{rng.choice(('', 'R', 'INV-'))}{rng.randint(1000, 9_999_999)}"
        discounts: tuple[DiscountTier, ...] = ()
        if number % 4 == 0 and amount != HOT_AMOUNT and not is_credit:
            until = written + timedelta(10)
            discounts = (DiscountTier(until, until + timedelta(3), max(1, amount * 2 // 100)),)
        references: tuple[str, ...] = ()
        if number % 8 == 1:
            body = f"{number:026d}"
            references = (body + qr_check_digit(body),)
        return OpenItemRow(
            number, "payable" if is_payable else "receivable", is_credit and not is_payable, party_id, document,
            references, written, written + timedelta(rng.choice((14, 30))), "EUR", amount, amount, discounts,
            tolerance_under=min(300, amount // 50) if number % 3 else 0,
            tolerance_over=min(300, amount // 50) if number % 3 else 0,
        )  # fmt: skip

    def _take(self, party: PartyRow, count: int = 1, *, side: str = "receivable", hot: bool | None = None,
              credit: bool = False) -> list[OpenItemRow]:  # fmt: skip
        """Return the party's oldest unpaid items that fit, marked paid; empty if there are too few."""
        fitting = [
            item
            for item in self.free.get(party.party_id, ())
            if item.side == side and item.is_credit_note == credit and hot in (None, item.amount_open == HOT_AMOUNT)
        ][:count]
        if len(fitting) < count:
            return []
        taken = {item.item_id for item in fitting}
        self.free[party.party_id] = [item for item in self.free[party.party_id] if item.item_id not in taken]
        return fitting

    def _pay(
        self, party: PartyRow, kind: str, items: list[OpenItemRow], text: str, *, amount: int | None = None,
        shown: PartyRow | None = None, reference: str = "", truth: bool = True, booked: date | None = None,
    ) -> None:  # fmt: skip
        """Write a transaction by which `party` pays `items`; one in three payers with a discount takes it."""
        rng = self.rng
        day = booked or self._day(items)
        if amount is None:
            amount = 0
            takes_discount = rng.random() < 0.35
            if takes_discount and items and not booked:
                tiers = [item.discounts[0].until for item in items if item.discounts]
                day = min([day, *tiers])
            for item in items:
                net = item.discounts[0].amount if takes_discount and item.discounts else 0
                amount += (item.amount_open - net) * (-1 if item.is_credit_note else 1)
        payer = shown or party
        sign = -1 if items and items[0].side == "payable" else 1
        identity = len(self.transactions) + 1
        known = payer.ibans[0] if payer.ibans and rng.random() < 0.94 else rng.choice(("", self._iban()))
        self.transactions.append(
            TransactionRow(
                identity, day, day, sign * amount, "EUR", self._written(payer.name), known, text, reference,
                rng.choice(("", "NOTPROVIDED")),
            )
        )  # fmt: skip
        self.truth[identity] = frozenset(item.item_id for item in items) if truth else frozenset()
        self.kind[identity] = kind

    def _day(self, items: list[OpenItemRow]) -> date:
        if not items:
            return START + timedelta(self.rng.randint(30, 240))
        due = max(item.due_date for item in items)
        late = self.rng.randint(45, 110) if self.rng.random() < 0.04 else self.rng.randint(-10, 25)
        return max(due + timedelta(late), *(item.document_date for item in items))

    def _written(self, name: str) -> str:
        """Return a name as banks show it."""
        rng = self.rng
        chance = rng.random()
        if chance < 0.5:
            for umlaut, plain in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ß", "ss")):
                name = name.replace(umlaut, plain)
            return name.upper()
        if chance < 0.6 and name.count(" ") == 1:
            return ", ".join(reversed(name.split()))
        if chance < 0.63:
            at = rng.randrange(1, len(name) - 1)
            return name[:at] + name[at + 1 :]
        return name

    def _number_text(self, number: str) -> str:
        """Return a document number as payers write it and banks break it."""
        rng = self.rng
        chance = rng.random()
        if chance < 0.08:
            return number.replace("-", "")
        if chance < 0.16:
            return number.replace("-", " ")
        at = rng.randrange(3, len(number))
        head, _, tail = number.rpartition("-")
        for limit, written in (
            (0.22, f"{head}-{tail.lstrip('0')}" if head else number),
            (0.26, number[:at] + " " + number[at:]),
            (0.29, "Rechnungsnr." + number.replace("-", "")),
            (0.31, number.removeprefix("RE-")),
        ):
            if chance < limit:
                return written
        return number

    def _around(self, number: str) -> str:
        rng = self.rng
        return rng.choice(
            (
                f"Rechnung {number}", f"{number}", f"SVWZ+{number} vom {rng.randint(1, 28):02d}.03.2026",
                f"Re.Nr. {number} vielen Dank", f"EREF+NOTPROVIDED SVWZ+Rg {number}", f"Zahlung {number} EUR",
                f"{number} Kd-Nr. {rng.randint(10000, 99999)}", f"Invoice {number} of 2026",
            )
        )  # fmt: skip

    def _number(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party):
            self._pay(party, kind, items, self._around(self._number_text(items[0].document_number)))

    def _reference(self, party: PartyRow, kind: str) -> None:
        item = next((item for item in self.free.get(party.party_id, ()) if item.references), None)
        if item is None or item.side != "receivable" or item.is_credit_note:
            return
        self.free[party.party_id].remove(item)
        spaced = " ".join((item.references[0][:2], *(item.references[0][at : at + 5] for at in range(2, 27, 5))))
        inside = self.rng.random() < 0.3
        self._pay(party, kind, [item], f"QR {spaced}" if inside else "", reference="" if inside else item.references[0])

    def _payable(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party, side="payable"):
            self._pay(party, kind, items, f"Rechnung {items[0].document_number}")

    def _fee_unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party, hot=True):
            self._pay(party, kind, items, self.rng.choice(("Mitgliedsbeitrag 2026", "Beitrag", "Jahresbeitrag Verein")))

    def _unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party, hot=False):
            self._pay(party, kind, items, self.rng.choice(("Danke", "", "Rechnung", "SVWZ+Zahlung EREF+NOTPROVIDED")))

    def _customer_number(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party):
            self._pay(party, kind, items, f"Zahlung Kunde {party.customer_number}")

    def _several_named(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party, self.rng.choice((2, 2, 3, 4))):
            glue = self.rng.choice((", ", " ", " + ", " und "))
            self._pay(party, kind, items, glue.join(self._number_text(item.document_number) for item in items))

    def _several_unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party, self.rng.choice((2, 2, 3))):
            self._pay(party, kind, items, self.rng.choice(("diverse Rechnungen", "alle offenen Rechnungen", "Sammler")))

    def _credit_note(self, party: PartyRow, kind: str) -> None:
        credit = self._take(party, credit=True)
        items = self._take(party)
        if credit and items and items[0].amount_open > credit[0].amount_open + 100:
            text = f"{items[0].document_number} abzgl. {credit[0].document_number}"
            booked = max(items[0].due_date, credit[0].document_date, items[0].document_date + timedelta(14))
            self._pay(party, kind, items + credit, text, booked=booked)

    def _tolerance(self, party: PartyRow, kind: str) -> None:
        items = self._take(party)
        if items and items[0].tolerance_under and not items[0].discounts:
            amount = items[0].amount_open - self.rng.randint(1, items[0].tolerance_under)
            self._pay(party, kind, items, self._around(items[0].document_number), amount=amount)

    def _mistyped(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party):
            digits = list(items[0].document_number)
            at = self.rng.randrange(len(digits) - 4, len(digits))
            digits[at] = str((int(digits[at]) + self.rng.randint(1, 9)) % 10)
            self._pay(party, kind, items, f"Rechnung {''.join(digits)}")

    def _partial(self, party: PartyRow, kind: str) -> None:
        items = self._take(party)
        if items and items[0].amount_open > 2000:
            amount = items[0].amount_open * self.rng.choice((30, 40, 50)) // 100
            self._pay(party, kind, items, f"Anzahlung {items[0].document_number}", amount=amount)

    def _third_party(self, party: PartyRow, kind: str) -> None:
        if items := self._take(party):
            stranger = replace(party, name=f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}", ibans=())
            self._pay(party, kind, items, self._around(items[0].document_number), shown=stranger)

    def _two_transfers(self, party: PartyRow, kind: str) -> None:
        items = self._take(party, hot=False)
        if items and items[0].amount_open > 2000:
            first = items[0].amount_open // 3
            day = items[0].due_date
            self._pay(party, kind, items, "Teil 1", amount=first, booked=day)
            rest = items[0].amount_open - first
            self._pay(party, kind, items, "Teil 2", amount=rest, booked=day + timedelta(3))

    def _donation_equal(self, party: PartyRow, kind: str) -> None:
        open_items = [item for item in self.free.get(party.party_id, ()) if item.side == "receivable"]
        if open_items:
            text = self.rng.choice(("Spende", "Weihnachtsspende 2026", "Donation", "fuer den guten Zweck", "Don merci"))
            self._pay(party, kind, [], text, amount=open_items[0].amount_open, booked=open_items[0].due_date)

    def _donation(self, party: PartyRow, kind: str) -> None:
        self._pay(party, kind, [], "Spende Projekt Brunnen", amount=self.rng.choice((2000, HOT_AMOUNT, 5000, 10000)))

    def _unrelated(self, party: PartyRow, kind: str) -> None:
        text = self.rng.choice(("Miete Oktober", "Rueckzahlung Kaution", "Darlehen Rate 7", "Reparatur"))
        self._pay(party, kind, [], text, amount=self.rng.randint(100, 600_000))

    def _stranger(self, party: PartyRow, kind: str) -> None:
        name = f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"
        shown = replace(party, name=name, ibans=())
        self._pay(party, kind, [], "Zahlung", amount=self.rng.choice((HOT_AMOUNT, 9900, 12345)), shown=shown)

    def _bank_fee(self, party: PartyRow, kind: str) -> None:
        shown = replace(party, name="Sparkasse", ibans=())
        self._pay(party, kind, [], "Entgeltabschluss per 30.06.2026", amount=-self.rng.randint(100, 5000), shown=shown)


def kinds_of(data: Labelled) -> Counter[str]:
    """Return how many transactions there are of each kind."""
    return Counter(data.kind[transaction.transaction_id] for transaction in data.transactions)
