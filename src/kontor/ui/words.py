"""Words of rows: a list of fifty says the same few in each."""

from __future__ import annotations

from django.utils.translation import gettext


class Words(dict[str, str]):
    """Message ids and what they are in the reader's language, each translated once; make one for each list."""

    def __missing__(self, message: str) -> str:
        """Translate."""
        found = self[message] = gettext(message) if message else ""
        return found
