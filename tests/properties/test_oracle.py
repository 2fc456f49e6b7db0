"""The record on any day, as known at any entry, agrees with an oracle that knows nothing of the folds."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.test_replay import SCHOOL, opened, played
from support.commands.common import DAYS, PUPILS, Said
from support.oracle import Oracle
from support.scripts import EVERYTHING, SCRIPTS, VIEWS

from ledger.codec import Codec
from services.records import attendance_queries, history, queries
from services.records.answers import RECORD

EXAMPLES = 60
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


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
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
        found = {(one.date, one.session): one.code for one in marks}
        for session in ("AM", "PM"):
            for one in DAYS:
                assert found.get((one, session)) == oracle.mark(pupil, one, session)
