"""Reads of a log that is there: rebuild, one pupil's history now and then, verification, storage, erasure."""

import asyncio
import os
from statistics import median
from time import perf_counter
from typing import Final

import psycopg

from benchmarks.bulk import CLASSES, DAYS, appended
from benchmarks.loads import DAYS as DAYS_OF_A_YEAR
from benchmarks.loads import SEATS, SESSIONS, School
from benchmarks.processes import alone
from benchmarks.table import ROUNDS, check, row
from ledger.log import Log
from ledger.verify import verify
from ledger.view import MemoryReader
from services.installation import Installation
from services.records.history import known
from services.records.registers.attendance_views import NO_MARK, SLOT, attendance_months
from services.settings import Settings

FIRST_YEAR: Final = 2019
YEARS: Final = 7
HISTORY: Final = YEARS * DAYS_OF_A_YEAR * len(SESSIONS)
"""Marks of a pupil who was here for seven years: 2,660."""
THEN: Final = 2_655
"""How many of them there were at the past entry that is asked about."""
READS: Final = 9


def reads(settings: Settings) -> None:
    """Print what reading costs in the log of a school of ten classes, of which one was followed for seven years."""
    organisation = os.urandom(16)
    followed = School.of(1, seed=11)
    with Installation(settings) as installation:
        for number in range(ROUNDS):
            rest = School.of(CLASSES, seed=12)
            appended(installation, organisation, list(rest.registers(FIRST_YEAR + number, DAYS)))
        for number in range(YEARS):
            appended(installation, organisation, list(followed.registers(FIRST_YEAR + number)))
        marks = SEATS * installation.feed().size(organisation)
        _storage(installation, marks)
        rebuilt(settings, organisation, marks)
        pupil, other = followed.pupils[:2]
        asyncio.run(_histories(installation, organisation, pupil))
        _verified(installation, organisation)
        seconds = asyncio.run(erased(installation, organisation, other, HISTORY))
        row(f"erase one pupil of {HISTORY:,} marks, s until unreadable", f"{seconds:.2f}", "<= 5")


def rebuilt(settings: Settings, organisation: bytes, marks: int) -> None:
    """Print how fast a process of its own rebuilds every view, and the most memory that it held."""
    seconds, peak = alone(_rebuild, settings, organisation)
    row(f"rebuild of all views, {marks:,} marks: marks/s", f"{marks / seconds:,.0f}", ">= 150,000")
    row("  most memory, MB", f"{peak:.0f}", "<= 300, flat")


def _rebuild(settings: Settings, organisation: bytes) -> float:
    with Installation(settings) as installation:
        runner, size = installation.runner(), installation.feed().size(organisation)
        began = perf_counter()
        reached = runner.rebuild(organisation)
        seconds = perf_counter() - began
        check(reached, size, "entries rebuilt")
        return seconds


async def _histories(installation: Installation, organisation: bytes, pupil: bytes) -> None:
    async with installation.log("records") as log:
        upto = await log.size(organisation)
        about = await log.about(organisation, pupil, upto)
        for what, index, wanted in (("", upto, HISTORY), (" as known then", about[THEN - 1].index, THEN)):
            times = []
            for _ in range(READS):
                began = perf_counter()
                found = await known(log, installation.codec, organisation, pupil, index, installation.views)
                times.append(perf_counter() - began)
                check(await marks_in(found.reader), wanted, "marks in a pupil's history")
            row(f"one pupil's history, {wanted:,} marks{what}: ms", f"{median(times) * 1000:.0f}", "<= 40")


async def marks_in(reader: MemoryReader) -> int:
    """Count the marks of a replayed pupil."""
    months = await reader.find(attendance_months)
    return sum(
        month.codes[place : place + SLOT] != NO_MARK for month in months for place in range(0, len(month.codes), SLOT)
    )


def _verified(installation: Installation, organisation: bytes) -> None:
    began = perf_counter()
    verdict = verify(installation.feed(), organisation)
    seconds = (perf_counter() - began) / verdict.entries * 1e6
    if not verdict.is_sound:
        raise RuntimeError("the log does not verify")
    row("verify, s a million register entries", f"{seconds:.0f}", "<= 25")


async def erased(installation: Installation, organisation: bytes, pupil: bytes, entries: int) -> float:
    """Destroy a pupil's keys and fold what is left; give the seconds until neither view nor replay has a mark."""
    runner = installation.runner()
    async with installation.log("records") as log, installation.live_views() as views:

        async def readable() -> tuple[int, int]:
            async with views.reader(organisation, installation.views) as reader:
                live = await reader.find(attendance_months, subject=pupil)
            return len(live), await _replayed(installation, log, organisation, pupil)

        before = await readable()
        check(before[1], entries, "marks to erase")
        check(int(before[0] > 0), 1, "a pupil who is in the views")
        began = perf_counter()
        installation.vault.destroy(organisation, [pupil], request="benchmark")
        runner.refold(organisation, [pupil])
        after = await readable()
        seconds = perf_counter() - began
        check(sum(after), 0, "marks that can still be read")
        return seconds


async def _replayed(installation: Installation, log: Log, organisation: bytes, pupil: bytes) -> int:
    size = await log.size(organisation)
    return await marks_in((await known(log, installation.codec, organisation, pupil, size, installation.views)).reader)


def _storage(installation: Installation, marks: int) -> None:
    """Print what a mark takes of the log's and the keys' databases, with all their tables and indexes."""
    total = 0
    for place, schema in (("log", "ledger"), ("keys", "vault")):
        with psycopg.connect(installation.databases.admin_conninfo(place)) as connection:  # type: ignore[arg-type]  # two of its places
            found = connection.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
                [schema],
            ).fetchone()
            total += int(found[0]) if found else 0
    row("storage, bytes a mark, keys and commands included", f"{total / marks:.0f}", "<= 80")
