"""Parties and open items of an office, and how their payers write and pay them."""

import random
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


class Books:
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

    def take(self, party: PartyRow, count: int = 1, *, side: str = "receivable", hot: bool | None = None,
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

    def pay(
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

    def number_text(self, number: str) -> str:
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

    def around(self, number: str) -> str:
        rng = self.rng
        return rng.choice(
            (
                f"Rechnung {number}", f"{number}", f"SVWZ+{number} vom {rng.randint(1, 28):02d}.03.2026",
                f"Re.Nr. {number} vielen Dank", f"EREF+NOTPROVIDED SVWZ+Rg {number}", f"Zahlung {number} EUR",
                f"{number} Kd-Nr. {rng.randint(10000, 99999)}", f"Invoice {number} of 2026",
            )
        )  # fmt: skip
