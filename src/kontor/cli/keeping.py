"""Verbs that keep the data safe: roles, backup, restore."""

import argparse
import json
from pathlib import Path

from kontor.cli.verbs import Subparsers
from kontor.site.backup import back_up, restore
from kontor.site.data_folder import data_folder
from kontor.site.roles import administrator_script


def add_parsers(subparsers: Subparsers) -> None:
    """Add the verbs that keep the data safe."""
    roles = subparsers.add_parser(
        "roles",
        help="print the SQL that prepares an existing PostgreSQL",
        description="Print the SQL with which a database administrator makes Kontor's roles and database "
        "in an existing PostgreSQL (16 or newer): ./kontor roles | psql -d postgres",
    )
    roles.add_argument("--database", default="kontor", metavar="NAME", help="the database's name (kontor)")
    roles.set_defaults(run=run_roles)
    keep = subparsers.add_parser(
        "backup",
        help="write everything into one file",
        description="Write database, stored documents and keys into one file, while Kontor runs or not. "
        "The file holds all secrets of the office: keep it where nobody else reads.",
    )
    keep.add_argument("file", metavar="FILE", type=Path, help="the archive to write, for example kontor-backup.tar")
    keep.add_argument("--json", action="store_true", help="print one JSON object")
    keep.set_defaults(run=run_backup)
    back = subparsers.add_parser(
        "restore",
        help="fill an empty data folder from a backup",
        description="Fill an empty data folder from a backup and bring its tables up to date. "
        "Data that is there is never overwritten.",
    )
    back.add_argument("file", metavar="FILE", type=Path, help="the archive that `backup` wrote")
    back.add_argument("--json", action="store_true", help="print one JSON object")
    back.set_defaults(run=run_restore)


def run_roles(args: argparse.Namespace) -> int:
    """Print the administrator's SQL."""
    print(administrator_script(args.database), end="")
    return 0


def run_backup(args: argparse.Namespace) -> int:
    """Write the archive."""
    content = back_up(data_folder(), args.file.absolute())
    if args.json:
        print(json.dumps({"file": str(args.file), "files": content.files, "bytes": content.size}))
    else:
        print(f"{args.file}: the database and {content.files} stored files, {content.size / 1e6:.1f} MB")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Fill the data folder."""
    content = restore(data_folder(), args.file.absolute())
    if args.json:
        print(json.dumps({"file": str(args.file), "files": content.files, "bytes": content.size}))
    else:
        print(f"restored into {data_folder().root}: the database and {content.files} stored files")
    return 0
