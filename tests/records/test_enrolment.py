"""Enrolment: on the roll from a starting day, as what, until a last day; and back again."""

from datetime import date

import pytest
from support.given import given

from events.records.enrolment import Enrolled, PupilLeft
from services.records.enrolment import Enrol, Leave, enrolment

ADA = b"a" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)


def enrol(day: date = SEPTEMBER, year_group: str = "1", status: str = "C") -> Enrol:
    return Enrol(pupil=ADA, valid_on=day, status=status, year_group=year_group)


def enrolled(day: date = SEPTEMBER, year_group: str = "1", status: str = "C") -> Enrolled:
    return Enrolled(subject=ADA, valid_on=day, status=status, year_group=year_group)


def leave(day: date = OCTOBER, reason: str = "moved away") -> Leave:
    return Leave(pupil=ADA, valid_on=day, reason=reason)


def left(day: date = OCTOBER) -> PupilLeft:
    return PupilLeft(subject=ADA, valid_on=day, reason="moved away")


def test_a_pupil_is_enrolled() -> None:
    given(enrolment).when(enrol()).then(enrolled())


def test_what_is_already_so_on_that_day_is_no_event() -> None:
    given(enrolment, enrolled()).when(enrol(OCTOBER)).then()


@pytest.mark.parametrize("what", [{"year_group": "2"}, {"status": "M"}])
def test_year_group_and_status_change_from_a_day_on(what: dict[str, str]) -> None:
    given(enrolment, enrolled()).when(enrol(OCTOBER, **what)).then(enrolled(OCTOBER, **what))


def test_a_starting_day_may_turn_out_to_have_been_earlier() -> None:
    given(enrolment, enrolled(MIDDLE)).when(enrol(SEPTEMBER)).then(enrolled(SEPTEMBER))


def test_what_was_entered_late_does_not_hide_the_present_year_group() -> None:
    entered = (enrolled(OCTOBER, "2"), enrolled(SEPTEMBER, "1"))
    given(enrolment, *entered).when(enrol(OCTOBER, "2")).then()
    given(enrolment, *entered).when(enrol(NOVEMBER, "1")).then(enrolled(NOVEMBER, "1"))


def test_a_pupil_leaves_and_their_last_day_stands() -> None:
    given(enrolment, enrolled()).when(leave()).then(left())
    given(enrolment, enrolled(), left()).when(leave(NOVEMBER)).then_refused("already recorded")
    given(enrolment, enrolled(), left()).when(leave(reason="excluded")).then_refused("already recorded")


def test_a_pupil_may_leave_before_a_change_that_was_entered_ahead() -> None:
    given(enrolment, enrolled(), enrolled(NOVEMBER, "2")).when(leave()).then(left())
    given(enrolment, enrolled(), enrolled(NOVEMBER, "2"), left()).when(enrol(MIDDLE)).then_refused("not after")


def test_nobody_leaves_before_they_came() -> None:
    given(enrolment, enrolled(MIDDLE)).when(leave(SEPTEMBER)).then_refused("before the starting day")
    given(enrolment).when(leave()).then_refused("Enrol the pupil first")


def test_a_pupil_comes_back_after_their_last_day() -> None:
    given(enrolment, enrolled(), left()).when(enrol(OCTOBER)).then_refused("not after the pupil's last day")
    given(enrolment, enrolled(), left()).when(enrol(NOVEMBER)).then(enrolled(NOVEMBER))
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(leave(date(2026, 12, 4))).then(
        left(date(2026, 12, 4))
    )


def test_a_pupil_who_came_back_was_not_here_in_between() -> None:
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(enrol(MIDDLE)).then_refused("not after")
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(leave(OCTOBER)).then_refused(
        "before the starting day"
    )
