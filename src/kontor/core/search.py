"""Finding objects by their words: parts of words too, whatever the case and however umlauts are spelt.

A context indexes what its object says; `search_text` finds it within the open tenant. The database's
function `core_search` filters the tenant itself (`migrations/sql/search.sql`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django_subatomic import db

from kontor.core.models import SearchText
from kontor.core.tenancy import current_tenant_id

TEXT_MAX = 500_000
WORDS_MAX = 12
EXCERPT_SIGNS = 160
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An object that was found; `excerpt` is the line of its text in which a word stands."""

    kind: str
    object_id: int
    excerpt: str


def fold(text: str) -> str:
    """Return how a text is compared: "Größe" and "GROESSE" are "groesse", "Café" is "cafe"."""
    german = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", german) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", plain).casefold().translate(_GERMAN)


@db.transaction_required
def index_text(kind: str, object_id: int, text: str) -> None:
    """Make an object findable by its text, in place of what was there; an empty text makes it unfindable."""
    kept = text.replace("\0", "")[:TEXT_MAX].strip()
    if not kept:
        forget_text(kind, object_id)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_searchtext (tenant_id, kind, object_id, text, folded) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (tenant_id, kind, object_id) DO UPDATE SET text = EXCLUDED.text, folded = EXCLUDED.folded",
            [current_tenant_id(), kind, object_id, kept, " ".join(fold(kept).split())],
        )


@db.transaction_required
def forget_text(kind: str, object_id: int) -> None:
    """Make an object unfindable."""
    SearchText.objects.filter(kind=kind, object_id=object_id).delete()


@db.transaction_required
def search_text(kinds: Sequence[str], query: str, limit: int = 50) -> list[Hit]:
    """Return the objects of these kinds that hold every word of the query; those with whole beginnings first, then the newest."""
    words = fold(query.replace("\0", "")).split()[:WORDS_MAX]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, object_id, found FROM core_search(%s, %s, %s)", [list(kinds), " ".join(words), limit]
        )
        return [Hit(kind, object_id, _excerpt(found, words)) for kind, object_id, found in cursor.fetchall()]


def _excerpt(text: str, words: Sequence[str]) -> str:
    """Return the first line that holds one of the words, shortened around it."""
    for line in text.splitlines():
        folded = fold(line)
        at = min((place for word in words if (place := folded.find(word)) >= 0), default=-1)
        if at >= 0:
            start = max(0, at - EXCERPT_SIGNS // 3) if len(line) > EXCERPT_SIGNS else 0
            return line[start : start + EXCERPT_SIGNS].strip()
    return text[:EXCERPT_SIGNS].strip()
