"""Groups: formed once, joined and left by pupils on days that fit together, taught by one time after another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from support.given import given

from events.identifiers import id_text
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from services.records.roll.groups import FormGroup, JoinGroup, LeaveGroup, TeachGroup, groups

WREN, ADA, BEN, TESS = b"w" * 16, b"a" * 16, b"b" * 16, b"t" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
FORMED = GroupFormed(group=WREN, kind="registration", title="Wren", school_year=2026, year_group="1")


def form(**said: Any) -> FormGroup:
    return FormGroup.model_validate({**FORMED.model_dump(), **said})


def join(day: date, *pupils: bytes) -> JoinGroup:
    return JoinGroup(group=WREN, date=day, pupils=pupils)


def leave(day: date, *pupils: bytes) -> LeaveGroup:
    return LeaveGroup(group=WREN, date=day, pupils=pupils)


def joined(day: date, *pupils: bytes) -> GroupJoined:
    return GroupJoined(group=WREN, date=day, parts=dict.fromkeys(pupils, Place()))


def left(day: date, *pupils: bytes) -> GroupLeft:
    return GroupLeft(group=WREN, date=day, parts=dict.fromkeys(pupils, Place()))


def teach(first: date, last: date | None = None) -> TeachGroup:
    return TeachGroup(group=WREN, staff=TESS, valid_on=first, until=last)


def taught(first: date, last: date | None = None) -> GroupTaughtBy:
    return GroupTaughtBy(group=WREN, subject=TESS, valid_on=first, until=last)


def test_a_group_is_formed_once() -> None:
    given(groups).when(form()).then(FORMED)


@pytest.mark.parametrize("other", [{"title": "Robin"}, {"kind": "class"}, {"school_year": 2027}, {"year_group": "2"}])
def test_a_group_is_not_quietly_another_one(other: dict[str, Any]) -> None:
    given(groups, FORMED).when(form(**other)).then_refused("Form another group")


@pytest.mark.parametrize("command", [join(SEPTEMBER, ADA), leave(SEPTEMBER, ADA), teach(SEPTEMBER)])
def test_nothing_is_said_of_a_group_that_nobody_formed(command: JoinGroup | LeaveGroup | TeachGroup) -> None:
    given(groups).when(command).then_refused("Form the group first")


def test_only_pupils_who_are_not_in_the_group_join_it() -> None:
    given(groups, FORMED).when(join(SEPTEMBER, ADA, ADA)).then(joined(SEPTEMBER, ADA))
    given(groups, FORMED, joined(SEPTEMBER, ADA)).when(join(OCTOBER, ADA, BEN)).then(joined(OCTOBER, BEN))


def test_a_pupil_may_turn_out_to_have_joined_earlier() -> None:
    given(groups, FORMED, joined(OCTOBER, ADA)).when(join(SEPTEMBER, ADA)).then(joined(SEPTEMBER, ADA))
    given(groups, FORMED, joined(OCTOBER, ADA), joined(SEPTEMBER, ADA)).when(leave(MIDDLE, ADA)).then(left(MIDDLE, ADA))


def test_pupils_leave_on_or_after_the_day_they_joined() -> None:
    given(groups, FORMED, joined(SEPTEMBER, ADA)).when(leave(SEPTEMBER, ADA, BEN)).then(left(SEPTEMBER, ADA))
    refused(
        leave(MIDDLE, ADA, BEN), "joined this group only after", [BEN], joined(SEPTEMBER, ADA), joined(OCTOBER, BEN)
    )


def test_the_day_a_pupil_left_is_not_quietly_another() -> None:
    history = (joined(SEPTEMBER, ADA, BEN), left(OCTOBER, ADA))
    refused(leave(NOVEMBER, ADA, BEN), "already left this group on another day", [ADA], *history)
    given(groups, FORMED, *history).when(leave(OCTOBER, ADA, BEN)).then(left(OCTOBER, BEN))


def test_a_pupil_comes_back_only_after_they_left() -> None:
    history = (joined(SEPTEMBER, ADA), left(OCTOBER, ADA))
    refused(join(OCTOBER, ADA, BEN), "were in this group before", [ADA], *history)
    given(groups, FORMED, *history).when(join(NOVEMBER, ADA)).then(joined(NOVEMBER, ADA))
    refused(join(MIDDLE, ADA), "were in this group before", [ADA], *history, joined(NOVEMBER, ADA))
    given(groups, FORMED, *history, joined(NOVEMBER, ADA)).when(leave(OCTOBER, ADA)).then()


def test_a_teacher_teaches_from_a_day_until_another() -> None:
    given(groups, FORMED).when(teach(SEPTEMBER)).then(taught(SEPTEMBER))
    given(groups, FORMED, taught(SEPTEMBER)).when(teach(SEPTEMBER, OCTOBER)).then(taught(SEPTEMBER, OCTOBER))
    given(groups, FORMED).when(teach(OCTOBER, SEPTEMBER)).then_refused("before the first")


def test_a_teacher_comes_back_and_the_time_before_is_still_known() -> None:
    history = (taught(SEPTEMBER, OCTOBER), taught(NOVEMBER))
    given(groups, FORMED, *history[:1]).when(teach(NOVEMBER)).then(history[1])
    given(groups, FORMED, *history).when(teach(SEPTEMBER, OCTOBER)).then()


@pytest.mark.parametrize("command", [teach(MIDDLE), teach(OCTOBER, NOVEMBER), teach(date(2026, 9, 1), SEPTEMBER)])
def test_times_of_teaching_do_not_overlap(command: TeachGroup) -> None:
    given(groups, FORMED, taught(SEPTEMBER, OCTOBER)).when(command).then_refused("that first day again")


def refused(
    command: JoinGroup | LeaveGroup, says: str, pupils: Sequence[bytes], *history: GroupJoined | GroupLeft
) -> None:
    """Demand a refusal that gives the pupils it is about to the caller, beside its sentence."""
    answer = given(groups, FORMED, *history).when(command).then_refused(says)
    assert answer.fields == {"pupils": [id_text(pupil) for pupil in pupils]}
