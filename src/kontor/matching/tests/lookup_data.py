"""Rows that collide wherever they can: few numbers, names, amounts and parties, written in many ways."""

import random
from datetime import timedelta

from kontor.matching.rules.text import qr_check_digit
from kontor.matching.rules.values import DiscountTier, OpenItemRow, PartyRow, TransactionRow
from kontor.matching.tests.match_builders import DUE

NUMBERS = (
    "RE-2026-{0:06d}", "RE-2026-{0:06d}", "RE-2026-{0}", "RE{0}", "GS-2026-{0:04d}", "{0}", "2026{0:05d}", "{0}/26",
    "AB12-{0:03d}", "A1B{0}C", "Beitrag 2026", "INV-{0}",
)  # fmt: skip
NAMES = (
    "Anna Weber", "Weber, Anna", "Müller Druck GmbH", "Mueller Druck", "Muller Druk GmbH", "Hans Müller", "Weber Bau AG",
    "Weber & Söhne", "Sparkasse", "Nordlicht Verlag GmbH", "Nordlich Verlag",
)  # fmt: skip
AMOUNTS = (4_900, 4_900, 9_900, 11_900, 10_000, 100, 7_331)
WORDS = ("Rechnung", "RE", "Nr.", "vom 01.03.2026", "Danke", "und", "Spende", "Kd-Nr. K10003", "diverse Rechnungen",
         "EUR 49,00", "SVWZ+", "EREF+NOTPROVIDED", "10002", "000003", "4", "weber@example.org", "2026")  # fmt: skip


def colliding(rng: random.Random) -> tuple[list[TransactionRow], list[OpenItemRow], list[PartyRow]]:
    """Return transactions, items and parties."""
    parties = [_party(rng, at) for at in range(1, rng.randint(3, 40))]
    items = [_item(rng, at, len(parties)) for at in range(1, rng.randint(5, 160))]
    return [_transaction(rng, at, items, parties) for at in range(1, 25)], items, parties


def _party(rng: random.Random, at: int) -> PartyRow:
    iban = f"DE{rng.choice((at, at, 7)):020d}"
    return PartyRow(
        at, rng.choice((*NAMES, f"Kunde {at} GmbH")), aliases=(rng.choice(NAMES),) if rng.random() < 0.2 else (),
        ibans=(iban,) if rng.random() < 0.7 else (), customer_number=rng.choice((f"K{10_000 + at}", str(10_000 + at), "")),
        emails=("weber@example.org",) if rng.random() < 0.1 else (),
    )  # fmt: skip


def _item(rng: random.Random, at: int, parties: int) -> OpenItemRow:
    amount = rng.choice((*AMOUNTS, rng.randint(100, 50_000)))
    references: tuple[str, ...] = ()
    if rng.random() < 0.15:
        body = f"{rng.randint(1, 9):026d}"
        references = (rng.choice((body + qr_check_digit(body), "RF18539007547034", f"VOM{rng.randint(1, 9)}", "4711")),)
    until = DUE + timedelta(rng.randint(-20, 5))
    discounts = (DiscountTier(until, until, max(1, amount // 50)),) if rng.random() < 0.2 else ()
    written = DUE - timedelta(rng.randint(0, 60))
    return OpenItemRow(
        at, rng.choice(("receivable", "receivable", "payable")), rng.random() < 0.1, rng.randint(1, parties),
        rng.choice(NUMBERS).format(rng.randint(1, 40)), references, written, written + timedelta(14),
        rng.choice(("EUR", "EUR", "EUR", "CHF")), amount, amount, discounts, rng.choice((0, 50)), rng.choice((0, 50)),
        is_blocked=rng.random() < 0.03,
    )  # fmt: skip


def _transaction(rng: random.Random, at: int, items: list[OpenItemRow], parties: list[PartyRow]) -> TransactionRow:
    paid = rng.sample(items, rng.choice((0, 1, 1, 2, 3)) if len(items) > 3 else 0)
    payer = next((party for party in parties if paid and party.party_id == paid[0].party_id), rng.choice(parties))
    written = [item.document_number for item in paid if rng.random() < 0.7]
    if written and rng.random() < 0.3:
        written = [written[0], *(number[-3:] for number in written[1:])]
    words = [*written, *rng.sample(WORDS, rng.randint(0, 3))]
    rng.shuffle(words)
    amount = sum(item.direction * item.amount_open for item in paid) or rng.choice(AMOUNTS)
    if rng.random() < 0.15:
        amount += rng.choice((-40, -5, 40, -2_000))
    references = [reference for item in paid for reference in item.references]
    day = DUE + timedelta(rng.randint(-20, 20))
    return TransactionRow(
        at, day, day, amount or 1, "EUR", rng.choice((payer.name, payer.name, rng.choice(NAMES), "")),
        rng.choice((*payer.ibans, *payer.ibans, "", f"DE{7:020d}")), rng.choice((" ", ", ", " und ", "/")).join(words),
        rng.choice((*references, "")), rng.choice(("", "NOTPROVIDED", rng.choice(items).document_number)),
        is_return=rng.random() < 0.03,
    )  # fmt: skip
