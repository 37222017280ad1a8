"""What a browser says of itself, told in two words: "Firefox", "Windows"."""

from __future__ import annotations

from dataclasses import dataclass

# The first mark that is found wins: Edge and Opera call themselves Chrome as well, Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("Vivaldi/", "Vivaldi"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_PHONES = frozenset({"iPhone", "Android"})


@dataclass(frozen=True, slots=True)
class Device:
    """A browser and its system as people call them; empty where unknown."""

    browser: str
    system: str

    @property
    def is_phone(self) -> bool:
        """Tell whether it is held in the hand."""
        return self.system in _PHONES


def device_of(user_agent: str) -> Device:
    """Read the User-Agent header (RFC 9110 §10.1.5), which nobody has to tell truly."""
    return Device(browser=_first(user_agent, _BROWSERS), system=_first(user_agent, _SYSTEMS))


def _first(text: str, marks: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in marks if mark in text), "")
