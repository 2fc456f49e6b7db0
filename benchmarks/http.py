"""Registers over HTTP: a real server in a process of its own, sixteen connections, every answer looked at."""

import asyncio
import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Final, Self
from uuid import uuid4

import httpx2

from benchmarks.loads import SEATS, school_days
from benchmarks.school import CLASSES, YEAR, Served, served, set_up, standing
from benchmarks.table import at_percent, check, row
from services.routes import COOKIE
from services.settings import Settings

CONNECTIONS: Final = 16
WARM, LOADED, LAGGED = 2, 20, 10
"""Days whose registers are taken before anything is timed, while it is, and while somebody waits for the views."""
ALL_DAYS: Final = list(islice(school_days(YEAR), WARM + LOADED + LAGGED + 1))
LAST: Final = ALL_DAYS[-1]
LOOK_SECONDS: Final = 0.05
"""Between two looks at the views: a twentieth of what they may lag, and hardly any work for the server."""
PAGES: Final = 30


def over_http(settings: Settings) -> None:
    """Print what a server takes at sixteen connections and how far its views lag; sixty classes at once; a page."""
    with served(settings) as url, httpx2.Client(base_url=url, timeout=60) as client:
        made = set_up(url, settings.home)
        asyncio.run(taken(made, ALL_DAYS[:WARM], CONNECTIONS))
        before = standing(client, made)["size"]
        load = asyncio.run(taken(made, ALL_DAYS[WARM : WARM + LOADED], CONNECTIONS))
        check(standing(client, made)["size"] - before + load.refused, LOADED * CLASSES, "registers in the log")
        row("HTTP registers/s, 16 connections", f"{len(load.times) / load.seconds:,.0f}", ">= 800")
        row("  p99, ms; refused", f"{at_percent(load.times, 99):.0f}; {load.refused}", "<= 60; 0")
        load = asyncio.run(taken(made, ALL_DAYS[WARM + LOADED : -1], CONNECTIONS, lag=True))
        row("  view lag, from answer to readable: median; p99, ms", load.lag, "<= 1,000")
        load = asyncio.run(taken(made, [LAST], CLASSES))
        row("sixty classes at 8:50: p99, ms; refused", f"{at_percent(load.times, 99):.0f}; {load.refused}", "<= 300; 0")
        _pages(client, made, LAST)


@dataclass
class Load:
    """What came of a load: seconds in all and each answer's, what was refused; which entry was answered when."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    refused: int = 0
    answered: list[tuple[int, float]] = field(default_factory=list)
    looks: list[tuple[int, float]] = field(default_factory=list)
    """How far the views were found to be, and when."""

    @property
    def lag(self) -> str:
        """Give how long after its answer a register was found in the views: median and p99 in milliseconds."""
        reached = [index for index, _ in self.looks]
        lags = [self.looks[bisect_left(reached, index)][1] - answered for index, answered in self.answered]
        return f"{median(lags) * 1000:.0f}; {at_percent(lags, 99):.0f}"


class Connection:
    """A connection that is kept, as a browser's or a connector's is. An asynchronous context manager."""

    def __init__(self, made: Served) -> None:
        self._made = made

    async def __aenter__(self) -> Self:
        host, _, port = self._made.url.rpartition("/")[2].partition(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[bool, bytes]:
        """Give whether the answer was 200, and what it said."""
        head = (
            f"{method} {self._made.base}{path} HTTP/1.1\r\nHost: rollbook\r\nAuthorization: Bearer {self._made.office}\r\n"
            f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return answer.startswith(b"HTTP/1.1 200"), await self._reader.readexactly(length)


async def taken(made: Served, days: Sequence[date], connections: int, *, lag: bool = False) -> Load:
    """Take each class's register of each day; with ``lag``, look beside it how far the views are, until they are there."""
    load, waiting, over = Load(), iter(list(_registers(made, days))), asyncio.Event()
    beside = asyncio.create_task(_look(made, load, over)) if lag else None
    began = perf_counter()
    await asyncio.gather(*(_take(made, load, waiting) for _ in range(connections)))
    load.seconds = perf_counter() - began
    over.set()
    if beside:
        await beside
    return load


def _registers(made: Served, days: Sequence[date]) -> Iterator[bytes]:
    """Give the registers as JSON; on the last day one pupil of each class is absent, nobody knows why."""
    for day in days:
        for group, pupils in made.groups:
            marks = {pupil: {"code": "/"} for pupil in pupils}
            if day == LAST:
                marks[pupils[-1]] = {"code": "N"}
            yield json.dumps({"group": group, "date": day.isoformat(), "session": "AM", "marks": marks}).encode()


async def _take(made: Served, load: Load, waiting: Iterator[bytes]) -> None:
    async with Connection(made) as connection:
        for body in waiting:
            began = perf_counter()
            fine, said = await connection.ask("POST", "/records/take-register", body)
            answered = perf_counter()
            load.times.append(answered - began)
            result = json.loads(said)
            if fine and result["changed"] and len(result["outcomes"]) == SEATS:
                load.answered.append((result["index"], answered))
            else:
                load.refused += 1


async def _look(made: Served, load: Load, over: asyncio.Event) -> None:
    headers = {"Authorization": f"Bearer {made.operator}"}
    async with httpx2.AsyncClient(base_url=made.url, headers=headers, timeout=60) as client:
        while not over.is_set() or load.looks[-1][0] < max(load.answered)[0]:
            known = (await client.get("/api/status")).json()["organisations"]
            reached = next(one["views_at"] for one in known if one["organisation"] == made.organisation)
            load.looks.append((reached, perf_counter()))
            await asyncio.sleep(LOOK_SECONDS)


def _pages(client: httpx2.Client, made: Served, day: date) -> None:
    """Print how long the staff page of a day takes, warm: from request to the last byte, on a server with no other work."""
    path = f"/schools/{made.organisation}/registers?date={day.isoformat()}"
    times = []
    for _ in range(PAGES):
        began = perf_counter()
        page = client.get(path, headers={"Cookie": f"{COOKIE}={made.office}"})
        times.append(perf_counter() - began)
        check(page.status_code, 200, "the staff page's status")
        check(int(f"Class {CLASSES - 1}" in page.text), 1, "the last class on the staff page")
    row(f"staff page of {CLASSES} classes, warm, ms", f"{median(times[PAGES // 3 :]) * 1000:.0f}", "<= 50")
