"""Verbs for those who build Kontor: test, check, features, bench, messages.  They need the checkout."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kontor.cli.verbs import Subparsers
from kontor.site.start_refused import StartRefused


def add_parsers(subparsers: Subparsers) -> None:
    """Add the verbs of the workshop."""
    test = subparsers.add_parser(
        "test",
        help="run the tests",
        description="Run the tests against an embedded database made for them. "
        "Every other word goes to pytest: ./kontor test -k matching",
        usage="kontor test [-h] [--quick] [--data DIR] [words for pytest …]",
        allow_abbrev=False,
    )
    test.add_argument("--quick", action="store_true", help="leave out what needs a database, but for a few stories")
    test.set_defaults(run=run_test, takes_more=True)
    check = subparsers.add_parser(
        "check",
        help="run the gate: style, types, floors, templates, translations, migrations, features",
        description="Run everything a change must pass before its tests; every finding is named, the gate goes on.",
    )
    check.set_defaults(run=run_check)
    features = subparsers.add_parser(
        "features",
        help="list what Kontor can do, with the test that proves it",
        description="List the features of docs/features.csv and make sure that each one's test exists.",
    )
    features.add_argument("--json", action="store_true", help="print one JSON object")
    features.set_defaults(run=run_features)
    bench = subparsers.add_parser(
        "bench",
        help="measure a workload beside its peer",
        description="Measure a workload and print its figures beside the peer or limit measured in the same run.",
    )
    bench.add_argument("name", metavar="NAME", help=f"one of {', '.join(_benches())}")
    bench.add_argument("--json", action="store_true", help="print one JSON object")
    bench.set_defaults(run=run_bench)
    messages = subparsers.add_parser(
        "messages",
        help="bring the German messages up to date",
        description="Collect the messages of source and templates, merge and compile the German catalogues, "
        "and name what is not translated.",
    )
    messages.add_argument("--check", action="store_true", help="change nothing, only name what is missing")
    messages.add_argument("--json", action="store_true", help="print one JSON object")
    messages.set_defaults(run=run_messages)


def run_test(args: argparse.Namespace) -> int:
    """Run pytest, browser stories included unless `--quick`.

    A worker often waits for the database, a browser or a process that it has started, so one more than there are cores.
    """
    words = ["--quick"] if args.quick else []
    given = [word for word in args.further if word != "--"]
    count = min((os.cpu_count() or 1) + (not args.quick), 8)
    workers = [] if _chooses_workers(given) else ["-n", str(count), "--dist", "worksteal"]
    return _python("-m", "pytest", "-q", *workers, *words, *given)


def run_check(_args: argparse.Namespace) -> int:
    """Run the gate; 1 if any step finds something."""
    steps: list[tuple[str, list[str]]] = [
        ("types", ["-m", "mypy"]),  # takes as long as all the others
        ("style", ["-m", "ruff", "check", "--quiet", "."]),
        ("format", ["-m", "ruff", "format", "--quiet", "--check", "."]),
        ("floors", [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]),
        ("templates", ["-m", "tools.template_lint"]),
        ("translations", ["-m", "tools.messages", "--check"]),
        ("migrations", ["-W", "ignore::RuntimeWarning", "-m", "django", "makemigrations", "--check", "--dry-run"]),
        ("features", ["-m", "tools.features"]),
    ]
    with ThreadPoolExecutor(max_workers=2) as at_once:
        passed = list(at_once.map(lambda step: _step(*step), steps))
    failed = [name for (name, _), is_passed in zip(steps, passed, strict=True) if not is_passed]
    print(f"check: {', '.join(failed)} failed" if failed else "check: everything is in order")
    return 1 if failed else 0


def run_features(args: argparse.Namespace) -> int:
    """List the features."""
    return _python("-m", "tools.features", "--list", *(["--json"] if args.json else []))


def run_bench(args: argparse.Namespace) -> int:
    """Measure."""
    if args.name not in _benches():
        raise StartRefused(f"There is no bench “{args.name}”; there are {', '.join(_benches())}.")
    return _python("-m", "bench", args.name, *(["--json"] if args.json else []))


def run_messages(args: argparse.Namespace) -> int:
    """Bring the catalogues up to date, or only look."""
    options = [*(["--check"] if args.check else []), *(["--json"] if args.json else [])]
    return _python("-m", "tools.messages", *options)


def _step(name: str, words: Sequence[str]) -> bool:
    started = time.monotonic()
    ran = subprocess.run(
        [sys.executable, *words], cwd=_checkout(), env=_plain_environment(), check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said = f"{'FAILED' if ran.returncode else 'ok    '} {name} ({time.monotonic() - started:.1f} s)\n"
    print(ran.stdout + said, end="", flush=True)
    return ran.returncode == 0


def _python(*words: str) -> int:
    """Run our own Python in the checkout; standard output and error are the caller's."""
    return subprocess.run([sys.executable, *words], cwd=_checkout(), env=_plain_environment(), check=False).returncode


def _plain_environment() -> dict[str, str]:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "kontor.site.settings"}
    for name in ("DATABASE_URL", "KONTOR_OWNER_URL", "KONTOR_OPS_URL", "KONTOR_DATA", "KONTOR_DB_ROLE"):
        environment.pop(name, None)
    return environment


def _checkout() -> Path:
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").exists():
        raise StartRefused("This verb needs Kontor's source: clone the repository and call ./kontor there.")
    return root


def _benches() -> list[str]:
    folder = Path(__file__).resolve().parents[3] / "bench"
    return sorted(
        path.stem for path in folder.glob("*.py") if path.stem != "__main__" and "\ndef run(" in path.read_text()
    )


def _chooses_workers(words: Sequence[str]) -> bool:
    return any(word == "-n" or word.startswith(("-n", "--numprocesses", "--pdb")) for word in words)
