"""How Kontor is reached from outside: its public address, the proxies in front, and what is too dangerous to start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kontor.site.start_refused import StartRefused

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_ADDRESSES = {"127.0.0.1", "localhost", "::1", "[::1]"}
_SECRET_KEY_LENGTH_MIN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The public address without a path ("https://kontor.example.org", empty on loopback) and who may speak for it."""

    url: str
    is_https: bool
    hosts: tuple[str, ...]
    proxies: int

    @property
    def trusted_origins(self) -> list[str]:
        """Return the origins whose forms are taken (scheme and host, port where it is not the usual one)."""
        return [self.url] if self.is_https else []


def exposure(environ: Mapping[str, str] = os.environ) -> Exposure:
    """Return what KONTOR_URL, KONTOR_HOSTS and KONTOR_PROXIES say.

    Raises:
        StartRefused: they contradict each other, or would let passwords or cookies cross a network in the clear.
    """
    url = environ.get("KONTOR_URL", "").rstrip("/")
    further = tuple(host.strip() for host in environ.get("KONTOR_HOSTS", "").split(",") if host.strip())
    proxies = _proxies(environ.get("KONTOR_PROXIES", "0"))
    if any("*" in host for host in further):
        raise StartRefused("KONTOR_HOSTS names every host (*): name the hosts under which the pages answer.")
    if not url:
        if proxies:
            raise StartRefused("KONTOR_PROXIES is set, but not the public address: set KONTOR_URL=https://… as well.")
        return Exposure(url="", is_https=False, hosts=(*LOOPBACK_HOSTS, *further), proxies=0)
    return _public(url, further=further, proxies=proxies, environ=environ)


def check_listening(host: str, *, environ: Mapping[str, str] = os.environ, demo: bool = False) -> Exposure:
    """Refuse to start where the pages would be open to a network without https; returns the exposure.

    Raises:
        StartRefused: with the sentence that says what to set.
    """
    seen = exposure(environ)
    if demo and seen.is_https:
        raise StartRefused("The demo's passwords are known to everybody: it does not run under a public address.")
    if host not in _LOOPBACK_ADDRESSES and not seen.is_https and environ.get("KONTOR_PLAIN_HTTP") != "1":
        raise StartRefused(
            f"Kontor would answer on {host} without https, and passwords would cross the network in the clear. Put a "
            "proxy with https in front and set KONTOR_URL and KONTOR_PROXIES; or set KONTOR_PLAIN_HTTP=1 if this network "
            "is closed, for instance inside a container."
        )
    return seen


def _public(url: str, *, further: tuple[str, ...], proxies: int, environ: Mapping[str, str]) -> Exposure:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
        raise StartRefused("KONTOR_URL must be a public address such as https://kontor.example.org, without a path.")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http":
        if name not in LOOPBACK_HOSTS:
            raise StartRefused(f"KONTOR_URL uses http for {name}: passwords would cross the network in the clear.")
        return Exposure(url=url, is_https=False, hosts=(*LOOPBACK_HOSTS, *further), proxies=proxies)
    if not proxies:
        raise StartRefused(
            "KONTOR_URL says https, but Kontor itself speaks http: set KONTOR_PROXIES to the number of proxies in front "
            "(mostly 1). They must set X-Forwarded-Proto and X-Forwarded-For."
        )
    if environ.get("KONTOR_DEBUG") == "1":
        raise StartRefused("KONTOR_DEBUG=1 shows the inside of Kontor on error pages: not under a public address.")
    key = environ.get("KONTOR_SECRET_KEY", "")
    if key and len(key) < _SECRET_KEY_LENGTH_MIN:
        raise StartRefused(f"KONTOR_SECRET_KEY is too short: use {_SECRET_KEY_LENGTH_MIN} random characters or more.")
    return Exposure(url=url, is_https=True, hosts=(name, *LOOPBACK_HOSTS, *further), proxies=proxies)


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise StartRefused("KONTOR_PROXIES must be the number of proxies in front of Kontor, mostly 1.")
    return int(text)
