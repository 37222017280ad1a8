"""Words of rows: a list of fifty says the same few in each."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language, gettext

_KEPT_MAX = 4_096


class Words(dict[str, str]):
    """Message ids and what they are in the reader's language, each translated once; make one for each list."""

    def __missing__(self, message: str) -> str:
        """Translate."""
        found = self[message] = gettext(message) if message else ""
        return found


class _KeptWords(Words):
    """Words of one language for as long as the process lives."""

    def __missing__(self, message: str) -> str:
        if len(self) >= _KEPT_MAX:
            self.clear()
        return super().__missing__(message)


def kept_words() -> Words:
    """Return the words of the language that is active now, to be used while it is; what a page says is asked again."""
    return _words_of(get_language() or "")


@lru_cache(maxsize=16)
def _words_of(_language: str) -> Words:
    return _KeptWords()
