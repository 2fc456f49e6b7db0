"""On real PostgreSQL: the live views, a rebuild beside, a refold and a replay from the log hold the same rows."""

import os
import random
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from support.installation import Installation
from support.school import upn

from events.records import FullName, Mark
from ledger.codec import Codec, Meta
from ledger.decider import Desk, Step
from ledger.runner import Runner, replay
from ledger.shape import encode, shape
from ledger.view import MemoryRows
from services.records import attendance, enrolment, groups, identity
from services.records.views import VIEWS

Run = Callable[[Coroutine[Any, Any, Any]], Any]
PUPILS, GROUP = [os.urandom(16) for _ in range(12)], os.urandom(16)
DAYS = [date(2026, 9, day) for day in range(7, 27)]


def script(seed: int) -> list[Step]:
    """Give a term of one group, its absences and its amendments."""
    dice = random.Random(seed)
    steps = [
        Step(groups.groups, groups.FormGroup(group=GROUP, kind="registration", title="Wren", school_year=2026)),
        Step(groups.groups, groups.JoinGroup(group=GROUP, pupils=tuple(PUPILS), date=DAYS[0])),
    ]
    for number, pupil in enumerate(PUPILS):
        name = FullName(surname=f"Lark{number}", forename="Ada")
        said: dict[str, Any] = {"pupil": pupil, "valid_on": DAYS[0]}
        steps += [
            Step(
                identity.identity,
                identity.RegisterPupil(**said, full_name=name, date_of_birth=date(2020, 5, 6), sex="F"),
            ),
            Step(identity.identity, identity.RecordUpn(**said, upn=upn(number + 1))),
            Step(enrolment.enrolment, enrolment.Enrol(**said, status="C", year_group="1")),
        ]
    for day in DAYS:
        marks = {pupil: Mark(code=dice.choice("/LINM")) for pupil in PUPILS}
        steps.append(
            Step(attendance.attendance, attendance.TakeRegister(group=GROUP, date=day, session="AM", marks=marks))
        )
        one = dice.choice(PUPILS)
        amend = attendance.AmendMark(
            pupil=one, date=day, session="AM", code=dice.choice("IMO"), reason="the parent rang"
        )
        steps.append(Step(attendance.attendance, amend))
    return steps


def kept(installation: Installation, organisation: bytes, like: MemoryRows) -> dict[str, dict[Any, bytes]]:
    """Give the live rows as bytes, under the keys that a replay has."""
    with installation.tables.transaction(organisation) as rows:
        return {
            view.table: {
                key: encode(shape(view.row).pack(row))
                for key, row in rows.load(view, list(like.held.get(view.table, {}))).items()
            }
            for view in VIEWS
        }


def counted(installation: Installation, organisation: bytes) -> int:
    """Give how many rows the tables hold in all."""
    with installation.tables.transaction(organisation) as rows:
        found = 0
        for view in VIEWS:
            answer = rows._connection.execute(f"SELECT count(*) FROM views.{view.table} WHERE organisation = %s",  # noqa: S608  # our own names
                                              [rows._organisation]).fetchone()  # fmt: skip
            found += answer[0] if answer else 0
        return found


def test_live_rebuilt_refolded_and_replayed_are_the_same(
    installation: Installation, run: Run, organisation: bytes
) -> None:
    codec: Codec = installation.codec
    installation.tables.make(VIEWS)
    runner = Runner(VIEWS, installation.feed, codec, installation.tables)

    async def play() -> None:
        async with installation.log() as log:
            await log.open(organisation)
            desk = Desk(log, codec, "records")
            for number, step in enumerate(script(7)):
                meta = Meta(PUPILS[0], "office", step.command.purpose, "a-basis", os.urandom(16))
                await desk.handle(organisation, [step], meta)
                if number % 20 == 0:
                    runner.catch_up(organisation)  # the views are folded in pieces, as they are when live

    run(play())
    runner.catch_up(organisation)
    size = installation.feed.size(organisation)
    replayed = replay(VIEWS, installation.feed, codec, organisation, size)
    assert not replayed.set_aside
    wanted = {
        view.table: {key: encode(shape(view.row).pack(row)) for key, row in replayed.held.get(view.table, {}).items()}
        for view in VIEWS
    }
    rows = sum(map(len, wanted.values()))
    assert rows > 60
    for again in (
        lambda: None,
        lambda: runner.rebuild(organisation),
        lambda: runner.refold(organisation, PUPILS[:5]),
    ):
        again()
        assert kept(installation, organisation, replayed) == wanted
        assert counted(installation, organisation) == rows

    installation.vault.destroy(organisation, PUPILS[:1], request="case 9")
    runner.refold(organisation, PUPILS[:1])
    after = replay(VIEWS, installation.feed, codec, organisation, size)
    assert kept(installation, organisation, replayed) == {
        view.table: {key: encode(shape(view.row).pack(row)) for key, row in after.held.get(view.table, {}).items()}
        for view in VIEWS
    }
    assert counted(installation, organisation) < rows
