"""Reactions: once for each entry, by one owner, whatever is stopped between; failures are set aside and shown."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import date
from typing import Any, ClassVar

import pytest
from support.installation import Installation

from events.governance import InsetDaySet, UnplannedClosureRecorded
from events.model import Entry, Event
from ledger.codec import Meta
from ledger.decider import Command, Decided, Decider, Desk, Step, Stream
from ledger.log import Overloaded
from ledger.postgres.notices import Notices
from ledger.postgres.reactions import PostgresPlaces
from ledger.postgres.reader import Views
from ledger.postgres.server import Reacted, reacted
from ledger.postgres.statements import VIEWS_CHANNEL
from ledger.reaction import Failed, Reaction, Reactor
from ledger.runner import Runner
from ledger.view import Reader, Row, View

Run = Callable[[Coroutine[Any, Any, Any]], Any]
SECONDS_MAX = 20.0
ACTOR = bytes.fromhex("ac" * 16)


class Day(Row):
    date: date


days = View("reaction_days", version=1, row=Day, key=["date"], key_of=lambda r: (r.body.date,))


@days.on(InsetDaySet)
def _set(row: Day | None, recorded: Any) -> Day:
    return row or Day(date=recorded.body.date)


class SetDay(Command):
    """The cause."""

    purpose: ClassVar[str] = "school-administration"
    date: date

    @property
    def stream(self) -> Stream:
        return Stream("days", os.urandom(16))


class CloseOn(Command):
    """What follows; each time an event, so that nothing but the key makes it happen once."""

    purpose: ClassVar[str] = "school-administration"
    date: date

    @property
    def stream(self) -> Stream:
        return Stream("closures")


def _decide(command: Command, state: None) -> Decided:  # noqa: ARG001
    match command:
        case SetDay():
            return Decided([InsetDaySet(date=command.date)])
        case CloseOn():
            return Decided([UnplannedClosureRecorded(date=command.date, reason="It follows.")])
        case _:
            return Decided()


plain: Decider[None] = Decider("governance", None, lambda state, *_: state, _decide)


class Follows:
    """A reaction that closes the school on every INSET day, unless the day is one that it cannot take."""

    def __init__(self, cannot: date | None = None) -> None:
        self.cannot = cannot
        self.seen: list[int] = []
        self.reaction = Reaction("closes", "governance", frozenset({"inset-day-set"}), self.react)

    async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
        event: Any = entry.event
        self.seen.append(entry.header.index)
        assert await reader.get(days, event.date) is not None, "the views have not reached the cause"
        if event.date == self.cannot:
            raise ValueError(f"a value of the day {event.date}")
        return [Step(plain, CloseOn(date=event.date))]


class Scene:
    """A reactor beside a runner on one installation."""

    def __init__(self, installation: Installation, organisation: bytes) -> None:
        installation.tables.make([days])
        self.installation, self.organisation = installation, organisation
        self.runner = Runner([days], installation.feed, installation.codec, installation.tables)

    @asynccontextmanager
    async def reactor(self, follows: Follows) -> AsyncIterator[Reactor]:
        databases = self.installation.databases
        reader = databases.conninfo("views", "rollbook_views_reader")
        with (
            closing(PostgresPlaces(databases.conninfo("log", "rollbook_reactions"))) as places,
            closing(Notices(reader, VIEWS_CHANNEL)) as told,
        ):
            async with self.installation.log("governance") as log, Views(reader) as live:
                desks = {"governance": Desk(log, self.installation.codec, "governance")}
                yield Reactor(
                    [follows.reaction], self.installation.feed, self.installation.codec, desks,
                    lambda one: live.reader(one, [days]), places, told,
                )  # fmt: skip

    async def cause(self, *dates: date) -> None:
        async with self.installation.log("governance") as log:
            await log.open(self.organisation)
            desk = Desk(log, self.installation.codec, "governance")
            for day in dates:
                meta = Meta(ACTOR, "office", "school-administration", "task-in-law", os.urandom(16))
                await desk.handle(self.organisation, [Step(plain, SetDay(date=day))], meta)

    def closures(self) -> list[tuple[date, int | None, Mapping[str, object]]]:
        """Give the days that the log says were closed, each with its cause and who did it."""
        found: list[tuple[date, int | None, Mapping[str, object]]] = []
        for stored in self.installation.feed.page(self.organisation, 0):
            event = self.installation.codec.open(stored).event
            if isinstance(event, UnplannedClosureRecorded):
                said = {"role": stored.role, "purpose": stored.purpose, "basis": stored.basis, "actor": stored.actor}
                found.append((event.date, stored.cause, said))
        return found


@pytest.fixture
def scene(own_installation: Installation, organisation: bytes) -> Scene:
    return Scene(own_installation, organisation)


DAYS = tuple(date(2026, 9, day) for day in (1, 2, 3))


def test_what_follows_is_written_once_in_order_with_cause_and_on_the_causes_ground(scene: Scene, run: Run) -> None:
    follows = Follows()

    async def story() -> None:
        await scene.cause(*DAYS)
        async with scene.reactor(follows) as reactor:
            await reactor.catch_up(scene.organisation)
            assert scene.closures() == [], "the views have not reached it, so nothing follows yet"
            await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
            await reactor.catch_up(scene.organisation)
            await reactor.catch_up(scene.organisation)

    run(story())
    assert follows.seen == [1, 2, 3]
    ground = {
        "role": "system", "purpose": "school-administration", "basis": "task-in-law", "actor": follows.reaction.actor,
    }  # fmt: skip
    assert scene.closures() == [(day, cause, ground) for cause, day in enumerate(DAYS, start=1)]


def test_stopped_between_append_and_cursor_it_is_not_done_twice(scene: Scene, run: Run) -> None:
    follows = Follows()

    async def story() -> None:
        await scene.cause(DAYS[0])
        await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
        async with scene.reactor(follows) as reactor:
            move, reactor._places.move = reactor._places.move, _stopped  # type: ignore[method-assign, assignment]
            with pytest.raises(Overloaded):
                await reactor.catch_up(scene.organisation)
            assert len(scene.closures()) == 1
            reactor._places.move = move  # type: ignore[method-assign]
            await reactor.catch_up(scene.organisation)

    run(story())
    assert follows.seen == [1, 1], "it was not tried again"
    assert [day for day, _, _ in scene.closures()] == [DAYS[0]]


def test_what_it_comes_to_the_second_time_is_not_what_counts(scene: Scene, run: Run) -> None:
    class Changing(Follows):
        async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
            await super().react(entry, reader)
            return [Step(plain, CloseOn(date=DAYS[len(self.seen)]))]

    follows = Changing()

    async def story() -> None:
        await scene.cause(DAYS[0])
        await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
        async with scene.reactor(follows) as reactor:
            move, reactor._places.move = reactor._places.move, _stopped  # type: ignore[method-assign, assignment]
            with pytest.raises(Overloaded):
                await reactor.catch_up(scene.organisation)
            reactor._places.move = move  # type: ignore[method-assign]
            await reactor.catch_up(scene.organisation)
            assert reactor._places.parked(scene.organisation) == []

    run(story())
    assert [day for day, _, _ in scene.closures()] == [DAYS[1]]


def test_a_failure_is_set_aside_shown_and_tried_again_and_the_next_entries_go_on(scene: Scene, run: Run) -> None:
    follows = Follows(cannot=DAYS[1])

    async def story() -> None:
        await scene.cause(*DAYS)
        await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
        async with scene.reactor(follows) as reactor:
            await reactor.catch_up(scene.organisation)
            assert [day for day, _, _ in scene.closures()] == [DAYS[0], DAYS[2]]
            assert list(reactor._places.parked(scene.organisation)) == [Failed("closes", 2, "ValueError")]
            assert reacted(scene.installation.databases)[scene.organisation] == Reacted(3, 1)
            follows.cannot = None
            await reactor.again(scene.organisation)
            assert reactor._places.parked(scene.organisation) == []

    run(story())
    assert [day for day, _, _ in scene.closures()] == [DAYS[0], DAYS[2], DAYS[1]]


def test_views_that_are_rebuilt_or_lost_cause_no_reaction(scene: Scene, run: Run) -> None:
    follows = Follows()

    async def story() -> None:
        await scene.cause(*DAYS)
        await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
        async with scene.reactor(follows) as reactor:
            await reactor.catch_up(scene.organisation)
            await asyncio.to_thread(scene.runner.rebuild, scene.organisation)
            await reactor.catch_up(scene.organisation)
            with scene.installation.tables.transaction(scene.organisation) as rows:
                rows.drop([days])
            await reactor.catch_up(scene.organisation)
            await asyncio.to_thread(scene.runner.catch_up, scene.organisation)
            await reactor.catch_up(scene.organisation)
            await asyncio.to_thread(scene.runner.past, scene.organisation, 2)
            await reactor.catch_up(scene.organisation)

    run(story())
    assert follows.seen == [1, 2, 3]
    assert len(scene.closures()) == 3


def test_it_follows_by_notification_as_one_owner_while_another_waits(scene: Scene, run: Run) -> None:
    """The second takes over once the first ends. Idle waits are made so long that a poll would be seen."""
    first, second = Follows(), Follows()
    stop, other = threading.Event(), threading.Event()
    ending = threading.Event()
    view_runner = threading.Thread(target=scene.runner.follow, args=[ending], daemon=True)

    async def until(count: int) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while len(scene.closures()) < count:
            assert time.monotonic() < deadline, "nothing followed"
            await asyncio.sleep(0.02)

    async def story() -> None:
        await scene.cause(DAYS[0])
        async with scene.reactor(first) as owner, scene.reactor(second) as waiting:
            follows = asyncio.create_task(owner.follow(stop))
            await until(1)
            waits = asyncio.create_task(waiting.follow(other))
            await scene.cause(DAYS[1])
            await until(2)
            assert second.seen == [], "two owners at once"
            stop.set()
            await follows
            owner._places.close()  # type: ignore[attr-defined]
            await scene.cause(DAYS[2])
            await until(3)
            other.set()
            await waits

    view_runner.start()
    run(story())
    ending.set()
    view_runner.join(SECONDS_MAX)
    assert (first.seen, second.seen) == ([1, 3], [5])


def _stopped(*_: object) -> None:
    raise Overloaded("stopped here")


def test_each_reaction_has_an_actor_and_keys_of_its_own() -> None:
    one, other = Follows().reaction, Reaction("others", "governance", frozenset({"inset-day-set"}), Follows().react)
    causes = [os.urandom(16) for _ in range(3)]
    keys = {reaction.command(cause) for reaction in (one, other) for cause in causes}
    assert len(keys) == 6
    assert one.actor != other.actor
    assert issubclass(Event.latest["inset-day-set"], InsetDaySet)
