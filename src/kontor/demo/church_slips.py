"""The church community's receipts: youth work, camp, choir and house."""

from __future__ import annotations

from kontor.demo.slips import EMRE, LENA, RUTH, SABINE, TYPES, Desk, Lent, Rule, Shop, Slip

TREASURER = "kasse@demo.kontor"
_MATERIAL, _TRAVEL, _FOOD, _OFFICE, _POST, _BOOKS, _COURSE, _PRESS, _GIFTS, _LODGING, _HIRE = (
    name for name, _ in TYPES
)

SHOPS = {
    "markt": Shop(name="Frischemarkt Peters", street="Marktstraße 14", town="31303 Burgdorf", rate=7),
    "bau": Shop(name="Baumarkt Lindner", street="Gewerbepark 12", town="31303 Burgdorf"),
    "tank": Shop(name="Tankstelle Uetzer Straße", street="Uetzer Straße 3", town="31303 Burgdorf"),
    "buch": Shop(name="Buchhandlung Freyraum", street="Hannoversche Neustadt 1", town="31303 Burgdorf", rate=7),
    "papier": Shop(name="Papier & Büro Wendt", street="Poststraße 8", town="31303 Burgdorf"),
    "post": Shop(name="Postagentur im Kiosk Ahlers", street="Bahnhofstraße 2", town="31303 Burgdorf", rate=19),
    "back": Shop(name="Bäckerei Grünhagen", street="Lindenweg 9", town="31303 Burgdorf", rate=7),
    "musik": Shop(name="Musikhaus Adler", street="Steinweg 31", town="29221 Celle"),
    "blumen": Shop(name="Blumen Sommerfeld", street="Am Friedhof 1", town="31303 Burgdorf", rate=7),
    "zelt": Shop(name="Zeltverleih Heide", street="Heidering 40", town="29323 Wietze", account=61_510),
    "druck": Shop(name="Druckerei Kreisblatt GmbH", street="Industrieweg 5", town="31303 Burgdorf", account=61_520),
    "ton": Shop(name="Tontechnik Baumann", street="Wiesenstraße 6", town="31275 Lehrte", account=61_530),
}

SLIPS = (
    Slip(end="paid", days=112, paid=98, who=LENA, shop="bau", items=(("Wandfarbe weiß 10 l", 4299), ("Abklebeband", 897), ("Pinselset", 1249)), project="200", type=_MATERIAL, purpose="Farbe für den Jugendraum", categories=("Renovierung",)),
    Slip(end="paid", days=109, paid=98, who=EMRE, shop="tank", items=(("Super E10 38,2 l", 6684),), project="210", type=_TRAVEL, purpose="Fahrt zum Zeltplatz, 214 km", is_flat=True),
    Slip(end="done", days=104, who=SABINE, shop="papier", items=(("Kopierpapier 5 Pakete", 2745), ("Ordner breit 10 St.", 1990)), project="100", type=_OFFICE, purpose="Papier und Ordner", variant="organisation", means="Gemeindekarte", is_flat=True),
    Slip(end="paid", days=96, paid=84, who=LENA, shop="markt", items=(("Nudeln 12 Pck.", 1188), ("Tomaten passiert", 1056), ("Käse gerieben", 1494), ("Äpfel 5 kg", 1245)), project="210", type=_FOOD, purpose="Abendessen Vorbereitungstreffen", categories=("Freizeit",)),
    Slip(end="done", days=92, who=RUTH, shop="blumen", items=(("Altarschmuck", 3450),), project="100", type=_GIFTS, purpose="Blumen Erntedank, Erstattung gespendet", variant="donation"),
    Slip(end="paid", days=88, paid=70, who=EMRE, shop="musik", items=(("Gitarrensaiten 4 Sätze", 5160), ("Notenständer", 2990)), project="220", type=_MATERIAL, purpose="Saiten und Notenständer Jugendband"),
    Slip(end="rejected", days=81, who=EMRE, shop="markt", items=(("Energy Drink 24er", 2856), ("Chips", 897)), project="200", type=_FOOD, purpose="Spieleabend", words="Energydrinks übernehmen wir nach dem Beschluss vom März nicht. Bitte nur die übrigen Getränke einreichen."),
    Slip(end="paid", days=77, paid=63, who=LENA, shop="zelt", items=(("Miete Großzelt 3 Tage", 45220),), project="210", type=_HIRE, purpose="Zelt für das Gemeindefest", variant="to_pay", number="ZV-2217"),
    Slip(end="done", days=70, who=SABINE, shop="post", items=(("Briefmarken 100 St.", 9500),), project="100", type=_POST, purpose="Porto Gemeindebrief", variant="organisation", means="Gemeindekarte", is_flat=True),
    Slip(end="paid", days=66, paid=49, who=RUTH, shop="buch", items=(("Andachtsbuch Jugend", 2495), ("Liederheft 10 St.", 5900)), project="200", type=_BOOKS, purpose="Bücher für die Konfirmanden"),
    Slip(end="done", days=60, who=LENA, shop="markt", items=(("Frühstück Freizeit Tag 1", 6840), ("Getränke", 5160)), project="210", type=_FOOD, purpose="Einkauf Herbstfreizeit, Teil 1", variant="advance", advance="herbst", more_follow=True, categories=("Freizeit",)),
    Slip(end="booked", days=57, who=LENA, shop="markt", items=(("Abendessen Tag 2", 8970), ("Frühstück Tag 3", 5880)), project="210", type=_FOOD, purpose="Einkauf Herbstfreizeit, Teil 2", variant="advance", advance="herbst", categories=("Freizeit",)),
    Slip(end="paid", days=52, paid=35, who=EMRE, shop="bau", items=(("Holzlatten 20 St.", 7180), ("Schrauben", 1295), ("Leim", 899)), project="200", type=_MATERIAL, purpose="Podest für die Bühne", parts=(("200", _MATERIAL, 5000), ("220", _MATERIAL, 4374))),
    Slip(end="paid", days=45, paid=35, who=LENA, shop="druck", items=(("Plakate A2 80 St.", 14_280), ("Flyer 2.000 St.", 11_900)), project="100", type=_PRESS, purpose="Werbung Adventskonzert", variant="to_pay", number="26-3381"),
    Slip(end="cancelled", days=41, who=EMRE, shop="tank", items=(("Super E10 21,0 l", 3675),), project="210", type=_TRAVEL, purpose="Fahrt Materiallager", words="Die Fahrt wurde schon über die Fahrtenliste abgerechnet."),
    Slip(end="booked", days=33, who=EMRE, shop="bau", items=(("Verlängerungskabel 3 St.", 8970), ("Strahler LED", 9270)), project="220", type=_MATERIAL, purpose="Technik Bandprobe", variant="advance", advance="technik"),
    Slip(end="withdrawn", days=30, who=LENA, shop="back", items=(("Brötchen 60 St.", 2700),), project="200", type=_FOOD, purpose="Frühstück Mitarbeitende"),
    Slip(end="paid", days=28, paid=14, who=LENA, shop="back", items=(("Brötchen 60 St.", 2700), ("Kuchen 2 Bleche", 4600)), project="200", type=_FOOD, purpose="Frühstück Mitarbeitende", note="Frau Hartmann reicht künftig über die Jugendkasse ein."),
    Slip(end="listed", days=19, paid=2, who=LENA, shop="papier", items=(("Bastelkarton", 1890), ("Scheren 20 St.", 3980)), project="200", type=_MATERIAL, purpose="Bastelmaterial Kindernachmittag"),
    Slip(end="listed", days=18, paid=2, who=EMRE, shop="tank", items=(("Diesel 44,1 l", 7320),), project="210", type=_TRAVEL, purpose="Abholung der Zelte", is_flat=True),
    Slip(end="listed", days=17, paid=2, who=RUTH, shop="buch", items=(("Losungen 2027, 12 St.", 7140),), project="100", type=_GIFTS, purpose="Losungen für Besuchsdienst"),
    Slip(end="collected", days=15, who=LENA, shop="ton", items=(("Mischpult, Wartung", 18_900), ("Ersatzkabel", 3_570)), project="220", type=_HIRE, purpose="Wartung der Tonanlage", variant="to_pay", number="R-40117"),
    Slip(end="booked", days=13, who=EMRE, shop="markt", items=(("Grillgut", 8460), ("Salate", 3290), ("Getränke", 5480)), project="200", type=_FOOD, purpose="Grillen mit den Teamern"),
    Slip(end="progress", days=11, who=LENA, shop="musik", items=(("E-Piano gebraucht", 38_900),), project="220", type=_MATERIAL, purpose="E-Piano für die Jugendband", categories=("Anschaffung",), note="Inventarnummer vergeben, über 250 € netto."),
    Slip(end="card", days=10, who=SABINE, shop="bau", items=(("Streusalz 25 kg", 1290), ("Schneeschieber", 3490)), project="100", type=_MATERIAL, purpose="Winterdienst", variant="organisation", means="Gemeindekarte"),
    Slip(end="query", days=9, who=EMRE, shop="markt", items=(("Lebensmittel", 9120), ("Pfand", 600)), project="210", type=_FOOD, purpose="Einkauf", words="Für welche Veranstaltung war der Einkauf, und wie viele waren dabei?"),
    Slip(end="answered", days=8, who=LENA, shop="tank", items=(("Super 30,5 l", 5398),), project="210", type=_TRAVEL, purpose="Fahrt", words="Wohin ging die Fahrt?"),
    Slip(end="new", days=6, who=LENA, shop="bau", items=(("Regalböden 6 St.", 7740), ("Winkel", 1180)), project="100", type=_MATERIAL, purpose="Regal im Archivraum"),
    Slip(end="new", days=5, who=EMRE, shop="papier", items=(("Flipchartpapier", 2290), ("Moderationskarten", 1750)), project="200", type=_OFFICE, purpose="Klausurtag Leitungskreis", is_flat=True, typed=40_04),
    Slip(end="review", days=4, who=LENA, shop="zelt", items=(("Anzahlung Sommerzelte", 65_450),), project="210", type=_HIRE, purpose="Zelte Sommerfreizeit, Anzahlung", variant="to_pay", number="ZV-2304"),
    Slip(end="review", days=3, who=EMRE, shop="bau", items=(("Holzlatten 20 St.", 7180), ("Schrauben", 1295), ("Leim", 899)), project="200", type=_MATERIAL, purpose="Podest für die Bühne", repeats=True),
    Slip(end="review", days=3, who=RUTH, shop="back", items=(("Stollen 8 St.", 7920),), project="100", type=_GIFTS, purpose="Adventsgruß an die Ehrenamtlichen"),
    Slip(end="review", days=2, who=LENA, shop="tank", items=(("Parkhaus Bahnhof", 1450),), project="210", type=_TRAVEL, purpose="Parken Vorbereitungstreffen", voucher="Der Parkautomat gab keine Quittung aus."),
    Slip(end="review", days=1, who=EMRE, shop="musik", items=(("Mikrofon mit Stativ", 12_900),), project="220", type=_MATERIAL, purpose="Mikrofon für den Gesang"),
    Slip(end="draft", days=1, who=LENA, shop="markt", items=(("Plätzchenzutaten", 4385),), project="200", type=_FOOD, purpose=""),
    Slip(end="draft", days=0, who=LENA, shop="blumen", items=(("Adventskranz groß", 4900),), project="100", type=_GIFTS, purpose="Adventskranz Gemeindehaus"),
)  # fmt: skip

DESK = Desk(
    bank_code="25151270",
    projects=(("100", "Gemeindearbeit", "", 900_000), ("200", "Jugendarbeit", "", 600_000),
              ("210", "Sommerfreizeit", "200", 450_000), ("220", "Jugendband", "200", 120_000)),
    types=TYPES,
    means=(("Gemeindekarte", "card", False), ("Lastschrift vom Hauptkonto", "direct_debit", True)),
    rules=(
        Rule(name="Ab 1.000 €: Leitung und Schatzmeister", stages=((RUTH,), (TREASURER,)), amount_from=100_000),
        Rule(name="Jugendarbeit ab 250 €: zwei Stufen", stages=((RUTH,), (SABINE, TREASURER)), project="200", amount_from=25_000),
        Rule(name="Alle übrigen: eine Leitung", stages=((RUTH, TREASURER),)),
    ),
    shops=SHOPS,
    slips=SLIPS,
    advances=(
        Lent(key="herbst", who=LENA, days=62, amount=30_000, purpose="Vorschuss Herbstfreizeit", project="210"),
        Lent(key="technik", who=EMRE, days=36, amount=15_000, purpose="Vorschuss Bühnentechnik", project="220"),
        Lent(key="advent", who=EMRE, days=0, amount=20_000, purpose="Vorschuss Adventsmarkt", project="200"),
    ),
    waiver_basis="Beschluss des Kirchenvorstands vom 12. Januar, Aufwandsersatz nach Belegen",
    deducts_tax=False,
)  # fmt: skip
