"""The agency: clients with estimates and invoices, suppliers with terms, a bank and a PayPal account."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from kontor.demo.calendar import day_of, last_of, months
from kontor.demo.ibans import german_iban
from kontor.demo.story import Bill, Movement, Person, Story, Wallet

MAIN, PAYPAL = "hauptkonto", "paypal"
CLIENTS = (
    ("hofmann", "Hofmann Möbelbau GmbH", "Lägenstraße 4", "30559", "Hannover", 4417, "skonto"),
    ("kirchenkreis", "Evang. Kirchenkreis Celle", "Fritzenwiese 9", "29221", "Celle", 2290, ""),
    ("kramer", "Kramer Akustik AG", "Am Listholze 70", "30177", "Hannover", 8812, ""),
    ("vhs", "Volkshochschule Langenhagen", "Konrad-Adenauer-Straße 17", "30853", "Langenhagen", 1705, ""),
    ("caritas", "Caritas Ortsverband Linden", "Posthornstraße 8", "30449", "Hannover", 6630, ""),
    ("stadtteil", "Stadtteilverein Nordstadt e.V.", "Engelbosteler Damm 57", "30167", "Hannover", 5571, ""),
    ("buergerstiftung", "Bürgerstiftung Region", "Warmbüchenstraße 3", "30159", "Hannover", 3019, ""),
    ("tafel", "Tafel Garbsen e.V.", "Planetenring 10", "30823", "Garbsen", 7734, ""),
    ("jugendamt", "Jugendamt Region Hannover", "Hildesheimer Straße 20", "30169", "Hannover", 2001, ""),
    ("yoga", "Yogagruppe List", "Jakobistraße 12", "30163", "Hannover", 9126, ""),
)
SUPPLIERS = (
    ("benatzky", "Druckhaus Benatzky GmbH", "Podbielskistraße 166", "30177", "Hannover", 40017, "supplier"),
    ("stadtwerke", "Stadtwerke Hannover AG", "Ihmeplatz 2", "30449", "Hannover", 128823, ""),
    ("hosting", "Nordhost Rechenzentrum GmbH", "Vahrenwalder Straße 255", "30179", "Hannover", 55120, ""),
    ("foto", "Fotostudio Reimers", "Limmerstraße 41", "30451", "Hannover", 70314, ""),
)
JOBS = ("Website, Abschlag", "Gemeindebrief, Gestaltung", "Messestand, Beschriftung", "Kampagne Herbst", "Jahresbericht",
        "Plakatserie", "Schilder und Leitsystem", "Video, Schnitt", "Betreuung Social Media")  # fmt: skip


def tell(today: date) -> Story:
    """Return the agency's story from January of last year until `today`."""
    teller = _Teller(today)
    teller.tell()
    return teller.story


class _Teller:
    """Tells month by month; the same day gives the same story."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.dice = random.Random(20260)  # a story, not a secret
        self.references = iter(range(100_001, 999_999))
        self.numbers: dict[int, int] = {}
        wallets = (
            Wallet(
                code=MAIN, name="Hauptkonto", bank="Sparkasse", iban=german_iban("25050180", 9104417), opening=3_150_000
            ),
            Wallet(
                code=PAYPAL,
                name="PayPal",
                bank="PayPal",
                iban=german_iban("76026000", 515),
                opening=22_950,
                kind="paypal",
            ),
        )
        self.story = Story(
            code="agentur", organisation="Werkhof Agentur GmbH", tenant="Werkhof Agentur", chart="SKR03",
            wallets=wallets, people=list(_people()),
        )  # fmt: skip

    def tell(self) -> None:
        """Tell every month."""
        for first in months(date(self.today.year - 1, 1, 1), self.today):
            self._costs(first)
            for client in self.dice.sample(CLIENTS, 6):
                self._job(client[0], client[1], first)
        self._open_cases()
        self.story.movements = sorted((m for m in self.story.movements if m.on <= self.today), key=lambda m: m.on)
        self.story.bills = [bill for bill in self.story.bills if bill.on <= self.today]

    def _next_number(self, year: int) -> str:
        self.numbers[year] = self.numbers.get(year, 100) + 1
        return f"{year}-{self.numbers[year]:04d}"

    def _job(self, client: str, name: str, first: date) -> None:
        on = first + timedelta(days=self.dice.randrange(0, 24))
        if on > self.today - timedelta(days=20):
            return
        net = self.dice.randrange(12, 420) * 1_000 + self.dice.choice((0, 500, 250))
        gross = net + _vat(net)
        number = self._next_number(on.year)
        has_discount = client == "hofmann"
        self.story.bills.append(
            Bill(kind="receivable", party=client, number=number, on=on, due=on + timedelta(days=28),
                 text=self.dice.choice(JOBS), parts=(("8400", net, "sale-standard"),),
                 discount_percent=2 if has_discount else 0, discount_days=18)
        )  # fmt: skip
        takes = has_discount and self.dice.random() < 0.7
        discount = _share(gross, 2) if takes else 0
        pays = on + timedelta(days=self.dice.randrange(6, 17) if takes else self.dice.randrange(12, 34))
        if pays > self.today - timedelta(days=12):
            return
        words = self.dice.choice(
            (f"Rechnung {number}", f"RE {number.replace('-', ' ')}", f"RG-NR {number} VIELEN DANK", number)
        )
        self._move(
            MAIN,
            pays,
            gross - discount,
            name,
            words,
            _iban_of(client),
            settles=((number, gross - discount, discount, 0),),
        )

    def _costs(self, first: date) -> None:
        self._move(MAIN, day_of(first, 3), -345_000, "Hausverwaltung Lister Meile", f"Miete Werkhalle {first:%m/%Y}",
                   german_iban("25050180", 77_001), posts=("4210", ""))  # fmt: skip
        self._move(MAIN, day_of(first, 27), -782_000 - self.dice.randrange(0, 40) * 1_000, "Lohnkonto Werkhof Agentur",
                   f"Gehälter {first:%m/%Y}", german_iban("25050180", 77_009), posts=("4120", ""))  # fmt: skip
        self._move(
            MAIN,
            last_of(first),
            -1_280,
            "Sparkasse Hannover",
            f"Entgelt Kontoführung {first:%m/%Y}",
            "",
            posts=("4970", ""),
        )
        self._bill_in("stadtwerke", first, 8, 34_622 + self.dice.randrange(-4_000, 4_000), "4240", "Abschlag Strom", 14)
        self._bill_in("hosting", first, 2, 18_900, "4925", "Server und Leitungen", 10)
        if first.month % 2:
            self._bill_in(
                "benatzky", first, 11, self.dice.randrange(40, 160) * 1_000, "3100", "Druck Broschüren", 30, discount=2
            )
        if first.month % 3 == 0:
            self._bill_in("foto", first, 15, self.dice.randrange(30, 90) * 1_000, "3100", "Fototermin", 21)
        if self.dice.random() < 0.6:
            gain = self.dice.randrange(30, 140) * 100
            self._move(
                PAYPAL,
                day_of(first, 19),
                gain,
                "Verkauf Kalender",
                "Bestellung Onlineshop",
                "",
                posts=("8400", "sale-standard"),
            )

    def _bill_in(
        self, supplier: str, first: date, day: int, net: int, account: str, text: str, days: int, discount: int = 0
    ) -> None:
        on = day_of(first, day)
        gross = net + _vat(net)
        number = f"{supplier[:2].upper()}{first:%y%m}{self.dice.randrange(100, 999)}"
        if on > self.today - timedelta(days=6):
            return
        self.story.bills.append(
            Bill(kind="payable", party=supplier, number=number, on=on, due=on + timedelta(days=days),
                 text=f"{text} {first:%m/%Y}", parts=((account, net, "purchase-standard"),), discount_percent=discount,
                 discount_days=10)
        )  # fmt: skip
        taken = _share(gross, discount) if discount else 0
        pays = on + timedelta(days=9 if discount else days - 1)
        if pays > self.today - timedelta(days=12):
            return
        name = next(row[1] for row in SUPPLIERS if row[0] == supplier)
        self._move(
            MAIN,
            pays,
            taken - gross,
            name,
            f"{number} {text}",
            _iban_of(supplier),
            settles=((number, gross - taken, taken, 0),),
        )

    def _open_cases(self) -> None:
        """The newest days: open invoices and payments that show every case of the matching."""
        t = self.today
        year = t.year
        number = {
            key: self._open(key, days, net, text, skonto=key.startswith("hofmann2"))
            for key, days, net, text in (
                ("hofmann", 26, 100_000, "Ladenregal, 2. Abschlag"), ("hofmann2", 14, 75_000, "Messestand, Beschriftung"),
                ("hofmann3", 7, 30_000, "Aufmaß Büro"), ("kirchenkreis", 50, 93_950, "Gemeindebrief Druck"),
                ("kramer", 43, 200_000, "Messebau, 1. Abschlag"), ("vhs", 67, 62_325, "Werkzeugkurs 6 Personen"),
                ("caritas", 93, 32_500, "Fahrradreparaturen"), ("stadtteil", 79, 100_000, "Bühnenbau Sommerfest"),
                ("buergerstiftung", 21, 240_000, "Spendenaktion Tische"), ("tafel", 10, 300_000, "Regale Lager"),
                ("jugendamt", 4, 130_000, "Kursleitung"), ("yoga", 36, 15_000, "Raummiete Oktober"),
            )
        }  # fmt: skip
        day = t - timedelta(days=2)
        early = t - timedelta(days=9)
        move = self._move
        move(
            MAIN,
            early,
            111_801,
            "EVANG. KIRCHENKREIS CELLE",
            f"Rechnung {number['kirchenkreis']} Gemeindebrief",
            _iban_of("kirchenkreis"),
        )
        move(MAIN, early, 100_000, "Kramer Akustik AG", f"Abschlag auf {number['kramer']}", _iban_of("kramer"))
        move(MAIN, early, 15_000, "Klara Weidner", "Danke für die Einladung! 0412?", german_iban("25190001", 55_812))
        move(
            MAIN,
            early,
            -41_200,
            "Stadtwerke Hannover AG",
            f"Abschlag Strom {t:%m/%Y} VK 400128823",
            _iban_of("stadtwerke"),
        )
        both = 119_000 + 89_250 - 1_785
        move(
            MAIN,
            day,
            both,
            "Hofmann Möbelbau GmbH",
            f"SEPA Überweisung RE {number['hofmann']} + {number['hofmann2']} abzgl. Skonto, danke Hofmann Möbelbau",
            _iban_of("hofmann"),
        )
        move(
            MAIN,
            day,
            74_165,
            "VHS Langenhagen",
            f"RG {number['vhs'].replace('-', '/')} Werkzeugkurs",
            german_iban("25050180", 1_799),
        )
        move(MAIN, day, 38_475, "Caritas Ortsverband Linden", f"{number['caritas']}", _iban_of("caritas"))
        move(
            MAIN,
            day,
            119_500,
            "Stadtteilverein Nordstadt e.V.",
            f"Rechnung {number['stadtteil']}",
            _iban_of("stadtteil"),
        )
        move(MAIN, day, 10_000, "", "Spende Dach", german_iban("50010517", 44_500))
        move(
            MAIN,
            t - timedelta(days=1),
            285_600,
            "Bürgerstiftung Region",
            "Zuwendung Tische gemaess Schreiben",
            _iban_of("buergerstiftung"),
        )
        move(
            MAIN,
            t - timedelta(days=1),
            17_850,
            "Yoga List",
            f"Raummiete Oktober {year}",
            german_iban("25190001", 9_127),
        )
        move(MAIN, t - timedelta(days=1), -1_280, "Sparkasse Hannover", f"Entgelt Kontoführung {t:%m/%Y}", "")
        move(
            MAIN,
            t - timedelta(days=1),
            -50_000,
            "Werkhof Agentur",
            "Umbuchung auf PayPal",
            german_iban("76026000", 515),
        )

    def _open(self, key: str, days: int, net: int, text: str, *, skonto: bool) -> str:
        on = self.today - timedelta(days=days)
        number = self._next_number(on.year)
        self.story.bills.append(
            Bill(kind="receivable", party=key.rstrip("23"), number=number, on=on, due=on + timedelta(days=28), text=text,
                 parts=(("8400", net, "sale-standard"),), discount_percent=2 if skonto else 0, discount_days=18)
        )  # fmt: skip
        return number

    def _move(self, account: str, on: date, amount: int, name: str, text: str, iban: str,
              settles: tuple[tuple[str, int, int, int], ...] = (), posts: tuple[str, str] | None = None) -> None:  # fmt: skip
        self.story.movements.append(
            Movement(account=account, on=on, amount=amount, name=name, text=text, iban=iban,
                     reference=f"WA{next(self.references)}", settles=settles, posts=posts)
        )  # fmt: skip


def _people() -> Iterator[Person]:
    for index, (key, name, street, postcode, town, _, term) in enumerate(CLIENTS):
        yield Person(key=key, side="debtor", number=str(10_117 + index * 13), name=name, iban=_iban_of(key), street=street,
                     postcode=postcode, town=town, term=term)  # fmt: skip
    for index, (key, name, street, postcode, town, _, term) in enumerate(SUPPLIERS):
        yield Person(key=key, side="creditor", number=str(70_010 + index * 10), name=name, iban=_iban_of(key), street=street,
                     postcode=postcode, town=town, term=term)  # fmt: skip


def _iban_of(key: str) -> str:
    rows = {row[0]: row[5] for row in (*CLIENTS, *SUPPLIERS)}
    return german_iban("25050180", rows[key.rstrip("23")])


def _vat(net: int) -> int:
    return (net * 19 + 50) // 100


def _share(amount: int, percent: int) -> int:
    return (amount * percent + 50) // 100
