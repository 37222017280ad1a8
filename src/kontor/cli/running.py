"""Verbs that run Kontor: demo, serve, web, worker, migrate."""

import argparse
import os
import sys

from kontor.cli.verbs import Subparsers
from kontor.site.addresses import outside_addresses
from kontor.site.attach import running_or_started
from kontor.site.data_folder import data_folder
from kontor.site.exposure import check_listening
from kontor.site.processes import Office, migrate, migrate_if_new, serve
from kontor.site.serving_role import check_serving_role
from kontor.site.start_refused import StartRefused


def add_parsers(subparsers: Subparsers) -> None:
    """Add the verbs that run Kontor."""
    _add_demo(subparsers)
    _add_serve(subparsers)
    web = subparsers.add_parser(
        "web",
        help="run only the web server",
        description="Run only the web server, for machines where each program is a service of its own. "
        "Needs DATABASE_URL.",
    )
    _add_web_options(web, processes=2)
    web.set_defaults(run=run_web)
    worker = subparsers.add_parser(
        "worker",
        help="run only the worker",
        description="Run only the worker, which does the long jobs. Works on the running database or on DATABASE_URL.",
    )
    worker.add_argument("--concurrency", type=int, default=2, metavar="N", help="jobs at the same time (2)")
    worker.set_defaults(run=run_worker)
    tables = subparsers.add_parser(
        "migrate",
        help="bring the database's tables up to date",
        description="Bring the database's tables up to date, as their owner. "
        "`demo` and `serve` do this by themselves; with DATABASE_URL, KONTOR_OWNER_URL must be set too.",
    )
    tables.set_defaults(run=run_migrate)


def _add_demo(subparsers: Subparsers) -> None:
    demo = subparsers.add_parser(
        "demo",
        help="start Kontor with two believable organisations to try it out",
        description="Start Kontor with two believable organisations: a church community and an agency. "
        "The first start builds their books. Ctrl-C stops everything.",
    )
    _add_web_options(demo, processes=1)
    demo.add_argument("--reset", action="store_true", help="throw the demo's data away and build it anew")
    demo.set_defaults(run=run_demo)
    data = subparsers.add_parser(
        "demo-data",
        help="build the demo's books without starting the pages",
        description="Build the demo's books where they are missing and print the demo's logins. "
        "`demo` does this by itself.",
    )
    data.add_argument("--may-reset", action="store_true", help="only tell whether the data may be thrown away")
    data.set_defaults(run=run_demo_data)


def _add_serve(subparsers: Subparsers) -> None:
    office = subparsers.add_parser(
        "serve",
        help="start Kontor: database, web server and worker",
        description="Start Kontor: the embedded database (or the one of DATABASE_URL), the web server and the worker. "
        "Ctrl-C or SIGTERM stops everything.",
    )
    _add_web_options(office, processes=2)
    office.set_defaults(run=run_serve)


def _add_web_options(parser: argparse.ArgumentParser, *, processes: int) -> None:
    parser.add_argument("--port", type=int, default=8000, help="where the pages answer (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="on which address the pages answer (127.0.0.1)")
    parser.add_argument(
        "--processes", type=int, default=processes, metavar="N", help=f"processes of the web server ({processes})"
    )


def run_demo(args: argparse.Namespace) -> int:
    """Serve the demo."""
    return serve(_office(args, demo=True, reset=args.reset), say=_say)


def run_serve(args: argparse.Namespace) -> int:
    """Serve an office."""
    return serve(_office(args), say=_say)


def run_web(args: argparse.Namespace) -> int:
    """Become the web server."""
    address = outside_addresses()
    if address is None:
        raise StartRefused("`web` works on DATABASE_URL; `serve` brings its own database.")
    check_listening(args.host)
    check_serving_role(address.app)
    os.environ.setdefault("KONTOR_POOL", "1")
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port),
        "--workers", str(args.processes), "--blocking-threads", "16", "--workers-kill-timeout", "3",
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "kontor.site.wsgi:application",
    ]  # fmt: skip
    os.execv(command[0], command)  # noqa: S606 - the program becomes the web server


def run_worker(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    with running_or_started(data_folder(), outside=outside_addresses()) as addresses:
        check_serving_role(addresses.app)
        addresses.export()
        from kontor.site.worker import work

        work(concurrency=args.concurrency)
    return 0


def run_migrate(_args: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    with running_or_started(data_folder(), outside=outside_addresses()) as addresses:
        migrate(addresses)
    return 0


def run_demo_data(args: argparse.Namespace) -> int:
    """Build the demo's books, or tell why they may not be thrown away."""
    outside = outside_addresses()
    with running_or_started(data_folder(), outside=outside) as addresses:
        if outside is None:
            migrate_if_new(data_folder(), addresses)
        addresses.export()
        os.environ["KONTOR_DEMO"] = "1"
        from kontor.site.demo_data import build_and_list_logins, check_reset

        if args.may_reset:
            check_reset()
        else:
            for line in build_and_list_logins():
                print(line)
    return 0


def _office(args: argparse.Namespace, *, demo: bool = False, reset: bool = False) -> Office:
    return Office(
        data=data_folder(),
        host=args.host,
        port=args.port,
        web_processes=args.processes,
        demo=demo,
        reset=reset,
    )


def _say(line: str) -> None:
    print(line, flush=True)
