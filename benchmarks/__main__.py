"""Runs the benchmarks on one embedded server, each in databases of its own, and prints the table of results.md."""

import os
import platform
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from benchmarks import table
from benchmarks.bulk import bulk_registers
from benchmarks.files import large_files
from benchmarks.growth import DEFAULT, growth
from benchmarks.http import over_http
from benchmarks.people import bulk_people
from benchmarks.reads import reads
from benchmarks.sharing import sharing
from ledger.postgres.server import ROLES, Databases
from services.installation import Installation
from services.settings import Settings

PARTS: Final[Mapping[str, Callable[[Settings], None]]] = {
    "registers": bulk_registers,
    "people": bulk_people,
    "reads": reads,
    "http": over_http,
    "files": large_files,
    "sharing": sharing,
}
GROWTH: Final = "growth"


def main() -> None:
    """Run what is asked for; without anything, all of it."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}, {GROWTH}; all of them if none is named")
    parser.add_argument("--growth", type=int, default=DEFAULT, metavar="MARKS", help="the largest log of the curve")
    given = parser.parse_args()
    parts: dict[str, Callable[[Settings], None]] = {**PARTS, GROWTH: partial(growth, largest=given.growth)}
    wanted = given.parts or list(parts)
    if unknown := set(wanted) - set(parts):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        # Kept open, so that every part meets the same server.
        with Installation(Settings(home=home)) as installation:
            with psycopg.connect(installation.databases.admin) as connection:
                version = connection.info.parameter_status("server_version")
            print(f"{os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {version}\n")
            table.head()
            for name in wanted:
                settings = Settings(home=home, database_name=f"bench_{name}")
                parts[name](settings)
                _forget(replace(installation.databases, name=settings.database_name))


def _forget(databases: Databases) -> None:
    """Drop a part's databases and write down what is in memory, so that no vacuum or checkpoint slows the next part."""
    with psycopg.connect(databases.admin, autocommit=True) as connection:
        for place in ROLES:
            name = sql.Identifier(databases.database(place))  # type: ignore[arg-type]  # the keys of ROLES
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
