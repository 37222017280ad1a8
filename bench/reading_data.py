"""Photographed receipts with known truth: drawn, printed on paper, laid on a table, lit unevenly, photographed."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_MONO = ("DejaVuSansMono.ttf", "DejaVuSansMono.ttf", "DejaVuSansCondensed.ttf", "DejaVuSans.ttf", "")
_TOWNS = ("12043 Berlin", "80333 München", "1010 Wien", "5020 Salzburg", "8004 Zürich", "3011 Bern", "50667 Köln")
_STREETS = ("Hauptstr. 12", "Am Markt 3", "Bahnhofstrasse 41", "Lindenweg 7", "Schlossallee 101", "Mozartgasse 5")
_SHOPS = (
    "Frischmarkt Obermaier", "Bäckerei Krümel", "Bürobedarf Tintenfass GmbH", "Zur goldenen Gans", "TankStopp 24",
    "Baustoffe Ziegler KG", "Papeterie Seeblick AG", "Café Morgenrot", "Drogerie Lavendel", "Elektro Volt e.K.",
    "Blumen Rosenrot", "Gärtnerei Grünfink", "The Copper Kettle Ltd",
)  # fmt: skip
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_GOODS = (
    "Vollkornbrot 750g", "Äpfel Boskoop kg", "Druckerpapier A4", "Kaffee gemahlen", "Butter", "Saft Orange 1l",
    "Kugelschreiber blau", "Ordner breit", "Super E10", "Batterien AA 4er", "Wiener Schnitzel", "Mineralwasser",
    "Müllbeutel 20l", "Blumenerde 40l", "Schrauben 4x40", "Gulaschsuppe", "Rivella rot", "Kreide bunt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """What stands on a receipt; amount in minor units, empty texts and None where it names none."""

    amount: int
    currency: str
    on: date | None
    number: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photographed receipt."""

    jpeg: bytes
    truth: Truth
    layout: str


@dataclass(slots=True)
class _Paper:
    """Lines to print: text, text at the right edge, size factor, bold."""

    lines: list[tuple[str, str, float, bool]] = field(default_factory=list)

    def add(self, left: str = "", right: str = "", *, size: float = 1.0, bold: bool = False) -> None:
        self.lines.append((left, right, size, bold))


def photos(count: int, *, seed: int, held_out: bool = False) -> list[Photo]:
    """Return `count` photos; held-out ones are laid out and worded as no rule was ever tried on."""
    layouts = _HELD_OUT if held_out else _LAYOUTS
    return [_photo(random.Random(f"{seed}-{index}"), layouts[index % len(layouts)]) for index in range(count)]


def _photo(chance: random.Random, layout: Callable[[random.Random], tuple[_Paper, Truth]]) -> Photo:
    paper, truth = layout(chance)
    page = _printed(paper, chance)
    scene = _photographed(page, chance)
    target = io.BytesIO()
    scene.save(target, "JPEG", quality=chance.randint(62, 90))
    return Photo(target.getvalue(), truth, layout.__name__.strip("_"))


def _german(minor: int) -> str:
    return f"{minor // 100:,}".replace(",", ".") + f",{minor % 100:02d}"


def _swiss(minor: int) -> str:
    return f"{minor // 100:,}".replace(",", "'") + f".{minor % 100:02d}"


def _goods(chance: random.Random, count: int, top: int = 4_000) -> list[tuple[str, int]]:
    return [(chance.choice(_GOODS), chance.randint(45, top)) for _ in range(count)]


def _day(chance: random.Random) -> date:
    return date(2024, 1, 1) + timedelta(days=chance.randrange(1_000))


def _clock(chance: random.Random) -> str:
    return f"{chance.randint(7, 21):02d}:{chance.randint(0, 59):02d}"


def _head(paper: _Paper, chance: random.Random) -> None:
    paper.add(f"^{chance.choice(_SHOPS)}", size=chance.choice((1.2, 1.5, 1.8)), bold=True)
    paper.add(f"^{chance.choice(_STREETS)}")
    paper.add(f"^{chance.choice(_TOWNS)}")
    paper.add(f"^Tel. 0{chance.randint(30, 99)}/{chance.randint(10000, 999999)}")
    paper.add()


def _supermarket(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    _head(paper, chance)
    paper.add("", "EUR")
    total = 0
    sums = {"A": 0, "B": 0}
    for name, price in _goods(chance, chance.randint(2, 9), 2_500):
        rate = chance.choice("AB")
        paper.add(name, f"{_german(price)} {rate}")
        sums[rate] += price
        total += price
    paper.add("-" * 30)
    paper.add(
        chance.choice(("SUMME EUR", "SUMME", "Gesamtbetrag", "zu zahlen EUR", "Summe")),
        _german(total),
        size=1.3,
        bold=True,
    )
    paper.add("=" * 30)
    if chance.random() < 0.5:
        given = (total // 1_000 + 1) * 1_000
        paper.add("Geg. BAR", _german(given))
        paper.add("Rückgeld", _german(given - total))
    else:
        paper.add("Geg. Girocard", _german(total))
    paper.add()
    paper.add("Steuer %   Netto   Steuer", "Brutto")
    for letter, percent in (("A", 19), ("B", 7)):
        if sums[letter]:
            vat = round(sums[letter] * percent / (100 + percent))
            paper.add(f"{letter} {percent},0%  {_german(sums[letter] - vat)}  {_german(vat)}", _german(sums[letter]))
    paper.add()
    number = f"{chance.randint(1000, 9999)}"
    paper.add(f"{on:%d.%m.%Y}  {_clock(chance)}", f"Bon-Nr. {number}")
    paper.add("^Vielen Dank für Ihren Einkauf!")
    return paper, Truth(total, "EUR", on, number)


def _restaurant(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    _head(paper, chance)
    number = f"{chance.randint(100, 99999)}"
    paper.add(f"Rechnung Nr. {number}")
    paper.add(f"Tisch {chance.randint(1, 30)}", f"{on:%d.%m.%y} {_clock(chance)}")
    paper.add("-" * 30)
    total = 0
    for name, price in _goods(chance, chance.randint(2, 6)):
        count = chance.randint(1, 3)
        paper.add(f"{count} x {name}", f"€ {_german(price * count)}")
        total += price * count
    paper.add()
    paper.add(
        chance.choice(("Total", "Gesamt", "Rechnungsbetrag", "Gesamtsumme")), f"€ {_german(total)}", size=1.4, bold=True
    )
    vat = round(total * 10 / 110)
    paper.add()
    paper.add(f"Nettobetrag 10%: € {_german(total - vat)}")
    paper.add(f"10% MwSt: € {_german(vat)}")
    paper.add("^Es bediente Sie: Maria")
    paper.add("^UID: ATU12345678")
    return paper, Truth(total, "EUR", on, number)


def _swiss_shop(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    _head(paper, chance)
    total = 0
    paper.add("Artikel", "CHF")
    for name, price in _goods(chance, chance.randint(2, 8), 9_000):
        rounded = price // 5 * 5 + 5
        paper.add(name, _swiss(rounded))
        total += rounded
    paper.add("_" * 28)
    paper.add(chance.choice(("Total CHF", "TOTAL", "Total")), _swiss(total), size=1.4, bold=True)
    paper.add(chance.choice(("TWINT CHF", "Maestro CHF")), _swiss(total))
    paper.add()
    vat = round(total * 81 / 1081)
    paper.add("MWST-Satz    Total    MWST")
    paper.add(f"8.1%  {_swiss(total)}", _swiss(vat))
    paper.add("CHE-123.456.789 MWST")
    number = f"{chance.randint(10, 99)}-{chance.randint(10000, 99999)}"
    paper.add(f"Datum {on:%d.%m.%Y}", _clock(chance))
    paper.add(f"Beleg-Nr. {number}")
    return paper, Truth(total, "CHF", on, number)


def _fuel(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    _head(paper, chance)
    number = f"{chance.randint(1, 9999):04d}/{chance.randint(100, 999)}"
    paper.add(f"Beleg-Nr. {number}")
    paper.add(f"Datum: {on:%d.%m.%Y}", f"Zeit: {_clock(chance)}")
    litres, price = chance.randint(1500, 6000), chance.randint(1599, 1999)
    total = round(litres * price / 1000)
    paper.add("*Super E10", f"{_german(total)} EUR")
    paper.add(
        f"Säule {chance.randint(1, 8)}  {litres // 100},{litres % 100:02d} l x {price / 1000:.3f}".replace(".", ",")
    )
    paper.add("-" * 30)
    paper.add(chance.choice(("Gesamtbetrag", "Total", "SUMME")), f"{_german(total)} EUR", size=1.3, bold=True)
    vat = round(total * 19 / 119)
    paper.add("MwSt 19,00%", f"{_german(vat)} EUR")
    paper.add("Netto", f"{_german(total - vat)} EUR")
    paper.add("VISA", f"{_german(total)} EUR")
    return paper, Truth(total, "EUR", on, number)


def _letter(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    shop, number = chance.choice(_SHOPS), f"RE-{on.year}-{chance.randint(1, 9999):04d}"
    paper.add(shop, size=1.6, bold=True)
    paper.add(f"{shop} · {chance.choice(_STREETS)} · {chance.choice(_TOWNS)}", size=0.7)
    for line in ("", "Gemeinde am Fluss e.V.", "Uferweg 3", "12345 Musterstadt", ""):
        paper.add(line)
    paper.add(f"Rechnungsnummer: {number}", f"Datum: {on:%d.%m.%Y}")
    paper.add(f"Kundennummer: {chance.randint(10000, 99999)}")
    paper.add("Rechnung", size=1.5, bold=True)
    net = 0
    for name, price in _goods(chance, chance.randint(1, 5), 30_000):
        paper.add(name, f"{_german(price)} €")
        net += price
    vat = round(net * 0.19)
    paper.add("Nettobetrag", f"{_german(net)} €")
    paper.add("zzgl. 19 % MwSt.", f"{_german(vat)} €")
    paper.add(
        chance.choice(("Gesamtbetrag", "Rechnungsbetrag brutto", "Gesamtsumme")),
        f"{_german(net + vat)} €",
        size=1.1,
        bold=True,
    )
    paper.add()
    paper.add(f"Zahlbar bis {on + timedelta(days=14):%d.%m.%Y} ohne Abzug.")
    iban = _iban(chance)
    paper.add("IBAN " + " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)))
    return paper, Truth(net + vat, "EUR", on, number, iban)


def _english(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    _head(paper, chance)
    number = f"{chance.randint(100000, 999999)}"
    paper.add(f"Receipt No: {number}")
    paper.add(f"Date: {on:%d %b %Y}", _clock(chance))
    net = 0
    for name, price in _goods(chance, chance.randint(1, 5)):
        paper.add(name, f"{price / 100:,.2f}")
        net += price
    vat = round(net * 0.2)
    paper.add("Subtotal", f"{net / 100:,.2f}")
    paper.add("VAT 20%", f"{vat / 100:,.2f}")
    paper.add("Total EUR", f"{(net + vat) / 100:,.2f}", size=1.3, bold=True)
    return paper, Truth(net + vat, "EUR", on, number)


def _held_handyman(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    paper.add(f"{chance.choice(_SHOPS)}", size=1.3, bold=True)
    paper.add(f"{chance.choice(_STREETS)}, {chance.choice(_TOWNS)}")
    paper.add()
    number = f"{on:%y}{chance.randint(100, 999)}"
    paper.add("Barrechnung", size=1.4, bold=True)
    paper.add(f"Re.-Nr.: {number}")
    paper.add(f"{chance.choice(_TOWNS).split()[1]}, den {on.day}. {_MONTHS[on.month - 1]} {on.year}")
    paper.add()
    total = 0
    for name, price in _goods(chance, chance.randint(1, 4), 12_000):
        paper.add(name, _german(price))
        total += price
    paper.add("Endbetrag inkl. MwSt.", f"EUR {_german(total)}", bold=True)
    paper.add("Betrag dankend erhalten")
    return paper, Truth(total, "EUR", on, number)


def _held_parking(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    paper.add("^QUITTUNG", size=1.5, bold=True)
    paper.add("^Parkhaus Altstadt")
    paper.add(f"Einfahrt  {on:%d.%m.%Y} 08:{chance.randint(10, 59)}")
    paper.add(f"Ausfahrt  {on:%d.%m.%Y} 17:{chance.randint(10, 59)}")
    total = chance.randint(2, 60) * 50
    paper.add("Parkgebühr", f"{_german(total)} EUR", size=1.2)
    vat = round(total * 19 / 119)
    paper.add("inkl. 19,0 % USt", f"{_german(vat)} EUR")
    paper.add("bezahlt mit EC", f"{_german(total)} EUR")
    number = f"{chance.randint(10**7, 10**8)}"
    paper.add(f"Quittungs-Nr {number}")
    return paper, Truth(total, "EUR", on, number)


def _held_swiss_bill(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    paper.add(chance.choice(_SHOPS), size=1.6, bold=True)
    number = f"{on.year}/{chance.randint(100, 9999)}"
    paper.add(f"Rechnung {number}", f"Zürich, {on:%d.%m.%Y}", size=1.1)
    net = 0
    for name, price in _goods(chance, chance.randint(1, 4), 90_000):
        paper.add(name, _swiss(price // 5 * 5))
        net += price // 5 * 5
    vat = round(net * 81 / 1000)
    paper.add("Zwischentotal", _swiss(net))
    paper.add("MWST 8.1%", _swiss(vat))
    paper.add("Rechnungstotal CHF", _swiss(net + vat), bold=True)
    paper.add(f"Zahlbar innert 30 Tagen bis {on + timedelta(days=30):%d.%m.%Y}")
    return paper, Truth(net + vat, "CHF", on, number)


def _held_drugstore(chance: random.Random) -> tuple[_Paper, Truth]:
    paper, on = _Paper(), _day(chance)
    paper.add(f"^{chance.choice(_SHOPS)}", size=1.2)
    paper.add(f"{on:%Y-%m-%d} {_clock(chance)}:{chance.randint(10, 59)}", f"#{chance.randint(100, 999)}")
    total = 0
    for name, price in _goods(chance, chance.randint(3, 8), 1_900):
        paper.add(name.upper(), _german(price))
        total += price
    paper.add("Zwischensumme", _german(total))
    off = total // 10
    paper.add("10% Rabatt", f"-{_german(off)}")
    paper.add("ZU ZAHLEN", _german(total - off), size=1.5, bold=True)
    paper.add("Kreditkarte", _german(total - off))
    number = f"{chance.randint(10**9, 10**10)}"
    paper.add(f"Belegnummer {number}")
    return paper, Truth(total - off, "EUR", on, number)


_LAYOUTS = (_supermarket, _restaurant, _swiss_shop, _fuel, _letter, _english)
_HELD_OUT = (_held_handyman, _held_parking, _held_swiss_bill, _held_drugstore)


def _iban(chance: random.Random) -> str:
    account = f"{chance.randrange(10**18):018d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def _font(name: str, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _FONTS / name
    return ImageFont.truetype(path, round(size)) if name and path.is_file() else ImageFont.load_default(round(size))


def _printed(paper: _Paper, chance: random.Random) -> Image.Image:
    """Print the lines on a roll or a sheet as wide as they need."""
    name, size, ink = chance.choice(_MONO), chance.choice((26, 30, 34)), chance.randint(10, 90)
    bold_name = name.replace(".ttf", "-Bold.ttf") if name else ""
    probe = ImageDraw.Draw(Image.new("L", (8, 8)))
    widths = [
        probe.textlength(left.lstrip("^"), _font(bold_name if bold else name, size * factor))
        + probe.textlength(right, _font(bold_name if bold else name, size * factor))
        for left, right, factor, bold in paper.lines
    ]
    width = round(max(widths) + size * 5)
    height = round(sum(size * factor * 1.45 for _, _, factor, _ in paper.lines) + size * 5)
    page = Image.new("L", (width, height), chance.randint(228, 252))
    pen, y = ImageDraw.Draw(page), size * 2.5
    for left, right, factor, bold in paper.lines:
        font = _font(bold_name if bold else name, size * factor)
        text = left.lstrip("^")
        x = (width - pen.textlength(text, font)) / 2 if left.startswith("^") else size * 1.5
        pen.text((x, y), text, ink, font)
        pen.text((width - size * 1.5 - pen.textlength(right, font), y), right, ink, font)
        y += size * factor * 1.45
    return page


def _photographed(page: Image.Image, chance: random.Random) -> Image.Image:
    """Lay the paper on a table, tilted and seen at a slant, in uneven light, a little out of focus."""
    fill = chance.uniform(0.62, 0.88)
    wide, high = 1800, 2400
    scale = min(wide * fill / page.width, high * fill / page.height)
    half_w, half_h = page.width * scale / 2, page.height * scale / 2
    tilt = math.radians(chance.choice((0, 1, 1)) * chance.uniform(-11, 11))
    corners = []
    for x, y in ((-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h)):
        u, v = x * (1 + chance.uniform(-0.05, 0.05)), y * (1 + chance.uniform(-0.04, 0.04))
        corners.append(
            (wide / 2 + u * math.cos(tilt) - v * math.sin(tilt), high / 2 + u * math.sin(tilt) + v * math.cos(tilt))
        )
    numbers = _perspective(corners, [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)])
    lying = page.transform((wide, high), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    cover = Image.new("L", page.size, 255).transform((wide, high), Image.Transform.PERSPECTIVE, numbers)
    tint = (1.0, 0.985, chance.uniform(0.9, 0.97))
    paper = Image.merge("RGB", [lying.point([round(level * share) for level in range(256)]) for share in tint])
    scene = Image.composite(paper, _table(wide, high, chance), cover.filter(ImageFilter.GaussianBlur(1)))
    lit = ImageChops.multiply(scene, _light(wide, high, chance))
    blurred = lit.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.5)))
    return ImageChops.add(blurred, _noise(wide, high, chance), 1, -128)


def _table(wide: int, high: int, chance: random.Random) -> Image.Image:
    """Return a table top: wood with grain, a dark or a grey one, a coloured cloth."""
    colour = chance.choice(((120, 82, 50), (58, 52, 48), (128, 130, 134), (70, 96, 130), (150, 112, 74), (30, 34, 40)))
    grain = np.random.default_rng(chance.getrandbits(32)).normal(0, 10, (high // 8, 4, 1))
    wood = np.clip(grain + np.array(colour), 0, 255).astype(np.uint8)
    return Image.fromarray(wood).resize((wide, high), Image.Resampling.BILINEAR)


def _noise(wide: int, high: int, chance: random.Random) -> Image.Image:
    """Return the noise of a sensor about a middle of 128."""
    tile = np.random.default_rng(chance.getrandbits(32)).normal(128, chance.uniform(2, 9), (600, 600))
    tiled = np.tile(np.clip(tile, 0, 255).astype(np.uint8), (high // 600 + 1, wide // 600 + 1))[:high, :wide]
    return Image.fromarray(tiled).convert("RGB")


def _light(wide: int, high: int, chance: random.Random) -> Image.Image:
    """Return light falling off to one side, with the soft shadow of a hand or a phone across."""
    y, x = np.mgrid[0:1:300j, 0:1:225j]
    angle = chance.uniform(0, 2 * math.pi)
    along = (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle)
    light = 1.0 - chance.uniform(0.05, 0.35) * (along + 0.5)
    if chance.random() < 0.7:
        edge = chance.uniform(-0.25, 0.3)
        other = chance.uniform(0, 2 * math.pi)
        across = (x - 0.5) * math.cos(other) + (y - 0.5) * math.sin(other)
        light *= 1 - chance.uniform(0.25, 0.55) / (1 + np.exp(-(across - edge) / chance.uniform(0.01, 0.08)))
    shade = Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8))
    return shade.resize((wide, high), Image.Resampling.BICUBIC).convert("RGB")


def _perspective(source: list[tuple[float, float]], target: list[tuple[float, float]]) -> tuple[float, ...]:
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(number) for number in np.linalg.solve(np.array(rows), np.array(values)))
