"""Finds the verb and gives it what it needs: nothing, a database, or a Django that is set up."""

import argparse
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

from kontor.cli import development, keeping, running
from kontor.cli.verbs import Subparsers
from kontor.site.addresses import outside_addresses
from kontor.site.attach import running_or_started
from kontor.site.data_folder import DataFolder, data_folder
from kontor.site.database import EmbeddedDatabase
from kontor.site.processes import migrate_if_new
from kontor.site.reachable import check_tables
from kontor.site.start_refused import StartRefused

# Contexts whose `commands.py` adds verbs, in the order of the help page.
CONTEXTS = ("organisations", "openitems", "banking", "matching", "ledger", "site")
_OWN = (running, keeping, development)


class _Group(Protocol):
    """A file of verbs."""

    def add_parsers(self, subparsers: Subparsers, /) -> None: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status: 0 done, 1 refused, 2 misunderstood."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(given)
    except StartRefused as refusal:
        return _refused(str(refusal), given)
    except BrokenPipeError:
        # The reader of our output has gone (`kontor … | head`); the interpreter must not complain when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        if not _is_given(fault.filename, given):
            raise
        return _refused(f"The file {fault.filename} cannot be opened: {fault.strerror}.", given)
    except KeyboardInterrupt:
        return 130


def _refused(sentence: str, given: list[str]) -> int:
    """Say why nothing was done; who asked for JSON gets an object too, so that there is always one to read."""
    if "--json" in given:
        print(json.dumps({"error": sentence}, ensure_ascii=False))
    print(sentence, file=sys.stderr)
    return 1


def _is_given(path: object, given: list[str]) -> bool:
    """Tell whether a path, or the folder it shall be written to, stands on the command line; others are our faults."""
    if not isinstance(path, str | Path):
        return False
    return any(Path(path) == Path(word) or ("/" in word and Path(path).parent == Path(word).parent) for word in given)


def _run(given: list[str]) -> int:
    data = _chosen_data(given)
    os.environ["KONTOR_DATA"] = str(data.root)
    own = _parser_of_own_verbs()
    if _verb(given) in own.verbs:
        args, unknown = own.parser.parse_known_args(given)
        args.further = unknown
        if unknown and not args.takes_more:
            own.subparsers.choices[args.verb].error(f"unrecognized arguments: {' '.join(unknown)}")
        status: int = args.run(args)
        return status
    if not _verb(given) or _asks_for_help(given):
        _set_up_django()
        everything = _parser_of_all_verbs()
        everything.parser.parse_args(given or ["--help"])
        return 0
    # A misunderstood line is refused before the database is started: its addresses are known without it.
    outside = outside_addresses()
    (outside or EmbeddedDatabase(data).addresses).export()
    _set_up_django()
    args = _parser_of_all_verbs().parser.parse_args(given)
    with running_or_started(data, outside=outside) as addresses:
        if outside is None:
            migrate_if_new(data, addresses)
        else:
            check_tables(outside.app)
        return _translated(args.run, args, given)


def _translated(run: Callable[[argparse.Namespace], int], args: argparse.Namespace, given: list[str]) -> int:
    """Run a context's verb; a refusal, of ours or of the database, becomes a sentence on standard error."""
    from django.db import Error

    from kontor.core.refinement import refined
    from kontor.core.refusal import Refusal

    try:
        return run(args)
    except Refusal as refusal:
        return _refused(str(refusal), given)
    except Error as fault:
        known = refined(fault)
        if known is None:
            raise
        return _refused(str(known), given)


class _Verbs:
    """A parser and the verbs it knows."""

    def __init__(self) -> None:
        self.parser = argparse.ArgumentParser(
            prog="kontor",
            description="Kontor, the finance office: from the bank's file to matched, posted, provable books.",
            epilog="`kontor VERB --help` tells more about a verb.",
        )
        _add_data_option(self.parser, default=None)
        self.parser.set_defaults(takes_more=False)
        self.subparsers: Subparsers = self.parser.add_subparsers(metavar="VERB", required=True, dest="verb")

    @property
    def verbs(self) -> set[str]:
        return set(self.subparsers.choices)

    def finish(self) -> "_Verbs":
        """Let `--data` stand behind the verb as well."""
        for parser in self.subparsers.choices.values():
            _add_data_option(parser, default=argparse.SUPPRESS)
        return self


def _parser_of_own_verbs() -> _Verbs:
    verbs = _Verbs()
    for group in _OWN:
        group.add_parsers(verbs.subparsers)
    return verbs.finish()


def _parser_of_all_verbs() -> _Verbs:
    verbs = _Verbs()
    for group in (running, *_commands_of_contexts(), keeping, development):
        group.add_parsers(verbs.subparsers)
    return verbs.finish()


def _commands_of_contexts() -> list[_Group]:
    names = [f"kontor.{context}.commands" for context in CONTEXTS]
    return [cast("_Group", importlib.import_module(name)) for name in names if importlib.util.find_spec(name)]


def _add_data_option(parser: argparse.ArgumentParser, *, default: object) -> None:
    parser.add_argument(
        "--data",
        metavar="DIR",
        default=default,
        help="the folder with database and files (otherwise KONTOR_DATA, or a folder of the user)",
    )


def _chosen_data(given: list[str]) -> DataFolder:
    """Read `--data` before anything else: the settings need it before the verbs are known."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--data")
    chosen = early.parse_known_args(given)[0].data
    return data_folder({**os.environ, "KONTOR_DATA": chosen} if chosen else os.environ)


def _verb(given: list[str]) -> str:
    """Return the first word that is neither an option nor the value of `--data`."""
    words = iter(given)
    for word in words:
        if word == "--data":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _asks_for_help(given: list[str]) -> bool:
    return "-h" in given or "--help" in given


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontor.site.settings")
    import django

    django.setup()
