"""On real PostgreSQL: what a fold cannot take sets one row aside, what nobody can decode stops a view, and both are shown."""

import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from support.installation import Installation
from support.replayed import replay

from events.model import Event, PersonEvent, Recorded
from ledger.codec import Draft, Meta
from ledger.log import Append
from ledger.postgres.rows import PostgresTables
from ledger.postgres.server import Standing, standing
from ledger.runner import Runner
from ledger.view import Key, Parked, PersonRow, Row, View

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Write = Callable[..., int]
ADA, BEN = b"a" * 16, b"b" * 16
DAY = date(2026, 9, 15)
BAD = -1


class Gauge(PersonRow):
    """What was read of one person."""

    kind: str
    read: tuple[int, ...] = ()


@pytest.fixture
def released() -> Iterator[None]:
    """Let a test release event classes of its own, and take them back."""
    released, latest = dict(Event.released), dict(Event.latest)
    yield
    Event.released.clear()
    Event.released.update(released)
    Event.latest.clear()
    Event.latest.update(latest)


@pytest.fixture
def reading(released: None) -> type[PersonEvent]:  # noqa: ARG001  # it is taken back with the others
    """Give an event of this test."""

    class Read(PersonEvent, name="test-gauge-read", category="health"):
        kind: str
        value: int

    return Read


def gauges(*readings: type[PersonEvent], mended: bool = False) -> View[Gauge]:
    """Give a view of readings; until it is mended, it cannot take a bad one."""
    view = View("test_gauges", version=1, row=Gauge, key=["kind", "subject"], key_of=lambda r: (r.body.kind, r.subject))

    @view.on(*readings)
    def fold(row: Gauge | None, recorded: Recorded[Any]) -> Gauge:
        body = recorded.body
        if body.value == BAD and not mended:
            raise ValueError("a text that could hold a person's data")
        return Gauge(subject=body.subject, kind=body.kind, read=(*(row.read if row else ()), body.value))

    return view


@pytest.fixture
def write(installation: Installation, organisation: bytes, run: Run) -> Write:
    """Give what appends events, each in a stream of its own, and says at which index the last one stands."""

    async def append(*events: Event) -> int:
        meta = Meta(ADA, "office", "school-administration", "a-basis", os.urandom(16))
        sealed = [
            installation.codec.seal(organisation, "records", Draft(os.urandom(16), 1, one), meta) for one in events
        ]
        async with installation.log() as log:
            await log.open(organisation)
            answer = await log.append(
                Append(organisation, meta.command, b"asked", b"{}", [entry for entry, _ in sealed])
            )
        return answer.last

    return lambda *events: run(append(*events))


def shown(installation: Installation, organisation: bytes, view: View[Gauge]) -> dict[bytes, tuple[int, ...]]:
    """Give the live rows: what was read, by person."""
    keys: list[Key] = [("pulse", ADA), ("pulse", BEN)]
    with installation.tables.transaction(organisation) as rows:
        return {row.subject: row.read for row in rows.load(view, keys).values()}


def aside(installation: Installation, organisation: bytes) -> list[tuple[Any, ...]]:
    """Give what is parked: view, key, entry and reason, as an operator reads it."""
    with installation.tables.transaction(organisation) as rows:
        return rows._connection.execute(
            "SELECT view, key, index, reason FROM views.parked WHERE organisation = %s", [rows._organisation]
        ).fetchall()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_row_that_cannot_be_folded_is_set_aside_and_the_school_goes_on(
    installation: Installation, organisation: bytes, write: Write, reading: Any, at_once: bool
) -> None:
    view = gauges(reading)
    installation.tables.make([view])
    runner = Runner([view], installation.feed, installation.codec, installation.tables)
    last = 0
    for subject, value in ((ADA, 61), (BEN, 70), (ADA, BAD), (ADA, 62), (BEN, 71)):
        last = write(reading(subject=subject, valid_on=DAY, kind="pulse", value=value))
        if not at_once:
            runner.catch_up(organisation)
    runner.catch_up(organisation)
    parked = [(view.table, ["pulse", "61616161-6161-6161-6161-616161616161"], 3, "ValueError")]
    assert aside(installation, organisation) == parked
    assert standing(installation.databases)[organisation] == Standing(last, None, 1)
    assert shown(installation, organisation, view) == {ADA: (61,), BEN: (70, 71)}

    replayed = replay([view], installation.feed, installation.codec, organisation, last)
    assert {key[1]: row.read for key, row in replayed.held[view.table].items()} == {ADA: (61,), BEN: (70, 71)}
    assert replayed.set_aside == [Parked(view.table, ("pulse", ADA), 3, "ValueError")]

    runner.rebuild(organisation)
    assert (aside(installation, organisation), standing(installation.databases)[organisation]) == (
        parked, Standing(last, None, 1),
    )  # fmt: skip
    assert shown(installation, organisation, view) == {ADA: (61,), BEN: (70, 71)}


@pytest.mark.parametrize("repair", ["refold", "rebuild"])
def test_a_mended_fold_brings_the_row_back(
    installation: Installation, organisation: bytes, write: Write, reading: Any, repair: str
) -> None:
    broken, mended = gauges(reading), gauges(reading, mended=True)
    installation.tables.make([broken])
    for value in (61, BAD, 62):
        last = write(reading(subject=ADA, valid_on=DAY, kind="pulse", value=value))
    last = write(reading(subject=BEN, valid_on=DAY, kind="pulse", value=BAD))
    Runner([broken], installation.feed, installation.codec, installation.tables).catch_up(organisation)
    assert standing(installation.databases)[organisation] == Standing(last, None, 2)

    runner = Runner([mended], installation.feed, installation.codec, installation.tables)
    if repair == "refold":
        runner.refold(organisation, [ADA])
        assert standing(installation.databases)[organisation] == Standing(last, None, 1), "the other one is still aside"
        runner.refold(organisation, [BEN])
    else:
        runner.rebuild(organisation)
    assert aside(installation, organisation) == []
    assert standing(installation.databases)[organisation] == Standing(last, None, 0)
    assert shown(installation, organisation, mended) == {ADA: (61, BAD, 62), BEN: (BAD,)}
    last = write(reading(subject=ADA, valid_on=DAY, kind="pulse", value=63))
    runner.catch_up(organisation)
    assert shown(installation, organisation, mended)[ADA] == (61, BAD, 62, 63)


def test_a_rebuild_that_was_broken_off_counts_for_nothing(
    installation: Installation, organisation: bytes, write: Write, reading: Any
) -> None:
    view = gauges(reading)
    installation.tables.make([view])
    runner = Runner([view], installation.feed, installation.codec, installation.tables)
    last = write(reading(subject=ADA, valid_on=DAY, kind="pulse", value=BAD))
    runner.catch_up(organisation)

    def give_up(*_: int) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        runner.rebuild(organisation, give_up)
    assert len(aside(installation, organisation)) == 2, "the rebuild set the row aside beside"
    assert standing(installation.databases)[organisation] == Standing(last, None, 1)
    runner.rebuild(organisation)
    assert len(aside(installation, organisation)) == 1


def test_an_entry_of_a_newer_rollbook_stops_the_view_until_its_class_is_known(
    installation: Installation, organisation: bytes, write: Write, reading: Any
) -> None:
    class Newer(PersonEvent, name="test-gauge-read", version=2, category="health"):
        kind: str
        value: int
        unit: str

        @staticmethod
        def upcast_v1_v2(event: Any) -> "Newer":
            return Newer(subject=event.subject, valid_on=event.valid_on, kind=event.kind, value=event.value, unit="bpm")

    view = gauges(reading)
    installation.tables.make([view])
    runner = Runner([view], installation.feed, installation.codec, installation.tables)
    before = write(reading(subject=ADA, valid_on=DAY, kind="pulse", value=61))
    write(Newer(subject=BEN, valid_on=DAY, kind="pulse", value=70, unit="bpm"))
    last = write(reading(subject=ADA, valid_on=DAY, kind="pulse", value=62))
    known = dict(Event.released), dict(Event.latest)
    del Event.released["test-gauge-read", 2]
    Event.latest["test-gauge-read"] = reading

    why = "cannot decode test-gauge-read version 2; this Rollbook is older than the one that wrote it"
    for again in (runner.catch_up, runner.catch_up, runner.rebuild):
        again(organisation)
        assert standing(installation.databases)[organisation] == Standing(before, why, 0)
        assert shown(installation, organisation, view) == {ADA: (61,)}

    Event.released.update(known[0])
    Event.latest.update(known[1])
    runner.catch_up(organisation)
    assert standing(installation.databases)[organisation] == Standing(last, None, 0)
    assert shown(installation, organisation, view) == {ADA: (61, 62), BEN: (70,)}


class Keyed(Row):
    """A row with a key of every type that a column may have."""

    who: bytes
    text: str
    number: int
    day: date
    flag: bool


@pytest.mark.parametrize(
    "key",
    [
        (ADA, "pulse", 7, DAY, True),
        (bytes(16), "", 0, date.min, False),
        (b"\xff" * 16, 'Zoë "quoted" \\ \n☃ True 12', -(2**63), date.max, True),
        (BEN, "null", 2**63 - 1, date(2024, 2, 29), False),
    ],
)
def test_a_parked_rows_key_comes_back_as_it_was(installation: Installation, organisation: bytes, key: Key) -> None:
    names = ["who", "text", "number", "day", "flag"]
    view = View("test_keyed", version=1, row=Keyed, key=names, key_of=lambda _: key)
    tables: PostgresTables = installation.tables
    tables.make([view])
    with tables.transaction(organisation) as rows:
        rows.save(view, {key: Keyed(**dict(zip(names, key, strict=True)))})
        rows.park(Parked(view.table, key, 1, "ValueError"))
    with tables.transaction(organisation) as rows:
        assert rows.parked(view) == {key}
        assert rows.load(view, [*rows.parked(view)]).keys() == {key}
        assert [type(part) for (found,) in [rows.parked(view)] for part in found] == [type(part) for part in key]
