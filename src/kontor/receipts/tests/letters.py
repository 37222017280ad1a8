"""Letters as people and their programs send them, made for the tests."""

from __future__ import annotations

import io
from email.message import EmailMessage

from PIL import Image

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>endobj trailer<</Root 1 0 R>>\n%%EOF\n"
)


def a_photo(*, side: int = 60, seed: int = 0) -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 40 + seed).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def a_letter(
    *, sender: str = "Mira Okonkwo <mira@example.org>", subject: str = "Farbe für den Jugendraum",
    files: list[tuple[str, str, bytes]] | None = None, message_id: str = "<1@example.org>",
) -> EmailMessage:  # fmt: skip
    """Return a letter with files as (name, media type, bytes)."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, "belege@example.org", subject
    letter["Message-ID"], letter["Date"] = message_id, "Sun, 22 Nov 2026 09:00:00 +0100"
    letter.set_content("Anbei der Bon.\n")
    letter.add_alternative("<p>Anbei der <b>Bon</b>.</p>", subtype="html")
    for name, kind, content in files or []:
        main, _, sub = kind.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return letter
