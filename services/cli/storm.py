"""A Monday at 8:50 in many schools at once: each register sent three times, out of order, by connectors that restart.

It proves what it says: after the storm the log is counted, and every school's views are folded anew and compared.
"""

import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

import typer

from events.identifiers import id_text, parse_id
from services.cli.demo import served
from services.cli.output import as_json, out, progress, refuse
from services.cli.storm_schools import Message, School, found_schools, message_of
from services.settings import Settings, settings

TIMES: Final = 3
"""How often each message is sent."""
RESTART_EVERY: Final = 25
"""After its first message, and after so many on average, a connector is restarted with an answer still to come."""
WATCH_SECONDS: Final = 0.05
DRAIN_SECONDS_MAX: Final = 300.0


@dataclass
class Counted:
    """What came of a storm. ``lost`` and ``doubled`` are marks: accepted and not in the log once, or there twice."""

    schools: int
    messages: int
    sent: int = 0
    restarts: int = 0
    accepted: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    seconds: float = 0.0
    marks_a_second: float = 0.0
    view_lag_p50: float = 0.0
    view_lag_p99: float = 0.0
    drain_seconds: float = 0.0
    views_differ: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether nothing was lost, doubled or wrong, and every school's views are those that its log comes to."""
        return not (self.lost or self.doubled or self.wrong or self.views_differ)


def storm(
    schools: Annotated[int, typer.Option("--schools", help="How many schools.", min=1, max=2_000)] = 100,
    groups: Annotated[int, typer.Option("--groups", help="Groups in each.", min=1, max=60)] = 4,
    pupils: Annotated[int, typer.Option("--pupils", help="Pupils in each group.", min=1, max=200)] = 10,
    connectors: Annotated[int, typer.Option("--connectors", help="Connectors at once.", min=1, max=200)] = 16,
    monday: Annotated[str | None, typer.Option("--monday", help="Which day; the last Monday by default.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="What the order and the restarts are drawn from.")] = 850,
    into: Annotated[str | None, typer.Option("--into", help="The address of a Rollbook that already runs.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Send a Monday's registers at 8:50, three times each and out of order; exit status 1 unless all counts are exact.

    The schools are invented for it and stay: give it an installation of its own.
    """
    made = settings()
    today = datetime.now(UTC).date()
    day = date.fromisoformat(monday) if monday else today - timedelta(days=today.weekday())
    if day.weekday() or day > today:
        refuse("Give a Monday that has come: registers are not taken before their day.", 2)
    chance = random.Random(seed)  # noqa: S311  # the same storm again, not a secret
    with nullcontext(into) if into else served(made) as url:
        founded = found_schools(made, url, schools, groups, pupils, day)
        messages = [
            message_of(school, group, who, day, chance) for school in founded for group, who in school.groups.items()
        ]
        counted = Counted(schools, len(messages))
        with _watched(made, founded) as watch:
            _send(url, messages, connectors, chance, counted, watch)
            _drain(watch, counted)
        _count(made, messages, counted)
        _compare(made, founded, counted)
    if json_:
        as_json(asdict(counted))
    else:
        for name, value in asdict(counted).items():
            out.print(
                f"{name.replace('_', ' ')}: {value:.3f}"
                if isinstance(value, float)
                else f"{name.replace('_', ' ')}: {value}"
            )
    if not counted.is_exact:
        raise typer.Exit(1)


class _Watch:
    """Sees when each school's views reach what was accepted."""

    def __init__(self, look: Any) -> None:
        self._look = look
        self._waiting: dict[bytes, list[tuple[int, float]]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.lags: list[float] = []
        self.thread = threading.Thread(target=self._follow, daemon=True)

    def accepted(self, organisation: str, index: int, at: float) -> None:
        """Wait for a school's views to reach an entry that was acknowledged at a moment."""
        with self._lock:
            self._waiting.setdefault(parse_id(organisation), []).append((index, at))

    def is_waiting(self) -> bool:
        """Whether any view has still to come."""
        with self._lock:
            return any(self._waiting.values())

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self.thread.join()

    def _follow(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            reached, now = self._look(), time.monotonic()
            with self._lock:
                for organisation, waiting in self._waiting.items():
                    index = reached.get(organisation, 0)
                    self.lags += [now - at for wanted, at in waiting if wanted <= index]
                    self._waiting[organisation] = [one for one in waiting if one[0] > index]


@contextmanager
def _watched(made: Settings, schools: Sequence[School]) -> Iterator[_Watch]:
    from services.installation import Installation

    ours = [parse_id(school.organisation) for school in schools]
    with Installation(made) as installation:
        tables = installation.tables()

        def look() -> dict[bytes, int]:
            found = {}
            for organisation in ours:
                with tables.transaction(organisation) as rows:
                    found[organisation] = rows.reached(installation.views)
            return found

        watch = _Watch(look)
        watch.thread.start()
        try:
            yield watch
        finally:
            watch.stop()


def _send(
    url: str, messages: Sequence[Message], connectors: int, chance: random.Random, counted: Counted, watch: _Watch
) -> None:
    """Send everything three times in one shuffled order, shared out between connectors that are restarted."""
    order = [message for message in messages for _ in range(TIMES)]
    chance.shuffle(order)
    seeds = [chance.random() for _ in range(connectors)]
    answered: dict[str, int] = {}
    lock = threading.Lock()

    def connector(number: int) -> None:
        from services.connectors.client import Client

        mine = random.Random(seeds[number])  # noqa: S311  # as above
        for place, message in enumerate(order[number::connectors]):
            if not place or mine.random() < 1 / RESTART_EVERY:
                _cut_off(url, message)
                with lock:
                    counted.restarts += 1
            with Client(url, message.school.connector, message.school.organisation) as client:
                index = client.post("records/take-register", message.body, message.key)["index"]
            with lock:
                counted.sent += 1
                if message.key not in answered:
                    answered[message.key] = index
                    counted.accepted += len(message.body["marks"])
                    watch.accepted(message.school.organisation, index, time.monotonic())

    began = time.monotonic()
    with ThreadPoolExecutor(connectors) as pool:
        list(pool.map(connector, range(connectors)))
    counted.seconds = time.monotonic() - began
    counted.marks_a_second = counted.accepted / counted.seconds


def _cut_off(url: str, message: Message) -> None:
    """Send a message and be gone before the answer: whether it arrived, nobody knows."""
    import socket
    from urllib.parse import urlsplit

    from services.connectors.client import as_uuid

    at, body = urlsplit(url), json.dumps(message.body).encode()
    head = (
        f"POST /api/organisations/{message.school.organisation}/records/take-register HTTP/1.1\r\nHost: {at.netloc}\r\n"
        f"Authorization: Bearer {message.school.connector}\r\nIdempotency-Key: {as_uuid(message.key)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((at.hostname or "127.0.0.1", at.port or 80), timeout=10) as connection:
        connection.sendall(head.encode() + body)


def _drain(watch: _Watch, counted: Counted) -> None:
    began = time.monotonic()
    while watch.is_waiting() and time.monotonic() - began < DRAIN_SECONDS_MAX:
        time.sleep(WATCH_SECONDS)
    counted.drain_seconds = time.monotonic() - began
    lags = sorted(watch.lags)
    if lags:
        counted.view_lag_p50, counted.view_lag_p99 = (
            lags[len(lags) // 2],
            lags[min(len(lags) * 99 // 100, len(lags) - 1)],
        )


def _count(made: Settings, messages: Sequence[Message], counted: Counted) -> None:
    """Count each accepted mark in the log itself: exactly once, with the code that was sent."""
    from services.installation import Installation

    wanted = {
        (message.school.organisation, pupil): mark["code"]
        for message in messages
        for pupil, mark in message.body["marks"].items()
    }
    seen: dict[tuple[str, str], int] = {}
    with Installation(made) as installation:
        feed = installation.feed()
        for organisation in {message.school.organisation for message in messages}:
            after = 0
            while page := feed.page(parse_id(organisation), after):
                after = page[-1].index
                for entry in installation.codec.open_page([one for one in page if one.name == "register-taken"]):
                    for pupil, part in entry.parts.items():
                        place = (organisation, id_text(pupil))
                        seen[place] = seen.get(place, 0) + 1
                        counted.wrong += getattr(part, "code", None) != wanted.get(place)
    counted.lost = sum(place not in seen for place in wanted)
    counted.doubled = sum(times - 1 for times in seen.values())


def _compare(made: Settings, schools: Sequence[School], counted: Counted) -> None:
    """Fold every school's views anew, and compare them with the live ones, byte for byte."""
    from services.installation import Installation

    with Installation(made) as installation, progress() as bars:
        runner, tables = installation.runner(), installation.tables()
        task = bars.add_task("Compare", total=len(schools))
        for school in schools:
            organisation = parse_id(school.organisation)
            with tables.transaction(organisation) as rows:
                live = rows.fingerprint(installation.views)
            runner.rebuild(organisation)
            with tables.transaction(organisation) as rows:
                counted.views_differ += rows.fingerprint(installation.views) != live
            bars.advance(task)


COMMANDS = (storm,)
