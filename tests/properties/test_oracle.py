"""The record on any day, as known at any entry, agrees with an oracle that knows nothing of the folds."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from properties.test_replay import SCHOOL, opened, played
from support import oracle_arrangements, oracle_record, oracle_school
from support.commands.common import DAYS, PUPILS, Said
from support.commands.opening import OPENING
from support.oracle import Oracle
from support.scripts import EVERYTHING, SCRIPTS, TOPICS, VIEWS, about

from ledger.codec import Codec
from ledger.view import Reader
from services.records import history, queries
from services.records.answers import RECORD
from services.records.files import undoing
from services.records.registers import attendance_queries
from services.records.registers.part_time_views import part_time_timetables
from services.records.registers.planned_views import planned
from services.records.roll.dual_views import dual_registrations

EXAMPLES = 60
FEW: Final = 25
"""Examples of each kind of fact, of which each is compared on several days."""
PHASES: Final = (Phase.explicit, Phase.generate)
"""A script that fails is not made shorter here: that took minutes, and said less than the first difference does."""
SOME_DAYS: Final = (DAYS[0] - timedelta(days=1), DAYS[0], DAYS[1], DAYS[1] + timedelta(days=1), DAYS[2], DAYS[3])
moments = st.one_of(st.sampled_from(DAYS), st.dates(DAYS[0] - timedelta(days=2), DAYS[-1] + timedelta(days=2)))
"""Days on which something begins or ends, and any other."""


def said(record: queries.PupilRecord | None) -> dict[str, Any] | None:
    """Give what of a record the oracle knows, as it knows it."""
    if record is None:
        return None
    return {
        "name": record.name.value if record.name else None,
        "date_of_birth": record.date_of_birth.value if record.date_of_birth else None,
        "sex": record.sex.value if record.sex else None,
        "upn": record.upn.value if record.upn else None,
        "address": record.address.value if record.address else None,
        "emails": record.emails[0].value if record.emails else None,
        "phones": {one.value.phone_type: one.value.number for one in record.phones},
        "contacts": {one.contact: (one.relationship, one.priority) for one in record.contacts},
        "year_group": record.enrolment.value["year_group"] if record.enrolment else None,
        "groups": {one.group for one in record.groups},
    }


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, phases=PHASES)
@given(script=SCRIPTS, upto=st.integers(0, 60), day=moments)
@example(script=EVERYTHING, upto=len(EVERYTHING), day=DAYS[1])
@example(script=EVERYTHING, upto=len(EVERYTHING), day=DAYS[2])
@example(script=EVERYTHING, upto=len(EVERYTHING) - 9, day=DAYS[3])
def test_any_record_on_any_day_agrees_with_the_oracle(
    tmp_path_factory: Any, script: Sequence[Said], upto: int, day: date
) -> None:
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    entries = opened(log, vault)
    oracle = Oracle(entries, upto)

    async def ask(pupil: bytes) -> tuple[queries.PupilRecord | None, list[attendance_queries.SessionMark]]:
        known = await history.known(log, Codec(vault), SCHOOL, pupil, upto, VIEWS)
        record = await queries.pupil(known.reader, pupil, day, RECORD)
        return record, await attendance_queries.marks(known.reader, pupil, DAYS[0], DAYS[-1])

    for pupil in PUPILS[:2]:
        record, marks = asyncio.run(ask(pupil))
        expected = oracle.record(pupil, day)
        if record is None:
            assert not expected["name"]
            assert not expected["year_group"]
        else:
            assert said(record) == expected
        found = {(one.date, one.session): one for one in marks}
        for session in ("AM", "PM"):
            for one in DAYS:
                mark = found.get((one, session))
                assert (mark.code if mark else None) == oracle.mark(pupil, one, session)
                amendments = mark.amendments if mark else ()
                assert [(made.at.index, made.was, made.code) for made in amendments] == oracle.amended(
                    pupil, one, session
                )


@pytest.mark.parametrize("topic", TOPICS)
@settings(max_examples=FEW, deadline=None, derandomize=True, phases=PHASES)
@given(data=st.data())
def test_every_section_on_any_day_agrees_with_the_oracles(tmp_path_factory: Any, topic: str, data: Any) -> None:
    log, vault, _ = played(data.draw(about(topic)), tmp_path_factory.mktemp("keys"))
    entries = opened(log, vault)

    async def compare(upto: int, pupil: bytes) -> None:
        reader = (await history.known(log, Codec(vault), SCHOOL, pupil, upto, VIEWS)).reader
        for day in SOME_DAYS:
            await agree(reader, Oracle(entries, upto), pupil, day)

    for upto in (len(entries), data.draw(st.integers(len(OPENING), len(entries)))):
        for pupil in PUPILS[:2]:
            asyncio.run(compare(upto, pupil))


async def agree(reader: Reader, oracle: Oracle, pupil: bytes, day: date) -> None:
    """Demand of every section, the family, and what may not be told to whom, that it is as the oracles know it."""
    record = await queries.pupil(reader, pupil, day, RECORD)
    plans, timetables = await reader.get(planned, pupil), await reader.get(part_time_timetables, pupil)
    others = await reader.get(dual_registrations, pupil)
    for session in ("AM", "PM"):
        assert oracle_record.covering(plans, day, session) == oracle_school.planned(oracle, pupil, day, session)
        code = oracle_record.away(timetables, others, day, session)
        assert code in oracle_arrangements.proposed(oracle, pupil, day, session)
    if record is None:
        return
    assert await oracle_record.answered(reader, record, day) == oracle_record.expected(oracle, pupil, day)
    oracle_record.notes(oracle, record)


def test_the_scripts_say_something_of_all_that_is_compared(tmp_path: Path) -> None:
    log, vault, _ = played([one for one in EVERYTHING if not isinstance(one, undoing.WithdrawEntry)], tmp_path)
    entries, silent = opened(log, vault), set(oracle_record.COMPARED)
    for upto in range(len(OPENING), len(entries)):
        for day in DAYS[1::2]:
            silent -= oracle_record.told(oracle_record.expected(Oracle(entries, upto), PUPILS[0], day))
    assert not silent
