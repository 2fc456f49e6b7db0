"""The cost of growth: what an append, a look-up, one pupil's entries, an erasure and a rebuild cost as a log grows."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.bulk import ACTOR, CLASSES, appended
from benchmarks.loads import FACTS, SEATS, School, school_days, ten_facts, upn
from benchmarks.people import Loader
from benchmarks.reads import erased, rebuilt
from benchmarks.table import check, row
from events.records.attendance import Mark
from ledger.codec import Meta
from ledger.decider import Desk, Step
from services.installation import Installation
from services.records.pupils.numbers import UPN
from services.records.registers.attendance import TakeRegister, attendance
from services.settings import Settings

FIRST: Final = 10_000
"""Marks at which the curve begins; it goes on in steps of ten times."""
DEFAULT: Final = 1_000_000
WATCHED: Final = 33
"""Registers of the watched class: what is read of its pupils stays the same while the log around it grows."""
LOADED: Final = 1_000
"""Registers that are loaded at a time."""
PROBES: Final = 21
FIRST_YEAR, YEARS = 2010, 80
"""School years of the schools that the log grows by, one after the other and then again from the first."""


def growth(settings: Settings, largest: int) -> None:
    """Print the curve, from ten thousand marks to the largest number."""
    organisation = os.urandom(16)
    watched, taking = School.of(1, seed=21), School.of(1, seed=22)
    with Installation(settings) as installation:
        Loader(installation, organisation).load(ten_facts(watched.pupils))
        appended(installation, organisation, list(islice(watched.registers(FIRST_YEAR), WATCHED)))
        marks, more = WATCHED * SEATS, _registers(installation, organisation)
        days = school_days(FIRST_YEAR)
        for number, size in enumerate(_sizes(largest)):
            while marks < size:
                load = list(islice(more, min(LOADED, -(-(size - marks) // SEATS))))
                appended(installation, organisation, load)
                marks += len(load) * SEATS
            commands = [_command(taking, next(days)) for _ in range(PROBES)]
            milliseconds = asyncio.run(_probed(installation, organisation, watched, commands))
            marks += PROBES * SEATS
            row(f"at {size:,} marks: take a register, ms", f"{milliseconds[0]:.1f}", "flat")
            row(
                "  look up by UPN; one pupil's entries, ms", "; ".join(f"{one:.1f}" for one in milliseconds[1:]), "flat"
            )
            rebuilt(settings, organisation, marks)
            seconds = asyncio.run(erased(installation, organisation, watched.pupils[number], WATCHED))
            row("  erase one pupil, ms", f"{seconds * 1000:.0f}", "flat")


def _sizes(largest: int) -> Iterator[int]:
    size = FIRST
    while size < largest:
        yield size
        size *= 10
    yield largest


def _registers(installation: Installation, organisation: bytes) -> Iterator[bytes]:
    """Give the registers of one school after the other, whose pupils' identities are loaded first."""
    number = 0
    while True:
        school = School.of(CLASSES, seed=1_000 + number)
        Loader(installation, organisation).load(ten_facts(school.pupils, first=1_000 * (number + 1)))
        yield from school.registers(FIRST_YEAR + number % YEARS)
        number += 1


def _command(school: School, day: date) -> TakeRegister:
    group, pupils = school.classes[0]
    return TakeRegister(group=group.bytes, date=day, session="AM", marks={pupil: Mark(code="/") for pupil in pupils})


async def _probed(
    installation: Installation, organisation: bytes, watched: School, commands: Sequence[TakeRegister]
) -> tuple[float, float, float]:
    """Give the medians, in milliseconds, of taking a register, of a look-up by UPN and of reading a pupil's entries."""
    last = len(watched.pupils) - 1
    pupil, digest = watched.pupils[last], installation.vault.index_digest(organisation, UPN, upn(last))
    taken, looked, read = [], [], []
    async with installation.log("records") as log:
        desk = Desk(log, installation.codec, "records")
        for command in commands:
            began = perf_counter()
            meta = Meta(ACTOR, "office", "attendance-register", "a-basis", os.urandom(16))
            answer = await desk.handle(organisation, [Step(attendance, command)], meta)
            taken.append(perf_counter() - began)
            check(len(answer.outcomes), SEATS, "marks taken")
            began = perf_counter()
            owners = await log.owners(organisation, UPN, [digest])
            looked.append(perf_counter() - began)
            check(int(owners.get(digest) == pupil), 1, "owners found")
            began = perf_counter()
            about = await log.about(organisation, pupil)
            read.append(perf_counter() - began)
            check(len(about), WATCHED + FACTS, "entries about one pupil")
    return _ms(taken), _ms(looked), _ms(read)


def _ms(times: Sequence[float]) -> float:
    return median(times) * 1000
