"""Groups, registers and marks."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from services.records.registers import attendance
from services.records.roll import groups
from support.commands.common import (
    DAYS,
    GROUPS,
    PUPILS,
    STAFF,
    Said,
    any_of,
    because,
    codes,
    days,
    in_group,
    in_session,
    marks,
    members,
    pupils,
    teachers,
)

ANY: Final = (
    any_of(groups.FormGroup, group=in_group, kind=st.just("class"), title=st.just("Wren"), school_year=st.just(2026)),
    any_of(groups.JoinGroup, group=in_group, pupils=members, date=days),
    any_of(groups.LeaveGroup, group=in_group, pupils=members, date=days),
    any_of(groups.TeachGroup, group=in_group, staff=teachers, valid_on=days, until=st.none() | days),
    any_of(
        attendance.TakeRegister,
        group=in_group,
        date=days,
        session=in_session,
        marks=st.dictionaries(pupils, marks, min_size=1),
    ),
    any_of(attendance.AmendMark, pupil=pupils, date=days, session=in_session, code=codes, reason=because),
)
ALL: Final[Sequence[Said]] = (
    groups.TeachGroup(group=GROUPS[0], staff=STAFF[0], valid_on=DAYS[0]),
    groups.LeaveGroup(group=GROUPS[0], pupils=(PUPILS[0],), date=DAYS[2]),
    attendance.AmendMark(pupil=PUPILS[0], date=DAYS[0], session="AM", code="I", reason="rang"),
)
