"""Registers in bulk: ours, in one process and in two, beside what others do with the same marks."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import Final

from benchmarks import peers
from benchmarks.loads import SEATS, School
from benchmarks.processes import at_once
from benchmarks.table import ROUNDS, Span, check, compared, in_turn, row
from events.records.attendance import RegisterTaken
from ledger.codec import Draft, Meta
from ledger.decider import Stream
from ledger.log import Append, Log, Sealed
from services.installation import Installation
from services.settings import Settings

DAYS: Final = 150
CLASSES: Final = 10
FIRST_YEAR: Final = 2022
REGISTERS: Final = DAYS * CLASSES * 2
MARKS: Final = REGISTERS * SEATS
COMMAND: Final = 1_000
"""Registers of one command: 30,000 marks, all of them or none."""
ACTOR: Final = os.urandom(16)


def bulk_registers(settings: Settings) -> None:
    """Print how fast registers are loaded, each way in turn; every round is another school year of the same school."""
    school = School.of(CLASSES, seed=1)
    loads = [list(school.registers(FIRST_YEAR + number, DAYS)) for number in range(ROUNDS)]
    with Installation(settings) as installation:
        ways: dict[str, Callable[[Sequence[bytes]], Span]] = {
            "ours": partial(appended, installation, os.urandom(16)),
            "eventsourcing recorder, an event a mark": peers.recorder(installation, peers.marks_as_events),
            "CRUD with audit trigger, set-based": peers.crud(installation, peers.UNNEST),
            "CRUD with audit trigger, row-wise": peers.crud(installation, peers.EXECUTEMANY),
            "prebuilt COPY, a row a mark": peers.copied(installation),
        }
        rates = in_turn(ways, loads, MARKS)
        row("bulk registers, one process: ours, marks/s", f"{rates['ours']:,.0f}", ">= 150,000")
        compared(rates["ours"], rates, dict(zip(list(ways)[1:], (">= 6 x", ">= 1.8 x", ">= 4 x", ""), strict=True)))
        seconds = at_once(years, [(settings, seed) for seed in (2, 3)])
        row("bulk registers, two processes: ours, marks/s", f"{2 * MARKS / seconds:,.0f}")


def years(settings: Settings, seed: int) -> Iterator[Callable[[], Span]]:
    """Give, for a process of its own, the loading of a school of its own, a school year at a time."""
    school, organisation = School.of(CLASSES, seed), os.urandom(16)
    with Installation(settings) as installation:
        for number in range(ROUNDS):
            yield partial(appended, installation, organisation, list(school.registers(FIRST_YEAR + number, DAYS)))


def appended(installation: Installation, organisation: bytes, registers: Sequence[bytes]) -> Span:
    """Validate registers from JSON, seal each mark, and append them as commands that can be repeated."""
    return asyncio.run(_appended(installation, organisation, registers))


async def _appended(installation: Installation, organisation: bytes, registers: Sequence[bytes]) -> Span:
    async with installation.log("records") as log:
        await log.open(organisation)
        before = await log.size(organisation)
        began = perf_counter()
        for start in range(0, len(registers), COMMAND):
            await _command(installation, log, organisation, registers[start : start + COMMAND])
        span = Span(began, perf_counter())
        check(await log.size(organisation) - before, len(registers), "registers appended")
        return span


async def _command(installation: Installation, log: Log, organisation: bytes, registers: Sequence[bytes]) -> None:
    codec, command = installation.codec, os.urandom(16)
    meta = Meta(ACTOR, "connector", "attendance-register", "a-basis", command)
    sealed: list[Sealed] = []
    keys: set[bytes] = set()
    for body in registers:
        event = RegisterTaken.model_validate_json(body)
        stream = Stream("register", event.date, event.session).id(organisation)
        entry, used = codec.seal(organisation, "records", Draft(stream, None, event), meta)
        sealed.append(entry)
        keys.update(used)
    digest = codec.vault.index_digest(organisation, "command", b"\n".join(registers).decode())
    await log.append(Append(organisation, command, digest, b"{}", sealed, keys=list(keys)))
