"""The church community: donations and collections, camp fees, room rents, a roof to pay for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from kontor.demo.calendar import day_of, last_of, months
from kontor.demo.ibans import german_iban
from kontor.demo.story import Bill, Movement, Person, Story, Wallet

MAIN, GIFTS = "hauptkonto", "spendenkonto"
FAMILIES = (
    "Weidner", "Okonkwo", "Lindner", "Brandes", "Schröder", "Petersen", "Yıldız", "Kowalski", "Hansen", "Meier",
    "Nguyen", "Behrens", "Albrecht", "Vogel", "Sommer", "Thiele", "Franke", "Böhm", "Kaiser", "Ludwig",
)  # fmt: skip
FIRST_NAMES = ("Klara", "Mira", "Jonas", "Sabine", "David", "Ruth", "Emre", "Anna", "Ole", "Katrin")
SUPPLIERS = (
    ("heizung", "Meyer Heizungsbau GmbH", "Gewerbering 8", "31303", "Burgdorf", 61_010),
    ("energie", "Energiewerke Lindental", "Am Kraftwerk 1", "31303", "Burgdorf", 61_020),
    ("dach", "Dachdeckerei Storm", "Feldstraße 22", "31311", "Uetze", 61_030),
    ("orgel", "Orgelbau Hoffmann", "Domhof 5", "31134", "Hildesheim", 61_040),
)
HOUSES = (("musikschule", "Musikschule Lindental e.V.", 61_110), ("chor", "Kammerchor Burgdorf", 61_120))
CAMP_FEE = 18_500


def tell(today: date) -> Story:
    """Return the community's story from January of last year until `today`."""
    teller = _Teller(today)
    teller.tell()
    return teller.story


class _Teller:
    """Tells month by month; the same day gives the same story."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.dice = random.Random(7)  # a story, not a secret
        self.references = iter(range(500_001, 999_999))
        self.numbers: dict[int, int] = {}
        self.story = Story(
            code="gemeinde", organisation="Evangelische Kirchengemeinde Lindental", tenant="Kirchengemeinde Lindental",
            chart="SKR42",
            wallets=(
                Wallet(code=MAIN, name="Hauptkonto", bank="Sparkasse", iban=german_iban("25151270", 300_441), opening=2_480_000),
                Wallet(code=GIFTS, name="Spendenkonto", bank="GLS", iban=german_iban("43060967", 802_208), opening=910_000),
            ),
            people=list(_people()),
        )  # fmt: skip

    def tell(self) -> None:
        """Tell every month."""
        for first in months(date(self.today.year - 1, 1, 1), self.today):
            self._gifts(first)
            self._house(first)
            self._rents(first)
            if first.month == 5:
                self._camp(first)
        self._newest()
        self.story.movements = sorted((m for m in self.story.movements if m.on <= self.today), key=lambda m: m.on)
        self.story.bills = [bill for bill in self.story.bills if bill.on <= self.today]

    def _gifts(self, first: date) -> None:
        for _ in range(5):
            index = self.dice.randrange(len(FAMILIES))
            amount = self.dice.choice((2_000, 3_000, 5_000, 10_000, 15_000))
            words = self.dice.choice(("Spende Dachsanierung", "Spende Gemeindearbeit", "Spende Jugendarbeit"))
            self._move(
                GIFTS,
                day_of(first, self.dice.randrange(1, 28)),
                amount,
                _family(index),
                words,
                _iban(index),
                posts=("40500", ""),
            )
        self._move(
            MAIN,
            day_of(first, 5),
            self.dice.randrange(180, 420) * 100,
            "Einzahlung Kasse",
            f"Kollekten {first:%m/%Y}",
            "",
            posts=("40520", ""),
        )

    def _house(self, first: date) -> None:
        self._move(
            MAIN,
            day_of(first, 3),
            448_000,
            "Kirchenkreisamt",
            f"Zuweisung {first:%m/%Y}",
            german_iban("25151270", 1_001),
            posts=("40650", ""),
        )
        self._move(
            MAIN,
            day_of(first, 25),
            -286_400,
            "Kirchenkreisamt",
            f"Personalkosten {first:%m/%Y}",
            german_iban("25151270", 1_001),
            posts=("60200", ""),
        )
        self._move(
            MAIN, last_of(first), -690, "Sparkasse", f"Entgelt Kontoführung {first:%m/%Y}", "", posts=("68550", "")
        )
        self._bill_in(
            "energie",
            first,
            6,
            48_000 + (22_000 if first.month in {1, 2, 11, 12} else 0),
            "63250",
            "Abschlag Gas und Strom",
        )
        if first.month in {3, 9}:
            self._bill_in("heizung", first, 10, 31_700, "63350", "Wartung Heizung")
        if first.month == 6:
            self._bill_in("orgel", first, 18, 124_000, "64600", "Stimmung und Wartung der Orgel")
        if first.month in {4, 7, 10}:
            self._bill_in("dach", first, 12, 386_000, "64600", "Dachsanierung, Abschlag")

    def _rents(self, first: date) -> None:
        for key, name, number in HOUSES:
            on = day_of(first, 1)
            bill = self._number("M", on.year)
            self.story.bills.append(
                Bill(kind="receivable", party=key, number=bill, on=on, due=on + timedelta(days=14),
                     text=f"Nutzung Gemeindehaus {first:%m/%Y}", parts=(("48600", 24_000, ""),))
            )  # fmt: skip
            pays = on + timedelta(days=self.dice.randrange(8, 16))
            if pays <= self.today - timedelta(days=12):
                self._move(
                    MAIN,
                    pays,
                    24_000,
                    name,
                    f"Miete Gemeindehaus {bill}",
                    german_iban("25151270", number),
                    settles=((bill, 24_000, 0, 0),),
                )

    def _camp(self, first: date) -> None:
        """Equal fees for the summer camp: twelve families, one amount; two have not paid this year."""
        for index in range(12):
            number = self._number("F", first.year)
            self.story.bills.append(
                Bill(kind="receivable", party=f"family{index}", number=number, on=day_of(first, 4), due=day_of(first, 28),
                     text=f"Teilnahme Sommerfreizeit {first.year}", parts=(("44110", CAMP_FEE, ""),))
            )  # fmt: skip
            if first.year == self.today.year and index >= 9:
                continue
            self._move(MAIN, day_of(first, 10 + index), CAMP_FEE, _family(index), f"Freizeit {FIRST_NAMES[index % 10]} {number}",
                       _iban(index), settles=((number, CAMP_FEE, 0, 0),))  # fmt: skip

    def _newest(self) -> None:
        """The newest days: equal fees, a collective payment, a donation that equals a fee, a new account."""
        t = self.today
        open_fees = [b.number for b in self.story.bills if b.number.startswith(f"F-{t.year}")][9:12]
        if len(open_fees) == 3:
            self._move(MAIN, t - timedelta(days=9), CAMP_FEE, _family(9), f"Sommerfreizeit {open_fees[0]}", _iban(9))
            self._move(
                MAIN,
                t - timedelta(days=2),
                2 * CAMP_FEE,
                _family(10),
                f"Freizeit {open_fees[1]} und {open_fees[2]}",
                german_iban("50010517", 99_010),
            )
        self._move(GIFTS, t - timedelta(days=8), 50_000, "Klara Weidner", "Spende Dachsanierung", _iban(0))
        self._move(GIFTS, t - timedelta(days=2), CAMP_FEE, _family(4), "Spende Sommerfreizeit für andere", _iban(4))
        self._move(
            MAIN,
            t - timedelta(days=1),
            24_000,
            "Musikschule Lindental",
            "Miete November",
            german_iban("25151270", 61_110),
        )
        self._move(MAIN, t - timedelta(days=1), -690, "Sparkasse", f"Entgelt Kontoführung {t:%m/%Y}", "")
        self._move(
            MAIN,
            t - timedelta(days=1),
            150_000,
            "Kirchengemeinde Lindental",
            "Umbuchung vom Spendenkonto",
            german_iban("43060967", 802_208),
        )
        self._move(
            GIFTS,
            t - timedelta(days=1),
            -150_000,
            "Kirchengemeinde Lindental",
            "Umbuchung auf Hauptkonto",
            german_iban("25151270", 300_441),
        )

    def _bill_in(self, supplier: str, first: date, day: int, amount: int, account: str, text: str) -> None:
        on = day_of(first, day)
        if on > self.today - timedelta(days=5):
            return
        number = f"{first:%y%m}-{self.dice.randrange(1000, 9999)}"
        self.story.bills.append(
            Bill(kind="payable", party=supplier, number=number, on=on, due=on + timedelta(days=21), text=f"{text} {first:%m/%Y}",
                 parts=((account, amount, ""),))
        )  # fmt: skip
        pays = on + timedelta(days=16)
        if pays <= self.today - timedelta(days=12):
            row = next(row for row in SUPPLIERS if row[0] == supplier)
            self._move(
                MAIN,
                pays,
                -amount,
                row[1],
                f"Rechnung {number}",
                german_iban("25151270", row[5]),
                settles=((number, amount, 0, 0),),
            )

    def _number(self, letter: str, year: int) -> str:
        self.numbers[year] = self.numbers.get(year, 0) + 1
        return f"{letter}-{year}-{self.numbers[year]:03d}"

    def _move(self, account: str, on: date, amount: int, name: str, text: str, iban: str,
              settles: tuple[tuple[str, int, int, int], ...] = (), posts: tuple[str, str] | None = None) -> None:  # fmt: skip
        self.story.movements.append(
            Movement(account=account, on=on, amount=amount, name=name, text=text, iban=iban,
                     reference=f"KG{next(self.references)}", settles=settles, posts=posts)
        )  # fmt: skip


def _people() -> Iterator[Person]:
    for index in range(len(FAMILIES)):
        yield Person(key=f"family{index}", side="debtor", number=str(10_001 + index), name=_family(index), iban=_iban(index),
                     kind="person", street="Lindenweg", postcode="31303", town="Burgdorf")  # fmt: skip
    for index, (key, name, number) in enumerate(HOUSES):
        yield Person(key=key, side="debtor", number=str(10_101 + index), name=name, iban=german_iban("25151270", number),
                     street="Marktstraße", postcode="31303", town="Burgdorf")  # fmt: skip
    for index, (key, name, street, postcode, town, number) in enumerate(SUPPLIERS):
        yield Person(key=key, side="creditor", number=str(70_001 + index), name=name, iban=german_iban("25151270", number),
                     street=street, postcode=postcode, town=town)  # fmt: skip


def _family(index: int) -> str:
    return f"{FIRST_NAMES[index % len(FIRST_NAMES)]} {FAMILIES[index]}"


def _iban(index: int) -> str:
    return german_iban("25151270", 700_100 + index)
