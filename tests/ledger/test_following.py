"""A runner that follows the log goes on when connections are cut and when one school's folds fail."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from support.entries import append
from support.installation import Installation

from events.model import Entry
from ledger.codec import Codec
from ledger.log import Stored
from ledger.runner import Runner
from services.records.views import VIEWS

Run = Callable[[Coroutine[Any, Any, Any]], Any]
SECONDS_MAX = 20.0


@contextmanager
def following(runner: Runner) -> Iterator[None]:
    """Run a runner in a thread, as an installation does."""
    stop = threading.Event()
    thread = threading.Thread(target=runner.follow, args=[stop], daemon=True)
    thread.start()
    try:
        yield
        assert thread.is_alive(), "the runner ended by itself"
    finally:
        stop.set()
        thread.join(SECONDS_MAX)


def reached(installation: Installation, organisation: bytes) -> int:
    """Give how far an organisation's views have come."""
    with psycopg.connect(installation.databases.admin_conninfo("views")) as connection:
        found = connection.execute("SELECT min(index) FROM views.cursor WHERE organisation = %s", [organisation.hex()])
        row = found.fetchone()
    return row[0] if row and row[0] is not None else 0


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS_MAX
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


async def write(installation: Installation, organisation: bytes) -> None:
    """Append one entry that no view folds, so that it needs no key."""
    async with installation.log() as log:
        await log.open(organisation)
        await log.append(append(organisation))


class Failing(Codec):
    """A codec that cannot open one school's entries."""

    def __init__(self, codec: Codec, organisation: bytes) -> None:
        super().__init__(codec.vault)
        self.broken: bytes | None = organisation

    def open(self, stored: Stored, only: Any = None) -> Entry:
        if stored.organisation == self.broken:
            raise MemoryError
        return super().open(stored, only)


def test_views_follow_again_after_every_connection_was_cut(
    own_installation: Installation, run: Run, organisation: bytes
) -> None:
    own_installation.tables.make(VIEWS)
    runner = Runner(VIEWS, own_installation.feed, own_installation.codec, own_installation.tables)
    with following(runner):
        run(write(own_installation, organisation))
        until(lambda: reached(own_installation, organisation) == 1)
        with own_installation.superuser() as connection:
            cut = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname LIKE %s AND pid <> pg_backend_pid()",
                [f"{own_installation.databases.name}%"],
            ).fetchall()
        assert len(cut) >= 3, "too few connections were cut to show anything"
        run(write(own_installation, organisation))
        until(lambda: reached(own_installation, organisation) == 2)
        until(lambda: not runner.is_cut_off)


def test_one_schools_failing_fold_stops_no_other_and_is_tried_again(
    own_installation: Installation, run: Run, organisation: bytes
) -> None:
    own_installation.tables.make(VIEWS)
    other = bytes(reversed(organisation))
    codec = Failing(own_installation.codec, organisation)
    runner = Runner(VIEWS, own_installation.feed, codec, own_installation.tables)
    with following(runner):
        run(asyncio.wait_for(write(own_installation, organisation), SECONDS_MAX))
        until(lambda: organisation in runner.failing)
        run(write(own_installation, other))
        until(lambda: reached(own_installation, other) == 1)
        assert reached(own_installation, organisation) == 0
        codec.broken = None
        until(lambda: reached(own_installation, organisation) == 1)
        until(lambda: not runner.failing)


def test_a_runner_that_begins_anew_knows_how_far_the_views_have_come(
    own_installation: Installation, run: Run, organisation: bytes
) -> None:
    own_installation.tables.make(VIEWS)
    run(write(own_installation, organisation))
    for runner in (
        Runner(VIEWS, own_installation.feed, own_installation.codec, own_installation.tables) for _ in range(2)
    ):
        assert runner.reached == {}
        runner.catch_up(organisation)
        assert runner.reached == {organisation: 1}
