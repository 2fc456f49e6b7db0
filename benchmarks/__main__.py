"""Runs everything on one embedded server and prints the table of results.md."""

import asyncio
import os
import platform
import socket
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from benchmarks import bulk, http
from ledger.log import Stored
from ledger.runner import Runner, replay_subject
from ledger.verify import verify
from services.installation import Installation
from services.records.views import VIEWS
from services.settings import Settings

ROUNDS = 3
REGISTERS = 3_000
TABLE = "| {:<44} | {:>14} | {:>22} |"


def row(what: str, reached: str, target: str = "") -> None:
    """Print a line of the table."""
    print(TABLE.format(what, reached, target), flush=True)


def bulks(installation: Installation) -> bytes:
    """Time the bulk loads in turn, and give the organisation that ours went into."""
    organisation = os.urandom(16)
    peers = {
        "ours": bulk.ours(installation, organisation),
        "eventsourcing recorder": bulk.library(installation),
        "CRUD with audit trigger, set-based": bulk.crud(installation),
        "prebuilt COPY": bulk.copied(installation),
    }
    marks = REGISTERS * bulk.MARKS
    seconds: dict[str, list[float]] = {name: [] for name in peers}
    shared = bulk.Load.of(REGISTERS)
    for _ in range(ROUNDS):
        for name, run in peers.items():
            seconds[name].append(run(shared))
    rates = {name: marks / median(times) for name, times in seconds.items()}
    row("bulk registers, marks/s: ours", f"{rates['ours']:,.0f}", ">= 150,000")
    targets = {
        "eventsourcing recorder": ">= 6 x",
        "CRUD with audit trigger, set-based": ">= 1.8 x",
        "prebuilt COPY": "",
    }
    for name, target in targets.items():
        row(f"  {name}", f"{rates[name]:,.0f}", f"ours {rates['ours'] / rates[name]:.2f} x ({target})")
    return organisation


def reads(installation: Installation, organisation: bytes) -> None:
    """Time rebuild, one pupil's history, verification, and weigh a mark."""
    feed, tables = installation.feed(), installation.tables()
    marks = REGISTERS * bulk.MARKS * ROUNDS
    runner = Runner(VIEWS, feed, installation.codec, tables)
    started = perf_counter()
    runner.rebuild(organisation)
    row("rebuild of all views, marks/s", f"{marks / (perf_counter() - started):,.0f}", ">= 150,000")

    async def history() -> tuple[int, float]:
        async with installation.log("records") as log:
            pupil = feed.page(organisation, 0)[0].subjects[0]
            times: list[float] = []
            about: Sequence[Stored] = []
            for _ in range(6):
                began = perf_counter()
                about = await log.about(organisation, pupil)
                replay_subject(VIEWS, about, installation.codec, pupil)
                times.append(perf_counter() - began)
            return len(about), median(times)

    entries, seconds = asyncio.run(history())
    row(f"one pupil's history, {entries:,} marks, ms", f"{seconds * 1000:.0f}", "<= 40 (2,655 marks)")
    started = perf_counter()
    verdict = verify(feed, organisation)
    row("verify, s a million register entries", f"{(perf_counter() - started) / verdict.entries * 1e6:.0f}", "<= 25")
    with psycopg.connect(installation.databases.admin_conninfo("log")) as connection:
        found = connection.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'ledger'::regnamespace"
            " AND relkind = 'r'"
        ).fetchone()
    row("storage, bytes a mark", f"{(found[0] if found else 0) / marks:.0f}", "<= 80")


def over_http(home: Path) -> None:
    """Time registers over HTTP at sixteen connections, and sixty classes at once."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with http.served(home, port) as url:
        made = http.set_up(url, home, 60)
        days = [(date(2026, 9, 1) + timedelta(days=ahead)).isoformat() for ahead in range(60)]
        http.load(made, days[:2], 16)
        seconds, times, refused = http.load(made, days[2:30], 16)
        row("HTTP registers/s, 16 connections", f"{len(times) / seconds:,.0f}", ">= 800")
        row("  p99, ms; refused", f"{times[int(len(times) * 0.99)] * 1000:.0f}; {refused}", "<= 60; 0")
        _, times, refused = http.load(made, days[30:31], 60)
        row("sixty classes at 8:50: p99, ms; refused", f"{times[-1] * 1000:.0f}; {refused}", "<= 300; 0")


def main() -> None:
    """Run it all."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Installation(Settings(home=home)) as installation:
            with psycopg.connect(installation.databases.admin) as connection:
                version = connection.execute("SHOW server_version").fetchone()
            print(
                f"{os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {version[0] if version else '?'}\n"
            )
            print(TABLE.format("what", "reached", "target"))
            print("|---|---:|---:|")
            reads(installation, bulks(installation))
        over_http(home)


if __name__ == "__main__":
    main()
