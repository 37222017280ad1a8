"""Receipts as people photograph them and invoices as suppliers send them; the same slip gives the same bytes."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import typst
from PIL import Image, ImageChops, ImageDraw, ImageFilter

TABLES = ((126, 92, 62), (74, 66, 60), (168, 140, 108), (96, 104, 110))
PHOTO = (780, 1040)
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\#$*_`<>@[]~/"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What stands on a till receipt or an invoice; amounts in cents, gross; `rate` is the VAT in percent."""

    shop: str
    street: str
    town: str
    on: date
    number: str
    items: Sequence[tuple[str, int]]
    rate: int = 19
    iban: str = ""
    to: str = ""

    @property
    def gross(self) -> int:
        """Return the sum of the items."""
        return sum(amount for _, amount in self.items)

    @property
    def tax(self) -> int:
        """Return the VAT within the sum."""
        return (self.gross * self.rate * 2 + 100 + self.rate) // (2 * (100 + self.rate))


def till_receipt(slip: Printed, *, is_photo: bool, seed: int) -> bytes:
    """Return a till receipt as JPEG: scanned flat, or photographed on a table."""
    with Image.open(io.BytesIO(_typeset(_till(slip), picture=True))) as drawn:
        paper = drawn.convert("RGB")
    out = io.BytesIO()
    (_on_table(paper, random.Random(seed)) if is_photo else paper).save(out, "JPEG", quality=82)
    return out.getvalue()


def invoice(slip: Printed) -> bytes:
    """Return an invoice as PDF."""
    return _typeset(_letter(slip), picture=False)


@cache
def _press() -> typst.Compiler:
    """Return a typesetter with the fonts that it brings: looking for the machine's own takes longer than the page."""
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


def _typeset(source: str, *, picture: bool) -> bytes:
    press = _press()
    made = (
        press.compile(input=source.encode(), format="png", ppi=170.0)
        if picture
        else press.compile(input=source.encode(), format="pdf")
    )
    assert isinstance(made, bytes)  # one page
    return made


def _till(slip: Printed) -> str:
    rows = "".join(f"[{_said(name)}],[{_euros(amount)}]," for name, amount in slip.items)
    net = slip.gross - slip.tax
    return (
        '#set page(width: 76mm, height: auto, margin: (x: 6mm, y: 8mm), fill: rgb("#fdfcf8"))\n'
        '#set text(font: "DejaVu Sans Mono", size: 8.5pt, lang: "de")\n'
        f'#align(center)[#text(size: 12pt, weight: "bold")[{_said(slip.shop)}]\\ {_said(slip.street)}\\ {_said(slip.town)}]\n'
        '#line(length: 100%, stroke: (dash: "dashed"))\n'
        f"#table(columns: (1fr, auto), stroke: none, inset: (x: 0pt, y: 2.5pt), align: (left, right), {rows})\n"
        "#line(length: 100%)\n"
        f'#grid(columns: (1fr, auto), text(size: 12pt, weight: "bold")[SUMME EUR], text(size: 12pt, weight: "bold")[{_euros(slip.gross)}])\n'
        f"#v(2mm)\n#grid(columns: (auto, 1fr, auto), column-gutter: 2mm, [MwSt {slip.rate}%], align(center)[Netto {_euros(net)}], align(right)[Steuer {_euros(slip.tax)}])\n"
        f"#v(2mm)\nGegeben EC-Karte #h(1fr) {_euros(slip.gross)}\n\n"
        f"{slip.on:%d.%m.%Y} #h(1fr) Bon-Nr. {_said(slip.number)}\n#align(center)[Vielen Dank für Ihren Einkauf!]\n"
    )  # fmt: skip


def _letter(slip: Printed) -> str:
    net = slip.gross - slip.tax
    rows = "".join(f"[{_said(name)}],[{_euros(amount * 100 // (100 + slip.rate))} €]," for name, amount in slip.items)
    return (
        '#set page(paper: "a4", margin: 22mm)\n#set text(font: "Libertinus Serif", size: 11pt, lang: "de")\n'
        f'#text(size: 18pt, weight: "bold")[{_said(slip.shop)}]\n\n{_said(slip.street)} · {_said(slip.town)}\n\n#v(14mm)\n'
        f"{_said(slip.to)}\n#v(14mm)\nRechnungsnummer: {_said(slip.number)}\\ Rechnungsdatum: {slip.on:%d.%m.%Y}\n\n"
        "= Rechnung\n#v(4mm)\n"
        f"#table(columns: (1fr, auto), align: (left, right), stroke: 0.4pt, [Leistung],[Betrag],{rows})\n"
        f"#align(right)[Nettobetrag {_euros(net)} €\\ zzgl. {slip.rate} % MwSt. {_euros(slip.tax)} €\\ "
        f"*Gesamtbetrag {_euros(slip.gross)} €*]\n#v(10mm)\nZahlbar innerhalb von 14 Tagen auf das Konto\\ IBAN {slip.iban}\n"
    )


def _on_table(paper: Image.Image, dice: random.Random) -> Image.Image:
    """Lay the paper on a table as a phone sees it: tilted, with a shadow, unevenly lit."""
    width, height = PHOTO
    table = _table(dice)
    tall = min(0.86 * height, 0.78 * width * paper.height / paper.width)
    wide = tall * paper.width / paper.height
    left, top = (width - wide) / 2, (height - tall) / 2
    corners = [(left, top), (left, top + tall), (left + wide, top + tall), (left + wide, top)]
    bent = [(x + dice.uniform(-38, 38), y + dice.uniform(-24, 24)) for x, y in corners]
    back = _coefficients(bent, paper.size)
    mask = Image.new("L", PHOTO)
    ImageDraw.Draw(mask).polygon(bent, fill=255)
    soft = ImageChops.offset(mask.resize((width // 4, height // 4)), 3, 4).filter(ImageFilter.GaussianBlur(4))
    shadow = soft.point(lambda v: v * 9 // 20).resize(PHOTO)
    table.paste((18, 14, 10), (0, 0), shadow)
    table.paste(paper.transform(PHOTO, Image.Transform.PERSPECTIVE, back, Image.Resampling.BILINEAR), (0, 0), mask)
    gradient = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270)))
    light = gradient.point(lambda v: 205 + v * 50 // 255).resize(PHOTO)
    return ImageChops.multiply(table, Image.merge("RGB", (light,) * 3))


def _table(dice: random.Random) -> Image.Image:
    base = dice.choice(TABLES)
    grain = Image.new("L", (90, 1))
    grain.putdata([dice.randrange(0, 60) for _ in range(90)])
    shade = grain.resize((PHOTO[0], 1), Image.Resampling.BICUBIC)
    row = Image.merge("RGB", [shade.point(lambda v, c=colour: max(0, c - 30 + v)) for colour in base])
    return row.resize(PHOTO, Image.Resampling.NEAREST)


def _coefficients(corners: Sequence[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    """Return the eight numbers of the projection from the photo back to the paper (Gauß on eight equations)."""
    width, height = size
    targets = [(0.0, 0.0), (0.0, float(height)), (float(width), float(height)), (float(width), 0.0)]
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, targets, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                share = rows[other][at]
                rows[other] = [value - share * own for value, own in zip(rows[other], rows[at], strict=True)]
    return [row[8] for row in rows]


def _said(text: str) -> str:
    return text.translate(_SIGNS)


def _euros(amount: int) -> str:
    return f"{amount // 100},{amount % 100:02d}"
