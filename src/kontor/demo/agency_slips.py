"""The agency's receipts: what the people of the workshop lay out, and invoices that come with the post."""

from __future__ import annotations

from kontor.demo.slips import EMRE, LENA, RUTH, SABINE, TYPES, Desk, Rule, Shop, Slip

TREASURER = "kasse@demo.kontor"
_MATERIAL, _TRAVEL, _FOOD, _OFFICE, _POST, _BOOKS, _COURSE, _PRESS, _GIFTS, _LODGING, _HIRE = (
    name for name, _ in TYPES
)

SHOPS = {
    "werkzeug": Shop(name="Werkzeug Henning", street="Göttinger Chaussee 76", town="30453 Hannover"),
    "bahn": Shop(name="Reisezentrum Hauptbahnhof", street="Ernst-August-Platz 1", town="30159 Hannover", rate=7),
    "hotel": Shop(name="Hotel am Klagesmarkt", street="Klagesmarkt 20", town="30159 Hannover", rate=7),
    "cafe": Shop(name="Café Lindenblatt", street="Limmerstraße 50", town="30451 Hannover"),
    "buero": Shop(name="Bürobedarf Kaltenbach", street="Schiffgraben 17", town="30159 Hannover"),
    "licht": Shop(
        name="Lichtmanufaktur Nord GmbH", street="Davenstedter Straße 60", town="30453 Hannover", account=41_100
    ),
    "messe": Shop(name="Messebau Ostermann KG", street="Hermesallee 4", town="30521 Hannover", account=41_200),
}

SLIPS = (
    Slip(end="paid", days=74, paid=56, who=LENA, shop="bahn", items=(("Hannover – Hamburg, hin und zurück", 9_480),), project="10", type=_TRAVEL, purpose="Kundentermin Hamburg", is_flat=True),
    Slip(end="paid", days=68, paid=56, who=EMRE, shop="werkzeug", items=(("Akkuschrauber", 18_900), ("Bits 32-tlg.", 2_490)), project="20", type=_MATERIAL, purpose="Ersatz Akkuschrauber Montage"),
    Slip(end="done", days=50, who=SABINE, shop="buero", items=(("Toner schwarz", 8_990), ("Druckerpapier", 4_450)), project="10", type=_OFFICE, purpose="Toner und Papier", variant="organisation", means="Firmenkarte", is_flat=True),
    Slip(end="paid", days=39, paid=28, who=RUTH, shop="hotel", items=(("2 Nächte Einzelzimmer", 23_800),), project="20", type=_LODGING, purpose="Aufbau Messestand Hofmann"),
    Slip(end="booked", days=20, who=EMRE, shop="werkzeug", items=(("Kreissägeblatt", 6_490), ("Arbeitshandschuhe", 1_980)), project="20", type=_MATERIAL, purpose="Werkstatt"),
    Slip(end="listed", days=16, paid=3, who=LENA, shop="cafe", items=(("Kaffee und Kuchen", 3_940),), project="10", type=_FOOD, purpose="Besprechung mit Kramer Akustik, 4 Personen"),
    Slip(end="booked", days=14, who=LENA, shop="licht", items=(("LED-Schiene 12 m", 42_840), ("Netzteil", 9_520)), project="20", type=_MATERIAL, purpose="Beleuchtung Ladenregal Hofmann", variant="to_pay", number="LN-5520"),
    Slip(end="progress", days=9, who=EMRE, shop="bahn", items=(("Hannover – Köln", 6_790),), project="10", type=_TRAVEL, purpose="Materialmesse Köln"),
    Slip(end="new", days=6, who=LENA, shop="messe", items=(("Standmiete, Anteil", 83_300),), project="20", type=_HIRE, purpose="Messestand Frühjahr, Anzahlung", variant="to_pay", number="MO-1180"),
    Slip(end="review", days=3, who=EMRE, shop="hotel", items=(("3 Nächte Doppelzimmer", 47_600),), project="20", type=_LODGING, purpose="Montage in Bremen"),
    Slip(end="query", days=5, who=LENA, shop="cafe", items=(("Mittagsmenü 6×", 11_340),), project="10", type=_FOOD, purpose="Bewirtung", words="Wer war dabei, und was war der Anlass? Beides gehört auf den Bewirtungsbeleg."),
    Slip(end="draft", days=1, who=EMRE, shop="werkzeug", items=(("Schleifpapier", 1_870),), project="20", type=_MATERIAL, purpose="Schleifpapier"),
)  # fmt: skip

DESK = Desk(
    bank_code="25050180",
    projects=(("10", "Agentur allgemein", "", 1_500_000), ("20", "Kundenprojekte", "", 2_400_000)),
    types=TYPES,
    means=(("Firmenkarte", "card", False),),
    rules=(
        Rule(name="Ab 1.000 €: Leitung und Geschäftsführung", stages=((RUTH,), (TREASURER,)), amount_from=100_000),
        Rule(name="Alle übrigen: eine Leitung", stages=((RUTH, TREASURER),)),
    ),
    shops=SHOPS,
    slips=SLIPS,
)
