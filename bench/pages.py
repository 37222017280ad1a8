"""Measure the heaviest pages over many tenants: sixteen clients against two web processes, and queries per page.

The clients run on the same machine as web processes and database, and share its cores with them. Beside the pages
stands a plain Django page (`bench.plain_page`) on the same server, asked by the same clients in the same run.
"""

# ruff: noqa: PLC0415  # models can be imported only once the database of the bench is known

from __future__ import annotations

import http.client
import itertools
import math
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.__main__ import Goal, Result
from bench.books_data import Office, fill, new_books, new_person, office

if TYPE_CHECKING:
    from kontor.organisations.models import User

TENANTS, LINES, ITEMS = 200, 1_000_000, 100_000
CLIENTS, WEB_PROCESSES = 16, 2
REQUESTS = 800
P95_MAX_MS = 100.0
# The few are enough for a line in every month: a page that shows the latest one does so in both.
FEW, MANY = 24, 200
RECEIPTS = 100
PAGES = {
    "overview": "",
    "bank": "bank/",
    "match": "match/",
    "journal": "ledger/",
    "account sheet": "ledger/sheet/1200/",
    "trial balance": "ledger/balances/",
    "open items": "items/",
    "contacts": "contacts/",
    "record": "record/",
    "projects": "projects/",
    "receipt inbox": "receipts/desk/",
    "receipt archive": "receipts/archive/",
}
_LINES_OF_ENTRY, _LINES_OF_ITEM = 3, 3
_OWN_WEB = ("--processes", str(WEB_PROCESSES))
# The server's settings are those of `kontor web`.
_PLAIN_WEB = (
    "--interface", "wsgi", "--host", "127.0.0.1", "--workers", str(WEB_PROCESSES), "--blocking-threads", "16",
    "--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
    "bench.plain_page:application",
)  # fmt: skip
PLAIN_TABLE = """
CREATE TABLE bench_plain (id bigint PRIMARY KEY, day date NOT NULL, name text NOT NULL, document text NOT NULL,
  amount bigint NOT NULL);
INSERT INTO bench_plain SELECT n, date '2026-01-01' + n::int % 300, 'Nordlicht Verlag ' || n || ' GmbH',
  'RE-2026-' || lpad(n::text, 6, '0'), 10000 + n * 7 % 99991 FROM generate_series(1, 10000) AS n;
GRANT SELECT ON bench_plain TO kontor_app;
"""


def run(*, tenants: int = TENANTS, lines: int = LINES, items: int = ITEMS, requests: int = REQUESTS) -> Result:
    """Return requests per second, median and 95th percentile per page, and how queries grow with rows."""
    with office() as opened:
        person = new_person()
        growth = _query_growth(person)
        started = time.perf_counter()
        codes = _many_tenants(person, tenants=tenants, lines=lines, items=items)
        figures: dict[str, object] = {
            "tenants": tenants, "lines": lines, "items": items, "filled in s": round(time.perf_counter() - started, 1),
        }  # fmt: skip
        with _serving(opened, [sys.executable, "-m", "kontor", "web", *_OWN_WEB]) as port:
            seen = {name: _load(port, _cookie(person), codes, path, requests) for name, path in PAGES.items()}
        with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
            owner.execute(PLAIN_TABLE)
        with _serving(opened, [sys.executable, "-m", "granian", *_PLAIN_WEB]) as port:
            plain_rate, plain_times = _load(port, "", codes, "", requests)
    figures |= {"plain page requests/s": round(plain_rate), "plain page p95 ms": round(_p95(plain_times), 1)}
    goals: list[Goal] = []
    for name, (rate, times) in seen.items():
        p95 = _p95(times)
        figures |= {
            f"{name} requests/s": round(rate),
            f"{name} median ms": round(statistics.median(times), 1),
            f"{name} p95 ms": round(p95, 1),
            f"{name} p95 / plain page p95": round(p95 / _p95(plain_times), 2),
        }
        goals.append(_goal(f"{name} answers 95 of 100 requests within ms", P95_MAX_MS, p95))
    for name, (few, many) in growth.items():
        figures[f"{name} queries with {FEW} and {MANY} rows"] = f"{few}, {many}"
    grown = max(many - few for few, many in growth.values())
    goals.append(_goal(f"more queries for {MANY} rows than for {FEW}, on any page", 0, grown))
    return {"bench": "pages", "figures": figures, "goals": goals}


def _query_growth(person: User) -> dict[str, tuple[int, int]]:
    """Return how many statements each page needs with few rows and with many."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    books = []
    for rows in (FEW, MANY):
        made = new_books(by=person)
        fill(made.id, entry_count=rows, item_count=rows, bank_lines=rows, parties=rows, receipts=rows, submitter=person)
        books.append(made.code)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    counted: dict[str, tuple[int, int]] = {}
    for name, path in PAGES.items():
        counts = []
        for code in books:
            client.get(f"/t/{code}/{path}")
            with CaptureQueriesContext(connection) as statements:
                status = client.get(f"/t/{code}/{path}").status_code
            if status != http.HTTPStatus.OK:
                raise RuntimeError(f"{path} answers {status}")
            counts.append(len(statements))
        counted[name] = (counts[0], counts[1])
    return counted


def _many_tenants(person: User, *, tenants: int, lines: int, items: int) -> list[str]:
    codes = []
    entry_count = max(0, lines // tenants - _LINES_OF_ITEM * (items // tenants)) // _LINES_OF_ENTRY
    for _ in range(tenants):
        made = new_books(by=person)
        fill(
            made.id, entry_count=entry_count, item_count=items // tenants, bank_lines=100, receipts=RECEIPTS,
            submitter=person,
        )  # fmt: skip
        codes.append(made.code)
    return codes


@contextmanager
def _serving(opened: Office, command: Sequence[str]) -> Iterator[int]:
    """Run a web server with as many processes as an office has, and give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = opened.data.logs / "web.log"
    here = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    asked = [*command, "--port", str(port)]
    with log.open("wb") as to, subprocess.Popen(asked, env=environment, stdout=to, stderr=to) as server:
        try:
            _wait_until_ready(port)
            yield port
        finally:
            server.terminate()


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if _get(_connect(port), "/healthz", "") == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server did not start")


def _cookie(person: User) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _load(port: int, cookie: str, codes: Sequence[str], path: str, requests: int) -> tuple[float, list[float]]:
    """Ask for one page of every tenant in turn; return requests per second and the milliseconds of each."""

    def ask(client: int) -> list[float]:
        connection = _connect(port)
        times = []
        for code in itertools.islice(itertools.cycle(codes), client, client + requests // CLIENTS * CLIENTS, CLIENTS):
            started = time.perf_counter()
            status = _get(connection, f"/t/{code}/{path}", cookie)
            times.append((time.perf_counter() - started) * 1_000)
            if status != http.HTTPStatus.OK:
                raise RuntimeError(f"/t/{code}/{path} answers {status}")
        connection.close()
        return times

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda _: _get(_connect(port), f"/t/{codes[0]}/{path}", cookie), range(CLIENTS)))
        started = time.perf_counter()
        times = [each for some in clients.map(ask, range(CLIENTS)) for each in some]
    return len(times) / (time.perf_counter() - started), times


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> int:
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def _goal(sentence: str, limit: float, value: float) -> Goal:
    return {"goal": sentence, "limit": limit, "value": round(value, 1), "met": value <= limit}
