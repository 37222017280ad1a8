"""Make labelled open items and bank transactions as an office sees them, from a seed.

Hot amounts (a membership fee that a fifth of the items share), common names, payers without a known IBAN, numbers
written in every way and with typing errors, several items, discounts, credit notes, partial payments, donations whose
amount equals an open item, and payments that belong to nothing.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from bench.matching_books import FIRST, HOT_AMOUNT, LAST, Books
from kontor.matching.rules.values import OpenItemRow, PartyRow, TransactionRow

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


class _Office(Books):
    """Lets payers pay in every kind of way."""

    def write(self, count: int) -> Labelled:
        kinds = KINDS | NO_ITEM
        names, shares = list(kinds), list(kinds.values())
        while len(self.transactions) < count:
            kind = self.rng.choices(names, shares)[0]
            getattr(self, f"_{kind}")(self.rng.choice(self.parties), kind)
        return Labelled(self.items, self.parties, self.transactions[:count], self.truth, self.kind)

    def _number(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party):
            self.pay(party, kind, items, self.around(self.number_text(items[0].document_number)))

    def _reference(self, party: PartyRow, kind: str) -> None:
        item = next((item for item in self.free.get(party.party_id, ()) if item.references), None)
        if item is None or item.side != "receivable" or item.is_credit_note:
            return
        self.free[party.party_id].remove(item)
        spaced = " ".join((item.references[0][:2], *(item.references[0][at : at + 5] for at in range(2, 27, 5))))
        inside = self.rng.random() < 0.3
        self.pay(party, kind, [item], f"QR {spaced}" if inside else "", reference="" if inside else item.references[0])

    def _payable(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party, side="payable"):
            self.pay(party, kind, items, f"Rechnung {items[0].document_number}")

    def _fee_unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party, hot=True):
            self.pay(party, kind, items, self.rng.choice(("Mitgliedsbeitrag 2026", "Beitrag", "Jahresbeitrag Verein")))

    def _unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party, hot=False):
            self.pay(party, kind, items, self.rng.choice(("Danke", "", "Rechnung", "SVWZ+Zahlung EREF+NOTPROVIDED")))

    def _customer_number(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party):
            self.pay(party, kind, items, f"Zahlung Kunde {party.customer_number}")

    def _several_named(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party, self.rng.choice((2, 2, 3, 4))):
            glue = self.rng.choice((", ", " ", " + ", " und "))
            self.pay(party, kind, items, glue.join(self.number_text(item.document_number) for item in items))

    def _several_unnamed(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party, self.rng.choice((2, 2, 3))):
            self.pay(party, kind, items, self.rng.choice(("diverse Rechnungen", "alle offenen Rechnungen", "Sammler")))

    def _credit_note(self, party: PartyRow, kind: str) -> None:
        credit = self.take(party, credit=True)
        items = self.take(party)
        if credit and items and items[0].amount_open > credit[0].amount_open + 100:
            text = f"{items[0].document_number} abzgl. {credit[0].document_number}"
            booked = max(items[0].due_date, credit[0].document_date, items[0].document_date + timedelta(14))
            self.pay(party, kind, items + credit, text, booked=booked)

    def _tolerance(self, party: PartyRow, kind: str) -> None:
        items = self.take(party)
        if items and items[0].tolerance_under and not items[0].discounts:
            amount = items[0].amount_open - self.rng.randint(1, items[0].tolerance_under)
            self.pay(party, kind, items, self.around(items[0].document_number), amount=amount)

    def _mistyped(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party):
            digits = list(items[0].document_number)
            at = self.rng.randrange(len(digits) - 4, len(digits))
            digits[at] = str((int(digits[at]) + self.rng.randint(1, 9)) % 10)
            self.pay(party, kind, items, f"Rechnung {''.join(digits)}")

    def _partial(self, party: PartyRow, kind: str) -> None:
        items = self.take(party)
        if items and items[0].amount_open > 2000:
            amount = items[0].amount_open * self.rng.choice((30, 40, 50)) // 100
            self.pay(party, kind, items, f"Anzahlung {items[0].document_number}", amount=amount)

    def _third_party(self, party: PartyRow, kind: str) -> None:
        if items := self.take(party):
            stranger = replace(party, name=f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}", ibans=())
            self.pay(party, kind, items, self.around(items[0].document_number), shown=stranger)

    def _two_transfers(self, party: PartyRow, kind: str) -> None:
        items = self.take(party, hot=False)
        if items and items[0].amount_open > 2000:
            first = items[0].amount_open // 3
            day = items[0].due_date
            self.pay(party, kind, items, "Teil 1", amount=first, booked=day)
            rest = items[0].amount_open - first
            self.pay(party, kind, items, "Teil 2", amount=rest, booked=day + timedelta(3))

    def _donation_equal(self, party: PartyRow, kind: str) -> None:
        open_items = [item for item in self.free.get(party.party_id, ()) if item.side == "receivable"]
        if open_items:
            text = self.rng.choice(("Spende", "Weihnachtsspende 2026", "Donation", "fuer den guten Zweck", "Don merci"))
            self.pay(party, kind, [], text, amount=open_items[0].amount_open, booked=open_items[0].due_date)

    def _donation(self, party: PartyRow, kind: str) -> None:
        self.pay(party, kind, [], "Spende Projekt Brunnen", amount=self.rng.choice((2000, HOT_AMOUNT, 5000, 10000)))

    def _unrelated(self, party: PartyRow, kind: str) -> None:
        text = self.rng.choice(("Miete Oktober", "Rueckzahlung Kaution", "Darlehen Rate 7", "Reparatur"))
        self.pay(party, kind, [], text, amount=self.rng.randint(100, 600_000))

    def _stranger(self, party: PartyRow, kind: str) -> None:
        name = f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"
        shown = replace(party, name=name, ibans=())
        self.pay(party, kind, [], "Zahlung", amount=self.rng.choice((HOT_AMOUNT, 9900, 12345)), shown=shown)

    def _bank_fee(self, party: PartyRow, kind: str) -> None:
        shown = replace(party, name="Sparkasse", ibans=())
        self.pay(party, kind, [], "Entgeltabschluss per 30.06.2026", amount=-self.rng.randint(100, 5000), shown=shown)


def kinds_of(data: Labelled) -> Counter[str]:
    """Return how many transactions there are of each kind."""
    return Counter(data.kind[transaction.transaction_id] for transaction in data.transactions)
